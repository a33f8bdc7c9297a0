# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All policies over the population: their costs, other worlds, the floor, and the charts of all that."""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from ansible_collections.huaweicloud.ims.tests.benchmarks.chart import Panel, Series
from ansible_collections.huaweicloud.ims.tests.benchmarks.floor import Point, floor_curve
from ansible_collections.huaweicloud.ims.tests.benchmarks.policies import (
    Cost,
    Policy,
    cost,
    cost_of,
    curve,
    curve_of_longest,
    others,
    ours,
)
from ansible_collections.huaweicloud.ims.tests.benchmarks.population import SEED, SIZE, population

# The floor is fitted to what it is measured by, so it gets more jobs, lest it learns single ones by heart.
_JOBS_OF_FLOOR = 20
_OTHERS_COLOR, _OURS_COLOR, _FLOOR_COLOR = "#cf222e", "#1a7f37", "#6e7781"
_CURVE_COLORS = ("#0969da", "#8250df")

Row = tuple[Policy, Cost]


@dataclasses.dataclass(frozen=True)
class World:
    """Another population, and how the default compares with Terraform's policy there."""

    about: str
    theirs: Cost
    default: Cost


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


def simulate(size: int = SIZE) -> Schedules:
    jobs = population(size)
    policies, curves = [*others(), *ours()], [curve(), curve_of_longest()]
    watched = {
        policy.name: [(job, *policy.watch(job)) for job in jobs] for policy in itertools.chain(policies, *curves)
    }

    def rows(wanted: list[Policy]) -> list[Row]:
        return [(policy, cost_of(watched[policy.name])) for policy in wanted]

    def silent_rows(wanted: list[Policy]) -> list[Row]:
        return [(policy, cost_of([row for row in watched[policy.name] if not row[0].tells])) for policy in wanted]

    many = (job.duration for job in population(size * _JOBS_OF_FLOOR, SEED + 1) if not job.tells)
    return Schedules(
        size,
        sum(not job.tells for job in jobs),
        rows(policies),
        [rows(line) for line in curves],
        silent_rows(policies),
        [silent_rows(line) for line in curves],
        floor_curve(list(many)),
        _worlds(size // 4),
    )


def _worlds(size: int) -> list[World]:
    worlds = {
        "as assumed": population(size),
        "all jobs three times as long": population(size, scale=3),
        "all jobs a third as long": population(size, scale=1 / 3),
        "no job tells a percent": population(size, telling=0),
        "all jobs tell a percent": population(size, telling=1),
        "other jobs of the same kinds (another seed)": population(size, SEED + 2),
    }
    theirs, default = others()[0].watch, ours()[0].watch
    return [World(about, cost(jobs, theirs), cost(jobs, default)) for about, jobs in worlds.items()]


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
