# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One sentence for each way a wait can end: what, why in the cloud's own words, and what to do."""

from __future__ import annotations

import typing as t

from ..api.job import FailedItem, Job
from ..masking import printable
from ..wait.tracked_job import State, TrackedJob
from ..wait.wait import Ending, Outcome
from .hints import explain, hint_for

_MAX_LISTED = 5
_MAX_REASON = 300


def span(seconds: float) -> str:
    """Return ``14s``, ``2m04s`` or ``1h02m``."""
    total = int(max(0.0, seconds) + 0.5)
    if total < 60:
        return f"{total}s"
    minutes, rest = divmod(total, 60)
    return f"{minutes}m{rest:02d}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02d}m"


def state_of(job: TrackedJob) -> str:
    """Return ``RUNNING 71%``, ``INIT``, ``not known to the cloud yet``, ``not seen yet``."""
    if job.unknown:
        return "not known to the cloud" + (" yet" if job.is_pending else "")
    if job.job is None:
        return "not seen yet"
    percent = job.job.progress_percent
    return job.job.status_text + (f" {percent:.0f}%" if percent is not None else "")


def failure_of(job: TrackedJob) -> str:
    """Return what a job's failure is, in a few words that follow its id."""
    found = job.job
    if job.is_refused:
        return f"cannot be polled: {printable(str(job.error), _MAX_REASON)}"
    if job.unknown or found is None:
        return "is not known to the cloud"
    if found.succeeded:
        return f"ended SUCCESS but {_failed_items(found)}"
    reason = ": ".join(text for text in (found.error_code, found.fail_reason) if text)
    return f"FAIL: {printable(reason, _MAX_REASON)}" if reason else "FAIL; the cloud gave no reason"


def message(outcome: Outcome) -> str:
    """Return the ``msg`` of the result."""
    if outcome.ending is Ending.DONE:
        return _done(outcome)
    tell: dict[Ending, t.Callable[[Outcome], str]] = {
        Ending.FAILED: _failed,
        Ending.TIMED_OUT: _timed_out,
        Ending.STALLED: _stalled,
        Ending.GAVE_UP: _gave_up,
        Ending.REFUSED: _refused,
        Ending.ABANDONED: lambda outcome: "Nobody waits for the outcome any more.",
    }
    return tell[outcome.ending](outcome)


def _done(outcome: Outcome) -> str:
    done = outcome.in_state(State.SUCCEEDED)
    if len(outcome.jobs) == 1:
        return f"IMS job {_named(done[0])} ended with SUCCESS after {span(outcome.elapsed)}."
    return f"{len(done)} of {len(outcome.jobs)} IMS jobs ended with SUCCESS after {span(outcome.elapsed)}."


def _failed(outcome: Outcome) -> str:
    failed = outcome.in_state(State.FAILED)
    first = _failure_sentence(failed[0], outcome)
    if len(outcome.jobs) == 1:
        return first
    others = len(failed) - 1
    also = f" {others} more failed: {_listed(failed[1:])}." if others else ""
    pending = outcome.in_state(State.PENDING, State.GIVEN_UP)
    rest = f" {len(pending)} not finished, going on in the cloud." if pending else ""
    return f"{len(failed)} of {len(outcome.jobs)} IMS jobs failed. {first}{also}{rest}"


def _failure_sentence(job: TrackedJob, outcome: Outcome) -> str:
    found = job.job
    if job.error is not None:
        return f"IMS job {_named(job)} cannot be polled: {explain(job.error)}"
    if job.unknown or found is None:
        return (
            f"IMS job {job.job_id} is not known to the cloud: check the id, region and project_id (a cross-region copy"
            " is known in its source region only). How long the cloud remembers finished jobs is not documented."
        )
    if found.succeeded:
        remedy = "Set ignore_partial_failure: true to accept that."
        return f"IMS job {_named(job)} {failure_of(job)}. {remedy}"
    took = span(found.duration if found.duration is not None else outcome.elapsed)
    code, reason = found.error_code, printable(found.fail_reason or "", _MAX_REASON)
    if not code and not reason:
        return f"IMS job {_named(job)} failed after {took}; the cloud gave no reason."
    why = ": ".join(text for text in (code, reason) if text)
    hint = hint_for(code)
    return f"IMS job {_named(job)} failed after {took}: {why.rstrip('.')}." + (f" {hint}" if hint else "")


def _timed_out(outcome: Outcome) -> str:
    pending = outcome.in_state(State.PENDING, State.GIVEN_UP)
    failed = outcome.in_state(State.FAILED)
    parts = [
        f"Timed out after {outcome.plan.timeout:g} s: {len(pending)} of {len(outcome.jobs)} IMS jobs not finished:"
        f" {_listed(pending)}."
    ]
    if failed:
        parts.append(f"{len(failed)} failed: {_listed(failed)}.")
    if any(job.error for job in pending):
        parts.append(f"The last answer was no good one: {str(outcome.last_error).rstrip('.')}.")
    if any(job.unknown for job in pending):
        parts.append("Is the id right, and do region and project_id fit it? A new job may take a while to be known.")
    ids = "job_id" if len(outcome.jobs) == 1 else "job_ids"
    if any(job.job is not None for job in pending):
        subject = "The job goes on" if len(pending) == 1 else "The jobs go on"
        parts.append(f"{subject} in the cloud; wait for the same {ids} again, with a larger timeout.")
    return " ".join(parts)


def _stalled(outcome: Outcome) -> str:
    stalled = tuple(job for job in outcome.jobs if job.stalled)
    return (
        f"Stalled: no change of status, step or percent for {outcome.plan.stall_timeout:g} s: {_listed(stalled)}."
        " The job may go on in the cloud; wait for the same job_id again, or ask the cloud's support."
    )


def _gave_up(outcome: Outcome) -> str:
    lost = outcome.in_state(State.GIVEN_UP)
    last = str(lost[0].error).rstrip(".")
    seen = "; ".join(
        f"job {job.job_id} was {state_of(job)} when last seen, and goes on"
        if job.job
        else f"job {job.job_id} was not seen"
        for job in lost[:_MAX_LISTED]
    )
    more = f"; and {len(lost) - _MAX_LISTED} more" if len(lost) > _MAX_LISTED else ""
    return f"Gave up after {outcome.plan.error_timeout:g} s without a good answer (last: {last}); {seen}{more}."


def _refused(outcome: Outcome) -> str:
    pending = outcome.in_state(State.PENDING, State.GIVEN_UP)
    seen = [job for job in pending if job.job is not None]
    goes_on = f" Not finished when last seen: {_listed(tuple(seen))}." if seen else ""
    return (explain(outcome.last_error) if outcome.last_error else "") + goes_on


def _named(job: TrackedJob) -> str:
    kind = job.job.job_type if job.job else None
    return f"{job.job_id} ({kind})" if kind else job.job_id


def _listed(jobs: tuple[TrackedJob, ...]) -> str:
    def one(job: TrackedJob) -> str:
        step = job.job.current_task if job.job else None
        if job.state is State.FAILED:
            return f"{job.job_id} {failure_of(job)}"
        return f"{job.job_id} {state_of(job)}" + (f", {step}" if step else "")

    more = f"; and {len(jobs) - _MAX_LISTED} more" if len(jobs) > _MAX_LISTED else ""
    return "; ".join(one(job) for job in jobs[:_MAX_LISTED]) + more


def _failed_items(job: Job) -> str:
    def one(item: FailedItem) -> str:
        what = " for ".join(
            text
            for text in (
                f"image {item.image_id}" if item.image_id else None,
                f"project {item.project_id}" if item.project_id else None,
            )
            if text
        ) or (f"sub job {item.job_id}" if item.job_id else "an item")
        why = ": ".join(text for text in (item.error_code, item.fail_reason) if text) or item.status
        return f"{what}: {printable(why, 120)}"

    count = job.failed_items_count
    more = f"; and {count - _MAX_LISTED} more" if count > _MAX_LISTED else ""
    listed = "; ".join(one(item) for item in job.failed_items[:_MAX_LISTED])
    return f"{count} of {max(job.items_count, count)} items failed: {listed}{more}"
