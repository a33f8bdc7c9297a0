# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ways to prove who asks: what all of them can do, and those that are given and cannot be renewed."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .request import Request
from .signing import KeyPair, sign


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

    def keys(self, timeout: float) -> KeyPair:
        return self._keys

    def replace(self, security_token: str | None, timeout: float) -> bool:
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


def _shortened(access_key: str) -> str:
    return f"{access_key[:2]}...{access_key[-2:]}" if len(access_key) >= 12 else "given"
