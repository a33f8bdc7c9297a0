# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One sentence for each way a wait can end: what, why in the cloud's own words, and what to do."""

from __future__ import annotations

import typing as t

from ..api.job import FailedItem, Job
from ..masking import NO_SECRETS, Texts
from ..wait.tracked_job import State, TrackedJob
from ..wait.wait import Ending, Outcome
from .hints import explain, hint_for, with_stop

_MAX_LISTED = 5
_MAX_REASON = 300
_MAX_WORD = 64
_MAX_ITEM = 120
_MAX_MESSAGE = 6000


def span(seconds: float) -> str:
    """Return what a clock has counted: ``14s``, ``2m04s`` or ``1h02m``."""
    total = int(max(0.0, seconds) + 0.5)
    if total < 60:
        return f"{total}s"
    minutes, rest = divmod(total, 60)
    return f"{minutes}m{rest:02d}s" if minutes < 60 else f"{minutes // 60}h{minutes % 60:02d}m"


def period(seconds: float) -> str:
    """Return what somebody has set: ``90m`` is ``1h30m``, ``7200`` is ``2h``, and half a second is ``0.5s``."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(int(minutes), 60)
    parts = ((hours, "h"), (minutes, "m"), (rest, "s"))
    return "".join(f"{number:.10g}{unit}" for number, unit in parts if number) or "0s"


def state_of(job: TrackedJob, texts: Texts = NO_SECRETS) -> str:
    """Return ``RUNNING 71%``, ``INIT``, ``not known to the cloud yet``, ``not polled``, ``not seen yet``."""
    if job.unknown:
        return "not known to the cloud" + (" yet" if job.is_pending else "")
    if job.job is None:
        return "not seen yet" if job.polls else "not polled"
    percent = job.job.progress_percent
    return texts.line(job.job.status_text, _MAX_WORD) + (f" {int(percent)}%" if percent is not None else "")


def step_of(job: TrackedJob, texts: Texts = NO_SECRETS) -> str:
    """Return the step that a job is at, without the task that it is a part of: ``ConvertImageTask``."""
    step = (job.job.current_task or "") if job.job else ""
    return texts.line(step.rpartition(":")[2], _MAX_WORD)


def failure_of(job: TrackedJob, texts: Texts = NO_SECRETS, after: str = "") -> str:
    """Return what a job's failure is, in a few words that follow its id, and the time that it took if that is given."""
    found, when = job.job, f" after {after}" if after else ""
    if job.is_refused:
        return f"cannot be polled{when}: {texts.line(job.error, _MAX_REASON)}"
    if job.unknown or found is None:
        return f"is not known to the cloud{when}"
    if found.succeeded:
        return f"ended SUCCESS{when} but {_failed_items(found, texts)}"
    why = _why(found.error_code, found.fail_reason, texts)
    return f"FAIL{when}: {why}" if why else f"FAIL{when}; the cloud gave no reason"


def message(outcome: Outcome, texts: Texts = NO_SECRETS) -> str:
    """Return the ``msg`` of the result."""
    tell: dict[Ending, t.Callable[[Outcome, Texts], str]] = {
        Ending.DONE: _done,
        Ending.FAILED: _failed,
        Ending.TIMED_OUT: _timed_out,
        Ending.STALLED: _stalled,
        Ending.GAVE_UP: _gave_up,
        Ending.REFUSED: _refused,
        Ending.ABANDONED: lambda outcome, texts: "Nobody waits for the outcome any more.",
    }
    return texts.line(tell[outcome.ending](outcome, texts), _MAX_MESSAGE)


def _done(outcome: Outcome, texts: Texts) -> str:
    done, after = outcome.in_state(State.SUCCEEDED), span(outcome.elapsed)
    if len(outcome.jobs) == 1:
        return f"IMS job {_named(done[0], texts)} ended with SUCCESS after {after}."
    return f"{len(done)} of {len(outcome.jobs)} IMS jobs ended with SUCCESS after {after}."


def _failed(outcome: Outcome, texts: Texts) -> str:
    failed = outcome.in_state(State.FAILED)
    parts = [_failure_sentence(failed[0], outcome, texts)]
    if len(outcome.jobs) > 1:
        parts.insert(0, f"{len(failed)} of {len(outcome.jobs)} IMS jobs failed.")
    if len(failed) > 1:
        parts.append(f"{len(failed) - 1} more failed: {_listed(failed[1:], texts)}.")
    pending = outcome.in_state(State.PENDING, State.GIVEN_UP)
    if pending:
        parts.append(f"{len(pending)} not finished, going on in the cloud.")
    return " ".join(parts)


def _failure_sentence(job: TrackedJob, outcome: Outcome, texts: Texts) -> str:
    found = job.job
    if job.error is not None:
        return f"IMS job {_named(job, texts)} cannot be polled: {explain(job.error, texts)}"
    if job.unknown or found is None:
        return (
            f"IMS job {job.job_id} is not known to the cloud: check the id, region and project_id (a cross-region copy"
            " is known in its source region only). How long the cloud remembers finished jobs is not documented."
        )
    if found.succeeded:
        remedy = "Set ignore_partial_failure: true to accept that."
        return f"IMS job {_named(job, texts)} {failure_of(job, texts)}. {remedy}"
    took = span(_seconds_of(job, outcome))
    why = _why(found.error_code, found.fail_reason, texts)
    if not why:
        return f"IMS job {_named(job, texts)} failed after {took}; the cloud gave no reason."
    hint = hint_for(found.error_code)
    return f"IMS job {_named(job, texts)} failed after {took}: {with_stop(why)}" + (f" {hint}" if hint else "")


def _seconds_of(job: TrackedJob, outcome: Outcome) -> float:
    """Return how long a job took: by the cloud's times, else until its end was seen."""
    if job.job is not None and job.job.duration is not None:
        return job.job.duration
    return job.timeline[-1].elapsed if job.timeline else outcome.elapsed


def _timed_out(outcome: Outcome, texts: Texts) -> str:
    pending = outcome.in_state(State.PENDING, State.GIVEN_UP)
    unpolled = tuple(job for job in pending if not job.polls)
    failed = outcome.in_state(State.FAILED)
    parts = [
        f"Timed out after {outcome.plan.timeout:.10g} s: {len(pending)} of {len(outcome.jobs)} IMS jobs not finished"
    ]
    polled = tuple(job for job in pending if job.polls)
    parts[0] += f": {_listed(polled, texts)}." if polled else "."
    if unpolled:
        parts.append(f"{len(unpolled)} could not be polled in that time: {_ids(unpolled)}.")
    if failed:
        parts.append(f"{len(failed)} failed: {_listed(failed, texts)}.")
    last_error = next((job.error for job in reversed(pending) if job.error), None)
    if last_error is not None:
        parts.append(f"The last poll brought no valid response: {with_stop(texts.line(last_error, _MAX_REASON))}")
    if any(job.unknown for job in pending):
        parts.append("Is the id right, and do region and project_id fit it? A new job may take a while to be known.")
    return " ".join([*parts, *_how_to_resume(outcome, pending)])


def _how_to_resume(outcome: Outcome, pending: t.Collection[TrackedJob]) -> t.Iterator[str]:
    ids = "job_id" if len(outcome.jobs) == 1 else "job_ids"
    if any(job.job is not None for job in pending):
        subject = "The job goes on" if len(pending) == 1 else "The jobs go on"
        yield f"{subject} in the cloud; wait for the same {ids} again, with a larger timeout."


def _stalled(outcome: Outcome, texts: Texts) -> str:
    stalled = tuple(job for job in outcome.jobs if job.stalled)
    return (
        f"Stalled: no change of status, step or percent for {outcome.plan.stall_timeout:.10g} s:"
        f" {_listed(stalled, texts)}."
        " The job may go on in the cloud; wait for the same job_id again, or ask the cloud's support."
    )


def _gave_up(outcome: Outcome, texts: Texts) -> str:
    lost = outcome.in_state(State.GIVEN_UP)
    last = _bare(texts.line(lost[0].error, _MAX_REASON))
    seen = "; ".join(
        f"job {job.job_id} was {state_of(job, texts)} when last seen, and goes on"
        if job.job
        else f"job {job.job_id} was not seen"
        for job in lost[:_MAX_LISTED]
    )
    more = f"; and {len(lost) - _MAX_LISTED} more" if len(lost) > _MAX_LISTED else ""
    return f"Gave up after {outcome.plan.error_timeout:.10g} s without a valid response (last: {last}); {seen}{more}."


def _refused(outcome: Outcome, texts: Texts) -> str:
    pending = outcome.in_state(State.PENDING, State.GIVEN_UP)
    seen = tuple(job for job in pending if job.job is not None)
    parts = [explain(outcome.last_error, texts)] if outcome.last_error else []
    if seen:
        parts.append(f"Not finished when last seen: {_listed(seen, texts)}.")
    return " ".join(parts)


def _named(job: TrackedJob, texts: Texts) -> str:
    kind = texts.line(job.job.job_type or "", _MAX_WORD) if job.job else ""
    return f"{job.job_id} ({kind})" if kind else job.job_id


def _listed(jobs: t.Sequence[TrackedJob], texts: Texts) -> str:
    def one(job: TrackedJob) -> str:
        if job.state is State.FAILED:
            return f"{job.job_id} {failure_of(job, texts)}"
        step = step_of(job, texts)
        return f"{job.job_id} {state_of(job, texts)}" + (f", {step}" if step else "")

    more = f"; and {len(jobs) - _MAX_LISTED} more" if len(jobs) > _MAX_LISTED else ""
    return "; ".join(one(job) for job in jobs[:_MAX_LISTED]) + more


def _ids(jobs: t.Sequence[TrackedJob]) -> str:
    more = f" and {len(jobs) - _MAX_LISTED} more, see unpolled_jobs" if len(jobs) > _MAX_LISTED else ""
    return ", ".join(job.job_id for job in jobs[:_MAX_LISTED]) + more


def _why(code: str | None, reason: str | None, texts: Texts) -> str:
    said = (texts.line(code or "", _MAX_WORD), texts.line(reason or "", _MAX_REASON))
    return ": ".join(text for text in said if text)


def _failed_items(job: Job, texts: Texts) -> str:
    count = job.failed_items_count
    more = f"; and {count - _MAX_LISTED} more" if count > _MAX_LISTED else ""
    listed = "; ".join(_failed_item(item, texts) for item in job.failed_items[:_MAX_LISTED])
    return f"{count} of {max(job.items_count, count)} items failed: {listed}{more}"


def _failed_item(item: FailedItem, texts: Texts) -> str:
    ids = (("image", item.image_id), ("project", item.project_id))
    what = " for ".join(f"{kind} {texts.line(found, _MAX_WORD)}" for kind, found in ids if found)
    if not what:
        what = f"sub job {texts.line(item.job_id, _MAX_WORD)}" if item.job_id else "an item"
    why = _why(item.error_code, item.fail_reason, texts) or texts.line(item.status, _MAX_WORD)
    return f"{what}: {texts.line(why, _MAX_ITEM)}"


def _bare(text: str) -> str:
    """Return a text without the full stop that its sentence ends with anyway."""
    return text[:-1] if text.endswith(".") and not text.endswith("...") else text
