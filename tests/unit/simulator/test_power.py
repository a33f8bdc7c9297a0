# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ECS in small: servers are looked at, stopped and started."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import JobScript

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

RUNNING = "40000000-0000-4000-8000-000000000001"
STOPPED = "40000000-0000-4000-8000-000000000002"
UNKNOWN = "11111111-1111-4111-8111-111111111111"


def act(client: Client, body: t.Any) -> Reply:
    return client.send("POST", f"/v1/{client.project_id}/cloudservers/action", body)


def stop(client: Client, *ids: str, **more: t.Any) -> Reply:
    return act(client, {"os-stop": {"servers": [{"id": server_id} for server_id in ids], **more}})


def start(client: Client, *ids: str) -> Reply:
    return act(client, {"os-start": {"servers": [{"id": server_id} for server_id in ids]}})


def state(client: Client, server_id: str) -> tuple[str, str | None, str, int]:
    server = client.send("GET", f"/v1/{client.project_id}/cloudservers/{server_id}").json()["server"]
    return tuple(
        server[name]
        for name in ("status", *(f"OS-EXT-STS:{part}" for part in ("task_state", "vm_state", "power_state")))
    )  # type: ignore[return-value]


def test_a_server_stops_and_starts(client: Client) -> None:
    assert state(client, RUNNING) == ("ACTIVE", None, "active", 1)
    job_id = stop(client, RUNNING, type="SOFT").json()["job_id"]
    assert state(client, RUNNING) == ("ACTIVE", "powering-off", "active", 1)
    path = f"/v1/{client.project_id}/jobs/{job_id}"
    assert client.send("GET", path).json()["entities"] == {}
    client.sim.clock.advance(1)
    job = client.send("GET", path).json()
    assert (job["status"], job["end_time"], job["entities"]["sub_jobs_total"]) == ("RUNNING", "", 1)
    assert job["entities"]["sub_jobs"][0]["entities"] == {"server_id": RUNNING}
    client.sim.clock.advance(1)
    assert client.send("GET", path).json()["status"] == "SUCCESS"
    assert state(client, RUNNING) == ("SHUTOFF", None, "stopped", 4)
    assert start(client, RUNNING).status == 200
    assert state(client, RUNNING)[1] == "powering-on"
    client.sim.clock.advance(2)
    assert state(client, RUNNING) == ("ACTIVE", None, "active", 1)
    server = client.sim.cloud.servers[RUNNING]
    assert (server.stops, server.starts) == (1, 1)


def test_several_at_once_and_ones_that_are_so_already(client: Client) -> None:
    assert stop(client, RUNNING, STOPPED, type="HARD").status == 200
    client.sim.clock.advance(2)
    assert state(client, RUNNING)[0] == state(client, STOPPED)[0] == "SHUTOFF"


def test_a_stop_that_fails_leaves_the_server_as_it_was(client: Client) -> None:
    client.sim.cloud.set_script(JobScript(outcome="FAIL"), job_type="batchStopServer")
    job_id = stop(client, RUNNING).json()["job_id"]
    client.sim.clock.advance(2)
    job = client.send("GET", f"/v1/{client.project_id}/jobs/{job_id}").json()
    assert (job["status"], job["error_code"]) == ("FAIL", "IMG.0061")
    assert state(client, RUNNING) == ("ACTIVE", None, "active", 1)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"os-stop": {"type": "GENTLE", "servers": [{"id": RUNNING}]}}, 400),
        ({"os-stop": []}, 400),
        ({"os-start": {"servers": []}}, 400),
        ({"os-start": {"servers": [{"name": "web"}]}}, 400),
        ({"os-start": {"servers": [{"id": UNKNOWN}]}}, 404),
        ({"os-start": {"servers": [{"id": RUNNING}]}, "os-stop": {"servers": [{"id": RUNNING}]}}, 400),
    ],
)
def test_actions_that_are_refused(client: Client, body: t.Any, status: int) -> None:
    reply = act(client, body)
    assert reply.status == status
    assert reply.code.startswith("Ecs.")
    assert client.sim.cloud.jobs == {}


def test_an_unknown_server(client: Client) -> None:
    reply = client.send("GET", f"/v1/{client.project_id}/cloudservers/{UNKNOWN}")
    assert reply.outcome == (404, "Ecs.0114")


def test_its_jobs_are_no_jobs_of_ims(client: Client, partner: Client) -> None:
    job_id = stop(client, RUNNING).json()["job_id"]
    assert client.send("GET", f"/v1/cloudimages/job/{job_id}").status == 404
    assert partner.send("GET", f"/v1/{partner.project_id}/jobs/{job_id}").status == 404


def test_servers_by_the_control_interface(client: Client) -> None:
    server = {"server_id": UNKNOWN, "name": "mine", "status": "SHUTOFF"}
    assert client.control("POST", "servers", server).status == 201
    assert state(client, UNKNOWN)[0] == "SHUTOFF"
    assert client.control("PATCH", f"servers/{UNKNOWN}", {"status": "ACTIVE"}).json()["status"] == "ACTIVE"
    assert [known["name"] for known in client.control("GET", "servers").json()["servers"]] == [
        "web",
        "database",
        "mine",
    ]
