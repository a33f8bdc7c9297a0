# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Polls jobs: which are due, what answers mean, when to pause. The one place that decides it, for waits and watches.

A wait adds a deadline and an outcome (wait.py), a watch has no end and reports changes (watch.py).
"""

from __future__ import annotations

import collections
import heapq
import itertools
import math
import typing as t

from ..api.protocol import Fetch, Polled
from ..clock import Clock
from ..errors import ImsError, NoAnswerError
from ..verdicts import OnPoll, asks_for_quiet, on_poll
from .plan import Plan
from .schedule import jittered, retry_pause
from .tracked_job import State, TrackedJob

# A wrong host name or a portal's page may be a blip; met so often before any valid response, it is a wrong setting.
TRIES_UNANSWERED = 3
# A poll that is under way is waited for in steps of this length, so that a lost parent is noticed.
_LONGEST_COLLECT = 1.0
LONGEST_ENDLESS_PAUSE = 600.0


class Tracker:
    """Jobs under way, at a bounded rate. Not safe to use from two threads at once; all durations are seconds."""

    def __init__(self, fetch: Fetch, plan: Plan, clock: Clock, random: t.Callable[[], float]) -> None:
        self.jobs: dict[str, TrackedJob] = {}
        self.polls = 0
        self.poll_errors = 0
        self.last_error: ImsError | None = None
        self.refused: ImsError | None = None
        """A permanent error: polling on is of no use, and may lock a key."""
        self.answered = False
        """There was a valid response: credentials, region and endpoint are right."""
        self.quiet_until = clock.now()
        self._start = clock.now()
        self._fetch = fetch
        self._plan = plan
        self._clock = clock
        self._random = random
        self._under_way: set[str] = set()
        self._due: list[tuple[float, int, TrackedJob]] = []
        self._serial = itertools.count()
        self._states: collections.Counter[State] = collections.Counter()

    def add(self, job_id: str, next_poll: float) -> None:
        """Track one more job; one that is tracked already stays as it is."""
        if job_id not in self.jobs:
            self.jobs[job_id] = job = TrackedJob(job_id, next_poll)
            self._states[job.state] += 1
            self.plan_poll(job, next_poll)

    def drop(self, job_id: str) -> None:
        """Track a job no more that has ended."""
        self._states[self.jobs.pop(job_id).state] -= 1

    def count(self, *states: State) -> int:
        return sum(self._states[state] for state in states)

    def plan_poll(self, job: TrackedJob, when: float) -> None:
        """Set the time (monotonic) of a job's next poll; infinity: none."""
        job.next_poll = when
        if when < math.inf:
            heapq.heappush(self._due, (when, next(self._serial), job))

    @property
    def is_idle(self) -> bool:
        """Return whether no poll is under way."""
        return not self._under_way

    def next_poll(self) -> float:
        """Return when the next poll may begin; infinity when none is planned, or an answer must come first."""
        if self.refused is not None or len(self._under_way) >= self._fetch.batch_size:
            return math.inf
        while self._due and not self._is_current(self._due[0]):
            heapq.heappop(self._due)
        return max(self._due[0][0], self.quiet_until) if self._due else math.inf

    def submit(self, timeout: float) -> int:
        """Begin to poll what is due, the longest due first; return for how many jobs. ``timeout`` bounds each poll."""
        now = self._clock.now()
        if self.next_poll() > now:
            return 0
        burst = max(1, int(self._plan.max_requests_per_second))
        room = min(self._fetch.batch_size - len(self._under_way), burst)
        batch: list[str] = []
        while self._due and self._due[0][0] <= now and len(batch) < room:
            entry = heapq.heappop(self._due)
            if self._is_current(entry):
                entry[2].next_poll = math.inf
                entry[2].polls += 1
                batch.append(entry[2].job_id)
        if batch:
            self.quiet_until = now + len(batch) / self._plan.max_requests_per_second
            self.polls += len(batch)
            self._under_way.update(batch)
            self._fetch.submit(batch, timeout)
        return len(batch)

    def collect(self, timeout: float) -> tuple[list[TrackedJob], list[TrackedJob]]:
        """Wait up to ``timeout`` for answers; return the jobs that were answered for, and which of them changed."""
        if self.is_idle:
            self._clock.sleep(timeout)
            return [], []
        # What another wait over the same connection has asked for, and did not wait for, is not of our business.
        arrived = self._fetch.collect(min(timeout, _LONGEST_COLLECT))
        answers = {job_id: answer for job_id, answer in arrived.items() if job_id in self._under_way}
        self._under_way -= answers.keys()
        now = self._clock.now()
        # Valid responses first: they tell what an error beside them means.
        ordered = sorted(answers, key=lambda job_id: isinstance(answers[job_id], ImsError))
        batch = [self.jobs[job_id] for job_id in ordered]
        changed = [job for job in batch if self._record(job, answers[job.job_id], now)]
        for job in batch:
            if job.is_pending:
                self.plan_poll(job, now + self._pause(job, now))
        return batch, changed

    def leave(self) -> None:
        """Wait no more for the polls that are under way: the time is up."""
        for job_id in self._under_way:
            error = NoAnswerError("no answer came before the time was up")
            self.jobs[job_id].record_error(error, self._clock.now(), self._plan.max_interval)
            self.poll_errors += 1
            self.last_error = error
        self._under_way.clear()

    def _is_current(self, entry: tuple[float, int, TrackedJob]) -> bool:
        when, _serial, job = entry
        return job.next_poll == when and job.is_pending and job.job_id not in self._under_way

    def _record(self, job: TrackedJob, answer: Polled, now: float) -> bool:
        """Note an answer; return whether there is news of the job."""
        before, changed = job.state, False
        if isinstance(answer, ImsError):
            self._record_error(job, answer, now)
        elif answer is None:
            job.record_unknown(now)
        else:
            self.answered = True
            changed = job.record_reading(answer, now, now - self._start, self._plan.ignore_partial_failure)
            limit = self._plan.stall_timeout
            job.stalled = bool(limit) and job.is_pending and now - job.changed_at >= limit
        self._states[before] -= 1
        self._states[job.state] += 1
        return changed or job.state is not before

    def _record_error(self, job: TrackedJob, error: ImsError, now: float) -> None:
        self.poll_errors += 1
        self.last_error = error
        job.record_error(error, now, self._plan.max_interval)
        verdict = on_poll(error)
        if verdict is OnPoll.REFUSED or self._is_wrong_setting(verdict, job.failures):
            self.refused = error
        elif verdict is OnPoll.JOB_ONCE_ANSWERED and self.answered:
            job.state = State.FAILED
        elif now - job.failing_since >= self._plan.error_timeout:
            job.state = State.GIVEN_UP
        elif asks_for_quiet(error):
            self.quiet_until = max(self.quiet_until, now + self._quiet(job, error, now))

    def _is_wrong_setting(self, verdict: OnPoll, failures: int) -> bool:
        """Return whether a permanent error of one job tells of all: the cloud has never given a valid response."""
        if self.answered or self._plan.is_endless:
            return False
        tries = {OnPoll.JOB_ONCE_ANSWERED: 1, OnPoll.ASK_AGAIN_ONCE_ANSWERED: TRIES_UNANSWERED}
        return failures >= tries.get(verdict, math.inf)

    def _quiet(self, job: TrackedJob, error: ImsError, now: float) -> float:
        """Return how long no job at all is polled, never past the time when the wait gives up."""
        pause = self._retry_pause(job, error)
        rest = min(job.failing_since + self._plan.error_timeout, self._start + self._plan.timeout) - now
        return min(pause, max(0.0, rest))

    def _retry_pause(self, job: TrackedJob, error: ImsError) -> float:
        """Return the pause after an error: what the server asks for, or a growing one. May reach past all deadlines."""
        pause = jittered(retry_pause(job.failures, self._plan.interval, self._plan.max_interval), self._random())
        # Without an end, nobody would ever cut a pause of a year short that some server asked for.
        longest = LONGEST_ENDLESS_PAUSE if self._plan.is_endless else math.inf
        return max(pause, min(error.retry_after or 0.0, longest))

    def _pause(self, job: TrackedJob, now: float) -> float:
        """Return the seconds until the next poll of a job."""
        if job.error is not None:
            rest = job.failing_since + self._plan.error_timeout - now
            return max(0.0, min(self._retry_pause(job, job.error), rest))
        pause = jittered(self._plan.schedule(job.seen(now)), self._random())
        if self._plan.stall_timeout:
            pause = min(pause, max(job.changed_at + self._plan.stall_timeout - now, self._plan.interval))
        return pause
