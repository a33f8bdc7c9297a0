# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Time as a parameter: the only file of the collection that imports :mod:`time`."""

from __future__ import annotations

import datetime
import time
import typing as t


class Clock(t.Protocol):
    """What the core needs of time. Tests bring a clock that they turn themselves."""

    def now(self) -> float:
        """Return monotonic seconds: for durations and deadlines only."""

    def utc(self) -> datetime.datetime:
        """Return the wall clock in UTC: for signatures and for what people read."""

    def sleep(self, seconds: float) -> None:
        """Let ``seconds`` pass."""


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> float:
        return time.monotonic()

    def utc(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.timezone.utc)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
