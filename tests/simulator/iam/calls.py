# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of IAM that clients of IMS need.

Sources: iam_30_0001 (tokens), the official SDK's auth/internal.py (projects, domains, id tokens, temporary keys), the
models of its package for IAM (assume_role), and keystoneauth (discovery of versions).
"""

from __future__ import annotations

import secrets
import time
import typing as t

from ..account import Account
from ..settings import Settings
from ..wire.messages import Response, as_json
from ..wire.refusals import Refused, iam_refusal
from ..wire.routes import Call, Route
from .catalog import catalog
from .identity import Identity, TemporaryKeys, Token

_SHORTEST_KEYS = 900
_LONGEST_KEYS = 86400
_Object = t.Mapping[str, t.Any]


class Iam:
    """Logs in, hands out temporary keys, and knows the projects of a region."""

    def __init__(self, account: Account, identity: Identity, settings: t.Callable[[], Settings]) -> None:
        self._account = account
        self._identity = identity
        self._directory = identity.directory
        self._settings = settings

    def routes(self) -> list[Route]:
        """What answers each call."""
        return [
            Route("GET", "/v3", show_version, "open"),
            Route("GET", "/v3/", show_version, "open"),
            Route("POST", "/v3/auth/tokens", self.log_in, "open"),
            Route("GET", "/v3/projects", self.list_projects, "any"),
            Route("GET", "/v3/auth/domains", self.list_domains, "any"),
            Route("POST", "/v3.0/OS-AUTH/id-token/tokens", self.log_in_by_id_token, "open"),
            Route("POST", "/v3.0/OS-CREDENTIAL/securitytokens", self.temporary_keys, "open"),
        ]

    def log_in(self, call: Call) -> Response:
        """POST /v3/auth/tokens: 201, and the token is in a header."""
        auth = _dict(_body(call), "auth")
        identity = _dict(auth, "identity")
        methods = _methods(identity)
        if "password" in methods:
            account = self._by_password(_dict(_dict(identity, "password"), "user"))
        elif "token" in methods:
            account = self._identity.live_token(str(_dict(identity, "token").get("id"))).account or self._account
        else:
            raise _bad_request("Only the methods password and token are known here.")
        token = self._token_for(account, _dict(auth, "scope", {}))
        return self._issued(call, token, methods[0])

    def log_in_by_id_token(self, call: Call) -> Response:
        """POST /v3.0/OS-AUTH/id-token/tokens: a token for an id token of OpenID Connect; without a project as a rule"""
        auth = _dict(_body(call), "auth")
        idp_id = call.request.headers.get("x-idp-id", "")
        account = self._identity.account_of_id_token(idp_id, str(_dict(auth, "id_token").get("id")))
        if account is None:
            raise iam_refusal(401, "The id token is not valid for this identity provider.", "Unauthorized")
        return self._issued(call, self._token_for(account, _dict(auth, "scope", {})), "mapped")

    def temporary_keys(self, call: Call) -> Response:
        """POST /v3.0/OS-CREDENTIAL/securitytokens: keys that live 15 minutes unless asked otherwise."""
        identity = _dict(_dict(_body(call), "auth"), "identity")
        methods = _methods(identity)
        if "assume_role" in methods:
            wanted = _dict(identity, "assume_role")
            account = self._trusting_account(call, wanted)
        elif "token" in methods:
            wanted = _dict(identity, "token", {})
            given = str(wanted.get("id") or call.request.headers.get("x-auth-token", ""))
            account = self._identity.live_token(given).account or self._account
        else:
            raise _bad_request("Only the methods token and assume_role are known here.")
        seconds = wanted.get("duration_seconds", _SHORTEST_KEYS)
        if not isinstance(seconds, int) or not _SHORTEST_KEYS <= seconds <= _LONGEST_KEYS:
            raise _bad_request(f"duration_seconds must be from {_SHORTEST_KEYS} to {_LONGEST_KEYS}.")
        return as_json(201, credential(self._identity.issue_temporary_keys(seconds=seconds, account=account)))

    def list_projects(self, call: Call) -> Response:
        """GET /v3/projects?name=: the name must fit whole."""
        account = call.caller.account or self._account
        name, scripted = call.request.parameters.get("name"), self._settings().projects
        found = {known: held for known, held in account.projects.items() if name in (None, known)}
        pairs = list(found.items())
        if scripted is not None:
            pairs = [(name or account.region, secrets.token_hex(16)) for _turn in range(scripted)]
        shown = [_project(call, account, known, held) for known, held in pairs]
        return as_json(200, {"projects": shown, "links": _paged(_own_link(call))})

    def list_domains(self, call: Call) -> Response:
        """GET /v3/auth/domains: the domain of the caller."""
        known = _domain(call.caller.account or self._account)
        domain = {**known, "enabled": True, "description": "", "links": _own_link(call, f"/{known['id']}")}
        return as_json(200, {"domains": [domain], "links": _own_link(call)})

    def _by_password(self, user: _Object) -> Account:
        domain = _dict(user, "domain", {})
        account = self._directory.by_password(
            domain.get("name") or domain.get("id"), user.get("name") or user.get("id"), user.get("password")
        )
        if account is None:
            raise iam_refusal(401, "The username or password is wrong.", "Unauthorized")
        return account

    def _trusting_account(self, call: Call, wanted: _Object) -> Account:
        """Whose agency is assumed; the caller is known by his signature or his token, and must be trusted."""
        caller = self._identity.recognise(call.request).account or self._account
        domain = wanted.get("domain_name") or wanted.get("domain_id")
        agency = self._directory.agency(domain, wanted.get("agency_name"))
        if agency is None:
            raise iam_refusal(404, f"Could not find agency: {wanted.get('agency_name')}.", "Not Found")
        if agency.trusted != caller.domain_id:
            raise iam_refusal(403, "You are not authorized to assume this agency.", "Forbidden")
        return agency.of

    def _token_for(self, account: Account, scope: _Object) -> Token:
        if "project" not in scope:
            return self._identity.issue_token(scoped=False, account=account)
        wanted = _dict(scope, "project")
        for name, project_id in account.projects.items():
            if wanted.get("id") == project_id or wanted.get("name") == name:
                return self._identity.issue_token(project_name=name, account=account)
        raise iam_refusal(401, "The project to scope the token to was not found.", "Unauthorized")

    def _issued(self, call: Call, token: Token, method: str) -> Response:
        account = token.account or self._account
        wants_none = "nocatalog" in call.request.parameters
        payload = {**_shown(account, token, method), "catalog": [] if wants_none else catalog(call.request, token)}
        return as_json(201, {"token": payload}, {"X-Subject-Token": token.value})


def show_version(call: Call) -> Response:
    """GET /v3: what keystoneauth looks at before it logs in."""
    links = [{"rel": "self", "href": f"{call.request.base_url}/v3/"}]
    version = {"id": "v3.6", "status": "stable", "updated": "2016-04-04T00:00:00Z", "links": links, "media-types": []}
    return as_json(200, {"version": version})


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


def _shown(account: Account, token: Token, method: str) -> dict[str, t.Any]:
    domain = _domain(account)
    shown: dict[str, t.Any] = {
        "methods": [method],
        "issued_at": _microseconds(time.time()),
        "expires_at": _microseconds(token.expires_at),
        "user": {"id": account.user_id, "name": account.username, "domain": domain, "password_expires_at": ""},
        "roles": [{"id": "0", "name": "te_admin"}],
    }
    if token.project_id is None:
        return {**shown, "domain": domain}
    return {**shown, "project": {"id": token.project_id, "name": token.project_name, "domain": domain}}


def _domain(account: Account) -> dict[str, str]:
    return {"id": account.domain_id, "name": account.domain_name}


def _project(call: Call, account: Account, name: str, project_id: str) -> dict[str, t.Any]:
    return {
        "id": project_id,
        "name": name,
        "domain_id": account.domain_id,
        "parent_id": account.domain_id,
        "is_domain": False,
        "enabled": True,
        "description": "",
        "links": _paged(_own_link(call, f"/{project_id}")),
    }


def _own_link(call: Call, more: str = "") -> dict[str, t.Any]:
    return {"self": f"{call.request.base_url}{call.request.path}{more}"}


def _paged(links: dict[str, t.Any]) -> dict[str, t.Any]:
    return {**links, "previous": None, "next": None}


def _microseconds(seconds: float) -> str:
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds * 1_000_000) % 1_000_000:06d}Z"


def _body(call: Call) -> _Object:
    try:
        body = call.request.json()
    except ValueError:
        raise _bad_request("The body is not JSON.") from None
    return body if isinstance(body, dict) else {}


def _dict(holder: _Object, name: str, default: t.Any = None) -> _Object:
    value = holder.get(name, default)
    if not isinstance(value, dict):
        raise _bad_request(f"{name} is missing or is not an object.")
    return value


def _methods(identity: _Object) -> t.Sequence[str]:
    methods = identity.get("methods")
    return methods if isinstance(methods, list) else ()


def _bad_request(message: str) -> Refused:
    return iam_refusal(400, message, "Bad Request")
