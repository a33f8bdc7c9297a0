# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A folder of entries: written durably, one process at a time for each intent. Local disks only: it relies on flock."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import fcntl
import os
import tempfile
import typing as t
from pathlib import Path

from ..clock import Clock
from ..errors import ImsError, OptionError
from .entry import Entry, Intent, Stage

KEPT = datetime.timedelta(days=30)
# An intent of that age without an id is of no running play.
STALE = datetime.timedelta(days=1)
_LOCK_PAUSE = 0.5
_END_TIMEOUT = 10.0


class JournalError(ImsError):
    """The journal cannot be read or written. Before a request is sent, that ends the task."""


@dataclasses.dataclass(frozen=True)
class End:
    """How a job ended."""

    succeeded: bool
    image_ids: t.Sequence[str] = ()


class Slot:
    """The place of one intent, held against all other processes."""

    def __init__(self, path: Path, intent: Intent, clock: Clock) -> None:
        self.intent = intent
        self.path = path
        self._clock = clock

    def read(self) -> Entry | None:
        """Return the entry, or None where there is none. Raises JournalError."""
        try:
            return Entry.from_json(self.path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as exc:
            raise JournalError(f"journal: {self.path} cannot be read: {exc}. Look at it, and remove it.") from exc

    def intend(self, what: str, run: str | None, before: t.Mapping[str, t.Any] | None = None) -> Entry:
        """Write down what is about to be done, durably. Raises JournalError: then nothing must be done."""
        now = self._clock.utc()
        entry = Entry(self.intent, what, Stage.INTENDED, now, now, run, before=before or {})
        self.write(entry)
        return entry

    def change(self, entry: Entry, **changes: t.Any) -> Entry:
        """Write an entry anew, with changes. Raises JournalError."""
        entry = dataclasses.replace(entry, changed_at=self._clock.utc(), **changes)
        self.write(entry)
        return entry

    def end(self, entry: Entry, end: End) -> Entry:
        """Note how what the entry is about has ended. Raises JournalError."""
        return self.change(entry, stage=Stage.ENDED, succeeded=end.succeeded, image_ids=tuple(end.image_ids))

    def write(self, entry: Entry) -> None:
        """Put the entry in place of what is there, in one step that outlasts a loss of power."""
        try:
            with tempfile.NamedTemporaryFile(
                "w", encoding="utf-8", dir=self.path.parent, prefix=".", suffix=".new", delete=False
            ) as file:
                file.write(entry.to_json())
                file.flush()
                os.fsync(file.fileno())
            os.replace(file.name, self.path)
            _sync_folder(self.path.parent)
        except (OSError, ValueError) as exc:
            raise JournalError(f"journal: {self.path} cannot be written: {exc}") from exc

    def remove(self) -> None:
        """Forget the intent: it is known that nothing was started."""
        self.path.unlink(missing_ok=True)


class Journal:
    """The entries in a folder, which is made where it is missing. Raises OptionError where that cannot be.

    With ``makes`` false nothing is made, for those who only read.
    """

    def __init__(self, folder: str, clock: Clock, *, makes: bool = True) -> None:
        self.folder = Path(folder).expanduser()
        self._clock = clock
        try:
            if makes:
                self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except (OSError, ValueError) as exc:
            raise OptionError(f"journal: {folder!r} is no folder and cannot be made one: {exc}.") from exc

    def path_of(self, intent: Intent) -> Path:
        """Return the file of an intent's entry."""
        return self._path_of(intent.key)

    def slot(self, intent: Intent) -> Slot:
        """Return the place of an intent, to be read only: nobody is kept from it."""
        return Slot(self.path_of(intent), intent, self._clock)

    @contextlib.contextmanager
    def hold(self, intent: Intent, timeout: float) -> t.Iterator[Slot]:
        """Hold the place of an intent; another process that holds it is waited for, for at most ``timeout`` seconds."""
        deadline = self._clock.now() + timeout
        lock = self._try_lock(intent.key)
        while lock is None:
            if self._clock.now() >= deadline:
                raise JournalError(f"journal: another run has been starting the same for {timeout:g} s: {intent.key}")
            self._clock.sleep(_LOCK_PAUSE)
            lock = self._try_lock(intent.key)
        try:
            yield self.slot(intent)
        finally:
            os.close(lock)

    def _try_lock(self, key: str) -> int | None:
        """Return the handle of a lock that is held until it is closed; None while another process holds it."""
        path = self._lock_path(key)
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as exc:
            raise JournalError(f"journal: {self.folder} cannot be written: {exc}") from exc
        # Another process may have removed the file between the two calls: then others lock another file.
        if _locked(lock) and _is_at(lock, path):
            return lock
        os.close(lock)
        return None

    def _path_of(self, key: str) -> Path:
        return self.folder / f"{key}.json"

    def _lock_path(self, key: str) -> Path:
        return self.folder / f".{key}.lock"

    def entries(self) -> list[Entry]:
        """Return all entries that can be read, the oldest first."""
        found = []
        for path in self.folder.glob("*.json"):
            with contextlib.suppress(OSError, ValueError):
                found.append(Entry.from_json(path.read_text(encoding="utf-8")))
        return sorted(found, key=lambda entry: entry.intended_at)

    def record_ends(self, ends: t.Mapping[str, End]) -> None:
        """Note how jobs ended, by their ids, where the journal knows of them. Raises JournalError."""
        for entry in self.entries() if ends else ():
            end = ends.get(entry.job_id or "")
            if end is None or entry.stage is Stage.ENDED:
                continue
            with self.hold(entry.intent, _END_TIMEOUT) as slot:
                # Meanwhile another run may have noted it, and begun anew.
                now = slot.read()
                if now is not None and now.job_id == entry.job_id and now.stage is not Stage.ENDED:
                    slot.end(now, end)

    def prune(self) -> list[Entry]:
        """Remove what is about jobs of long ago; return the intents that nobody follows any more."""
        now, stale = self._clock.utc(), []
        for entry in self.entries():
            age = now - entry.changed_at
            if entry.stage is not Stage.INTENDED and age > KEPT:
                self._forget(entry.intent.key)
            elif entry.stage is Stage.INTENDED and entry.intent.is_start and age > STALE:
                stale.append(entry)
        return stale

    def _forget(self, key: str) -> None:
        """Remove an entry and its lock, unless somebody is just using them."""
        with contextlib.suppress(OSError, JournalError):
            lock = self._try_lock(key)
            if lock is not None:
                try:
                    self._path_of(key).unlink(missing_ok=True)
                    self._lock_path(key).unlink(missing_ok=True)
                finally:
                    os.close(lock)


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), os.stat(path))
    except OSError:
        return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
