# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The cloud as the collection reaches it: its credentials, its transport, and each answer as it came."""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import VERSION, connect, credentials_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.calls import quoted
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.clock import Clock
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ApiError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request, Response
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.responses import api_error
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.signing import canonical_query
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.transport import HttpTransport
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.deviations import OddAnswers
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import Options
from ansible_collections.huaweicloud.ims.tests.live.anonymous import as_json, kind_of_text
from ansible_collections.huaweicloud.ims.tests.live.recordings import Recorder

TIMEOUT = 60.0


@dataclasses.dataclass(frozen=True)
class Answer:
    """``body`` is None where it is no JSON; ``form`` says what it is then."""

    status: int
    headers: t.Mapping[str, str]
    body: t.Any
    form: str
    error: ApiError | None

    @property
    def code(self) -> str | None:
        return self.error.code if self.error is not None else None

    @property
    def is_unpublished(self) -> bool:
        return self.error is not None and self.error.is_unpublished_api

    def __str__(self) -> str:
        """Return what may stand in a report: never a text of the cloud, which may name things."""
        code = f" {self.code}" if self.code not in (None, str(self.status)) else ""
        return f"HTTP {self.status}{code}" + ("" if self.form == "json" else f" ({self.form})")


class Cloud:
    """Asks IMS and IAM in the name of the options, and records each answer."""

    def __init__(self, options: Options, environ: t.Mapping[str, str], clock: Clock, recorder: Recorder) -> None:
        self.options = options
        self.environ = environ
        self.clock = clock
        self._environ = environ
        self._recorder = recorder
        self._transport = HttpTransport(
            verify=options.validate_certs,
            ca_path=options.ca_path,
            environ=environ,
            user_agent=f"ansible-huaweicloud.ims-live/{VERSION}",
            warn=print,
        )
        self._credentials = credentials_for(options, self._transport, clock, print, OddAnswers())

    @functools.cached_property
    def project_id(self) -> str:
        """The project's id, as the collection finds it. Raises ImsError."""
        client = connect(self.options, self._environ, self.clock, print)
        try:
            return client.find_project_id() or ""
        finally:
            client.close()

    def ask(
        self,
        api: str,
        method: str,
        path: str,
        *,
        query: t.Mapping[str, str] | None = None,
        body: t.Any = None,
        host: str | None = None,
        headers: t.Mapping[str, str] | None = None,
        at: datetime.datetime | None = None,
        is_open: bool = False,
        names: t.Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request and return its answer, whatever it says; ``{names}`` in the path are filled in.

        ``at`` is the time of the signature. ``is_open``: without credentials. Raises NoAnswerError and the like.
        """
        filled = path.format(
            **{name: quoted(value) for name, value in {"project_id": self.project_id, **(names or {})}.items()}
        )
        url = f"{host or self.options.endpoint}{filled}"
        url += f"?{canonical_query(query.items())}" if query else ""
        content = "" if body is None else json.dumps(body)
        kind = "application/json;charset=utf-8" if content else "application/json"
        told = {"Content-Type": kind, **({"X-Project-Id": self.project_id} if host is None else {}), **(headers or {})}
        request = Request(method, url, told, content.encode(), TIMEOUT)
        if not is_open:
            request = self._credentials.authorize(request, at or self.clock.utc())
        response = self._transport.send(request)
        self._recorder.add((api, method, path, sorted(query or ())), response.status, response.headers, response.body)
        return self._answer(response, api)

    def _answer(self, response: Response, api: str) -> Answer:
        error = None if response.status < 400 else api_error(response, api, NO_SECRETS, self.clock.utc())
        try:
            body, form = as_json(response.body), "json"
        except ValueError:
            body, form = None, kind_of_text(response.body)
        return Answer(response.status, response.headers, body, form, error)
