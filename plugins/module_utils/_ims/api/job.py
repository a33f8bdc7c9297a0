# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job as the collection knows it. Nobody else sees a raw answer or compares a status string.

Sources: ShowJob (ims_03_0905), ShowJobProgress (ims_03_0911).
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import math
import re
import typing as t

from ..errors import OptionError
from ..times import iso, parse_time

_JOB_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_Raw = t.Mapping[str, t.Any]


class JobStatus(enum.Enum):
    """What a job's ``status`` means. An undocumented word is UNKNOWN: reported, waited on, never taken for success."""

    INIT = "INIT"
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def from_api(cls, word: str | None) -> JobStatus:
        try:
            return cls((word or "").strip().upper())
        except ValueError:
            return cls.UNKNOWN

    @property
    def is_final(self) -> bool:
        return self in (JobStatus.SUCCESS, JobStatus.FAIL)


@dataclasses.dataclass(frozen=True)
class FailedItem:
    """One item of a batch, or one sub job, that did not end well."""

    status: str
    image_id: str | None = None
    project_id: str | None = None
    job_id: str | None = None
    error_code: str | None = None
    fail_reason: str | None = None


@dataclasses.dataclass(frozen=True)
class Job:
    """One job, normalised. ``progress_percent`` runs from 0 to 100; times are aware and in UTC."""

    job_id: str
    status: JobStatus
    status_text: str
    job_type: str | None = None
    progress_percent: float | None = None
    current_task: str | None = None
    begin_time: datetime.datetime | None = None
    end_time: datetime.datetime | None = None
    image_id: str | None = None
    image_ids: tuple[str, ...] = ()
    image_name: str | None = None
    results: tuple[dict[str, t.Any], ...] = ()
    failed_items: tuple[FailedItem, ...] = ()
    sub_jobs: tuple[Job, ...] = ()
    error_code: str | None = None
    fail_reason: str | None = None
    entities: dict[str, t.Any] = dataclasses.field(default_factory=dict)

    @classmethod
    def from_api(cls, body: _Raw) -> Job:
        """Return the job of an answer that JOB_SCHEMA has validated, from either endpoint."""
        entities = dict(body.get("entities") or {})
        status = JobStatus.from_api(body.get("status"))
        sub_jobs = tuple(cls.from_api(raw) for raw in entities.get("sub_jobs_result") or ())
        results = tuple(dict(raw) for raw in entities.get("results") or ())
        image_ids = _image_ids(entities, sub_jobs, results)
        error_code, fail_reason = _failure(body, entities, sub_jobs, results, status)
        return cls(
            job_id=_text(body.get("job_id")) or "",
            status=status,
            status_text=(_text(body.get("status")) or "").upper(),
            job_type=_text(body.get("job_type")),
            progress_percent=_percent(entities.get("process_percent")),
            current_task=_text((entities.get("current_task") or "").strip().rstrip(":")),
            begin_time=parse_time(body.get("begin_time")),
            end_time=parse_time(body.get("end_time")),
            image_id=_text(entities.get("image_id")) or (image_ids[0] if len(image_ids) == 1 else None),
            image_ids=image_ids,
            image_name=_text(entities.get("image_name")),
            results=results,
            failed_items=_failed_items(sub_jobs, results, status),
            sub_jobs=sub_jobs,
            error_code=error_code,
            fail_reason=fail_reason,
            entities=entities,
        )

    @property
    def succeeded(self) -> bool:
        return self.status is JobStatus.SUCCESS

    @property
    def duration(self) -> float | None:
        """Return the seconds from begin to end, where the cloud told both."""
        if self.begin_time is None or self.end_time is None or self.end_time < self.begin_time:
            return None
        return round((self.end_time - self.begin_time).total_seconds(), 3)

    def to_result(self) -> dict[str, t.Any]:
        """Return the job as modules hand it to users; every key is always there."""
        return {
            "job_id": self.job_id,
            "job_type": self.job_type,
            "status": self.status_text,
            "finished": self.status.is_final,
            "succeeded": self.succeeded,
            "progress_percent": self.progress_percent,
            "current_task": self.current_task,
            "begin_time": iso(self.begin_time),
            "end_time": iso(self.end_time),
            "duration": self.duration,
            "image_id": self.image_id,
            "image_ids": list(self.image_ids),
            "image_name": self.image_name,
            "results": [dict(result) for result in self.results],
            "failed_items": [dataclasses.asdict(item) for item in self.failed_items],
            "sub_jobs": [sub_job.to_result() for sub_job in self.sub_jobs],
            "error_code": self.error_code,
            "fail_reason": self.fail_reason,
            "entities": self.entities,
        }


def checked_job_id(value: t.Any) -> str:
    """Return a job id without blanks around it; raise OptionError for what is none: it never reaches a URL."""
    text = str(value).strip()
    if not _JOB_ID.fullmatch(text):
        shown = text if len(text) <= 80 else text[:77] + "..."
        raise OptionError(f'job_ids: "{shown}" is not a job id (letters, digits, - and _, at most 64).')
    return text


def _text(value: t.Any) -> str | None:
    """Return what is left of a value without blanks around it; nothing is None."""
    return str(value).strip() or None if value is not None else None


def _percent(value: t.Any) -> float | None:
    """Return 0 to 100. Every documented value is a fraction; one above 1 can only have been meant out of 100."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    if not math.isfinite(number) or not 0 <= number <= 100:
        return None
    return round(number * 100 if number <= 1 else number, 2)


def _image_ids(entities: _Raw, sub_jobs: t.Iterable[Job], results: t.Iterable[_Raw]) -> tuple[str, ...]:
    found = [_text(entities.get("image_id")), _text(entities.get("__data_images"))]
    found += [image_id for sub_job in sub_jobs for image_id in sub_job.image_ids]
    found += [_text(result.get("image_id")) for result in results]
    return tuple(dict.fromkeys(image_id for image_id in found if image_id))


def _failed_items(sub_jobs: t.Iterable[Job], results: t.Iterable[_Raw], status: JobStatus) -> tuple[FailedItem, ...]:
    items = [
        FailedItem(sub.status_text, sub.image_id, None, sub.job_id or None, sub.error_code, sub.fail_reason)
        for sub in sub_jobs
        if sub.status is JobStatus.FAIL
    ]
    for result in results:
        word = _text(result.get("status"))
        if word and is_failure(word, status.is_final):
            code, reason = _text(result.get("error_code")), _text(result.get("fail_reason") or result.get("error"))
            items.append(
                FailedItem(word, _text(result.get("image_id")), _text(result.get("project_id")), None, code, reason)
            )
    return tuple(items)


def is_failure(word: str, job_has_ended: bool) -> bool:
    """Only ``success`` is documented: after the job's end any other word is a failure, before it few are."""
    return word.lower() != "success" if job_has_ended else word.lower() in ("fail", "failed", "error")


def _failure(
    body: _Raw, entities: _Raw, sub_jobs: t.Iterable[Job], results: t.Iterable[_Raw], status: JobStatus
) -> tuple[str | None, str | None]:
    """Return code and reason, each from the first level that has one.

    No FAIL sample exists anywhere: the documentation names the top level and entities, the SDK's model more keys.
    """
    levels = [(body.get("error_code"), body.get("fail_reason"))]
    if status is not JobStatus.SUCCESS:
        levels.append((entities.get("error_code"), entities.get("error")))
        levels.append((entities.get("addition_error_code"), entities.get("addition_error_msg")))
        levels += [(sub.error_code, sub.fail_reason) for sub in sub_jobs if sub.status is not JobStatus.SUCCESS]
        levels += [(result.get("error_code"), result.get("fail_reason") or result.get("error")) for result in results]
        levels.append((entities.get("alarm_code"), None))
    code = next((text for text in (_text(level[0]) for level in levels) if text), None)
    reason = next((text for text in (_text(level[1]) for level in levels) if text), None)
    return code, reason
