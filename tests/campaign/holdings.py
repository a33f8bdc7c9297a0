# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a process of this machine holds, as the kernel tells it."""

from __future__ import annotations

import contextlib
import dataclasses
import os
import time
from pathlib import Path

_PROC = Path("/proc")


@dataclasses.dataclass(frozen=True)
class Holdings:
    """``at`` is seconds since some beginning, ``memory`` is MiB (resident), ``cpu`` seconds."""

    at: float
    memory: float
    threads: int
    files: int
    cpu: float

    def __str__(self) -> str:
        counts = f"{self.threads} threads, {self.files} files, {self.cpu:.0f} s CPU"
        return f"{self.at:5.0f} s: {self.memory:6.1f} MiB, {counts}"


def holdings(pid: int, began: float) -> Holdings:
    """Raises OSError where the process has ended."""
    status = dict(line.split(":", 1) for line in (_PROC / str(pid) / "status").read_text().splitlines())
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    files = len(os.listdir(_PROC / str(pid) / "fd"))
    memory = int(status["VmRSS"].split()[0]) / 1024
    return Holdings(time.monotonic() - began, memory, int(status["Threads"]), files, cpu)


def processes_with(mark: str) -> dict[int, str]:
    """Return pid and name of each living process whose environment has a text in it: a child inherits that.

    Sessions and groups tell less: workers of ansible-core 2.19 begin one of their own.
    """
    found = {}
    for folder in _PROC.iterdir():
        with contextlib.suppress(OSError):  # it ended meanwhile, or is another user's
            if folder.name.isdigit() and mark.encode() in (folder / "environ").read_bytes():
                found[int(folder.name)] = (folder / "comm").read_text().strip()
    return found


def files_below(folder: Path) -> list[str]:
    """Return the files below a folder, and the empty folders, by names relative to it."""
    return sorted(
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() or not any(path.iterdir())
    )
