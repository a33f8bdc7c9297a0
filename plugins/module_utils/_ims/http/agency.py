# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary keys through an agency, of another account too: a layer over any other credentials.

Source: CreateTemporaryAccessKeyByAgency, as Terraform's provider and the official SDK's package for IAM send it.
"""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ..clock import Clock
from ..errors import ApiError, ImsError
from ..schema.iam import SECURITY_KEY_SCHEMA
from ..verdicts import is_transient
from .renewal import Proof
from .request import Request
from .signing import KeyPair
from .temporary import keys_of

if t.TYPE_CHECKING:
    from .credentials import Credentials
    from .exchange import Exchange

API = "IAM CreateTemporaryAccessKeyByAgency"


@dataclasses.dataclass(frozen=True)
class Agency:
    """An agency, and the account that it is of (by name or by id). ``duration`` is in seconds."""

    name: str
    domain_name: str | None
    domain_id: str | None
    duration: int

    def to_body(self) -> bytes:
        """Return the request's body."""
        wanted = {"agency_name": self.name, "duration_seconds": self.duration}
        domain = {"domain_name": self.domain_name} if self.domain_name else {"domain_id": self.domain_id}
        identity = {"methods": ["assume_role"], "assume_role": {**wanted, **domain}}
        return json.dumps({"auth": {"identity": identity}}).encode()


class AgencySource:
    """IAM, asked in the name of ``inner``, whose ``exchange`` it is."""

    def __init__(self, exchange: Exchange, inner: Credentials, clock: Clock, iam_endpoint: str, agency: Agency) -> None:
        self._exchange = exchange
        self._inner = inner
        self._clock = clock
        self._url = f"{iam_endpoint}/v3.0/OS-CREDENTIAL/securitytokens"
        self._agency = agency
        self.description = f"the temporary keys of agency {agency.name}"

    @property
    def secrets(self) -> tuple[str, ...]:
        return self._inner.secrets

    def remedy(self, clock: str) -> str:
        return f"Check that agency {self._agency.name} has rights on IMS in this project, and {clock}."

    def outlives(self, error: ImsError) -> bool:
        return is_transient(error)

    def obtain(self, timeout: float) -> Proof[KeyPair]:
        headers = {"Content-Type": "application/json;charset=utf-8"}
        request = Request("POST", self._url, headers, self._agency.to_body(), timeout)
        try:
            found = self._exchange.send_json(request, SECURITY_KEY_SCHEMA, API).body["credential"]
        except ApiError as exc:
            if exc.status not in (400, 403, 404) or exc.is_page:
                raise
            whose = self._agency.domain_name or self._agency.domain_id
            raise ImsError(
                f"Agency {self._agency.name} of {whose} cannot be assumed: {exc}. Check assume_role_agency_name and"
                " assume_role_domain_name, and that the agency trusts this account.",
                **exc.facts,
            ) from exc
        return keys_of(found, self._clock.utc())
