# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run tests in children of this process: each with one mutant, or without any.

Where what was spoilt is a function that is loaded already, the child gets it by a fork of a process that has collected
all tests; nothing is imported again. Otherwise the child imports all of it itself, with the mutant in it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import resource
import shutil
import signal
import tempfile
import time
import typing as t

_CPU_SECONDS, _WALL_SECONDS = 15.0, 90.0
_PAUSE = 0.01


@dataclasses.dataclass(frozen=True)
class Ended:
    """How a child ended: ``failed`` is the test that failed, if any; ``killed`` that it ended in no other way."""

    failed: str | None = None
    killed: bool = False
    cannot: bool = False
    """The child could not do what it was to."""

    @property
    def survived(self) -> bool:
        return self.failed is None and not self.killed and not self.cannot


@dataclasses.dataclass
class _Child:
    pid: int
    result: int
    deadline: float
    temp: str


Work = t.Callable[[], Ended]


class Children:
    """At most so many at once."""

    def __init__(self, most: int) -> None:
        self._most = most

    def run(self, works: t.Iterable[tuple[t.Any, Work, float, float]]) -> t.Iterator[tuple[t.Any, Ended]]:
        """Run each ``(key, work, cpu, wall)`` in a child, for as long as it may take; return how each ended."""
        waiting, running = iter(works), dict[t.Any, _Child]()
        more = True
        while more or running:
            while more and len(running) < self._most:
                following = next(waiting, None)
                if following is None:
                    more = False
                else:
                    key, work, cpu, wall = following
                    running[key] = _start(work, cpu + _CPU_SECONDS, wall + _WALL_SECONDS)
            ended = {key: end for key, child in running.items() if (end := _end_of(child)) is not None}
            for key, end in ended.items():
                del running[key]
                yield key, end
            if not ended:
                time.sleep(_PAUSE)

    def run_one(self, work: Work, cpu: float, wall: float) -> Ended:
        ((_key, ended),) = self.run([(None, work, cpu, wall)])
        return ended


def _start(work: Work, cpu: float, wall: float) -> _Child:
    temp = tempfile.mkdtemp(prefix="ims-mutants-")
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        _be_child(work, int(cpu), temp, writing)
    os.close(writing)
    return _Child(pid, reading, time.monotonic() + wall, temp)


def _be_child(work: Work, cpu: int, temp: str, result: int) -> None:
    """Do the work and end, whatever happens: nothing of the parent's is to be torn down here."""
    ended = Ended(killed=True)
    with contextlib.suppress(BaseException):
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
        os.environ.update({"PYTEST_DEBUG_TEMPROOT": temp, "TMPDIR": temp, "HOME": temp})
        tempfile.tempdir = None
        nothing = os.open(os.devnull, os.O_RDWR)
        for number in (0, 1, 2):
            os.dup2(nothing, number)
        ended = work()
    os.write(result, json.dumps(dataclasses.asdict(ended)).encode())
    os._exit(0)


def _end_of(child: _Child) -> Ended | None:
    """Return how a child ended, None while it runs."""
    late = time.monotonic() > child.deadline
    pid, _status = os.waitpid(child.pid, 0 if late and _kill(child.pid) else os.WNOHANG)
    if pid == 0:
        return None
    _kill(child.pid)  # its children
    with os.fdopen(child.result, "rb") as file:
        told = file.read()
    shutil.rmtree(child.temp, ignore_errors=True)
    return Ended(**json.loads(told)) if told else Ended(killed=True)


def _kill(pid: int) -> bool:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    return True
