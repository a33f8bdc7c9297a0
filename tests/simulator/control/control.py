# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface: what tests do to the simulated cloud, as JSON over HTTP."""

from __future__ import annotations

import re
import typing as t

from ..iam.identity import NO_PROJECT
from ..wire.messages import Request, Response, as_json
from ..wire.routes import Call, Route, Routes
from .credentials import Credentials
from .jobs import Jobs
from .mishaps import Mishaps
from .state import State
from .whole import Whole

if t.TYPE_CHECKING:
    from ..simulator import Simulator

_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})


class Control:
    """Routes under /_simulator/; no credentials are needed, but they are for local clients only."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator
        groups = (Whole(simulator), Jobs(simulator), Mishaps(simulator), State(simulator), Credentials(simulator))
        self._routes = Routes(
            Route(method, f"/_simulator/{path}", answer) for group in groups for method, path, answer in group.routes()
        )

    def answer(self, request: Request) -> Response:
        """The response; mistakes of the client are told as {"error": sentence}."""
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        if host not in _LOCAL_NAMES:
            # A page in a browser could otherwise reach this under a name that it controls.
            return as_json(403, {"error": f"The control interface answers to local names only, not to {host!r}."})
        found = self._routes.find(request.method, request.path)
        if found is None:
            return as_json(404, {"error": f"There is no {request.method} {request.path}."})
        try:
            with self._sim.cloud.lock:
                return found[0].answer(Call(request, found[1], NO_PROJECT))
        except KeyError as missing:
            return as_json(404, {"error": f"There is no {missing.args[0]!r}."})
        except (ValueError, TypeError, re.error) as wrong:
            return as_json(400, {"error": str(wrong)})
