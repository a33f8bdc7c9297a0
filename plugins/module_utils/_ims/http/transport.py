# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP exchange behind one method. The only file of the collection that imports :mod:`requests`."""

from __future__ import annotations

import dataclasses
import ipaddress
import os
import re
import socket
import ssl
import threading
import typing as t
import urllib.parse
import zlib

from ..errors import NoAnswerError, OptionError, UnreadableAnswerError

try:
    import requests
    import requests.adapters
    import requests.utils
    import urllib3
    import urllib3.exceptions
except ImportError as exc:
    REQUESTS_IMPORT_ERROR: ImportError | None = exc
else:
    REQUESTS_IMPORT_ERROR = None

MAX_BODY_BYTES = 4 * 1024 * 1024
_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_CHUNK = 64 * 1024
# What HTTP carries in a header: no line breaks, no blanks around it, and nothing beyond Latin-1.
_HEADER_VALUE = re.compile(r"(?! )(?!\t)[\t\x20-\x7e\x80-\xff]*")


@dataclasses.dataclass(frozen=True)
class Request:
    """A request, ready to be sent. ``url`` is absolute, its query canonical; ``timeout`` is in seconds."""

    method: str
    url: str
    headers: t.Mapping[str, str] = dataclasses.field(default_factory=dict, repr=False)
    body: bytes = dataclasses.field(default=b"", repr=False)
    timeout: float = 30.0

    def with_headers(self, headers: t.Mapping[str, str]) -> Request:
        return dataclasses.replace(self, headers={**self.headers, **headers})

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
        return self.headers.get("x-request-id") or self.headers.get("x-iam-trace-id")


class Transport(t.Protocol):
    """What carries requests. It never follows redirects and never repeats a request."""

    requests: int
    """How many were sent."""

    def send(self, request: Request) -> Response:
        """Return the answer, whatever its status; raise NoAnswerError or UnreadableAnswerError."""


@dataclasses.dataclass(frozen=True)
class _Route:
    """Where requests for one origin go: a pool of connections, and what stands before the path in the request line."""

    pool: t.Any
    prefix: str


class RequestsTransport:
    """Kept-alive connections, as :mod:`requests` makes them and urllib3 carries them.

    What requests decides anew for every single request is decided once for each origin: the pool with its TLS settings
    and the proxy, which is looked up in ``environ`` (HTTPS_PROXY, NO_PROXY, ...) as the CA bundle is
    (REQUESTS_CA_BUNDLE, ...). That halves the CPU time of a poll.
    """

    def __init__(self, *, verify: bool, ca_path: str | None, environ: t.Mapping[str, str], user_agent: str) -> None:
        bundle = ca_path or environ.get("REQUESTS_CA_BUNDLE") or environ.get("CURL_CA_BUNDLE") or True
        self._verify: bool | str = bundle if verify else False
        if isinstance(self._verify, str) and not os.path.exists(self._verify):
            raise OptionError(f"ca_path: there is no file or folder {self._verify} (ca_path, or REQUESTS_CA_BUNDLE).")
        self._environ = environ
        self._routes: dict[tuple[str, str], _Route] = {}
        self._lock = threading.Lock()
        self.requests = 0
        self._adapter: t.Any = requests.adapters.HTTPAdapter()
        self._retries = urllib3.Retry(0, read=False)
        # Added after the signature, since proxies change such headers.
        self._always = {"User-Agent": user_agent, "Accept": "application/json", "Accept-Encoding": "gzip"}
        if not verify:
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)

    def send(self, request: Request) -> Response:
        route, path = self._route(request)
        headers = self._headers(request)
        with self._lock:
            self.requests += 1
        try:
            # Not by Session.send, which reads redirects' bodies and parses their targets even when told not to follow.
            answer = route.pool.request(
                request.method,
                route.prefix + path,
                body=request.body or None,
                headers=headers,
                retries=self._retries,
                redirect=False,
                assert_same_host=False,
                timeout=urllib3.Timeout(connect=request.timeout, read=request.timeout),
                preload_content=False,
                decode_content=False,
            )
            try:
                body = _read_body(answer, request.host)
            finally:
                # A connection whose answer was read to its end is back in the pool by now, and stays open.
                answer.close()
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as exc:
            raise _no_answer(request, exc) from exc
        return Response(answer.status, {name.lower(): value for name, value in answer.headers.items()}, body)

    def close(self) -> None:
        self._adapter.close()

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {**self._always, **request.headers}
        for value in request.headers.values():
            if not _HEADER_VALUE.fullmatch(value):
                raise _unsendable(request)
        return headers

    def _route(self, request: Request) -> tuple[_Route, str]:
        parts = urllib.parse.urlsplit(request.url)
        origin = (parts.scheme, parts.netloc)
        with self._lock:
            route = self._routes.get(origin)
            if route is None:
                route = self._routes[origin] = self._new_route(request, "://".join(origin))
        return route, (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def _new_route(self, request: Request, origin: str) -> _Route:
        try:
            first = requests.Request("GET", origin + "/").prepare()
            proxies = _proxies(request.url, self._environ)
            if hasattr(self._adapter, "get_connection_with_tls_context"):
                pool = self._adapter.get_connection_with_tls_context(first, self._verify, proxies)
            else:
                # requests before 2.32
                pool = self._adapter.get_connection(first.url, proxies)
            self._adapter.cert_verify(pool, first.url, self._verify, None)
            return _Route(pool, self._adapter.request_url(first, proxies)[:-1])
        except (requests.RequestException, ValueError, OSError) as exc:
            raise NoAnswerError(f"{request.url} cannot be asked: {exc}", is_transient=False, was_sent=False) from exc


def _unsendable(request: Request) -> NoAnswerError:
    # The value is not shown: it is a credential in most cases.
    why = f"a header for {request.host} has characters that HTTP cannot carry; check the credentials for line breaks"
    return NoAnswerError(why, is_transient=False, was_sent=False)


def _proxies(url: str, environ: t.Mapping[str, str]) -> dict[str, str]:
    def named(name: str) -> str:
        return environ.get(name) or environ.get(name.upper()) or ""

    if _is_link_local(urllib.parse.urlsplit(url).hostname or ""):
        # The metadata service answers for this machine alone; a proxy would see the keys that it hands out.
        return {}
    no_proxy = named("no_proxy")
    if no_proxy and requests.utils.should_bypass_proxies(url, no_proxy=no_proxy):
        return {}
    scheme = urllib.parse.urlsplit(url).scheme
    proxy = named(f"{scheme}_proxy") or named("all_proxy")
    return {scheme: proxy} if proxy else {}


def _is_link_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False


def _read_body(answer: urllib3.BaseHTTPResponse, host: str) -> bytes:
    """Read at most MAX_BODY_BYTES, before and after inflation, and make sure that nothing is missing."""
    raw = bytearray()
    for chunk in answer.stream(_CHUNK, decode_content=False):
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise UnreadableAnswerError(f"the answer of {host} is larger than {MAX_BODY_BYTES} bytes")
    announced = answer.headers.get("Content-Length", "")
    if announced.isdecimal() and len(raw) < int(announced):
        # urllib3 1.26, which old distributions carry, does not check this by itself.
        raise NoAnswerError(f"the answer of {host} broke off after {len(raw)} of {announced} bytes")
    if raw and answer.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip"):
        return _inflate(bytes(raw), host)
    return bytes(raw)


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


def _no_answer(request: Request, error: BaseException) -> NoAnswerError:
    """Say in people's words what kept the answer away."""
    causes = list(_causes(error))
    host = request.host
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            why = f"the certificate of {host} is not trusted: {cause.verify_message}"
            remedy = "set ca_path to the CA that signed it, or check endpoint"
            return NoAnswerError(f"{why}; {remedy}", is_transient=False, was_sent=False)
        if isinstance(cause, (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError)):
            # A proxy that was reached may have handed the request on.
            was_sent = not any(isinstance(each, (ConnectionRefusedError, socket.gaierror)) for each in causes)
            return NoAnswerError(f"the proxy to {host} did not let the request through", was_sent=was_sent)
        if isinstance(cause, socket.gaierror):
            why = f"the host name of {host} cannot be resolved; check region, endpoint and this machine's DNS"
            return NoAnswerError(why, is_transient=cause.errno == socket.EAI_AGAIN, was_sent=False)
    for kinds, text, was_sent in _explanations():
        found = next((cause for cause in causes if isinstance(cause, kinds)), None)
        if found is not None:
            why = text.format(host=host, timeout=f"{request.timeout:g} s", cause=found)
            return NoAnswerError(why, was_sent=was_sent)
    return NoAnswerError(f"{host} closed the connection before the answer was whole")


def _explanations() -> tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str, bool], ...]:
    """Return kinds of errors, what they mean, and whether the request may have reached the server; the first counts.

    A function, because the kinds exist only where requests is installed.
    """
    timeouts = (urllib3.exceptions.TimeoutError, socket.timeout)
    return (
        (ConnectionRefusedError, "connection refused by {host}", False),
        # Before its parent, ConnectTimeoutError.
        (urllib3.exceptions.NewConnectionError, "no connection to {host}: {cause}", False),
        (urllib3.exceptions.ConnectTimeoutError, "no connection to {host} within {timeout}", False),
        (ssl.SSLError, "the TLS connection to {host} broke: {cause}", True),
        (timeouts, "no answer from {host} within {timeout}", True),
        (ConnectionResetError, "{host} reset the connection", True),
        (requests.exceptions.InvalidURL, "{host} cannot be asked: {cause}", False),
    )


def _causes(error: BaseException | None) -> t.Iterator[BaseException]:
    """Yield an error and all that it wraps: urllib3 hides the origin in ``reason`` or ``args``."""
    seen: set[int] = set()
    queue: list[t.Any] = [error]
    while queue:
        item = queue.pop(0)
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        queue += [getattr(item, "reason", None), item.__cause__, item.__context__, *item.args]
