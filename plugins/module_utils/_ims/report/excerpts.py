# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as others get them: clean, and with as many details as there is room for. Sizes are characters of JSON.

Copying stops where the room ends, so the work is bounded, too: no job is made into a result only to be thrown away.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ..api.job import Job
from ..masking import Texts
from ..wait.tracked_job import TrackedJob

Result = dict[str, t.Any]
# More items are no whole job any more: it would be larger than what AWX takes, whatever is in them.
_MOST_WHOLE_ITEMS = 2_000
_SMALLEST_WHOLE_JOB = 400
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
    "failed_items_count",
)
_SHORTEST = ("job_id", "status", "finished", "succeeded", "error_code", "failed_items", "failed_items_count")


@dataclasses.dataclass(frozen=True)
class Excerpt:
    """How much of a job is copied."""

    keys: tuple[str, ...] | None = None
    """None: all of them."""
    without: tuple[str, ...] = ()
    most_items: int = _MOST_WHOLE_ITEMS
    """How many entries a list in a job keeps."""
    longest_text: int = 8192

    @property
    def is_whole(self) -> bool:
        return self.keys is None and not self.without

    def copies(self, jobs: t.Sequence[TrackedJob], texts: Texts, room: int) -> list[Result] | None:
        """Return copies of the jobs, or None where they do not fit."""
        if self.is_whole and len(jobs) * _SMALLEST_WHOLE_JOB > room:
            return None
        copied: list[Result] = []
        for job in jobs:
            one = self._copy(job, texts)
            room -= size(one) + 2 if one is not None else room + 1
            if one is None or room < 0:
                return None
            copied.append(one)
        return copied

    def leaves_out_items(self, jobs: t.Iterable[TrackedJob]) -> bool:
        """Return whether a list that is copied has more entries than are kept."""
        return any(
            len(found) > self.most_items for job in jobs if job.job is not None for found in self._lists(job.job)
        )

    def _copy(self, tracked: TrackedJob, texts: Texts) -> Result | None:
        job = tracked.job
        if job is None:
            return self._picked(
                {"job_id": tracked.job_id, "status": None, "finished": False, "succeeded": False, "image_ids": []}
            )
        if self.is_whole:
            whole: Result | None = texts.tree(job.to_result()) if _items_of(job) <= _MOST_WHOLE_ITEMS else None
            return whole
        copied = texts.tree(self._picked(self._cut(job).to_result()))
        return {key: _shortened(value, self.longest_text, texts) for key, value in copied.items()}

    def _picked(self, job: Result) -> Result:
        keys = job if self.keys is None else self.keys
        return {key: job.get(key) for key in keys if key not in self.without}

    def _cut(self, job: Job) -> Job:
        """Return the job with short lists, before anything is made of them."""
        return dataclasses.replace(
            job,
            sub_jobs=(),
            entities={},
            results=job.results[: self.most_items],
            failed_items=job.failed_items[: self.most_items],
            image_ids=job.image_ids[: self.most_items],
        )

    def _lists(self, job: Job) -> t.Iterator[t.Sequence[t.Any]]:
        lists = {"results": job.results, "failed_items": job.failed_items, "image_ids": job.image_ids}
        return (found for key, found in lists.items() if self.keys is None or key in self.keys)


WHOLE = Excerpt()
WITHOUT_ENTITIES = Excerpt(without=("entities", "sub_jobs"), most_items=100, longest_text=1000)
SHORT = Excerpt(_SHORT, most_items=20, longest_text=300)
SHORTEST = Excerpt(_SHORTEST, most_items=5, longest_text=100)


def size(value: t.Any) -> int:
    return len(json.dumps(value))


def _items_of(job: Job) -> int:
    """Return how many entries the lists of a job and of its sub jobs have."""
    own = len(job.results) + len(job.failed_items) + len(job.image_ids) + len(job.sub_jobs)
    return own + sum(_items_of(sub_job) for sub_job in job.sub_jobs)


def _shortened(value: t.Any, limit: int, texts: Texts) -> t.Any:
    if isinstance(value, str):
        return texts.line(value, limit) if len(value) > limit else value
    if isinstance(value, dict):
        return {key: _shortened(item, limit, texts) for key, item in value.items()}
    if isinstance(value, list):
        return [_shortened(item, limit, texts) for item in value]
    return value
