# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IAM has issued: tokens, temporary keys, and (for the provider it trusts) id tokens."""

from __future__ import annotations

import base64
import dataclasses
import json
import secrets
import threading
import typing as t

from ..account import Account, region_of
from ..clock import Clock
from ..settings import Settings
from ..wire.messages import Request
from ..wire.refusals import gateway_refusal, not_authenticated
from .directory import Directory
from .signed import SignedRequests


@dataclasses.dataclass(frozen=True)
class Caller:
    """Who has been recognised, and for which project."""

    project_id: str | None = None
    region: str | None = None
    account: Account | None = None
    by_token: bool = False
    # The request named the project itself; else it is the main one of the region.
    named: bool = True

    @property
    def enterprise_projects(self) -> tuple[str, ...] | None:
        """None if there are rights in everything."""
        return self.account.enterprise_projects if self.account else None


NO_PROJECT = Caller()


@dataclasses.dataclass(frozen=True)
class Token:
    """A token of IAM; without a project it is good for IAM only."""

    value: str = dataclasses.field(repr=False)
    expires_at: float = 0.0
    project_id: str | None = None
    project_name: str | None = None
    account: Account | None = dataclasses.field(default=None, repr=False)


@dataclasses.dataclass(frozen=True)
class TemporaryKeys:
    """Keys that need a security token beside them and expire."""

    access_key: str
    secret_key: str = dataclasses.field(repr=False)
    security_token: str = dataclasses.field(repr=False)
    expires_at: float = 0.0
    account: Account | None = dataclasses.field(default=None, repr=False)


class Identity:
    """Issues tokens and keys, and recognises those who use them."""

    def __init__(self, clock: Clock, account: Account, settings: t.Callable[[], Settings]) -> None:
        self.directory = Directory(account)
        self._clock = clock
        self._account = account
        self._settings = settings
        self._lock = threading.RLock()
        self._signed = SignedRequests(clock, settings)
        self.tokens: dict[str, Token] = {}
        self.temporary_keys: dict[str, TemporaryKeys] = {}
        self.id_tokens: dict[str, float] = {}

    def reset(self) -> None:
        """Forget all that was issued, and all failures."""
        with self._lock:
            self.tokens.clear()
            self.temporary_keys.clear()
            self.id_tokens.clear()
            self._signed.reset()

    def issue_token(
        self,
        *,
        seconds: float | None = None,
        project_name: str | None = None,
        scoped: bool = True,
        account: Account | None = None,
    ) -> Token:
        """A new token, for the account's main project unless told otherwise; older ones stay valid."""
        account = account or self._account
        name = (project_name or account.region) if scoped else None
        lifetime = self._settings().token_seconds if seconds is None else seconds
        token = Token(
            value=f"MIIsimulated{secrets.token_urlsafe(180)}",
            expires_at=self._clock.now() + lifetime,
            project_id=account.projects[name] if name else None,
            project_name=name,
            account=account,
        )
        with self._lock:
            self.tokens[token.value] = token
        return token

    def issue_temporary_keys(self, *, seconds: float | None = None, account: Account | None = None) -> TemporaryKeys:
        """A new pair of keys with its security token."""
        lifetime = self._settings().temporary_key_seconds if seconds is None else seconds
        keys = TemporaryKeys(
            access_key=f"TEMPORARY{secrets.token_hex(6).upper()}",
            secret_key=secrets.token_urlsafe(30),
            security_token=f"simulated-security-token-{secrets.token_urlsafe(90)}",
            expires_at=self._clock.now() + lifetime,
            account=account or self._account,
        )
        with self._lock:
            self.temporary_keys[keys.access_key] = keys
        return keys

    def issue_id_token(self, *, seconds: float = 3600.0) -> str:
        """What the trusted provider hands out: it looks like a JSON Web Token, with a signature that means nothing."""
        until = self._clock.now() + seconds
        claims = {"iss": "https://idp.invalid", "aud": "simulated", "sub": "pipeline", "exp": int(until)}
        parts = ({"alg": "RS256", "typ": "JWT"}, claims)
        head, body = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts)
        value = f"{head}.{body}.{secrets.token_urlsafe(64)}"
        with self._lock:
            self.id_tokens[value] = until
        return value

    def expire_tokens(self) -> None:
        """Make every token issued so far an expired one."""
        with self._lock:
            for value, token in self.tokens.items():
                self.tokens[value] = dataclasses.replace(token, expires_at=self._clock.now())

    def expire_temporary_keys(self) -> None:
        """Make all temporary keys issued so far expired ones."""
        with self._lock:
            for name, keys in self.temporary_keys.items():
                self.temporary_keys[name] = dataclasses.replace(keys, expires_at=self._clock.now())

    def expire_id_tokens(self) -> None:
        """Make every id token issued so far an expired one."""
        with self._lock:
            self.id_tokens.update(dict.fromkeys(self.id_tokens, self._clock.now()))

    def recognise(self, request: Request) -> Caller:
        """The caller of a request to any service; a Refused if the gateway turns it away."""
        if "x-auth-token" in request.headers:
            token = self.live_token(request.headers["x-auth-token"])
            region = region_of(token.project_name) if token.project_name else None
            return Caller(token.project_id, region, token.account, by_token=True)
        if "authorization" in request.headers:
            with self._lock:
                return self._by_signature(request)
        raise not_authenticated("x-auth-token not found")

    def live_token(self, value: str) -> Token:
        """The token of that value, if it has not expired."""
        token = self.tokens.get(value)
        if token is None:
            raise not_authenticated("decrypt token fail")
        if token.expires_at <= self._clock.now():
            raise must_be_updated()
        return token

    def account_of_id_token(self, idp_id: str, value: str) -> Account | None:
        """Whom the id token stands for; None if the provider or the token is not known, or if it has expired."""
        provider = self.directory.provider(idp_id)
        alive = self.id_tokens.get(value, 0.0) > self._clock.now()
        return provider.account if provider is not None and alive else None

    def secret_of(self, access_key: str, security_token: str | None) -> tuple[Account, str]:
        """The account and the secret key to an access key, temporary or not."""
        account = self.directory.by_access_key(access_key)
        if account is not None:
            return account, account.secret_key
        keys = self.temporary_keys.get(access_key)
        if keys is None:
            raise not_authenticated(f"Get secretKey failed,ak:{access_key},err:ak not exist")
        if security_token != keys.security_token or keys.expires_at <= self._clock.now():
            raise not_authenticated("decrypt token fail")
        return keys.account or self._account, keys.secret_key

    def _by_signature(self, request: Request) -> Caller:
        account = self._signed.check(request, self.secret_of)
        named = request.headers.get("x-project-id")
        region = request.region or self._account.region
        if named is not None:
            name = account.project_named(named)
            return Caller(named, region_of(name) if name else None, account)
        return Caller(account.projects.get(region), region, account, named=False)


def must_be_updated() -> Exception:
    """A token that has expired, is not for a project, or is for another region."""
    return gateway_refusal(401, "APIGW.0307", "The token must be updated.")
