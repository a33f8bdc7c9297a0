# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The total bound of an exchange, over real sockets: whatever the other side does, it ends in time."""

from __future__ import annotations

import concurrent.futures
import contextlib
import dataclasses
import functools
import http.client
import signal
import socket
import threading
import time
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ImsError,
    NoAnswerError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http import connections
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.transport import HttpTransport
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import OnStart, on_start
from ansible_collections.huaweicloud.ims.tests.unit.servers import EMPTY_JSON, SILENCE, Names, RawServer, black_hole

BOUND = 0.3
# What a busy machine may add; without a bound these exchanges last for seconds, or for ever.
SLACK = 0.6
OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\n\r\n"
# A record of the TLS handshake that never becomes whole.
HELLO = b"\x16\x03\x03\x40\x00\x02"
# What is answered at once, and what comes drop by drop for ever.
DRIPS: dict[str, tuple[bytes, bytes]] = {
    "silence": (SILENCE, b""),
    "status line": (b"HTTP/1.1 200 O", b"K"),
    "header bytes": (OK + b"X: ", b"y"),
    "header lines": (OK, b"X: y\r\n"),
    "body": (OK + b"Content-Length: 1000000\r\n\r\n", b"x"),
    "body without a length": (OK + b"\r\n", b"x"),
    "chunks": (CHUNKED, b"1\r\nx\r\n"),
    "a chunk": (CHUNKED + b"40000\r\n", b"x"),
    "chunk extension": (CHUNKED + b"1;", b"x"),
    "trailers": (CHUNKED + b"0\r\n", b"X: y\r\n"),
    "100 Continue": (CONTINUE, CONTINUE),
    "103 Early Hints": (HINTS, b"H"),
}


@dataclasses.dataclass(frozen=True)
class Outcome:
    elapsed: float
    error: ImsError


@dataclasses.dataclass(frozen=True)
class Asking:
    """A request that will not be answered in time, how it is sent, and whether it can have reached anybody."""

    request: Request
    was_sent: bool
    environ: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    is_second: bool = False
    """An answered one, which takes no matter how long, has opened the connection."""

    def run(self, ready: t.Callable[[], t.Any] = lambda: None) -> Outcome:
        sender = HttpTransport(verify=False, ca_path=None, environ=self.environ, user_agent="unit-test/1")
        if self.is_second:
            sender.send(self.request.within(20.0))
        ready()
        began = time.monotonic()
        with pytest.raises(ImsError) as caught:
            sender.send(self.request)
        return Outcome(time.monotonic() - began, caught.value)


def get(url: str, timeout: float = BOUND) -> Request:
    return Request("GET", url, timeout=timeout)


def asked_at(server: RawServer) -> Asking:
    return Asking(get(server.url), was_sent=True, is_second=True)


def asked_through(server: RawServer) -> Asking:
    return Asking(get("https://ims.nowhere.invalid/"), was_sent=False, environ={"https_proxy": f"http://{server.host}"})


def handshake_with(server: RawServer) -> Asking:
    return Asking(get(f"https://{server.host}/"), was_sent=False)


def the_slow(stack: contextlib.ExitStack, names: Names) -> dict[str, Asking]:
    """Return everything that can be slow about an exchange."""
    found: dict[str, Asking] = {}
    for what, (answer, drop) in DRIPS.items():
        pause = 0.05 if what == "100 Continue" else 0.01
        for scheme in ("http", "https"):
            is_tls = scheme == "https"
            server = RawServer(answer, drop=drop, pause=pause, opening=EMPTY_JSON, speaks_tls=is_tls, keeps_alive=True)
            found[f"{scheme}: {what}"] = asked_at(stack.enter_context(server))
    serving = functools.partial(RawServer, keeps_alive=True)
    for what, server in {
        "silent": serving(SILENCE),
        "status line": serving(b"HTTP/1.1 200 O", drop=b"K"),
        "headers": serving(OK, drop=b"X: y\r\n"),
        "handshake behind it": serving(SILENCE, opening=OK + b"\r\n"),
    }.items():
        found[f"proxy: {what}"] = asked_through(stack.enter_context(server))
    found["tls: silent"] = handshake_with(stack.enter_context(serving(SILENCE)))
    found["tls: handshake"] = handshake_with(stack.enter_context(serving(HELLO, drop=b"x")))
    deaf = stack.enter_context(RawServer(SILENCE, reads=False))
    found["a body that nobody reads"] = Asking(Request("POST", deaf.url, body=b"x" * 16_000_000, timeout=BOUND), True)
    names.lead("three.example.com", stack.enter_context(black_hole()))
    found["three addresses"] = Asking(get("http://three.example.com/"), was_sent=False)
    found["a name"] = Asking(get("http://hanging.example.com/"), was_sent=False)
    found["a proxy's name"] = Asking(get("http://a.example.com/"), False, {"HTTP_PROXY": "http://hanging.example.com"})
    return found


SLOW = [
    *(f"{scheme}: {what}" for scheme in ("http", "https") for what in DRIPS),
    *(f"proxy: {what}" for what in ("silent", "status line", "headers", "handshake behind it")),
    *("tls: silent", "tls: handshake", "a body that nobody reads", "three addresses", "a name", "a proxy's name"),
]


@pytest.fixture(scope="module")
def the_late() -> t.Iterator[dict[str, tuple[Asking, Outcome]]]:
    """All of them at once, so that they take the time of one."""
    names = Names()
    with contextlib.ExitStack() as stack:
        patch = stack.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(socket, "getaddrinfo", names.getaddrinfo)
        askings = the_slow(stack, names)
        threads = stack.enter_context(concurrent.futures.ThreadPoolExecutor(len(askings)))
        stack.callback(names.release)
        together = threading.Barrier(len(askings)).wait
        running = {what: threads.submit(asking.run, together) for what, asking in askings.items()}
        yield {what: (askings[what], future.result()) for what, future in running.items()}


@pytest.mark.thorough
def test_nothing_slow_is_left_out(the_late: dict[str, tuple[Asking, Outcome]]) -> None:
    assert sorted(the_late) == sorted(SLOW)


@pytest.mark.parametrize("what", SLOW)
def test_an_exchange_ends_in_time_and_knows_whether_it_was_sent(
    the_late: dict[str, tuple[Asking, Outcome]], what: str
) -> None:
    asking, outcome = the_late[what]
    assert BOUND - 0.01 <= outcome.elapsed <= BOUND + SLACK
    assert isinstance(outcome.error, NoAnswerError)
    assert outcome.error.is_transient
    assert outcome.error.was_sent == asking.was_sent
    assert str(outcome.error).endswith(f" within {BOUND:g} s")
    assert str(outcome.error).startswith("no answer from " if asking.was_sent else "no connection to ")


@pytest.mark.parametrize(
    ("answer", "drop"),
    [
        pytest.param(CONTINUE, CONTINUE * 2000, id="100 Continue"),
        pytest.param(CHUNKED + b"1;", b"x" * 60_000, id="chunk extension"),
        pytest.param(CHUNKED + b"0\r\n", b"X: y\r\n" * 10_000, id="trailers"),
        pytest.param(CHUNKED, b"1\r\nx\r\n" * 10_000, id="chunks"),
        pytest.param(OK, b"X" * 60_000, id="header"),
        pytest.param(OK + b"\r\n", b"x" * 60_000, id="body"),
    ],
)
def test_a_flood_ends_where_no_answer_can_be_as_long(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, drop: bytes
) -> None:
    monkeypatch.setattr(connections, "MAX_RAW_BYTES", 200_000)
    with RawServer(answer, drop=drop, pause=0.0) as server:
        outcome = Asking(get(server.url, 20.0), was_sent=True).run()
    assert on_start(outcome.error) is OnStart.UNCLEAR
    assert outcome.elapsed < 5
    # http.client and newer versions of urllib3 have limits of their own.
    assert str(outcome.error).startswith(
        (f"the answer of {server.host} is larger than ", f"no valid HTTP answer from {server.host} (")
    )


def test_a_bound_beyond_the_clocks_of_the_system_is_none() -> None:
    with RawServer(EMPTY_JSON) as server:
        sender = HttpTransport(verify=True, ca_path=None, environ={}, user_agent="unit-test/1")
        assert sender.send(get(server.url, 1e10)).body == b"{}"


@pytest.mark.thorough
def test_each_exchange_has_time_of_its_own() -> None:
    # On a connection that stays open, so that its socket has what was left of the exchange before.
    with RawServer(EMPTY_JSON, keeps_alive=True) as server:
        sender = HttpTransport(verify=True, ca_path=None, environ={}, user_agent="unit-test/1")
        for timeout in (0.2, 5.0, 0.2):
            assert sender.send(get(server.url, timeout)).body == b"{}"
            time.sleep(0.15)
        assert server.connections == 1


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Names]:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    yield names
    names.release()


def connecting(host: str) -> list[threading.Thread]:
    return [each for each in threading.enumerate() if each.name == f"connect to {host}"]


def test_few_threads_wait_for_a_name_that_is_never_found(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTING", 2)
    sender = HttpTransport(verify=True, ca_path=None, environ={}, user_agent="unit-test/1")
    with concurrent.futures.ThreadPoolExecutor(5) as threads:
        send = functools.partial(sender.send, get("http://hanging.few.example.com/", 0.1))
        errors = [future.exception() for future in [threads.submit(send) for _turn in range(5)]]
    assert {str(error) for error in errors} == {"no connection to hanging.few.example.com:80 within 0.1 s"}
    assert len(names.asked) == len(connecting("hanging.few.example.com")) == 2
    assert all(thread.daemon for thread in connecting("hanging.few.example.com"))


def test_what_was_left_to_itself_closes_what_it_opened_and_makes_room(
    names: Names, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "MAX_CONNECTING", 1)
    with RawServer(EMPTY_JSON) as server:
        names.lead("hanging.left.example.com", server.host)
        sender = HttpTransport(verify=True, ca_path=None, environ={}, user_agent="unit-test/1")
        with pytest.raises(NoAnswerError):
            sender.send(get("http://hanging.left.example.com/", 0.05))
        (abandoned,) = connecting("hanging.left.example.com")
        names.release()
        assert server.left.acquire(timeout=5)
        abandoned.join(5)
        assert not abandoned.is_alive()
        assert sender.send(get("http://hanging.left.example.com/", 5.0)).body == b"{}"
        assert server.connections == 2


def test_who_opens_a_connection_that_comes_too_late_is_who_closes_it() -> None:
    # Not who has given it up: the number of the socket could be another one's by the time of the next read.
    released, closed = threading.Event(), threading.Event()
    closers: list[str] = []

    class Slow(http.client.HTTPConnection):
        def connect(self) -> None:
            released.wait(10)

        def close(self) -> None:
            closers.append(threading.current_thread().name)
            closed.set()

    connection = connections.bounded(Slow)("late.example.com")
    with connections.Budget.of(0.02).in_force():
        with pytest.raises(connections.Late):
            connection.connect()
        connection.close()
    assert closers == []
    released.set()
    assert closed.wait(10)
    assert closers == ["connect to late.example.com"]


class OutOfTime(BaseException):
    """What the task keyword timeout raises in the main thread."""


def test_a_signal_leaves_the_connecting_thread_to_itself(names: Names) -> None:
    def interrupt(*_args: t.Any) -> t.NoReturn:
        raise OutOfTime

    before = signal.signal(signal.SIGALRM, interrupt)
    with RawServer(EMPTY_JSON) as server:
        names.lead("hanging.signal.example.com", server.host)
        sender = HttpTransport(verify=True, ca_path=None, environ={}, user_agent="unit-test/1")
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        with pytest.raises(OutOfTime):
            sender.send(get("http://hanging.signal.example.com/", 5.0))
        signal.signal(signal.SIGALRM, before)
        names.release()
        assert server.left.acquire(timeout=5)
        assert server.received == []
