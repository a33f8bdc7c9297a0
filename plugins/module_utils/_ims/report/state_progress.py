# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lines about a state that is waited for: an image that is being made or deleted, a server that starts or stops."""

from __future__ import annotations

import typing as t

from ..masking import Texts
from ..wait.tracked_job import TrackedJob
from ..wait.wait import Ending, Outcome, Wait
from .lines import SHORT_ID, Lines, Say
from .messages import span
from .progress import Progress

_MAX_WORD = 64


class StateProgress(Progress):
    """What has the state already at the first poll makes no line: there was nothing to wait for.

    ``kind`` is what it is (``image``), ``wish`` the state that is waited for (``gone``).
    """

    def __init__(
        self, say: Say, host: str, requests: t.Callable[[], int], texts: Texts, *, kind: str, wish: str
    ) -> None:
        super().__init__(Lines(say, host, texts), requests, texts)
        self._kind = kind
        self._wish = wish
        self._has_begun = False

    def started(self, wait: Wait) -> None:
        """Say nothing yet."""

    def polled(self, wait: Wait, batch: t.Sequence[TrackedJob], changed: t.Sequence[TrackedJob]) -> None:
        (seen,) = batch
        if not seen.is_pending or wait.tracker.refused is not None:
            return
        if seen.error is None:
            self._begin(wait)
        if not self._outage_news(wait, batch) and changed:
            self.alive(wait)

    def alive(self, wait: Wait) -> None:
        (seen,) = wait.jobs.values()
        state = self._state(wait) if seen.error is None else "still no valid response"
        self._say(wait, f"{self._subject(wait)}{state}, after {span(wait.clock.now() - wait.start)}")

    def ended(self, outcome: Outcome) -> None:
        (seen,) = outcome.jobs
        if not self._has_begun:
            return
        how = self._word(seen)
        if outcome.ending is Ending.TIMED_OUT:
            how = f"timed out, {how}"
        elif outcome.ending is Ending.GAVE_UP:
            how = "gave up"
        self._lines.put(f"{self._kind} {seen.job_id[:SHORT_ID]}: {how} after {span(outcome.elapsed)}")

    def _say(self, wait: Wait, text: str) -> None:
        self._begin(wait)
        super()._say(wait, text)

    def _begin(self, wait: Wait) -> None:
        """Say once which thing is waited for, and until when."""
        if not self._has_begun:
            self._has_begun = True
            (thing_id,) = wait.jobs
            self._say(wait, f"{self._kind} {thing_id}")
            self._say(wait, f"waits until it is {self._wish}, at most until {self._until(wait)}")

    def _subject(self, wait: Wait) -> str:
        (thing_id,) = wait.jobs
        return f"{self._kind} {thing_id[:SHORT_ID]}: "

    def _state(self, wait: Wait) -> str:
        (seen,) = wait.jobs.values()
        return self._word(seen)

    def _word(self, seen: TrackedJob) -> str:
        found = seen.reading
        if found is None:
            return "not seen yet"
        step = f" ({found.current_task})" if found.current_task else ""
        return self._texts.line(found.status_text.lower() + step, _MAX_WORD)
