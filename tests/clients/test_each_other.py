# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's SDK sees what our modules did to an image, and ours see what the SDK did."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.clients.ours import Ours
from ansible_collections.huaweicloud.ims.tests.clients.sdk import load

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.clients.sdk import Sdk
    from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

LINUX = "10000000-0000-4000-8000-000000000001"
LINUX_2 = "10000000-0000-4000-8000-000000000002"
PENDING = {"member_status": "pending", "visibility": "shared", "imagetype": "shared"}


@pytest.fixture
def ours(sim: Simulator) -> Ours:
    return Ours(sim)


@pytest.fixture
def receiver(sim: Simulator) -> Ours:
    return Ours(sim, "partner")


def tags_of(sdk: Sdk, image_id: str) -> dict[str, str]:
    return {tag.key: tag.value for tag in sdk.ims("list_image_tags", image_id=image_id).tags}


def listed(ours: Ours, **options: t.Any) -> list[dict[str, t.Any]]:
    found: list[dict[str, t.Any]] = ours.do("ims_image_info", **options)["images"]
    return found


# -- what ours did ---------------------------------------------------------------------------------------------------


def test_the_sdk_sees_an_image_that_we_changed(ours: Ours, sdk: Sdk) -> None:
    changes = {"new_name": "renamed", "description": "d", "min_ram": 1024, "tags": {"release": "1.2"}}
    assert ours.do("ims_image", image_id=LINUX, **changes)["changed"]
    (image,) = sdk.ims("list_images", id=LINUX).images
    assert (image.name, image.description, image.min_ram) == ("renamed", "d", 1024)
    assert tags_of(sdk, LINUX) == {"release": "1.2"}
    assert not ours.do("ims_image", image_id=LINUX, **changes)["changed"]


def test_the_sdk_sees_an_image_that_we_made_and_deleted(ours: Ours, sdk: Sdk) -> None:
    ours.do("ims_image_copy", image_id=LINUX, name="copy")
    (image,) = sdk.ims("list_images", name="copy").images
    assert image.status == "active"
    assert not ours.do("ims_image_copy", image_id=LINUX, name="copy")["changed"]
    assert ours.do("ims_image", image_id=image.id, state="absent")["changed"]
    assert sdk.ims("list_images", id=image.id).images == []


def test_the_sdk_of_the_receiver_sees_what_we_share_and_take_back(ours: Ours, sdk: Sdk, partner: Sdk) -> None:
    other = partner.account.project_id
    ours.do("ims_image_share", state="shared", image_ids=[LINUX], project_ids=[other])
    assert [image.id for image in partner.ims("list_images", **PENDING).images] == [LINUX]
    assert [member.member_id for member in sdk.ims("list_image_members", image_id=LINUX).members] == [other]
    ours.do("ims_image_share", state="unshared", image_ids=[LINUX], project_ids=[other])
    assert sdk.ims("list_image_members", image_id=LINUX).members == []
    assert partner.ims("list_images", **PENDING).images == []


def test_the_sdk_sees_what_we_accepted(ours: Ours, receiver: Ours, sdk: Sdk, partner: Sdk) -> None:
    other = partner.account.project_id
    ours.do("ims_image_share", state="shared", image_ids=[LINUX], project_ids=[other])
    receiver.do("ims_image_share", state="accepted", image_ids=[LINUX])
    assert sdk.ims("show_image_member", image_id=LINUX, member_id=other).status == "accepted"
    assert not receiver.do("ims_image_share", state="accepted", image_ids=[LINUX])["changed"]


def test_the_sdk_sees_the_job_and_the_object_of_our_export(ours: Ours, sdk: Sdk) -> None:
    started = ours.do("ims_image_export", image_id=LINUX, bucket_url="ims-image:a.qcow2", file_format="qcow2")
    job = sdk.ims("show_job", job_id=started["job_id"])
    assert (job.status, job.job_id) == ("SUCCESS", started["job_id"])
    assert ours.do("obs_object_info", bucket="ims-image", object_key="a.qcow2")["exists"]


# -- what the SDK did ------------------------------------------------------------------------------------------------


def test_we_see_an_image_that_the_sdk_changed(ours: Ours, sdk: Sdk) -> None:
    patch = [
        {"op": "replace", "path": "/name", "value": "renamed"},
        {"op": "add", "path": "/__description", "value": "d"},
    ]
    sdk.ims("update_image", image_id=LINUX, body=patch)
    batch = {"action": "create", "tags": [{"key": "release", "value": "1.2"}]}
    sdk.ims("batch_add_or_delete_tags", image_id=LINUX, body=batch)
    (image,) = listed(ours, image_id=LINUX)
    assert (image["name"], image["description"]) == ("renamed", "d")
    assert [one["id"] for one in listed(ours, tags={"release": "1.2"})] == [LINUX]
    tags = tags_of(sdk, LINUX)
    same = {"name": "renamed", "description": "d", "tags": tags}
    assert not ours.do("ims_image", **same)["changed"]


def test_we_see_that_the_sdk_deleted_an_image(ours: Ours, sdk: Sdk) -> None:
    sdk.ims("glance_delete_image", image_id=LINUX_2)
    assert listed(ours, image_id=LINUX_2) == []
    assert not ours.do("ims_image", image_id=LINUX_2, state="absent")["changed"]


def test_we_see_what_the_sdk_shared_accepted_and_took_back(
    sim: Simulator, ours: Ours, receiver: Ours, sdk: Sdk, partner: Sdk
) -> None:
    other = partner.account.project_id
    members = {"images": [LINUX], "projects": [other]}
    sdk.ims("batch_add_members", body=members)
    sim.clock.advance(30)
    (member,) = ours.do("ims_image_member_info", image_id=LINUX)["members"]
    assert (member["member_id"], member["status"]) == (other, "pending")
    assert [image["id"] for image in listed(receiver, member_status="pending")] == [LINUX]
    assert not ours.do("ims_image_share", state="shared", image_ids=[LINUX], project_ids=[other])["changed"]
    answer = {"images": [LINUX], "project_id": other, "status": "accepted"}
    partner.ims("batch_update_members", body=answer)
    sim.clock.advance(30)
    assert not receiver.do("ims_image_share", state="accepted", image_ids=[LINUX])["changed"]
    sdk.ims("batch_delete_members", body=members)
    sim.clock.advance(30)
    assert ours.do("ims_image_member_info", image_id=LINUX)["members"] == []


def test_we_see_the_job_that_the_sdk_started(sim: Simulator, ours: Ours, sdk: Sdk) -> None:
    body = {"bucket_url": "ims-image:a.qcow2", "file_format": "qcow2"}
    job_id = sdk.ims("export_image", image_id=LINUX, body=body).job_id
    (job,) = ours.do("ims_job_info", job_ids=[job_id])["jobs"]
    assert (job["job_id"], job["finished"]) == (job_id, False)
    sim.clock.advance(30)
    (job,) = ours.do("ims_job_info", job_ids=[job_id])["jobs"]
    assert job["succeeded"]


def test_we_read_the_same_quotas_and_systems(ours: Ours, sdk: Sdk) -> None:
    theirs = {each.type: (each.used, each.quota) for each in sdk.ims("show_image_quota").quotas.resources}
    assert {row["type"]: (row["used"], row["quota"]) for row in ours.do("ims_quota_info")["quotas"]} == theirs
    sdk.ims("list_os_versions")
    # The SDK understands this answer, a list, only as a text.
    groups = sdk.answers[-1][1]
    names = [one["os_version"] for group in groups for one in group["version_list"]]
    assert [row["os_version"] for row in ours.do("ims_os_version_info")["os_versions"]] == names


# -- the signature of OBS --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [None, "TOKEN+/="])
@pytest.mark.parametrize("key", ["a.qcow2", "a/b c é~+&.qcow2"])
def test_both_sign_for_obs_alike(token: str | None, key: str) -> None:
    objects = load("ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.objects")
    signing = load("ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.obs_signing")
    pairs = load("ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.signing")
    store = objects.Objects(None, "https://obs.cn-north-4.myhuaweicloud.com", 30.0)
    request = store._request(objects.Place("ims-image", key), 30.0)
    at = load("datetime").datetime(2026, 3, 1, tzinfo=load("datetime").timezone.utc)
    signed = signing.sign_for_obs(request, pairs.KeyPair("AK", "SK", token), at)
    mine = dict(signed.headers)
    authorization = mine.pop("Authorization")
    adapter = load("obs.convertor").Adapter("obs")
    theirs = load("obs.auth").Authentication("AK", "SK", False, adapter, "obs.cn-north-4.myhuaweicloud.com", False)
    assert theirs.doAuth("HEAD", "ims-image", key, None, mine)["Authorization"] == authorization
