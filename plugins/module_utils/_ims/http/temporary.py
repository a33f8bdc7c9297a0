# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary keys, got from somewhere when they are first needed, and renewed before they expire."""

from __future__ import annotations

import datetime
import typing as t

from ..clock import Clock
from ..errors import ImsError
from .renewal import Proof, Renewal
from .request import Request
from .signing import KeyPair, sign


class KeySource(t.Protocol):
    """Where temporary keys come from."""

    description: str
    """Completes "The cloud refused ...", names no secret."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the values with which keys are asked for, and which must not be printed."""

    def remedy(self, clock: str) -> str:
        """Return a sentence: what a user can do when the keys are refused. ``clock`` names this machine's clock."""

    def obtain(self, timeout: float) -> Proof[KeyPair]:
        """Ask for new keys, within ``timeout`` seconds. Raises ImsError."""

    def outlives(self, error: ImsError) -> bool:
        """Return whether keys that still hold may be used although new ones were not to be had."""


class KeyHolder(t.Protocol):
    """Whoever has keys that something else than API Gateway wants to be signed with."""

    description: str

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the values that must not be printed."""

    def remedy(self, clock: str) -> str:
        """Return sentences: what a user can do after a refusal."""

    def keys(self, timeout: float) -> KeyPair:
        """Return keys that hold; may ask for them, within ``timeout`` seconds. Raises ImsError."""

    def replace(self, security_token: str | None, timeout: float) -> bool:
        """After a refusal of the keys with this token: return true when there are others now."""


class TemporaryKeys:
    """Credentials that sign with keys of a source."""

    depends_on_clock = True

    def __init__(self, clock: Clock, source: KeySource) -> None:
        self._source = source
        self._renewal = Renewal(clock, source.obtain, source.outlives)
        self.description = source.description

    @property
    def secrets(self) -> tuple[str, ...]:
        keys = self._renewal.value
        own = (keys.secret_key, keys.security_token or "") if keys else ()
        return (*own, *self._source.secrets)

    def remedy(self, clock: str) -> str:
        return self._source.remedy(clock)

    def find_project_id(self, timeout: float) -> str | None:
        return None

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        return sign(request, self.keys(request.timeout), at)

    def renew(self, refused: Request) -> bool:
        return self.replace(refused.headers.get("X-Security-Token"), refused.timeout)

    def keys(self, timeout: float) -> KeyPair:
        return self._renewal.get(timeout)

    def replace(self, security_token: str | None, timeout: float) -> bool:
        keys = self._renewal.replace(lambda present: present.security_token == security_token, timeout)
        return keys.security_token != security_token


def keys_of(credential: t.Mapping[str, t.Any], now: datetime.datetime) -> Proof[KeyPair]:
    """Return the keys of an answer that was read by SECURITY_KEY_SCHEMA."""
    keys = KeyPair(credential["access"], credential["secret"], credential["securitytoken"])
    return Proof.until(keys, credential.get("expires_at"), now)
