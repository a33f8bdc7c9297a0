# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Updating an image by JSON patch."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

DATA_IMAGE = "10000000-0000-4000-8000-000000000008"
QUEUED = "10000000-0000-4000-8000-000000000011"
PUBLIC = "10000000-0000-4000-8000-000000000003"
LINUX = "10000000-0000-4000-8000-000000000001"


def operation(op: str, name: str, value: t.Any = None) -> dict[str, t.Any]:
    return {"op": op, "path": f"/{name}", "value": value}


def patch(client: Client, *operations: t.Any, image_id: str = LINUX) -> Reply:
    return client.send("PATCH", f"/v2/cloudimages/{image_id}", list(operations))


def test_the_documented_sample(client: Client) -> None:
    client.sim.clock.advance(10)
    reply = patch(client, operation("replace", "name", "ims_test"))
    (row,) = client.send("GET", f"/v2/cloudimages?id={LINUX}").json()["images"]
    assert (reply.status, reply.json()) == (200, row)
    assert row["name"] == "ims_test"
    assert row["updated_at"] > row["created_at"]


def test_several_operations_are_done_or_none(client: Client) -> None:
    changed = patch(client, operation("replace", "min_ram", 512), operation("add", "max_ram", "4096")).json()
    assert (changed["min_ram"], changed["max_ram"]) == (512, "4096")
    refused = patch(client, operation("replace", "name", "no"), operation("replace", "__description", "d"))
    assert refused.outcome == (400, "IMG.0035")
    assert client.sim.cloud.images[LINUX].name == "private-linux"


@pytest.mark.parametrize(
    ("name", "value"),
    [("__description", "d"), ("max_ram", 1024), ("hw_firmware_type", "uefi"), ("__support_kvm", "true"), ("mine", "")],
)
def test_an_attribute_must_be_added_before_it_is_replaced(client: Client, name: str, value: t.Any) -> None:
    assert name not in client.send("GET", f"/v2/images/{LINUX}").json()
    assert patch(client, operation("replace", name, value)).outcome == (400, "IMG.0035")
    assert patch(client, operation("remove", name)).outcome == (400, "IMG.0035")
    assert patch(client, operation("add", name, value)).json()[name] == str(value)
    assert patch(client, operation("replace", name, value)).status == 200
    assert patch(client, operation("add", name, value)).status == 200
    client.sim.configure(add_replaces=False)
    assert patch(client, operation("add", name, value)).outcome == (400, "IMG.0035")
    assert name not in patch(client, operation("remove", name)).json()


def test_an_image_moves_to_another_enterprise_project(client: Client) -> None:
    moved = "e1000000-0000-4000-8000-000000000002"
    assert patch(client, operation("replace", "enterprise_project_id", moved)).json()["enterprise_project_id"] == moved


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("name", " x", "IMG.0003"),
        ("name", "x" * 129, "IMG.0002"),
        ("__description", "<b>", "IMG.0054"),
        ("__description", "x" * 1025, "IMG.0004"),
        ("min_ram", "much", "IMG.0055"),
        ("min_ram", True, "IMG.0055"),
        ("max_ram", 4194305, "IMG.0055"),
        ("hw_firmware_type", "coreboot", "IMG.0141"),
        ("hw_vif_multiqueue_enabled", "yes", "IMG.0001"),
        ("os_shutdown_timeout", "59", "IMG.0001"),
        ("enterprise_project_id", "x", "IMG.0155"),
        ("mine", 7, "IMG.0001"),
        ("min_disk", 50, "IMG.0105"),
        ("protected", True, "IMG.0105"),
        ("visibility", "public", "IMG.0105"),
        ("__os_version", "BeOS", "IMG.0105"),
        ("tags", ["a"], "IMG.0105"),
        ("Mine", "x", "IMG.0105"),
    ],
)
def test_values_and_attributes_that_are_refused(client: Client, name: str, value: t.Any, code: str) -> None:
    assert patch(client, operation("add", name, value)).outcome == (400, code)


@pytest.mark.parametrize(
    "body",
    [{}, [], ["x"], [{"op": "move", "path": "/name", "value": "a"}], [{"op": "add", "path": "name", "value": "a"}],
     [{"op": "add", "path": "/name"}]],
)  # fmt: skip
def test_bodies_that_are_no_patch(client: Client, body: t.Any) -> None:
    assert client.send("PATCH", f"/v2/cloudimages/{LINUX}", body).outcome == (400, "IMG.0001")


def test_which_images_can_be_updated(client: Client) -> None:
    rename = operation("replace", "name", "new")
    assert patch(client, rename, image_id=QUEUED).outcome == (400, "IMG.0046")
    assert patch(client, rename, image_id=PUBLIC).outcome == (400, "IMG.0047")
    assert patch(client, rename, image_id=DATA_IMAGE).status == 200
    assert patch(client, operation("replace", "min_ram", 1), image_id=DATA_IMAGE).outcome == (400, "IMG.0168")
    assert patch(client, rename, image_id="11111111-1111-4111-8111-111111111111").outcome == (400, "IMG.0027")


def test_images_for_arm_have_uefi(client: Client) -> None:
    cloud = client.sim.cloud
    cloud.add_image(dataclasses.replace(cloud.images[LINUX], architecture="arm"))
    assert patch(client, operation("add", "hw_firmware_type", "bios")).outcome == (400, "IMG.0141")
    assert patch(client, operation("add", "hw_firmware_type", "uefi")).status == 200


@pytest.mark.parametrize(
    ("kind", "body"),
    [("v2.1", [operation("replace", "name", "test01")]), ("v2.0", [{"replace": "/name", "value": "test01"}])],
)
def test_openstacks_two_forms(client: Client, kind: str, body: t.Any) -> None:
    headers = {"Content-Type": f"application/openstack-images-{kind}-json-patch"}
    reply = client.send("PATCH", f"/v2/images/{LINUX}", body, headers)
    assert (reply.status, reply.json()["name"]) == (200, "test01")


def test_openstacks_call_refuses_in_its_own_way(client: Client) -> None:
    path = "/v2/images/{0}".format
    assert client.send("PATCH", path(LINUX), [operation("add", "__support_kvm", "true")]).outcome == (403, 403)
    assert client.send("PATCH", path(PUBLIC), [operation("replace", "name", "a")]).outcome == (403, 403)
    assert client.send("PATCH", path("unknown"), [operation("replace", "name", "a")]).outcome == (404, 404)
