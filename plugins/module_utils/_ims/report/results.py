# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a wait as Ansible returns it: one shape for every ending, of bounded size.

AWX empties a result above 700,000 characters (MAX_EVENT_RES_DATA), so a wait for very many jobs leaves out the least
interesting parts, step by step, and says so in ``left_out``.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ..times import iso_seconds
from ..wait.tracked_job import State, TrackedJob
from ..wait.wait import Ending, Outcome
from ..wait.watch import StatusChange
from .messages import failure_of, message

MAX_DETAILS_CHARACTERS = 350_000
MAX_ARTIFACTS_CHARACTERS = 150_000
_SHORT = (
    "job_id",
    "job_type",
    "status",
    "finished",
    "succeeded",
    "progress_percent",
    "image_ids",
    "error_code",
    "fail_reason",
    "failed_items",
)
_SHORTEST = ("job_id", "status", "finished", "succeeded", "error_code", "failed_items")
_Result = dict[str, t.Any]


def result_of(outcome: Outcome, requests: int) -> _Result:
    """Return the result of wait_for_ims_job, but for ``changed`` and ``failed``.

    Those two words, and ``finished``, mean the task to Ansible, and core 2.21 makes truth values of them.
    """
    result = {
        "succeeded_jobs": _ids(outcome, State.SUCCEEDED),
        "pending_jobs": _ids(outcome, State.PENDING, State.GIVEN_UP),
        "failed_jobs": _ids(outcome, State.FAILED),
        "timed_out": outcome.ending is Ending.TIMED_OUT,
        "stalled": outcome.ending is Ending.STALLED,
        "elapsed": outcome.elapsed,
        "deadline": iso_seconds(outcome.deadline),
        "polls": outcome.polls,
        "requests": requests,
        "poll_errors": {"count": outcome.poll_errors, "last": str(outcome.last_error) if outcome.last_error else None},
        "msg": message(outcome),
    }
    if outcome.ending is Ending.REFUSED and outcome.last_error is not None:
        result.update(outcome.last_error.facts)
    return {**_details_that_fit(outcome), **result}


def artifacts_of(outcome: Outcome) -> _Result:
    """Return what the next node of an AWX workflow finds among its variables."""
    images = (image for job in outcome.in_state(State.SUCCEEDED) for image in (job.job.image_ids if job.job else ()))
    jobs = [job_result(job) for job in outcome.jobs]
    short = [[_picked(job, keys) for job in jobs] for keys in (_SHORT, _SHORTEST)]
    return {
        "ims_jobs": _first_that_fits(short, MAX_ARTIFACTS_CHARACTERS, []),
        "ims_image_ids": list(dict.fromkeys(images)),
    }


def event_of(change: StatusChange) -> _Result:
    """Return a change as rules of ansible-rulebook see it; every key is always there."""
    failed = change.tracked.state is State.FAILED
    return {
        "job_id": change.tracked.job_id,
        "job": job_result(change.tracked),
        "previous_status": change.previous,
        "outcome": change.tracked.state.value,
        "reason": failure_of(change.tracked) if failed else None,
    }


def job_result(tracked: TrackedJob) -> _Result:
    """Return a watched job as ims_job_info returns it; one that was never seen has an id and no status."""
    if tracked.job is not None:
        return tracked.job.to_result()
    return {"job_id": tracked.job_id, "status": None, "finished": False, "succeeded": False, "image_ids": []}


def _details_that_fit(outcome: Outcome) -> _Result:
    """Return ``jobs`` and ``timeline``, as whole as MAX_DETAILS_CHARACTERS allows."""
    jobs = [job_result(job) for job in outcome.jobs]
    timeline = {job.job_id: [dataclasses.asdict(change) for change in job.timeline] for job in outcome.jobs}
    unwell = [picked for picked, job in zip(jobs, outcome.jobs) if job.state is not State.SUCCEEDED]
    attempts = [
        _details(jobs, timeline, None),
        _details(jobs, {}, "timeline"),
        _details([_without_entities(job) for job in jobs], {}, "timeline, entities"),
        _details([_picked(job, _SHORT) for job in jobs], {}, "timeline, most keys of jobs"),
        _details([_picked(job, _SHORTEST) for job in jobs], {}, "timeline, most keys of jobs"),
        _details([_picked(job, _SHORTEST) for job in unwell], {}, "timeline, most keys of jobs, jobs that succeeded"),
    ]
    details = _first_that_fits(attempts, MAX_DETAILS_CHARACTERS, _details([], {}, "timeline, jobs"))
    return {**details, "job": jobs[0]} if len(jobs) == 1 else details


def _details(jobs: list[_Result], timeline: _Result, left_out: str | None) -> _Result:
    return {"jobs": jobs, "timeline": timeline, "left_out": left_out}


def _first_that_fits(attempts: t.Iterable[t.Any], limit: int, otherwise: t.Any) -> t.Any:
    return next((attempt for attempt in attempts if len(json.dumps(attempt)) <= limit), otherwise)


def _without_entities(job: _Result) -> _Result:
    return {key: value for key, value in job.items() if key not in ("entities", "sub_jobs")}


def _picked(job: _Result, keys: t.Iterable[str]) -> _Result:
    return {key: job.get(key) for key in keys}


def _ids(outcome: Outcome, *states: State) -> list[str]:
    return [job.job_id for job in outcome.in_state(*states)]
