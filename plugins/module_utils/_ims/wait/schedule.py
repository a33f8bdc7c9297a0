# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When to look again: schedules as values, with no clock in them. All durations are seconds."""

from __future__ import annotations

import dataclasses
import math
import typing as t

BACKOFFS = ("adaptive", "exponential", "fixed")
_JITTER = 0.1


@dataclasses.dataclass(frozen=True)
class Seen:
    """What is known about one job when its next look is planned.

    ``age`` counts from the first look; ``remaining`` is the estimate of Estimate, where the job's percent allows one.
    """

    age: float
    polls: int
    remaining: float | None = None


Schedule = t.Callable[[Seen], float]
"""Returns the pause before the next look at a job."""


def schedule_for(backoff: str, interval: float, max_interval: float) -> Schedule:
    """Return the schedule that an option value names."""
    if backoff == "fixed":
        return lambda seen: interval
    if backoff == "exponential":
        return lambda seen: _exponential(seen.polls - 1, interval, max_interval)
    return lambda seen: _adaptive(seen, interval, max_interval)


def retry_pause(failures: int, interval: float, max_interval: float) -> float:
    """Return the pause after the n-th bad answer in a row (1 is the first)."""
    return _exponential(failures - 1, interval, max_interval)


def jittered(pause: float, draw: float) -> float:
    """Spread a pause by a tenth to both sides, so that jobs do not march in step; ``draw`` is 0 to 1."""
    return pause * (1 + _JITTER * (2 * draw - 1))


def _exponential(doublings: int, interval: float, max_interval: float) -> float:
    # 2**60 seconds are more than any max_interval: do not compute larger powers.
    return max(interval, min(max_interval, interval * 2.0 ** min(doublings, 60)))


# At an age of 800 s the pause is a third of max_interval, and it grows so slowly that it is never far from that: a flat
# curve is right within a factor of three of what jobs last, whichever way the guess is wrong. Measured by
# tests/benchmarks, in six worlds.
_REFERENCE_AGE = 800.0
_SHARE_OF_LONGEST = 0.34
_GROWTH = 0.18
# Less than a third of what is left, again and again: reaches the end in a few polls, and never jumps over it by much.
_SHARE_OF_REST = 0.3
# An estimate that is overdue says little: poll more often than the age alone would ask for, then ever less.
_OVERDUE_SHARE = 0.1
# A percent that has not moved for so many times its usual step is stuck.
_STUCK_STEPS = 2


def _adaptive(seen: Seen, interval: float, max_interval: float) -> float:
    pause = _SHARE_OF_LONGEST * max_interval * math.pow(max(seen.age, 0.0) / _REFERENCE_AGE, _GROWTH)
    if seen.remaining is not None:
        pause = seen.remaining * _SHARE_OF_REST if seen.remaining > 0 else min(pause, -seen.remaining * _OVERDUE_SHARE)
    return max(interval, min(max_interval, pause))


@dataclasses.dataclass
class Estimate:
    """How long a job will still take, by the percent that it has reported. Times are monotonic seconds.

    A percent that never moves, or has not moved for long, gives no estimate: half of all jobs report nothing usable.
    """

    first: tuple[float, float] | None = None
    last: tuple[float, float] | None = None
    steps: int = 0

    def add(self, now: float, percent: float | None) -> None:
        if percent is None:
            return
        if self.first is None or (self.last is not None and percent < self.last[1]):
            self.first, self.last, self.steps = (now, percent), (now, percent), 0
        elif self.last is not None and percent > self.last[1]:
            self.last, self.steps = (now, percent), self.steps + 1

    def remaining(self, now: float) -> float | None:
        """Return the seconds left; negative when the job is overdue by that much; None when nothing can be said."""
        if self.first is None or self.last is None or not self.steps:
            return None
        (start, begun_at), (changed, percent) = self.first, self.last
        speed = (percent - begun_at) / (changed - start)
        silent = now - changed
        if silent > _STUCK_STEPS * (changed - start) / self.steps + 1 and percent < 99.5:
            return None
        return (100 - percent) / speed - silent
