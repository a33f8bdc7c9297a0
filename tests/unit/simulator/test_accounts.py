# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several customers, projects and regions; agencies and OpenID Connect."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

KEYS = "/v3.0/OS-CREDENTIAL/securitytokens"
AGENCY = {"agency_name": "simulated-agency", "domain_name": "partner-domain"}
LINUX = "10000000-0000-4000-8000-000000000001"


def assumed(client: Client, **changes: t.Any) -> Reply:
    role = {**AGENCY, "duration_seconds": 900, **changes}
    return client.signed("POST", KEYS, {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}})


def with_keys(reply: Reply) -> dict[str, t.Any]:
    keys = reply.json()["credential"]
    headers = {"X-Security-Token": keys["securitytoken"]}
    return {"access_key": keys["access"], "secret_key": keys["secret"], "headers": headers}


def log_in(client: Client, account: str, **scope: t.Any) -> Reply:
    known = client.sim.accounts[account]
    user = {"name": known.username, "password": known.password, "domain": {"name": known.domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": scope or {"project": {"name": known.region}}}}
    return client.raw("POST", "/v3/auth/tokens", json.dumps(body).encode())


@pytest.mark.parametrize("name", ["main", "partner", "limited"])
def test_each_account_logs_in_and_signs(client: Client, make_client: t.Callable[..., Client], name: str) -> None:
    reply = log_in(client, name)
    assert (reply.status, reply.json()["token"]["user"]["name"]) == (201, client.sim.accounts[name].username)
    query = "?enterprise_project_id=all_granted_eps"
    assert make_client(name).signed("GET", f"/v2/cloudimages{query}").status == 200


def test_a_login_for_a_project_by_its_name(client: Client) -> None:
    account = client.account
    token = log_in(client, "main", project={"name": account.dev_project_name}).json()["token"]
    assert token["project"]["id"] == account.dev_project_id
    projects = client.signed("GET", f"/v3/projects?name={account.dev_project_name}").json()["projects"]
    assert [project["id"] for project in projects] == [account.dev_project_id]


def test_a_token_for_a_token(client: Client) -> None:
    token = client.sim.identity.issue_token(scoped=False).value
    scope = {"project": {"name": client.account.dev_project_name}}
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": token}}, "scope": scope}}
    reply = client.raw("POST", "/v3/auth/tokens", json.dumps(body).encode())
    assert reply.json()["token"]["project"]["name"] == client.account.dev_project_name


def test_the_domain_of_a_caller(client: Client, partner: Client) -> None:
    for each in (client, partner):
        (domain,) = each.signed("GET", "/v3/auth/domains").json()["domains"]
        assert domain["id"] == each.account.domain_id


@pytest.mark.parametrize("domain", [{}, {"domain_name": None, "domain_id": "d0000000000000000000000000000002"}])
def test_an_agency_gives_keys_of_the_other_account(client: Client, partner: Client, domain: dict[str, t.Any]) -> None:
    keys = with_keys(assumed(client, **domain))
    (project,) = client.signed("GET", f"/v3/projects?name={client.region}", **keys).json()["projects"]
    assert project["id"] == partner.project_id
    assert client.signed("DELETE", f"/v2/images/{LINUX}", **keys).status == 204
    assert LINUX in client.sim.cloud.images
    client.sim.clock.advance(900)
    assert client.signed("GET", "/v2/cloudimages", **keys).status == 401


def test_an_agency_by_a_token(client: Client) -> None:
    role = {"methods": ["assume_role"], "assume_role": AGENCY}
    assert client.send("POST", KEYS, {"auth": {"identity": role}}).status == 201
    assert client.raw("POST", KEYS, json.dumps({"auth": {"identity": role}}).encode()).status == 401


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"agency_name": "unknown"}, 404),
        ({"domain_name": "unknown"}, 404),
        ({"agency_name": "simulated-foreign-agency"}, 403),
        ({"agency_name": "simulated-own-agency", "domain_name": "simulated-domain"}, 201),
        ({"duration_seconds": 899}, 400),
        ({"duration_seconds": 86401}, 400),
    ],
)
def test_agencies_that_cannot_be_assumed(client: Client, changes: dict[str, t.Any], status: int) -> None:
    assert assumed(client, **changes).status == status


def by_id_token(client: Client, value: str, idp_id: str = "simulated-idp", **scope: t.Any) -> Reply:
    body = {"auth": {"id_token": {"id": value}, **({"scope": scope} if scope else {})}}
    headers = {"X-Idp-Id": idp_id, "Content-Type": "application/json;charset=UTF-8"}
    return client.raw("POST", "/v3.0/OS-AUTH/id-token/tokens", json.dumps(body).encode(), headers)


def test_an_id_token_gives_a_token_and_that_keys(client: Client) -> None:
    id_token = client.control("POST", "id_tokens", {"seconds": 60}).json()["id_token"]
    assert id_token.count(".") == 2
    reply = by_id_token(client, id_token)
    assert (reply.status, "project" in reply.json()["token"]) == (201, False)
    token = reply.headers["X-Subject-Token"]
    body = {"auth": {"identity": {"methods": ["token"], "token": {"id": token, "duration_seconds": 21600}}}}
    keys = with_keys(client.raw("POST", KEYS, json.dumps(body).encode()))
    assert client.signed("GET", "/v2/cloudimages", **keys).status == 200
    scoped = by_id_token(client, id_token, project={"name": client.region})
    assert scoped.json()["token"]["project"]["id"] == client.project_id


def test_id_tokens_that_are_refused(client: Client) -> None:
    id_token = client.sim.identity.issue_id_token(seconds=60)
    assert by_id_token(client, id_token, "another-idp").status == 401
    assert by_id_token(client, f"{id_token}x").status == 401
    client.sim.clock.advance(60)
    assert by_id_token(client, id_token).status == 401
    fresh = client.sim.identity.issue_id_token()
    client.control("POST", "tokens/expire")
    assert by_id_token(client, fresh).status == 401


def test_a_region_has_a_port_and_images_of_its_own(client: Client, make_client: t.Callable[..., Client]) -> None:
    account = client.account
    there = make_client(region=account.other_region)
    assert there.host != client.host
    assert client.control("GET", "regions").json() == {
        account.region: client.sim.url,
        account.other_region: f"http://{there.host}",
    }
    assert there.send("GET", "/v2/cloudimages").json()["images"] == []
    assert there.send("GET", f"/v2/images/{LINUX}").status == 404
    token = client.sim.identity.issue_token().value
    assert there.send("GET", "/v2/cloudimages", None, {"X-Auth-Token": token}).outcome == (401, "APIGW.0307")


def test_a_key_names_a_project_of_the_region_that_it_asks(client: Client, make_client: t.Callable[..., Client]) -> None:
    there = make_client(region=client.account.other_region)
    assert there.signed("GET", "/v2/cloudimages").status == 200
    for each, project_id in ((client, there.project_id), (there, client.project_id), (client, "unknown")):
        reply = each.signed("GET", "/v2/cloudimages", headers={"X-Project-Id": project_id})
        assert reply.outcome == (403, "APIGW.0302")


def test_a_copy_to_another_region_appears_there(client: Client, make_client: t.Callable[..., Client]) -> None:
    region = client.account.other_region
    body = {"name": "copied", "region": region, "project_name": region, "agency_name": "copier"}
    job_id = client.send("POST", f"/v1/cloudimages/{LINUX}/cross_region_copy", body).json()["job_id"]
    client.sim.clock.advance(20)
    job = client.send("GET", f"/v1/cloudimages/job/{job_id}").json()
    (row,) = make_client(region=region).send("GET", "/v2/cloudimages").json()["images"]
    assert (row["id"], row["name"]) == (job["entities"]["image_id"], "copied")
    assert client.send("GET", f"/v2/cloudimages?id={row['id']}").json()["images"] == []
    refused = client.send("POST", f"/v1/cloudimages/{LINUX}/cross_region_copy", {**body, "project_name": "x"})
    assert refused.outcome == (400, "IMG.0145")


def test_accounts_are_told(client: Client) -> None:
    told = client.control("GET", "accounts").json()
    assert set(told) == {"main", "partner", "limited"}
    partner = told["partner"]["environment"]
    assert partner["HW_ACCESS_KEY"] == client.sim.accounts["partner"].access_key
    token = client.control("POST", "tokens", {"account": "partner"}).json()
    assert token["project_id"] == partner["HW_PROJECT_ID"]
    keys = client.control("POST", "temporary_keys", {"account": "limited"}).json()
    assert set(keys) == {"access_key", "secret_key", "security_token", "expires_at"}
    assert client.control("POST", "tokens", {"account": "nobody"}).status == 404


def test_further_regions_stop_with_the_simulator() -> None:
    with Simulator() as sim:
        first = sim.url_of("eu-west-101")
        with pytest.raises(KeyError):
            sim.url_of("mars-1")
    with sim:
        assert sim.url_of("eu-west-101") == first
