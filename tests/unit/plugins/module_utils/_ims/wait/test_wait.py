# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import SchemaError, UnreadableAnswerError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import Silence
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracked_job import (
    MAX_TIMELINE,
    UNKNOWN_ID_GRACE,
    State,
    TrackedJob,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracker import TRIES_UNANSWERED
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import LAST_POLL_SECONDS, Ending, Wait
from ansible_collections.huaweicloud.ims.tests.unit.scripted import (
    JOB_ID,
    FakeClock,
    Fatal,
    ScriptedCloud,
    always,
    between,
    http_error,
    job,
    plan,
    running_until,
    unreachable,
    wait,
    wrong_host,
)

TRANSIENT = [
    http_error(429, "APIGW.0308"),
    http_error(500),
    http_error(502),
    http_error(503),
    http_error(504),
    http_error(400, "IMG.0060"),
    unreachable(),
    UnreadableAnswerError("not JSON"),
    SchemaError("does not fit", ["$.status: missing"]),
]


def test_a_finished_job_costs_one_look_and_no_sleep() -> None:
    outcome, cloud, clock = wait(always(job("SUCCESS")), plan())
    assert outcome.ending is Ending.DONE
    assert cloud.times() == [0]
    assert clock.sleeps == []


def test_a_job_is_waited_for_until_it_ends() -> None:
    outcome, cloud, _clock = wait(running_until(61), plan(interval=2))
    assert outcome.ending is Ending.DONE
    assert 61 <= cloud.times()[-1] <= 63
    assert outcome.polls == len(cloud.asked)


@pytest.mark.parametrize("word", ["INIT", "RUNNING", "PENDING_PAYMENT", "SUCCESSFUL", "OK"])
def test_only_success_is_success(word: str) -> None:
    outcome, _cloud, _clock = wait(always(job(word, percent=100, end_time="2026-03-01T12:00:00Z")), plan(timeout=20))
    assert outcome.ending is Ending.TIMED_OUT
    assert outcome.jobs[0].state is State.PENDING


def test_a_failed_job_fails_the_wait() -> None:
    outcome, _cloud, _clock = wait(running_until(5, then="FAIL"), plan())
    assert outcome.ending is Ending.FAILED
    assert outcome.jobs[0].state is State.FAILED


@pytest.mark.parametrize(("ignore", "ending"), [(False, Ending.FAILED), (True, Ending.DONE)])
def test_a_success_with_failed_items_is_a_failure_unless_that_is_accepted(ignore: bool, ending: Ending) -> None:
    half = job("SUCCESS", entities={"results": [{"status": "success"}, {"status": "failed"}]})
    outcome, _cloud, _clock = wait(always(half), plan(ignore_partial_failure=ignore))
    assert outcome.ending is ending


def test_the_delay_comes_before_the_first_look() -> None:
    _outcome, cloud, _clock = wait(always(job("SUCCESS")), plan(delay=30))
    assert cloud.times() == [pytest.approx(30, abs=0.01)]


def test_a_delay_beyond_the_timeout_leaves_the_last_look() -> None:
    outcome, cloud, _clock = wait(always(job("RUNNING")), plan(delay=50, timeout=20))
    assert cloud.times() == [pytest.approx(20, abs=0.01)]
    assert outcome.ending is Ending.TIMED_OUT


def test_a_job_that_never_ends_is_looked_at_once_more_at_the_deadline() -> None:
    outcome, cloud, clock = wait(always(job("RUNNING")), plan(interval=20, timeout=50))
    assert outcome.ending is Ending.TIMED_OUT
    assert cloud.times() == [pytest.approx(when, abs=0.01) for when in (0, 20, 40, 50)]
    assert clock.elapsed == pytest.approx(50, abs=0.01)


def test_a_job_that_ends_at_the_deadline_is_a_success() -> None:
    outcome, _cloud, _clock = wait(running_until(50), plan(interval=20, timeout=50))
    assert outcome.ending is Ending.DONE


def test_a_timeout_of_zero_looks_once() -> None:
    outcome, cloud, clock = wait(always(job("RUNNING")), plan(timeout=0))
    assert outcome.ending is Ending.TIMED_OUT
    assert cloud.times() == [0]
    assert clock.sleeps == []


def test_a_timeout_of_zero_looks_once_at_each_of_many_jobs() -> None:
    replies = {f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(23)}
    outcome, cloud, _clock = wait(replies, plan(timeout=0, max_requests_per_second=10))
    assert sorted(asked for _when, asked in cloud.asked) == sorted(replies)
    assert outcome.ending is Ending.TIMED_OUT


def test_requests_are_cut_to_the_time_that_is_left() -> None:
    _outcome, cloud, _clock = wait(always(job("RUNNING")), plan(interval=20, timeout=50))
    assert cloud.timeouts == [pytest.approx(left + LAST_POLL_SECONDS, abs=0.2) for left in (50, 30, 10, 0)]


def test_a_cloud_that_hangs_costs_the_last_look_at_the_most() -> None:
    outcome, _cloud, clock = wait(always(unreachable()), plan(interval=2, timeout=60), latency=1000)
    assert outcome.ending is Ending.TIMED_OUT
    assert clock.elapsed <= 60 + LAST_POLL_SECONDS + 0.1
    assert outcome.jobs[0].error is outcome.last_error is not None
    assert outcome.poll_errors == 1 and outcome.unpolled == ()


def test_a_poll_that_outlives_its_own_bound_is_an_error_and_nothing_waits_for_it() -> None:
    class Deaf(ScriptedCloud):
        def submit(self, job_ids: t.Sequence[str], timeout: float) -> None:
            super().submit(job_ids, 10_000)

    clock = FakeClock()
    cloud = Deaf(clock, {JOB_ID: always(job("RUNNING"))}, latency=9_000)
    outcome = Wait([JOB_ID], cloud, plan(timeout=60), clock, observer=Silence()).run()
    assert clock.elapsed <= 60 + LAST_POLL_SECONDS + 0.1
    assert (outcome.ending, outcome.poll_errors, outcome.jobs[0].failures) == (Ending.TIMED_OUT, 1, 1)
    assert str(outcome.last_error) == str(outcome.jobs[0].error) == "no answer came before the time was up"


# -- bad weather ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trouble", TRANSIENT, ids=lambda error: type(error).__name__ + str(getattr(error, "status", ""))
)
def test_trouble_that_passes_is_waited_through(trouble: t.Any) -> None:
    outcome, _cloud, _clock = wait(between(10, 100, trouble, running_until(120)), plan())
    assert outcome.ending is Ending.DONE
    assert outcome.poll_errors > 0
    assert outcome.last_error is trouble


@pytest.mark.parametrize(
    "error",
    [
        http_error(401, "APIGW.0301"),
        Fatal("no"),
    ],
    ids=str,
)
def test_a_permanent_error_that_concerns_all_ends_the_wait_at_once(error: t.Any) -> None:
    outcome, cloud, _clock = wait(between(10, 1e9, error, always(job("RUNNING"))), plan(interval=5))
    assert outcome.ending is Ending.REFUSED
    assert len(cloud.asked) == 3
    assert outcome.last_error is error
    assert outcome.jobs[0].job is not None


PERMANENT = [http_error(403, "APIGW.0302"), http_error(404, "APIGW.0101"), http_error(400, "IMG.0001")]


@pytest.mark.parametrize("error", PERMANENT, ids=str)
def test_before_any_valid_response_a_permanent_error_refuses_all(error: t.Any) -> None:
    jobs = {"a": always(error), "b": running_until(50, job_id="b")}
    outcome, cloud, _clock = wait(jobs, plan(fail_fast=False), batch_size=1)
    assert outcome.ending is Ending.REFUSED
    assert outcome.last_error is error
    assert [asked for _when, asked in cloud.asked] == ["a"]


@pytest.mark.parametrize("error", PERMANENT, ids=str)
def test_after_a_valid_response_a_permanent_error_concerns_its_job_only(error: t.Any) -> None:
    jobs = {"a": always(error), "b": running_until(50, job_id="b")}
    outcome, cloud, _clock = wait(jobs, plan(fail_fast=False))
    assert outcome.ending is Ending.FAILED
    assert [job.state for job in outcome.jobs] == [State.FAILED, State.SUCCEEDED]
    assert outcome.jobs[0].is_refused
    assert cloud.times("a") == [0]


@pytest.mark.parametrize("error", [http_error(302, "302"), wrong_host()], ids=str)
def test_what_may_be_a_blip_or_a_wrong_setting_is_refused_after_a_few_tries(error: t.Any) -> None:
    outcome, cloud, clock = wait(always(error), plan())
    assert outcome.ending is Ending.REFUSED
    assert len(cloud.asked) == TRIES_UNANSWERED
    assert clock.elapsed < 7
    blip, _cloud, _clock = wait(between(0, 5, error, running_until(20)), plan())
    assert blip.ending is Ending.DONE


@pytest.mark.parametrize("error", [http_error(302, "302"), wrong_host()], ids=str)
def test_what_may_be_a_wrong_setting_is_an_outage_once_the_cloud_has_answered(error: t.Any) -> None:
    outcome, _cloud, _clock = wait(between(10, 200, error, running_until(250)), plan())
    assert outcome.ending is Ending.DONE


def test_the_wait_gives_up_when_the_cloud_is_gone_for_error_timeout_since_the_last_good_answer() -> None:
    outcome, _cloud, clock = wait(
        between(100, 1e9, unreachable(), always(job("RUNNING", 40))), plan(interval=5, error_timeout=300)
    )
    assert outcome.ending is Ending.GAVE_UP
    assert clock.elapsed == pytest.approx(95 + 300, abs=1)
    assert outcome.jobs[0].state is State.GIVEN_UP


def test_a_good_answer_starts_error_timeout_anew() -> None:
    def reply(now: float) -> t.Any:
        return job("RUNNING") if int(now) % 100 < 5 else unreachable()

    outcome, _cloud, _clock = wait(reply, plan(interval=1, max_interval=2, error_timeout=150, timeout=1000))
    assert outcome.ending is Ending.TIMED_OUT


def test_an_error_timeout_of_zero_gives_up_at_the_first_bad_answer() -> None:
    outcome, cloud, _clock = wait(always(unreachable()), plan(error_timeout=0))
    assert outcome.ending is Ending.GAVE_UP
    assert len(cloud.asked) == 1


def test_bad_answers_are_followed_by_ever_longer_pauses() -> None:
    _outcome, cloud, _clock = wait(always(unreachable()), plan(interval=2, max_interval=30, error_timeout=120))
    pauses = [round(b - a) for a, b in zip(cloud.times(), cloud.times()[1:])]
    assert pauses[:5] == [2, 4, 8, 16, 30]


def test_retry_after_is_honoured() -> None:
    _outcome, cloud, _clock = wait(between(0, 10, http_error(503, retry_after=45), running_until(46)), plan())
    assert cloud.times()[:2] == [0, pytest.approx(45, abs=0.01)]


def test_retry_after_never_outlasts_the_deadline() -> None:
    _outcome, cloud, clock = wait(always(http_error(429, retry_after=5000)), plan(timeout=60))
    assert cloud.times() == [0, pytest.approx(60, abs=0.01)]
    assert clock.elapsed == pytest.approx(60, abs=0.01)


def test_retry_after_never_outlasts_error_timeout() -> None:
    outcome, _cloud, clock = wait(always(http_error(429, retry_after=5000)), plan(error_timeout=100))
    assert outcome.ending is Ending.GAVE_UP
    assert clock.elapsed == pytest.approx(100, abs=0.01)


def test_a_throttled_request_quiets_all_jobs() -> None:
    throttled = between(0, 1, http_error(429, retry_after=60), always(job("SUCCESS", job_id="a")))
    others = {f"job-{n}": running_until(200, job_id=f"job-{n}") for n in range(4)}
    _outcome, cloud, _clock = wait({"a": throttled, **others}, plan())
    assert not [when for when, _job_id in cloud.asked if 0 < when < 60]


# -- unknown ids ----------------------------------------------------------------------------------------------------


def test_a_new_job_may_not_be_known_at_once() -> None:
    outcome, _cloud, _clock = wait(between(0, 40, None, running_until(80)), plan())
    assert outcome.ending is Ending.DONE


def test_an_id_that_stays_unknown_is_a_failure_after_a_minute() -> None:
    outcome, _cloud, clock = wait(always(None), plan(interval=2))
    assert outcome.ending is Ending.FAILED
    assert 60 <= clock.elapsed <= 63
    assert outcome.jobs[0].unknown


def test_a_job_that_the_cloud_forgets_is_a_failure() -> None:
    outcome, _cloud, _clock = wait(between(100, 1e9, None, always(job("RUNNING"))), plan())
    assert outcome.ending is Ending.FAILED


# -- many jobs ------------------------------------------------------------------------------------------------------


def batch(ends: t.Mapping[str, tuple[float, str]]) -> dict[str, t.Any]:
    return {name: running_until(end, then, job_id=name) for name, (end, then) in ends.items()}


def test_all_jobs_are_waited_for_under_one_deadline_and_keep_their_order() -> None:
    outcome, _cloud, clock = wait(batch({"c": (90, "SUCCESS"), "a": (10, "SUCCESS"), "b": (50, "SUCCESS")}), plan())
    assert outcome.ending is Ending.DONE
    assert [watched.job_id for watched in outcome.jobs] == ["c", "a", "b"]
    assert clock.elapsed < 95


def test_a_finished_job_is_not_asked_for_again() -> None:
    _outcome, cloud, _clock = wait(batch({"a": (10, "SUCCESS"), "b": (90, "SUCCESS")}), plan())
    assert cloud.times("a")[-1] < 13
    assert len([when for when in cloud.times("a") if when >= 10]) == 1


def test_one_failure_ends_the_wait_with_fail_fast() -> None:
    outcome, _cloud, clock = wait(batch({"a": (10, "FAIL"), "b": (90, "SUCCESS")}), plan(fail_fast=True))
    assert outcome.ending is Ending.FAILED
    assert clock.elapsed < 15
    assert [job.state for job in outcome.jobs] == [State.FAILED, State.PENDING]


def test_without_fail_fast_the_others_are_waited_for() -> None:
    outcome, _cloud, clock = wait(batch({"a": (10, "FAIL"), "b": (90, "SUCCESS")}), plan(fail_fast=False))
    assert outcome.ending is Ending.FAILED
    assert clock.elapsed > 89
    assert [job.state for job in outcome.jobs] == [State.FAILED, State.SUCCEEDED]


def test_any_is_done_with_the_first_success() -> None:
    outcome, _cloud, clock = wait(batch({"a": (90, "SUCCESS"), "b": (10, "SUCCESS")}), plan(wait_for_any=True))
    assert outcome.ending is Ending.DONE
    assert clock.elapsed < 15


@pytest.mark.parametrize(("fail_fast", "ending"), [(True, Ending.FAILED), (False, Ending.DONE)])
def test_any_goes_on_after_a_failure_only_without_fail_fast(fail_fast: bool, ending: Ending) -> None:
    jobs = batch({"a": (10, "FAIL"), "b": (60, "SUCCESS")})
    outcome, _cloud, _clock = wait(jobs, plan(wait_for_any=True, fail_fast=fail_fast))
    assert outcome.ending is ending


def test_any_fails_when_no_job_is_left() -> None:
    jobs = batch({"a": (10, "FAIL"), "b": (60, "FAIL")})
    outcome, _cloud, _clock = wait(jobs, plan(wait_for_any=True, fail_fast=False))
    assert outcome.ending is Ending.FAILED


def test_a_job_without_good_answers_does_not_keep_the_others_from_being_waited_for() -> None:
    jobs = {**batch({"a": (900, "SUCCESS")}), "b": always(unreachable())}
    outcome, _cloud, clock = wait(jobs, plan(fail_fast=False, error_timeout=100))
    assert outcome.ending is Ending.GAVE_UP
    assert clock.elapsed >= 900
    assert [job.state for job in outcome.jobs] == [State.SUCCEEDED, State.GIVEN_UP]


def test_the_rate_holds_over_all_jobs() -> None:
    _outcome, cloud, _clock = wait(
        batch({f"job-{n}": (300, "SUCCESS") for n in range(200)}), plan(max_requests_per_second=10)
    )
    times = [when for when, _job_id in cloud.asked]
    for first, last in zip(times, times[60:]):
        assert last - first >= 60 / 10 - 5 / 10 - 1e-3


def test_less_than_one_request_a_second_is_a_rate_too() -> None:
    _outcome, cloud, _clock = wait(
        batch({"a": (60, "SUCCESS"), "b": (60, "SUCCESS")}), plan(max_requests_per_second=0.2)
    )
    times = [when for when, _job_id in cloud.asked]
    assert all(later - earlier >= 4.999 for earlier, later in zip(times, times[1:]))


def test_last_looks_of_many_jobs_are_spread_up_to_the_deadline() -> None:
    jobs = batch({f"job-{n}": (10_000, "SUCCESS") for n in range(100)})
    outcome, cloud, clock = wait(jobs, plan(timeout=600, interval=60, max_interval=60, max_requests_per_second=10))
    assert outcome.ending is Ending.TIMED_OUT
    assert all(cloud.times(job_id)[-1] >= 600 - 100 / 10 - 1 for job_id in jobs)
    assert clock.elapsed == pytest.approx(600, abs=1)


def test_a_job_that_hangs_keeps_nobody_else_waiting() -> None:
    jobs = {"hangs": always(unreachable()), "a": running_until(5, job_id="a"), "b": running_until(500, job_id="b")}
    outcome, _cloud, clock = wait(jobs, plan(wait_for_any=True, interval=1, max_interval=2), latencies={"hangs": 30.0})
    assert outcome.ending is Ending.DONE
    assert clock.elapsed < 8


def test_success_of_one_goes_before_a_permanent_error_of_another() -> None:
    jobs = {"a": always(job("SUCCESS", job_id="a")), "b": always(http_error(401, "APIGW.0301"))}
    outcome, _cloud, _clock = wait(jobs, plan(wait_for_any=True))
    assert outcome.ending is Ending.DONE


@pytest.mark.parametrize("timeout", [3.0, 20.0])
@pytest.mark.parametrize("latency", [0.0, 1.0, 9.0, 1000.0])
@pytest.mark.parametrize("rate", [0.01, 10.0, 100.0])
@pytest.mark.parametrize("count", [1, 20, 300])
def test_no_wait_goes_on_past_its_deadline(count: int, rate: float, latency: float, timeout: float) -> None:
    jobs = {f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(count)}
    outcome, cloud, clock = wait(jobs, plan(timeout=timeout, max_requests_per_second=rate), latency=latency)
    assert outcome.ending is Ending.TIMED_OUT
    assert timeout <= clock.elapsed <= timeout + LAST_POLL_SECONDS + 0.01
    assert outcome.elapsed <= timeout + 1
    asked = {job_id for _when, job_id in cloud.asked}
    assert {tracked.job_id for tracked in outcome.unpolled} == jobs.keys() - asked
    assert max(when for when, _job_id in cloud.asked) < timeout + 1


def test_jobs_that_no_poll_came_to_are_reported_as_such() -> None:
    jobs = {f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(300)}
    outcome, cloud, _clock = wait(jobs, plan(timeout=3, max_requests_per_second=10))
    asked = {job_id for _when, job_id in cloud.asked}
    assert {tracked.job_id for tracked in outcome.unpolled} == jobs.keys() - asked
    assert 25 <= len(asked) <= 40


def test_a_single_poll_of_each_is_bounded_by_request_timeout_in_all() -> None:
    jobs = {f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(50)}
    outcome, _cloud, clock = wait(jobs, plan(timeout=0, request_timeout=12), latency=1000.0)
    assert outcome.ending is Ending.TIMED_OUT
    assert clock.elapsed == pytest.approx(12, abs=0.01)


# -- ids that the cloud does not know -------------------------------------------------------------------------------


def test_a_job_that_runs_may_be_unknown_for_a_moment() -> None:
    reply = between(300, 340, None, running_until(400))
    outcome, _cloud, _clock = wait(reply, plan())
    assert outcome.ending is Ending.DONE


def test_a_job_that_has_been_unknown_for_long_since_it_was_last_seen_has_failed() -> None:
    outcome, _cloud, clock = wait(between(300, 1e9, None, running_until(1e9)), plan(interval=5))
    assert outcome.ending is Ending.FAILED
    assert outcome.jobs[0].unknown
    assert clock.elapsed == pytest.approx(295 + UNKNOWN_ID_GRACE, abs=6)


def test_the_grace_of_an_unknown_job_ends_with_its_last_second() -> None:
    tracked = TrackedJob(JOB_ID, 0.0)
    for now, state in ((10.0, State.PENDING), (9.9 + UNKNOWN_ID_GRACE, State.PENDING), (70.0, State.FAILED)):
        tracked.record_unknown(now)
        assert tracked.state is state
    assert UNKNOWN_ID_GRACE == 60


def test_no_job_is_polled_again_while_its_answer_is_on_its_way() -> None:
    outcome, cloud, _clock = wait(always(job("RUNNING")), plan(timeout=40, delay=15, request_timeout=60), latency=30.0)
    assert outcome.ending is Ending.TIMED_OUT
    assert cloud.times() == [pytest.approx(15, abs=0.1)]


def test_an_id_that_is_first_asked_for_late_has_its_time_to_become_known() -> None:
    outcome, _cloud, _clock = wait(between(0, 320, None, running_until(400)), plan(delay=300))
    assert outcome.ending is Ending.DONE


# -- stalls, timelines, orphans -------------------------------------------------------------------------------------


def test_a_job_that_does_not_move_for_stall_timeout_ends_the_wait() -> None:
    def stuck_at_40(now: float) -> t.Any:
        return job("RUNNING", min(now, 40))

    outcome, _cloud, clock = wait(stuck_at_40, plan(interval=1, stall_timeout=120))
    assert outcome.ending is Ending.STALLED
    assert 160 <= clock.elapsed <= 163
    assert outcome.jobs[0].stalled


def test_a_stall_is_seen_in_time_whatever_the_pause() -> None:
    outcome, _cloud, clock = wait(always(job("RUNNING")), plan(backoff="fixed", interval=30, stall_timeout=45))
    assert outcome.ending is Ending.STALLED
    assert clock.elapsed <= 61
    growing = plan(backoff="exponential", interval=2, max_interval=1000, stall_timeout=45)
    assert wait(always(job("RUNNING")), growing)[2].elapsed == pytest.approx(45, abs=2)


def test_an_outage_is_no_stall() -> None:
    reply = between(10, 200, unreachable(), lambda now: job("RUNNING", 10 if now < 100 else 60))
    outcome, _cloud, _clock = wait(reply, plan(interval=1, stall_timeout=50, timeout=205))
    assert outcome.ending is Ending.TIMED_OUT


def test_the_timeline_holds_changes_only_and_is_bounded() -> None:
    outcome, cloud, _clock = wait(lambda now: job("RUNNING", now / 4), plan(interval=2, timeout=399))
    watched = outcome.jobs[0]
    assert len(cloud.asked) > MAX_TIMELINE
    assert len(watched.timeline) == MAX_TIMELINE
    assert watched.timeline[0].elapsed == 0
    assert watched.timeline[-1].elapsed == pytest.approx(399, abs=1)
    assert watched.timeline[MAX_TIMELINE // 2].elapsed - watched.timeline[MAX_TIMELINE // 2 - 1].elapsed > 100


def test_an_orphan_ends_itself_before_its_next_look() -> None:
    clock = FakeClock()
    outcome, cloud, _clock = wait(
        always(job("RUNNING")), plan(interval=10), clock, is_abandoned=lambda: clock.elapsed > 25
    )
    assert outcome.ending is Ending.ABANDONED
    assert max(cloud.times()) < 25


def test_what_is_no_exception_passes_through() -> None:
    def interrupted(now: float) -> t.Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        wait(interrupted, plan())


def test_the_outcome_names_its_deadline_and_duration() -> None:
    outcome, _cloud, _clock = wait({JOB_ID: running_until(10)}, plan(timeout=90))
    assert outcome.deadline.isoformat() == "2026-03-01T12:01:30+00:00"
    assert 10 <= outcome.elapsed <= 12
