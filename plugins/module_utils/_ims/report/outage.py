# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An outage in words: that it begins, until when it is outlasted, and that it is over, each said once."""

from __future__ import annotations

import datetime
import typing as t

from ..errors import ImsError
from ..masking import Texts
from ..times import iso_seconds
from ..verdicts import OnPoll, asks_for_quiet, on_poll
from ..wait.tracked_job import State, TrackedJob
from ..wait.wait import Wait
from .messages import span

# One failed poll among many jobs is no news; for a single job it is all there is.
_FAILED_POLLS_WORTH_A_LINE = 3
_LONG_PAUSE = 10.0
_MAX_REASON = 120
_VERDICTS = (OnPoll.ASK_AGAIN, OnPoll.ASK_AGAIN_ONCE_ANSWERED)


class Outage:
    """What is known of one. ``since`` is monotonic, and None as long as there is none that was worth a line."""

    def __init__(self, texts: Texts) -> None:
        self.since: float | None = None
        self._texts = texts
        self._failed_polls = 0

    def begins(self, wait: Wait, batch: t.Sequence[TrackedJob]) -> tuple[str, str] | None:
        """Return what to say when these answers make an outage: since when, and until when it is outlasted."""
        errors = [job.error for job in batch if job.error is not None]
        if len(errors) < len(batch):
            return None
        self._failed_polls += len(batch)
        passing = [job.error for job in batch if job.error and job.is_pending and on_poll(job.error) in _VERDICTS]
        if self.since is not None or not passing or not self._is_worth_a_line(wait, passing[0]):
            return None
        answers = [job.last_valid for job in wait.jobs.values() if job.last_valid is not None]
        self.since = max(answers) if answers else min(job.failing_since for job in batch)
        why = _brief(passing[0], self._texts)
        begun = f"no valid response since {clock_time(wait, self.since)} ({why})"
        return begun, _what_follows(wait, passing[0], bool(answers))

    def ends(self, wait: Wait, batch: t.Sequence[TrackedJob]) -> str | None:
        """Return what to say when one of these answers ends an outage."""
        if all(job.error is not None for job in batch):
            return None
        since, self.since, self._failed_polls = self.since, None, 0
        return None if since is None else f"the cloud answers again after {span(wait.clock.now() - since)}"

    def _is_worth_a_line(self, wait: Wait, error: ImsError) -> bool:
        """Return whether failed polls are more than a blip, or the cloud has asked for a long pause."""
        patience = min(_FAILED_POLLS_WORTH_A_LINE, wait.tracker.count(State.PENDING))
        return self._failed_polls >= patience or (error.retry_after or 0) >= _LONG_PAUSE


def clock_time(wait: Wait, moment: float) -> str:
    """Return a monotonic time as one of the day, with its date when that is another one than today's."""
    now = wait.clock.utc()
    at = now + datetime.timedelta(seconds=moment - wait.clock.now())
    return iso_seconds(at)[11 if at.date() == now.date() else 0 :]


def _brief(error: ImsError, texts: Texts) -> str:
    """Return what a progress line has room for: the status, or the transport's few words."""
    status = error.facts.get("http_status")
    return texts.line(error, _MAX_REASON) if status is None else f"HTTP {status}"


def _what_follows(wait: Wait, error: ImsError, was_answered: bool) -> str:
    """Return until when the wait goes on without a valid response, as far as that is known."""
    if not was_answered and on_poll(error) is OnPoll.ASK_AGAIN_ONCE_ANSWERED:
        return "still trying, a few times"
    ends = [job.failing_since + wait.plan.error_timeout for job in wait.pending if job.error is not None]
    gives_up = max(wait.clock.now(), min(ends) if wait.plan.fail_fast else max(ends))
    if gives_up >= wait.deadline:
        return f"still trying until the deadline, {clock_time(wait, wait.deadline)}"
    # Where the cloud asks for quiet, the job that decides it may have to wait for its turn.
    earliest = " at the earliest" if asks_for_quiet(error) and len(wait.pending) > 1 else ""
    return f"still trying, gives up at {clock_time(wait, gives_up)}{earliest}"
