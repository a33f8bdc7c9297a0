# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is decided over all sub jobs and results of a job, however many there are: forty thousand fit into one answer.

A pass over the answer as it came, which costs a microsecond or two an item and keeps a bounded number of them.
"""

from __future__ import annotations

import dataclasses
import itertools
import typing as t

from .job_values import JobStatus, Raw, code_of, is_failure, object_of, objects_of, text_of

MAX_FAILED_ITEMS = 200
MAX_IMAGE_IDS = 1000
_PLACES_OF_FAILURES = ("jobs", "results", "alarms")


@dataclasses.dataclass(frozen=True)
class FailedItem:
    """One item of a batch, or one sub job, that did not end well."""

    status: str
    image_id: str | None = None
    project_id: str | None = None
    job_id: str | None = None
    error_code: str | None = None
    fail_reason: str | None = None

    @classmethod
    def from_result(cls, result: Raw) -> FailedItem:
        """Return the item that a job's result holds as ``result``."""
        names = [field.name for field in dataclasses.fields(cls)][1:]
        return cls(text_of(result, "status") or "", *(text_of(result, name) for name in names))


@dataclasses.dataclass(frozen=True)
class Survey:
    """The lists are bounded, the counts are of all."""

    failed_items: tuple[FailedItem, ...]
    failed_items_count: int
    image_ids: tuple[str, ...]
    image_ids_count: int
    sub_jobs_count: int
    results_count: int
    error_code: str | None
    fail_reason: str | None


def survey(job: Raw) -> Survey:
    """Return what is decided over all items of a job, from either endpoint."""
    found = _Pass(job)
    return Survey(
        tuple(_failed_sub_job(item) if kind == "sub job" else _failed_result(item) for kind, item in found.failed),
        found.failed_count,
        tuple(itertools.islice(found.image_ids, MAX_IMAGE_IDS)),
        len(found.image_ids),
        _count(job, "sub_jobs_result"),
        _count(job, "results"),
        *found.failure(),
    )


class _Pass:
    """One pass over a job, its sub jobs at any depth, and the results of all of them."""

    def __init__(self, job: Raw) -> None:
        self.failed: list[tuple[str, Raw]] = []
        self.failed_count = 0
        self.image_ids: dict[str, None] = {}
        self._job = job
        self._status = JobStatus.of(job)
        # The first code and the first reason of each kind of place; the first kind that has one counts.
        self._failures: dict[str, list[str | None]] = {kind: [None, None] for kind in _PLACES_OF_FAILURES}
        results = self._add_jobs(job)
        for result, is_covered in results:
            self._add_result(result, is_covered)

    def _add_jobs(self, root: Raw) -> list[tuple[Raw, bool]]:
        """Note all jobs, each before its sub jobs. Return their results, each with whether a failure stands for it."""
        results: list[tuple[Raw, bool]] = []
        # Not by recursion: nesting has no end that Python could be sure of.
        waiting: list[tuple[t.Iterator[Raw], bool]] = [(iter([root]), False)]
        while waiting:
            siblings, is_covered = waiting.pop()
            for job in siblings:
                entities = object_of(job, "entities")
                fails = self._add_job(job, entities, is_covered) or is_covered
                if entities.get("results"):
                    results += [(result, fails) for result in objects_of(entities, "results")]
                if entities.get("sub_jobs_result"):
                    waiting += [(siblings, is_covered), (iter(objects_of(entities, "sub_jobs_result")), fails)]
                    break
        return results

    def failure(self) -> tuple[str | None, str | None]:
        """Return code and reason, each from the first place that has one.

        No FAIL sample exists anywhere: the documentation names the top level and entities, the SDK's model more keys.
        """
        places = self._failures.values()
        code = next((place[0] for place in places if place[0]), None)
        return code, next((place[1] for place in places if place[1]), None)

    def _add_job(self, job: Raw, entities: Raw, is_covered: bool) -> bool:
        """Note a job; return whether it is a failed sub job."""
        if entities:
            self._add_image(entities, "image_id")
            self._add_image(entities, "__data_images")
        if job is self._job:
            self._add_failures(job, entities, self._status)
            return False
        status = self._status_of(job)
        if status is JobStatus.SUCCESS:
            return False
        if self._status is not JobStatus.SUCCESS:
            self._add_failures(job, entities, status)
        if status is JobStatus.FAIL and not is_covered:
            self._add_failed("sub job", job)
        return status is JobStatus.FAIL

    def _status_of(self, sub_job: Raw) -> JobStatus:
        """Return a sub job's status; where the job has ended, its sub jobs have, too."""
        if self._status.is_final:
            return JobStatus.from_api(text_of(sub_job, "status"), has_ended=True)
        return JobStatus.of(sub_job)

    def _add_image(self, raw: Raw, name: str) -> None:
        image_id = raw.get(name)
        if image_id and isinstance(image_id, str) and image_id.strip():
            self.image_ids.setdefault(image_id.strip())

    def _add_failures(self, job: Raw, entities: Raw, status: JobStatus) -> None:
        self._add_failure("jobs", job, "error_code", "fail_reason")
        if entities and status is not JobStatus.SUCCESS:
            self._add_failure("jobs", entities, "error_code", "error")
            self._add_failure("jobs", entities, "addition_error_code", "addition_error_msg")
            self._add_failure("alarms", entities, "alarm_code", "")

    def _add_failure(self, kind: str, raw: Raw, code: str, *reasons: str) -> None:
        first = self._failures[kind]
        if raw.get(code) and not first[0]:
            first[0] = code_of(raw, code)
        for reason in reasons:
            if raw.get(reason) and not first[1]:
                first[1] = text_of(raw, reason)

    def _add_result(self, result: Raw, is_covered: bool) -> None:
        self._add_image(result, "image_id")
        if self._status is not JobStatus.SUCCESS:
            self._add_failure("results", result, "error_code", "fail_reason", "error")
        word = text_of(result, "status")
        if word and not is_covered and is_failure(word, self._status.is_final):
            self._add_failed("result", result)

    def _add_failed(self, kind: str, item: Raw) -> None:
        self.failed_count += 1
        if len(self.failed) < MAX_FAILED_ITEMS:
            self.failed.append((kind, item))


def _failed_sub_job(sub_job: Raw) -> FailedItem:
    below = _Pass(sub_job)
    image_id = text_of(object_of(sub_job, "entities"), "image_id")
    if image_id is None and len(below.image_ids) == 1:
        image_id = next(iter(below.image_ids))
    word = (text_of(sub_job, "status") or "").upper()
    return FailedItem(word, image_id, None, text_of(sub_job, "job_id"), *below.failure())


def _failed_result(result: Raw) -> FailedItem:
    return FailedItem(
        text_of(result, "status") or "",
        text_of(result, "image_id"),
        text_of(result, "project_id"),
        None,
        code_of(result, "error_code"),
        text_of(result, "fail_reason") or text_of(result, "error"),
    )


def _count(job: Raw, name: str) -> int:
    return len(objects_of(object_of(job, "entities"), name))
