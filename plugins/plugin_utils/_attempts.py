# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the attempts of one task know of each other: ``until`` and ``retries`` must not start a second job unseen."""

from __future__ import annotations

import dataclasses
import typing as t

from ..module_utils._work.reading import Receipt

Params = dict[str, t.Any]


@dataclasses.dataclass
class Attempt:
    """One attempt of a task that starts a job."""

    identity: object
    args: Params
    receipt: Receipt = dataclasses.field(default_factory=Receipt)
    unclear: str | None = None
    """Why nobody knows whether a job was started."""
    failed: bool = False
    """The jobs have ended badly, so that they may be started again."""


class Attempts:
    """Remembers the last attempt of this process, which runs all attempts of a task one after the other.

    Ansible makes the action plugin anew for each of them, and hands it the same task; each item of a loop has its own.
    """

    def __init__(self) -> None:
        self._last: Attempt | None = None

    def next_of(self, identity: object, args: Params) -> tuple[Attempt, Attempt | None]:
        """Return a new attempt, and the one before it if that was of the same task with the same arguments."""
        last = self._last
        earlier = last if last is not None and last.identity is identity and last.args == args else None
        self._last = Attempt(identity, args)
        return self._last, earlier


ATTEMPTS = Attempts()
