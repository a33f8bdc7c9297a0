# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A response as it goes out: piece by piece, in all the ways in which that can go wrong."""

from __future__ import annotations

import http
import itertools
import typing as t

from .messages import CUT, TRICKLE, Response

_NO_BODY = frozenset({204, 304})
# A piece of bytes, and how many seconds to wait after it.
Piece = tuple[bytes, float]
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


def pieces(response: Response, *, closing: bool, without_body: bool) -> t.Iterator[Piece]:
    """What goes out; some of it never ends, until the client or the simulator does."""
    delivery = response.delivery
    for status in delivery.interim:
        yield f"HTTP/1.1 {status} {_phrase(status)}\r\n\r\n".encode("ascii"), 0.0
    body = b"" if without_body else response.body
    head = _head(response, closing)
    if delivery.how == TRICKLE:
        yield from _PHASES[delivery.phase](head, body, delivery.pause)
    elif delivery.how == CUT:
        yield head + body[: int(len(response.body) * delivery.share)], 0.0
    elif delivery.chunk_size is not None:
        yield head + _chunk(body, delivery.chunk_size) + b"0\r\n\r\n", 0.0
    else:
        yield head + body, 0.0


def _phrase(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def _head(response: Response, closing: bool) -> bytes:
    lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    told = {name.lower() for name, _value in response.headers}
    if _is_chunked(response):
        lines.append("Transfer-Encoding: chunked")
    elif response.status not in _NO_BODY and "content-length" not in told:
        lines.append(f"Content-Length: {len(response.body)}")
    if closing:
        lines.append("Connection: close")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


def _is_chunked(response: Response) -> bool:
    delivery = response.delivery
    return delivery.chunk_size is not None or (delivery.how == TRICKLE and delivery.phase in CHUNKED)


def _chunk(body: bytes, size: str | None = None) -> bytes:
    return f"{size or format(len(body), 'x')}\r\n".encode("ascii") + body + b"\r\n"


def _slowly(data: bytes, pause: float) -> t.Iterator[Piece]:
    for index in range(len(data)):
        yield data[index : index + 1], pause


def _whole(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    yield from _slowly(head + body, pause)


def _status_line(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    line, _end, rest = head.partition(b"\r\n")
    yield from _slowly(line + b"\r\n", pause)
    yield rest + body, 0.0


def _header_bytes(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    line, _end, rest = head.partition(b"\r\n")
    yield line + b"\r\n", 0.0
    yield from _slowly(rest, pause)
    yield body, 0.0


def _header_lines(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    yield head[: -len(b"\r\n")], pause
    for number in itertools.count():
        yield f"X-More-{number}: and more\r\n".encode("ascii"), pause


def _body(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    yield head, pause
    yield from _slowly(body, pause)


def _chunks(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    yield head, pause
    for index in range(len(body)):
        yield _chunk(body[index : index + 1]), pause
    # Blanks at the end leave JSON what it is.
    while True:
        yield _chunk(b" "), pause


def _chunk_extension(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    yield head + format(len(body), "x").encode("ascii") + b";more=", pause
    while True:
        yield b"x", pause


def _trailers(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    yield head + _chunk(body) + b"0\r\n", pause
    for number in itertools.count():
        yield f"X-Trailer-{number}: and more\r\n".encode("ascii"), pause


def _continue(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    while True:
        yield _CONTINUE, pause


def _silent(head: bytes, body: bytes, pause: float) -> t.Iterator[Piece]:
    while True:
        yield b"", pause or 1.0


# Those after the first five never end.
_PHASES: t.Mapping[str, t.Callable[[bytes, bytes, float], t.Iterator[Piece]]] = {
    "whole": _whole,
    "status_line": _status_line,
    "header_bytes": _header_bytes,
    "body": _body,
    "header_lines": _header_lines,
    "chunks": _chunks,
    "chunk_extension": _chunk_extension,
    "trailers": _trailers,
    "continue": _continue,
    "silent": _silent,
}
PHASES = tuple(_PHASES)
CHUNKED = frozenset({"chunks", "chunk_extension", "trailers"})
