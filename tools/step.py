# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a step of `make test`: step.py FOLDER NAME COMMAND...

Its output goes to FOLDER/NAME.log; here, a line tells that it has started, and another one how it ended.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

from ansible_collections.huaweicloud.ims.tools.summary import LEFT_OUT, outcomes_of

LIMIT = float(os.environ.get("IMS_STEP_SECONDS") or 1800)
"""No step takes a third of this on a slow machine: whatever runs so long hangs, and is ended."""
GRACE = 10.0
INTERRUPTED = 130


def main() -> int:
    folder, name, *command = sys.argv[1:]
    print(f"  {name:<18} started", flush=True)
    began = time.monotonic()
    status = run(command, Path(folder, f"{name}.log"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    took = f"{time.monotonic() - began:.0f} s (CPU: {used.ru_utime + used.ru_stime:.0f} s)"
    outcomes = outcomes_of(Path(folder, f"{name}.json"))
    if status:
        ended = f"FAILED after {took}"
    elif all(outcome.result == LEFT_OUT for outcome in outcomes):
        ended = "left out"
    else:
        ended = f"passed in {took}"
    print(f"  {name:<18} {ended}", flush=True)
    return status


def run(command: list[str], log: Path, limit: float = LIMIT) -> int:
    """Run the command, in a process group of its own, of which nothing is left afterwards."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with log.open("w", encoding="utf-8") as file:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.STDOUT, process_group=0
        )
        try:
            return process.wait(limit)
        except subprocess.TimeoutExpired:
            print(f"\nThis hung, and was ended after {limit:g} s. What ran then:\n{group_of(process.pid)}", file=file)
            return 1
        except KeyboardInterrupt:
            return INTERRUPTED
        finally:
            end_group(process)


def group_of(group: int) -> str:
    """List the processes of a group."""
    listing = ["ps", "-A", "-o", "pgid=,pid=,etime=,args="]
    lines = subprocess.run(listing, stdout=subprocess.PIPE, text=True, check=False).stdout.splitlines()
    return "\n".join(line for line in lines if line.split()[:1] == [str(group)])


def end_group(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


if __name__ == "__main__":
    sys.exit(main())
