# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All policies over the population: their costs, other worlds, the floor, and the charts of all that."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.huaweicloud.ims.tests.benchmarks.chart import Panel, Series
from ansible_collections.huaweicloud.ims.tests.benchmarks.floor import PRICES, Point, floor_curve
from ansible_collections.huaweicloud.ims.tests.benchmarks.policies import (
    Cost,
    Policy,
    curve,
    curve_of_longest,
    others,
    ours,
)
from ansible_collections.huaweicloud.ims.tests.benchmarks.population import SEED, SIZE, population
from ansible_collections.huaweicloud.ims.tests.benchmarks.worlds import WORLDS, Costs, Trial, costs_of

# The floor is fitted to what it is measured by, so it gets more jobs, lest it learns single ones by heart.
_JOBS_OF_FLOOR = 20
# The lines of the charts show where things go; no figure is taken from them.
_SHARE_OF_LINES = 10
_OTHERS_COLOR, _OURS_COLOR, _FLOOR_COLOR = "#cf222e", "#1a7f37", "#6e7781"
_CURVE_COLORS = ("#0969da", "#8250df")

Row = tuple[Policy, Cost]


@dataclasses.dataclass(frozen=True)
class World:
    """Another population, and how the default compares with Terraform's policy there."""

    about: str
    theirs: Cost
    default: Cost

    def share(self, name: str) -> float:
        """Return a cost of the default, by the name of its field, as a share of Terraform's."""
        return float(getattr(self.default, name) / getattr(self.theirs, name))


@dataclasses.dataclass(frozen=True)
class Schedules:
    size: int
    silent: int
    rows: list[Row]
    curves: list[list[Row]]
    silent_rows: list[Row]
    silent_curves: list[list[Row]]
    floor: list[Point]
    worlds: list[World]


def simulate(size: int = SIZE, prices: t.Sequence[float] = PRICES) -> Schedules:
    """Return what the policies cost over so many jobs, in each world; ``prices`` are those of the floor's points."""
    policies, curves = [*others(), *ours()], [curve(), curve_of_longest()]
    theirs, default = others()[0].name, ours()[0].name
    few = max(1, size // _SHARE_OF_LINES)
    found = costs_of(
        [
            *(Trial(name, size, world) for world in WORLDS for name in (theirs, default)),
            *(Trial(policy.name, size) for policy in policies),
            *(Trial(policy.name, few) for line in curves for policy in line),
        ]
    )

    def costs(wanted: list[Policy], jobs: int) -> list[tuple[Policy, Costs]]:
        return [(policy, found[Trial(policy.name, jobs)]) for policy in wanted]

    lines = [costs(line, few) for line in curves]
    many = (job.duration for job in population(size * _JOBS_OF_FLOOR, SEED + 1) if not job.tells)
    return Schedules(
        size,
        sum(not job.tells for job in population(size)),
        _of_all(costs(policies, size)),
        [_of_all(line) for line in lines],
        _of_silent(costs(policies, size)),
        [_of_silent(line) for line in lines],
        floor_curve(list(many), prices),
        [World(about, *(found[Trial(name, size, about)].all for name in (theirs, default))) for about in WORLDS],
    )


def _of_all(rows: list[tuple[Policy, Costs]]) -> list[Row]:
    return [(policy, costs.all) for policy, costs in rows]


def _of_silent(rows: list[tuple[Policy, Costs]]) -> list[Row]:
    return [(policy, costs.silent) for policy, costs in rows if costs.silent is not None]


def chart_of_all(found: Schedules) -> list[Panel]:
    """Return two panels over the whole population: lateness in seconds, and relative to the job's length."""
    return [
        _panel("Requests against lateness", "mean lateness, seconds", found.rows, found.curves, lambda cost: cost.mean),
        _panel(
            "Requests against relative lateness",
            "mean lateness / length of the job",
            found.rows,
            found.curves,
            lambda cost: cost.relative,
        ),
    ]


def chart_of_silent(found: Schedules) -> list[Panel]:
    """Return one panel over the jobs that tell no usable percent, with the floor under it."""
    title = "Jobs without a usable percent, and the floor"
    panel = _panel(title, "mean lateness, seconds", found.silent_rows, found.silent_curves, lambda cost: cost.mean)
    floor = [(point.requests, point.lateness, "") for point in found.floor]
    floor[0] = (*floor[0][:2], "floor of all that know the age only")
    return [dataclasses.replace(panel, series=[*panel.series, Series(floor, _FLOOR_COLOR, line=True, dashed=True)])]


def _panel(title: str, y_title: str, rows: list[Row], lines: list[list[Row]], of: t.Callable[[Cost], float]) -> Panel:
    def points(wanted: t.Iterable[Row], named: bool) -> list[tuple[float, float, str]]:
        return [(cost.requests, of(cost), policy.name if named else "") for policy, cost in wanted]

    return Panel(
        title,
        "requests per job",
        y_title,
        [
            *(Series(points(line, False), color, line=True) for line, color in zip(lines, _CURVE_COLORS)),
            Series(points((row for row in rows if row[0].ours), True), _OURS_COLOR),
            Series(points((row for row in rows if not row[0].ours), True), _OTHERS_COLOR),
        ],
    )
