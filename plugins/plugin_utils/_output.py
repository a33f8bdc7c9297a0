# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print lines while a task runs: live, in every place where people look, and never at the price of the run.

Three ways, tried on each supported ansible-core (docs/waiting.md says what each does with which standard error):

1. Under ansible-runner (AWX) Display writes them, as verbose lines of level 0: one event a line, with old runners too.
2. Else they are written to a duplicate of standard error. Display is not used because it writes in the main process,
   in a thread that dies without a word when standard error cannot be written, and the run then waits for ever.
3. Where no duplicate could be made, Display writes them to standard error.
"""

from __future__ import annotations

import multiprocessing
import os
import select
import typing as t

from ansible.utils.display import Display

display = Display()

Say = t.Callable[[str], None]

_MAX_BYTES = 4096
_RUNNER = "AWX_ISOLATED_DATA_DIR"


def _duplicate() -> int | None:
    """Return a duplicate of standard error. Workers inherit it, while Ansible 2.19 and newer redirect their own one."""
    if multiprocessing.parent_process() is not None:
        return None
    try:
        return os.dup(2)
    except OSError:
        return None


# Made when the main process loads the action plugin, which is before it starts the worker that runs it.
_STDERR = _duplicate()


def say(line: str) -> None:
    """Print a line."""
    if os.environ.get(_RUNNER):
        display.verbose(line, caplevel=-1)
    elif _STDERR is not None:
        write(_STDERR, line)
        display.display(line, log_only=True)
    else:
        display.display(line, stderr=True)


def write(channel: int, line: str) -> bool:
    """Write a line to a file descriptor, whole or not at all, without ever waiting for whoever reads it.

    A reader that is gone, stalled or without space loses the line: a lost line must not cost the run.
    """
    text = line.encode("utf-8", "replace")[: _MAX_BYTES - 1] + b"\n"
    try:
        poll = select.poll()
        poll.register(channel, select.POLLOUT)
        if poll.poll(0) != [(channel, select.POLLOUT)]:
            return False
        return os.write(channel, text) == len(text)
    except OSError:
        return False


def say_for(*, show_progress: bool, no_log: bool) -> Say | None:
    """Return how to print a line, or None where nothing is to be printed: Display itself knows no ``no_log``."""
    return say if show_progress and not no_log else None
