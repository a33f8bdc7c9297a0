# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface to the simulator as a whole."""

from __future__ import annotations

import typing as t

from ..values import changed, to_json
from ..wire.messages import Response, as_json
from ..wire.routes import Answer, Call
from .bodies import body_of

if t.TYPE_CHECKING:
    from ..simulator import Simulator


class Whole:
    """Health, accounts, reset, clock and settings."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator

    def routes(self) -> tuple[tuple[str, str, Answer], ...]:
        """What answers each request."""
        return (
            ("GET", "health", self._health),
            ("GET", "account", self._account),
            ("GET", "accounts", self._accounts),
            ("GET", "regions", self._regions),
            ("POST", "reset", self._reset),
            ("GET", "clock", self._clock),
            ("POST", "clock", self._advance),
            ("GET", "settings", self._settings),
            ("PATCH", "settings", self._configure),
        )

    def _health(self, call: Call) -> Response:
        sim = self._sim
        told: dict[str, t.Any] = {
            "status": "ok",
            "url": sim.url,
            "jobs": len(sim.cloud.jobs),
            "requests": sim.requests.total,
        }
        told.update(now=sim.clock.now(), connections=sim.connections, internal_errors=sim.internal_errors)
        return as_json(200, told)

    def _account(self, call: Call) -> Response:
        return as_json(200, self._told("main"))

    def _accounts(self, call: Call) -> Response:
        return as_json(200, {name: self._told(name) for name in self._sim.accounts})

    def _told(self, name: str) -> dict[str, t.Any]:
        account = self._sim.accounts[name]
        return {**to_json(account), "environment": account.environment(self._sim.url)}

    def _regions(self, call: Call) -> Response:
        """Each region has a port of its own, which is opened when it is asked for."""
        return as_json(200, {region: self._sim.url_of(region) for region in self._sim.regions})

    def _reset(self, call: Call) -> Response:
        self._sim.reset()
        return as_json(200, {})

    def _clock(self, call: Call) -> Response:
        return as_json(200, {"now": self._sim.clock.now(), "wall": self._sim.clock.wall()})

    def _advance(self, call: Call) -> Response:
        self._sim.clock.advance(float(body_of(call)["advance"]))
        return self._clock(call)

    def _settings(self, call: Call) -> Response:
        return as_json(200, to_json(self._sim.settings))

    def _configure(self, call: Call) -> Response:
        self._sim.settings = changed(self._sim.settings, body_of(call))
        return self._settings(call)
