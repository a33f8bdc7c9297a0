# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A token by user name and password (iam_30_0001)."""

from __future__ import annotations

import dataclasses
import datetime
import json

from ..clock import Clock
from ..errors import CredentialsRefusedError, ImsError
from ..masking import NO_SECRETS, Texts
from ..schema.deviations import OddAnswers
from ..schema.iam import TOKEN_SCHEMA
from ..verdicts import is_transient
from .renewal import Proof, Renewal
from .request import Request, Response, Transport
from .responses import api_error, read_json


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

    def __init__(self, transport: Transport, clock: Clock, login: Login, odd: OddAnswers | None = None) -> None:
        self._odd = odd or OddAnswers()
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
        checked = read_json(response, TOKEN_SCHEMA, "IAM login", self._texts)
        self._odd.note(checked.deviations)
        told = checked.body["token"]
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
