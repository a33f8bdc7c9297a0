# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deleting images."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Image, Member

if t.TYPE_CHECKING:
    from .conftest import Client

LINUX = "10000000-0000-4000-8000-000000000001"
WHOLE = "10000000-0000-4000-8000-000000000004"
UNKNOWN = "11111111-1111-4111-8111-111111111111"
BACKUP = "30000000-0000-4000-8000-000000000001"


def rows(client: Client, query: str) -> list[t.Any]:
    return t.cast("list[t.Any]", client.send("GET", f"/v2/cloudimages?{query}").json()["images"])


def test_it_is_gone_at_once_and_can_be_repeated(client: Client) -> None:
    reply = client.send("DELETE", f"/v2/images/{LINUX}")
    assert (reply.status, reply.body) == (204, b"")
    assert rows(client, f"id={LINUX}") == []
    assert client.send("GET", f"/v2/images/{LINUX}").status == 404
    for image_id in (LINUX, UNKNOWN):
        client.sim.configure(unknown_delete="204")
        assert client.send("DELETE", f"/v2/images/{image_id}").status == 204
        client.sim.configure(unknown_delete="404")
        assert client.send("DELETE", f"/v2/images/{image_id}").outcome == (404, 404)


@pytest.mark.parametrize(("status", "shown"), [("", "active"), ("active", "active")])
def test_lists_may_show_it_for_a_while(client: Client, status: str, shown: str) -> None:
    client.sim.configure(deleted_seconds=10, deleted_status=status)
    client.send("DELETE", f"/v2/images/{LINUX}")
    assert LINUX not in client.sim.cloud.images
    client.sim.clock.advance(9)
    assert [row["status"] for row in rows(client, f"id={LINUX}")] == [shown]
    assert client.send("GET", f"/v2/images/{LINUX}").status == 200
    client.sim.clock.advance(1)
    assert rows(client, f"id={LINUX}") == []


def test_or_show_it_to_those_who_ask_for_deleted_ones(client: Client) -> None:
    client.sim.configure(deleted_seconds=10, deleted_status="deleted")
    client.send("DELETE", f"/v2/images/{LINUX}")
    assert rows(client, f"id={LINUX}") == []
    assert [row["id"] for row in rows(client, "status=deleted")] == [LINUX]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"protected": True}, "IMG.0028"),
        ({"status": "saving"}, "IMG.0090"),
        ({"image_type": "gold"}, "IMG.0094"),
        ({"image_type": "market"}, "IMG.0093"),
        ({"members": (Member("ou-1", "accepted", "organization"),)}, "IMG.0105"),
    ],
)
def test_what_cannot_be_deleted(client: Client, changes: dict[str, t.Any], code: str) -> None:
    image = client.sim.cloud.add_image(Image(**changes))
    assert client.send("DELETE", f"/v2/images/{image.image_id}").outcome == (400, code)
    assert image.image_id in client.sim.cloud.images


@pytest.mark.parametrize("status", ["queued", "killed", "active"])
def test_leftovers_can(client: Client, status: str) -> None:
    image = client.sim.cloud.add_image(Image(status=status))
    assert client.send("DELETE", f"/v2/images/{image.image_id}").status == 204


def test_what_is_shared_with_projects_can_unless_a_setting_says_no(client: Client) -> None:
    image = client.sim.cloud.add_image(Image(members=(Member("p1"),)))
    client.sim.configure(refuse_shared=True)
    assert client.send("DELETE", f"/v2/images/{image.image_id}").outcome == (400, "IMG.0105")
    client.sim.configure(refuse_shared=False)
    assert client.send("DELETE", f"/v2/images/{image.image_id}").status == 204


def test_what_is_being_exported_cannot_unless_a_setting_says_so(client: Client) -> None:
    client.send("POST", f"/v1/cloudimages/{LINUX}/file", {"bucket_url": "ims-image:a", "file_format": "vhd"})
    assert client.send("DELETE", f"/v2/images/{LINUX}").outcome == (400, "IMG.0148")
    client.sim.configure(refuse_exported=False)
    assert client.send("DELETE", f"/v2/images/{LINUX}").status == 204


@pytest.mark.parametrize(
    ("body", "default", "left"),
    [
        (None, False, [BACKUP]),
        (None, True, []),
        ({"delete_backup": True}, False, []),
        ({"delete_backup": False}, True, [BACKUP]),
    ],
)
def test_backups_go_with_a_full_ecs_image_or_stay(client: Client, body: t.Any, default: bool, left: list[str]) -> None:
    client.sim.configure(delete_backup_default=default)
    assert client.send("DELETE", f"/v2/images/{WHOLE}", body).status == 204
    assert list(client.control("GET", "backups").json()["backups"]) == left


def test_the_image_may_be_gone_although_its_backup_is_not(client: Client) -> None:
    client.sim.configure(backup_deletion_fails=True)
    assert client.send("DELETE", f"/v2/images/{WHOLE}", {"delete_backup": True}).outcome == (400, "IMG.0176")
    assert WHOLE not in client.sim.cloud.images
    assert list(client.sim.cloud.backups) == [BACKUP]


@pytest.mark.parametrize("body", [{"delete_backup": "yes"}, [], "x"])
def test_bodies_that_are_refused(client: Client, body: t.Any) -> None:
    assert client.send("DELETE", f"/v2/images/{LINUX}", body).outcome == (400, "IMG.0001")


def test_native_errors_may_be_xml(client: Client) -> None:
    cloud = client.sim.cloud
    cloud.add_image(dataclasses.replace(cloud.images[LINUX], protected=True))
    client.sim.configure(native_errors="xml")
    reply = client.send("DELETE", f"/v2/images/{LINUX}")
    assert (reply.status, reply.headers["Content-Type"]) == (400, "application/xml")
    assert b"<code>IMG.0028</code>" in reply.body
    assert client.send("PATCH", f"/v2/cloudimages/{LINUX}", []).code == "IMG.0001"
