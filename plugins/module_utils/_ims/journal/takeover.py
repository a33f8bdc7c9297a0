# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start a job by the journal: take over what an earlier run began, never start it twice."""

from __future__ import annotations

import dataclasses
import typing as t

from ..errors import ImsError
from ..verdicts import OnStart, on_start
from .entry import Entry, Stage
from .store import Journal, JournalError, Slot


@dataclasses.dataclass(frozen=True)
class Begun:
    """What a start came to. ``taken_over``: an earlier run began it, and nothing was sent."""

    job_id: str
    taken_over: bool
    entry: Entry
    warning: str | None = None


class UnclearIntentError(ImsError):
    """An earlier run meant to start this, and nobody knows whether it did. Never started a second time."""

    def __init__(self, entry: Entry, folder: str) -> None:
        self.entry = entry
        path = f"{folder}/{entry.intent.key}.json"
        super().__init__(
            f"An earlier run was about to start {entry.what} at {entry.intended_at:%Y-%m-%d %H:%M:%S}Z and was cut off:"
            " whether the job was started is not known, so it is not started again. Look into the console; when it was"
            f" not started, remove {path} and run again.",
            journal_entry=path,
        )


def begin(journal: Journal, slot: Slot, what: str, run: str | None, start: t.Callable[[], str]) -> Begun:
    """Start a job, or take over the one that an earlier run started with the same intent.

    ``start`` sends the request, and returns the job's id. Raises UnclearIntentError, JournalError, and what it raises.
    """
    earlier = slot.read()
    if earlier is not None and counts(earlier, run):
        if earlier.job_id is None:
            raise UnclearIntentError(earlier, str(journal.folder))
        return Begun(earlier.job_id, True, earlier)
    entry = slot.intend(what, run)
    try:
        job_id = start()
    except ImsError as exc:
        # Only what is proven not to have been started is forgotten.
        if on_start(exc) is not OnStart.UNCLEAR:
            slot.remove()
        raise
    try:
        return Begun(job_id, False, slot.change(entry, stage=Stage.STARTED, job_id=job_id))
    except JournalError as exc:
        # The job runs: its id must reach the user, with or without the journal.
        return Begun(
            job_id, False, entry, f"{exc}. The job {job_id} was started, and a later run would not know of it."
        )


def counts(entry: Entry, run: str | None) -> bool:
    """Return whether an earlier entry stands for what is meant now: an unfinished one, or one of the same run."""
    if entry.stage is not Stage.ENDED:
        return True
    return bool(run) and entry.run == run and bool(entry.succeeded)
