# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Waiting for a state, in the task's process and as a module: live lines, the deadline, and what the cloud stumbles."""

from __future__ import annotations

import time
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.clock import SystemClock
from ansible_collections.huaweicloud.ims.tests.simulator import Fault
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Member

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LINUX = "10000000-0000-4000-8000-000000000001"
DELETE = {"image_id": LINUX, "state": "absent"}
LIST = "/v2/cloudimages$"


def test_lines_are_live_in_the_tasks_process(lab: Lab, stage: Stage) -> None:
    lab.simulator.configure(deleted_seconds=30)
    result = stage.act("ims_image", DELETE)
    assert not result.get("failed"), result
    assert stage.host.runs == []
    assert stage.lines[0] == f"ims [h1] image {LINUX}"
    assert stage.lines[1].startswith("ims [h1] waits until it is gone, at most until ")
    assert stage.lines[2] == "ims [h1] image 10000000: active, after 0s"
    assert stage.lines[-1].startswith("ims [h1] image 10000000: gone after 3")


@pytest.mark.parametrize(
    ("options", "keywords"), [({"show_progress": False}, {}), ({}, {"no_log": True}), ({"deleted": 0}, {})]
)
def test_nothing_is_said_where_nothing_is_to_be_said(
    lab: Lab, stage: Stage, options: dict[str, t.Any], keywords: dict[str, t.Any]
) -> None:
    lab.simulator.configure(deleted_seconds=options.pop("deleted", 30))
    assert not stage.act("ims_image", {**DELETE, **options}, **keywords).get("failed")
    assert stage.lines == []


def test_a_module_says_nothing_and_does_the_same(lab: Lab, run_module: t.Callable[..., t.Any]) -> None:
    lab.simulator.configure(deleted_seconds=30)
    failed, result = run_module("ims_image", **DELETE)
    assert not failed, result
    assert result["msg"] == f"Deleted image {LINUX}."


def test_the_job_of_a_sharing_that_ends_first_is_told_too(lab: Lab, stage: Stage) -> None:
    lab.simulator.cloud.change_image(lab.simulator.cloud.images[LINUX], members=(Member("p1"),))
    assert stage.act("ims_image", {**DELETE, "unshare": True})["changed"] is True
    (job_id,) = lab.simulator.cloud.jobs
    assert stage.lines[0] == f"ims [h1] started {job_id}"
    assert "SUCCESS after" in stage.lines[-1]


def test_an_image_that_is_being_made_is_told(lab: Lab, stage: Stage) -> None:
    cloud = lab.simulator.cloud
    cloud.change_image(cloud.images[LINUX], name="golden", status="saving")
    copy = {"image_id": "10000000-0000-4000-8000-000000000002", "name": "golden", "wait": True, "timeout": 10}
    result = stage.act("ims_image_copy", copy)
    assert result["failed"], result
    assert "was not active after 10 s (its status is saving)" in result["msg"]
    assert stage.lines[0] == f"ims [h1] image {LINUX}"
    assert stage.lines[1].startswith("ims [h1] waits until it is active, at most until ")
    assert stage.lines[-1] == "ims [h1] image 10000000: timed out, saving after 10s"


@pytest.mark.thorough
def test_the_deadline_holds_while_the_cloud_is_silent(lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    # Real time: it is the cloud that takes it. The test is over when the deadline is.
    monkeypatch.setattr(
        "ansible_collections.huaweicloud.ims.plugins.plugin_utils._connections.WorkerClock",
        lambda parent: SystemClock(),
    )
    lab.simulator.configure(date_tolerance=1e12)
    lab.simulator.faults.add(Fault("delay", seconds=20, path=LIST, skip=1))
    began = time.monotonic()
    result = stage.act("ims_image", {**DELETE, "timeout": "0.2s"})
    # On a busy machine; the silence is much longer.
    assert time.monotonic() - began < 5
    assert (result["failed"], result["changed"]) == (True, True)
    assert "has not told that it is gone (no answer " in result["msg"]


def test_retry_after_is_honored_within_the_deadline(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=429, retry_after=40, path=LIST, skip=1, count=1))
    began = lab.clock.now()
    assert not stage.act("ims_image", DELETE).get("failed")
    assert 40 <= lab.clock.now() - began <= 45
    lab.simulator.reset()
    lab.simulator.faults.add(Fault("status", status=429, retry_after=4000, path=LIST, skip=1))
    began = lab.clock.now()
    result = stage.act("ims_image", {**DELETE, "timeout": 60, "error_timeout": "1h"})
    assert result["failed"]
    assert lab.clock.now() - began <= 61


def test_an_outage_is_given_up_after_error_timeout(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=503, path=LIST, skip=1))
    began = lab.clock.now()
    result = stage.act("ims_image", {**DELETE, "error_timeout": 30})
    assert result["failed"]
    assert 30 <= lab.clock.now() - began <= 41
    assert "HTTP 503" in result["msg"]


def test_a_right_that_is_missing_ends_the_wait_at_once(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=403, code="IMG.0049", path=LIST, skip=1))
    began = lab.clock.now()
    result = stage.act("ims_image", DELETE)
    assert (result["failed"], result["http_status"], result["changed"]) == (True, 403, True)
    assert lab.clock.now() - began < 1


@pytest.mark.parametrize(("option", "value"), [("interval", "1h"), ("timeout", "soon"), ("error_timeout", -1)])
def test_a_wrong_wait_ends_the_task_before_anything_is_deleted(
    lab: Lab, stage: Stage, option: str, value: t.Any
) -> None:
    result = stage.act("ims_image", {**DELETE, option: value})
    assert result["failed"]
    assert result["msg"].startswith(option)
    assert LINUX in lab.simulator.cloud.images


# -- shares that do not show yet --------------------------------------------------------------------------------------

THEIRS = "10000000-0000-4000-8000-000000000012"
ACCEPT = {"state": "accepted", "image_ids": [THEIRS], "wait": True, "max_interval": 5}
OWN = "a0000000000000000000000000000001"


def share(lab: Lab, *members: Member) -> None:
    cloud = lab.simulator.cloud
    cloud.change_image(cloud.images[THEIRS], members=members)


def answers(lab: Lab) -> list[str]:
    return [f"{entry.method} {entry.path}" for entry in lab.simulator.requests if entry.method == "PUT"]


@pytest.mark.parametrize("before", ["pending", "rejected"])
def test_what_is_shared_is_accepted_at_once(lab: Lab, stage: Stage, before: str) -> None:
    share(lab, Member(OWN, before))
    result = stage.act("ims_image_share", ACCEPT)
    assert not result.get("failed"), result
    assert not any("until it is pending" in line for line in stage.lines)
    assert lab.asked()[:4] == [*3 * ["GET /v2/cloudimages 200"], "PUT /v1/cloudimages/members 200"]


def test_what_was_shared_a_moment_ago_is_waited_for(lab: Lab, stage: Stage) -> None:
    share(lab, Member(OWN, "pending"))
    # Two lists that look, then three polls.
    lab.simulator.faults.add(Fault("content", content='{"images": []}', status=200, path=LIST, skip=1, count=5))
    result = stage.act("ims_image_share", ACCEPT)
    assert not result.get("failed"), result
    assert stage.lines[0] == f"ims [h1] image {THEIRS}"
    assert stage.lines[1].startswith("ims [h1] waits until it is pending, at most until ")
    assert stage.lines[2] == "ims [h1] image 10000000: not shared yet, after 0s"
    assert len(answers(lab)) == 1


def test_what_never_shows_is_left_to_the_cloud_after_a_minute(lab: Lab, stage: Stage) -> None:
    share(lab)
    began = lab.clock.now()
    result = stage.act("ims_image_share", ACCEPT)
    assert result["failed"], result
    assert 60 <= lab.clock.now() - began <= 90
    assert len(answers(lab)) == 1


@pytest.mark.parametrize("keywords", [{"check_mode": True}, {}])
def test_without_a_wait_nothing_is_waited_for(lab: Lab, stage: Stage, keywords: dict[str, bool]) -> None:
    share(lab)
    began = lab.clock.now()
    stage.act("ims_image_share", {**ACCEPT, "wait": bool(keywords)}, **keywords)
    assert lab.clock.now() == began
