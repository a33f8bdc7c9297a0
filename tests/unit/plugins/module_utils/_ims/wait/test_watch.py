# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watching without an end: each change of status once, at the pace of a wait, through outages."""

from __future__ import annotations

import gc
import math
import typing as t
import weakref

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.events import event_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.watch import Watch
from ansible_collections.huaweicloud.ims.tests.unit.scripted import (
    JOB_ID,
    FakeClock,
    Fatal,
    Reply,
    ScriptedCloud,
    always,
    between,
    http_error,
    job,
    plan,
    running_until,
    unreachable,
    wrong_host,
)

OTHER = "ff8080814dbd65d7014dbe0d84db0013"


def watch(replies: t.Mapping[str, Reply], **options: t.Any) -> tuple[Watch, ScriptedCloud, FakeClock]:
    clock = FakeClock()
    cloud = ScriptedCloud(clock, replies, latencies=options.pop("latencies", None))
    return Watch(cloud, plan(error_timeout=math.inf, **options), clock, random=lambda: 0.5), cloud, clock


def watched_until(end: float, watch: Watch, clock: FakeClock) -> list[tuple[float, dict[str, t.Any]]]:
    """Return the events up to a time, each with its time."""
    events = []
    while clock.elapsed < end and not watch.refused:
        changes = watch.poll(min(2.0, end - clock.elapsed))
        events += [(round(clock.elapsed, 1), event_of(change)) for change in changes]
    return events


def told(events: list[tuple[float, dict[str, t.Any]]]) -> list[tuple[t.Any, ...]]:
    return [(when, e["previous_status"], e["job"]["status"], e["outcome"]) for when, e in events]


def test_each_change_of_status_is_told_once() -> None:
    moves = {0: ("INIT", 0), 4: ("RUNNING", 10), 6: ("RUNNING", 50), 10: ("SUCCESS", 100)}

    def reply(now: float) -> t.Any:
        status, percent = next(moves[at] for at in sorted(moves, reverse=True) if at <= now)
        return job(status, percent)

    watching, cloud, clock = watch({JOB_ID: reply})
    watching.add([JOB_ID, JOB_ID])
    events = watched_until(60, watching, clock)
    assert told(events) == [
        (0, None, "INIT", "pending"),
        (4, "INIT", "RUNNING", "pending"),
        (10, "RUNNING", "SUCCESS", "succeeded"),
    ]
    assert all(event["reason"] is None and event["job_id"] == JOB_ID for _when, event in events)
    assert watching.pending == 0
    watching.add([JOB_ID])
    assert watching.pending == 0, "what has ended is not watched again"
    assert len(cloud.asked) == 6


def test_jobs_may_join_at_any_time() -> None:
    watching, _cloud, clock = watch({JOB_ID: running_until(5), OTHER: running_until(12, "FAIL", OTHER)})
    assert watching.poll(0.0) == []
    watching.add([JOB_ID])
    assert [event["outcome"] for _when, event in watched_until(9, watching, clock)] == ["pending", "succeeded"]
    watching.add([OTHER])
    (_begun, first), (_ended, last) = watched_until(30, watching, clock)
    assert (first["outcome"], last["outcome"], last["reason"]) == (
        "pending",
        "failed",
        "FAIL; the cloud gave no reason",
    )


def test_a_batch_that_failed_in_part_has_failed_unless_that_is_accepted() -> None:
    results = [{"image_id": "i1", "status": "failed", "project_id": "p1"}]
    spoilt = always(job("SUCCESS", entities={"results": results}))
    for accepted, outcome in ((False, "failed"), (True, "succeeded")):
        watching, _cloud, clock = watch({JOB_ID: spoilt}, ignore_partial_failure=accepted)
        watching.add([JOB_ID])
        ((_when, event),) = watched_until(5, watching, clock)
        assert (event["outcome"], event["job"]["status"]) == (outcome, "SUCCESS")
        assert (event["reason"] or "").startswith("ended SUCCESS but 1 of 1 items failed") is not accepted


def test_an_unknown_id_has_failed_after_a_minute() -> None:
    watching, _cloud, clock = watch({JOB_ID: always(None)})
    watching.add([JOB_ID])
    ((when, event),) = watched_until(300, watching, clock)
    assert 60 <= when < 65
    assert (event["outcome"], event["reason"]) == ("failed", "is not known to the cloud")
    assert event["job"]["status"] is None


def test_outages_are_outlasted_however_long_they_take() -> None:
    watching, cloud, clock = watch({JOB_ID: between(3, 4000, unreachable(), running_until(4100))})
    watching.add([JOB_ID])
    assert told(watched_until(2.5, watching, clock)) == [(0, None, "RUNNING", "pending")]
    assert watching.outage is None
    assert watched_until(3900, watching, clock) == []
    assert watching.outage is not None
    assert told(watched_until(5000, watching, clock))[-1][3] == "succeeded"
    assert watching.outage is None and watching.refused is None
    during = [when for when in cloud.times() if 500 < when < 4000]
    assert all(29 < later - earlier < 31 for earlier, later in zip(during, during[1:]))


def test_when_the_gateway_asks_for_quiet_no_job_is_asked_for() -> None:
    busy = between(0, 1, http_error(429, retry_after=20), running_until(100))
    watching, cloud, clock = watch({JOB_ID: busy, OTHER: running_until(100, job_id=OTHER)})
    watching.add([JOB_ID, OTHER])
    watched_until(50, watching, clock)
    assert [when for when, _job_id in cloud.asked if 0 < when < 19.9] == []


def test_a_permanent_error_that_concerns_all_is_kept_and_what_else_was_learned_is_reported() -> None:
    watching, cloud, clock = watch({JOB_ID: running_until(9), OTHER: always(Fatal("no"))})
    watching.add([JOB_ID, OTHER])
    assert told(watched_until(60, watching, clock)) == [(0, None, "RUNNING", "pending")]
    assert str(watching.refused) == "no"
    assert len(cloud.asked) == 2


REFUSALS = [
    http_error(400, "IMG.0023x"),
    http_error(403, "APIGW.0302"),
    http_error(405, "405"),
    http_error(404, "APIGW.0101"),
]


@pytest.mark.parametrize("error", REFUSALS, ids=str)
def test_one_job_that_is_refused_ends_alone(error: t.Any) -> None:
    watching, _cloud, clock = watch({OTHER: always(error), JOB_ID: running_until(9)})
    watching.add([OTHER, JOB_ID])
    events = watched_until(60, watching, clock)
    assert watching.refused is None
    (refused,) = [event for _when, event in events if event["job_id"] == OTHER]
    assert refused["outcome"] == "failed" and "said so" in refused["reason"]
    assert [event["outcome"] for _when, event in events if event["job_id"] == JOB_ID] == ["pending", "succeeded"]


def test_the_refusal_of_one_job_is_no_outage() -> None:
    watching, _cloud, clock = watch({OTHER: always(REFUSALS[0]), JOB_ID: running_until(1e9)})
    watching.add([JOB_ID])
    watched_until(1, watching, clock)
    watching.add([OTHER])
    seen = []
    while clock.elapsed < 30:
        watching.poll(2.0)
        seen.append(watching.outage)
    assert watching.pending == 1
    assert set(seen) == {None}


@pytest.mark.parametrize("error", [*REFUSALS, http_error(302, "302"), wrong_host()], ids=str)
def test_before_any_valid_response_nothing_is_taken_for_the_end_of_a_job(error: t.Any) -> None:
    watching, _cloud, clock = watch({OTHER: always(error)})
    watching.add([OTHER])
    assert watched_until(3600, watching, clock) == []
    assert watching.outage is error and watching.refused is None and watching.pending == 1


def test_a_pause_of_a_year_that_a_server_asks_for_is_cut_short() -> None:
    busy = between(0, 1, http_error(503, retry_after=365 * 86400.0), running_until(100))
    watching, _cloud, clock = watch({JOB_ID: busy})
    watching.add([JOB_ID])
    assert [event["outcome"] for _when, event in watched_until(700, watching, clock)] == ["succeeded"]


def test_a_job_that_hangs_keeps_no_other_event_back() -> None:
    ids = [f"job-{n}" for n in range(11)]
    replies = {OTHER: running_until(1e9, job_id=OTHER), **{one: running_until(20, job_id=one) for one in ids}}
    watching, _cloud, clock = watch(replies, latencies={OTHER: 30.0})
    watching.add(replies)
    events = watched_until(29, watching, clock)
    assert sum(event["outcome"] == "succeeded" for _when, event in events) == 11


def test_the_rate_holds_for_all_jobs_together() -> None:
    ids = [f"job-{n}" for n in range(40)]
    watching, cloud, clock = watch({one: running_until(1e9, job_id=one) for one in ids}, max_requests_per_second=4.0)
    watching.add(ids)
    assert len(watched_until(30, watching, clock)) == 40
    assert len(cloud.asked) <= 4 * 30 + 4


def test_no_poll_is_kept_waiting_by_the_step_of_the_loop() -> None:
    watched, cloud, clock = watch({JOB_ID: always(job("RUNNING"))}, interval=0.25, max_interval=0.25)
    watched.add([JOB_ID])
    watched_until(1.1, watched, clock)
    assert cloud.times() == pytest.approx([0, 0.25, 0.5, 0.75, 1.0], abs=0.01)


def test_no_timeline_is_kept_of_jobs_that_go_on() -> None:
    watched, _cloud, _clock = watch({JOB_ID: lambda now: job("RUNNING", now)})
    watched.add([JOB_ID])
    (change,) = watched.poll(2.0)
    for _turn in range(10):
        assert watched.poll(2.0) == []
    assert change.tracked.timeline == []


@pytest.mark.parametrize("status", ["SUCCESS", "FAIL"])
def test_nothing_is_kept_of_a_job_that_has_ended_but_that_it_has(status: str) -> None:
    watched, cloud, clock = watch({JOB_ID: lambda now: job(status), OTHER: always(job("RUNNING", job_id=OTHER))})
    watched.add([JOB_ID, OTHER])
    changes = watched.poll(2.0) + watched.poll(2.0)
    (ended,) = (weakref.ref(change.tracked) for change in changes if change.tracked.job_id == JOB_ID)
    del changes
    gc.collect()
    assert ended() is None
    watched.add([JOB_ID, OTHER])
    watched_until(30, watched, clock)
    assert cloud.times() == [0.0]
    assert watched.pending == 1
