# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting policies as functions of a job: how often they look, and how late they notice its end. No HTTP.

Ours is the wait loop itself, on a clock that jumps (loop.py). Those of others are made anew from their published
numbers. In each, the first look is counted from the moment at which the job was started; a look takes no time.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import statistics
import typing as t

from ansible_collections.huaweicloud.ims.tests.benchmarks.loop import waited
from ansible_collections.huaweicloud.ims.tests.benchmarks.population import Simulated

Watch = t.Callable[[Simulated], tuple[int, float]]
"""How many looks a job took, and how many seconds after its end that was noticed."""


@dataclasses.dataclass(frozen=True)
class Policy:
    name: str
    about: str
    watch: Watch
    ours: bool = False


@dataclasses.dataclass(frozen=True)
class Cost:
    """What a policy costs over a population. Lateness in seconds; relative: to the job's own length."""

    requests: float
    """For each job."""
    mean: float
    median: float
    relative: float
    p95: float
    worst: float


def cost(jobs: t.Sequence[Simulated], watch: Watch) -> Cost:
    return cost_of([(job.duration, *watch(job)) for job in jobs])


def cost_of(watched: t.Sequence[tuple[float, int, float]]) -> Cost:
    """Return the cost of jobs by their durations, looks and lateness."""
    durations, looks, late = zip(*watched)
    in_order = sorted(late)
    return Cost(
        statistics.fmean(looks),
        statistics.fmean(late),
        in_order[len(in_order) // 2],
        statistics.fmean(lateness / duration for lateness, duration in zip(late, durations)),
        in_order[int(0.95 * len(in_order))],
        in_order[-1],
    )


def by_pauses(pauses: t.Callable[[], t.Iterator[float]], told_after: float = 0.0) -> Watch:
    """The pauses before each look; ``told_after``: so long after the look the caller is told."""

    def watch(job: Simulated) -> tuple[int, float]:
        now = 0.0
        for looks, pause in enumerate(pauses(), 1):
            now += pause
            if now >= job.duration:
                return looks, now + told_after - job.duration
        raise ValueError("The pauses ended before the job.")

    return watch


def fixed(pause: float, first: float | None = None) -> Watch:
    return by_pauses(lambda: itertools.chain([pause if first is None else first], itertools.repeat(pause)))


def _hwc_modules() -> t.Iterator[float]:
    yield 3
    yield from (1, 2, 4, 8)
    yield from itertools.repeat(10)


def others() -> list[Policy]:
    """Return the policies of others, Terraform's first: it is what ours is compared with."""
    return [
        Policy("Terraform", "the provider for Huawei Cloud: delay 10 s, then each 10 s", fixed(10)),
        Policy(
            "golangsdk",
            "WaitForJobSuccess: sleeps 5 s, looks, sleeps 10 s more before it tells, whatever it saw",
            by_pauses(lambda: itertools.chain([5], itertools.repeat(15)), told_after=10),
        ),
        Policy("hwc modules", "community.general: 3 s, then 1, 2, 4, 8 and 10 s", by_pauses(_hwc_modules)),
        Policy("gophertelekomcloud", "WaitForJob: each second", fixed(1)),
        Policy("Packer", "the plugin for Huawei Cloud: delay 60 s, then each 10 s", fixed(10, first=60)),
        Policy("until", "Ansible's until with its default delay of 5 s, a first look at once", fixed(5, first=0)),
    ]


DEFAULT = (2.0, 30.0)
ECONOMICAL = (2.0, 50.0)


def setting(backoff: str, interval: float, max_interval: float, name: str | None = None) -> Policy:
    """Return one of ours, by option values."""
    return Policy(
        name or f"{backoff} {interval:g}/{max_interval:g}",
        f"wait_for_ims_job with backoff: {backoff}, interval: {interval:g}, max_interval: {max_interval:g}",
        functools.partial(waited, backoff, interval, max_interval),
        ours=True,
    )


def ours() -> list[Policy]:
    return [
        setting("adaptive", *DEFAULT, name="ours, default"),
        setting("adaptive", *ECONOMICAL, name="ours, economical"),
        setting("exponential", *DEFAULT, name="ours, exponential"),
    ]


def curve() -> list[Policy]:
    """Return adaptive with interval and max_interval scaled, from lazy to eager."""
    scales = (8, 6, 4, 3, 2, 1.5, 1, 0.5, 0.25)
    return [setting("adaptive", DEFAULT[0] * scale, DEFAULT[1] * scale) for scale in scales]


def curve_of_longest() -> list[Policy]:
    """Return adaptive with max_interval alone changed, from lazy to eager."""
    return [setting("adaptive", DEFAULT[0], longest) for longest in (180, 120, 90, 60, 50, 40, 30, 20, 15)]
