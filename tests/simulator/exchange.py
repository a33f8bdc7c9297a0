# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a request to its response: the log, the faults, the gateway and the headers that every answer has."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
import threading
import traceback
import typing as t

from .clock import Clock
from .faults import damage
from .faults.fault import INSTEAD, Fault, Faults
from .gateway import Gateway
from .wire.messages import RESET, Request, Response, as_json, http_date
from .wire.request_log import LoggedRequest, RequestLog

CONTROL_PREFIX = "/_simulator/"
_IAM_PREFIX = "/v3"
_JOB_PLACES = ("jobs", "job")


class Exchange:
    """Answers one request after the other; knows nothing of sockets."""

    def __init__(
        self,
        *,
        clock: Clock,
        gateway: Gateway,
        control: t.Callable[[Request], Response],
        faults: Faults,
        log: RequestLog,
    ) -> None:
        self._clock = clock
        self._gateway = gateway
        self._control = control
        self._faults = faults
        self._log = log
        self.stopping = threading.Event()
        # Mistakes of the simulator itself; tests expect none.
        self.internal_errors: list[str] = []

    def drops_connection(self) -> bool:
        """Whether a fault wants a new connection to be closed at once."""
        return self._faults.strike_connection()

    def respond(
        self,
        method: str,
        target: str,
        headers: t.Sequence[tuple[str, str]],
        body: bytes,
        *,
        region: str = "",
        secure: bool = False,
    ) -> Response:
        """The response with all its headers but Content-Length."""
        request = Request(
            method, target, tuple(headers), body, secrets.token_hex(16), self._clock.wall(), region, secure
        )
        try:
            response = self._answered(request)
        except Exception:  # the thread of a connection must live on
            self.internal_errors.append(traceback.format_exc())
            response = as_json(500, {"simulator_error": self.internal_errors[-1]})
        return response

    def _answered(self, request: Request) -> Response:
        if request.path.startswith(CONTROL_PREFIX):
            return _completed(self._control(request), request)
        job_id = _job_id_of(request.path)
        entry = self._log.add(request, self._gateway.route_of(request), job_id)
        faults = self._faults.strike(request, job_id)
        entry.faults = tuple(fault.kind for fault in faults)
        request = self._before(request, faults)
        response = self._carried_out(request, faults)
        _note(entry, response)
        return _completed(response, request)

    def _before(self, request: Request, faults: t.Sequence[Fault]) -> Request:
        for fault in faults:
            if fault.kind == "delay":
                self.stopping.wait(fault.seconds)
            elif fault.kind == "wrong_clock":
                request = dataclasses.replace(request, wall=request.wall + fault.seconds)
        return request

    def _carried_out(self, request: Request, faults: t.Sequence[Fault]) -> Response:
        instead = next((fault for fault in faults if fault.kind in INSTEAD), None)
        if instead is None or instead.after_work:
            response = self._gateway.answer(request)
        if instead is not None:
            response = damage.instead(instead, request)
        for fault in faults:
            if fault.kind not in INSTEAD:
                response = damage.after(fault, request, response)
        return response


def _job_id_of(path: str) -> str | None:
    parts = path.split("/")
    return parts[-1] if len(parts) > 2 and parts[-2] in _JOB_PLACES else None


def _note(entry: LoggedRequest, response: Response) -> None:
    """Log how a request was answered, and the id of a job that it started, as far as a fault left that readable."""
    entry.status = 0 if response.delivery.how == RESET else response.status
    if entry.job_id is None and response.status == 200 and response.body.startswith(b'{"job_id"'):
        with contextlib.suppress(ValueError):
            entry.job_id = str(response.json()["job_id"]).strip()


def _completed(response: Response, request: Request) -> Response:
    trace = "X-IAM-Trace-Id" if request.path.startswith(_IAM_PREFIX) else "X-Request-Id"
    told = {name.lower() for name, _value in response.headers}
    extra = {"Date": http_date(request.wall), trace: request.request_id, "Server": "ims-simulator"}
    return response.with_headers({name: value for name, value in extra.items() if name.lower() not in told})
