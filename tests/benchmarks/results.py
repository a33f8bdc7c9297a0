# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run has found, and what the project demands of it."""

from __future__ import annotations

import dataclasses
import math
import typing as t

from ansible_collections.huaweicloud.ims.tests.benchmarks.floor import requests_at
from ansible_collections.huaweicloud.ims.tests.benchmarks.plays import URI, Look, Many
from ansible_collections.huaweicloud.ims.tests.benchmarks.policies import Cost
from ansible_collections.huaweicloud.ims.tests.benchmarks.schedules import Schedules
from ansible_collections.huaweicloud.ims.tests.benchmarks.tasks import MEASURED, Loop, Night, Share, Tasks


@dataclasses.dataclass(frozen=True)
class Found:
    """Everything; times in seconds, memory in MiB, medians of several runs."""

    machine: list[str]
    settings: str
    caveats: list[str]
    polls: dict[str, tuple[float, float]]
    """CPU and wall by client, in one process."""
    looks: dict[str, Look]
    sdk_once: float | None
    many: list[Many]
    lists: dict[int, float]
    """Wall of one task of ims_job_info by how many ids it was given."""
    tasks: Tasks
    single: dict[str, Share]
    """A whole play of one task, by its name."""
    loops: dict[str, Loop]
    count_of_loops: int
    night: Night
    imports: dict[str, tuple[float, float]]
    payloads: dict[str, int]
    schedules: Schedules


class Target(t.NamedTuple):
    """One demand: what is measured, by how much, and the limit."""

    what: str
    value: float
    limit: float
    unit: str = ""

    @property
    def is_met(self) -> bool:
        return self.value <= self.limit


def targets(found: Found) -> list[Target]:
    """Return all demands of the project with their measured values."""
    floor = found.polls["floor"][0]
    return [
        Target("CPU of a poll, signed and validated, against the floor", found.polls["signed"][0] / floor, 4, "x"),
        Target("the same in the wait loop", found.polls["loop"][0] / floor, 4, "x"),
        Target("memory of 1,000 jobs above that of 1 job", found.many[-1].memory - found.many[0].memory, 60, "MiB"),
        *_of_tasks(found),
        *_of_schedules(found.schedules),
    ]


def _of_tasks(found: Found) -> t.Iterator[Target]:
    uri, alone = found.tasks.uri, found.single["uri"]
    for name in MEASURED:
        task, single = found.tasks.modules[name].in_process, found.single[name]
        yield Target(f"a task of {name} against one of uri, CPU", task.cpu / uri.cpu, 0.1, "x")
        yield Target(f"a task of {name} against one of uri, wall", task.wall / uri.wall, 0.1, "x")
        yield Target(f"a play of one task of {name} against one of uri, CPU", single.cpu / alone.cpu, 0.75, "x")
        yield Target(f"a play of one task of {name} against one of uri, wall", single.wall / alone.wall, 0.75, "x")
    for module, loop in found.loops.items():
        if module != URI:
            what = f"a loop of {found.count_of_loops} {module.rpartition('.')[2]}"
            yield Target(f"{what} against one of uri, wall", loop.wall / found.loops[URI].wall, 0.03, "x")
            yield Target(f"{what}: logins", loop.logins, 1)
            yield Target(f"{what}: connections", loop.connections, 2)
    yield Target("CPU of an export with wait: true and 20 polls", found.night.ours * 1000, 80, "ms")


_WORDS = {
    "requests": "requests",
    "mean": "mean lateness",
    "median": "median lateness",
    "relative": "relative lateness",
}
_IN_ALL_WORLDS = {"requests": 0.92, "mean": 0.92, "median": 0.8, "relative": 0.3}


def _of_schedules(found: Schedules) -> list[Target]:
    costs = {policy.name: cost for policy, cost in found.rows}
    theirs, default, economical = costs["Terraform"], costs["ours, default"], costs["ours, economical"]
    silent = {policy.name: cost for policy, cost in found.silent_rows}["ours, default"]
    least = requests_at(found.floor, silent.mean)
    what = "default against fixed 10 s, in the worst of the worlds"
    return [
        *(
            Target(f"{what}: {_WORDS[name]}", max(world.share(name) for world in found.worlds), limit, "x")
            for name, limit in _IN_ALL_WORLDS.items()
        ),
        # No more than with version 1.0.0.
        *_against(theirs, default, "default against fixed 10 s, in the world as assumed", requests=0.79, mean=0.77),
        *_against(theirs, economical, "economical against fixed 10 s", requests=0.5, relative=0.2),
        Target(
            "requests of the default for jobs without a usable percent, against the floor at that lateness",
            silent.requests / least if least else math.inf,
            1.13,
            "x",
        ),
    ]


def _against(theirs: Cost, own: Cost, what: str, **limits: float) -> list[Target]:
    return [
        Target(f"{what}: {_WORDS[name]}", getattr(own, name) / getattr(theirs, name), limit, "x")
        for name, limit in limits.items()
    ]
