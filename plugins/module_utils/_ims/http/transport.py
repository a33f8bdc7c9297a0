# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP exchange behind one method: kept-alive connections of urllib3, of which :mod:`requests` itself is made."""

from __future__ import annotations

import dataclasses
import re
import threading
import typing as t
import urllib.parse
import zlib

from ..errors import ImsError, NoAnswerError, OptionError, UnreadableAnswerError
from ..masking import NO_SECRETS
from .connections import Budget, TooLong, bounded
from .environment import REQUESTS_IMPORT_ERROR, Proxy, proxy_for, tls_options
from .failures import explained
from .hosts import is_host, is_link_local, is_loopback
from .request import Request, Response, Transport

__all__ = ["MAX_BODY_BYTES", "REQUESTS_IMPORT_ERROR", "HttpTransport", "Request", "Response", "Transport"]

try:
    import urllib3
    import urllib3.exceptions
except ImportError:
    # It comes with requests, whose absence is told.
    pass

MAX_BODY_BYTES = 4 * 1024 * 1024
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_CHUNK = 64 * 1024
_CONNECTIONS = 10
# What urllib3's own timeouts, of a single read or write, have more than the whole exchange: they must not win.
_MARGIN = 1.0
# What HTTP carries in a header: no line breaks, no blanks around it, and nothing beyond Latin-1.
_HEADER_VALUE = re.compile(r"(?:[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?")


@dataclasses.dataclass(frozen=True)
class _Route:
    """Where requests for one origin go: a pool of connections, and what stands before the path in the request line."""

    pool: t.Any
    prefix: str
    proxy: Proxy | None


class HttpTransport:
    """Carries requests over connections that stay open, each request within its total bound.

    Proxies and the CA bundle are looked up in ``environ`` (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE, ...), once for
    each origin. ``warn`` is told, once for each host, that requests to it go in the clear.
    """

    def __init__(
        self,
        *,
        verify: bool,
        ca_path: str | None,
        environ: t.Mapping[str, str],
        user_agent: str,
        warn: t.Callable[[str], None] = lambda text: None,
    ) -> None:
        self._tls = tls_options(verify=verify, ca_path=ca_path, environ=environ)
        self._environ = environ
        self._warn = warn
        self._routes: dict[tuple[str, str], _Route] = {}
        self._lock = threading.Lock()
        self.requests = 0
        self._retries = urllib3.Retry(False, redirect=False)
        # Added after the signature, since proxies change such headers.
        self._always = {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        if not verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def send(self, request: Request) -> Response:
        budget = Budget.of(request.timeout)
        route, path = self._route(request)
        headers = self._headers(request)
        with self._lock:
            self.requests += 1
        try:
            with budget.in_force():
                return self._exchange(request, route.pool, route.prefix + path, headers, budget.left() + _MARGIN)
        except ImsError:
            raise
        except TooLong as exc:
            raise _too_large(request.host) from exc
        except Exception as exc:
            # Whatever it is: what follows from it depends on whether the request has left.
            raise explained(exc, request, route.proxy, was_sent=budget.is_sent) from exc

    def _exchange(
        self, request: Request, pool: t.Any, target: str, headers: t.Mapping[str, str], patience: float
    ) -> Response:
        answer = pool.request(
            request.method,
            target,
            body=request.body or None,
            headers=headers,
            retries=self._retries,
            redirect=False,
            assert_same_host=False,
            timeout=urllib3.Timeout(connect=patience, read=patience),
            preload_content=False,
            decode_content=False,
        )
        try:
            # What is announced in an answer to HEAD does not come.
            body = _read_body(answer, request.host, 0 if request.method == "HEAD" else _announced(answer))
        finally:
            # A connection whose answer was read to its end is back in the pool by now, and stays open.
            answer.close()
        return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, body)

    def _headers(self, request: Request) -> dict[str, str]:
        for value in request.headers.values():
            if not _HEADER_VALUE.fullmatch(value):
                raise _unsendable(request)
        return {**self._always, **request.headers}

    def _route(self, request: Request) -> tuple[_Route, str]:
        try:
            parts = urllib.parse.urlsplit(request.url)
        except ValueError:
            raise OptionError(
                f"{NO_SECRETS.line(request.url)} is not a URL: check endpoint and iam_endpoint."
            ) from None
        origin = (parts.scheme, parts.netloc)
        with self._lock:
            route = self._routes.get(origin)
            is_new = route is None
            if route is None:
                route = self._routes[origin] = self._new_route(request.url, "://".join(origin))
        if is_new and parts.scheme == "http":
            self._warn_of_plain_http(parts.hostname or "")
        return route, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _new_route(self, url: str, origin: str) -> _Route:
        host = urllib.parse.urlsplit(url).hostname or ""
        if not is_host(host):
            raise OptionError(
                f'"{NO_SECRETS.line(host)}" is not the name of a host: check region, endpoint and iam_endpoint. A name'
                " has letters, digits and hyphens between its dots; other letters are written as xn--..."
            )
        proxy = proxy_for(url, self._environ)
        try:
            pool = self._pools(proxy).connection_from_url(origin)
        except (urllib3.exceptions.HTTPError, ValueError) as exc:
            raise OptionError(f"{origin} cannot be asked ({type(exc).__name__}): check region and endpoint.") from exc
        pool.ConnectionCls = bounded(pool.ConnectionCls)
        is_forwarded = proxy is not None and not proxy.is_socks and url.startswith("http:")
        return _Route(pool, origin if is_forwarded else "", proxy)

    def _pools(self, proxy: Proxy | None) -> t.Any:
        options: dict[str, t.Any] = {**self._tls, "maxsize": _CONNECTIONS}
        if proxy is None:
            return urllib3.PoolManager(**options)
        if not proxy.is_socks:
            return urllib3.ProxyManager(proxy.url, proxy_headers=proxy.headers, **options)
        try:
            from urllib3.contrib import socks
        except ImportError:
            raise OptionError(f"{proxy} speaks SOCKS, which needs the Python library PySocks.") from None
        return socks.SOCKSProxyManager(proxy.url, username=proxy.username, password=proxy.password, **options)

    def _warn_of_plain_http(self, host: str) -> None:
        if not is_loopback(host) and not is_link_local(host):
            self._warn(
                f"{host} is asked over plain http, which validate_certs: false (or HW_INSECURE, OS_INSECURE) allows:"
                " anybody on the way can read and change what is sent."
            )


def _unsendable(request: Request) -> NoAnswerError:
    # The value is not shown: it is a credential in most cases.
    why = f"a header for {request.host} has characters that HTTP cannot carry; check the credentials for line breaks"
    return NoAnswerError(why, is_transient=False, was_sent=False)


def _too_large(host: str) -> UnreadableAnswerError:
    return UnreadableAnswerError(f"the answer of {host} is larger than {MAX_BODY_BYTES} bytes")


def _read_body(answer: t.Any, host: str, announced: int) -> bytes:
    """Read at most MAX_BODY_BYTES, before and after inflation, and make sure that nothing is missing."""
    if announced > MAX_BODY_BYTES:
        raise _too_large(host)
    raw = bytearray()
    for chunk in answer.stream(_CHUNK, decode_content=False):
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise _too_large(host)
    if len(raw) < announced:
        # urllib3 1.26, which old distributions carry, does not check this by itself.
        raise NoAnswerError(f"the answer of {host} broke off after {len(raw)} of {announced} bytes")
    if raw and answer.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip"):
        return _inflate(bytes(raw), host)
    return bytes(raw)


def _announced(answer: t.Any) -> int:
    """Return how many bytes of a body are announced at least, and 0 where nothing is announced."""
    digits = answer.headers.get("Content-Length", "").strip()
    if not (digits.isascii() and digits.isdecimal()) or answer.status < 200 or answer.status in (204, 304):
        return 0
    # Python refuses to make a number of thousands of digits.
    return int(digits.lstrip("0")[:20] or "0")


def _inflate(data: bytes, host: str) -> bytes:
    inflater = zlib.decompressobj(_GZIP_WINDOW)
    try:
        body = inflater.decompress(data, MAX_BODY_BYTES)
    except zlib.error as exc:
        raise UnreadableAnswerError(f"the answer of {host} says that it is gzip, and is not: {exc}") from exc
    if inflater.unconsumed_tail:
        raise UnreadableAnswerError(f"the answer of {host} inflates to more than {MAX_BODY_BYTES} bytes")
    if not inflater.eof:
        raise NoAnswerError(f"the compressed answer of {host} broke off")
    return body
