# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say in people's words what kept an answer away."""

from __future__ import annotations

import http.client
import re
import socket
import ssl
import typing as t

from ..errors import NoAnswerError
from .connections import Late
from .environment import Proxy
from .request import Request

# The words of http.client, for a proxy that does not connect.
_TUNNEL = re.compile(r"Tunnel connection failed: (\d{3})")
# Of a proxy's refusals, those that may be over a moment later.
_PASSING = frozenset({"408", "425", "429"})


def explained(error: BaseException, request: Request, proxy: Proxy | None, *, was_sent: bool) -> NoAnswerError:
    """Return the error that stands for any other one. Whether the request was sent is known, not guessed from it."""
    causes = list(_causes(error))
    host = request.host
    if was_sent:
        return NoAnswerError(_lost(causes, host, request.timeout), was_sent=True)
    for cause in causes:
        # By its name where Python has none of its own: urllib3 before 2 brings one.
        if isinstance(cause, ssl.CertificateError) or type(cause).__name__ == "CertificateError":
            why = f"the certificate of {host} is not trusted: {getattr(cause, 'verify_message', None) or cause}"
            remedy = "set ca_path to the CA that signed it, or check endpoint"
            return NoAnswerError(f"{why}; {remedy}", is_transient=False, was_sent=False)
        if isinstance(cause, socket.gaierror):
            why = _unresolved(host, proxy)
            return NoAnswerError(why, is_transient=cause.errno == socket.EAI_AGAIN, was_sent=False)
        refusal = _TUNNEL.search(str(cause)) if proxy and isinstance(cause, OSError) else None
        if refusal:
            status = refusal.group(1)
            why = f"{proxy} did not let the request to {host} through (HTTP {status})"
            is_transient = not status.startswith("4") or status in _PASSING
            return NoAnswerError(why, is_transient=is_transient, was_sent=False)
    return NoAnswerError(_unreached(causes, host, proxy, request.timeout), was_sent=False)


def _unresolved(host: str, proxy: Proxy | None) -> str:
    if proxy:
        return f"the host name of {proxy} cannot be resolved; check {proxy.variable} and this machine's DNS"
    return f"the host name of {host} cannot be resolved; check region, endpoint and this machine's DNS"


def _unreached(causes: list[BaseException], host: str, proxy: Proxy | None, timeout: float) -> str:
    way = f"{host} through {proxy}" if proxy else host
    if _first(causes, Late, socket.timeout):
        return f"no connection to {way} within {_seconds(timeout)}"
    if _first(causes, ConnectionRefusedError):
        return f"connection refused by {proxy or host}"
    broken = _first(causes, ssl.SSLError)
    if broken:
        return f"the TLS connection to {way} broke: {broken}"
    if _first(causes, ConnectionResetError):
        return f"the connection to {way} was closed before anything was sent"
    return f"no connection to {way}: {_reason(causes)}"


def _lost(causes: list[BaseException], host: str, timeout: float) -> str:
    if _first(causes, Late, socket.timeout):
        return f"no answer from {host} within {_seconds(timeout)}"
    broken = _first(causes, ssl.SSLError)
    if broken:
        return f"the TLS connection to {host} broke: {broken}"
    # Before its parent, ConnectionResetError.
    if _first(causes, http.client.RemoteDisconnected, http.client.IncompleteRead):
        return f"{host} closed the connection before the answer was whole"
    if _first(causes, ConnectionResetError):
        return f"{host} reset the connection"
    if _first(causes, OSError):
        return f"the connection to {host} broke: {_reason(causes)}"
    return f"no valid HTTP answer from {host} ({type(causes[-1]).__name__})"


def _reason(causes: list[BaseException]) -> str:
    """Return the words of the operating system, and else the kind of the first cause: its text may have anything."""
    words = (cause.strerror for cause in causes if isinstance(cause, OSError))
    return next((text for text in words if text), type(causes[-1]).__name__)


def _first(causes: list[BaseException], *kinds: type[BaseException]) -> BaseException | None:
    return next((cause for cause in causes if isinstance(cause, kinds)), None)


def _seconds(timeout: float) -> str:
    return f"{max(0.01, round(timeout, 2)):g} s"


def _causes(error: BaseException) -> t.Iterator[BaseException]:
    """Yield an error and all that it wraps, the first cause last: urllib3 hides it in ``reason`` or ``args``."""
    seen: set[int] = set()
    queue: list[t.Any] = [error]
    while queue:
        item = queue.pop(0)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        queue += [getattr(item, "reason", None), item.__cause__, item.__context__, *item.args]
