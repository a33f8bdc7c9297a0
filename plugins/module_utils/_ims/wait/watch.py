# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watch jobs without an end, for sources of events: each change of status is told once. All durations are seconds.

Unlike Wait it has no deadline, takes new jobs at any time, and leaves the sleeping to whoever asks it.
"""

from __future__ import annotations

import dataclasses
import math
import random
import typing as t

from ..api.client import Answer
from ..clock import Clock
from ..errors import ApiError, ImsError
from ..report.messages import failure_of
from ..report.results import job_result
from ..verdicts import is_transient
from .schedule import jittered, retry_pause
from .tracked_job import State, TrackedJob
from .wait import UNKNOWN_ID_GRACE, Ask, Plan


@dataclasses.dataclass(frozen=True)
class StatusChange:
    """A job's status is another one than at the look before; ``previous`` is None at the first."""

    watched: TrackedJob
    previous: str | None

    def to_event(self) -> dict[str, t.Any]:
        """Return the change as rules see it; every key is always there."""
        failed = self.watched.state is State.FAILED
        return {
            "job_id": self.watched.job_id,
            "job": job_result(self.watched),
            "previous_status": self.previous,
            "outcome": self.watched.state.value,
            "reason": failure_of(self.watched) if failed else None,
        }


class Watch:
    """Jobs under watch. Not safe to use from two threads at once."""

    def __init__(self, ask: Ask, plan: Plan, clock: Clock, *, draw: t.Callable[[], float] = random.random) -> None:
        self._ask = ask
        self._plan = plan
        self._clock = clock
        self._draw = draw
        self._pending: dict[str, TrackedJob] = {}
        self._ended: set[str] = set()
        self._quiet_until = clock.now()
        self.trouble: ImsError | None = None
        """Why the last look brought no good answer at all; None after one that did."""
        self.fatal: ImsError | None = None
        """An error that a repetition would only meet again: looking on is of no use, and may lock a key."""

    @property
    def pending(self) -> int:
        """Return how many jobs have not ended yet."""
        return len(self._pending)

    def add(self, job_ids: t.Iterable[str]) -> None:
        """Watch these too, but for those that are watched or have ended already."""
        for job_id in job_ids:
            if job_id not in self._ended:
                self._pending.setdefault(job_id, TrackedJob(job_id, self._clock.now()))

    def pause(self) -> float:
        """Return how long no look is due: infinity when nothing is left to be watched."""
        if not self._pending:
            return math.inf
        next_poll = min(job.next_poll for job in self._pending.values())
        return max(0.0, max(next_poll, self._quiet_until) - self._clock.now())

    def look(self) -> list[StatusChange]:
        """Ask for the jobs that are due, at most one batch of them. Blocks for as long as the cloud takes to answer."""
        batch = self._due()
        if not batch:
            return []
        self._quiet_until = self._clock.now() + len(batch) / self._plan.max_requests_per_second
        answers = self._ask([job.job_id for job in batch], math.inf)
        now = self._clock.now()
        changes = [change for job in batch if (change := self._take(job, answers[job.job_id], now)) is not None]
        for job in batch:
            job.next_poll = now + self._pause_after(job, now)
        self.trouble = batch[0].error if all(job.error for job in batch) else None
        self._retire(batch)
        return changes

    def _due(self) -> list[TrackedJob]:
        now = self._clock.now()
        if now < self._quiet_until:
            return []
        due = sorted((job for job in self._pending.values() if job.next_poll <= now), key=lambda job: job.next_poll)
        return due[: min(self._ask.batch_size, max(1, int(self._plan.max_requests_per_second)))]

    def _take(self, job: TrackedJob, answer: Answer, now: float) -> StatusChange | None:
        previous = job.job.status_text if job.job else None
        if isinstance(answer, ImsError):
            self._take_error(job, answer, now)
            return None
        if answer is None:
            job.record_unknown(now, is_new=job.first_seen is None or now - job.first_seen < UNKNOWN_ID_GRACE)
            return None if job.is_pending else StatusChange(job, previous)
        job.record_job(answer, now, 0.0, self._plan.ignore_partial_failure)
        return StatusChange(job, previous) if answer.status_text != previous else None

    def _take_error(self, job: TrackedJob, error: ImsError, now: float) -> None:
        job.record_error(error, now, self._plan.max_interval)
        if not is_transient(error):
            self.fatal = error
        elif isinstance(error, ApiError) and (error.status == 429 or error.retry_after):
            # The gateway counts requests, not jobs: when it asks for quiet, all of them have to be quiet.
            self._quiet_until = max(self._quiet_until, now + self._retry_pause(job, error))

    def _pause_after(self, job: TrackedJob, now: float) -> float:
        pause = self._plan.schedule(job.seen(now)) if job.error is None else self._retry_pause(job, job.error)
        return jittered(pause, self._draw())

    def _retry_pause(self, job: TrackedJob, error: ImsError) -> float:
        return max(error.retry_after or 0.0, retry_pause(job.failures, self._plan.interval, self._plan.max_interval))

    def _retire(self, batch: t.Iterable[TrackedJob]) -> None:
        for job in batch:
            if not job.is_pending:
                del self._pending[job.job_id]
                self._ended.add(job.job_id)
