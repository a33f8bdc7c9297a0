# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of a module that only reads: its options, and what it does with a client."""

from __future__ import annotations

import dataclasses
import typing as t

from .._argspec import ArgumentSpec, Environ, auth_spec, with_environment
from .._failures import Result, failure
from .._ims.api.client import ImsClient
from .._ims.masking import Texts

Params = t.Mapping[str, t.Any]


def is_nothing(value: t.Any) -> bool:
    """Return whether a text says nothing. ansible-core before 2.19 makes the word None of a null that is required."""
    return value is None or str(value).strip() in ("", "None")


@dataclasses.dataclass(frozen=True)
class Audience:
    """Who reads what is said while a work waits: how a line is printed, and which host it is about."""

    say: t.Callable[[str], None]
    host: str


class Receipt:
    """What has been done by now, for whoever has to tell of it, come what may: jobs started, something changed.

    ``audience`` is None where nobody reads lines: in a module, or with ``no_log``.
    """

    def __init__(self, audience: Audience | None = None) -> None:
        self.job_ids: list[str] = []
        self.changed = False
        self.image_id: str | None = None
        """The image that was made, as soon as its id is known."""
        self.left: str | None = None
        """A sentence about what a failure leaves behind, and how to go on with it."""
        self.audience = audience


class Work(t.Protocol):
    """What a module does. It runs wherever somebody brings its options and a client: in a module, or in an action."""

    @property
    def name(self) -> str:
        """Return the module's name."""

    def spec(self, environ: Environ | None = None) -> ArgumentSpec:
        """Return all its options; ``environ`` is the process's own unless given."""

    def run(self, client: ImsClient, params: Params, receipt: Receipt, *, dry: bool) -> Result:
        """Return the result. Raises ImsError."""

    def failure(self, error: Exception, params: Params, receipt: Receipt, texts: Texts) -> Result:
        """Return the result of a run that raised ``error``."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """A work that reads: a dry run is a run. ``read`` returns the result, but for what all of them have."""

    name: str
    own: ArgumentSpec
    read: t.Callable[[ImsClient, Params], Result]

    def spec(self, environ: Environ | None = None) -> ArgumentSpec:
        return with_environment(auth_spec(environ).merged(self.own), environ)

    def run(self, client: ImsClient, params: Params, receipt: Receipt, *, dry: bool) -> Result:
        before = client.requests
        result = self.read(client, params)
        return {"changed": False, "schema_violations": [], **result, "requests": client.requests - before}

    def failure(self, error: Exception, params: Params, receipt: Receipt, texts: Texts) -> Result:
        return failure(error, texts)
