# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to prove who asks. Each yields "authorise this request", and knows how to renew itself, if it can."""

from __future__ import annotations

import dataclasses
import datetime
import json
import typing as t

from ..clock import Clock
from ..errors import CredentialsRefusedError, ImsError, NoAnswerError
from ..masking import NO_SECRETS, Texts
from ..schema.iam import SECURITY_KEY_SCHEMA, TOKEN_SCHEMA
from ..verdicts import is_transient
from .renewal import Proof, Renewal
from .request import Request, Response, Transport
from .responses import api_error, read_json
from .signing import KeyPair, sign

METADATA_ENDPOINT = "http://169.254.169.254"
_METADATA_TIMEOUT = 3.0
_METADATA_TOKEN_TTL = 21600


class Credentials(t.Protocol):
    """What Exchange needs of credentials. What they ask the cloud themselves is bounded by the request's timeout."""

    description: str
    """Completes "The cloud refused ...", names no secret."""
    depends_on_clock: bool

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the values that must not be printed."""

    def remedy(self, clock: str) -> str:
        """Return sentences: what a user can do after a refusal. ``clock`` names this machine's clock, as it is."""

    def find_project_id(self, timeout: float) -> str | None:
        """Return the project that these credentials are bound to, where they tell; may log in, within ``timeout``."""

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        """Return the request with proof added; may ask the cloud for a new proof before the old one expires."""

    def renew(self, refused: Request) -> bool:
        """After a refusal: return true when the next try will carry another proof."""


class AccessKeys:
    """Permanent or temporary access keys that the user gave."""

    depends_on_clock = True

    def __init__(self, keys: KeyPair) -> None:
        self._keys = keys
        self.description = f"the access key {_shortened(keys.access_key)}"

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self._keys.secret_key, self._keys.security_token) if secret)

    def remedy(self, clock: str) -> str:
        if self._keys.security_token:
            return (
                "Temporary keys live from 15 minutes to 24 hours: check that they have not expired, security_token and"
                f" {clock}. New ones that appear in the environment cannot be seen while a task runs."
            )
        return f"Check access_key, secret_key and {clock}. Not tried again: five refusals lock a key."

    def find_project_id(self, timeout: float) -> str | None:
        return None

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        return sign(request, self._keys, at)

    def renew(self, refused: Request) -> bool:
        return False


@dataclasses.dataclass(frozen=True)
class GivenToken:
    """A token that the user gave: it cannot be renewed."""

    token: str = dataclasses.field(repr=False)
    description = "auth_token"
    depends_on_clock = False

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.token,)

    def remedy(self, clock: str) -> str:
        return (
            "A token lives for 24 hours and holds for one region and project: get a new one for this region."
            " One that appears in the environment cannot be seen while a task runs."
        )

    def find_project_id(self, timeout: float) -> str | None:
        return None

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        return request.with_headers({"X-Auth-Token": self.token})

    def renew(self, refused: Request) -> bool:
        return False


@dataclasses.dataclass(frozen=True)
class Login:
    """What IAM needs for a project-scoped token (iam_30_0001). ``scope`` is ``{"id": ...}`` or ``{"name": region}``."""

    iam_endpoint: str
    username: str
    domain_name: str
    scope: dict[str, str]
    password: str = dataclasses.field(repr=False)

    def request(self, timeout: float) -> Request:
        user = {"name": self.username, "password": self.password, "domain": {"name": self.domain_name}}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = json.dumps({"auth": {"identity": identity, "scope": {"project": self.scope}}})
        headers = {"Content-Type": "application/json;charset=utf-8"}
        return Request("POST", f"{self.iam_endpoint}/v3/auth/tokens?nocatalog=true", headers, body.encode(), timeout)


@dataclasses.dataclass(frozen=True)
class _Token:
    value: str = dataclasses.field(repr=False)
    project_id: str | None


class PasswordLogin:
    """A token by user name and password, got when first needed and renewed before it expires."""

    depends_on_clock = False

    def __init__(self, transport: Transport, clock: Clock, login: Login) -> None:
        self._transport = transport
        self._clock = clock
        self._login = login
        self._texts = Texts(lambda: self.secrets)
        self._renewal = Renewal(clock, self._log_in, is_transient)
        self._username = NO_SECRETS.line(login.username, 64)
        self.description = f"the token of user {self._username}"

    @property
    def secrets(self) -> tuple[str, ...]:
        token = self._renewal.value
        return tuple(secret for secret in (self._login.password, token and token.value) if secret)

    def remedy(self, clock: str) -> str:
        return "Check username, password and domain_name, and that the user may use the project."

    def find_project_id(self, timeout: float) -> str | None:
        return self._renewal.get(timeout).project_id

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        return request.with_headers({"X-Auth-Token": self._renewal.get(request.timeout).value})

    def renew(self, refused: Request) -> bool:
        token = refused.headers.get("X-Auth-Token")
        self._renewal.replace(lambda present: present.value == token, refused.timeout)
        return True

    def _log_in(self, timeout: float) -> Proof[_Token]:
        response = self._transport.send(self._login.request(timeout))
        self._check(response)
        now = self._clock.utc()
        told = read_json(response, TOKEN_SCHEMA, "IAM login", self._texts).body["token"]
        value = response.headers.get("x-subject-token")
        if not value:
            raise ImsError("IAM answered the login without a token (header X-Subject-Token).")
        return Proof.until(_Token(value, (told.get("project") or {}).get("id")), told.get("expires_at"), now)

    def _check(self, response: Response) -> None:
        if 200 <= response.status < 300:
            return
        error = api_error(response, "IAM login", self._texts, self._clock.utc())
        if error.refuses_credentials:
            raise CredentialsRefusedError(
                f"IAM refused user {self._username}: {error}. {self.remedy('')}", **error.facts
            )
        raise error


class MetadataKeys:
    """Temporary keys of an ECS's agency, from the server's metadata service; asked only when the user chose it."""

    description = "the temporary keys of this server's agency"
    depends_on_clock = True

    def __init__(self, transport: Transport, clock: Clock, endpoint: str = METADATA_ENDPOINT) -> None:
        self._transport = transport
        self._clock = clock
        self._endpoint = endpoint
        self._texts = Texts(lambda: self.secrets)
        # Whatever is wrong with the service: keys that hold can be used.
        self._renewal = Renewal(clock, self._new_keys, lambda error: True)

    @property
    def secrets(self) -> tuple[str, ...]:
        keys = self._renewal.value
        return (keys.secret_key, keys.security_token or "") if keys else ()

    def remedy(self, clock: str) -> str:
        return f"Check that the ECS has an agency with rights on IMS, and {clock}."

    def find_project_id(self, timeout: float) -> str | None:
        return None

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        return sign(request, self._renewal.get(request.timeout), at)

    def renew(self, refused: Request) -> bool:
        token = refused.headers.get("X-Security-Token")
        keys = self._renewal.replace(lambda present: present.security_token == token, refused.timeout)
        return keys.security_token != token

    def _new_keys(self, timeout: float) -> Proof[KeyPair]:
        response = self._ask(self._clock.now() + timeout)
        now = self._clock.utc()
        if response.status != 200:
            raise api_error(response, "ECS metadata", self._texts, now)
        found = read_json(response, SECURITY_KEY_SCHEMA, "ECS metadata", self._texts).body["credential"]
        keys = KeyPair(found["access"], found["secret"], found["securitytoken"])
        return Proof.until(keys, found.get("expires_at"), now)

    def _ask(self, ends: float) -> Response:
        """Ask for keys, with a session token where the service knows them (404, 405, 503: it does not)."""
        ttl = {"X-Metadata-Token-Ttl-Seconds": str(_METADATA_TOKEN_TTL)}
        try:
            session = self._send("PUT", "/meta-data/latest/api/token", ttl, ends)
            token = {"X-Metadata-Token": session.body.decode("ascii", "replace")} if session.status == 200 else {}
            return self._send("GET", "/openstack/latest/securitykey", token, ends)
        except NoAnswerError as exc:
            raise ImsError(
                f"auth_type: metadata works only on an ECS with an agency; its metadata service: {exc}."
            ) from exc

    def _send(self, method: str, path: str, headers: dict[str, str], ends: float) -> Response:
        timeout = min(_METADATA_TIMEOUT, ends - self._clock.now())
        return self._transport.send(Request(method, self._endpoint + path, headers, timeout=timeout))


def _shortened(access_key: str) -> str:
    return f"{access_key[:2]}...{access_key[-2:]}" if len(access_key) >= 12 else "given"
