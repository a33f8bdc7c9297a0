# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs, and what they are at one moment."""

from __future__ import annotations

import dataclasses
import typing as t

from ..scripts import FAIL, INIT, NEVER, RUNNING, SUCCESS, JobScript, Result, SubJob
from .job_types import JobType, type_of

FINAL = frozenset({SUCCESS, FAIL})

# Sums of seconds since 1970 are off by some ten-millionths; a turned clock must not miss the end of a job by that.
_ROUNDING = 1e-5


@dataclasses.dataclass(frozen=True)
class Moment:
    """A job at one moment."""

    status: str
    # The true progress, 0 to 1, whatever the job's style shows of it.
    progress: float
    ended_at: float | None = None

    @property
    def is_final(self) -> bool:
        return self.status in FINAL


@dataclasses.dataclass(frozen=True)
class Job:
    """A job with its script; where it stands follows from the time alone."""

    job_id: str
    job_type: str
    project_id: str
    started_at: float
    script: JobScript
    image_id: str | None = None
    image_name: str | None = None
    sub_job_id: str | None = None
    results: tuple[Result, ...] = ()
    sub_jobs: tuple[SubJob, ...] = ()
    # What the cloud knows more about it: the export's target, for example.
    facts: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    @property
    def kind(self) -> JobType:
        return type_of(self.job_type)

    @property
    def ends_at(self) -> float | None:
        """When it reaches SUCCESS or FAIL; None if it never does."""
        return self.started_at + (self.script.duration or 0.0) if self.script.outcome in FINAL else None

    @property
    def failed_items(self) -> int:
        """How many items of the batch fail."""
        failure = self.script.failure
        if failure is not None and failure.level == "results" and not self.script.failed_results:
            return len(self.results)
        return self.script.failed_results

    def at(self, now: float) -> Moment:
        """Where the job stands at that time."""
        elapsed, outcome = now - self.started_at + _ROUNDING, self.script.outcome
        duration, init = self.script.duration or 0.0, self.script.init_seconds or 0.0
        if elapsed >= duration and outcome != NEVER:
            return self._end(outcome, duration)
        status = INIT if elapsed < init else RUNNING
        for change in self.script.statuses:
            if elapsed >= change.at:
                status = change.status
        share = (elapsed - init) / (duration - init) if duration > init else 1.0
        return Moment(status, self._reach(outcome) * min(max(share, 0.0), 0.99))

    def _end(self, outcome: str, duration: float) -> Moment:
        ended_at = self.started_at + duration if outcome in FINAL else None
        return Moment(outcome, self._reach(outcome), ended_at)

    def _reach(self, outcome: str) -> float:
        if outcome == SUCCESS or self.script.failure is None:
            return 1.0 if outcome == SUCCESS else 0.99
        return self.script.failure.progress

    def final_results(self) -> tuple[Result, ...]:
        """The items of the batch at the end: the last ones are those that fail."""
        good = len(self.results) - self.failed_items
        return tuple(
            item if index < good else dataclasses.replace(item, status="failed")
            for index, item in enumerate(self.results)
        )
