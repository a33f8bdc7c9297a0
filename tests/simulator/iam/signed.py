# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks signatures, and locks a key out after too many wrong ones in a row."""

from __future__ import annotations

import dataclasses
import typing as t

from ..account import Account
from ..clock import Clock
from ..settings import Settings
from ..wire.messages import Request
from ..wire.refusals import not_authenticated
from . import signatures

FindSecret = t.Callable[[str, t.Optional[str]], tuple[Account, str]]


@dataclasses.dataclass(frozen=True)
class _Failures:
    count: int = 0
    last: float = 0.0


class SignedRequests:
    """Knows how often each key has failed."""

    def __init__(self, clock: Clock, settings: t.Callable[[], Settings]) -> None:
        self._clock = clock
        self._settings = settings
        self._failures: dict[str, _Failures] = {}

    def reset(self) -> None:
        """Forget all failures."""
        self._failures.clear()

    def check(self, request: Request, find_secret: FindSecret) -> Account:
        """The account whose key has signed this; a Refused otherwise."""
        authorization = signatures.parse_authorization(request.headers["authorization"])
        if authorization is None:
            raise not_authenticated("the format of the Authorization header is wrong")
        access_key = authorization.access_key
        account, secret_key = find_secret(access_key, request.headers.get("x-security-token"))
        self._refuse_locked(access_key)
        problem = self._problem(request, authorization, secret_key)
        if problem is not None:
            failed = self._failures.get(access_key, _Failures())
            self._failures[access_key] = _Failures(failed.count + 1, self._clock.now())
            raise not_authenticated(problem)
        self._failures.pop(access_key, None)
        return account

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
