# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary keys for a token, because OBS takes no tokens: a layer over credentials that send one.

Source: CreateTemporaryAccessKeyByToken (iam_04_0002): without an id in its body, the token of the header counts.
"""

from __future__ import annotations

import json
import typing as t

from ..clock import Clock
from ..errors import ApiError, ImsError, OptionError
from ..schema.iam import SECURITY_KEY_SCHEMA
from ..verdicts import is_transient
from .renewal import Proof
from .request import Request
from .signing import KeyPair
from .temporary import keys_of

if t.TYPE_CHECKING:
    from .credentials import Credentials
    from .exchange import Exchange

API = "IAM CreateTemporaryAccessKeyByToken"
_DURATION = 3600
_OBS_TAKES_KEYS = "OBS takes no tokens: give access_key and secret_key"


class TokenKeySource:
    """IAM, asked in the name of ``inner``, whose ``exchange`` it is."""

    def __init__(self, exchange: Exchange, inner: Credentials, clock: Clock, iam_endpoint: str | None) -> None:
        self._exchange = exchange
        self._inner = inner
        self._clock = clock
        self._iam_endpoint = iam_endpoint
        self.description = f"the temporary keys of {inner.description}"

    @property
    def secrets(self) -> tuple[str, ...]:
        return self._inner.secrets

    def remedy(self, clock: str) -> str:
        return f"Check {clock}, and that the user may read the bucket."

    def outlives(self, error: ImsError) -> bool:
        return is_transient(error)

    def obtain(self, timeout: float) -> Proof[KeyPair]:
        if self._iam_endpoint is None:
            raise OptionError(f"{_OBS_TAKES_KEYS}, or iam_endpoint, where temporary ones can be had for the token.")
        headers = {"Content-Type": "application/json;charset=utf-8"}
        identity = {"methods": ["token"], "token": {"duration_seconds": _DURATION}}
        body = json.dumps({"auth": {"identity": identity}}).encode()
        url = f"{self._iam_endpoint}/v3.0/OS-CREDENTIAL/securitytokens"
        try:
            checked = self._exchange.send_json(Request("POST", url, headers, body, timeout), SECURITY_KEY_SCHEMA, API)
        except ApiError as exc:
            if exc.status not in (400, 403, 404) or exc.is_page:
                raise
            raise ImsError(f"No temporary keys for the token: {exc}. {_OBS_TAKES_KEYS}.", **exc.facts) from exc
        return keys_of(checked.body["credential"], self._clock.utc())
