# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A population of jobs, as the documentation's samples and users' reports suggest: the yardstick of schedules.

What is known of durations: changes of image members took 0.6 to 2.4 s in the documentation's samples; a creation from
a server 3 minutes; an export 3, a copy 2, an import 6 minutes; an export and imports of large images 10 to 39 minutes;
a full-ECS image a day. Terraform's acceptance run (create, export, destroy) took 8 to 11 minutes, and its default
timeout of 20 minutes is too short for many users. So there are four kinds, each but the members' log-normal around such
a median.

What is known of percents: samples of 2024 have none, those of 2015 and 2022 stand at 0.20, 0.24 and 0.40, one of them
in a job that has ended. So a third tells none, and for one in seven it sticks; the others move, more or less evenly, in
steps of 1 or of 20.
"""

from __future__ import annotations

import math
import random
import typing as t

SEED = 20260301
SIZE = 10_000

Percent = t.Callable[[float], t.Optional[float]]


class Simulated(t.NamedTuple):
    duration: float
    percent: Percent
    """The percent by the fraction of the job's life."""
    tells: bool
    """Whether that percent is of any use."""


def population(
    count: int = SIZE, seed: int = SEED, *, scale: float = 1.0, telling: float | None = None
) -> list[Simulated]:
    """Return jobs. For other worlds than ours, ``scale`` stretches all, and ``telling`` is the share that tells."""
    draw = random.Random(seed)
    return [Simulated(_duration(draw) * scale, *_percent(draw, telling)) for _turn in range(count)]


def _duration(draw: random.Random) -> float:
    kind = draw.random()
    if kind < 0.10:
        return draw.uniform(0.5, 3)
    median, spread = (270, 0.8) if kind < 0.65 else (1300, 0.7) if kind < 0.95 else (7200, 0.5)
    return draw.lognormvariate(math.log(median), spread)


def _percent(draw: random.Random, telling: float | None) -> tuple[Percent, bool]:
    style, bend, stuck = draw.random(), draw.uniform(0.7, 1.3), draw.uniform(0, 0.9)
    if telling is not None:
        style = 0.5 + style / 2 if style < telling else style / 2
    if style < 0.35:
        return lambda fraction: None, False
    if style < 0.50:
        return lambda fraction: math.floor(100 * min(fraction, stuck)), False
    if style < 0.70:
        return lambda fraction: math.floor(5 * fraction**bend) * 20, True
    return lambda fraction: math.floor(100 * fraction**bend), True
