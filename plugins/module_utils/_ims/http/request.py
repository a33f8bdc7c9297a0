# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes over the wire, and what carries it; known to all of this room, and to no HTTP library."""

from __future__ import annotations

import dataclasses
import typing as t
import urllib.parse


@dataclasses.dataclass(frozen=True)
class Request:
    """A request, ready to be sent. ``url`` is absolute, its query canonical.

    ``timeout`` is the total bound, in seconds: for the name's look-up, the connection, TLS, headers and body.
    ``resource`` is what a signature says in place of the URL, where it is not that of API Gateway.
    """

    method: str
    url: str
    headers: t.Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    body: bytes = dataclasses.field(default=b"", repr=False)
    timeout: float = 30.0
    resource: str = ""

    def with_headers(self, headers: t.Mapping[str, str]) -> Request:
        return dataclasses.replace(self, headers={**self.headers, **headers})

    def within(self, timeout: float) -> Request:
        return dataclasses.replace(self, timeout=timeout)

    @property
    def host(self) -> str:
        """Return ``name:port``, as people need it in messages."""
        parts = urllib.parse.urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or (80 if parts.scheme == 'http' else 443)}"


@dataclasses.dataclass(frozen=True)
class Response:
    """A whole answer. Header names are lower case."""

    status: int
    headers: t.Mapping[str, str] = dataclasses.field(repr=False)
    body: bytes = dataclasses.field(repr=False)

    @property
    def request_id(self) -> str | None:
        """Return what the cloud calls this request, as it came."""
        names = ("x-obs-request-id", "x-request-id", "x-iam-trace-id")
        return next((self.headers[name] for name in names if self.headers.get(name)), None)


class Transport(t.Protocol):
    """What carries requests. It never follows redirects and never repeats a request."""

    requests: int
    """How many were sent."""

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status, within ``request.timeout``.

        Raises NoAnswerError, UnreadableAnswerError, and OptionError where no answer can ever come.
        """
