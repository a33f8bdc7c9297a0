# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that started ours: without it nobody reads what we would say, and nothing has a reason to go on."""

from __future__ import annotations

import os
import typing as t

from ..module_utils._ims.clock import SystemClock

_SLICE = 1.0


class Parent:
    """Whoever is our parent now. An orphan gets another one (init, or a subreaper)."""

    def __init__(self) -> None:
        self._pid = os.getppid()

    def is_gone(self) -> bool:
        return os.getppid() != self._pid


class WorkerClock(SystemClock):
    """The clock of a worker, in which no sleep outlasts the parent by more than a second.

    ansible-core before 2.19 leaves its workers alone when it is ended by SIGTERM. A worker that went on would poll for
    hours, or start a job that nobody hears of, and block for ever in the pipe that its result goes into.
    """

    def __init__(self, parent: Parent) -> None:
        self._parent = parent

    def sleep(self, seconds: float) -> None:
        end = self.now() + seconds
        while (left := end - self.now()) > 0:
            super().sleep(min(left, _SLICE))
            if self._parent.is_gone():
                end_process()


def end_process() -> t.NoReturn:
    """End this process without a word: there is nobody left who would read one."""
    os._exit(1)
