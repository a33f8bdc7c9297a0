# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tokens, temporary keys and projects."""

from __future__ import annotations

import copy
import json
import re
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Client, Reply


def login_body(client: Client, **scope: t.Any) -> dict[str, t.Any]:
    account = client.sim.account
    user = {"name": account.username, "password": account.password, "domain": {"name": account.domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    return {"auth": {"identity": identity, "scope": scope or {"project": {"name": account.region}}}}


def log_in(client: Client, body: dict[str, t.Any]) -> Reply:
    return client.raw("POST", "/v3/auth/tokens?nocatalog=true", json.dumps(body).encode())


def test_a_token_for_a_password(client: Client) -> None:
    reply = log_in(client, login_body(client))
    token = reply.json()["token"]
    assert reply.status == 201
    assert token["project"] == {
        "id": client.sim.account.project_id,
        "name": client.sim.account.region,
        "domain": {"id": client.sim.account.domain_id, "name": client.sim.account.domain_name},
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", token["expires_at"])
    assert token["catalog"] == []
    assert client.raw("GET", "/v2/cloudimages", None, {"X-Auth-Token": reply.headers["X-Subject-Token"]}).status == 200


def test_tokens_live_a_day_unless_set_otherwise(client: Client) -> None:
    def lives(seconds: float) -> tuple[int, int]:
        headers = {"X-Auth-Token": log_in(client, login_body(client)).headers["X-Subject-Token"]}
        client.sim.clock.advance(seconds - 1)
        before = client.raw("GET", "/v2/cloudimages", None, headers).status
        client.sim.clock.advance(1)
        return before, client.raw("GET", "/v2/cloudimages", None, headers).status

    assert lives(86400) == (200, 401)
    client.sim.configure(token_seconds=60)
    assert lives(60) == (200, 401)


def test_scopes(client: Client) -> None:
    account = client.sim.account
    by_id = log_in(client, login_body(client, project={"id": account.project_id})).json()["token"]
    assert by_id["project"]["name"] == account.region
    other = log_in(client, login_body(client, project={"name": account.other_region})).json()["token"]
    assert other["project"]["id"] == account.other_project_id
    assert "project" not in log_in(client, login_body(client, domain={"name": account.domain_name})).json()["token"]
    unknown = log_in(client, login_body(client, project={"name": "mars-1"}))
    assert (unknown.status, unknown.code) == (401, 401)


@pytest.mark.parametrize("path", ["name", "password", "domain/name"])
def test_a_wrong_login(client: Client, path: str) -> None:
    body = copy.deepcopy(login_body(client))
    holder = body["auth"]["identity"]["password"]["user"]
    *parents, last = path.split("/")
    for part in parents:
        holder = holder[part]
    holder[last] = "wrong"
    reply = log_in(client, body)
    assert reply.status == 401
    assert reply.json() == {
        "error": {"code": 401, "message": "The username or password is wrong.", "title": "Unauthorized"}
    }
    assert "X-Subject-Token" not in reply.headers


@pytest.mark.parametrize("body", [{}, {"auth": {"identity": {"methods": ["totp"]}}}, {"auth": 7}])
def test_a_malformed_login(client: Client, body: dict[str, t.Any]) -> None:
    reply = log_in(client, body)
    assert (reply.status, reply.code) == (400, 400)
    assert client.raw("POST", "/v3/auth/tokens", b"{").code == 400


def test_the_catalog_names_the_image_service(client: Client) -> None:
    reply = client.raw("POST", "/v3/auth/tokens", json.dumps(login_body(client)).encode())
    services = {service["type"]: service["endpoints"][0]["url"] for service in reply.json()["token"]["catalog"]}
    assert (services["image"], services["imsv2"]) == (client.sim.url, f"{client.sim.url}/v2")


def projects(client: Client, query: str = "") -> list[str]:
    reply = client.signed("GET", f"/v3/projects{query}")
    assert reply.status == 200
    return [project["id"] for project in reply.json()["projects"]]


def test_projects_by_name(client: Client) -> None:
    account = client.sim.account
    assert projects(client, f"?name={account.region}") == [account.project_id]
    assert projects(client, "?name=mars-1") == []
    assert projects(client, f"?name={account.region}_dev") == [account.dev_project_id]
    assert len(projects(client)) == 3
    assert client.send("GET", "/v3/projects").status == 200
    assert client.raw("GET", "/v3/projects").status == 401


@pytest.mark.parametrize("number", [0, 1, 3])
def test_as_many_projects_as_the_test_wants(client: Client, number: int) -> None:
    client.sim.configure(projects=number)
    assert len(set(projects(client, "?name=anything"))) == number


def test_temporary_keys_for_a_token(client: Client) -> None:
    body = {"auth": {"identity": {"methods": ["token"], "token": {"duration_seconds": 900}}}}
    reply = client.send("POST", "/v3.0/OS-CREDENTIAL/securitytokens", body)
    assert reply.status == 201
    keys = reply.json()["credential"]
    headers = {"X-Security-Token": keys["securitytoken"]}
    told = {"access_key": keys["access"], "secret_key": keys["secret"], "headers": headers}
    assert client.signed("GET", "/v2/cloudimages", **told).status == 200
    client.sim.clock.advance(900)
    assert client.signed("GET", "/v2/cloudimages", **told).status == 401


@pytest.mark.parametrize("seconds", [899, 86401, "900"])
def test_temporary_keys_for_too_long_or_too_short(client: Client, seconds: t.Any) -> None:
    body = {"auth": {"identity": {"methods": ["token"], "token": {"duration_seconds": seconds}}}}
    assert client.send("POST", "/v3.0/OS-CREDENTIAL/securitytokens", body).status == 400
