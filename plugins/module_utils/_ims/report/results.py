# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a wait as Ansible returns it: one shape for every ending, clean, and of bounded size.

AWX empties a result above 700,000 characters (MAX_EVENT_RES_DATA). So the result and the artifacts in it leave out the
least interesting parts, step by step, until both fit, and say what they left out.
"""

from __future__ import annotations

import typing as t

from ..errors import SchemaError
from ..masking import NO_SECRETS, Texts
from ..schema.deviations import Deviations
from ..times import iso_seconds
from ..wait.tracked_job import State, TrackedJob
from ..wait.wait import Ending, Outcome
from .excerpts import SHORT, SHORTEST, WHOLE, WITHOUT_ENTITIES, Excerpt, Result, size
from .messages import message

MAX_RESULT_CHARACTERS = 430_000
MAX_ARTIFACTS_CHARACTERS = 230_000
# What lists of ids leave free for the rest.
_MIN_DETAILS_CHARACTERS = 30_000
_MAX_FACTS_CHARACTERS = 30_000
_MAX_VIOLATION = 300
_MAX_ERROR = 500
_NO_JOBS = Excerpt(keys=())
# From all to nothing: what is copied of the jobs, whether those that succeeded are there, and what is said about it.
_STEPS = (
    (WHOLE, True, ""),
    (WITHOUT_ENTITIES, True, "timeline, entities, sub_jobs"),
    (SHORT, True, "timeline, most keys of jobs"),
    (SHORTEST, True, "timeline, most keys of jobs"),
    (SHORTEST, False, "timeline, most keys of jobs, jobs that succeeded"),
)
_ARTIFACT_STEPS = (
    (SHORT, True, ""),
    (SHORTEST, True, "most keys of ims_jobs"),
    (SHORTEST, False, "most keys of ims_jobs, jobs that succeeded"),
)


def result_of(outcome: Outcome, requests: int, texts: Texts = NO_SECRETS) -> Result:
    """Return the result of wait_for_ims_job, but for ``changed`` and ``failed``.

    Those two words, and ``finished``, mean the task to Ansible, and core 2.21 makes truth values of them.
    """
    last_error = outcome.last_error
    facts: Result = {
        "timed_out": outcome.ending is Ending.TIMED_OUT,
        "stalled": outcome.ending is Ending.STALLED,
        "elapsed": outcome.elapsed,
        "deadline": iso_seconds(outcome.deadline),
        "polls": outcome.polls,
        "requests": requests,
        "poll_errors": {
            "count": outcome.poll_errors,
            "last": texts.line(last_error, _MAX_ERROR) if last_error else None,
        },
        "schema_violations": _violations(outcome, texts),
        "msg": message(outcome, texts),
    }
    if outcome.ending is Ending.REFUSED and last_error is not None:
        facts.update(_facts_that_fit(texts.tree(last_error.facts)))
    return _with_jobs(outcome, facts, texts)


def artifacts_of(outcome: Outcome, texts: Texts = NO_SECRETS) -> Result:
    """Return what the next node of an AWX workflow finds among its variables.

    The ids of jobs that failed or did not finish are always there, whatever had to be left out of ``ims_jobs``.
    """
    images = [image for job in outcome.in_state(State.SUCCEEDED) for image in (job.job.image_ids if job.job else ())]
    ids, left_out = _lists_that_fit(
        {
            "ims_failed_jobs": _ids(outcome, State.FAILED),
            "ims_pending_jobs": _ids(outcome, State.PENDING, State.GIVEN_UP),
            "ims_image_ids": [texts.line(image) for image in dict.fromkeys(images)],
        },
        MAX_ARTIFACTS_CHARACTERS - _MIN_DETAILS_CHARACTERS,
    )
    jobs, steps_left_out = _first_that_fits(
        outcome.jobs, _ARTIFACT_STEPS, texts, MAX_ARTIFACTS_CHARACTERS - size(ids) - 1000
    )
    return {"ims_jobs": jobs, **ids, "ims_left_out": ", ".join([*steps_left_out, *left_out]) or None}


def _with_jobs(outcome: Outcome, facts: Result, texts: Texts) -> Result:
    """Return the facts with the jobs, their ids and timeline, as far as there is room."""
    room = MAX_RESULT_CHARACTERS - size(facts)
    ids, ids_left_out = _lists_that_fit(
        {
            "failed_jobs": _ids(outcome, State.FAILED),
            "pending_jobs": _ids(outcome, State.PENDING, State.GIVEN_UP),
            "unpolled_jobs": [job.job_id for job in outcome.jobs if not job.polls],
            "succeeded_jobs": _ids(outcome, State.SUCCEEDED),
        },
        room - _MIN_DETAILS_CHARACTERS,
    )
    room -= size(ids) + 1000
    is_one = len(outcome.jobs) == 1
    # A single job is there twice: as job, and in jobs.
    jobs, left_out = _first_that_fits(outcome.jobs, _STEPS, texts, room // 2 if is_one else room)
    timeline: Result = {}
    if not left_out:
        timeline = _timeline(outcome, texts, room - size(jobs) * (2 if is_one else 1))
        left_out = [] if timeline else ["timeline"]
    said = ", ".join([*left_out, *ids_left_out]) or None
    details = {"jobs": jobs, "timeline": timeline, "left_out": said, **ids}
    return {**details, **({"job": jobs[0]} if is_one and jobs else {}), **facts}


def _first_that_fits(
    jobs: t.Sequence[TrackedJob], steps: t.Iterable[tuple[Excerpt, bool, str]], texts: Texts, room: int
) -> tuple[list[Result], list[str]]:
    """Return the jobs by the first step that fits, and what it leaves out."""
    for excerpt, is_of_all, left_out in steps:
        chosen = jobs if is_of_all else [job for job in jobs if job.state is not State.SUCCEEDED]
        copies = excerpt.copies(chosen, texts, room)
        if copies is not None:
            said = [left_out] if left_out else []
            if excerpt.leaves_out_items(chosen):
                said.append(f"items of a job above {excerpt.most_items}")
            return copies, said
    return [], ["jobs"]


def _lists_that_fit(lists: dict[str, list[str]], room: int) -> tuple[Result, list[str]]:
    """Return lists of ids, each as long as there is room after those before it, and what was left out."""
    kept: Result = {}
    left_out = []
    for name, ids in lists.items():
        count = 0
        for one in ids:
            room -= size(one) + 2
            if room < 0:
                left_out.append(f"{name} above {count:,}")
                break
            count += 1
        kept[name] = ids[:count]
    return kept, left_out


def _facts_that_fit(facts: Result) -> Result:
    """Return the facts of an error, the largest left out where all of them are too many."""
    room = _MAX_FACTS_CHARACTERS
    kept = set()
    for key in sorted(facts, key=lambda key: size(facts[key])):
        room -= size(facts[key])
        if room >= 0:
            kept.add(key)
    return {key: value for key, value in facts.items() if key in kept}


def _timeline(outcome: Outcome, texts: Texts, room: int) -> Result:
    """Return the changes of each job, or nothing where there is no room for all of them."""
    timeline: Result = {}
    for job in outcome.jobs:
        timeline[job.job_id] = [
            {
                "elapsed": change.elapsed,
                "status": texts.line(change.status),
                "progress_percent": change.progress_percent,
                "current_task": change.current_task and texts.line(change.current_task),
            }
            for change in job.timeline
        ]
        room -= size(timeline[job.job_id]) + len(job.job_id) + 6
        if room < 0:
            return {}
    return timeline


def _violations(outcome: Outcome, texts: Texts) -> list[str]:
    """Return what was odd in the jobs' last answers, or in the one that ended the wait.

    A sentence for each place, of bounded number.
    """
    refused = outcome.last_error
    if outcome.ending is Ending.REFUSED and isinstance(refused, SchemaError):
        return [texts.line(text, _MAX_VIOLATION) for text in refused.violations]
    odd = Deviations()
    for job in outcome.jobs:
        odd.add(job.job.deviations if job.job else (), job.job_id)
    return [texts.line(text, _MAX_VIOLATION) for text in odd.sentences()]


def _ids(outcome: Outcome, *states: State) -> list[str]:
    return [job.job_id for job in outcome.in_state(*states)]
