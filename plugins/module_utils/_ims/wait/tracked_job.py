# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One job under watch: what was seen of it, what that means, and when to poll again. Knows no loop and no clock.

A state of something else that is waited for (an image, a server) is tracked like a job: by its id.
"""

from __future__ import annotations

import dataclasses
import enum

from ..api.job import Job
from ..api.reading import Reading
from ..errors import ImsError
from .schedule import Estimate, Seen

MAX_TIMELINE = 50
# A job that was just started may not be known at once, and one that runs may be unknown for a moment.
UNKNOWN_ID_GRACE = 60.0


class State(enum.Enum):
    """Where a tracked job stands, as far as the wait is concerned."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """Ended badly, ended with failed items, is not known to the cloud, or the cloud refuses to show it."""
    GIVEN_UP = "given_up"
    """No valid response for too long: the job itself may go on."""


@dataclasses.dataclass(frozen=True)
class Change:
    """A line of the timeline. ``elapsed`` is seconds since the wait began."""

    elapsed: float
    status: str
    progress_percent: float | None
    current_task: str | None


@dataclasses.dataclass
class TrackedJob:
    """Times are monotonic seconds."""

    job_id: str
    next_poll: float
    state: State = State.PENDING
    reading: Reading | None = None
    """What the last valid response said."""
    error: ImsError | None = None
    """Why the last poll brought no valid response; None after one that did."""
    failures: int = 0
    """Polls without a valid response, in a row."""
    failing_since: float = 0.0
    last_valid: float | None = None
    last_seen: float | None = None
    """When the cloud knew the job last, or was first asked for it."""
    first_seen: float | None = None
    changed_at: float = 0.0
    polls: int = 0
    unknown: bool = False
    """The cloud does not know the id, or not yet."""
    stalled: bool = False
    timeline: list[Change] = dataclasses.field(default_factory=list)
    estimate: Estimate = dataclasses.field(default_factory=Estimate)

    @property
    def job(self) -> Job | None:
        """Return what was seen, where that is a job."""
        return self.reading if isinstance(self.reading, Job) else None

    @property
    def is_pending(self) -> bool:
        return self.state is State.PENDING

    @property
    def is_refused(self) -> bool:
        """Return whether it failed by a permanent error of its poll: the job itself may go on."""
        return self.state is State.FAILED and self.error is not None

    def record_error(self, error: ImsError, now: float, longest_pause: float) -> None:
        """Note a poll that says nothing about the job."""
        self.failures += 1
        self.error = error
        if self.failures == 1:
            # From the last valid response, but not from ages ago where a thousand jobs share few requests.
            self.failing_since = max(now - longest_pause, now if self.last_valid is None else self.last_valid)

    def record_unknown(self, now: float) -> None:
        """Note that the cloud does not know the id: a failure once that lasts for longer than UNKNOWN_ID_GRACE."""
        self._record_response(now)
        self.unknown = True
        if self.last_seen is None:
            self.last_seen = now
        elif now - self.last_seen >= UNKNOWN_ID_GRACE:
            self.state = State.FAILED

    def record_reading(self, reading: Reading, now: float, elapsed: float, ignore_partial_failure: bool) -> bool:
        """Note what the cloud says; return whether status, step or percent have changed."""
        self._record_response(now)
        self.unknown = False
        self.last_seen = now
        self.estimate.add(now, reading.progress_percent)
        change = Change(round(elapsed, 1), reading.status_text, reading.progress_percent, reading.current_task)
        changed = self.reading is None or reading.raw_facts != self.reading.raw_facts
        self.reading = reading
        if changed:
            self.changed_at = now
            self._remember(change)
        if reading.is_final:
            spoilt = reading.failed_items_count and not ignore_partial_failure
            self.state = State.SUCCEEDED if reading.is_success and not spoilt else State.FAILED
        return changed

    def seen(self, now: float) -> Seen:
        age = now - self.first_seen if self.first_seen is not None else 0.0
        return Seen(age, self.polls, self.estimate.remaining(now))

    def _record_response(self, now: float) -> None:
        self.failures = 0
        self.error = None
        self.last_valid = now
        if self.first_seen is None:
            self.first_seen = self.changed_at = now

    def _remember(self, change: Change) -> None:
        """Keep the first and the latest changes: the middle of a long job is the least of interest."""
        if len(self.timeline) >= MAX_TIMELINE:
            del self.timeline[MAX_TIMELINE // 2]
        self.timeline.append(change)
