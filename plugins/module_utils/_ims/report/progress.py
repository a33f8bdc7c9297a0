# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read while they wait: few lines, each worth its place, none above 200 characters.

AWX shows about 1,000 bytes of a line in lists and recommends at most 4,000 lines for a run, so the first words carry
the news, and a thousand jobs make no more lines than one.
"""

from __future__ import annotations

import datetime
import typing as t

from ..errors import ImsError
from ..masking import printable
from ..times import iso_seconds
from ..verdicts import OnPoll, on_poll
from ..wait.tracked_job import State, TrackedJob
from ..wait.wait import Ending, Outcome, Wait
from .messages import failure_of, span, state_of

MAX_LINE = 200
SIGN_OF_LIFE = 60.0
_PERCENT_STEP = 5.0
_MIN_SUMMARY_GAP = 10.0
_MAX_FAILURE_LINES = 20
# One blip among many jobs is no news; for a single job it is all there is.
_BAD_ANSWERS_WORTH_A_LINE = 3

Say = t.Callable[[str], None]


class Silence:
    """The observer of a wait that nobody watches."""

    next_line_at = float("inf")

    def started(self, wait: Wait) -> None:
        """Say nothing."""

    def polled(self, wait: Wait, batch: t.Sequence[TrackedJob], changed: t.Sequence[TrackedJob]) -> None:
        """Say nothing."""

    def alive(self, wait: Wait) -> None:
        """Say nothing."""

    def ended(self, outcome: Outcome) -> None:
        """Say nothing."""


class _Lines:
    """What the two kinds of progress share: the prefix, the sign of life, and the weather."""

    def __init__(self, say: Say, prefix: str, requests: t.Callable[[], int]) -> None:
        self._say_line = say
        self._prefix = prefix
        self._requests = requests
        self.next_line_at = float("inf")
        self._last_good = ""
        self._bad_since: float | None = None
        self._bad_in_a_row = 0
        self._announced = False

    def _say(self, wait: Wait, text: str) -> None:
        self.next_line_at = wait.clock.now() + SIGN_OF_LIFE
        self._print(text)

    def _print(self, text: str) -> None:
        self._say_line(printable(f"{self._prefix}{text}", MAX_LINE))

    def _weather(self, wait: Wait, batch: t.Sequence[TrackedJob], patience: int) -> bool:
        """Say once that the cloud does not answer, and once that it does again; return whether a line was printed."""
        errors = [job.error for job in batch if job.error is not None]
        if len(errors) < len(batch):
            return self._clear_up(wait)
        if self._bad_since is None:
            self._bad_since = min(job.failing_since for job in batch)
        self._bad_in_a_row += len(batch)
        if (
            self._announced
            or self._bad_in_a_row < patience
            or not batch[0].is_pending
            or on_poll(errors[0]) is OnPoll.REFUSED
        ):
            return False
        self._announced = True
        self._say(wait, self._outage(wait, errors[0], self._bad_since))
        return True

    def _clear_up(self, wait: Wait) -> bool:
        announced, since = self._announced, self._bad_since
        self._announced, self._bad_since, self._bad_in_a_row = False, None, 0
        if announced and since is not None:
            self._say(wait, f"the cloud answers again after {span(wait.clock.now() - since)}; {self._state(wait)}")
        return announced

    def _outage(self, wait: Wait, error: ImsError, since: float) -> str:
        def clock_time(moment: float) -> str:
            return iso_seconds(wait.clock.utc() + datetime.timedelta(seconds=moment - wait.clock.now()))[11:]

        gives_up = clock_time(min(since + wait.plan.error_timeout, wait.deadline))
        why = printable(brief(error), 90)
        return f"no good answer since {clock_time(since)} ({why}); still trying, gives up at {gives_up}"

    def _state(self, wait: Wait) -> str:
        raise NotImplementedError


class JobProgress(_Lines):
    """Lines about a single job: its changes, an estimate, a sign of life each minute."""

    def __init__(self, say: Say, host: str, requests: t.Callable[[], int]) -> None:
        super().__init__(say, f"ims [{host}] ", requests)
        self._told: tuple[t.Any, ...] | None = None

    def started(self, wait: Wait) -> None:
        (job,) = wait.jobs.values()
        self._prefix += f"{job.job_id}: "
        until = iso_seconds(wait.deadline_utc)
        self._say(wait, f"waiting until {until} ({wait.plan.timeout:g} s); to resume, wait for this job_id again")

    def polled(self, wait: Wait, batch: t.Sequence[TrackedJob], changed: t.Sequence[TrackedJob]) -> None:
        (job,) = batch
        if self._weather(wait, batch, 1) or job.error is not None or not job.is_pending:
            return
        news = self._news(job)
        if self._told is None or news[:3] != self._told[:3] or abs(news[3] - self._told[3]) >= _PERCENT_STEP:
            text = self._state(wait)
            self._told = news
            self._say(wait, text)

    def alive(self, wait: Wait) -> None:
        self._say(wait, self._state(wait))

    def ended(self, outcome: Outcome) -> None:
        (job,) = outcome.jobs
        requests = f"({self._requests()} requests)" if self._requests() != 1 else "(1 request)"
        self._print(f"{_end_of(job, outcome)} {requests}")

    def _news(self, job: TrackedJob) -> tuple[t.Any, ...]:
        found = job.job
        percent = (found.progress_percent or 0.0) if found else 0.0
        return job.unknown, found and found.status_text, found and found.current_task, percent

    def _state(self, wait: Wait) -> str:
        (job,) = wait.jobs.values()
        now = wait.clock.now()
        parts = [state_of(job)]
        if job.job is not None:
            parts += [text for text in (job.job.current_task, job.job.job_type if self._told is None else None) if text]
        parts.append(span(now - wait.start))
        remaining = job.estimate.remaining(now)
        if remaining is not None and remaining > 1 and job.error is None:
            parts.append(f"about {span(remaining)} left")
        if job.error is not None:
            parts.append("no good answer right now")
        return ", ".join(parts)


class BatchProgress(_Lines):
    """Lines about many jobs: totals when they change, at most one each ten seconds, and each failure once."""

    def __init__(self, say: Say, host: str, requests: t.Callable[[], int]) -> None:
        super().__init__(say, f"ims [{host}] ", requests)
        self._told: tuple[int, ...] = ()
        self._told_at = 0.0
        self._failures_told = 0

    def started(self, wait: Wait) -> None:
        plan = wait.plan
        goal = "any one of them" if plan.wait_for_any else "all of them"
        self._prefix += f"{len(wait.jobs)} jobs"
        until = iso_seconds(wait.deadline_utc)
        self._say(
            wait,
            f", waiting until {until} ({plan.timeout:g} s), {goal}, at most {plan.max_requests_per_second:g} requests/s"
            "; to resume, wait for the same job_ids again",
        )
        self._prefix += ": "

    def polled(self, wait: Wait, batch: t.Sequence[TrackedJob], changed: t.Sequence[TrackedJob]) -> None:
        self._weather(wait, batch, _BAD_ANSWERS_WORTH_A_LINE)
        for job in batch:
            if job.state is State.FAILED and self._failures_told <= _MAX_FAILURE_LINES:
                self._failures_told += 1
                rest = self._failures_told > _MAX_FAILURE_LINES
                self._say(wait, "more failures follow in the result" if rest else f"{job.job_id} {failure_of(job)}")
        counts = self._counts(wait.jobs.values())
        if counts != self._told and wait.pending and self._is_time(wait):
            self.alive(wait)

    def alive(self, wait: Wait) -> None:
        self._told, self._told_at = self._counts(wait.jobs.values()), wait.clock.now()
        self._say(wait, self._state(wait))

    def ended(self, outcome: Outcome) -> None:
        done, running, waiting, failed = self._counts(outcome.jobs)
        unfinished = running + waiting
        parts = [f"{done} succeeded", f"{failed} failed"]
        if unfinished:
            parts.append(f"{unfinished} not finished")
        self._print(f"{', '.join(parts)}; {span(outcome.elapsed)} ({self._requests():,} requests)")

    def _is_time(self, wait: Wait) -> bool:
        return not self._told or wait.clock.now() - self._told_at >= _MIN_SUMMARY_GAP

    def _counts(self, watched: t.Iterable[TrackedJob]) -> tuple[int, int, int, int]:
        """Return how many jobs are done, running, waiting to start, failed."""
        jobs = list(watched)
        done = sum(job.state is State.SUCCEEDED for job in jobs)
        failed = sum(job.state is State.FAILED for job in jobs)
        running = sum(job.state in (State.PENDING, State.GIVEN_UP) and _is_running(job) for job in jobs)
        return done, running, len(jobs) - done - failed - running, failed

    def _state(self, wait: Wait) -> str:
        done, running, waiting, failed = self._counts(wait.jobs.values())
        text = f"{done} done, {running} running, {waiting} waiting to start, {failed} failed"
        text += f"; {span(wait.clock.now() - wait.start)}"
        percents = [
            job.job.progress_percent for job in wait.pending if job.job and job.job.progress_percent is not None
        ]
        return f"{text}, slowest at {min(percents):g}%" if percents else text


def progress_for(count: int, say: Say, host: str, requests: t.Callable[[], int]) -> JobProgress | BatchProgress:
    """Return the observer for a wait for so many jobs."""
    return JobProgress(say, host, requests) if count == 1 else BatchProgress(say, host, requests)


def brief(error: ImsError) -> str:
    """Return what a progress line has room for: status and request id, or the transport's few words."""
    status = error.facts.get("http_status")
    if status is None:
        return str(error)
    return f"HTTP {status}, request {error.facts.get('request_id') or 'unknown'}"


def _is_running(job: TrackedJob) -> bool:
    return job.job is not None and job.job.status_text != "INIT"


def _end_of(job: TrackedJob, outcome: Outcome) -> str:
    after = span(outcome.elapsed)
    if job.state is State.SUCCEEDED and job.job is not None:
        images = ", ".join(job.job.image_ids[:3])
        return f"SUCCESS after {after}" + (f", image {images}" if images else "")
    if job.state is State.FAILED:
        return f"{failure_of(job)} after {after}"
    words = {Ending.TIMED_OUT: "timed out", Ending.STALLED: "stalled", Ending.GAVE_UP: "gave up"}
    return f"{words.get(outcome.ending, 'stopped')} after {after}: {state_of(job)}"
