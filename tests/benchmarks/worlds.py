# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole populations under whole policies, on all cores of the machine: what each costs, the same on every machine."""

from __future__ import annotations

import collections
import concurrent.futures
import dataclasses
import functools
import os
import typing as t

from ansible_collections.huaweicloud.ims.tests.benchmarks.policies import (
    Cost,
    cost_of,
    curve,
    curve_of_longest,
    others,
    ours,
)
from ansible_collections.huaweicloud.ims.tests.benchmarks.population import SEED, Simulated, population

ASSUMED = "as assumed"
WORLDS: dict[str, dict[str, t.Any]] = {
    ASSUMED: {},
    "all jobs three times as long": {"scale": 3},
    "all jobs a third as long": {"scale": 1 / 3},
    "no job tells a percent": {"telling": 0},
    "all jobs tell a percent": {"telling": 1},
    "other jobs of the same kinds (another seed)": {"seed": SEED + 2},
}
_POLICIES = {policy.name: policy for policy in (*others(), *ours(), *curve(), *curve_of_longest())}
_CHUNK = 1000


@dataclasses.dataclass(frozen=True)
class Trial:
    """A policy, by its name, over so many jobs of a world."""

    policy: str
    size: int
    world: str = ASSUMED


@dataclasses.dataclass(frozen=True)
class Costs:
    """What a policy costs over all jobs, and over those that tell no usable percent (None where all do)."""

    all: Cost
    silent: Cost | None


_Row = tuple[float, bool, int, float]
"""A job's duration, whether its percent is of use, how many looks it took, and how late its end was noticed."""


def costs_of(trials: t.Iterable[Trial]) -> dict[Trial, Costs]:
    """Return what each trial costs. Takes minutes of CPU for 10,000 jobs in six worlds, shared by all cores."""
    wanted = dict.fromkeys(trials)
    chunks = [(trial, start) for trial in wanted for start in range(0, trial.size, _CHUNK)]
    # What takes longest begins first.
    chunks.sort(key=lambda chunk: -WORLDS[chunk[0].world].get("scale", 1))
    rows: dict[Trial, list[_Row]] = collections.defaultdict(list)
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count()) as pool:
        for (trial, _start), found in zip(chunks, pool.map(_watched, *zip(*chunks))):
            rows[trial] += found
    return {trial: _costs(rows[trial]) for trial in wanted}


def _costs(rows: t.Sequence[_Row]) -> Costs:
    silent = [row for row in rows if not row[1]]
    return Costs(_cost(rows), _cost(silent) if silent else None)


def _cost(rows: t.Sequence[_Row]) -> Cost:
    return cost_of([(duration, looks, late) for duration, _tells, looks, late in rows])


def _watched(trial: Trial, start: int) -> list[_Row]:
    watch = _POLICIES[trial.policy].watch
    jobs = _jobs(trial.world, trial.size)[start : start + _CHUNK]
    return [(job.duration, job.tells, *watch(job)) for job in jobs]


@functools.cache
def _jobs(world: str, size: int) -> list[Simulated]:
    return population(size, **WORLDS[world])
