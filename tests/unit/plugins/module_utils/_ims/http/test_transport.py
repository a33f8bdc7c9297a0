# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The transport over real sockets: against the simulator and its faults, and against servers that answer raw bytes."""

from __future__ import annotations

import base64
import concurrent.futures
import contextlib
import gzip
import importlib.util
import pathlib
import re
import socket
import sys
import threading
import traceback
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ImsError,
    NoAnswerError,
    OptionError,
    UnreadableAnswerError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http import connections, environment, transport
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request, Response
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.transport import MAX_BODY_BYTES, HttpTransport
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import OnStart, is_transient, on_start
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Simulator
from ansible_collections.huaweicloud.ims.tests.unit.servers import (
    CERTIFICATE,
    EMPTY_JSON,
    SILENCE,
    Names,
    RawServer,
    black_hole,
    nobody,
)

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab


def get(url: str, timeout: float = 5.0, **headers: str) -> Request:
    return Request("GET", url, headers, timeout=timeout)


def job_url(lab: Lab) -> str:
    return f"{lab.simulator.url}/v1/cloudimages/job/abc"


def answered(lab: Lab, raw: bytes) -> Response:
    with RawServer(raw) as server:
        return lab.transport().send(get(server.url))


def failure(sender: HttpTransport, request: Request) -> ImsError:
    with pytest.raises(ImsError) as caught:
        sender.send(request)
    return caught.value


def no_answer(sender: HttpTransport, request: Request) -> NoAnswerError:
    error = failure(sender, request)
    assert isinstance(error, NoAnswerError)
    return error


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Names:
    names = Names()
    monkeypatch.setattr(socket, "getaddrinfo", names.getaddrinfo)
    return names


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> t.Callable[[int], None]:
    """Makes every look-up of a name fail with this number."""

    def make(errno: int) -> None:
        def fail(*_args: t.Any, **_kwargs: t.Any) -> t.NoReturn:
            raise socket.gaierror(errno, "resolver's words")

        monkeypatch.setattr(socket, "getaddrinfo", fail)

    return make


def test_a_request_goes_out_as_it_is_and_the_answer_comes_back_whole(lab: Lab) -> None:
    url = f"{lab.simulator.url}/v3/projects?name=a%20b%2Fc"
    response = lab.transport().send(Request("POST", url, {"X-Auth-Token": "T"}, b"\x00body"))
    (entry,) = lab.simulator.requests
    assert (entry.method, entry.path, entry.query, entry.body) == (
        "POST",
        "/v3/projects",
        "name=a%20b%2Fc",
        b"\x00body",
    )
    assert entry.headers["x-auth-token"] == "T"
    assert entry.headers["user-agent"] == "unit-test/1"
    assert entry.headers["accept-encoding"] == "gzip"
    assert response.status == 404
    assert b"APIGW.0101" in response.body
    assert response.request_id == entry.request_id


def test_header_names_of_answers_are_lower_case(lab: Lab) -> None:
    response = answered(lab, b"HTTP/1.1 204 No Content\r\nX-REQUEST-Id: R1\r\nRetry-AFTER: 3\r\n\r\n")
    assert response.headers == {"x-request-id": "R1", "retry-after": "3"}
    assert response.request_id == "R1"


def test_iams_answers_have_a_request_id_too() -> None:
    assert Response(200, {"x-iam-trace-id": "trace"}, b"").request_id == "trace"
    assert Response(200, {}, b"").request_id is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://ims.example.com/v1", "ims.example.com:443"),
        ("http://ims.example.com/v1", "ims.example.com:80"),
        ("https://IMS.example.com:8443/v1", "ims.example.com:8443"),
    ],
)
def test_messages_name_the_host_with_its_port(url: str, host: str) -> None:
    assert get(url).host == host


def test_one_connection_carries_all_requests(lab: Lab) -> None:
    with RawServer(EMPTY_JSON, keeps_alive=True) as server:
        sender = lab.transport()
        assert [sender.send(get(server.url)).body for _turn in range(20)] == [b"{}"] * 20
        assert server.connections == 1
        assert sender.requests == 20


def test_threads_share_the_pool_of_connections(lab: Lab) -> None:
    with RawServer(EMPTY_JSON, keeps_alive=True) as server, concurrent.futures.ThreadPoolExecutor(5) as threads:
        sender = lab.transport()
        bodies = list(threads.map(lambda _index: sender.send(get(server.url)).body, range(40)))
        assert bodies == [b"{}"] * 40
        assert server.connections <= 5
        assert sender.requests == 40


def test_a_server_that_closes_kept_connections_costs_no_request(lab: Lab) -> None:
    with RawServer(EMPTY_JSON) as server:
        sender = lab.transport()
        for _turn in range(3):
            assert sender.send(get(server.url)).body == b"{}"
            assert server.closed.acquire(timeout=5)
        assert server.connections == 3


def test_silence_is_no_answer_after_the_timeout(lab: Lab) -> None:
    with RawServer(SILENCE) as server:
        error = no_answer(lab.transport(), get(server.url, 0.05))
    assert str(error) == f"no answer from {server.host} within 0.05 s"
    assert (error.is_transient, error.was_sent) == (True, True)


def test_silence_in_the_middle_of_a_body_is_no_answer(lab: Lab) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", keeps_alive=True) as server:
        error = no_answer(lab.transport(), get(server.url, 0.05))
    assert str(error) == f"no answer from {server.host} within 0.05 s"


def test_a_connection_that_is_not_accepted_was_not_used(lab: Lab) -> None:
    with black_hole() as host:
        error = no_answer(lab.transport(), get(f"http://{host}/", 0.05))
    assert str(error) == f"no connection to {host} within 0.05 s"
    assert (error.is_transient, error.was_sent) == (True, False)


def test_a_refused_connection_was_not_used(lab: Lab) -> None:
    with nobody() as host:
        error = no_answer(lab.transport(), get(f"http://{host}/"))
    assert str(error) == f"connection refused by {host}"
    assert (error.is_transient, error.was_sent) == (True, False)


@pytest.mark.parametrize(
    ("errno", "transient"),
    [(socket.EAI_NONAME, False), (socket.EAI_FAIL, False), (socket.EAI_SYSTEM, False), (socket.EAI_AGAIN, True)],
)
def test_a_name_that_cannot_be_resolved_says_what_to_check(
    lab: Lab, no_names: t.Callable[[int], None], errno: int, transient: bool
) -> None:
    no_names(errno)
    error = no_answer(lab.transport(), get("https://ims.nowhere.invalid/v1"))
    assert str(error) == (
        "the host name of ims.nowhere.invalid:443 cannot be resolved; check region, endpoint and this machine's DNS"
    )
    assert (error.is_transient, error.was_sent) == (transient, False)


@pytest.mark.parametrize(
    ("host", "shown"),
    [
        (".example.com", ".example.com"),
        ("*.example.com", "*.example.com"),
        ("a..b", "a..b"),
        ("b\xfccher.example.com", "b\xfccher.example.com"),
        ("a\x1b31m.example.com", "a 31m.example.com"),
        ("a" * 64, "a" * 64),
    ],
)
def test_a_name_that_no_host_can_have_is_a_mistake_and_is_not_asked(lab: Lab, host: str, shown: str) -> None:
    sender = lab.transport()
    error = failure(sender, get(f"https://{host}/x"))
    assert isinstance(error, OptionError)
    assert str(error) == (
        f'"{shown}" is not the name of a host: check region, endpoint and iam_endpoint. A name has letters, digits and'
        " hyphens between its dots; other letters are written as xn--..."
    )
    assert (is_transient(error), on_start(error), sender.requests) == (False, OnStart.NOT_STARTED, 0)


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        (
            "https://[ims.example.com/",
            "https://[ims.example.com/ is not a URL: check endpoint and iam_endpoint.",
        ),
        (
            "https://ims.example.com:99999/",
            "https://ims.example.com:99999 cannot be asked (LocationParseError): check region and endpoint.",
        ),
    ],
)
def test_what_is_no_url_is_a_mistake(lab: Lab, url: str, sentence: str) -> None:
    error = failure(lab.transport(), get(url))
    assert isinstance(error, OptionError)
    assert str(error) == sentence


@pytest.mark.parametrize("token", ["s3c\nret", "s3cret\r", " s3cret", "s3cret ", "s3cret\t", "\ts3cret", "тайна"])
def test_a_header_that_http_cannot_carry_is_not_sent_and_not_shown(lab: Lab, token: str) -> None:
    sender = lab.transport()
    error = no_answer(sender, get("http://127.0.0.1:9/x", **{"X-Auth-Token": token}))
    assert str(error) == (
        "a header for 127.0.0.1:9 has characters that HTTP cannot carry; check the credentials for line breaks"
    )
    assert (error.is_transient, error.was_sent, sender.requests) == (False, False, 0)


@pytest.mark.parametrize("value", ["", "T", "T\t T", "\xe9"])
def test_a_header_that_http_can_carry_is_sent(lab: Lab, value: str) -> None:
    assert lab.transport().send(get(job_url(lab), **{"X-Auth-Token": value})).status == 401


@pytest.mark.parametrize("kind", ["reset", "reset_after", "drop_connection"])
def test_a_broken_connection_may_have_carried_the_request(lab: Lab, kind: str) -> None:
    lab.simulator.faults.add(Fault(kind, count=1))
    error = no_answer(lab.transport(), get(job_url(lab)))
    assert str(error) in (
        f"127.0.0.1:{lab.simulator.port} reset the connection",
        f"127.0.0.1:{lab.simulator.port} closed the connection before the answer was whole",
    )
    assert (error.is_transient, error.was_sent) == (True, True)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{", id="short"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{", id="cut chunk"),
        pytest.param(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", id="no chunk"),
        pytest.param(b"\x00\xff garbage\r\n\r\n", id="no HTTP"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n", id="too many headers"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 12\r\n\r\n" + gzip.compress(b"{}")[:12],
            id="half of a gzip",
        ),
    ],
)
def test_half_an_answer_is_none(lab: Lab, raw: bytes) -> None:
    with RawServer(raw) as server:
        error = no_answer(lab.transport(), get(server.url))
    assert server.host in str(error)
    assert (error.is_transient, error.was_sent) == (True, True)


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n{}", id="length of 5000 digits"),
        pytest.param(b"Content-Length: 4194305\r\n\r\n{}", id="too long, as announced"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}", id="chunk of less than nothing"),
        pytest.param(b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 5000 + b"\r\n{}", id="endless chunk"),
        pytest.param(b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}", id="two lengths"),
        pytest.param(b"X: " + b"y" * 70_000 + b"\r\n\r\n{}", id="header too long"),
    ],
)
def test_an_absurd_answer_to_a_start_leaves_open_whether_it_was_started(lab: Lab, raw: bytes) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\n" + raw) as server:
        error = failure(lab.transport(), Request("POST", server.url, body=b"{}", timeout=5.0))
    assert server.host in str(error)
    assert (on_start(error), is_transient(error)) == (OnStart.UNCLEAR, True)


def test_what_nobody_has_thought_of_is_no_answer_either(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: t.Any) -> t.NoReturn:
        raise ZeroDivisionError("with a s3cret")

    monkeypatch.setattr(transport, "_read_body", fail)
    with RawServer(EMPTY_JSON) as server:
        error = no_answer(lab.transport(), get(server.url))
    assert str(error) == f"no valid HTTP answer from {server.host} (ZeroDivisionError)"
    assert (on_start(error), is_transient(error)) == (OnStart.UNCLEAR, True)


def test_what_nobody_has_thought_of_before_sending_started_nothing(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_self: t.Any) -> t.NoReturn:
        raise RuntimeError("can't start new thread")

    with RawServer(EMPTY_JSON) as server:
        sender = lab.transport()
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", fail)
            for _turn in range(connections.MAX_CONNECTING + 1):
                error = no_answer(sender, get(server.url))
        assert str(error) == f"no connection to {server.host}: RuntimeError"
        assert (on_start(error), is_transient(error)) == (OnStart.NOT_STARTED, True)
        assert sender.send(get(server.url)).body == b"{}"


def test_a_body_that_the_simulator_cuts_is_none(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("cut", share=0.5))
    assert no_answer(lab.transport(), get(job_url(lab))).was_sent


def test_an_old_http_library_that_accepts_half_a_body_is_seen_through(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    # urllib3 1.26 ends such a stream as if it were whole.
    monkeypatch.setattr("urllib3.HTTPResponse.stream", lambda *_args, **_kwargs: iter([b"{"]))
    with RawServer(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{") as server:
        error = no_answer(lab.transport(), get(server.url))
    assert str(error) == f"the answer of {server.host} broke off after 1 of 9 bytes"


def test_an_answer_without_a_length_ends_with_the_connection(lab: Lab) -> None:
    assert answered(lab, b"HTTP/1.1 200 OK\r\n\r\n{}").body == b"{}"


@pytest.mark.parametrize("length", [b"\xb2", b"12a", b"many"])
def test_a_length_that_is_no_number_is_no_length(lab: Lab, length: bytes) -> None:
    assert answered(lab, b"HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n{}" % length).body == b"{}"


def test_an_answer_in_chunks_is_put_together(lab: Lab) -> None:
    chunks = b"1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"
    assert answered(lab, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks).body == b"{}"


def hint(status: int) -> bytes:
    return b"HTTP/1.1 %d Wait\r\nLink: </x>\r\n\r\n" % status


@pytest.mark.parametrize("status", [100, 102, 103, 199])
def test_what_comes_before_an_answer_is_none(lab: Lab, status: int) -> None:
    with RawServer(hint(status) * 3 + EMPTY_JSON, keeps_alive=True) as server:
        sender = lab.transport()
        for _turn in range(2):
            response = sender.send(get(server.url))
            assert (response.status, response.body) == (200, b"{}")
            assert "link" not in response.headers
        assert server.connections == 1


@pytest.mark.parametrize("status", [102, 103, 199])
@pytest.mark.parametrize("length", [b"", b"Content-Length: 7\r\n"])
def test_what_comes_before_an_answer_may_be_the_last_word(lab: Lab, status: int, length: bytes) -> None:
    response = answered(lab, b"HTTP/1.1 %d Wait\r\nX-Request-Id: R1\r\n%b\r\n" % (status, length))
    assert (response.status, response.body, response.request_id) == (status, b"", "R1")


def test_after_100_continue_and_nothing_else_there_is_no_answer(lab: Lab) -> None:
    with RawServer(hint(100)) as server:
        error = no_answer(lab.transport(), get(server.url))
    assert str(error) == f"{server.host} closed the connection before the answer was whole"
    assert on_start(error) is OnStart.UNCLEAR


def test_only_so_many_answers_come_before_the_answer(lab: Lab) -> None:
    assert answered(lab, hint(103) * connections.MAX_INTERIM + EMPTY_JSON).status == 200
    assert answered(lab, hint(103) * (connections.MAX_INTERIM + 1) + EMPTY_JSON).status == 103


def test_a_connection_that_switches_to_something_else_is_not_used_again(lab: Lab) -> None:
    with RawServer(hint(101) + b"\x00\x01", keeps_alive=True) as server:
        sender = lab.transport()
        for _turn in range(2):
            assert sender.send(get(server.url)).status == 101
        assert server.connections == 2


def test_compressed_answers_are_inflated(lab: Lab) -> None:
    plain = lab.transport().send(get(job_url(lab))).body
    lab.simulator.faults.add(Fault("gzip"))
    packed = lab.transport().send(get(job_url(lab)))
    assert packed.headers["content-encoding"] == "gzip"
    # Only the request ids in the bodies differ.
    assert packed.body[:40] == plain[:40]


def test_nothing_is_nothing_even_if_it_says_that_it_is_gzip(lab: Lab) -> None:
    response = answered(lab, b"HTTP/1.1 401 Unauthorized\r\nContent-Encoding: gzip\r\nContent-Length: 0\r\n\r\n")
    assert (response.status, response.body) == (401, b"")


def test_what_says_that_it_is_gzip_and_is_not_is_unreadable(lab: Lab) -> None:
    raw = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}"
    with RawServer(raw) as server:
        error = failure(lab.transport(), get(server.url))
    assert isinstance(error, UnreadableAnswerError)
    assert str(error).startswith(f"the answer of {server.host} says that it is gzip, and is not: ")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("oversize", "is larger than 4194304 bytes"), ("gzip_bomb", "inflates to more than 4194304 bytes")],
)
def test_answers_above_four_mebibytes_are_not_read(lab: Lab, kind: str, sentence: str) -> None:
    lab.simulator.faults.add(Fault(kind, size=MAX_BODY_BYTES + 1))
    error = failure(lab.transport(), get(job_url(lab)))
    assert isinstance(error, UnreadableAnswerError)
    assert str(error) == f"the answer of 127.0.0.1:{lab.simulator.port} {sentence}"
    assert is_transient(error)


def test_an_answer_that_never_said_how_long_it_is_is_read_no_further_either(lab: Lab) -> None:
    with RawServer(b"HTTP/1.1 200 OK\r\n\r\n" + b" " * (MAX_BODY_BYTES + 1)) as server:
        error = failure(lab.transport(), get(server.url))
    assert str(error).endswith("is larger than 4194304 bytes")


@pytest.mark.parametrize("packed", [False, True])
def test_four_mebibytes_are_still_read(lab: Lab, packed: bool) -> None:
    body = b" " * MAX_BODY_BYTES
    head = b"Content-Encoding: gzip\r\n" if packed else b""
    sent = gzip.compress(body, 1) if packed else body
    length = b"Content-Length: %d\r\n\r\n" % len(sent)
    assert answered(lab, b"HTTP/1.1 200 OK\r\n" + head + length + sent).body == body


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_answers_and_nobody_else_is_asked(lab: Lab, status: int) -> None:
    with RawServer(EMPTY_JSON) as elsewhere:
        lab.simulator.faults.add(Fault("redirect", status=status, location=elsewhere.url))
        response = lab.transport().send(get(job_url(lab), **{"X-Auth-Token": "T"}))
        assert response.status == status
        assert response.headers["location"] == elsewhere.url
        assert (elsewhere.connections, elsewhere.received) == (0, [])
    assert len(lab.simulator.requests) == 1


@pytest.mark.parametrize("location", [b"http://elsewhere.invalid/", b"http://[", b"ftp://x", b"\xff", b""])
def test_a_redirect_is_an_answer_with_its_body_wherever_it_leads(lab: Lab, location: bytes) -> None:
    head = b"HTTP/1.1 302 Found\r\nLocation: " + location + b"\r\nContent-Length: 2\r\n\r\n"
    response = answered(lab, head + b"{}")
    assert (response.status, response.body) == (302, b"{}")
    assert response.headers["location"] == location.decode("latin-1")


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_given_environment_is_used(lab: Lab, name: str) -> None:
    with RawServer(EMPTY_JSON) as proxy:
        sender = lab.transport({name: f"http://{proxy.host}"})
        assert sender.send(get("http://ims.nowhere.invalid/v1/x")).body == b"{}"
        assert proxy.received[0].startswith(b"GET http://ims.nowhere.invalid/v1/x HTTP/1.1\r\n")


@pytest.mark.parametrize("no_proxy", ["ims.example.com", "localhost,.example.com", "192.0.2.0/24", "*"])
def test_hosts_of_no_proxy_are_asked_directly(lab: Lab, names: Names, no_proxy: str) -> None:
    with RawServer(EMPTY_JSON) as proxy, RawServer(EMPTY_JSON) as server:
        host = "192.0.2.1" if "/" in no_proxy else "ims.example.com"
        names.lead(host, server.host)
        sender = lab.transport({"http_proxy": f"http://{proxy.host}", "NO_PROXY": no_proxy})
        sender.send(get(f"http://{host}/x"))
        assert (proxy.connections, server.connections) == (0, 1)


def test_another_hosts_no_proxy_changes_nothing(lab: Lab) -> None:
    with RawServer(EMPTY_JSON) as proxy:
        sender = lab.transport({"http_proxy": f"http://{proxy.host}", "no_proxy": "example.com"})
        sender.send(get("http://ims.nowhere.invalid/x"))
        assert proxy.connections == 1


@pytest.mark.parametrize("name", ["http_proxy", "ALL_PROXY"])
@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "localhost", "LOCALHOST"])
def test_no_proxy_is_told_what_goes_to_this_machine(lab: Lab, name: str, host: str) -> None:
    with RawServer(EMPTY_JSON) as proxy:
        sender = lab.transport({name: f"http://{proxy.host}"})
        with nobody() as elsewhere, contextlib.suppress(NoAnswerError):
            sender.send(get(f"http://{host}:{elsewhere.rpartition(':')[2]}/x", **{"X-Auth-Token": "T"}))
        assert proxy.connections == 0


@pytest.mark.parametrize("name", ["http_proxy", "ALL_PROXY"])
def test_no_proxy_is_told_what_the_metadata_service_says(lab: Lab, names: Names, name: str) -> None:
    with RawServer(EMPTY_JSON) as proxy, RawServer(EMPTY_JSON) as service:
        names.lead("169.254.169.254", service.host)
        sender = lab.transport({name: f"http://{proxy.host}"})
        assert sender.send(get("http://169.254.169.254/openstack/latest/securitykey")).body == b"{}"
        assert (proxy.connections, service.connections) == (0, 1)


def test_a_name_that_only_looks_like_the_metadata_service_is_asked_through_the_proxy(lab: Lab) -> None:
    with RawServer(EMPTY_JSON) as proxy:
        lab.transport({"http_proxy": f"http://{proxy.host}"}).send(get("http://169.254.example.invalid/"))
        assert proxy.connections == 1


def test_the_processs_own_environment_does_not_count(lab: Lab, names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    with RawServer(EMPTY_JSON) as proxy, RawServer(EMPTY_JSON) as server:
        names.lead("ims.example.com", server.host)
        for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://{proxy.host}")
        lab.transport({}).send(get("http://ims.example.com/"))
        assert (proxy.connections, server.connections) == (0, 1)


def test_proxies_are_looked_up_once_for_each_host(lab: Lab) -> None:
    with RawServer(EMPTY_JSON, keeps_alive=True) as proxy:
        environ = {"http_proxy": f"http://{proxy.host}"}
        sender = lab.transport(environ)
        sender.send(get("http://ims.nowhere.invalid/a"))
        environ.clear()
        sender.send(get("http://ims.nowhere.invalid/b"))
        assert [received.split()[1] for received in proxy.received] == [
            b"http://ims.nowhere.invalid/a",
            b"http://ims.nowhere.invalid/b",
        ]


@pytest.mark.parametrize(
    ("status", "transient"), [(403, False), (407, False), (302, True), (408, True), (429, True), (502, True)]
)
def test_a_proxy_that_refuses_is_named_as_the_cause(lab: Lab, status: int, transient: bool) -> None:
    with RawServer(b"HTTP/1.1 %d No\r\nContent-Length: 0\r\n\r\n" % status) as proxy:
        error = no_answer(lab.transport({"https_proxy": f"http://{proxy.host}"}), get("https://ims.nowhere.invalid/"))
    assert str(error) == (
        f"the proxy {proxy.host} (https_proxy) did not let the request to ims.nowhere.invalid:443 through"
        f" (HTTP {status})"
    )
    assert (error.is_transient, error.was_sent) == (transient, False)


def test_a_proxy_that_hangs_up_was_told_nothing(lab: Lab) -> None:
    with RawServer(b"\r\n") as proxy:
        error = no_answer(lab.transport({"HTTPS_PROXY": proxy.host}), get("https://ims.nowhere.invalid/"))
    assert str(error).startswith("no connection to ims.nowhere.invalid:443 through the proxy ")
    assert (error.is_transient, error.was_sent) == (True, False)


def test_a_proxy_that_cannot_be_reached_was_told_nothing(lab: Lab) -> None:
    with nobody() as proxy:
        error = no_answer(lab.transport({"http_proxy": f"http://{proxy}"}), get("http://ims.nowhere.invalid/"))
    assert str(error) == f"connection refused by the proxy {proxy} (http_proxy)"
    assert (error.is_transient, error.was_sent) == (True, False)


def test_a_proxy_whose_name_cannot_be_resolved_is_named_as_the_cause(
    lab: Lab, no_names: t.Callable[[int], None]
) -> None:
    no_names(socket.EAI_NONAME)
    error = no_answer(lab.transport({"HTTP_PROXY": "http://proxy.invalid:3128"}), get("http://ims.example.com/"))
    assert str(error) == (
        "the host name of the proxy proxy.invalid:3128 (HTTP_PROXY) cannot be resolved; check HTTP_PROXY and this"
        " machine's DNS"
    )
    assert (error.is_transient, error.was_sent) == (False, False)


@pytest.mark.parametrize("url", ["http://ims.example.com/", "https://ims.example.com/"])
def test_a_proxy_gets_its_password_and_nobody_else_sees_it(lab: Lab, url: str) -> None:
    with RawServer(b"HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\n{}") as proxy:
        sender = lab.transport({"all_proxy": f"http://user:s3cr%40t@{proxy.host}"})
        try:
            shown = repr(sender.send(get(url)))
        except NoAnswerError as exc:
            shown = "".join(traceback.format_exception(type(exc), exc, exc.__traceback__))
    pair = base64.b64encode(b"user:s3cr@t")
    assert b"Proxy-Authorization: Basic " + pair in proxy.received[0]
    shown += repr(vars(sender)["_routes"])
    assert not any(form in shown for form in ("s3cr", pair.decode()))


def test_a_request_in_the_clear_is_warned_about_once(lab: Lab) -> None:
    with RawServer(EMPTY_JSON, keeps_alive=True) as proxy:
        sender = lab.transport({"http_proxy": f"http://{proxy.host}"}, verify=False)
        for path in ("a", "b"):
            sender.send(get(f"http://ims.example.com/{path}"))
    assert lab.warnings == [
        "ims.example.com is asked over plain http, which validate_certs: false (or HW_INSECURE, OS_INSECURE) allows:"
        " anybody on the way can read and change what is sent."
    ]


def test_nobody_is_warned_about_this_machine_and_its_neighbors(lab: Lab, names: Names) -> None:
    with RawServer(EMPTY_JSON) as server:
        names.lead("169.254.169.254", server.host)
        sender = lab.transport()
        for url in (server.url, "http://169.254.169.254/"):
            sender.send(get(url))
    assert lab.warnings == []


@pytest.fixture(scope="module")
def tls() -> t.Iterator[str]:
    with Simulator(certfile=CERTIFICATE) as simulator:
        yield f"{simulator.url}/v1/cloudimages/job/abc"


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(lab: Lab, tls: str) -> None:
    request = get(tls)
    error = no_answer(lab.transport(), request)
    why, _semicolon, remedy = str(error).partition("; ")
    # What OpenSSL says of the certificate, without the name of the error and the line of its code.
    assert re.fullmatch(f"the certificate of {request.host} is not trusted: self[- ]signed certificate", why)
    assert remedy == "set ca_path to the CA that signed it, or check endpoint"
    assert (error.is_transient, error.was_sent) == (False, False)


@pytest.mark.parametrize(
    ("options", "environ"),
    [
        ({"ca_path": CERTIFICATE}, {}),
        ({"ca_path": CERTIFICATE}, {"REQUESTS_CA_BUNDLE": "/nowhere"}),
        ({}, {"REQUESTS_CA_BUNDLE": CERTIFICATE}),
        ({}, {"CURL_CA_BUNDLE": CERTIFICATE}),
        ({"verify": False}, {}),
        ({"verify": False, "ca_path": "/nowhere"}, {}),
    ],
)
def test_a_certificate_is_trusted_by_ca_path_the_environment_or_not_checked(
    lab: Lab, tls: str, options: dict[str, t.Any], environ: dict[str, str]
) -> None:
    assert lab.transport(environ, **options).send(get(tls)).status == 401


def test_a_broken_handshake_may_have_been_the_servers_doing(lab: Lab) -> None:
    with RawServer(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        error = no_answer(lab.transport(), get(f"https://{server.host}/"))
    assert str(error).startswith(f"the TLS connection to {server.host} broke: ")
    assert (error.is_transient, error.was_sent) == (True, False)


def test_neither_headers_nor_bodies_are_in_the_text_of_a_request_or_an_answer() -> None:
    assert "secret" not in repr(Request("GET", "https://h/", {"X-Auth-Token": "secret"}, b"secret"))
    assert "secret" not in repr(Response(201, {"x-subject-token": "secret"}, b"secret"))


def test_a_missing_library_is_remembered_and_no_error_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "requests", None)
    spec = importlib.util.spec_from_file_location(f"{environment.__name__}_without_requests", environment.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    assert isinstance(module.REQUESTS_IMPORT_ERROR, ImportError)
    assert environment.REQUESTS_IMPORT_ERROR is transport.REQUESTS_IMPORT_ERROR is None


@pytest.mark.parametrize("module", ["transport", "connections", "failures"])
def test_without_the_libraries_the_room_can_be_imported(monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    for library in ("urllib3", "urllib3.exceptions", "requests", "requests.utils"):
        monkeypatch.setitem(sys.modules, library, None)
    path = pathlib.Path(transport.__file__).with_name(f"{module}.py")
    package = transport.__name__.rpartition(".")[0]
    spec = importlib.util.spec_from_file_location(f"{package}.{module}_alone", path)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, loaded)
    spec.loader.exec_module(loaded)
