# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of a module that brings something into a state, without a job that the task hands over."""

from __future__ import annotations

import dataclasses
import typing as t

from .._argspec import STATE_WAITING, ArgumentSpec, Environ, auth_spec
from .._failures import Result, failure
from .._ims.api.client import ImsClient
from .._ims.masking import Texts
from .reading import Params, Receipt

Change = t.Callable[[ImsClient, Params, Receipt, bool], Result]


@dataclasses.dataclass(frozen=True)
class Changing:
    """A work that changes what differs, and nothing else.

    ``change`` returns the result, with ``changed`` in it; in a dry run (its last argument) it only reads. It notes in
    the receipt what it has done at once, so that a failure on the way hides nothing. ``waits``: it has the options of a
    wait for a state.
    """

    name: str
    own: ArgumentSpec
    change: Change
    waits: bool = False

    def spec(self, environ: Environ | None = None) -> ArgumentSpec:
        return auth_spec(environ).merged(STATE_WAITING if self.waits else ArgumentSpec(), self.own)

    def run(self, client: ImsClient, params: Params, receipt: Receipt, *, dry: bool) -> Result:
        before = client.requests
        result = self.change(client, params, receipt, dry)
        return {**result, "requests": client.requests - before}

    def failure(self, error: Exception, params: Params, receipt: Receipt, texts: Texts) -> Result:
        return {**failure(error, texts), "changed": receipt.changed}
