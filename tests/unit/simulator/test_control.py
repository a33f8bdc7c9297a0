# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface does what the objects do."""

from __future__ import annotations

import contextlib
import http.client
import json
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Client


def ok(client: Client, method: str, path: str, body: t.Any = None) -> t.Any:
    reply = client.control(method, path, body)
    assert reply.status in (200, 201), reply.body
    return reply.json()


def test_health_and_account(client: Client) -> None:
    health = ok(client, "GET", "health")
    assert (health["status"], health["url"], health["internal_errors"]) == ("ok", client.sim.url, [])
    account = ok(client, "GET", "account")
    assert account["access_key"] == client.sim.account.access_key
    assert account["environment"]["HW_IMS_ENDPOINT"] == client.sim.url


def test_connections_are_counted(client: Client) -> None:
    before = ok(client, "GET", "health")["connections"]
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", client.sim.port)) as connection:
        for _request in range(2):
            connection.request("GET", "/_simulator/health")
            found = json.loads(connection.getresponse().read())["connections"]
            assert found == before + 1


def test_a_job_with_a_script(client: Client) -> None:
    script = {
        "duration": 10,
        "init_seconds": 1,
        "outcome": "FAIL",
        "percent": "coarse",
        "tasks": ["A", "B"],
        "statuses": [{"at": 5, "status": "PENDING_PAYMENT"}],
        "failure": {"level": "entities", "code": "IMG.0069", "reason": "closed"},
        "results": [{"image_id": "i", "status": "failed"}],
        "sub_jobs": [{"job_type": "imsGoofysExportImageJob", "outcome": "FAIL"}],
        "time_format": "legacy",
    }
    created = ok(client, "POST", "jobs", {"job_type": "imsNativeExportImageJob", "job_id": "abc", "script": script})
    assert (created["job_id"], created["status"]) == ("abc", "INIT")
    assert client.control("POST", "clock", {"advance": 5}).status == 200
    assert ok(client, "GET", "jobs/abc")["status"] == "PENDING_PAYMENT"
    ok(client, "POST", "clock", {"advance": 5})
    (job,) = ok(client, "GET", "jobs")["jobs"]
    assert (job["status"], job["entities"]["error_code"]) == ("FAIL", "IMG.0069")
    assert job["script"]["failure"]["level"] == "entities"


def test_change_finish_and_forget_a_job(client: Client) -> None:
    job_id = ok(client, "POST", "jobs", {"script": {"outcome": "NEVER"}})["job_id"]
    assert ok(client, "PATCH", f"jobs/{job_id}", {"init_seconds": 0})["status"] == "RUNNING"
    failure = {"code": "IMG.0070", "reason": "exists"}
    job = ok(client, "PATCH", f"jobs/{job_id}", {"finish": "FAIL", "failure": failure})
    assert (job["status"], job["error_code"]) == ("FAIL", "IMG.0070")
    ok(client, "DELETE", f"jobs/{job_id}")
    assert client.control("GET", f"jobs/{job_id}").status == 404
    assert client.control("PATCH", f"jobs/{job_id}", {}).status == 404


def test_scripts_of_jobs_started_later(client: Client) -> None:
    ok(client, "POST", "scripts", {"script": {"outcome": "FAIL", "duration": 3}, "once": True})
    ok(client, "POST", "scripts", {"script": {"percent": "stale"}, "job_type": "imsNativeExportImageJob"})
    scripts = [ok(client, "POST", "jobs", {})["script"] for _turn in range(2)]
    assert [(script["outcome"], script["percent"]) for script in scripts] == [
        ("FAIL", "documented"),
        ("SUCCESS", "stale"),
    ]
    ok(client, "DELETE", "scripts")
    assert ok(client, "POST", "jobs", {})["script"]["percent"] == "documented"


def test_faults(client: Client) -> None:
    fault = {"kind": "status", "status": 429, "retry_after": 2, "count": 1, "path": "/v2/"}
    fault_id = ok(client, "POST", "faults", fault)["id"]
    reply = client.send("GET", "/v2/cloudimages")
    assert (reply.status, reply.headers["Retry-After"]) == (429, "2")
    (told,) = ok(client, "GET", "faults")["faults"]
    assert told == {"id": fault_id, "hits": 1, "remaining": 0, "fault": fault}
    ok(client, "DELETE", f"faults/{fault_id}")
    ok(client, "POST", "faults", {"kind": "reset"})
    ok(client, "DELETE", "faults")
    assert ok(client, "GET", "faults") == {"faults": []}


def test_the_log(client: Client) -> None:
    job_id = ok(client, "POST", "jobs", {})["job_id"]
    for _turn in range(3):
        client.send("GET", f"/v1/cloudimages/job/{job_id}")
    client.send("GET", "/v1/cloudimages/job/unknown?a=b", headers={"X-Secret": "as received"})
    log = ok(client, "GET", "requests?limit=1")
    assert (log["total"], log["count"], len(log["requests"])) == (4, 4, 1)
    assert log["by_route"] == {"GET /v1/cloudimages/job/{job_id}": 4}
    assert log["by_status"] == {"200": 3, "404": 1}
    assert log["by_job"] == {job_id: 3, "unknown": 1}
    (last,) = log["requests"]
    assert (last["path"], last["query"], last["status"]) == ("/v1/cloudimages/job/unknown", "a=b", 404)
    assert last["headers"]["x-secret"] == "as received"
    assert ok(client, "GET", f"requests?job_id={job_id}&method=GET&path=/job/&status=200")["count"] == 3
    ok(client, "DELETE", "requests")
    assert ok(client, "GET", "requests")["total"] == 0


def test_settings(client: Client) -> None:
    assert ok(client, "GET", "settings")["unknown_job"] == "404"
    changed = ok(client, "PATCH", "settings", {"unknown_job": "400", "buckets": ["b"], "job_seconds": 5})
    assert (changed["unknown_job"], changed["buckets"], changed["job_seconds"]) == ("400", ["b"], 5)
    assert client.send("GET", "/v1/cloudimages/job/x").status == 400


def test_images_and_objects(client: Client) -> None:
    image = ok(client, "POST", "images", {"name": "mine", "size_gb": 1, "members": [{"project_id": "p"}]})
    assert "mine" in [shown["name"] for shown in ok(client, "GET", "images")["images"]]
    ok(client, "DELETE", f"images/{image['image_id']}")
    assert client.control("DELETE", f"images/{image['image_id']}").status == 404
    ok(client, "POST", "objects", {"name": "ims-image:there"})
    assert list(ok(client, "GET", "objects")["objects"]) == ["ims-image:there"]
    ok(client, "DELETE", "objects")
    assert ok(client, "GET", "objects")["objects"] == {}


def test_credentials(client: Client) -> None:
    token = ok(client, "POST", "tokens", {"seconds": 60})
    keys = ok(client, "POST", "temporary_keys", {"seconds": 60})
    headers = {"X-Auth-Token": token["value"]}
    signed = {"access_key": keys["access_key"], "secret_key": keys["secret_key"]}
    signed["headers"] = {"X-Security-Token": keys["security_token"]}

    def statuses() -> tuple[int, int]:
        by_token = client.raw("GET", "/v2/cloudimages", None, headers).status
        return by_token, client.signed("GET", "/v2/cloudimages", **signed).status

    assert statuses() == (200, 200)
    ok(client, "POST", "tokens/expire")
    assert statuses() == (401, 401)


def test_reset(client: Client) -> None:
    ok(client, "POST", "jobs", {})
    ok(client, "POST", "faults", {"kind": "status"})
    ok(client, "PATCH", "settings", {"image_quota": 0})
    ok(client, "POST", "reset")
    assert ok(client, "GET", "jobs") == {"jobs": []}
    assert ok(client, "GET", "settings")["image_quota"] == 50
    assert client.send("GET", "/v2/cloudimages").status == 200


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "jobs", {"colour": 1}, "colour"),
        ("POST", "jobs", {"script": {"colour": 1}}, "JobScript has no colour"),
        ("POST", "jobs", {"script": {"tasks": "A"}}, "not a list"),
        ("POST", "jobs", [], "object"),
        ("POST", "faults", {"kind": "nonsense"}, "kind must be one of"),
        ("POST", "faults", {"kind": "status", "path": "("}, "regular expression"),
        ("POST", "faults", {"kind": "status", "count": "3"}, "count must be a number"),
        ("POST", "clock", {"advance": -1}, "forward"),
        ("POST", "images", {"name": "x", "created_at": "1700000000"}, "created_at must be a number"),
        ("PATCH", "settings", {"show_job": "no"}, "show_job must be true or false"),
        ("PATCH", "settings", {"job_seconds": -1}, "job_seconds must be at least"),
        ("GET", "requests?status=x", None, "invalid literal"),
    ],
)
def test_mistakes_are_told_as_a_sentence(client: Client, method: str, path: str, body: t.Any, words: str) -> None:
    reply = client.control(method, path, body)
    assert reply.status == 400
    assert words in reply.json()["error"]


def test_what_is_not_there(client: Client) -> None:
    assert client.control("GET", "nothing").status == 404
    assert client.control("DELETE", "faults/fault-0").status == 404


def test_only_local_names_are_answered(client: Client) -> None:
    reply = client.raw("GET", "/_simulator/health", None, {"Host": "evil.example:80"})
    assert reply.status == 403
    assert client.raw("GET", "/_simulator/health", None, {"Host": "localhost"}).status == 200
