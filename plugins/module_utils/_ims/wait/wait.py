# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for jobs: any number under one deadline, at a bounded rate, through the cloud's outages.

The loop knows no HTTP and no Ansible: it gets a clock, a plan and what asks the cloud, and returns an outcome as a
value. What is polled when, and what an answer means, is the tracker's business. All durations are seconds.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import math
import random as randomness
import typing as t

from ..api.protocol import Fetch
from ..clock import Clock
from ..errors import ImsError
from .plan import Plan
from .tracked_job import State, TrackedJob
from .tracker import Tracker

# The last poll begins at the deadline, and has this long.
LAST_POLL_SECONDS = 0.9


class Ending(enum.Enum):
    """Why the wait ended."""

    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    STALLED = "stalled"
    GAVE_UP = "gave_up"
    """The cloud was unreachable or broken for error_timeout."""
    REFUSED = "refused"
    """A permanent error, which concerns all jobs."""
    ABANDONED = "abandoned"
    """Nobody is left who would read the outcome."""


@dataclasses.dataclass(frozen=True)
class Outcome:
    ending: Ending
    jobs: tuple[TrackedJob, ...]
    plan: Plan
    elapsed: float
    deadline: datetime.datetime
    polls: int
    poll_errors: int
    last_error: ImsError | None

    def in_state(self, *states: State) -> tuple[TrackedJob, ...]:
        return tuple(job for job in self.jobs if job.state in states)

    @property
    def unpolled(self) -> tuple[TrackedJob, ...]:
        """Return the jobs that were not even asked for: the time was up before."""
        return tuple(job for job in self.jobs if not job.polls)


class Observer(t.Protocol):
    """Is told what happens; must not raise."""

    next_line_at: float
    """When the observer wants to be called again at the latest (monotonic)."""

    def started(self, wait: Wait) -> None:
        """The wait begins; nothing has been asked yet."""

    def polled(self, wait: Wait, batch: t.Sequence[TrackedJob], changed: t.Sequence[TrackedJob]) -> None:
        """These jobs were answered for; of some of them status, step or percent has changed."""

    def alive(self, wait: Wait) -> None:
        """The time ``next_line_at`` has come, and there is no news."""

    def ended(self, outcome: Outcome) -> None:
        """The wait is over."""


class Wait:
    """One wait, from its first poll to its outcome."""

    def __init__(
        self,
        job_ids: t.Iterable[str],
        fetch: Fetch,
        plan: Plan,
        clock: Clock,
        *,
        observer: Observer,
        is_abandoned: t.Callable[[], bool] = lambda: False,
        random: t.Callable[[], float] = randomness.random,
    ) -> None:
        self.plan = plan
        self.clock = clock
        self.start = clock.now()
        self.deadline = self.start + plan.timeout
        self.deadline_utc = clock.utc() + datetime.timedelta(seconds=plan.timeout)
        self.tracker = Tracker(fetch, plan, clock, random)
        for job_id in job_ids:
            self.tracker.add(job_id, min(self.start + plan.delay, self.deadline))
        self._once = plan.timeout == 0
        # Not a moment later is anything waited for, whatever the cloud does.
        self._cutoff = self.start + plan.request_timeout if self._once else self.deadline + LAST_POLL_SECONDS
        self._observer = observer
        self._is_abandoned = is_abandoned
        self._last_round_begun = False

    @property
    def jobs(self) -> dict[str, TrackedJob]:
        return self.tracker.jobs

    @property
    def pending(self) -> list[TrackedJob]:
        return [job for job in self.jobs.values() if job.is_pending]

    def run(self) -> Outcome:
        """Wait. Returns in every case but for BaseException, which is never swallowed."""
        self._observer.started(self)
        while True:
            ending = Ending.ABANDONED if self._is_abandoned() else self._ending()
            if ending is not None:
                return self._outcome(ending)
            self._step()

    def _step(self) -> None:
        """Poll what is due, then wait for an answer, for the next poll, or for the next line."""
        now = self.clock.now()
        if not self._last_round_begun and now >= self._last_round_begins():
            self._begin_last_round(now)
        if now < self._last_start():
            self.tracker.submit(self._cutoff - now)
        batch, changed = self.tracker.collect(max(0.0, self._wake() - self.clock.now()))
        if batch:
            self._plan_last_polls(batch)
            self._observer.polled(self, batch, changed)
        elif self._observer.next_line_at <= self.clock.now() < self.tracker.next_poll():
            # A poll that is due now may have news, which is a better sign of life.
            self._observer.alive(self)

    def _wake(self) -> float:
        next_poll = self.tracker.next_poll()
        if not self._last_round_begun:
            next_poll = min(next_poll, self._last_round_begins())
        if next_poll >= self._last_start():
            next_poll = self._cutoff if not self.tracker.is_idle else self.deadline
        return min(next_poll, self._observer.next_line_at, self._cutoff)

    # -- the last round: each pending job once more, spread over the time that this takes, the last at the deadline --

    def _last_start(self) -> float:
        """Return the time from which on no poll begins."""
        return self._cutoff if self._once else self.deadline + LAST_POLL_SECONDS / 2

    def _last_round_begins(self) -> float:
        if self._once:
            return self.start
        seconds = self.tracker.count(State.PENDING) / self.plan.max_requests_per_second
        return self.deadline - min(seconds, self.plan.timeout / 2)

    def _begin_last_round(self, now: float) -> None:
        self._last_round_begun = True
        if self._once:
            return
        # What was never polled comes first.
        jobs = sorted(self.pending, key=lambda job: (job.polls > 0, job.next_poll))
        gap = (self.deadline - now) / len(jobs)
        for number, job in enumerate(jobs, start=1):
            self.tracker.plan_poll(job, now + gap * number)

    def _plan_last_polls(self, batch: t.Iterable[TrackedJob]) -> None:
        """In the last round, a job that was answered for is not polled again."""
        if self._last_round_begun:
            for job in batch:
                self.tracker.plan_poll(job, math.inf)

    # -- the end -----------------------------------------------------------------------------------------------------

    def _ending(self) -> Ending | None:
        """Return why the wait is over, or None. What was wished for counts first, then what went wrong."""
        count, plan = self.tracker.count, self.plan
        succeeded = count(State.SUCCEEDED)
        if succeeded and (plan.wait_for_any or succeeded == len(self.jobs)):
            return Ending.DONE
        if self.tracker.refused is not None:
            return Ending.REFUSED
        if plan.fail_fast or not count(State.PENDING):
            if count(State.FAILED):
                return Ending.FAILED
            if count(State.GIVEN_UP):
                return Ending.GAVE_UP
        if plan.stall_timeout and any(job.stalled for job in self.jobs.values()):
            return Ending.STALLED
        return Ending.TIMED_OUT if self._time_is_up() else None

    def _time_is_up(self) -> bool:
        now = self.clock.now()
        nothing_to_come = self.tracker.is_idle and self.tracker.next_poll() >= self._last_start()
        return now >= self._cutoff or (nothing_to_come and now >= self.deadline)

    def _outcome(self, ending: Ending) -> Outcome:
        tracker = self.tracker
        if ending is Ending.TIMED_OUT:
            tracker.leave()
        outcome = Outcome(
            ending,
            tuple(self.jobs.values()),
            self.plan,
            round(self.clock.now() - self.start, 3),
            self.deadline_utc,
            tracker.polls,
            tracker.poll_errors,
            tracker.refused or tracker.last_error,
        )
        if ending is not Ending.ABANDONED:
            self._observer.ended(outcome)
        return outcome
