# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to prove who asks. Each yields "authorise this request", and knows how to renew itself, if it can."""

from __future__ import annotations

import dataclasses
import datetime
import json
import threading
import typing as t

from ..clock import Clock
from ..errors import CredentialsRefusedError, ImsError, NoAnswerError
from ..schema.iam import SECURITY_KEY_SCHEMA, TOKEN_SCHEMA
from ..times import parse_time
from ..verdicts import is_transient
from .responses import api_error, read_json
from .signing import KeyPair, sign
from .transport import Request, Response, Transport

METADATA_ENDPOINT = "http://169.254.169.254"
_METADATA_TIMEOUT = 3.0
_METADATA_TOKEN_TTL = 21600
_MAX_MARGIN = datetime.timedelta(minutes=40)


class Credentials(t.Protocol):
    """What Exchange needs of credentials."""

    description: str
    """Completes "The cloud refused ...", names no secret."""
    remedy: str
    """A sentence: what a user can do after a refusal."""
    depends_on_clock: bool

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the values that must not be printed."""

    def find_project_id(self, timeout: float) -> str | None:
        """Return the project that these credentials are bound to, where they tell; may log in, within ``timeout``."""

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        """Return the request with proof added; may ask the cloud for a new proof before the old one expires."""

    def renew(self, refused: Request) -> bool:
        """After a refusal: return true when the next try will carry another proof."""


class AccessKeys:
    """Permanent or temporary access keys that the user gave."""

    remedy = "Check access_key, secret_key and this machine's clock. Not tried again: five refusals lock a key."
    depends_on_clock = True

    def __init__(self, keys: KeyPair) -> None:
        self._keys = keys
        self.description = f"the access key {_shortened(keys.access_key)}"
        if keys.security_token:
            self.remedy = (
                "Temporary keys live from 15 minutes to 24 hours: check that they have not expired, security_token and"
                " this machine's clock. New ones that appear in the environment cannot be seen while a task runs."
            )

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self._keys.secret_key, self._keys.security_token) if secret)

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
    remedy = (
        "A token lives for 24 hours and holds for one region and project: get a new one for this region."
        " One that appears in the environment cannot be seen while a task runs."
    )
    depends_on_clock = False

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self.token,)

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
    timeout: float = 30.0

    def request(self) -> Request:
        user = {"name": self.username, "password": self.password, "domain": {"name": self.domain_name}}
        identity = {"methods": ["password"], "password": {"user": user}}
        body = json.dumps({"auth": {"identity": identity, "scope": {"project": self.scope}}})
        headers = {"Content-Type": "application/json;charset=utf-8"}
        return Request(
            "POST", f"{self.iam_endpoint}/v3/auth/tokens?nocatalog=true", headers, body.encode(), self.timeout
        )


class PasswordLogin:
    """A token by user name and password, got when first needed and renewed before it expires."""

    depends_on_clock = False
    remedy = "Check username, password and domain_name, and that the user may use the project."

    def __init__(self, transport: Transport, clock: Clock, login: Login) -> None:
        self._transport = transport
        self._clock = clock
        self._login = login
        self._lock = threading.Lock()
        self._token: str | None = None
        self._project_id: str | None = None
        self._renew_at = self._expires_at = clock.utc()
        self.description = f"the token of user {login.username}"

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(secret for secret in (self._login.password, self._token) if secret)

    def find_project_id(self, timeout: float) -> str | None:
        with self._lock:
            self._fresh_token()
            return self._project_id

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        with self._lock:
            return request.with_headers({"X-Auth-Token": self._fresh_token()})

    def renew(self, refused: Request) -> bool:
        with self._lock:
            if self._token == refused.headers.get("X-Auth-Token"):
                self._token = None
                self._fresh_token()
            return True

    def _fresh_token(self) -> str:
        now = self._clock.utc()
        if self._token is None or now >= self._renew_at:
            try:
                self._log_in(now)
            except ImsError as exc:
                # The old one still holds for a while: the next request tries again.
                if not (self._token and is_transient(exc) and now < self._expires_at):
                    raise
        if not self._token:
            raise ImsError("IAM answered the login without a token (header X-Subject-Token).")
        return self._token

    def _log_in(self, now: datetime.datetime) -> None:
        response = self._transport.send(self._login.request())
        self._check(response)
        token = read_json(response, TOKEN_SCHEMA, "IAM login", self.secrets).body["token"]
        self._renew_at, self._expires_at = _renewal_time(now, token.get("expires_at"))
        self._project_id = (token.get("project") or {}).get("id")
        self._token = response.headers.get("x-subject-token")

    def _check(self, response: Response) -> None:
        if 200 <= response.status < 300:
            return
        error = api_error(response, "IAM login", self.secrets, self._clock.utc())
        if error.refuses_credentials:
            raise CredentialsRefusedError(
                f"IAM refused user {self._login.username}: {error}. {self.remedy}", **error.facts
            )
        raise error


class MetadataKeys:
    """Temporary keys of an ECS's agency, from the server's metadata service; asked only when the user chose it."""

    description = "the temporary keys of this server's agency"
    remedy = "Check that the ECS has an agency with rights on IMS, and this machine's clock."
    depends_on_clock = True

    def __init__(self, transport: Transport, clock: Clock, endpoint: str = METADATA_ENDPOINT) -> None:
        self._transport = transport
        self._clock = clock
        self._endpoint = endpoint
        self._lock = threading.Lock()
        self._keys: KeyPair | None = None
        self._renew_at = self._expires_at = clock.utc()

    @property
    def secrets(self) -> tuple[str, ...]:
        keys = self._keys
        return (keys.secret_key, keys.security_token or "") if keys else ()

    def find_project_id(self, timeout: float) -> str | None:
        return None

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        with self._lock:
            return sign(request, self._fresh_keys(), at)

    def renew(self, refused: Request) -> bool:
        with self._lock:
            old = self._keys
            if old and old.security_token == refused.headers.get("X-Security-Token"):
                self._keys = None
            return self._fresh_keys() != old

    def _fresh_keys(self) -> KeyPair:
        now = self._clock.utc()
        if self._keys is None:
            self._keys = self._new_keys(now)
        elif now >= self._renew_at:
            try:
                self._keys = self._new_keys(now)
            except ImsError:
                # The old ones still hold for a while: the next request tries again.
                if now >= self._expires_at:
                    raise
        return self._keys

    def _new_keys(self, now: datetime.datetime) -> KeyPair:
        response = self._ask()
        if response.status != 200:
            raise api_error(response, "ECS metadata", self.secrets, now)
        found = read_json(response, SECURITY_KEY_SCHEMA, "ECS metadata", self.secrets).body["credential"]
        self._renew_at, self._expires_at = _renewal_time(now, found.get("expires_at"))
        return KeyPair(found["access"], found["secret"], found["securitytoken"])

    def _ask(self) -> Response:
        """Ask for keys, with a session token where the service knows them (404, 405, 503: it does not)."""
        ttl = {"X-Metadata-Token-Ttl-Seconds": str(_METADATA_TOKEN_TTL)}
        try:
            session = self._send("PUT", "/meta-data/latest/api/token", ttl)
            token = {"X-Metadata-Token": session.body.decode("ascii", "replace")} if session.status == 200 else {}
            return self._send("GET", "/openstack/latest/securitykey", token)
        except NoAnswerError as exc:
            raise ImsError(
                f"auth_type: metadata works only on an ECS with an agency; its metadata service: {exc}."
            ) from exc

    def _send(self, method: str, path: str, headers: dict[str, str]) -> Response:
        return self._transport.send(Request(method, self._endpoint + path, headers, timeout=_METADATA_TIMEOUT))


def _renewal_time(now: datetime.datetime, expires_at: str | None) -> tuple[datetime.datetime, datetime.datetime]:
    """Return when to renew, and the end: a quarter of the life before it, at most 40 minutes (as the official SDK)."""
    expiry = parse_time(expires_at)
    if expiry is None or expiry <= now:
        # Not to be understood, or in the past by this machine's clock: the cloud will say when it refuses.
        return now + datetime.timedelta(hours=1), now + datetime.timedelta(hours=1)
    return expiry - min((expiry - now) / 4, _MAX_MARGIN), expiry


def _shortened(access_key: str) -> str:
    return f"{access_key[:2]}...{access_key[-2:]}" if len(access_key) >= 12 else "given"
