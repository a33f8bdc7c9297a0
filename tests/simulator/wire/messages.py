# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP requests and responses as values."""

from __future__ import annotations

import dataclasses
import functools
import json
import time
import typing as t
import urllib.parse

RESET = "reset"
CUT = "cut"
TRICKLE = "trickle"
WHOLE = "whole"

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclasses.dataclass(frozen=True)
class Delivery:
    """How a response goes out on the wire; only a fault asks for anything but `whole`."""

    how: str = WHOLE
    share: float = 1.0
    pause: float = 0.0
    # Of `trickle`: which part is slow.
    phase: str = WHOLE
    # Answers of the class 1xx before the true one.
    interim: tuple[int, ...] = ()
    # The size that the one chunk of the body claims to have.
    chunk_size: str | None = None


@dataclasses.dataclass(frozen=True)
class Request:
    """A request as it was received."""

    method: str
    target: str
    header_pairs: tuple[tuple[str, str], ...]
    body: bytes
    request_id: str
    wall: float
    # The region whose endpoint was asked, and whether that was by TLS.
    region: str = ""
    secure: bool = False

    @functools.cached_property
    def headers(self) -> dict[str, str]:
        """Header values by lower-case name; values of a repeated name are joined with commas."""
        found: dict[str, str] = {}
        for name, value in self.header_pairs:
            key = name.lower()
            found[key] = f"{found[key]},{value.strip()}" if key in found else value.strip()
        return found

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]

    @property
    def parameters(self) -> dict[str, str]:
        """Query parameters; the last of a repeated name wins."""
        return dict(urllib.parse.parse_qsl(self.query, keep_blank_values=True))

    @property
    def base_url(self) -> str:
        return f"{'https' if self.secure else 'http'}://{self.headers.get('host', 'localhost')}"

    def json(self) -> t.Any:
        """The decoded body; ValueError if it is not JSON in UTF-8."""
        return json.loads(self.body.decode("utf-8"))


@dataclasses.dataclass(frozen=True)
class Response:
    """A response before the server adds Date, request id and Content-Length."""

    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()
    delivery: Delivery = Delivery()

    def json(self) -> t.Any:
        """The decoded body; ValueError if it is not JSON, or JSON that is nested deeper than Python reads."""
        try:
            return json.loads(self.body)
        except RecursionError as error:
            raise ValueError("The body is nested too deep.") from error

    def json_object(self) -> dict[str, t.Any] | None:
        """The decoded body, if it is a JSON object."""
        try:
            payload = self.json()
        except ValueError:
            return None
        return payload if isinstance(payload, dict) else None

    def with_headers(self, headers: t.Mapping[str, str]) -> Response:
        """The same with these headers, which replace those of the same name."""
        replaced = {name.lower() for name in headers}
        kept = tuple(pair for pair in self.headers if pair[0].lower() not in replaced)
        return dataclasses.replace(self, headers=kept + tuple(headers.items()))


def as_json(status: int, payload: t.Any, headers: t.Mapping[str, str] | None = None) -> Response:
    """A JSON response."""
    body = json.dumps(payload, ensure_ascii=False).encode("utf-8")
    pairs = (("Content-Type", "application/json"), *(headers or {}).items())
    return Response(status, body, pairs)


def as_text(status: int, text: str, content_type: str = "text/plain") -> Response:
    """A response that is not JSON."""
    return Response(status, text.encode("utf-8"), (("Content-Type", content_type),))


def http_date(seconds: float) -> str:
    """The format of the Date header, whatever the locale is."""
    moment = time.gmtime(seconds)
    day, month = _DAYS[moment.tm_wday], _MONTHS[moment.tm_mon - 1]
    return f"{day}, {moment.tm_mday:02d} {month} {moment.tm_year} {time.strftime('%H:%M:%S', moment)} GMT"
