# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A job as the collection knows it. Nobody else sees a raw answer or compares a status string.

Sources: ShowJob (ims_03_0905), ShowJobProgress (ims_03_0911).
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from ..errors import OptionError
from ..times import iso, parse_time
from .job_survey import FailedItem, survey
from .job_values import JobStatus, Raw, object_of, objects_of, percent_of, text_of

if t.TYPE_CHECKING:
    from ..schema.deviations import Deviation
    from ..schema.validation import Checked

__all__ = ["FailedItem", "Job", "JobStatus", "checked_job_id"]

# What is kept of a job's items, each with all that is known of it; of the others there are the counts.
MAX_SUB_JOBS = 200
MAX_RESULTS = 1000
_JOB_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)


@dataclasses.dataclass(frozen=True)
class Job:
    """One job, normalised. ``progress_percent`` runs from 0 to 100; times are aware and in UTC.

    Its texts are the cloud's own: whoever shows them cleans them first.
    """

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
    image_ids_count: int = 0
    image_name: str | None = None
    results: tuple[dict[str, t.Any], ...] = ()
    failed_items: tuple[FailedItem, ...] = ()
    failed_items_count: int = 0
    items_count: int = 0
    """How many sub jobs or results the cloud listed; ``sub_jobs``, ``results`` and ``failed_items`` are bounded."""
    sub_jobs: tuple[Job, ...] = ()
    error_code: str | None = None
    fail_reason: str | None = None
    entities: dict[str, t.Any] = dataclasses.field(default_factory=dict)
    deviations: tuple[Deviation, ...] = dataclasses.field(default=(), compare=False)
    """What was odd in the answer, and is left out here."""

    @classmethod
    def from_checked(cls, checked: Checked) -> Job:
        """Return the job of an answer that was read by JOB_SCHEMA, from either endpoint."""
        return cls.from_api(checked.body, checked.whole, checked.deviations)

    @classmethod
    def from_api(cls, body: Raw, whole: Raw | None = None, deviations: tuple[Deviation, ...] = ()) -> Job:
        """Return the job of an answer. What is decided over all items is decided over those of ``whole``."""
        entities = dict(object_of(body, "entities"))
        all_items = survey(body if whole is None else whole)
        image_ids = all_items.image_ids
        return cls(
            job_id=text_of(body, "job_id") or "",
            status=JobStatus.of(body),
            status_text=(text_of(body, "status") or "").upper(),
            job_type=text_of(body, "job_type"),
            progress_percent=percent_of(entities, "process_percent"),
            current_task=(text_of(entities, "current_task") or "").rstrip(":").rstrip() or None,
            begin_time=parse_time(text_of(body, "begin_time")),
            end_time=parse_time(text_of(body, "end_time")),
            image_id=text_of(entities, "image_id") or (image_ids[0] if len(image_ids) == 1 else None),
            image_ids=image_ids,
            image_ids_count=all_items.image_ids_count,
            image_name=text_of(entities, "image_name"),
            results=tuple(dict(raw) for raw in objects_of(entities, "results")[:MAX_RESULTS]),
            failed_items=all_items.failed_items,
            failed_items_count=all_items.failed_items_count,
            items_count=max(all_items.sub_jobs_count, all_items.results_count),
            sub_jobs=tuple(cls.from_api(raw) for raw in objects_of(entities, "sub_jobs_result")[:MAX_SUB_JOBS]),
            error_code=all_items.error_code,
            fail_reason=all_items.fail_reason,
            entities=entities,
            deviations=deviations,
        )

    @classmethod
    def from_result(cls, result: Raw, deviations: tuple[Deviation, ...] = ()) -> Job:
        """Return the job that ``to_result`` was called of, where a module on another machine has asked for it."""
        percent, image_ids = result.get("progress_percent"), result.get("image_ids")
        return cls(
            job_id=text_of(result, "job_id") or "",
            status=JobStatus.from_api(text_of(result, "status"), has_ended=result.get("finished") is True),
            status_text=text_of(result, "status") or "",
            job_type=text_of(result, "job_type"),
            progress_percent=percent if isinstance(percent, (int, float)) else None,
            current_task=text_of(result, "current_task"),
            begin_time=parse_time(text_of(result, "begin_time")),
            end_time=parse_time(text_of(result, "end_time")),
            image_id=text_of(result, "image_id"),
            image_ids=tuple(str(image_id) for image_id in image_ids) if isinstance(image_ids, list) else (),
            image_ids_count=_count_of(result, "image_ids"),
            image_name=text_of(result, "image_name"),
            results=tuple(dict(raw) for raw in objects_of(result, "results")),
            failed_items=tuple(FailedItem.from_result(raw) for raw in objects_of(result, "failed_items")),
            failed_items_count=_count_of(result, "failed_items"),
            items_count=_count_of(result, "items"),
            sub_jobs=tuple(cls.from_result(raw) for raw in objects_of(result, "sub_jobs")),
            error_code=text_of(result, "error_code"),
            fail_reason=text_of(result, "fail_reason"),
            entities=dict(object_of(result, "entities")),
            deviations=deviations,
        )

    @property
    def is_final(self) -> bool:
        return self.status.is_final

    @property
    def is_success(self) -> bool:
        return self.status is JobStatus.SUCCESS

    @property
    def succeeded(self) -> bool:
        return self.is_success

    @property
    def raw_facts(self) -> tuple[t.Any, ...]:
        """Return what distinguishes one state of the job from another: two answers that differ in it are a change."""
        return self.status_text, self.progress_percent, self.current_task

    @property
    def duration(self) -> float | None:
        """Return the seconds from begin to end, where the cloud says both."""
        if self.begin_time is None or self.end_time is None or self.end_time < self.begin_time:
            return None
        return round((self.end_time - self.begin_time).total_seconds(), 3)

    def to_result(self) -> dict[str, t.Any]:
        """Return the job as modules hand it to users; every key is always there."""
        return {
            "job_id": self.job_id,
            "job_type": self.job_type,
            "status": self.status_text,
            "finished": self.is_final,
            "succeeded": self.is_success,
            "progress_percent": self.progress_percent,
            "current_task": self.current_task,
            "begin_time": iso(self.begin_time),
            "end_time": iso(self.end_time),
            "duration": self.duration,
            "image_id": self.image_id,
            "image_ids": list(self.image_ids),
            "image_ids_count": self.image_ids_count,
            "image_name": self.image_name,
            "results": [dict(result) for result in self.results],
            "failed_items": [dataclasses.asdict(item) for item in self.failed_items],
            "failed_items_count": self.failed_items_count,
            "items_count": self.items_count,
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


def _count_of(result: Raw, name: str) -> int:
    value = result.get(f"{name}_count")
    return value if isinstance(value, int) else 0
