# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The machine: who runs on which core, what a process has used, and how all that is told in general terms."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.metadata
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
import typing as t
import urllib.request
from pathlib import Path

SIMULATOR = "ansible_collections.huaweicloud.ims.tests.simulator"
BENCHMARKS = "ansible_collections.huaweicloud.ims.tests.benchmarks"
_STARTING_SECONDS = 20


def cores() -> tuple[set[int], set[int]]:
    """Return the core of the simulator and the core of the clients: two, where there are two."""
    usable = sorted(os.sched_getaffinity(0))
    return {usable[0]}, {usable[1 % len(usable)]}


def described() -> list[str]:
    """Return sentences about the machine and the software, without its names."""
    names = ("ansible-core", "requests", "urllib3", "jsonschema", "huaweicloudsdkims")
    versions = ", ".join(f"{name} {_version(name)}" for name in names)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    usable = len(os.sched_getaffinity(0))
    return [
        f"{usable} cores ({platform.machine()}), {memory:.0f} GiB of memory, {platform.system()}",
        f"Python {platform.python_version()}, {versions}",
        f"load when the run began: {os.getloadavg()[0]:.1f}",
    ]


def is_quiet() -> bool:
    """Return whether next to nothing else runs."""
    return os.getloadavg()[0] <= 0.5


def _version(name: str) -> str:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return "(absent)"


class SimulatorProcess:
    """The simulator in a process and on a core of its own; it is told what to do by its control interface."""

    def __init__(self) -> None:
        self.url = ""
        self.environment: dict[str, str] = {}

    def call(self, method: str, path: str, body: t.Any = None) -> t.Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_simulator/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read() or b"null")

    def add_jobs(self, count: int, **script: t.Any) -> list[str]:
        return [str(self.call("POST", "jobs", {"script": script})["job_id"]) for _turn in range(count)]

    def token(self) -> str:
        return str(self.call("POST", "tokens", {"seconds": 86400})["value"])

    def requests(self) -> int:
        return int(self.call("GET", "health")["requests"])


@contextlib.contextmanager
def running_simulator() -> t.Iterator[SimulatorProcess]:
    """Start one on the first core; it ends with the block, or with this process."""
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder, "ready.json")
        command = [sys.executable, "-m", SIMULATOR, "--ready-file", str(ready), "--quit-with-parent"]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, preexec_fn=lambda: _pin(cores()[0])
        ) as process:
            try:
                yield _reached(ready)
            finally:
                process.terminate()


def _reached(ready: Path) -> SimulatorProcess:
    end = time.monotonic() + _STARTING_SECONDS
    while not ready.exists():
        if time.monotonic() > end:
            raise TimeoutError("The simulator did not start.")
        time.sleep(0.02)
    told = json.loads(ready.read_text(encoding="utf-8"))
    simulator = SimulatorProcess()
    simulator.url, simulator.environment = told["url"], told["environment"]
    return simulator


def _pin(core: set[int]) -> None:
    os.sched_setaffinity(0, core)


@dataclasses.dataclass(frozen=True)
class Used:
    """What a process and those that it waited for have used. Memory: the peak of the largest one, in MiB."""

    wall: float
    cpu: float
    memory: float
    stdout: str


def measured(command: t.Sequence[str], environment: t.Mapping[str, str], folder: Path) -> Used:
    """Run a command on the clients' core to its end. Raises CalledProcessError where it fails."""
    notes = folder / "notes"
    (core,) = cores()[1]
    launched = subprocess.run(
        [sys.executable, "-I", "-S", str(Path(__file__).with_name("launcher.py")), str(notes), str(core), *command],
        env=dict(environment),
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=True,
    )
    wall, cpu, memory = (float(number) for number in notes.read_text(encoding="ascii").split())
    return Used(wall, cpu, memory, launched.stdout)
