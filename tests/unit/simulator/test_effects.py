# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What jobs leave behind: objects, images and members."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Image, Job, JobScript

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

Start = t.Callable[..., "Reply"]
TARGET = "ims-image:centos7_5.qcow2"


@pytest.fixture
def started(client: Client, start: Start) -> t.Callable[..., Job]:
    """Starts a job that is accepted."""

    def begin(call: str, **changes: t.Any) -> Job:
        reply = start(call, **changes)
        assert reply.status == 200, reply.body
        return client.sim.cloud.jobs[reply.json()["job_id"].strip()]

    return begin


def objects_after(client: Client, seconds: float) -> dict[str, t.Any]:
    client.sim.clock.advance(seconds)
    return t.cast("dict[str, t.Any]", client.control("GET", "objects").json()["objects"])


def image_after(client: Client, seconds: float, job: Job) -> Image:
    client.sim.clock.advance(seconds)
    return client.sim.cloud.images[job.image_id or ""]


def test_an_image_is_exported_once_at_a_time_and_not_over_an_object(
    client: Client, start: Start, started: t.Callable[..., Job]
) -> None:
    started("export")
    assert start("export", bucket_url="ims-image:other").code == "IMG.0148"
    client.sim.clock.advance(20)
    assert start("export").code == "IMG.0070"
    started("export", bucket_url="ims-image:other")


def test_a_failed_export_leaves_no_object(client: Client, started: t.Callable[..., Job]) -> None:
    client.sim.cloud.set_script(JobScript(outcome="FAIL"), once=True)
    started("export")
    assert objects_after(client, 20) == {}
    started("export")
    assert objects_after(client, 20)[TARGET]["file_format"] == "qcow2"


def test_a_quick_export_is_zvhd2_whatever_its_name_is(client: Client, started: t.Callable[..., Job]) -> None:
    started("quick_export")
    assert objects_after(client, 20)[TARGET]["file_format"] == "zvhd2"


def test_a_job_that_was_made_to_fail_leaves_nothing(client: Client, started: t.Callable[..., Job]) -> None:
    job = started("export")
    client.sim.cloud.finish(job.job_id, "FAIL")
    assert objects_after(client, 100) == {}


def test_a_job_that_was_ended_early_has_its_effect_at_once(client: Client, started: t.Callable[..., Job]) -> None:
    job = started("server")
    client.sim.cloud.finish(job.job_id)
    assert image_after(client, 0, job).status == "active"
    assert len(client.sim.cloud.images) == 13
    client.sim.clock.advance(100)
    assert len(client.sim.cloud.images) == 13


@pytest.mark.parametrize("blank", [False, True])
def test_one_sample_of_a_registration_has_a_blank_before_the_id(client: Client, start: Start, blank: bool) -> None:
    client.sim.configure(register_blank=blank)
    assert start("register").json()["job_id"].startswith(" ") == blank


@pytest.mark.parametrize("call", ["server", "file", "volume", "data", "quick", "whole", "copy"])
def test_a_new_image_appears_when_its_job_has_succeeded(
    client: Client, started: t.Callable[..., Job], call: str
) -> None:
    job = started(call)
    assert job.image_id not in client.sim.cloud.images
    image = image_after(client, 20, job)
    assert (image.name, image.status, image.whole) == (job.image_name, "active", call == "whole")


def test_images_of_sub_jobs_appear_but_those_of_failed_ones(client: Client, started: t.Callable[..., Job]) -> None:
    job = started("volumes")
    first, second = job.sub_jobs
    failed = dataclasses.replace(second, outcome="FAIL")
    client.sim.cloud.change_script(job.job_id, sub_jobs=(first, failed))
    client.sim.clock.advance(20)
    assert first.image_id in client.sim.cloud.images
    assert second.image_id not in client.sim.cloud.images


def test_a_copy_to_another_region_is_not_in_this_ones_list(client: Client, started: t.Callable[..., Job]) -> None:
    job = started("cross")
    assert image_after(client, 20, job).region == "ap-southeast-1"
    assert client.send("GET", f"/v2/cloudimages?id={job.image_id}").json()["images"] == []


def test_members_come_answer_and_go(client: Client, started: t.Callable[..., Job]) -> None:
    def members(name: str) -> list[tuple[str, str]]:
        client.sim.clock.advance(2)
        image = client.sim.cloud.image_named(name)
        shown = client.send("GET", f"/v2/images/{image.image_id}/members").json()["members"]
        return [(member["member_id"], member["status"]) for member in shown]

    client.sim.cloud.set_script(JobScript(failed_results=1), once=True)
    started("add")
    assert members("private-linux") == [("p1", "pending")]
    started("add")
    assert members("private-linux") == [("p1", "pending"), ("p2", "pending")]
    started("delete")
    assert members("private-linux") == []
    started("update")
    assert members("shared-with-me") == [(client.sim.account.project_id, "accepted")]
