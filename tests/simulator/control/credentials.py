# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface to what IAM has issued."""

from __future__ import annotations

import dataclasses
import typing as t

from ..account import Account
from ..wire.messages import Response, as_json
from ..wire.routes import Answer, Call
from .bodies import body_of

if t.TYPE_CHECKING:
    from ..simulator import Simulator


class Credentials:
    """Issue tokens, temporary keys and id tokens for any of the accounts, and let them expire."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator

    def routes(self) -> tuple[tuple[str, str, Answer], ...]:
        """What answers each request."""
        return (
            ("POST", "tokens", self._issue_token),
            ("POST", "tokens/expire", self._expire),
            ("POST", "temporary_keys", self._issue_keys),
            ("POST", "id_tokens", self._issue_id_token),
        )

    def _issue_token(self, call: Call) -> Response:
        body = dict(body_of(call, frozenset({"seconds", "project_name", "scoped", "account"})))
        token = self._sim.identity.issue_token(account=self._account(body), **body)
        return as_json(201, _without_account(token))

    def _issue_keys(self, call: Call) -> Response:
        body = dict(body_of(call, frozenset({"seconds", "account"})))
        return as_json(
            201, _without_account(self._sim.identity.issue_temporary_keys(account=self._account(body), **body))
        )

    def _issue_id_token(self, call: Call) -> Response:
        body = body_of(call, frozenset({"seconds"}))
        return as_json(201, {"id_token": self._sim.identity.issue_id_token(**body)})

    def _expire(self, call: Call) -> Response:
        identity = self._sim.identity
        identity.expire_tokens()
        identity.expire_temporary_keys()
        identity.expire_id_tokens()
        return as_json(200, {})

    def _account(self, body: dict[str, t.Any]) -> Account:
        return self._sim.accounts[body.pop("account", "main")]


def _without_account(issued: t.Any) -> dict[str, t.Any]:
    return {name: value for name, value in dataclasses.asdict(issued).items() if name != "account"}
