# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenID Connect: temporary keys for an id token that somebody else keeps fresh in a file. No key is stored at all.

Source: FederalAccessor of the official SDK (auth/internal.py): an unscoped token for the id token, then keys for that.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ..clock import Clock
from ..errors import CredentialsRefusedError, ImsError, OptionError
from ..masking import Texts
from ..schema.deviations import OddAnswers
from ..schema.iam import SECURITY_KEY_SCHEMA
from ..verdicts import is_transient
from .renewal import Proof
from .request import Request, Response, Transport
from .responses import api_error, read_json
from .signing import KeyPair
from .temporary import keys_of

_DURATION = 6 * 3600
_MAX_FILE_BYTES = 64 * 1024
_JSON = {"Content-Type": "application/json;charset=utf-8"}


@dataclasses.dataclass(frozen=True)
class Federation:
    """An identity provider that the account trusts, and the file that its id token is in."""

    iam_endpoint: str
    idp_id: str
    id_token_file: str


class OidcSource:
    """IAM, asked with the id token of a file, which is read again each time."""

    def __init__(
        self, transport: Transport, clock: Clock, federation: Federation, odd: OddAnswers | None = None
    ) -> None:
        self._odd = odd or OddAnswers()
        self._transport = transport
        self._clock = clock
        self._federation = federation
        self._id_token = ""
        self._token = ""
        self._texts = Texts(lambda: self.secrets)
        self.description = f"the temporary keys of identity provider {federation.idp_id}"

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self._id_token, self._token) if secret)

    def remedy(self, clock: str) -> str:
        return f"Check what the identity provider's mapping allows in this project, and {clock}."

    def outlives(self, error: ImsError) -> bool:
        return is_transient(error)

    def obtain(self, timeout: float) -> Proof[KeyPair]:
        ends = self._clock.now() + timeout
        self._id_token = self._read_id_token()
        federation = self._federation
        body = {"auth": {"id_token": {"id": self._id_token}}}
        response = self._send("OS-AUTH/id-token/tokens", body, ends, {"X-Idp-Id": federation.idp_id})
        self._token = response.headers.get("x-subject-token") or ""
        if not self._token:
            raise ImsError("IAM answered the id token without a token (header X-Subject-Token).")
        identity = {"methods": ["token"], "token": {"id": self._token, "duration_seconds": _DURATION}}
        response = self._send("OS-CREDENTIAL/securitytokens", {"auth": {"identity": identity}}, ends, {})
        found = read_json(response, SECURITY_KEY_SCHEMA, "IAM CreateTemporaryAccessKeyByToken", self._texts)
        self._odd.note(found.deviations)
        return keys_of(found.body["credential"], self._clock.utc())

    def _read_id_token(self) -> str:
        path = self._federation.id_token_file
        try:
            with open(path, encoding="utf-8") as file:
                text = file.read(_MAX_FILE_BYTES).strip()
        except (OSError, ValueError) as exc:
            raise OptionError(f"id_token_file: {path} cannot be read: {exc}.") from exc
        if not text:
            raise OptionError(f"id_token_file: {path} is empty.")
        return text

    def _send(self, path: str, body: t.Mapping[str, t.Any], ends: float, headers: dict[str, str]) -> Response:
        url = f"{self._federation.iam_endpoint}/v3.0/{path}"
        timeout = max(0.001, ends - self._clock.now())
        request = Request("POST", url, {**_JSON, **headers}, json.dumps(body).encode(), timeout)
        response = self._transport.send(request)
        if 200 <= response.status < 300:
            return response
        error = api_error(response, f"IAM {path}", self._texts, self._clock.utc())
        if error.refuses_credentials:
            raise CredentialsRefusedError(
                f"IAM refused the id token of {self._federation.idp_id}: {error}. Check idp_id, and that the token in"
                f" {self._federation.id_token_file} has not expired.",
                **error.facts,
            )
        raise error
