# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process of a wait: its lines come while it waits, and it is gone when it should be."""

from __future__ import annotations

import contextlib
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.system import processes
from ansible_collections.huaweicloud.ims.tests.system.harness import Playground, task, wait_for
from ansible_collections.huaweicloud.ims.tests.system.processes import PATIENCE, kill_group

DONE = JobScript(duration=0)
EXPORT = {"image_id": "10000000-0000-4000-8000-000000000001", "bucket_url": "ims-image:a.qcow2", "file_format": "qcow2"}
RUNS_FOR_EVER = JobScript(outcome="NEVER", init_seconds=0)


class Started:
    """A running ansible-playbook whose lines are stamped when they arrive."""

    def __init__(self, playground: Playground, tasks: list[t.Any], channel: str) -> None:
        self.lines: list[tuple[float, str]] = []
        self.command = playground.command(tasks)
        ours, theirs = os.openpty() if channel == "pty" else os.pipe()
        self.process = subprocess.Popen(
            self.command,
            env=playground.environment(),
            cwd=playground.folder,
            stdin=subprocess.DEVNULL,
            stdout=theirs,
            stderr=theirs,
            start_new_session=True,
        )
        os.close(theirs)
        self._reader = threading.Thread(target=self._read, args=(ours,), daemon=True)
        self._reader.start()

    def _read(self, channel: int) -> None:
        with contextlib.suppress(OSError), open(channel, "rb", buffering=0) as raw:  # a pty ends with EIO
            rest = b""
            while chunk := raw.read(65536):
                *whole, rest = (rest + chunk).split(b"\n")
                self.lines += [(time.monotonic(), line.decode("utf-8", "replace").strip()) for line in whole]

    def await_line(self, words: str, times: int = 1) -> float:
        """Return when a line with these words has arrived, or the last of several."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            arrivals = [arrived for arrived, line in list(self.lines) if words in line]
            if len(arrivals) >= times:
                return arrivals[times - 1]
            time.sleep(0.02)
        raise AssertionError(f"no line with {words!r} in {self.lines}")

    def end(self) -> int:
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"the play has not ended within {PATIENCE:g} s: {self.lines}") from None
        self._reader.join(5)
        return code

    def members(self) -> list[int]:
        """Return the processes that still have our playbook on their command line."""
        path = self.command[1].encode()
        found = []
        for entry in os.listdir("/proc"):
            with contextlib.suppress(OSError, ValueError):
                pid = int(entry)
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    if path in file.read() and not is_zombie(pid):
                        found.append(pid)
        return found

    def await_nobody(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.members():
            assert time.monotonic() < deadline, f"still there: {self.members()}"
            time.sleep(0.05)


def is_zombie(pid: int) -> bool:
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        return file.read().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.fixture
def start(playground: Playground) -> t.Iterator[t.Callable[..., Started]]:
    started: list[Started] = []

    def begin(tasks: list[t.Any], channel: str = "pipe") -> Started:
        started.append(Started(playground, tasks, channel))
        return started[-1]

    yield begin
    for run in started:
        for pid in run.members():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        kill_group(run.process)


@pytest.mark.parametrize("channel", ["pipe", "pty"])
def test_lines_arrive_while_the_task_waits(start: t.Any, simulator: Simulator, channel: str) -> None:
    # The play starts the job: on a busy machine Ansible alone takes longer to start than a job that is there already.
    simulator.cloud.set_script(JobScript(duration=8, init_seconds=0, percent="honest"))
    waiting = {"wait": True, "interval": 0.5, "backoff": "fixed"}
    run = start([task("ims_image_export", **EXPORT, **waiting)], channel)
    run.await_line("%, ", times=4)
    (job,) = simulator.cloud.running()
    simulator.cloud.finish(job.job_id)
    finished = time.monotonic()
    assert run.end() == 0, run.lines
    arrivals = [(arrived, line) for arrived, line in run.lines if line.startswith("ims [localhost]")]
    begun = next(arrived for arrived, line in arrivals if "to resume" in line)
    running = [arrived for arrived, line in arrivals if "%, " in line]
    ended = next(arrived for arrived, line in arrivals if "SUCCESS after" in line)
    assert running[3] - running[0] > 1
    assert begun <= running[0] < running[3] < finished < ended < finished + 3
    assert all(len(line) < 80 and line.isascii() for _arrived, line in arrivals)


def test_children_take_interrupts() -> None:
    """However the tests were started: with nohup, or in the background of a script, interrupts are ignored."""
    program = "import signal; print(signal.getsignal(signal.SIGINT) is signal.default_int_handler)"
    assert processes.run([sys.executable, "-c", program], env={}).stdout == "True\n"


@pytest.mark.parametrize("interrupt", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_an_ended_playbook_leaves_no_process(start: t.Any, simulator: Simulator, interrupt: signal.Signals) -> None:
    job = simulator.cloud.add_job(script=RUNS_FOR_EVER)
    run = start([wait_for([job], interval=0.5, max_interval=1)])
    run.await_line("%, after")
    if interrupt is signal.SIGINT:
        os.killpg(run.process.pid, interrupt)  # as a terminal does
    else:
        run.process.send_signal(interrupt)
    assert run.end() != 0
    run.await_nobody(3)
    looks = simulator.requests.total
    time.sleep(1.5)
    assert simulator.requests.total == looks
    assert "to resume: the same job_id again" in " ".join(line for _arrived, line in run.lines)


def test_a_finished_job_is_recognised_within_an_interval(playground: Playground, simulator: Simulator) -> None:
    job = simulator.cloud.add_job(script=JobScript(duration=5))
    added = time.monotonic()
    played = playground.play([wait_for([job], interval=1)])
    assert played.exit_code == 0
    assert simulator.requests[-1].monotonic - (added + 5) < 1.2


def test_a_wait_for_a_finished_job_costs_one_request_and_less_time_than_uri(
    playground: Playground, simulator: Simulator
) -> None:
    job = simulator.cloud.add_job(script=DONE)
    url = f"{simulator.url}/v1/{simulator.account.project_id}/jobs/{job}"
    token = simulator.identity.issue_token().value
    uri = {"name": "uri", "ansible.builtin.uri": {"url": url, "headers": {"X-Auth-Token": token}}}
    rounds = 3 * [wait_for([job], show_progress=False), uri]
    rounds.append(task("ims_job_info", job_id=job))
    played = playground.play(rounds)
    assert played.exit_code == 0, played.output
    assert [played.result("wait")[key] for key in ("requests", "polls")] == [1, 1]
    times = [entry["at"] for entry in played.entries]
    waits = [later - earlier for earlier, later in zip(times[1::2], times[2::2])][:2]
    uris = [later - earlier for earlier, later in zip(times[0::2], times[1::2])][:3]
    assert statistics.median(waits) < statistics.median(uris)
