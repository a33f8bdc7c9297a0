# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plays at random in bad weather: each ends by itself, leaves nothing behind, and tells the truth."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.huaweicloud.ims.tests.campaign.holdings import files_below, processes_with
from ansible_collections.huaweicloud.ims.tests.campaign.pieces import Piece, draw_piece
from ansible_collections.huaweicloud.ims.tests.campaign.weather import weather
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator
from ansible_collections.huaweicloud.ims.tests.system.harness import Playground
from ansible_collections.huaweicloud.ims.tests.system.processes import heed_interrupts, kill_group

# A play that nothing holds up takes 5 s; what gives up gives up after five minutes without a valid response.
PATIENCE = 480.0
_AFTERWARDS = 5.0
_INTERRUPTED = 0.1
_LONGEST_RETRY_AFTER = 20.0
# Faults that would be no fault of the client: what the cloud tells is what is so.
_LIES = ("many_sub_jobs",)


@dataclasses.dataclass
class Played:
    """Counts over all plays. ``broken`` is a sentence for each broken promise; there should be none."""

    plays: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    endings: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    struck: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    started: int = 0
    longest: float = 0.0
    broken: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: Played) -> None:
        self.plays += other.plays
        self.endings += other.endings
        self.struck += other.struck
        self.started += other.started
        self.longest = max(self.longest, other.longest)
        self.broken += other.broken

    def lines(self) -> t.Iterator[str]:
        yield f"plays: {sum(self.plays.values())}, the longest {self.longest:.0f} s, {self.started} jobs started"
        for title, counts in (("played", self.plays), ("ended", self.endings), ("hit by", self.struck)):
            yield f"{title}: " + ", ".join(f"{name} {count}" for name, count in counts.most_common())


class RandomPlays:
    """One play after the other, each with a cloud, a HOME and a temp folder of its own."""

    def __init__(self, first_seed: int) -> None:
        self.found = Played()
        self._seed = first_seed - 1
        heed_interrupts()

    def play_next(self) -> None:
        self._seed += 1
        draw = random.Random(self._seed)
        with Simulator(job_seconds=3) as simulator, tempfile.TemporaryDirectory(prefix="ims-soak-") as folder:
            sentences = [*self._play(draw, simulator, Path(folder)), *simulator.internal_errors]
        self.found.broken += [f"play {self._seed}: {sentence}" for sentence in sentences]

    def _play(self, draw: random.Random, simulator: Simulator, folder: Path) -> t.Iterator[str]:
        for name in ("home", "tmp"):
            (folder / name).mkdir()
        piece = draw_piece(draw, simulator, folder)
        known = set(simulator.cloud.jobs)
        for fault in weather(draw, [simulator.account.secret_key]):
            if fault.kind not in _LIES:
                later = min(fault.retry_after or 0.0, _LONGEST_RETRY_AFTER) or None
                simulator.faults.add(dataclasses.replace(fault, retry_after=later))
        ground = Playground(folder, simulator)
        ending, left = self._run(draw, ground, piece)
        self.found.plays[piece.name] += 1
        self.found.endings[ending] += 1
        self.found.struck.update({fault.fault.kind: fault.hits for fault in simulator.faults if fault.hits})
        simulator.faults.clear()
        yield from (f"{piece.name} {ending}, and left the process {name}" for name in left)
        if ending == "hangs":
            yield f"{piece.name} did not end within {PATIENCE:g} s"
        if ending != "interrupted":
            yield from (f"{piece.name} left {name}" for name in self._leftovers(folder))
        started = set(simulator.cloud.jobs) - known
        self.found.started += len(started)
        yield from Truth(simulator, ground, piece, ending).broken(started)

    def _run(self, draw: random.Random, ground: Playground, piece: Piece) -> tuple[str, list[str]]:
        """Return how it ended, and the processes that it left."""
        command = [str(Path(sys.executable).with_name("ansible-playbook")), piece.playbook, *piece.arguments]
        places = {"HOME": str(ground.folder / "home"), "TMPDIR": str(ground.folder / "tmp")}
        after = draw.uniform(2, 8) if draw.random() < _INTERRUPTED else None
        began = time.monotonic()
        with open(ground.folder / "output", "wb") as output:
            process = subprocess.Popen(
                command,
                env=ground.environment(**places),
                cwd=ground.folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                ending = _ending(process, after)
                left = _left(places["HOME"])
            finally:
                kill_group(process)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.found.longest = max(self.found.longest, time.monotonic() - began)
        return ending, list(left.values())

    def _leftovers(self, folder: Path) -> list[str]:
        """Return what lies in the temp folder, and the files in HOME."""
        files = [path.relative_to(folder) for path in (folder / "home").rglob("*") if path.is_file()]
        return [*(f"tmp/{name}" for name in files_below(folder / "tmp")), *map(str, files)]


def _ending(process: subprocess.Popen[bytes], interrupt_after: float | None) -> str:
    if interrupt_after is not None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            return _name(process.wait(interrupt_after))
        process.send_signal(signal.SIGINT)
    try:
        code = process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return "hangs"
    return "interrupted" if interrupt_after is not None else _name(code)


def _name(code: int) -> str:
    return {0: "well", 2: "failed"}.get(code, f"with {code}")


def _left(home: str) -> dict[int, str]:
    """Return the processes of a play that are still there after a while."""
    end = time.monotonic() + _AFTERWARDS
    while (left := processes_with(home)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


class Truth:
    """What the results of a play say, held against the cloud."""

    def __init__(self, simulator: Simulator, ground: Playground, piece: Piece, ending: str) -> None:
        self._cloud = simulator.cloud
        self._now = simulator.clock.now()
        self._piece = piece
        self._ending = ending
        lines = ground.results.read_text(encoding="utf-8").splitlines() if ground.results.exists() else []
        self._entries = [json.loads(line) for line in lines]
        self._output = (ground.folder / "output").read_text(encoding="utf-8", errors="replace")

    def broken(self, started: set[str]) -> t.Iterator[str]:
        for sentence in (*self._crashes(), *self._ids(started), *self._jobs(), *self._images()):
            yield f"{self._piece.name} ({self._ending}): {sentence}"

    def _crashes(self) -> t.Iterator[str]:
        if "Traceback (most recent call last)" in self._output and self._ending != "interrupted":
            yield f"a traceback reached the user: {self._output[-2000:]}"
        if self._ending.startswith("with"):
            yield f"an exit code that no play has: {self._output[-2000:]}"

    def _ids(self, started: set[str]) -> t.Iterator[str]:
        """Each job that was started is told, or that one may have been; a dry run starts none."""
        if "--check" in self._piece.arguments and started:
            yield f"a dry run has started {len(started)} jobs"
        untold = [job_id for job_id in started if not any(job_id in json.dumps(entry) for entry in self._entries)]
        may_be = sum("may have been started" in json.dumps(entry["result"]) for entry in self._entries)
        if len(untold) > may_be and self._ending != "interrupted":
            yield f"{len(untold)} jobs were started and not told, {may_be} may have been"

    def _jobs(self) -> t.Iterator[str]:
        """No job is told to have ended otherwise than it did."""
        for entry in self._entries:
            result = entry["result"]
            for job in [*(result.get("jobs") or ()), result.get("job") or {}]:
                known = self._cloud.jobs.get(job.get("job_id") or "")
                told, truth = job.get("status"), known.at(self._now).status if known else None
                if known and told in ("SUCCESS", "FAIL") and told != truth:
                    yield f"{job['job_id']} is told as {told}, and is {truth}"

    def _images(self) -> t.Iterator[str]:
        """What is told to be deleted is gone, and what is told to have tags has them."""
        for entry in self._entries:
            if entry["outcome"] != "ok" or "--check" in self._piece.arguments:
                continue
            image_id, task = entry["result"].get("image_id"), entry["task"]
            if task.endswith(" deleted") and image_id in self._cloud.images:
                yield f"image {image_id} is told to be deleted, and is there"
            if task.endswith(" tagged") and self._cloud.images[image_id].min_ram != 1024:
                yield f"image {image_id} is told to be changed, and is not"
