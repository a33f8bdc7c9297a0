# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is seen of an image while it is being made, and what is left when that fails."""

from __future__ import annotations

import dataclasses
import typing as t
import uuid

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import JobScript

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

Start = t.Callable[..., "Reply"]
QUEUED = "10000000-0000-4000-8000-000000000011"


def rows(client: Client, image_id: str | None) -> list[t.Any]:
    return t.cast("list[t.Any]", client.send("GET", f"/v2/cloudimages?id={image_id}").json()["images"])


def test_nothing_until_it_is_active(client: Client, start: Start) -> None:
    job = client.sim.cloud.jobs[start("server").json()["job_id"]]
    assert rows(client, job.image_id) == []
    client.sim.clock.advance(20)
    (row,) = rows(client, job.image_id)
    assert (row["status"], row["name"]) == ("active", "ims_test")


def test_under_its_name(client: Client, start: Start) -> None:
    client.sim.configure(creation_shown="name")
    job = client.sim.cloud.jobs[start("copy").json()["job_id"]]
    (row,) = rows(client, job.image_id)
    assert (row["status"], row["name"], "active_at" in row) == ("saving", "c", False)
    assert client.send("DELETE", f"/v2/images/{job.image_id}").outcome == (400, "IMG.0090")
    client.sim.clock.advance(20)
    assert rows(client, job.image_id)[0]["status"] == "active"


def test_under_a_uuid_as_the_sample_of_a_running_copy_is(client: Client, start: Start) -> None:
    client.sim.configure(creation_shown="uuid")
    job_id = start("copy").json()["job_id"]
    job = client.sim.cloud.jobs[job_id]
    (row,) = rows(client, job.image_id)
    assert str(uuid.UUID(row["name"])) == row["name"]
    client.sim.clock.advance(2)
    shown = client.send("GET", f"/v1/cloudimages/job/{job_id}").json()
    assert shown["entities"]["image_name"] == row["name"]
    client.sim.clock.advance(20)
    assert rows(client, job.image_id)[0]["name"] == "c"


@pytest.mark.parametrize(("left", "statuses"), [("gone", []), ("killed", ["killed"])])
@pytest.mark.parametrize("shown", ["hidden", "name"])
def test_what_is_left_of_a_failure(client: Client, start: Start, left: str, statuses: list[str], shown: str) -> None:
    client.sim.configure(creation_shown=shown, failed_creation=left)
    client.sim.cloud.set_script(JobScript(outcome="FAIL"))
    job = client.sim.cloud.jobs[start("server").json()["job_id"]]
    client.sim.clock.advance(20)
    assert [row["status"] for row in rows(client, job.image_id)] == statuses


def test_images_of_volumes_are_all_shown(client: Client, start: Start) -> None:
    client.sim.configure(creation_shown="name")
    start("volumes")
    found = client.send("GET", "/v2/cloudimages?status=saving").json()["images"]
    assert {row["name"] for row in found} == {"d1", "d2"}


def test_an_image_whose_sub_job_fails_is_shown_no_longer(client: Client, start: Start) -> None:
    client.sim.configure(creation_shown="name")
    job = client.sim.cloud.jobs[start("volumes").json()["job_id"]]
    first, second = job.sub_jobs
    client.sim.cloud.change_script(job.job_id, sub_jobs=(first, dataclasses.replace(second, outcome="FAIL")))
    client.sim.clock.advance(20)
    assert [row["status"] for row in rows(client, first.image_id)] == ["active"]
    assert rows(client, second.image_id) == []


def test_a_second_image_of_a_busy_server_and_one_of_a_running_server_are_refused_if_asked(
    client: Client, start: Start
) -> None:
    running, stopped = client.sim.cloud.servers
    client.sim.configure(refuse_running_servers=True, refuse_busy_servers=True)
    assert start("server", instance_id=running).code == "IMG.0008"
    assert start("server", instance_id=stopped).status == 200
    assert start("server", instance_id=stopped).code == "IMG.0010"
    client.sim.clock.advance(20)
    assert start("server", instance_id=stopped).status == 200


def test_where_an_image_comes_from(client: Client, start: Start) -> None:
    def row_of(call: str, **changes: t.Any) -> dict[str, t.Any]:
        job = client.sim.cloud.jobs[start(call, **changes).json()["job_id"]]
        client.sim.clock.advance(20)
        return t.cast("dict[str, t.Any]", rows(client, job.image_id)[0])

    body = {"architecture": "arm", "hw_firmware_type": "uefi"}
    row = row_of("file", **body)
    assert (row["__data_origin"], row["__root_origin"]) == ("file,ims-image:centos70.qcow2", "file")
    assert (row["__support_arm"], row["hw_firmware_type"]) == ("true", "uefi")
    assert "architecture" not in row
    assert row_of("server")["__data_origin"] == "instance,877a2cda-ba63-4e1e-b95f-e67e48b6129a"
    copied = row_of("copy")
    assert (copied["__originalimagename"], copied["tags"]) == ("10000000-0000-4000-8000-000000000001", [])
    whole = row_of("whole")
    assert (whole["__whole_image"], whole["__backup_id"] in client.sim.cloud.backups) == ("true", True)


def test_data_images_take_tags_as_keys_and_values(client: Client, start: Start) -> None:
    volume = "877a2cda-ba63-4e1e-b95f-e67e48b6129a"
    tags = [{"key": "Release", "value": "1.2 Beta"}]
    assert start("volumes", data_images=[{"name": "d", "volume_id": volume, "image_tags": tags}]).status == 200
    client.sim.clock.advance(20)
    image = client.sim.cloud.image_named("d")
    path = f"/v2/{client.project_id}/images/{image.image_id}/tags"
    assert client.send("GET", path).json()["tags"] == tags


def metadata(client: Client, **body: t.Any) -> Reply:
    return client.send("POST", "/v2/images", body)


def test_metadata_come_first_and_wait_for_a_file(client: Client) -> None:
    body = {"name": "test", "__os_version": "Windows Server 2019", "min_disk": 40, "min_ram": 1024, "protected": False}
    reply = metadata(client, **body, tags=["test=testvalue"], visibility="private", disk_format="zvhd2", aaaa="11111")
    row = reply.json()
    assert (reply.status, row["status"], row["__image_size"], row["min_ram"]) == (201, "queued", "0", 1024)
    assert (row["tags"], row["aaaa"], row["__os_type"], row["owner"]) == (
        ["test=testvalue"],
        "11111",
        "Windows",
        client.project_id,
    )
    assert not {"active_at", "__description"} & set(row)
    assert rows(client, row["id"]) == [{**row, "enterprise_project_id": "0"}]
    path = f"/v1/cloudimages/{row['id']}/upload"
    job_id = client.send("PUT", path, {"image_url": "bucket-1:disk.vhd"}).json()["job_id"]
    assert rows(client, row["id"])[0]["status"] == "saving"
    assert client.send("PUT", path, {"image_url": "bucket-1:disk.vhd"}).code == "IMG.0105"
    client.sim.clock.advance(20)
    assert client.send("GET", f"/v1/cloudimages/job/{job_id}").json()["status"] == "SUCCESS"
    (active,) = rows(client, row["id"])
    assert (active["status"], active["__image_size"], "active_at" in active) == ("active", str(40 * 2**30), True)


def test_everything_in_the_metadata_is_optional(client: Client) -> None:
    row = metadata(client).json()
    assert (row["name"], row["__os_version"], row["disk_format"]) == ("", "Other Linux(64 bit)", "vhd")


@pytest.mark.parametrize(
    "body",
    [{"visibility": "public"}, {"disk_format": "tar"}, {"min_disk": "40"}, {"protected": "no"}, {"tags": "a"}],
)
def test_metadata_that_are_refused(client: Client, body: dict[str, t.Any]) -> None:
    assert metadata(client, **body).outcome == (400, 400)


@pytest.mark.parametrize("left", ["killed", "queued"])
def test_a_registration_that_fails(client: Client, start: Start, left: str) -> None:
    client.sim.configure(failed_register=left)
    client.sim.cloud.set_script(JobScript(outcome="FAIL"))
    assert start("register").status == 200
    client.sim.clock.advance(20)
    assert client.sim.cloud.images[QUEUED].status == left


def test_a_protected_row_can_only_be_made_with_its_metadata(client: Client) -> None:
    row = metadata(client, protected=True).json()
    assert client.send("DELETE", f"/v2/images/{row['id']}").outcome == (400, "IMG.0028")
