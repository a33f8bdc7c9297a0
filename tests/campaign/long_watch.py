# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source for a long time: thousands of jobs that come and end, and a cloud that is away now and then.

Where a job has ended, its file is removed and another job put in its place, as a rule would do it: there are always as
many. Nothing of what has ended may stay in memory.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import json
import os
import random
import subprocess
import sys
import threading
import time
import typing as t
from pathlib import Path

from ansible_collections.huaweicloud.ims.tests.campaign.holdings import Holdings, holdings
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Simulator

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "extensions" / "eda" / "plugins" / "event_source" / "ims_jobs.py"
RATE = 20.0
OUTAGES: tuple[Fault, ...] = (
    Fault("status", status=503),
    Fault("status", status=429, retry_after=5),
    Fault("status", status=500, body="html"),
    Fault("drop_connection"),
    Fault("reset"),
    Fault("delay", seconds=6),
    Fault("html"),
    Fault("cut"),
    Fault("content", content="{"),
    Fault("trickle", seconds=0.5),
)
# Of a hundred jobs so many fail, and so many never end.
_FAIL, _NEVER = 10, 5
_SAMPLES = 60
_MOST_GROWTH = 3.0
# Beyond two rounds of all jobs and an outage: how late an end may be told, in seconds.
PATIENCE = 60.0


@dataclasses.dataclass
class Watched:
    """What a long watch came to. ``broken`` is a sentence for each broken promise; there should be none."""

    jobs: int = 0
    events: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    outages: int = 0
    requests: int = 0
    samples: list[Holdings] = dataclasses.field(default_factory=list)
    log: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    broken: list[str] = dataclasses.field(default_factory=list)

    @property
    def growth(self) -> float:
        """Return by how many MiB the memory grew in the last third: by then each kind of outage was met once.

        Until then it grows by steps: the errors of hundreds of jobs are held at once, and the allocator keeps the room.
        """
        later = [sample.memory for sample in self.samples[len(self.samples) * 2 // 3 :]]
        return max(later) - later[0] if later else 0.0

    def lines(self) -> t.Iterator[str]:
        yield f"event source: {self.jobs} jobs, {self.requests} requests, {self.outages} outages"
        yield "events: " + ", ".join(f"{name} {count}" for name, count in self.events.most_common())
        yield "log: " + ("; ".join(f"{count} x {line}" for line, count in self.log.most_common(8)) or "nothing")
        yield f"grew by {self.growth:.1f} MiB in the last third; held:"
        every = max(1, len(self.samples) // 12)
        yield from (f"  {sample}" for sample in [*self.samples[::every], *self.samples[-1:]])


class LongWatch:
    """A folder of job ids, the source that watches it, and the cloud."""

    def __init__(self, folder: Path, jobs: int, seconds: float, seed: int) -> None:
        self.found = Watched()
        self._draw = random.Random(seed)
        self._ids = folder / "jobs"
        self._ids.mkdir()
        self._folder = folder
        self._wanted = jobs
        self._seconds = seconds
        self._simulator = Simulator()
        self._ended: dict[str, str] = {}
        self._lock = threading.Lock()

    def run(self) -> Watched:
        began = time.monotonic()
        with self._simulator as simulator, open(self._folder / "log", "w+b") as log:
            for _number in range(self._wanted):
                self._add_job()
            process = self._start(log)
            listener = threading.Thread(target=self._listen, args=(process,), daemon=True)
            listener.start()
            try:
                self._keep_going(process, began)
            finally:
                process.kill()
                process.wait()
            listener.join(10)
            self._check(began)
            self.found.broken += simulator.internal_errors
            self._read_log(log)
        return self.found

    def _start(self, log: t.IO[bytes]) -> subprocess.Popen[bytes]:
        options = {"job_ids_dir": str(self._ids), "max_requests_per_second": RATE, "request_timeout": 5}
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self._folder),
            **self._simulator.account.environment(self._simulator.url),
        }
        command = [sys.executable, str(Path(__file__).with_name("event_source.py")), str(SOURCE), json.dumps(options)]
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log)

    def _add_job(self) -> None:
        kind = self._draw.randrange(100)
        outcome = "FAIL" if kind < _FAIL else "NEVER" if kind < _FAIL + _NEVER else "SUCCESS"
        script = JobScript(outcome=outcome, duration=self._draw.uniform(5, self._seconds * 1.5))
        with self._lock:
            job_id = self._simulator.cloud.add_job(script=script)
            self.found.jobs += 1
        (self._ids / job_id).touch()

    def _keep_going(self, process: subprocess.Popen[bytes], began: float) -> None:
        """Let the cloud go away now and then, for a hundredth of the time, and measure."""
        pause = self._seconds / _SAMPLES
        for number in range(_SAMPLES):
            if process.poll() is not None:
                self.found.broken.append(f"the event source ended with {process.returncode}")
                return
            self.found.samples.append(holdings(process.pid, began))
            outage = number % 4 == 2 and number < _SAMPLES - 4
            if outage:
                self._simulator.faults.add(OUTAGES[self.found.outages % len(OUTAGES)])
                self.found.outages += 1
            time.sleep(max(0.0, began + (number + 0.5) * pause - time.monotonic()))
            self._simulator.faults.clear()
            time.sleep(max(0.0, began + (number + 1) * pause - time.monotonic()))
        self.found.samples.append(holdings(process.pid, began))

    def _listen(self, process: subprocess.Popen[bytes]) -> None:
        for line in process.stdout or ():
            self._take(json.loads(line))

    def _take(self, event: dict[str, t.Any]) -> None:
        job_id, outcome = event["job_id"], event["outcome"]
        self.found.events[outcome] += 1
        if outcome == "pending":
            return
        if job_id in self._ended:
            self.found.broken.append(f"{job_id} ended twice: {self._ended[job_id]}, then {outcome}")
        self._ended[job_id] = outcome
        truth = self._simulator.cloud.jobs[job_id].at(self._simulator.clock.now()).status
        if {"succeeded": "SUCCESS", "failed": "FAIL"}.get(outcome) != truth:
            self.found.broken.append(f"{job_id} is told as {outcome}, and is {truth}: {event['reason']}")
        with contextlib.suppress(FileNotFoundError):
            (self._ids / job_id).unlink()
        self._add_job()

    def _check(self, began: float) -> None:
        """No end is missed: what had ended a round of all jobs and a pause ago has been told."""
        self.found.requests = self._simulator.requests.total
        patience = self._wanted / RATE * 2 + self._seconds / _SAMPLES + PATIENCE
        until = self._simulator.clock.now() - patience
        for job in list(self._simulator.cloud.jobs.values()):
            if job.ends_at is not None and job.ends_at < until and job.job_id not in self._ended:
                self.found.broken.append(f"{job.job_id} has ended {until + patience - job.ends_at:.0f} s ago, untold")
        if self.found.growth > _MOST_GROWTH:
            self.found.broken.append(f"the event source grew by {self.found.growth:.1f} MiB in the last third")

    def _read_log(self, log: t.IO[bytes]) -> None:
        log.seek(0)
        for line in log.read().decode("utf-8", "replace").splitlines():
            self.found.log[line[:100]] += 1
            if "Traceback" in line:
                self.found.broken.append("a traceback in the log of the event source")
