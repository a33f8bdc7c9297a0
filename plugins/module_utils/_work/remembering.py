# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a server was before a task stopped it, in the journal: a run that is killed must not leave it stopped."""

from __future__ import annotations

from .._ims.api.client import ImsClient
from .._ims.journal.entry import POWER, Entry, Intent, Stage
from .._ims.journal.store import End, Journal
from .journaled import HOLD_SECONDS, journal_of, run_of
from .reading import Params

_STATUS = "status"


class Memory:
    """What the journal knows of one server; without a journal, nothing. All methods raise ImsError."""

    def __init__(self, client: ImsClient, params: Params, server_id: str, *, dry: bool) -> None:
        self._journal: Journal | None = journal_of(params, client.clock, makes=not dry)
        self._client = client
        self._run = run_of(params)
        self._server_id = server_id

    def status_before(self) -> str | None:
        """Return what the server was before it was stopped, by a task after which nobody has started it again."""
        if self._journal is None:
            return None
        entry = _unfinished(self._journal.slot(self._intent()).read())
        return None if entry is None else str(entry.before.get(_STATUS) or "") or None

    def note(self, status: str) -> None:
        """Write down, durably, what the server is, before it is stopped."""
        if self._journal is None:
            return
        with self._journal.hold(self._intent(), HOLD_SECONDS) as slot:
            what = f"the stop of server {self._server_id}, which is to be started again"
            slot.intend(what, self._run, {_STATUS: status})

    def forget(self) -> None:
        """Note that there is nothing to go back to any more."""
        if self._journal is None or self.status_before() is None:
            return
        with self._journal.hold(self._intent(), HOLD_SECONDS) as slot:
            entry = _unfinished(slot.read())
            if entry is not None:
                slot.end(entry, End(True))

    def _intent(self) -> Intent:
        return Intent(self._client.endpoint, self._client.find_project_id(), POWER, f"/servers/{self._server_id}", {})


def _unfinished(entry: Entry | None) -> Entry | None:
    return None if entry is None or entry.stage is Stage.ENDED else entry
