# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface to faults, and to the log of what was asked."""

from __future__ import annotations

import typing as t

from ..faults import Fault
from ..values import from_json
from ..wire.messages import Response, as_json
from ..wire.routes import Answer, Call
from .bodies import body_of

if t.TYPE_CHECKING:
    from ..simulator import Simulator

_LOG_FILTERS = ("method", "path", "job_id", "route")
_SHOWN_REQUESTS = 100


class Mishaps:
    """Set faults, and see which requests they hit."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator

    def routes(self) -> tuple[tuple[str, str, Answer], ...]:
        """What answers each request."""
        return (
            ("GET", "faults", self._list),
            ("POST", "faults", self._add),
            ("DELETE", "faults", self._clear),
            ("DELETE", "faults/{fault_id}", self._remove),
            ("GET", "requests", self._list_requests),
            ("DELETE", "requests", self._clear_requests),
        )

    def _list(self, call: Call) -> Response:
        return as_json(200, {"faults": [active.to_json() for active in self._sim.faults]})

    def _add(self, call: Call) -> Response:
        return as_json(201, {"id": self._sim.faults.add(from_json(Fault, body_of(call)))})

    def _clear(self, call: Call) -> Response:
        self._sim.faults.clear()
        return as_json(200, {})

    def _remove(self, call: Call) -> Response:
        self._sim.faults.remove(call.places["fault_id"])
        return as_json(200, {})

    def _list_requests(self, call: Call) -> Response:
        parameters, log = call.request.parameters, self._sim.requests
        wanted: dict[str, t.Any] = {name: parameters[name] for name in _LOG_FILTERS if name in parameters}
        if "status" in parameters:
            wanted["status"] = int(parameters["status"])
        found, limit = log.find(**wanted), int(parameters.get("limit", _SHOWN_REQUESTS))
        shown = [entry.to_json() for entry in found[max(len(found) - limit, 0) :]]
        return as_json(200, {"total": log.total, "count": len(found), **log.counts(**wanted), "requests": shown})

    def _clear_requests(self, call: Call) -> Response:
        self._sim.requests.clear()
        return as_json(200, {})
