# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read while they wait: few lines, each worth its place, the news first.

AWX recommends at most 4,000 lines for a run, so a thousand jobs make no more lines than one, but for the ids that
somebody who is interrupted needs to go on.
"""

from __future__ import annotations

import collections
import typing as t

from ..api.job import JobStatus
from ..masking import NO_SECRETS, Texts
from ..schema.deviations import Deviations
from ..wait.tracked_job import State, TrackedJob
from ..wait.wait import Ending, Outcome, Wait
from .lines import SHORT_ID, Lines, Say, short_ids
from .messages import failure_of, period, span, state_of, step_of
from .outage import Outage, clock_time

SIGN_OF_LIFE = 60.0
_PERCENT_STEP = 5.0
_MIN_SUMMARY_GAP = 10.0
_MIN_COUNT_GAP = 1.0
_MAX_FAILURE_LINES = 20
_MAX_ODD_LINES = 10
_MAX_WORD = 64


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


class Progress:
    """What all kinds of progress share: the sign of life, the first lines, and the outage."""

    def __init__(self, lines: Lines, requests: t.Callable[[], int], texts: Texts) -> None:
        self.next_line_at = float("inf")
        self._lines = lines
        self._requests = requests
        self._texts = texts
        self._outage = Outage(texts)
        self._odd = Deviations()

    def _say(self, wait: Wait, text: str) -> None:
        self.next_line_at = wait.clock.now() + SIGN_OF_LIFE
        self._lines.put(text)

    def _until(self, wait: Wait) -> str:
        return f"{clock_time(wait, wait.deadline)} ({period(wait.plan.timeout)})"

    def _odd_answers(self, wait: Wait, batch: t.Sequence[TrackedJob]) -> None:
        """Say what was odd in these answers and is left out, each place once; the result has all of them."""
        for job in batch:
            room = max(0, _MAX_ODD_LINES - len(self._odd))
            found = job.job.deviations if job.job is not None and job.error is None else ()
            for deviation in self._odd.add(found, job.job_id)[:room]:
                self._say(wait, f"odd answer: {deviation}")

    def _outage_news(self, wait: Wait, batch: t.Sequence[TrackedJob]) -> bool:
        """Say once that no valid response comes, and once that one does again; return whether a line was printed."""
        begun, over = self._outage.begins(wait, batch), self._outage.ends(wait, batch)
        if begun is not None:
            self._say(wait, self._subject(wait) + begun[0])
            self._say(wait, begun[1])
        if over is not None:
            self._say(wait, f"{self._subject(wait)}{over}; {self._state(wait)}")
        return begun is not None or over is not None

    def _subject(self, wait: Wait) -> str:
        return ""

    def _state(self, wait: Wait) -> str:
        raise NotImplementedError


class JobProgress(Progress):
    """Lines about a single job: its changes, an estimate, a sign of life each minute."""

    def __init__(self, lines: Lines, requests: t.Callable[[], int], texts: Texts, targets: t.Mapping[str, str]) -> None:
        super().__init__(lines, requests, texts)
        self._targets = targets
        self._told: tuple[t.Any, ...] | None = None

    def started(self, wait: Wait) -> None:
        self._lines.put_ids(list(wait.jobs))
        goal = f"waits until {self._until(wait)}" if wait.plan.timeout else "polls once"
        self._say(wait, f"{goal}; to resume: the same job_id again")

    def polled(self, wait: Wait, batch: t.Sequence[TrackedJob], changed: t.Sequence[TrackedJob]) -> None:
        (job,) = batch
        self._odd_answers(wait, batch)
        if self._outage_news(wait, batch) or job.error is not None or not job.is_pending:
            return
        news = self._news(job)
        if self._told is None or news[:3] != self._told[:3] or abs(news[3] - self._told[3]) >= _PERCENT_STEP:
            self.alive(wait)
            self._told = news

    def alive(self, wait: Wait) -> None:
        (job,) = wait.jobs.values()
        after = span(wait.clock.now() - wait.start)
        if job.error is not None:
            text = f"still no valid response, after {after}"
            text += f"; last seen: {self._state(wait)}" if job.job is not None else ""
        else:
            # The first line says what kind of job it is, the others what it does.
            kind = self._texts.line(job.job.job_type or "", _MAX_WORD) if job.job else ""
            aside = (kind if self._told is None else "") or step_of(job, self._texts)
            text = f"{self._state(wait)}{self._rest(wait, job)}, after {after}" + (f" ({aside})" if aside else "")
        self._say(wait, self._subject(wait) + text)

    def ended(self, outcome: Outcome) -> None:
        (job,) = outcome.jobs
        self._lines.put(f"{job.job_id[:SHORT_ID]}: {self._end_of(job, outcome)}")

    def _end_of(self, job: TrackedJob, outcome: Outcome) -> str:
        after = span(outcome.elapsed)
        if job.state is State.FAILED:
            return failure_of(job, self._texts, after)
        if job.state is not State.SUCCEEDED or job.job is None:
            return f"{_end_for(outcome)}; {state_of(job, self._texts)}"
        images = ", ".join(self._texts.line(image_id, _MAX_WORD) for image_id in job.job.image_ids[:3])
        where = f": {self._targets[job.job_id]}" if job.job_id in self._targets else f"; image {images}"
        return f"SUCCESS after {after}" + (where if images or job.job_id in self._targets else "")

    def _news(self, job: TrackedJob) -> tuple[t.Any, ...]:
        found = job.job
        percent = (found.progress_percent or 0.0) if found else 0.0
        return job.unknown, found and found.status_text, found and found.current_task, percent

    def _subject(self, wait: Wait) -> str:
        (job_id,) = wait.jobs
        return f"{job_id[:SHORT_ID]}: "

    def _state(self, wait: Wait) -> str:
        (job,) = wait.jobs.values()
        found = job.job
        if found is not None and found.status is JobStatus.RUNNING and found.progress_percent is not None:
            return f"{int(found.progress_percent)}%"
        return state_of(job, self._texts)

    def _rest(self, wait: Wait, job: TrackedJob) -> str:
        remaining = job.estimate.remaining(wait.clock.now())
        return f", about {span(remaining)} left" if remaining is not None and remaining > 1 else ""


class BatchProgress(Progress):
    """Lines about many jobs: totals when they change, at most one each ten seconds, and each failure once."""

    def __init__(self, lines: Lines, requests: t.Callable[[], int], texts: Texts) -> None:
        super().__init__(lines, requests, texts)
        self._told: tuple[str, ...] = ()
        self._told_at = self._counted_at = float("-inf")
        self._names: dict[str, str] = {}
        self._whole_ids_told = False
        self._failures_told = 0

    def started(self, wait: Wait) -> None:
        plan = wait.plan
        goal = "any one of them" if plan.wait_for_any else "all of them"
        until = f"until {self._until(wait)}" if plan.timeout else "polled once"
        rate = f"{plan.max_requests_per_second:.10g} requests/s"
        self._names = short_ids(wait.jobs)
        self._say(wait, f"{len(wait.jobs):,} jobs {until}, {goal}, {rate}")
        self._whole_ids_told = self._lines.put_ids(list(wait.jobs))
        ids = "job_ids again" if self._whole_ids_told else "job_ids (in the starting task's result)"
        self._say(wait, f"to resume: the same {ids}")

    def polled(self, wait: Wait, batch: t.Sequence[TrackedJob], changed: t.Sequence[TrackedJob]) -> None:
        self._odd_answers(wait, batch)
        self._outage_news(wait, batch)
        for job in batch:
            if job.state is State.FAILED and self._failures_told <= _MAX_FAILURE_LINES:
                self._failures_told += 1
                self._say(wait, self._failure(job))
        if wait.tracker.count(State.PENDING) and self._is_time(wait):
            # With thousands of jobs, counting is not done for each answer.
            self._counted_at = wait.clock.now()
            if self._totals(wait.jobs.values()) != self._told:
                self._say_state(wait, "")

    def alive(self, wait: Wait) -> None:
        self._say_state(wait, f", after {span(wait.clock.now() - wait.start)}")

    def ended(self, outcome: Outcome) -> None:
        counts = self._counts(outcome.jobs)
        done, failed = counts.pop("done"), counts.pop("failed", 0)
        parts = [f"{done:,} of {len(outcome.jobs):,} succeeded"]
        parts += [f"{failed:,} failed"] if failed else []
        parts += [f"{sum(counts.values()):,} unfinished"] if counts else []
        count = self._requests()
        if outcome.ending in (Ending.DONE, Ending.FAILED):
            text = f"{', '.join(parts)}, after {span(outcome.elapsed)}"
        else:
            text = f"{_end_for(outcome)}: {', '.join(parts)}"
        self._lines.put(f"{text} ({count:,} request{'s' if count != 1 else ''})")

    def _failure(self, job: TrackedJob) -> str:
        if self._failures_told > _MAX_FAILURE_LINES:
            return "more failures follow in the result"
        name = self._names[job.job_id] if self._whole_ids_told else job.job_id
        return f"{name} {failure_of(job, self._texts)}"

    def _say_state(self, wait: Wait, after: str) -> None:
        self._told, self._told_at = self._totals(wait.jobs.values()), wait.clock.now()
        out = "still no valid response; " if self._outage.since is not None else ""
        self._say(wait, f"{out}{', '.join(self._told)}{after}{self._slowest(wait)}")

    def _is_time(self, wait: Wait) -> bool:
        """The first totals wait until each job was polled, so that they say something; the others keep a distance."""
        now = wait.clock.now()
        if not self._told and all(job.polls for job in wait.jobs.values()):
            return True
        return now - max(self._told_at, wait.start) >= _MIN_SUMMARY_GAP and now - self._counted_at >= _MIN_COUNT_GAP

    def _totals(self, jobs: t.Collection[TrackedJob]) -> tuple[str, ...]:
        counts = self._counts(jobs)
        done = f"{counts.pop('done'):,} of {len(jobs):,} done"
        return (done, *(f"{count:,} {label}" for label, count in counts.items()))

    def _counts(self, jobs: t.Collection[TrackedJob]) -> dict[str, int]:
        """Return how many jobs are done, and of what else there is, in the order of interest."""
        found = collections.Counter(_label_of(job) for job in jobs)
        labels = ("failed", "running", "queued", "unknown", "not seen yet")
        return {"done": found["done"], **{label: found[label] for label in labels if found[label]}}

    def _slowest(self, wait: Wait) -> str:
        percents = [
            (job.job.progress_percent, job.job_id)
            for job in wait.pending
            if job.job and job.job.progress_percent is not None
        ]
        if not percents:
            return ""
        percent, job_id = min(percents)
        return f"; slowest {self._names[job_id]} {int(percent)}%"

    def _state(self, wait: Wait) -> str:
        return ", ".join(self._totals(wait.jobs.values())) + self._slowest(wait)


def progress_for(
    count: int,
    say: Say,
    host: str,
    requests: t.Callable[[], int],
    texts: Texts = NO_SECRETS,
    targets: t.Mapping[str, str] | None = None,
) -> JobProgress | BatchProgress:
    """Return the observer for a wait for so many jobs.

    ``targets`` says for a job's id where what it makes can be found (``bucket:object``): the cloud itself does not.
    """
    lines = Lines(say, host, texts)
    return JobProgress(lines, requests, texts, targets or {}) if count == 1 else BatchProgress(lines, requests, texts)


def _label_of(job: TrackedJob) -> str:
    if job.state is State.SUCCEEDED:
        return "done"
    if job.state is State.FAILED:
        return "failed"
    if job.unknown:
        return "unknown"
    if job.job is None:
        return "not seen yet"
    return "queued" if job.job.status is JobStatus.INIT else "running"


def _end_for(outcome: Outcome) -> str:
    if outcome.ending is Ending.TIMED_OUT and not outcome.plan.timeout:
        return "not finished"
    words = {Ending.TIMED_OUT: "timed out", Ending.STALLED: "stalled", Ending.GAVE_UP: "gave up"}
    return f"{words.get(outcome.ending, 'stopped')} after {span(outcome.elapsed)}"
