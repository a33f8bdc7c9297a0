# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Start a job by the journal: take over what an earlier run began, never start it twice."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t
from pathlib import Path

from ..errors import ImsError
from ..verdicts import OnStart, on_start
from .entry import Entry, Stage
from .store import End, JournalError, Slot

# A job that the cloud does not know any more after that time is over, whatever became of it.
FORGOTTEN = datetime.timedelta(hours=1)


@dataclasses.dataclass(frozen=True)
class Begun:
    """What a start came to. ``taken_over``: an earlier run began it, and nothing was sent."""

    job_id: str
    taken_over: bool
    entry: Entry
    warning: str | None = None

    @property
    def is_over(self) -> bool:
        """Return whether it is known to have ended well already."""
        return self.entry.stage is Stage.ENDED


@dataclasses.dataclass(frozen=True)
class Now:
    """What a later run goes by. ``run`` is its journal_run; what ended after ``since`` ended before its eyes.

    ``look`` returns how a job has ended, None where it has not, and raises LookupError for one that is not known.
    """

    run: str | None
    since: datetime.datetime
    look: t.Callable[[str], End | None]

    def saw(self, entry: Entry) -> bool:
        """Return whether an entry was written since this run began; files have milliseconds only."""
        return entry.changed_at >= self.since.replace(microsecond=self.since.microsecond // 1000 * 1000)


class UnclearIntentError(ImsError):
    """An earlier run meant to start this, and nobody knows whether it did. Never started a second time."""

    def __init__(self, entry: Entry, path: Path) -> None:
        self.entry = entry
        super().__init__(
            f"An earlier run was about to start {entry.what} at {entry.intended_at:%Y-%m-%d %H:%M:%S}Z and was cut off:"
            " whether the job was started is not known, so it is not started again. Look into the console. When it was"
            f" not started, or is over, remove {path} and run again.",
            journal_entry=str(path),
        )


def begin(slot: Slot, what: str, now: Now, start: t.Callable[[], str]) -> Begun:
    """Start a job, or take over the one that an earlier run started with the same intent.

    ``start`` sends the request, and returns the job's id. Raises UnclearIntentError, JournalError, and what it raises.
    """
    earlier = known(slot, now)
    if earlier is not None:
        if earlier.job_id is None:
            raise UnclearIntentError(earlier, slot.path)
        return Begun(earlier.job_id, True, earlier)
    entry = slot.intend(what, now.run)
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


def known(slot: Slot, now: Now) -> Entry | None:
    """Return the entry of an earlier run that stands for what is meant now. Nothing is written. Raises JournalError.

    That is an unfinished one: of a job that the cloud says has failed, or has succeeded for another run, it is not. And
    a finished one of the same run, or one that was finished while this run made up its mind.
    """
    entry = slot.read()
    if entry is None:
        return None
    if entry.stage is Stage.ENDED:
        is_ours = bool(now.run) and entry.run == now.run
        return entry if entry.succeeded and (is_ours or now.saw(entry)) else None
    if entry.job_id is None:
        return entry
    try:
        end = now.look(entry.job_id)
    except LookupError:
        return None if now.since - entry.changed_at > FORGOTTEN else entry
    if end is None:
        return entry
    is_ours = entry.run == now.run or now.saw(entry)
    return dataclasses.replace(entry, image_ids=tuple(end.image_ids)) if end.succeeded and is_ours else None
