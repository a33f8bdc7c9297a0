# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""IAM: tokens for passwords, temporary keys for tokens, and the projects of a region."""

from __future__ import annotations

import secrets
import time
import typing as t

from ..account import Account
from ..settings import Settings
from ..wire.messages import Response, as_json
from ..wire.refusals import Refused, iam_refusal
from ..wire.routes import Call
from .identity import Identity, TemporaryKeys, Token

_SHORTEST_KEYS = 900
_LONGEST_KEYS = 86400


class Iam:
    """The calls of IAM that clients of IMS need."""

    def __init__(self, account: Account, identity: Identity, settings: t.Callable[[], Settings]) -> None:
        self._account = account
        self._identity = identity
        self._settings = settings

    def log_in(self, call: Call) -> Response:
        """POST /v3/auth/tokens: 201, and the token is in a header."""
        auth = _dict(_body(call), "auth")
        identity = _dict(auth, "identity")
        if "password" not in _methods(identity):
            raise _bad_request("Only the method password is known here.")
        self._check_password(_dict(_dict(identity, "password"), "user"))
        token = self._token_for(_dict(auth, "scope", {}))
        catalog = [] if "nocatalog" in call.request.parameters else _catalog(call, self._account)
        payload = {**self._shown(token), "catalog": catalog}
        return as_json(201, {"token": payload}, {"X-Subject-Token": token.value})

    def temporary_keys(self, call: Call) -> Response:
        """POST /v3.0/OS-CREDENTIAL/securitytokens: keys that live 15 minutes unless asked otherwise."""
        identity = _dict(_dict(_body(call), "auth"), "identity")
        if "token" not in _methods(identity):
            raise _bad_request("Only the method token is known here.")
        wanted = _dict(identity, "token", {})
        self._identity.live_token(str(wanted.get("id") or call.request.headers.get("x-auth-token", "")))
        seconds = wanted.get("duration_seconds", _SHORTEST_KEYS)
        if not isinstance(seconds, int) or not _SHORTEST_KEYS <= seconds <= _LONGEST_KEYS:
            raise _bad_request(f"duration_seconds must be from {_SHORTEST_KEYS} to {_LONGEST_KEYS}.")
        return as_json(201, credential(self._identity.issue_temporary_keys(seconds=seconds)))

    def list_projects(self, call: Call) -> Response:
        """GET /v3/projects?name=: the main project of a region is called like the region."""
        name, scripted = call.request.parameters.get("name"), self._settings().projects
        found = {known: held for known, held in self._account.projects.items() if name in (None, known)}
        shown = [self._project(known, held) for known, held in found.items()]
        if scripted is not None:
            shown = [self._project(name or self._account.region, secrets.token_hex(16)) for _turn in range(scripted)]
        links = {"self": f"{call.request.base_url}{call.request.path}", "previous": None, "next": None}
        return as_json(200, {"projects": shown, "links": links})

    def _check_password(self, user: t.Mapping[str, t.Any]) -> None:
        account = self._account
        domain = _dict(user, "domain")
        known = user.get("name") == account.username and domain.get("name") == account.domain_name
        if not known or user.get("password") != account.password:
            raise iam_refusal(401, "The username or password is wrong.", "Unauthorized")

    def _token_for(self, scope: t.Mapping[str, t.Any]) -> Token:
        if "project" not in scope:
            return self._identity.issue_token(scoped=False)
        wanted = _dict(scope, "project")
        for name, project_id in self._account.projects.items():
            if wanted.get("id") == project_id or wanted.get("name") == name:
                return self._identity.issue_token(project_name=name)
        raise iam_refusal(401, "The project to scope the token to was not found.", "Unauthorized")

    def _shown(self, token: Token) -> dict[str, t.Any]:
        account, domain = self._account, self._domain()
        shown: dict[str, t.Any] = {
            "methods": ["password"],
            "issued_at": _microseconds(time.time()),
            "expires_at": _microseconds(token.expires_at),
            "user": {"id": account.user_id, "name": account.username, "domain": domain, "password_expires_at": ""},
            "roles": [{"id": "0", "name": "te_admin"}],
        }
        if token.project_id is None:
            return {**shown, "domain": domain}
        return {**shown, "project": {"id": token.project_id, "name": token.project_name, "domain": domain}}

    def _domain(self) -> dict[str, str]:
        return {"id": self._account.domain_id, "name": self._account.domain_name}

    def _project(self, name: str, project_id: str) -> dict[str, t.Any]:
        return {
            "id": project_id,
            "name": name,
            "domain_id": self._account.domain_id,
            "parent_id": self._account.domain_id,
            "is_domain": False,
            "enabled": True,
            "description": "",
            "links": {},
        }


def credential(keys: TemporaryKeys) -> dict[str, t.Any]:
    """Temporary keys as IAM and the metadata service write them."""
    return {
        "credential": {
            "access": keys.access_key,
            "secret": keys.secret_key,
            "securitytoken": keys.security_token,
            "expires_at": _microseconds(keys.expires_at),
        }
    }


def _catalog(call: Call, account: Account) -> list[dict[str, t.Any]]:
    endpoint = {"id": "1", "interface": "public", "region": account.region, "url": call.request.base_url}
    return [{"id": "1", "type": "image", "name": "image", "endpoints": [{**endpoint, "region_id": account.region}]}]


def _microseconds(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds * 1_000_000) % 1_000_000:06d}Z"


def _body(call: Call) -> t.Mapping[str, t.Any]:
    try:
        body = call.request.json()
    except ValueError:
        raise _bad_request("The body is not JSON.") from None
    return body if isinstance(body, dict) else {}


def _dict(holder: t.Mapping[str, t.Any], name: str, default: t.Any = None) -> t.Mapping[str, t.Any]:
    value = holder.get(name, default)
    if not isinstance(value, dict):
        raise _bad_request(f"{name} is missing or is not an object.")
    return value


def _methods(identity: t.Mapping[str, t.Any]) -> t.Sequence[str]:
    methods = identity.get("methods")
    return methods if isinstance(methods, list) else ()


def _bad_request(message: str) -> Refused:
    return iam_refusal(400, message, "Bad Request")
