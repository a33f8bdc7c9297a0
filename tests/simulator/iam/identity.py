# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who calls: key pairs, temporary keys, tokens, and the lock-out after too many failures."""

from __future__ import annotations

import dataclasses
import secrets
import threading
import typing as t

from ..account import Account
from ..clock import Clock
from ..settings import Settings
from ..wire.messages import Request
from ..wire.refusals import gateway_refusal, not_authenticated
from . import signatures


@dataclasses.dataclass(frozen=True)
class Caller:
    """Who has been recognised, and for which project."""

    project_id: str | None
    region: str | None


NO_PROJECT = Caller(None, None)


@dataclasses.dataclass(frozen=True)
class Token:
    """A token of IAM; without a project it is good for IAM only."""

    value: str = dataclasses.field(repr=False)
    expires_at: float = 0.0
    project_id: str | None = None
    project_name: str | None = None


@dataclasses.dataclass(frozen=True)
class TemporaryKeys:
    """Keys that need a security token beside them and expire."""

    access_key: str
    secret_key: str = dataclasses.field(repr=False)
    security_token: str = dataclasses.field(repr=False)
    expires_at: float = 0.0


@dataclasses.dataclass(frozen=True)
class _Failures:
    count: int = 0
    last: float = 0.0


class Identity:
    """Issues tokens and keys, and recognises those who use them."""

    def __init__(self, clock: Clock, account: Account, settings: t.Callable[[], Settings]) -> None:
        self._clock = clock
        self._account = account
        self._settings = settings
        self._lock = threading.RLock()
        self.tokens: dict[str, Token] = {}
        self.temporary_keys: dict[str, TemporaryKeys] = {}
        self._failures: dict[str, _Failures] = {}

    def reset(self) -> None:
        """Forget all that was issued, and all failures."""
        with self._lock:
            self.tokens.clear()
            self.temporary_keys.clear()
            self._failures.clear()

    def issue_token(
        self, *, seconds: float | None = None, project_name: str | None = None, scoped: bool = True
    ) -> Token:
        """A new token, for the account's project unless told otherwise; older ones stay valid."""
        name = (project_name or self._account.region) if scoped else None
        lifetime = self._settings().token_seconds if seconds is None else seconds
        token = Token(
            value=f"MIIsimulated{secrets.token_urlsafe(180)}",
            expires_at=self._clock.now() + lifetime,
            project_id=self._account.projects[name] if name else None,
            project_name=name,
        )
        with self._lock:
            self.tokens[token.value] = token
        return token

    def issue_temporary_keys(self, *, seconds: float | None = None) -> TemporaryKeys:
        """A new pair of keys with its security token."""
        lifetime = self._settings().temporary_key_seconds if seconds is None else seconds
        keys = TemporaryKeys(
            access_key=f"TEMPORARY{secrets.token_hex(6).upper()}",
            secret_key=secrets.token_urlsafe(30),
            security_token=f"simulated-security-token-{secrets.token_urlsafe(90)}",
            expires_at=self._clock.now() + lifetime,
        )
        with self._lock:
            self.temporary_keys[keys.access_key] = keys
        return keys

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

    def recognise(self, request: Request) -> Caller:
        """The caller of a request to any service; a Refused if the gateway turns it away."""
        if "x-auth-token" in request.headers:
            token = self.live_token(request.headers["x-auth-token"])
            return Caller(token.project_id, token.project_name)
        if "authorization" in request.headers:
            with self._lock:
                return self._recognise_signature(request)
        raise not_authenticated("x-auth-token not found")

    def live_token(self, value: str) -> Token:
        """The token of that value, if it has not expired."""
        token = self.tokens.get(value)
        if token is None:
            raise not_authenticated("decrypt token fail")
        if token.expires_at <= self._clock.now():
            raise must_be_updated()
        return token

    def _recognise_signature(self, request: Request) -> Caller:
        authorization = signatures.parse_authorization(request.headers["authorization"])
        if authorization is None:
            raise not_authenticated("the format of the Authorization header is wrong")
        access_key = authorization.access_key
        secret_key = self._secret_of(access_key, request)
        self._refuse_locked(access_key)
        problem = self._problem(request, authorization, secret_key)
        if problem is not None:
            failed = self._failures.get(access_key, _Failures())
            self._failures[access_key] = _Failures(failed.count + 1, self._clock.now())
            raise not_authenticated(problem)
        self._failures.pop(access_key, None)
        return Caller(request.headers.get("x-project-id", self._account.project_id), self._account.region)

    def _secret_of(self, access_key: str, request: Request) -> str:
        if access_key == self._account.access_key:
            return self._account.secret_key
        keys = self.temporary_keys.get(access_key)
        if keys is None:
            raise not_authenticated(f"Get secretKey failed,ak:{access_key},err:ak not exist")
        given = request.headers.get("x-security-token")
        if given != keys.security_token or keys.expires_at <= self._clock.now():
            raise not_authenticated("decrypt token fail")
        return keys.secret_key

    def _refuse_locked(self, access_key: str) -> None:
        failures, settings = self._failures.get(access_key), self._settings()
        if failures is None or failures.count <= settings.lock_after:
            return
        if self._clock.now() - failures.last < settings.lock_seconds:
            raise not_authenticated("AK access failed to reach the limit,forbidden.")
        del self._failures[access_key]

    def _problem(self, request: Request, authorization: signatures.Authorization, secret_key: str) -> str | None:
        signed = authorization.signed_headers
        canonical = signatures.canonical_request(request, signed)
        # The real gateway gives the values of headers away like this, the security token among them.
        echo = f"verify aksk signature fail,canonicalRequest:{canonical}".replace("\n", "|")
        value = request.headers.get(signatures.DATE_HEADER, "")
        date = signatures.parse_date(value)
        if date is None or signatures.DATE_HEADER not in signed:
            return echo
        if abs(request.wall - date) > self._settings().date_tolerance:
            return "calc ak sk signature fail:signature expired"
        expected = signatures.signature_of(canonical, value, secret_key)
        return None if signatures.fits(authorization.signature, expected) else echo


def must_be_updated() -> Exception:
    """A token that has expired, is not for a project, or is for another region."""
    return gateway_refusal(401, "APIGW.0307", "The token must be updated.")
