# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's clocks: a real one that may run faster, and one that only moves when a test turns it."""

from __future__ import annotations

import threading
import time
import typing as t


class Clock(t.Protocol):
    """What the simulated cloud asks for the time (seconds since 1970, UTC)."""

    def now(self) -> float:
        """The time by which jobs run and by which tokens and temporary keys expire."""

    def wall(self) -> float:
        """The time of the Date header, by which the dates of signatures are judged."""

    def advance(self, seconds: float) -> None:
        """Put now() forward."""


class RealClock:
    """Runs by itself, `speed` times as fast as the real time."""

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError("The speed of a clock must be greater than 0.")
        self.speed = speed
        self._skipped = 0.0
        self._start = time.time()
        self._started = time.monotonic()

    def now(self) -> float:
        return self._start + self._skipped + (time.monotonic() - self._started) * self.speed

    def wall(self) -> float:
        # Clients sign with the date of the real world, however fast the jobs run.
        return time.time()

    def advance(self, seconds: float) -> None:
        self._skipped += _forward(seconds)


class SimulatedClock:
    """Stands still until it is turned.

    With turns_wall it judges the dates of signatures too, for clients that have a turned clock of their own.
    """

    def __init__(self, start: float | None = None, *, turns_wall: bool = False) -> None:
        # Whole seconds add up without rounding.
        self._now = float(int(time.time())) if start is None else start
        self._turns_wall = turns_wall
        self._lock = threading.Lock()

    def now(self) -> float:
        return self._now

    def wall(self) -> float:
        return self._now if self._turns_wall else time.time()

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._now += _forward(seconds)


def _forward(seconds: float) -> float:
    if seconds < 0:
        raise ValueError("A clock can only be put forward.")
    return seconds
