# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Watch jobs without an end, for sources of events: each change of status is reported once. All durations are seconds.

Unlike Wait it has no deadline and takes new jobs at any time.
"""

from __future__ import annotations

import dataclasses
import random as randomness
import typing as t

from ..api.protocol import Fetch
from ..clock import Clock
from ..errors import ImsError
from .plan import Plan
from .tracked_job import State, TrackedJob
from .tracker import Tracker


@dataclasses.dataclass(frozen=True)
class StatusChange:
    """A job's status is another one than at the poll before; ``previous`` is None at the first."""

    tracked: TrackedJob
    previous: str | None


class Watch:
    """Jobs under watch. Not safe to use from two threads at once. The plan is an endless one."""

    def __init__(
        self, fetch: Fetch, plan: Plan, clock: Clock, *, random: t.Callable[[], float] = randomness.random
    ) -> None:
        self._plan = plan
        self._clock = clock
        self._tracker = Tracker(fetch, plan, clock, random)
        self._reported: dict[str, str] = {}
        self._ended: set[str] = set()
        self.outage: ImsError | None = None
        """Why the last poll brought no valid response; None after one that did."""

    @property
    def refused(self) -> ImsError | None:
        """Return a permanent error that concerns all jobs: polling on is of no use, and may lock a key."""
        return self._tracker.refused

    @property
    def pending(self) -> int:
        """Return how many jobs have not ended yet."""
        return self._tracker.count(State.PENDING)

    def add(self, job_ids: t.Iterable[str]) -> None:
        """Watch these too, but for those that are watched or have ended already."""
        for job_id in job_ids:
            if job_id not in self._ended:
                self._tracker.add(job_id, self._clock.now())

    def poll(self, longest: float) -> list[StatusChange]:
        """Poll what is due, and wait up to ``longest`` for an answer; return what has changed."""
        now = self._clock.now()
        self._tracker.submit(self._plan.request_timeout)
        pause = min(longest, max(0.0, self._tracker.next_poll() - now))
        batch, _changed = self._tracker.collect(pause)
        if batch:
            self.outage = batch[0].error if all(job.error and job.is_pending for job in batch) else None
        changes = [change for job in batch if (change := self._change_of(job)) is not None]
        for job in batch:
            job.timeline.clear()  # which is for the result of a wait
            if not job.is_pending:
                self._forget(job.job_id)
        return changes

    def _forget(self, job_id: str) -> None:
        """Keep nothing but the id of a job that has ended: who watches for months has no use for more."""
        self._tracker.drop(job_id)
        self._reported.pop(job_id, None)
        self._ended.add(job_id)

    def _change_of(self, tracked: TrackedJob) -> StatusChange | None:
        """Return what is to be reported of a job that was answered for."""
        previous = self._reported.get(tracked.job_id)
        if tracked.error is not None or tracked.unknown:
            return None if tracked.is_pending else StatusChange(tracked, previous)
        status = tracked.reading.status_text if tracked.reading else ""
        if status == previous:
            return None
        self._reported[tracked.job_id] = status
        return StatusChange(tracked, previous)
