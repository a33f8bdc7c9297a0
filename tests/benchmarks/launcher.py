# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a command on a core and note what it used: ``python -I -S launcher.py NOTES CORE COMMAND...``.

A process of its own, as small as can be: Linux counts the memory of whoever starts a command as the command's own peak.
"""

from __future__ import annotations

import os
import sys
import time


def main(notes: str, core: str, command: list[str]) -> int:
    os.sched_setaffinity(0, {int(core)})
    began = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ)
    _pid, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - began
    with open(notes, "w", encoding="ascii") as file:
        file.write(f"{wall} {usage.ru_utime + usage.ru_stime} {usage.ru_maxrss / 1024}")
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
