# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for jobs: any number under one deadline, at a bounded rate, through the cloud's bad moments.

The loop knows no HTTP and no Ansible: it gets a clock, a plan and a function that asks, and returns an outcome as a
value. All durations are seconds.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import math
import random
import typing as t

from ..api.client import Answer
from ..clock import Clock
from ..errors import ApiError, ImsError
from ..verdicts import is_transient
from .schedule import Schedule, jittered, retry_pause
from .tracked_job import State, TrackedJob

UNKNOWN_ID_GRACE = 60.0
# The last look, at the deadline itself, may take this long when the cloud is slow to answer.
LAST_POLL_SECONDS = 10.0


@dataclasses.dataclass(frozen=True)
class Plan:
    """How to wait; the names are those of the options of wait_for_ims_job."""

    schedule: Schedule
    timeout: float = 7200.0
    delay: float = 0.0
    interval: float = 2.0
    max_interval: float = 30.0
    error_timeout: float = 300.0
    stall_timeout: float = 0.0
    max_requests_per_second: float = 10.0
    wait_for_any: bool = False
    fail_fast: bool = True
    ignore_partial_failure: bool = False


class Ending(enum.Enum):
    """Why the wait ended."""

    DONE = "done"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    STALLED = "stalled"
    GAVE_UP = "gave_up"
    """The cloud was unreachable or broken for error_timeout."""
    REFUSED = "refused"
    """An error that a repetition would only meet again."""
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


class Ask(t.Protocol):
    """How the loop asks the cloud: for at most ``batch_size`` jobs at once."""

    batch_size: int

    def __call__(self, job_ids: t.Sequence[str], timeout: float) -> t.Mapping[str, Answer]:
        """Return an answer for each id; ``timeout`` bounds each request. Never raises ImsError."""


class Observer(t.Protocol):
    """Is told what happens; must not raise."""

    next_line_at: float
    """When the observer wants to be called again at the latest (monotonic)."""

    def started(self, wait: Wait) -> None:
        """The wait begins; nothing has been asked yet."""

    def looked(self, wait: Wait, batch: t.Sequence[TrackedJob], changed: t.Sequence[TrackedJob]) -> None:
        """These jobs were asked for; of some of them status, step or percent has changed."""

    def alive(self, wait: Wait) -> None:
        """The time ``next_line_at`` has come, and no look is due."""

    def ended(self, outcome: Outcome) -> None:
        """The wait is over."""


class Wait:
    """One wait, from its first look to its outcome."""

    def __init__(
        self,
        job_ids: t.Iterable[str],
        ask: Ask,
        plan: Plan,
        clock: Clock,
        *,
        observer: Observer,
        is_abandoned: t.Callable[[], bool] = lambda: False,
        draw: t.Callable[[], float] = random.random,
    ) -> None:
        self.plan = plan
        self.clock = clock
        self.start = clock.now()
        self.deadline = self.start + plan.timeout
        self.deadline_utc = clock.utc() + datetime.timedelta(seconds=plan.timeout)
        first_look = min(self.start + plan.delay, self.deadline)
        self.jobs = {job_id: TrackedJob(job_id, first_look) for job_id in job_ids}
        # Last looks are spread over the time that they take at the rate, so that the last one falls on the deadline.
        gap = 1 / plan.max_requests_per_second
        self._last_look = {job_id: self.deadline - gap * rank for rank, job_id in enumerate(self.jobs)}
        self.polls = 0
        self.poll_errors = 0
        self.last_error: ImsError | None = None
        self._ask = ask
        self._observer = observer
        self._is_abandoned = is_abandoned
        self._draw = draw
        self._quiet_until = self.start
        self._fatal: ImsError | None = None
        self._too_late = False

    def run(self) -> Outcome:
        """Wait. Returns in every case but for BaseException, which is never swallowed."""
        self._observer.started(self)
        while True:
            ending = Ending.ABANDONED if self._is_abandoned() else self._ending()
            if ending is not None:
                return self._outcome(ending)
            batch = self._due()
            if batch:
                self._look(batch)
            else:
                self._sleep()

    @property
    def pending(self) -> list[TrackedJob]:
        return [job for job in self.jobs.values() if job.is_pending]

    def _outcome(self, ending: Ending) -> Outcome:
        outcome = Outcome(
            ending,
            tuple(self.jobs.values()),
            self.plan,
            round(self.clock.now() - self.start, 3),
            self.deadline_utc,
            self.polls,
            self.poll_errors,
            self.last_error,
        )
        if ending is not Ending.ABANDONED:
            self._observer.ended(outcome)
        return outcome

    # -- when to look ---------------------------------------------------------------------------------------------

    def _due(self) -> list[TrackedJob]:
        """Return the next batch, the longest due first."""
        now = self.clock.now()
        if now < self._quiet_until:
            return []
        due = sorted((job for job in self.pending if job.next_poll <= now), key=lambda job: job.next_poll)
        burst = max(1, int(self.plan.max_requests_per_second))
        return due[: min(self._ask.batch_size, burst)]

    def _sleep(self) -> None:
        next_poll = max(self._quiet_until, min(job.next_poll for job in self.pending))
        wake = min(next_poll, self._observer.next_line_at)
        self.clock.sleep(max(0.0, wake - self.clock.now()))
        # A look that is due now may have news, which is a better sign of life.
        if self._observer.next_line_at <= self.clock.now() < next_poll:
            self._observer.alive(self)

    def _plan_next(self, job: TrackedJob, now: float) -> None:
        """Set the time of the next look: never past the deadline, where there is one last look."""
        if job.error is None:
            pause = jittered(self.plan.schedule(job.seen(now)), self._draw())
            if self.plan.stall_timeout:
                pause = min(pause, max(job.changed_at + self.plan.stall_timeout - now, self.plan.interval))
        else:
            pause = jittered(retry_pause(job.failures, self.plan.interval, self.plan.max_interval), self._draw())
            pause = min(max(pause, job.error.retry_after or 0.0), job.failing_since + self.plan.error_timeout - now)
        last = self._last_look[job.job_id]
        job.next_poll = min(now + max(0.0, pause), last) if now < last else math.inf

    # -- looking --------------------------------------------------------------------------------------------------

    def _look(self, batch: t.Sequence[TrackedJob]) -> None:
        asked = self.clock.now()
        self._quiet_until = asked + len(batch) / self.plan.max_requests_per_second
        self.polls += len(batch)
        answers = self._ask([job.job_id for job in batch], max(self.deadline - asked, LAST_POLL_SECONDS))
        now = self.clock.now()
        changed = [job for job in batch if self._take(job, answers[job.job_id], now)]
        for job in batch:
            self._plan_next(job, now)
        # Jobs that had no look yet get one even after the deadline, unless the cloud does not answer by then.
        self._too_late = asked >= self.deadline and all(job.error for job in batch)
        self._observer.looked(self, batch, changed)

    def _take(self, job: TrackedJob, answer: Answer, now: float) -> bool:
        if isinstance(answer, ImsError):
            self._take_error(job, answer, now)
            return False
        if answer is None:
            job.record_unknown(now, is_new=now - self.start < UNKNOWN_ID_GRACE)
            return not job.is_pending
        changed = job.record_job(answer, now, now - self.start, self.plan.ignore_partial_failure)
        if job.is_pending and self.plan.stall_timeout and now - job.changed_at >= self.plan.stall_timeout:
            job.stalled = True
        return changed

    def _take_error(self, job: TrackedJob, error: ImsError, now: float) -> None:
        self.poll_errors += 1
        self.last_error = error
        job.record_error(error, now, self.plan.max_interval)
        if not is_transient(error):
            self._fatal = error
        elif now - job.failing_since >= self.plan.error_timeout:
            job.state = State.GIVEN_UP
        elif isinstance(error, ApiError) and (error.status == 429 or error.retry_after):
            # The gateway counts requests, not jobs: when it asks for quiet, all of them have to be quiet.
            pause = max(error.retry_after or 0.0, retry_pause(job.failures, self.plan.interval, self.plan.max_interval))
            rest = max(0.0, min(job.failing_since + self.plan.error_timeout, self.deadline) - now)
            self._quiet_until = max(self._quiet_until, now + min(pause, rest))

    # -- when to end ----------------------------------------------------------------------------------------------

    def _ending(self) -> Ending | None:
        """Return why the wait is over, or None. The first reason counts: what was wished for, then what went wrong."""
        states = {job.state for job in self.jobs.values()}
        if self._fatal is not None:
            return Ending.REFUSED
        if State.SUCCEEDED in states and (self.plan.wait_for_any or len(states) == 1):
            return Ending.DONE
        if self.plan.fail_fast or State.PENDING not in states:
            if State.FAILED in states:
                return Ending.FAILED
            if State.GIVEN_UP in states:
                return Ending.GAVE_UP
        if any(job.stalled for job in self.jobs.values()):
            return Ending.STALLED
        if self._too_late or all(job.next_poll == math.inf for job in self.pending):
            return Ending.TIMED_OUT
        return None
