# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each kind of fault as a client sees it that knows nothing but HTTP."""

from __future__ import annotations

import email.utils
import gzip
import http.client
import json
import time
import typing as t
import zlib

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Simulator
from ansible_collections.huaweicloud.ims.tests.simulator.faults.damage import OTHER_JOB_ID
from ansible_collections.huaweicloud.ims.tests.simulator.faults.patches import merged, patched

if t.TYPE_CHECKING:
    from .conftest import Client, Reply


def look(client: Client, job_id: str | None = None) -> Reply:
    return client.send("GET", f"/v1/cloudimages/job/{job_id or client.sim.cloud.add_job()}")


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "IMG.0001"),
        (401, "APIGW.0301"),
        (403, "APIGW.0302"),
        (404, "APIGW.0101"),
        (429, "APIGW.0308"),
        (500, "IMG.0061"),
        (502, "APIGW.0201"),
        (503, "IMG.0061"),
        (504, "APIGW.0201"),
        (599, "IMG.0061"),
    ],
)
def test_a_status_with_its_documented_body(client: Client, status: int, code: str) -> None:
    client.sim.faults.add(Fault("status", status=status))
    reply = look(client)
    assert (reply.status, reply.code) == (status, code)
    assert "Retry-After" not in reply.headers


@pytest.mark.parametrize(
    ("body", "check"),
    [
        ("ims", lambda reply: reply.json() == {"error": {"code": "C", "message": "M"}}),
        ("iam", lambda reply: reply.json()["error"] == {"code": 404, "message": "M", "title": "Not Found"}),
        ("native", lambda reply: reply.json()["itemNotFound"] == {"code": 404, "message": "M"}),
        ("documented", lambda reply: (reply.json()["error_code"], reply.json()["error_msg"]) == ("C", "M")),
        ("html", lambda reply: reply.headers["Content-Type"] == "text/html" and b"<html>" in reply.body),
        ("text", lambda reply: reply.body == b"M"),
        ("empty", lambda reply: reply.body == b""),
    ],
)
def test_kinds_of_bodies(client: Client, body: str, check: t.Callable[[Reply], bool]) -> None:
    client.sim.faults.add(Fault("status", status=404, body=body, code="C", message="M"))
    reply = look(client)
    assert reply.status == 404
    assert check(reply), reply


def test_retry_after_in_seconds_and_as_a_date(client: Client) -> None:
    client.sim.faults.add(Fault("status", status=429, retry_after=7, count=1))
    client.sim.faults.add(Fault("status", status=503, retry_after=60, retry_after_as_date=True))
    assert look(client).headers["Retry-After"] == "7"
    headers = look(client).headers
    later, now = (email.utils.parsedate_to_datetime(headers[name]) for name in ("Retry-After", "Date"))
    assert (later - now).total_seconds() in (59, 60, 61)


def test_html_with_status_200(client: Client) -> None:
    client.sim.faults.add(Fault("html"))
    reply = look(client)
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html")


def test_any_content(client: Client) -> None:
    client.sim.faults.add(Fault("content", content="[1]", content_type="text/json", status=203))
    reply = look(client)
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (203, b"[1]", "text/json")


def test_a_redirect_to_another_host(client: Client) -> None:
    client.sim.faults.add(Fault("redirect", location="http://192.0.2.1/", status=307))
    reply = look(client)
    assert (reply.status, reply.headers["Location"]) == (307, "http://192.0.2.1/")


def test_a_body_that_is_cut(client: Client) -> None:
    client.sim.faults.add(Fault("cut", share=0.5, count=1))
    with pytest.raises(http.client.IncompleteRead) as caught:
        look(client)
    assert abs(len(caught.value.partial) - (caught.value.expected or 0)) <= 1


def test_a_reset_before_and_after_the_work(client: Client) -> None:
    sim, project = client.sim, client.sim.cloud.image_named("private-linux").image_id
    body = {"bucket_url": "ims-image:a", "file_format": "vhd"}
    for kind, jobs in (("reset", 0), ("reset_after", 1)):
        sim.faults.add(Fault(kind, method="POST", count=1))
        with pytest.raises(ConnectionResetError):
            client.send("POST", f"/v1/cloudimages/{project}/file", body)
        client.connection.close()
        assert len(sim.cloud.jobs) == jobs
        assert sim.requests[-1].status == 0
    assert sim.requests[-1].job_id in sim.cloud.jobs


def test_a_connection_that_is_dropped_at_once(client: Client) -> None:
    client.sim.faults.add(Fault("drop_connection", count=1))
    with pytest.raises((ConnectionError, http.client.HTTPException)):
        look(client)
    client.connection.close()
    assert look(client).status == 200
    assert client.sim.requests.total == 1


def test_a_wrong_job_id(client: Client) -> None:
    client.sim.faults.add(Fault("wrong_job_id", count=1))
    assert look(client).json()["job_id"] == OTHER_JOB_ID
    client.sim.faults.add(Fault("wrong_job_id", content="another"))
    assert look(client).json()["job_id"] == "another"


def test_changes_of_the_body(client: Client) -> None:
    patch: tuple[dict[str, t.Any], ...] = (
        {"op": "replace", "path": "/status", "value": 7},
        {"op": "remove", "path": "/job_type"},
        {"op": "add", "path": "/entities/results", "value": [1]},
        {"op": "add", "path": "/entities/results/0", "value": 0},
        {"op": "add", "path": "/entities/results/-", "value": 2},
        {"op": "replace", "path": "/error_code", "value": None},
    )
    client.sim.faults.add(Fault("change", merge={"fail_reason": "r", "end_time": None}, patch=patch))
    job = look(client).json()
    assert (job["status"], job["fail_reason"], job["error_code"]) == (7, "r", None)
    assert job["entities"] == {"results": [0, 1, 2]}
    assert not {"job_type", "end_time"} & set(job)


def test_the_whole_body_can_be_changed(client: Client) -> None:
    client.sim.faults.add(Fault("change", patch=({"op": "replace", "path": "", "value": [1]},)))
    assert look(client).json() == [1]


def test_patches_as_functions() -> None:
    assert merged({"a": {"b": 1, "c": 2}}, {"a": {"b": None}, "d": [1]}) == {"a": {"c": 2}, "d": [1]}
    assert patched({"a/b": {"~": 1}}, {"op": "remove", "path": "/a~1b/~0"}) == {"a/b": {}}
    assert patched({"a": [{"b": 1}]}, {"op": "replace", "path": "/a/0/b", "value": 2}) == {"a": [{"b": 2}]}


def test_a_body_over_four_mebibytes(client: Client) -> None:
    client.sim.faults.add(Fault("oversize"))
    reply = look(client)
    assert len(reply.body) > 5 * 2**20
    assert reply.json()["status"] == "INIT"


def test_a_body_in_gzip(client: Client) -> None:
    client.sim.faults.add(Fault("gzip"))
    reply = look(client)
    assert reply.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(reply.body))["status"] == "INIT"


def test_a_bomb_in_gzip(client: Client) -> None:
    client.sim.faults.add(Fault("gzip_bomb", size=8 * 2**20 + 1))
    reply = look(client)
    assert len(reply.body) < 2**15
    content = zlib.decompress(reply.body, 31)
    assert len(content) > 8 * 2**20
    assert json.loads(content)["status"] == "INIT"


def test_a_body_that_is_not_utf8(client: Client) -> None:
    client.sim.faults.add(Fault("invalid_utf8"))
    with pytest.raises(UnicodeDecodeError):
        look(client).body.decode("utf-8")


def test_a_start_whose_answer_cannot_be_read_is_logged_without_its_job(client: Client) -> None:
    image = client.sim.cloud.image_named("private-linux").image_id
    client.sim.faults.add(Fault("invalid_utf8", method="POST"))
    body = {"bucket_url": "ims-image:a", "file_format": "vhd"}
    reply = client.send("POST", f"/v1/cloudimages/{image}/file", body)
    assert (reply.status, len(client.sim.cloud.jobs)) == (200, 1)
    assert (client.sim.requests[-1].status, client.sim.requests[-1].job_id) == (200, None)


def test_a_body_byte_by_byte(client: Client) -> None:
    client.sim.faults.add(Fault("trickle", seconds=0.0))
    assert look(client).json()["status"] == "INIT"


def test_more_headers(client: Client) -> None:
    client.sim.faults.add(Fault("headers", headers={"X-More": "1", "content-type": "text/plain"}))
    headers = look(client).headers
    assert (headers["X-More"], headers["content-type"]) == ("1", "text/plain")
    assert "Content-Type" not in headers


def test_a_delay_comes_before_the_work(client: Client) -> None:
    client.sim.faults.add(Fault("delay", seconds=0.05))
    before = time.monotonic()
    assert look(client).status == 200
    assert 0.05 <= time.monotonic() - before < 5


def test_a_delay_ends_with_the_simulator() -> None:
    sim = Simulator().start()
    sim.faults.add(Fault("delay", seconds=3600))
    connection = http.client.HTTPConnection("127.0.0.1", sim.port)
    connection.request("GET", "/v2/cloudimages")
    while not sim.requests.total:
        time.sleep(0.001)
    sim.stop()
    connection.close()


def test_a_wrong_clock_judges_the_dates_of_signatures(client: Client) -> None:
    client.sim.faults.add(Fault("wrong_clock", seconds=3600, path="cloudimages"))
    assert "signature expired" in client.signed("GET", "/v2/cloudimages").json()["error_msg"]
    reply = client.signed("GET", "/v2/cloudimages", age=-3600)
    assert reply.status == 200
    date = email.utils.parsedate_to_datetime(reply.headers["Date"]).timestamp()
    assert 3590 < date - time.time() < 3610
    assert client.signed("GET", "/v3/projects").status == 200


def test_requests_are_chosen(client: Client) -> None:
    sim = client.sim
    first, second = sim.cloud.add_job(), sim.cloud.add_job()
    fault_id = sim.faults.add(Fault("status", job_id=second, method="GET", path=r"/job/\w+$", skip=1, count=2))
    seen = [(look(client, first).status, look(client, second).status) for _turn in range(4)]
    assert seen == [(200, 200), (200, 503), (200, 503), (200, 200)]
    assert sim.faults.hits(fault_id) == 2
    assert client.send("GET", "/v2/cloudimages").status == 200


def test_faults_that_replace_the_answer_come_one_after_the_other(client: Client) -> None:
    for status in (503, 502, 429):
        client.sim.faults.add(Fault("status", status=status, count=1))
    assert [look(client).status for _turn in range(4)] == [503, 502, 429, 200]


def test_faults_by_chance_are_repeatable(client: Client) -> None:
    def run() -> list[int]:
        client.sim.faults.clear()
        client.sim.faults.add(Fault("status", probability=0.5, seed=4))
        return [look(client).status for _turn in range(20)]

    seen = run()
    assert set(seen) == {200, 503}
    assert run() == seen


def test_faults_are_logged_and_can_be_taken_away(client: Client) -> None:
    fault_id = client.sim.faults.add(Fault("status", status=500))
    look(client)
    assert (client.sim.requests[-1].faults, client.sim.requests[-1].status) == (("status",), 500)
    client.sim.faults.remove(fault_id)
    assert look(client).status == 200


def test_the_control_interface_is_spared(client: Client) -> None:
    client.sim.faults.add(Fault("reset"))
    assert client.control("GET", "health").status == 200


@pytest.mark.parametrize("wrong", [{"kind": "other"}, {"kind": "status", "path": "["}, {"kind": "status", "body": "x"}])
def test_faults_that_make_no_sense(wrong: dict[str, t.Any]) -> None:
    with pytest.raises(ValueError, match="path|kind|body"):
        Fault(**wrong)
