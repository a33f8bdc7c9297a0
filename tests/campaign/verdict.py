# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must hold for every trial, whatever the weather was. A broken promise is a sentence."""

from __future__ import annotations

import base64
import html
import typing as t
import urllib.parse

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import StartUnclearError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracked_job import (
    UNKNOWN_ID_GRACE,
    State,
    TrackedJob,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Ending
from ansible_collections.huaweicloud.ims.tests.campaign.trial import Trial
from ansible_collections.huaweicloud.ims.tests.campaign.weather import may_end_a_wait
from ansible_collections.huaweicloud.ims.tests.campaign.world import REQUEST_TIMEOUT

Broken = t.Iterator[str]


def broken_promises(trial: Trial) -> list[str]:
    """Return all of them; there should be none."""
    checks = (_states, _ending, _ids, _starts, _secrets, _time, _simulator)
    return [f"seed {trial.seed}: {sentence}" for check in checks for sentence in check(trial)]


def _states(trial: Trial) -> Broken:
    """No job is taken for something that it is not."""
    for watched in trial.outcome.jobs:
        truth = _truth(trial, watched.job_id)
        if watched.state is State.SUCCEEDED and truth != "SUCCESS" and not _may_hide_parts(trial, truth):
            yield f"{watched.job_id} is taken for a success, and is {truth}"
        if watched.is_refused and _had_to_be_refused(trial):
            continue
        if watched.state is State.FAILED and truth not in ("FAIL", "PARTLY", None):
            yield f"{watched.job_id} is taken for a failure, and is {truth}"
        if watched.state is State.FAILED and truth is None and trial.outcome.elapsed < UNKNOWN_ID_GRACE:
            yield f"{watched.job_id} is given up after {trial.outcome.elapsed} s, too early for an unknown id"


def _truth(trial: Trial, job_id: str) -> str | None:
    """Return the true status, PARTLY for a success with failed items, None for an id that the cloud does not know."""
    job = trial.simulator.cloud.jobs.get(job_id)
    if job is None:
        return None
    status = job.at(trial.now).status
    failed = job.failed_items or any(sub.outcome == "FAIL" for sub in job.sub_jobs)
    return "PARTLY" if status == "SUCCESS" and failed else status


def _may_hide_parts(trial: Trial, truth: str | None) -> bool:
    """ShowJobProgress, the only API where ShowJob is not published, does not tell the items of a batch."""
    by_progress = any("/cloudimages/job/" in entry.path for entry in trial.simulator.requests)
    return truth == "PARTLY" and (trial.outcome.plan.ignore_partial_failure or by_progress)


def _ending(trial: Trial) -> Broken:
    """A wait ends for a reason that there is."""
    outcome, plan = trial.outcome, trial.outcome.plan
    states = {watched.state for watched in outcome.jobs}
    succeeded = State.SUCCEEDED in states
    reasons = {
        Ending.DONE: succeeded and (plan.wait_for_any or states == {State.SUCCEEDED}),
        Ending.FAILED: State.FAILED in states,
        Ending.TIMED_OUT: State.PENDING in states and outcome.elapsed >= plan.timeout - 0.01,
        Ending.STALLED: 0 < plan.stall_timeout <= outcome.elapsed,
        Ending.GAVE_UP: State.GIVEN_UP in states and bool(trial.struck) and outcome.poll_errors > 0,
        Ending.REFUSED: _had_to_be_refused(trial),
        Ending.ABANDONED: False,
    }
    if not reasons[outcome.ending]:
        yield f"it ended as {outcome.ending.value} without a reason, {outcome.last_error}"
    if outcome.ending is Ending.TIMED_OUT:
        for watched in outcome.jobs:
            if watched.is_pending and _was_over(trial, watched):
                yield f"{watched.job_id} had ended well before the deadline, and was not seen to"


def _was_over(trial: Trial, watched: TrackedJob) -> bool:
    """Whether its end was to be seen at the last look: a good answer, long enough after the end."""
    job = trial.simulator.cloud.jobs.get(watched.job_id)
    if job is None or job.ends_at is None or watched.last_valid is None or watched.error is not None:
        return False
    # A change of the body can hide the end, and so can a request that was under way.
    return "change" not in trial.struck and job.ends_at < watched.last_valid - 20


def _had_to_be_refused(trial: Trial) -> bool:
    expired = trial.party.expires_at is not None and trial.party.expires_at <= trial.now
    hit = any(fault.kind in trial.struck and may_end_a_wait(fault) for fault in trial.faults)
    # The agency's keys come from a service that is asked once: its bad answer is final.
    without_keys = trial.party.kind == "agency" and bool(trial.struck)
    return expired or hit or without_keys


def _ids(trial: Trial) -> Broken:
    """Every id that was asked for is in the result, once."""
    told = [*trial.result["succeeded_jobs"], *trial.result["pending_jobs"], *trial.result["failed_jobs"]]
    if sorted(told) != sorted(trial.asked):
        yield f"asked for {sorted(trial.asked)}, told {sorted(told)}"
    if trial.result["left_out"] is None and [job["job_id"] for job in trial.result["jobs"]] != trial.asked:
        yield "the jobs of the result are others, or in another order"


def _starts(trial: Trial) -> Broken:
    """A start call starts one job, and says so; what may have been carried out is never called a failure."""
    start = trial.start
    if start.created > 1:
        yield f"{start.created} jobs were started by one call"
    if start.job_id is not None and (start.created != 1 or start.job_id not in trial.simulator.cloud.jobs):
        yield f"the start told {start.job_id}, which is not the job that was started"
    if start.error is not None and start.created and not isinstance(start.error, StartUnclearError):
        yield f"a job was started, and the start told: {start.error}"


def _secrets(trial: Trial) -> Broken:
    """No secret is told, in none of the forms in which a cloud may echo it; and no text moves the cursor."""
    for secret in trial.party.secrets:
        forms = {form(secret) for form in SECRET_FORMS}
        for text in trial.told:
            at = max(text.find(form) for form in forms)
            if at >= 0:
                yield f"a secret leaked: ...{text[max(0, at - 80) : at]}[SECRET]"
    for line in trial.lines:
        if not line.isprintable():
            yield f"a line has control characters: {line!r}"


def _forms() -> t.Iterator[t.Callable[[str], str]]:
    yield str
    yield str.lower
    yield str.upper
    yield lambda text: base64.b64encode(text.encode("utf-8")).decode("ascii")
    yield lambda text: urllib.parse.quote(text, safe="")
    yield html.escape
    # The beginning of a long one.
    yield lambda text: text[: max(len(text) * 3 // 4, 16)]


SECRET_FORMS = tuple(_forms())


def _time(trial: Trial) -> Broken:
    """The deadline holds; without one, each job is polled once, within request_timeout in all."""
    plan = trial.outcome.plan
    longest = plan.timeout + 1 if plan.timeout else REQUEST_TIMEOUT + 1
    if trial.outcome.elapsed > longest:
        yield f"it took {trial.outcome.elapsed} s with a timeout of {plan.timeout} s"


def _simulator(trial: Trial) -> Broken:
    yield from (f"the simulator failed: {error}" for error in trial.simulator.internal_errors)
