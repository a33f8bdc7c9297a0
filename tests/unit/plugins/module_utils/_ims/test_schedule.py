# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schedules, and what they cost over a population of jobs as the cloud has them."""

from __future__ import annotations

import math
import random
import statistics
import types
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schedule import (
    BACKOFFS,
    Estimate,
    Schedule,
    Seen,
    jittered,
    retry_pause,
    schedule_for,
)


def pauses(backoff: str, looks: int, **seen: t.Any) -> list[float]:
    schedule = schedule_for(backoff, 2, 30)
    return [schedule(Seen(age=seen.get("age", 0), looks=look)) for look in range(1, looks + 1)]


def test_fixed_is_fixed() -> None:
    assert pauses("fixed", 4) == [2, 2, 2, 2]


def test_exponential_doubles_up_to_max_interval() -> None:
    assert pauses("exponential", 6) == [2, 4, 8, 16, 30, 30]


def test_exponential_survives_a_very_long_wait() -> None:
    assert schedule_for("exponential", 2, 30)(Seen(age=1e6, looks=100_000)) == 30


@pytest.mark.parametrize("backoff", BACKOFFS)
@pytest.mark.parametrize("age", [0, 1, 60, 3600, 1e6])
@pytest.mark.parametrize("remaining", [None, -1e6, 0, 1, 1e6])
def test_every_pause_lies_between_interval_and_max_interval(backoff: str, age: float, remaining: float | None) -> None:
    assert 2 <= schedule_for(backoff, 2, 30)(Seen(age, 7, remaining)) <= 30


def test_adaptive_looks_less_often_as_a_job_gets_older() -> None:
    found = [schedule_for("adaptive", 2, 30)(Seen(age, 1)) for age in (0, 60, 600, 3600, 36_000)]
    assert found == sorted(found)
    assert found[0] == 2
    assert found[-1] == 30


def test_adaptive_looks_more_often_when_the_end_is_near() -> None:
    schedule = schedule_for("adaptive", 2, 30)
    assert schedule(Seen(1800, 50, remaining=600)) == 30
    assert schedule(Seen(1800, 50, remaining=6)) == 3


def test_jitter_spreads_pauses_by_a_tenth() -> None:
    assert [round(jittered(10, draw), 6) for draw in (0.0, 0.5, 1.0)] == [9, 10, 11]


def test_retries_start_at_interval() -> None:
    assert [retry_pause(failures, 2, 30) for failures in (1, 2, 3, 10)] == [2, 4, 8, 30]


# -- the estimate of the rest ------------------------------------------------------------------------------------------


def estimate(*samples: tuple[float, float | None]) -> Estimate:
    found = Estimate()
    for now, percent in samples:
        found.add(now, percent)
    return found


def test_an_even_progress_gives_the_rest() -> None:
    assert estimate((0, 0), (10, 10), (20, 20)).remaining(20) == pytest.approx(80)
    assert estimate((0, 0), (10, 10), (20, 20)).remaining(25) == pytest.approx(75)


@pytest.mark.parametrize("samples", [[], [(0, None), (10, None)], [(0, 20)], [(0, 20), (50, 20)]])
def test_what_does_not_move_gives_no_estimate(samples: list[tuple[float, float | None]]) -> None:
    assert estimate(*samples).remaining(60) is None


def test_a_percent_that_stands_still_for_long_gives_no_estimate() -> None:
    moving = estimate((0, 0), (10, 10), (20, 20))
    assert moving.remaining(30) is not None
    assert moving.remaining(120) is None


def test_a_percent_that_falls_back_starts_the_estimate_anew() -> None:
    assert estimate((0, 0), (10, 50), (20, 10)).remaining(20) is None
    assert estimate((0, 0), (10, 50), (20, 10), (30, 20)).remaining(30) == pytest.approx(80)


# -- a population of jobs ----------------------------------------------------------------------------------------------


class Simulated(t.NamedTuple):
    duration: float
    percent: t.Callable[[float], float] | None
    """The percent by the fraction of the job's life; None for a job that tells none."""


def population(count: int, draw: random.Random) -> list[Simulated]:
    """Return jobs as the documentation's samples and users' reports suggest.

    A tenth changes image members (0.6 to 2.4 s in the samples), more than half create or export images (around 4.5
    minutes), a third handles large ones (around 22 minutes), a few take hours. Half of them tell no usable percent:
    none at all (a third of all), or one that sticks. The others move more or less evenly, in fine or coarse steps.
    """

    def duration() -> float:
        kind = draw.random()
        if kind < 0.10:
            return draw.uniform(0.5, 3)
        median, spread = (270, 0.8) if kind < 0.65 else (1300, 0.7) if kind < 0.95 else (7200, 0.5)
        return draw.lognormvariate(math.log(median), spread)

    def percent() -> t.Callable[[float], float] | None:
        style, bend, stuck = draw.random(), draw.uniform(0.7, 1.3), draw.uniform(0, 0.9)
        if style < 0.35:
            return None
        if style < 0.50:
            return lambda fraction: math.floor(100 * min(fraction, stuck))
        if style < 0.70:
            return lambda fraction: math.floor(5 * fraction**bend) * 20
        return lambda fraction: math.floor(100 * fraction**bend)

    return [Simulated(duration(), percent()) for _turn in range(count)]


class Cost(t.NamedTuple):
    requests: int
    mean: float
    median: float
    relative: float


def cost(jobs: list[Simulated], watch: t.Callable[[Simulated], tuple[int, float]]) -> Cost:
    """``watch`` returns, for a job, how many looks it took and how many seconds after its end that was noticed."""
    looks, late = zip(*(watch(job) for job in jobs))
    relative = [lateness / job.duration for lateness, job in zip(late, jobs)]
    return Cost(sum(looks), statistics.mean(late), statistics.median(late), statistics.mean(relative))


def by_terraform(job: Simulated) -> tuple[int, float]:
    """Terraform's provider for Huawei Cloud looks after 10 s, and then each 10 s (Delay, PollInterval)."""
    looks = max(1, math.ceil(job.duration / 10))
    return looks, 10 * looks - job.duration


def by_schedule(schedule: Schedule, draw: t.Callable[[], float]) -> t.Callable[[Simulated], tuple[int, float]]:
    def watch(job: Simulated) -> tuple[int, float]:
        (duration, percent), now, estimate = job, 0.0, Estimate()
        # Filled anew for each look: to build a million of the frozen ones takes as long as all the rest.
        seen = types.SimpleNamespace(age=0.0, looks=1, remaining=None)
        while now < duration:
            if percent:
                estimate.add(now, percent(now / duration))
                seen.remaining = estimate.remaining(now)
            seen.age = now
            now += jittered(schedule(seen), draw())
            seen.looks += 1
        return seen.looks, now - duration

    return watch


def test_adaptive_beats_ten_seconds_fixed_in_requests_and_in_lateness_over_ten_thousand_jobs() -> None:
    jobs = population(10_000, random.Random(20260301))
    fixed = cost(jobs, by_terraform)
    adaptive = cost(jobs, by_schedule(schedule_for("adaptive", 2, 30), random.Random(7).random))
    assert adaptive.requests <= 0.9 * fixed.requests
    assert adaptive.mean <= 0.9 * fixed.mean
    assert adaptive.median <= 0.5 * fixed.median
    assert adaptive.relative <= 0.25 * fixed.relative
