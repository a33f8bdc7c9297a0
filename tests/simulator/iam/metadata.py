# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata service of a server whose agency gives it keys."""

from __future__ import annotations

import secrets
import typing as t

from ..clock import Clock
from ..settings import Settings
from ..wire.messages import Response, as_json, as_text
from ..wire.refusals import Refused, iam_refusal
from ..wire.routes import Call, Route
from .calls import credential
from .identity import Identity

_LONGEST_TOKEN = 21600


class Metadata:
    """PUT a token, GET temporary keys."""

    def __init__(self, clock: Clock, identity: Identity, settings: t.Callable[[], Settings]) -> None:
        self._clock = clock
        self._identity = identity
        self._settings = settings
        self._tokens: dict[str, float] = {}
        self._access_key = ""

    def reset(self) -> None:
        """Forget all tokens and keys."""
        self._tokens.clear()
        self._access_key = ""

    def routes(self) -> list[Route]:
        """What answers each call."""
        return [
            Route("PUT", "/meta-data/latest/api/token", self.issue_token, "open"),
            Route("GET", "/openstack/latest/securitykey", self.security_key, "open"),
        ]

    def issue_token(self, call: Call) -> Response:
        """PUT /meta-data/latest/api/token: the answer is plain text."""
        settings = self._settings()
        if not settings.metadata_present:
            raise _refused(404, "Not Found")
        if settings.metadata_token_status != 200:
            raise _refused(settings.metadata_token_status, "There are no tokens here.")
        lifetime = call.request.headers.get("x-metadata-token-ttl-seconds", "")
        if not lifetime.isdigit() or not 0 < int(lifetime) <= _LONGEST_TOKEN:
            raise _refused(400, f"X-Metadata-Token-Ttl-Seconds must be from 1 to {_LONGEST_TOKEN}.")
        token = f"simulated-metadata-{secrets.token_urlsafe(40)}"
        self._tokens[token] = self._clock.now() + int(lifetime)
        return as_text(200, token)

    def security_key(self, call: Call) -> Response:
        """GET /openstack/latest/securitykey: keys that are exchanged for new ones when half of their life is over."""
        settings = self._settings()
        if not settings.metadata_present:
            raise _refused(404, "Not Found")
        # A service without tokens cannot ask for one.
        if settings.metadata_token_required and settings.metadata_token_status == 200:
            self._check_token(call.request.headers.get("x-metadata-token", ""))
        if not settings.metadata_agency:
            raise _refused(401, "Please configure Cloud Service Agency first")
        # The identity knows whether they were made to expire before their time.
        keys, now = self._identity.temporary_keys.get(self._access_key), self._clock.now()
        if keys is None or keys.expires_at - now < settings.temporary_key_seconds / 2:
            keys = self._identity.issue_temporary_keys()
            self._access_key = keys.access_key
        return as_json(200, credential(keys))

    def _check_token(self, token: str) -> None:
        if self._tokens.get(token, 0.0) <= self._clock.now():
            raise _refused(401, "The metadata token is missing or has expired.")


def _refused(status: int, message: str) -> Refused:
    return iam_refusal(status, message, "Metadata")
