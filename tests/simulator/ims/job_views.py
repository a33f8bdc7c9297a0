# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job as ShowJob and as ShowJobProgress tell it."""

from __future__ import annotations

import time
import typing as t
import uuid

from ..scripts import FAIL, INIT, RUNNING, SUCCESS, SubJob
from .jobs import FINAL, Job, Moment

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_ABSENT = object()

_PERCENT: t.Mapping[str, t.Callable[[float, float], t.Any]] = {
    "documented": lambda progress, stale_at: _rounded(progress),
    "honest": lambda progress, stale_at: _rounded(progress),
    "coarse": lambda progress, stale_at: int(progress * 4) / 4,
    "stale": lambda progress, stale_at: _rounded(min(progress, stale_at)),
    "absent": lambda progress, stale_at: _ABSENT,
    "null": lambda progress, stale_at: None,
    "out_of_100": lambda progress, stale_at: round(progress * 100, 1),
    "empty": lambda progress, stale_at: "",
}


def show_job(job: Job, now: float) -> dict[str, t.Any]:
    """The body of GET /v1/{project_id}/jobs/{job_id}."""
    moment = job.at(now)
    entities = {**_image(job, moment), **_failure_in_entities(job, moment), **_sub_jobs(job, moment)}
    # The samples of 2024 have neither percent nor step once a job is finished; a style asked for shows them.
    if not (moment.is_final and job.script.percent == "documented"):
        entities.update(_progress(job, moment))
    if job.kind.batch or job.results:
        entities.update(_results(job, moment))
    return _body(job, moment, entities)


def show_job_progress(job: Job, now: float) -> dict[str, t.Any]:
    """The body of GET /v1/cloudimages/job/{job_id}: no results, no error fields in entities, but subJobId."""
    moment = job.at(now)
    entities = {**_image(job, moment), **_sub_jobs(job, moment), **_progress(job, moment)}
    if job.sub_job_id and moment.status != INIT:
        entities["subJobId"] = job.sub_job_id
    return _body(job, moment, entities)


def time_text(seconds: float, style: str) -> str:
    """A time as IMS writes it, or as it did in 2015 (without regard to the locale)."""
    moment, milliseconds = time.gmtime(seconds), int(seconds * 1000) % 1000
    if style == "legacy":
        month = _MONTHS[moment.tm_mon - 1]
        return f"{moment.tm_mday:02d}-{month}-{moment.tm_year} {time.strftime('%H:%M:%S', moment)}:{milliseconds:03d}"
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', moment)}.{milliseconds:03d}Z"


def _body(job: Job, moment: Moment, entities: dict[str, t.Any]) -> dict[str, t.Any]:
    style = job.script.time_format
    code, reason = _failure_at_top(job, moment)
    return {
        "job_id": job.job_id,
        "job_type": job.job_type,
        "begin_time": time_text(job.started_at, style),
        "end_time": "" if moment.ended_at is None else time_text(moment.ended_at, style),
        "status": moment.status,
        "error_code": code,
        "fail_reason": reason,
        "entities": {**({} if moment.status == INIT else entities), **job.script.entities},
    }


def _image(job: Job, moment: Moment) -> dict[str, t.Any]:
    found = {"image_id": job.image_id, "image_name": job.image_name}
    if job.job_type == "imsCopyImageInRegionJob" and not moment.is_final:
        # The documented sample of a running copy has a UUID in place of the name.
        found["image_name"] = str(uuid.uuid5(uuid.NAMESPACE_OID, job.job_id))
    return {name: value for name, value in found.items() if value is not None}


def _progress(job: Job, moment: Moment) -> dict[str, t.Any]:
    script = job.script
    if job.sub_jobs and script.percent == "documented":
        return {}
    percent = _PERCENT[script.percent](moment.progress, script.stale_at)
    shown = {} if percent is _ABSENT else {"process_percent": percent}
    return {**shown, "current_task": _task(job, moment)}


def _task(job: Job, moment: Moment) -> str:
    tasks = job.kind.tasks if job.script.tasks is None else job.script.tasks
    if not tasks or (moment.status == SUCCESS and job.script.percent != "stale"):
        return ""
    return tasks[min(int(moment.progress * len(tasks)), len(tasks) - 1)]


def _failure_at_top(job: Job, moment: Moment) -> tuple[str | None, str | None]:
    failure = job.script.failure
    if moment.status != FAIL or failure is None or failure.level not in ("top", "none"):
        return None, None
    return (failure.code, failure.reason) if failure.level == "top" else ("", "")


def _failure_in_entities(job: Job, moment: Moment) -> dict[str, t.Any]:
    failure = job.script.failure
    if moment.status != FAIL or failure is None or failure.level != "entities":
        return {}
    nothing = dict.fromkeys(("addition_error_code", "addition_error_msg", "alarm_code"))
    return {"error_code": failure.code, "error": failure.reason, **nothing}


def _results(job: Job, moment: Moment) -> dict[str, t.Any]:
    if not moment.is_final:
        return {}
    # The one sample of a deletion has an empty list.
    if job.job_type == "imsDelImageMembersJob" and job.script.results is None and not job.failed_items:
        return {"results": []}
    return {"results": [item.to_json() for item in job.final_results()]}


def _sub_jobs(job: Job, moment: Moment) -> dict[str, t.Any]:
    if not job.sub_jobs:
        return {}
    shown = [_sub_job(job, sub, moment) for sub in job.sub_jobs]
    return {"sub_jobs_result": shown, "sub_jobs_list": [sub.job_id for sub in job.sub_jobs]}


def _sub_job(job: Job, sub: SubJob, moment: Moment) -> dict[str, t.Any]:
    status = sub.outcome if moment.is_final else RUNNING
    begins = job.started_at + (job.script.init_seconds or 0.0)
    ends = moment.ended_at if status in FINAL else None
    entities = {"image_name": sub.image_name, "image_id": sub.image_id if status == SUCCESS else None}
    return {
        "job_id": sub.job_id,
        "job_type": sub.job_type,
        "begin_time": time_text(begins, job.script.time_format),
        "end_time": "" if ends is None else time_text(ends, job.script.time_format),
        "status": status,
        "error_code": sub.code if status == FAIL else None,
        "fail_reason": sub.reason if status == FAIL else None,
        "entities": {name: value for name, value in entities.items() if value is not None},
    }


def _rounded(progress: float) -> float | int:
    # A finished job has the integer 1 in the samples.
    return 1 if progress >= 1 else round(progress, 2)
