# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every wait, whatever the cloud answers."""

from __future__ import annotations

import itertools
import typing as t

from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.results import result_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.plan import Plan
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import BACKOFFS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracked_job import State
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import (
    LAST_POLL_SECONDS,
    Ending,
    Outcome,
)
from ansible_collections.huaweicloud.ims.tests.unit.scripted import (
    Fatal,
    ScriptedCloud,
    http_error,
    job,
    plan,
    unreachable,
    wait,
)

statuses = st.sampled_from(["INIT", "RUNNING", "RUNNING", "RUNNING", "SUCCESS", "FAIL", "PENDING_PAYMENT", "done"])
good = st.builds(lambda status, percent: (status, percent), statuses, st.none() | st.floats(0, 100))
bad = st.sampled_from(
    [None, unreachable(), http_error(503), http_error(429, retry_after=90), http_error(500), Fatal("no")]
)
answers = st.lists(st.one_of(good, good, good, bad), min_size=1, max_size=12)
plans = st.builds(
    plan,
    backoff=st.sampled_from(BACKOFFS),
    interval=st.floats(0.5, 10),
    max_interval=st.floats(10, 60),
    timeout=st.floats(0, 400),
    delay=st.floats(0, 100),
    error_timeout=st.floats(0, 200),
    stall_timeout=st.sampled_from([0.0, 0.0, 30.0, 120.0]),
    max_requests_per_second=st.floats(0.2, 20),
    wait_for_any=st.booleans(),
    fail_fast=st.booleans(),
    ignore_partial_failure=st.booleans(),
)


class Run(t.NamedTuple):
    plan: Plan
    outcome: Outcome
    cloud: ScriptedCloud
    sleeps: list[tuple[float, float]]
    ended: float
    replies: t.Collection[str]
    latency: float


@st.composite
def runs(draw: st.DrawFn) -> Run:
    """Wait for some jobs, each of which goes through a list of answers, one for each look, the last one for ever."""
    scripts = draw(st.lists(answers, min_size=1, max_size=6))
    jitter = draw(st.floats(0, 1))
    latency = draw(st.sampled_from([0.0, 0.0, 0.2, 3.0]))

    def reply(job_id: str, script: list[t.Any]) -> t.Callable[[float], t.Any]:
        polls = iter(script)
        latest: list[t.Any] = [script[-1]]

        def answer(_now: float) -> t.Any:
            latest[0] = next(polls, latest[0])
            return job(latest[0][0], latest[0][1], job_id=job_id) if isinstance(latest[0], tuple) else latest[0]

        return answer

    replies = {f"job-{n}": reply(f"job-{n}", script) for n, script in enumerate(scripts)}
    plan_ = draw(plans)
    outcome, cloud, clock = wait(replies, plan_, latency=latency, random=lambda: jitter)
    return Run(plan_, outcome, cloud, clock.sleeps, clock.elapsed, replies, latency)


def keeps_its_promises(run: Run) -> None:
    plan_, outcome = run.plan, run.outcome
    asked = {job_id for _when, job_id in run.cloud.asked}
    ended_early = outcome.ending not in (Ending.TIMED_OUT, Ending.DONE) or outcome.poll_errors

    # Each job was polled unless the time was up before, or something ended the wait.
    assert ended_early or plan_.wait_for_any or asked | {job.job_id for job in outcome.unpolled} == set(run.replies)
    assert run.latency or plan_.delay > plan_.timeout - 1 or asked

    # Nothing goes on past the deadline, whatever the cloud does.
    limit = plan_.timeout + LAST_POLL_SECONDS if plan_.timeout else plan_.request_timeout
    assert run.ended <= limit + 0.01
    assert all(when <= limit for when, _job_id in run.cloud.asked)

    # Nothing is asked after a job's end.
    for watched in outcome.jobs:
        if watched.state in (State.SUCCEEDED, State.FAILED) and watched.job is not None and watched.job.status.is_final:
            assert watched.polls == len(run.cloud.times(watched.job_id))

    # The rate holds in every window, which may begin with a burst: no request is further ahead of the rate, counted
    # from the one that is furthest behind it before.
    rate = plan_.max_requests_per_second
    burst = min(5, max(1, int(rate)))
    ahead = [index - when * rate for index, (when, _job_id) in enumerate(run.cloud.asked)]
    behind = itertools.accumulate(ahead, min)
    assert all(last - first + 1 <= burst + 0.01 for first, last in zip(behind, ahead))


def tells_the_truth(run: Run) -> None:
    outcome = run.outcome
    result = result_of(outcome, 1)

    # Every id is accounted for exactly once.
    everywhere = result["succeeded_jobs"] + result["pending_jobs"] + result["failed_jobs"]
    assert sorted(everywhere) == sorted(watched.job_id for watched in outcome.jobs)

    # Only SUCCESS is success, and a wait is done only when what was wished for has come.
    for watched in outcome.jobs:
        if watched.state is State.SUCCEEDED:
            assert watched.job is not None
            assert watched.job.status_text == "SUCCESS"
    succeeded = [watched.state is State.SUCCEEDED for watched in outcome.jobs]
    if outcome.ending is Ending.DONE:
        assert any(succeeded) if run.plan.wait_for_any else all(succeeded)
    else:
        assert not all(succeeded)
    assert outcome.polls == len(run.cloud.asked)
    assert result["msg"].endswith(".")


@given(runs())
def test_every_wait_keeps_its_promises_and_tells_the_truth(run: Run) -> None:
    keeps_its_promises(run)
    tells_the_truth(run)
