# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to IMS in one region and project: each bounded as a whole, with all that it needs first."""

from __future__ import annotations

import json
import typing as t
import urllib.parse

from ..clock import Clock
from ..errors import ApiError, NoAnswerError, OptionError
from ..http.exchange import Exchange
from ..http.request import Request
from ..schema.jobs import START_SCHEMA
from ..schema.parts import Schema
from ..schema.validation import Checked
from .project import Project
from .starts import StartCall


class Calls:
    """Asks and tells IMS by paths. ``timeout`` bounds one call as a whole, in seconds. All methods raise ImsError."""

    def __init__(self, exchange: Exchange, clock: Clock, project: Project, endpoint: str, timeout: float) -> None:
        self.clock = clock
        self._exchange = exchange
        self._project = project
        self._endpoint = endpoint
        self._timeout = timeout

    def deadline(self, timeout: float | None = None) -> float:
        """Return when a call that begins now has to be over; ``timeout`` can only shorten it."""
        return self.clock.now() + (self._timeout if timeout is None else min(self._timeout, timeout))

    def left(self, deadline: float) -> float:
        left = deadline - self.clock.now()
        if left <= 0:
            raise NoAnswerError("the time was up before the request could be sent", was_sent=False)
        return left

    def project_id(self, deadline: float) -> str | None:
        """Return the project's id, None where there is no way to get it."""
        return self._project.find(self.left(deadline))

    def path_in_project(self, path: str, deadline: float | None = None) -> str:
        """Return a path with the project's id in place of ``{project_id}``."""
        project_id = self.project_id(self.deadline() if deadline is None else deadline)
        if project_id is None:
            raise OptionError("project_id: this needs the project's id, or region to look it up by.")
        return path.replace("{project_id}", quoted(project_id))

    def ask(self, path: str, schema: Schema, api: str, timeout: float | None = None) -> Checked:
        """Return what a GET is answered with."""
        deadline = self.deadline(timeout)
        return self.send(self.request("GET", path, deadline, self.project_id(deadline)), schema, api)

    def read(self, path: str, schema: Schema, api: str, deadline: float, project_id: str | None) -> Checked | None:
        """Return the answer, or None when the cloud itself says that it knows no such thing."""
        try:
            return self.send(self.request("GET", path, deadline, project_id), schema, api)
        except ApiError as exc:
            if exc.status == 404 and not exc.is_unpublished_api and not exc.is_page:
                return None
            raise

    def change(self, method: str, path: str, body: t.Any, schema: Schema, api: str) -> Checked:
        """Send a body, and return what it is answered with."""
        return self.send(self._with_body(method, path, body), schema, api)

    def tell(self, method: str, path: str, body: t.Any, api: str) -> None:
        """Send a body whose answer has none: HTTP 204."""
        self._exchange.send_empty(self._with_body(method, path, body), api)

    def start(self, call: StartCall) -> str:
        """Send a request that starts a job, once, and return the job's id."""
        return str(self.change(call.method, call.path, call.body, START_SCHEMA, call.api).body["job_id"]).strip()

    def send(self, request: Request, schema: Schema, api: str) -> Checked:
        return self._exchange.send_json(request, schema, api)

    def request(self, method: str, path: str, deadline: float, project_id: str | None, body: bytes = b"") -> Request:
        headers = {"Content-Type": "application/json;charset=utf-8" if body else "application/json"}
        if project_id is not None:
            headers["X-Project-Id"] = project_id
        return Request(method, self._endpoint + path, headers, body, self.left(deadline))

    def _with_body(self, method: str, path: str, body: t.Any) -> Request:
        deadline = self.deadline()
        return self.request(method, path, deadline, self.project_id(deadline), json.dumps(body).encode())


def quoted(text: str) -> str:
    """Return text as one segment of a path."""
    return urllib.parse.quote(text, safe="")
