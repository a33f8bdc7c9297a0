# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an attacker, a portal or a broken proxy would send, seen on the wire."""

from __future__ import annotations

import base64
import html
import json
import re
import socket
import time
import typing as t
import urllib.parse

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.simulator.faults import ALL_KINDS, FORMS, KINDS, PHASES

if t.TYPE_CHECKING:
    from .conftest import Client

Wire = t.Callable[..., bytes]
EXPORT_BODY = {"bucket_url": "ims-image:a", "file_format": "vhd"}


@pytest.fixture
def wire(sim: Simulator) -> Wire:
    """Asks for a job over a bare socket, and returns what came until a limit, or the end."""

    def ask(limit: int = 2000, *, end: bytes | None = None) -> bytes:
        token, job_id = sim.identity.issue_token().value, sim.cloud.add_job(script=JobScript(outcome="NEVER"))
        request = f"GET /v1/cloudimages/job/{job_id} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: {token}\r\n\r\n"
        came = b""
        with socket.create_connection(("127.0.0.1", sim.port), timeout=10) as connection:
            connection.sendall(request.encode())
            while len(came) < limit and not (end and came.endswith(end)):
                data = connection.recv(limit)
                if not data:
                    break
                came += data
        return came

    return ask


def job_of(came: bytes) -> t.Any:
    return json.loads(came.split(b"\r\n\r\n")[-1])


@pytest.mark.parametrize("phase", ["whole", "status_line", "header_bytes", "body"])
def test_slow_parts_of_an_answer_that_ends(sim: Simulator, wire: Wire, phase: str) -> None:
    sim.faults.add(Fault("trickle", phase=phase))
    assert job_of(wire(10_000, end=b"}}"))["status"] in ("INIT", "RUNNING")


@pytest.mark.parametrize(
    ("phase", "pattern"),
    [
        ("header_lines", rb"HTTP/1.1 200 OK\r\n.*X-More-0: and more\r\nX-More-1: and more\r\n"),
        ("chunks", rb".*Transfer-Encoding: chunked\r\n\r\n1\r\n\{\r\n1\r\n\"\r\n.*1\r\n \r\n1\r\n \r\n"),
        ("chunk_extension", rb".*\r\n\r\n[0-9a-f]+;more=x{100}"),
        ("trailers", rb".*\}\r\n0\r\nX-Trailer-0: and more\r\nX-Trailer-1: and more\r\n"),
        ("continue", rb"(HTTP/1.1 100 Continue\r\n\r\n){20}"),
    ],
)
def test_parts_that_never_end(sim: Simulator, wire: Wire, phase: str, pattern: bytes) -> None:
    sim.faults.add(Fault("trickle", phase=phase))
    assert re.match(pattern, wire(20_000), re.DOTALL)


@pytest.mark.thorough
def test_a_server_that_says_nothing_keeps_the_connection(sim: Simulator) -> None:
    sim.faults.add(Fault("trickle", phase="silent", seconds=0.01))
    with socket.create_connection(("127.0.0.1", sim.port), timeout=0.2) as connection:
        connection.sendall(b"GET /v2/cloudimages HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with pytest.raises(TimeoutError):
            connection.recv(1)


def test_a_pause_is_kept_between_two_pieces(sim: Simulator, wire: Wire) -> None:
    sim.faults.add(Fault("trickle", phase="continue", seconds=0.05))
    before = time.monotonic()
    wire(3 * len("HTTP/1.1 100 Continue\r\n\r\n"))
    assert time.monotonic() - before >= 0.1


@pytest.mark.parametrize("status", [100, 101, 102, 103, 199])
def test_an_interim_answer_before_the_good_one(sim: Simulator, wire: Wire, status: int) -> None:
    sim.faults.add(Fault("interim", interim=(status,)))
    came = wire(10_000, end=b"}}")
    assert came.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"\r\n\r\nHTTP/1.1 200 OK\r\n" in came


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault("redirect", status=302, after_work=True), 302),
        (Fault("status", status=408, after_work=True), 408),
        (Fault("status", status=499, body="html", after_work=True), 499),
        (Fault("html", after_work=True), 200),
    ],
)
def test_an_answer_in_place_of_the_one_to_work_that_was_done(client: Client, fault: Fault, status: int) -> None:
    image = client.sim.cloud.image_named("private-linux").image_id
    client.sim.faults.add(fault)
    reply = client.send("POST", f"/v1/cloudimages/{image}/file", EXPORT_BODY)
    assert (reply.status, b"job_id" in reply.body) == (status, False)
    assert len(client.sim.cloud.jobs) == 1


def test_the_same_without_the_work(client: Client) -> None:
    image = client.sim.cloud.image_named("private-linux").image_id
    client.sim.faults.add(Fault("status", status=408))
    assert client.send("POST", f"/v1/cloudimages/{image}/file", EXPORT_BODY).status == 408
    assert client.sim.cloud.jobs == {}


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("content_length", rb"\r\nContent-Length: 9{5000}\r\n"),
        ("chunk_size", rb"Transfer-Encoding: chunked\r\n\r\n-5\r\n"),
        ("date", rb"\r\nDate: Fri, 31 Dec 9999 23:59:59 -2300\r\n"),
        ("retry_after", rb"\r\nRetry-After: 31536000\r\n"),
    ],
)
def test_absurd_headers(sim: Simulator, wire: Wire, what: str, pattern: bytes) -> None:
    sim.faults.add(Fault("absurd", what=what))
    came = wire(20_000, end=b"0\r\n\r\n" if what == "chunk_size" else b"}}")
    assert re.search(pattern, came)
    assert came.count(b"Content-Length") == (0 if what == "chunk_size" else 1)


def test_absurd_headers_of_an_error(client: Client) -> None:
    client.sim.faults.add(Fault("status", status=401))
    client.sim.faults.add(Fault("absurd", what="date"))
    reply = client.send("GET", "/v2/cloudimages")
    assert (reply.status, reply.headers["Date"]) == (401, "Fri, 31 Dec 9999 23:59:59 -2300")


def test_a_value_that_is_hundreds_of_lists_deep(client: Client) -> None:
    job_id = client.sim.cloud.add_job(script=JobScript(duration=0))
    client.sim.faults.add(Fault("deep", pointer="/entities"))
    body = client.send("GET", f"/v1/cloudimages/job/{job_id}").body
    assert b'"entities": ' + b"[" * 400 + b"]" * 400 in body
    assert json.loads(body)["status"] == "SUCCESS"


@pytest.mark.parametrize("other", [Fault("change", merge={"status": "RUNNING"}), Fault("echo", content="x")])
def test_what_is_too_deep_to_be_changed_goes_out_all_the_same(client: Client, other: Fault) -> None:
    job_id = client.sim.cloud.add_job(script=JobScript(duration=0))
    for fault in (Fault("deep", depth=100_000), other):
        client.sim.faults.add(fault)
    assert b"[" * 100_000 in client.send("GET", f"/v1/cloudimages/job/{job_id}").body


def test_forty_thousand_sub_jobs_stay_below_four_mebibytes(client: Client) -> None:
    client.sim.faults.add(Fault("many_sub_jobs"))
    job_id = client.sim.cloud.add_job()
    body = client.send("GET", f"/v1/cloudimages/job/{job_id}").body
    assert len(json.loads(body)["entities"]["sub_jobs_result"]) == 40_000
    assert len(body) < 4 * 2**20
    assert client.send("GET", "/v2/cloudimages").json()["images"]


def unquoted(text: str) -> str:
    return t.cast("str", json.loads(f'"{text}"'))


UNDONE: t.Mapping[str, t.Callable[[str, str], bool]] = {
    "plain": lambda text, token: text == token,
    "base64": lambda text, token: base64.b64decode(text).decode() == token,
    "percent": lambda text, token: text != token and urllib.parse.unquote(text) == token,
    "html": lambda text, token: text != token and html.unescape(text) == token,
    "lower": lambda text, token: text == token.lower(),
    "upper": lambda text, token: text == token.upper(),
    "json_twice": lambda text, token: text != token and unquoted(unquoted(text)) == token,
    "prefix": lambda text, token: token.startswith(text) and len(token) > len(text) > len(token) / 2,
}


@pytest.mark.parametrize("form", FORMS)
def test_the_callers_token_in_every_text(client: Client, form: str) -> None:
    token = client.sim.identity.issue_token().value
    job_id = client.sim.cloud.add_job(script=JobScript(init_seconds=0))
    client.sim.faults.add(Fault("echo", form=form))
    for path in (f"/v1/cloudimages/job/{job_id}", "/v2/cloudimages?limit=1", "/v2/images/unknown"):
        reply = client.raw("GET", path, None, {"X-Auth-Token": token})
        texts = [reply.headers["X-Request-Id"], *_texts(reply.json())]
        assert len(texts) >= 2
        assert all(UNDONE[form](text.rpartition(" ")[2], token) for text in texts)
    job = client.raw("GET", f"/v1/cloudimages/job/{job_id}", None, {"X-Auth-Token": token}).json()
    assert (job["status"], job["job_id"]) == ("RUNNING", job_id)
    assert {"error_code", "fail_reason"} <= {name for name, value in job.items() if value}


def _texts(value: t.Any, name: str = "") -> list[str]:
    if isinstance(value, dict):
        return [text for key, inner in value.items() for text in _texts(inner, key)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner, name)]
    return [value] if isinstance(value, str) and name not in ("job_id", "status", "id") else []


def test_an_echo_of_a_password_and_of_what_a_test_gives(client: Client) -> None:
    account = client.sim.account
    user = {"name": account.username, "password": account.password, "domain": {"name": account.domain_name}}
    body = {"auth": {"identity": {"methods": ["password"], "password": {"user": user}}}}
    client.sim.faults.add(Fault("echo", count=1))
    reply = client.raw("POST", "/v3/auth/tokens", json.dumps(body).encode())
    assert reply.json()["token"]["user"]["name"] == f"{account.username} {account.password}"
    client.sim.faults.add(Fault("echo", content="what else", fields=("status",)))
    job = client.send("GET", f"/v1/cloudimages/job/{client.sim.cloud.add_job()}").json()
    assert job["status"] == "INIT what else"
    assert job["fail_reason"] is None


def test_control_characters_in_every_text_of_any_answer(client: Client) -> None:
    job_id = client.sim.cloud.add_job(script=JobScript(init_seconds=0))
    client.sim.faults.add(Fault("control_characters"))
    reply = client.send("GET", f"/v1/cloudimages/job/{job_id}")
    assert all(f"{sign}" in text for text in _texts(reply.json()) for sign in "\x1b\x07\n\u202e")
    assert "\x1b[31m" in reply.headers["X-Request-Id"]
    client.sim.faults.add(Fault("status", status=503))
    assert "\x1b" in client.send("GET", "/v2/cloudimages").json()["error"]["message"]
    client.sim.faults.clear()
    client.sim.faults.add(Fault("control_characters"))
    client.sim.faults.add(Fault("html"))
    assert b"</html>\x1b[31m" in client.send("GET", "/v2/cloudimages").body


def test_faults_go_together(sim: Simulator, wire: Wire) -> None:
    for fault in (
        Fault("interim", interim=(103, 102)),
        Fault("trickle", phase="body"),
        Fault("absurd", what="retry_after"),
        Fault("status", status=503, body="empty"),
    ):
        sim.faults.add(fault)
    came = wire(4000, end=b"Content-Length: 0\r\n\r\n")
    assert re.match(rb"HTTP/1.1 103 .*HTTP/1.1 102 .*HTTP/1.1 503 .*Retry-After: 31536000", came, re.DOTALL)
    assert sorted(sim.requests[-1].faults) == ["absurd", "interim", "status", "trickle"]


def test_kinds_are_told_apart() -> None:
    # The campaign draws from KINDS; none of those goes on for ever.
    assert set(KINDS) < set(ALL_KINDS)
    assert Fault("trickle").phase == PHASES[0] == "whole"


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"kind": "trickle", "phase": "feet"}, "phase"),
        ({"kind": "absurd", "what": "hat"}, "what"),
        ({"kind": "echo", "form": "morse"}, "form"),
        ({"kind": "deep", "depth": -1}, "depth"),
        ({"kind": "many_sub_jobs", "items": "x"}, "items"),
    ],
)
def test_hostile_faults_that_make_no_sense(wrong: dict[str, t.Any], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        Fault(**wrong)
