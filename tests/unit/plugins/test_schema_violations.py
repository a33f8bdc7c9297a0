# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""on_schema_violation, wherever it can be given: an odd value that decides nothing is reported, or ends the task."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils import _connect
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Member

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LINUX, METADATA_ONLY = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 11))
OWN = "a0000000000000000000000000000001"
STOPPED_SERVER = "40000000-0000-4000-8000-000000000002"
SERVER = "877a2cda-ba63-4e1e-b95f-e67e48b6129a"
Patch = tuple[str, str, t.Any]
Runs = t.Callable[..., t.Any]

# What each module asks first, and an odd value in the answer to it: path, pointer, value.
IMAGES: Patch = ("/v2/cloudimages$", "/images/0/__platform", 7)
IMAGE: Patch = (f"/v2/images/{LINUX}$", "/__platform", 7)
PROJECTS: Patch = ("/v3/projects", "/projects/0/name", 7)
# A list, so given as a whole.
SYSTEMS: Patch = (
    "/os_version",
    "",
    [{"platform": "Other", "version_list": [{"os_version": "Other Linux(64 bit)", "os_bit": [64]}]}],
)
NAME = "$.projects[*].name"
CASES: dict[str, tuple[dict[str, t.Any], Patch, str]] = {
    "ims_image_info": ({"name": "private-linux"}, IMAGES, "$.images[*].__platform"),
    "ims_job_info": ({"job_id": "j1"}, ("/jobs/", "/entities", 7), "$.entities"),
    "ims_quota_info": ({}, ("/quota", "/quotas/resources/0/min", [1]), "$.quotas.resources[*].min"),
    "ims_os_version_info": ({}, SYSTEMS, "$[*].version_list[*].os_bit"),
    "ims_image_member_info": ({"image_id": LINUX}, ("/members", "/members/0/urn", 7), "$.members[*].urn"),
    "ims_image": ({"image_id": LINUX, "description": "new"}, IMAGES, "$.images[*].__platform"),
    "ims_image_channel": (
        {"image_id": LINUX, "channel": "stable", "name_regex": "^private-linux$"},
        IMAGES,
        "$.images[*].__platform",
    ),
    "ims_image_rotation": ({"name_regex": "^private-", "keep": 1}, IMAGES, "$.images[*].__platform"),
    "ims_image_copy": ({"image_id": LINUX, "name": "golden"}, PROJECTS, NAME),
    "ims_image_create": ({"source": "server", "instance_id": SERVER, "name": "golden"}, PROJECTS, NAME),
    "ims_image_export": (
        {"image_id": LINUX, "bucket_url": "images-bucket:o.qcow2", "file_format": "qcow2"},
        PROJECTS,
        NAME,
    ),
    "ims_image_import": (
        {"image_url": "images-bucket:o.zvhd2", "name": "golden", "min_disk": 40, "os_version": "CentOS 7.5 64bit"},
        PROJECTS,
        NAME,
    ),
    "ims_image_register": ({"image_id": METADATA_ONLY, "image_url": "images-bucket:o.qcow2"}, PROJECTS, NAME),
    "ecs_server_power": ({"server_id": STOPPED_SERVER, "state": "stopped"}, PROJECTS, NAME),
    "ims_image_share": ({"state": "shared", "image_ids": [LINUX], "project_ids": ["p9"]}, PROJECTS, NAME),
}


def odd_answer(lab: Lab, patch: Patch) -> None:
    path, pointer, value = patch
    fault = Fault("content", path=path, status=200, content=json.dumps(value))
    if pointer:
        fault = Fault("change", path=path, method="GET", patch=({"op": "replace", "path": pointer, "value": value},))
    lab.simulator.faults.add(fault)


@pytest.fixture(autouse=True)
def cloud(lab: Lab) -> None:
    lab.add_job(job_id="j1", script=JobScript(duration=0))
    lab.simulator.cloud.change_image(lab.simulator.cloud.images[LINUX], members=(Member("p1"),))


def changed_by(lab: Lab) -> list[str]:
    """Return all that was asked of IMS and is no reading."""
    return [f"{entry.method} {entry.path}" for entry in lab.simulator.requests if entry.method != "GET"]


@pytest.mark.parametrize("module", CASES)
def test_a_module_reports_an_odd_value_once_and_goes_on(
    lab: Lab, run_module: Runs, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setenv("HW_PROJECT_ID", "")
    options, patch, path = CASES[module]
    odd_answer(lab, patch)
    failed, result = run_module(module, **options)
    assert not failed, result
    (sentence,) = result["schema_violations"]
    assert sentence.startswith(f"{path}: expected ")
    assert result["warnings"] == [f"Odd answers of the cloud: {sentence}."]


@pytest.mark.parametrize("module", CASES)
def test_a_module_ends_for_an_odd_value_before_it_changes_anything(
    lab: Lab, run_module: Runs, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setenv("HW_PROJECT_ID", "")
    options, patch, path = CASES[module]
    odd_answer(lab, patch)
    failed, result = run_module(module, **options, on_schema_violation="fail")
    assert failed
    assert result["msg"].startswith(f"The cloud's answer does not fit the schema: {path}: expected ")
    assert result["msg"].endswith("on_schema_violation is fail: set it to warn to go on without these values.")
    assert result["schema_violations"] == result["violations"] and len(result["violations"]) == 1
    assert (result.get("changed", False), changed_by(lab), result.get("started", False)) == (False, [], False)


def test_every_module_that_asks_the_cloud_is_tried() -> None:
    works = pathlib.Path(_connect.__file__).parent / "_work"
    names = {path.stem for kind in ("ims_*.py", "ecs_*.py") for path in works.glob(kind)}
    assert set(CASES) == names


@pytest.mark.parametrize("choice", ["warn", "fail"])
def test_what_obs_says_oddly_is_told_as_well(lab: Lab, run_module: Runs, choice: str) -> None:
    lab.simulator.cloud.objects["ims-image:x"] = {"size": 7, "etag": "e", "last_modified": lab.clock.now()}
    lab.simulator.faults.add(Fault("headers", method="HEAD", headers={"Last-Modified": "yesterday"}))
    options = {"bucket": "ims-image", "object_key": "x"}
    failed, result = run_module("obs_object_info", **options, on_schema_violation=choice)
    assert failed is (choice == "fail")
    assert result["schema_violations"] == ["last-modified: expected a date, found yesterday (OBS HeadObject)"]


def test_what_was_changed_before_the_odd_value_came_is_in_the_result(lab: Lab, run_module: Runs) -> None:
    lab.simulator.faults.add(
        Fault("change", method="PATCH", patch=({"op": "replace", "path": "/__platform", "value": 7},))
    )
    failed, result = run_module("ims_image", image_id=LINUX, description="new", on_schema_violation="fail")
    assert (failed, result["changed"], result["image_id"]) == (True, True, LINUX)
    assert result["msg"].startswith(f"Changed description of image {LINUX}. The cloud's answer does not fit")
    assert lab.simulator.cloud.images[LINUX].description == "new"


def test_a_wait_reports_each_place_once_and_ends_as_the_cloud_says(lab: Lab, stage: Stage) -> None:
    jobs = [lab.add_job(script=JobScript(duration=30)) for _number in range(2)]
    odd_answer(lab, ("/jobs/", "/entities/image_name", 7))
    result = stage.act("wait_for_ims_job", {"job_ids": jobs, "interval": "1s"})
    assert result["succeeded_jobs"] == jobs
    assert result["schema_violations"] == [
        "$.entities.image_name: expected a string or null, found 7 (ShowJob, 2 times)"
    ]
    assert len([line for line in stage.lines if "odd answer" in line]) == 1


def test_a_wait_ends_for_an_odd_value_where_that_is_wanted_and_says_that_the_job_goes_on(
    lab: Lab, stage: Stage
) -> None:
    job_id = lab.add_job(script=JobScript(outcome="NEVER", init_seconds=0))
    lab.simulator.faults.add(
        Fault("change", skip=2, path="/jobs/", patch=({"op": "add", "path": "/entities", "value": 7},))
    )
    result = stage.act("wait_for_ims_job", {"job_ids": job_id, "interval": "1s", "on_schema_violation": "fail"})
    assert (result["failed"], result["pending_jobs"], result["polls"]) == (True, [job_id], 3)
    assert "$.entities: expected an object or null, found 7 (ShowJob). on_schema_violation is fail" in result["msg"]
    assert f"Not finished when last seen: {job_id} RUNNING" in result["msg"]
    assert result["schema_violations"] == result["violations"] != []


def test_a_wait_reports_what_was_odd_beside_its_jobs(lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_PROJECT_ID", "")
    odd_answer(lab, PROJECTS)
    result = stage.act("wait_for_ims_job", {"job_ids": "j1"})
    (sentence,) = result["schema_violations"]
    assert sentence.startswith("$.projects[*].name: expected a string, found 7 (IAM")
    assert result["warnings"] == [f"Odd answer of the cloud: {sentence}."]


def test_a_start_that_waits_reports_both(lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_PROJECT_ID", "")
    odd_answer(lab, PROJECTS)
    odd_answer(lab, ("/jobs/", "/entities/image_name", 7))
    options, _patch, _path = CASES["ims_image_export"]
    result = stage.act("ims_image_export", {**options, "wait": True})
    assert [text.partition(":")[0] for text in result["schema_violations"]] == [NAME, "$.entities.image_name"]


def test_a_wait_from_the_target_hands_the_choice_over(lab: Lab, stage: Stage, run_module: Runs) -> None:
    odd_answer(lab, ("/jobs/", "/entities", 7))
    stage.host.answer = lambda name, args: run_module(name, **args).result
    options = {"job_ids": "j1", "poll_from": "target", "on_schema_violation": "fail"}
    result = stage.act("wait_for_ims_job", options)
    assert (result["failed"], result["polls"]) == (True, 1)
    assert "on_schema_violation is fail" in result["msg"]
    assert stage.host.runs[0][1]["on_schema_violation"] == "fail"
