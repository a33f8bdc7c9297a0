# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor: the fewest looks for a lateness that any schedule can reach which knows nothing of a job but its age.

For a population that is known in full, the best times to look are found by dynamic programming over a fine grid: from
the last time backwards, the best next look after each. A price for a second of lateness gives one point of the curve.
"""

from __future__ import annotations

import bisect
import itertools
import math
import typing as t

# Fine steps where jobs are young; a tenth of what a good schedule pauses later on.
_FIRST_STEP = 0.1
_STEP = 0.02
_FARTHEST = 250
PRICES = (0.2, 0.5, 1, 2, 4, 8, 16, 32, 64)


class Point(t.NamedTuple):
    requests: float
    lateness: float
    """Mean, in seconds."""


class _Grid(t.NamedTuple):
    times: list[float]
    ended: list[int]
    """How many jobs have ended by then."""
    spent: list[float]
    """How long they took, in sum."""


def floor_curve(durations: t.Sequence[float], prices: t.Sequence[float] = PRICES) -> list[Point]:
    """Return points of the curve, from few requests to many."""
    grid = _grid(sorted(durations))
    return [_point(grid, _best_looks(grid, price)) for price in prices]


def requests_at(curve: t.Sequence[Point], lateness: float) -> float | None:
    """Return how many requests the floor needs for that lateness, between its points; None beyond them."""
    for lazy, eager in itertools.pairwise(sorted(curve)):
        if eager.lateness <= lateness <= lazy.lateness:
            # Both are about inverse to each other, so the curve is nearly straight in logarithms.
            share = math.log(lazy.lateness / lateness) / math.log(lazy.lateness / eager.lateness)
            return lazy.requests * math.exp(share * math.log(eager.requests / lazy.requests))
    return None


def _grid(durations: t.Sequence[float]) -> _Grid:
    times = [0.0]
    while times[-1] < durations[-1]:
        times.append(times[-1] + max(_FIRST_STEP, _STEP * math.sqrt(times[-1])))
    ended = [bisect.bisect_right(durations, time) for time in times]
    sums = [0.0, *itertools.accumulate(durations)]
    return _Grid(times, ended, [sums[count] for count in ended])


def _best_looks(grid: _Grid, price: float) -> list[int]:
    """Return, for each time, the best next look after a look at that time."""
    times, ended, spent = grid
    last = len(times) - 1
    best = [0.0] * len(times)
    following = [last] * len(times)
    for now in range(last - 1, -1, -1):
        alive, gone, before = ended[-1] - ended[now], ended[now], spent[now]
        costs = [
            price * (times[then] * (ended[then] - gone) - spent[then] + before) + best[then]
            for then in range(now + 1, min(now + _FARTHEST, last) + 1)
        ]
        cheapest = min(costs)
        best[now], following[now] = alive + cheapest, now + 1 + costs.index(cheapest)
    return following


def _point(grid: _Grid, following: t.Sequence[int]) -> Point:
    times, ended, spent = grid
    looks, late, now = 0, 0.0, 0
    while ended[now] < ended[-1]:
        then = following[now]
        looks += ended[-1] - ended[now]
        late += times[then] * (ended[then] - ended[now]) - spent[then] + spent[now]
        now = then
    return Point(looks / ended[-1], late / ended[-1])
