# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sharing with another customer, and the members of one image."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Image, Member

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

LINUX = "10000000-0000-4000-8000-000000000001"
WHOLE = "10000000-0000-4000-8000-000000000004"
BATCH = "/v1/cloudimages/members"
ONE = f"/v2/images/{LINUX}/members"


def listed(client: Client, query: str = "") -> list[str]:
    return [row["name"] for row in client.send("GET", f"/v2/cloudimages{query}").json()["images"]]


def shared(client: Client, status: str) -> list[str]:
    return listed(client, f"?member_status={status}&visibility=shared&__imagetype=shared")


def share(client: Client, partner: Client, image_id: str = LINUX) -> None:
    body = {"images": [image_id], "projects": [partner.project_id]}
    assert client.send("POST", BATCH, body).status == 200
    client.sim.clock.advance(2)


def answer(partner: Client, status: str, **more: t.Any) -> Reply:
    body = {"images": [LINUX], "project_id": partner.project_id, "status": status, **more}
    reply = partner.send("PUT", BATCH, body)
    partner.sim.clock.advance(2)
    return reply


def test_an_image_is_shared_seen_accepted_rejected_and_unshared(client: Client, partner: Client) -> None:
    assert "private-linux" not in listed(partner)
    share(client, partner)
    assert "private-linux" not in listed(partner)
    assert shared(partner, "pending") == ["private-linux"]
    assert answer(partner, "accepted").status == 200
    assert "private-linux" in listed(partner)
    assert (shared(partner, "pending"), shared(partner, "accepted")) == ([], ["private-linux"])
    assert answer(partner, "rejected").status == 200
    assert "private-linux" not in listed(partner)
    assert shared(partner, "rejected") == ["private-linux"]
    assert partner.send("GET", f"/v2/images/{LINUX}").json()["owner"] == client.project_id
    body = {"images": [LINUX], "projects": [partner.project_id]}
    assert client.send("DELETE", BATCH, body).status == 200
    client.sim.clock.advance(2)
    assert shared(partner, "rejected") == []
    assert partner.send("GET", f"/v2/images/{LINUX}").status == 404


@pytest.mark.parametrize("word", ["private", "shared"])
def test_how_a_shared_image_is_called_for_its_owner(client: Client, partner: Client, word: str) -> None:
    client.sim.configure(owner_sees=word)
    assert client.send("GET", f"/v2/images/{LINUX}").json()["__imagetype"] == "private"
    share(client, partner)
    row = client.send("GET", f"/v2/images/{LINUX}").json()
    assert (row["__imagetype"], row["visibility"], row["owner"]) == (word, word, client.project_id)
    assert ("private-linux" in listed(client, "?__imagetype=private")) == (word == "private")
    assert partner.send("GET", f"/v2/images/{LINUX}").json()["__imagetype"] == "shared"


def test_the_status_of_members_counts_for_shared_images_only(client: Client, partner: Client) -> None:
    share(client, partner)
    assert "private-linux" not in listed(partner, "?member_status=pending")


def test_what_a_receiver_may_not(client: Client, partner: Client) -> None:
    share(client, partner)
    assert answer(client, "accepted").outcome == (400, "IMG.0086")
    assert partner.send("PUT", BATCH, {"images": [LINUX], "project_id": "x", "status": "accepted"}).code == "IMG.0067"
    assert partner.send("DELETE", f"/v2/images/{LINUX}").outcome == (400, "IMG.0092")
    assert partner.send("POST", BATCH, {"images": [LINUX], "projects": ["p"]}).code == "IMG.0089"
    tag = {"tag": {"key": "a", "value": ""}}
    assert partner.send("POST", f"/v2/{partner.project_id}/images/{LINUX}/tags", tag).code == "IMG.0047"


def test_a_full_ecs_image_is_accepted_into_a_vault(client: Client, partner: Client) -> None:
    share(client, partner, WHOLE)
    body = {"images": [WHOLE], "project_id": partner.project_id, "status": "accepted"}
    assert partner.send("PUT", BATCH, body).code == "IMG.0184"
    vault = "60000000-0000-4000-8000-000000000001"
    assert partner.send("PUT", BATCH, {**body, "vault_id": vault}).status == 200


def test_openstacks_calls_take_effect_at_once(client: Client, partner: Client) -> None:
    added = client.send("POST", ONE, {"member": partner.project_id})
    assert (added.status, added.json()["status"], added.json()["image_id"]) == (200, "pending", LINUX)
    own = f"{ONE}/{partner.project_id}"
    assert client.send("PUT", own, {"status": "accepted"}).status == 404
    client.sim.clock.advance(60)
    accepted = partner.send("PUT", own, {"status": "accepted"}).json()
    assert (accepted["status"], accepted["created_at"] < accepted["updated_at"]) == ("accepted", True)
    assert partner.send("GET", own).json() == client.send("GET", own).json() == accepted
    assert partner.send("DELETE", own).status == 404
    assert client.send("DELETE", own).status == 204
    assert client.send("DELETE", own).status == 404


@pytest.mark.parametrize(
    ("body", "status"), [({"member": ""}, 400), ({}, 400), ({"member": "a0000000000000000000000000000001"}, 400)]
)
def test_members_that_are_refused(client: Client, body: t.Any, status: int) -> None:
    assert client.send("POST", ONE, body).status == status


def test_the_members_of_one_image_in_pages(client: Client) -> None:
    path = f"/v1/{client.project_id}/cloudimages/{LINUX}/members"
    assert client.send("GET", path).json() == {
        "members": [],
        "schema": "/v2/schemas/members",
        "page_info": {"current_count": 0},
    }
    cloud = client.sim.cloud
    members = tuple(Member(f"p{number}") for number in range(5))
    cloud.add_image(dataclasses.replace(cloud.images[LINUX], members=members))
    seen: list[str] = []
    marker: str | None = ""
    while marker is not None:
        page = client.send("GET", f"{path}?limit=2{marker}").json()
        seen += [member["member_id"] for member in page["members"]]
        told = page["page_info"].get("next_marker")
        marker = None if told is None else f"&marker={told}"
    assert seen == ["p0", "p1", "p2", "p3", "p4"]
    assert client.send("GET", f"{path}?limit=0").status == 400
    assert client.send("GET", f"{path}?marker=x").status == 400
    assert client.send("GET", f"{path}/p3").json()["status"] == "pending"
    assert client.send("GET", f"{path}/p9").outcome == (400, "IMG.0114")


def test_a_member_sees_only_itself(client: Client, partner: Client) -> None:
    cloud = client.sim.cloud
    image = cloud.images[LINUX].with_member(Member("p1")).with_member(Member(partner.project_id))
    cloud.add_image(image)
    path = f"/v1/{partner.project_id}/cloudimages/{LINUX}/members"
    assert [member["member_id"] for member in partner.send("GET", path).json()["members"]] == [partner.project_id]
    assert partner.send("GET", f"{ONE}/p1").status == 404


def test_domains_and_organizations_are_members_of_other_types(client: Client) -> None:
    body = {"images": [LINUX], "domains": ["dom"], "organizations": ["ou-1"]}
    assert client.send("POST", BATCH, body).status == 200
    client.sim.clock.advance(2)
    domain, unit = client.send("GET", ONE).json()["members"]
    assert (domain["member_type"], domain["status"], "urn" in domain) == ("domain", "pending", False)
    assert (unit["member_type"], unit["status"], unit["urn"].endswith("ou-1")) == ("organization", "accepted", True)
    assert client.send("DELETE", f"/v2/images/{LINUX}").outcome == (400, "IMG.0105")
    assert client.send("DELETE", BATCH, body).status == 200
    client.sim.clock.advance(2)
    assert client.send("DELETE", f"/v2/images/{LINUX}").status == 204


def test_the_number_of_members_is_limited(client: Client) -> None:
    client.sim.configure(member_quota=1)
    client.sim.cloud.add_image(client.sim.cloud.images[LINUX].with_member(Member("p1")))
    assert client.send("POST", BATCH, {"images": [LINUX], "projects": ["p2"]}).outcome == (400, "IMG.0088")


def test_who_is_a_member_already_stays_as_it_is(client: Client) -> None:
    image = client.sim.cloud.add_image(Image(name="known", members=(Member("p1", "accepted"),)))
    assert client.send("POST", BATCH, {"images": [image.image_id], "projects": ["p1"]}).status == 200
    client.sim.clock.advance(2)
    assert client.sim.cloud.images[image.image_id].members == (Member("p1", "accepted"),)
