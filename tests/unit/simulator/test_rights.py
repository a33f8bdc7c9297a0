# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Users with rights in enterprise projects only, and what other projects have."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Image
from ansible_collections.huaweicloud.ims.tests.simulator.iam.directory import (
    ENTERPRISE_PROJECT,
    OTHER_ENTERPRISE_PROJECT,
)

if t.TYPE_CHECKING:
    from .conftest import Client

LINUX = "10000000-0000-4000-8000-000000000001"


@pytest.fixture
def granted(client: Client) -> Image:
    client.sim.cloud.add_image(Image(name="elsewhere", enterprise_project_id=OTHER_ENTERPRISE_PROJECT))
    return client.sim.cloud.add_image(Image(name="granted", enterprise_project_id=ENTERPRISE_PROJECT))


def names(client: Client, query: str) -> set[str]:
    return {row["name"] for row in client.send("GET", f"/v2/cloudimages{query}").json()["images"]}


@pytest.mark.parametrize("query", ["", "?name=granted", "?enterprise_project_id=0"])
def test_lists_are_refused_without_the_enterprise_project(limited: Client, granted: Image, query: str) -> None:
    assert limited.send("GET", f"/v2/cloudimages{query}").outcome == (403, "IMG.0026")


@pytest.mark.parametrize("value", ["all_granted_eps", ENTERPRISE_PROJECT])
def test_with_it_they_have_what_was_granted_and_what_is_public(limited: Client, granted: Image, value: str) -> None:
    found = names(limited, f"?enterprise_project_id={value}")
    assert found == {"granted", "public-linux", "shared-with-me"}


def test_users_with_all_rights_filter_by_it(client: Client, granted: Image) -> None:
    assert {"granted", "elsewhere", "private-linux"} <= names(client, "?enterprise_project_id=all_granted_eps")
    assert {"granted", "elsewhere", "private-linux"} <= names(client, "")
    own = "&__imagetype=private"
    assert names(client, f"?enterprise_project_id={ENTERPRISE_PROJECT}{own}") == {"granted"}
    assert "private-linux" in names(client, f"?enterprise_project_id=0{own}")


def test_what_rights_in_an_enterprise_project_do_for_one_image(limited: Client, granted: Image) -> None:
    assert limited.send("GET", f"/v2/images/{granted.image_id}").status == 200
    assert limited.send("GET", f"/v2/images/{LINUX}").status == 404
    rename = [{"op": "replace", "path": "/name", "value": "new"}]
    assert limited.send("PATCH", f"/v2/cloudimages/{granted.image_id}", rename).status == 200
    assert limited.send("PATCH", f"/v2/cloudimages/{LINUX}", rename).outcome == (403, "IMG.0026")
    away = [{"op": "replace", "path": "/enterprise_project_id", "value": "0"}]
    assert limited.send("PATCH", f"/v2/cloudimages/{granted.image_id}", away).outcome == (403, "IMG.0026")
    assert limited.send("DELETE", f"/v2/images/{LINUX}").outcome == (403, "IMG.0026")
    assert limited.send("DELETE", f"/v2/images/{granted.image_id}").status == 204


def test_images_are_made_in_an_enterprise_project_that_was_granted(limited: Client, granted: Image) -> None:
    body = {"name": "n", "instance_id": "877a2cda-ba63-4e1e-b95f-e67e48b6129a"}
    assert limited.send("POST", "/v2/cloudimages/action", body).outcome == (403, "IMG.0026")
    told = {**body, "enterprise_project_id": ENTERPRISE_PROJECT}
    assert limited.send("POST", "/v2/cloudimages/action", told).status == 200
    copy, target = f"/v1/cloudimages/{granted.image_id}/copy", {"enterprise_project_id": ENTERPRISE_PROJECT}
    assert limited.send("POST", copy, {"name": "c"}).outcome == (403, "IMG.0026")
    assert limited.send("POST", copy, {"name": "c", **target}).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v2/images"),
        ("POST", "/v2/images"),
        ("POST", "/v1/cloudimages/members"),
        ("GET", f"/v2/images/{LINUX}/members"),
        ("PUT", "/v1/cloudimages/tags"),
        ("POST", f"/v1/cloudimages/{LINUX}/cross_region_copy"),
    ],
)
def test_calls_to_which_such_rights_do_not_reach(client: Client, limited: Client, method: str, path: str) -> None:
    assert limited.send(method, path, {"x": 1}).outcome == (403, "IMG.0026")
    assert client.send(method, path, {"x": 1}).status != 403


def test_another_project_of_the_region_has_its_own(client: Client) -> None:
    account = client.account
    token = client.sim.identity.issue_token(project_name=account.dev_project_name).value
    headers = {"X-Auth-Token": token}
    made = client.send("POST", "/v2/images", {"name": "of-dev"}, headers)
    assert made.json()["owner"] == account.dev_project_id
    found = client.send("GET", "/v2/cloudimages", None, headers).json()["images"]
    assert {row["name"] for row in found} == {"of-dev", "public-linux"}
    assert "of-dev" not in names(client, "")
    assert client.send("DELETE", f"/v2/images/{LINUX}", None, headers).status == 204
    assert LINUX in client.sim.cloud.images


def test_jobs_belong_to_their_project(client: Client, partner: Client) -> None:
    account = client.account
    job_id = client.sim.cloud.add_job(project_id=account.dev_project_id)
    path = f"/v1/{account.dev_project_id}/jobs/{job_id}"
    assert client.signed("GET", path, headers={"X-Project-Id": account.dev_project_id}).status == 200
    assert client.signed("GET", path).status == 200
    assert client.send("GET", path).outcome == (403, "APIGW.0302")
    assert client.send("GET", f"/v1/cloudimages/job/{job_id}").status == 404
    assert client.signed("GET", f"/v1/cloudimages/job/{job_id}").status == 200
    assert partner.signed("GET", f"/v1/cloudimages/job/{job_id}").status == 404
    assert partner.signed("GET", path).outcome == (403, "APIGW.0302")


def test_the_quota_is_that_of_a_project(client: Client, partner: Client) -> None:
    client.sim.configure(image_quota=2)
    assert client.send("POST", "/v2/images", {}).outcome == (400, "IMG.0015")
    assert partner.send("POST", "/v2/images", {}).status == 201
