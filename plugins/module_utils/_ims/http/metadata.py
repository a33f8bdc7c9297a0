# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary keys of an ECS's agency, from the server's metadata service; asked only when the user chose it."""

from __future__ import annotations

from ..clock import Clock
from ..errors import ImsError, NoAnswerError
from ..masking import NO_SECRETS
from ..schema.iam import SECURITY_KEY_SCHEMA
from .renewal import Proof
from .request import Request, Response, Transport
from .responses import api_error, read_json
from .signing import KeyPair
from .temporary import keys_of

METADATA_ENDPOINT = "http://169.254.169.254"
_TIMEOUT = 3.0
_TOKEN_TTL = 21600


class MetadataSource:
    """The metadata service of the server that this runs on."""

    description = "the temporary keys of this server's agency"
    secrets: tuple[str, ...] = ()

    def __init__(self, transport: Transport, clock: Clock, endpoint: str = METADATA_ENDPOINT) -> None:
        self._transport = transport
        self._clock = clock
        self._endpoint = endpoint

    def remedy(self, clock: str) -> str:
        return f"Check that the ECS has an agency with rights on IMS, and {clock}."

    def outlives(self, error: ImsError) -> bool:
        """Whatever is wrong with the service: keys that hold can be used."""
        return True

    def obtain(self, timeout: float) -> Proof[KeyPair]:
        response = self._ask(self._clock.now() + timeout)
        now = self._clock.utc()
        if response.status != 200:
            raise api_error(response, "ECS metadata", NO_SECRETS, now)
        return keys_of(read_json(response, SECURITY_KEY_SCHEMA, "ECS metadata", NO_SECRETS).body["credential"], now)

    def _ask(self, ends: float) -> Response:
        """Ask for keys, with a session token where the service knows them (404, 405, 503: it does not)."""
        ttl = {"X-Metadata-Token-Ttl-Seconds": str(_TOKEN_TTL)}
        try:
            session = self._send("PUT", "/meta-data/latest/api/token", ttl, ends)
            token = {"X-Metadata-Token": session.body.decode("ascii", "replace")} if session.status == 200 else {}
            return self._send("GET", "/openstack/latest/securitykey", token, ends)
        except NoAnswerError as exc:
            raise ImsError(
                f"auth_type: metadata works only on an ECS with an agency; its metadata service: {exc}."
            ) from exc

    def _send(self, method: str, path: str, headers: dict[str, str], ends: float) -> Response:
        timeout = min(_TIMEOUT, ends - self._clock.now())
        return self._transport.send(Request(method, self._endpoint + path, headers, timeout=timeout))
