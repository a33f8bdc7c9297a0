# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The quota, the versions of operating systems, those of the API, and OpenStack's schemas."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Image, Member

if t.TYPE_CHECKING:
    from .conftest import Client


@pytest.mark.parametrize("path", ["/v1/cloudimages/quota", "/v1/{0}/cloudimages/quota"])
def test_the_quota(client: Client, path: str) -> None:
    client.sim.cloud.add_image(Image(members=(Member("p1"), Member("p2"))))
    resources = client.send("GET", path.format(client.project_id)).json()["quotas"]["resources"]
    told = {entry["type"]: (entry["used"], entry["quota"]) for entry in resources}
    # Ten of the start's images are private, and one is only shared with this project.
    assert told == {"image": (11, 50), "image_shared": (1, 1000), "image_member": (2, 128)}
    assert all(set(entry) == {"type", "used", "quota", "min", "max"} for entry in resources)


@pytest.mark.parametrize(("query", "least", "arm"), [("", 6, True), ("?tag=arm", 1, True), ("?tag=bms", 2, False)])
def test_versions_of_operating_systems(client: Client, query: str, least: int, arm: bool) -> None:
    platforms = client.send("GET", f"/v1/cloudimages/os_version{query}").json()
    versions = [version for platform in platforms for version in platform["version_list"]]
    assert all(
        version["platform"] == platform["platform"] for platform in platforms for version in platform["version_list"]
    )
    assert len(versions) == least
    assert any("ARM" in version["os_version"] for version in versions) == arm


def test_versions_of_the_api(client: Client) -> None:
    reply = client.raw("GET", "/")
    versions = {version["id"]: version for version in reply.json()["versions"]}
    assert (reply.status, versions["v2.2"]["status"], len(versions)) == (300, "CURRENT", 5)
    assert versions["v2.2"]["links"] == [{"href": f"{client.sim.url}/v2/", "rel": "self"}]
    for path, ids in {"/v2.0": ["v2.0"], "/v2": ["v2.2", "v2.1", "v2.0"], "/v1/": ["v1.1", "v1.0"]}.items():
        reply = client.raw("GET", path)
        assert (reply.status, [version["id"] for version in reply.json()["versions"]]) == (300, ids)
    client.sim.configure(versions_status=200)
    assert client.raw("GET", "/").status == 200
    assert client.raw("GET", "/v7").outcome == (404, "APIGW.0101")


def test_the_version_of_iam_is_another_one(client: Client) -> None:
    version = client.raw("GET", "/v3").json()["version"]
    assert (version["id"], version["links"][0]["href"]) == ("v3.6", f"{client.sim.url}/v3/")


@pytest.mark.parametrize("name", ["image", "images", "member", "members"])
def test_schemas(client: Client, name: str) -> None:
    assert client.send("GET", f"/v2/schemas/{name}").json()["name"] == name


def test_an_unknown_schema(client: Client) -> None:
    assert client.send("GET", "/v2/schemas/hat").status == 404


def test_every_attribute_of_a_row_is_in_the_schema_or_a_string(client: Client) -> None:
    properties = client.send("GET", "/v2/schemas/image").json()["properties"]
    for row in client.send("GET", "/v2/images").json()["images"]:
        more = {name: value for name, value in row.items() if name not in properties}
        assert all(isinstance(value, str) for value in more.values()), more
