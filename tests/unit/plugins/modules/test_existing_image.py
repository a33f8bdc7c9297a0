# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image of the name is there already: what each module that makes images does then, literally."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LINUX, METADATA_ONLY = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 11))
SERVER = "877a2cda-ba63-4e1e-b95f-e67e48b6129a"
VOLUME = "c5dfbd0c-bf0a-4798-a453-61dc6b54aa30"
OWN = "a0000000000000000000000000000001"
LIST = "/v2/cloudimages?enterprise_project_id=all_granted_eps&limit=100&name=golden"
MAKERS: dict[str, dict[str, t.Any]] = {
    "ims_image_create": {"source": "server", "name": "golden", "instance_id": SERVER},
    "ims_image_import": {
        "name": "golden",
        "image_url": "ims-image:o.zvhd2",
        "min_disk": 40,
        "os_version": "CentOS 7.5 64bit",
    },
    "ims_image_copy": {"image_id": LINUX, "name": "golden"},
}
Runs = t.Callable[..., t.Any]
each_maker = pytest.mark.parametrize("module", MAKERS)


def starts(lab: Lab) -> list[t.Any]:
    return [entry for entry in lab.simulator.requests if entry.method != "GET"]


def add(lab: Lab, image_id: str = "golden-1", **more: t.Any) -> None:
    lab.simulator.cloud.add_image(Image(**{"image_id": image_id, "name": "golden", **more}))


def nothing_was_started(lab: Lab, result: t.Mapping[str, t.Any]) -> bool:
    return (result["changed"], result["started"], result["job_ids"], starts(lab)) == (False, False, [], [])


@each_maker
def test_an_active_image_is_the_result(lab: Lab, run_module: Runs, module: str) -> None:
    add(lab)
    failed, result = run_module(module, **MAKERS[module])
    assert not failed, result
    assert nothing_was_started(lab, result)
    (entry,) = lab.simulator.requests
    assert f"{entry.path}?{entry.query}" == LIST
    assert (result["image_id"], result["msg"]) == ("golden-1", 'Image golden-1 ("golden") is there already.')


@each_maker
def test_run_twice_it_makes_one_image(lab: Lab, run_module: Runs, module: str) -> None:
    assert run_module(module, **MAKERS[module]).result["changed"] is True
    lab.clock.sleep(60)
    failed, again = run_module(module, **MAKERS[module])
    assert (failed, again["changed"]) == (False, False)
    assert lab.simulator.cloud.images[again["image_id"]].name == "golden"
    assert len(starts(lab)) == 1


@each_maker
def test_the_way_in_the_process_does_the_same(lab: Lab, stage: Stage, module: str) -> None:
    add(lab)
    result = stage.act(module, {**MAKERS[module], "wait": True})
    assert (result["image_id"], result.get("failed", False)) == ("golden-1", False)
    assert nothing_was_started(lab, result)


@each_maker
@pytest.mark.parametrize("check_mode", [False, True])
def test_fail_fails_and_lists_them(lab: Lab, run_module: Runs, module: str, check_mode: bool) -> None:
    add(lab)
    failed, result = run_module(module, **MAKERS[module], existing_image="fail", _ansible_check_mode=check_mode)
    assert failed
    assert result["msg"] == 'existing_image: fail, and there is an image named "golden" already: golden-1 (active).'
    assert starts(lab) == []


@each_maker
def test_create_makes_another_one_and_asks_nothing(lab: Lab, run_module: Runs, module: str) -> None:
    add(lab)
    assert run_module(module, **MAKERS[module], existing_image="create").result["changed"] is True
    assert len(lab.simulator.requests) == len(starts(lab)) == 1


@each_maker
def test_several_are_a_failure_that_lists_them(lab: Lab, run_module: Runs, module: str) -> None:
    add(lab)
    add(lab, "golden-2", status="saving")
    failed, result = run_module(module, **MAKERS[module])
    assert failed
    assert "golden-1 (active)" in result["msg"]
    assert "golden-2 (saving)" in result["msg"]
    assert starts(lab) == []


@pytest.mark.parametrize(
    "attributes",
    [
        {"status": "killed"},
        {"owner": "other", "image_type": "gold"},
        {"name": "golden 2"},
    ],
)
def test_what_does_not_count_is_no_hindrance(lab: Lab, run_module: Runs, attributes: dict[str, str]) -> None:
    add(lab, **attributes)
    assert run_module("ims_image_create", **MAKERS["ims_image_create"]).result["changed"] is True


def test_an_image_that_another_project_shares_does_not_count(lab: Lab, run_module: Runs) -> None:
    row = {"id": "theirs", "status": "active", "name": "golden", "owner": "other", "__imagetype": "shared"}
    lab.simulator.faults.add(Fault("change", merge={"images": [row]}, path="/v2/cloudimages$", count=1))
    assert run_module("ims_image_create", **MAKERS["ims_image_create"]).result["changed"] is True


def test_one_without_a_file_is_told_with_what_to_do(lab: Lab, run_module: Runs) -> None:
    add(lab, status="queued")
    failed, result = run_module("ims_image_create", **MAKERS["ims_image_create"])
    assert failed
    assert "has no file yet (queued). Register one with ims_image_register" in result["msg"]


def test_one_that_is_being_made_is_not_waited_for_without_wait(lab: Lab, run_module: Runs) -> None:
    add(lab, status="saving")
    result = run_module("ims_image_create", **MAKERS["ims_image_create"]).result
    assert nothing_was_started(lab, result)
    assert result["msg"] == 'Image golden-1 ("golden") is being made already (saving).'


def saving_then(lab: Lab, status: str, polls: int = 3) -> None:
    """Let the list say that the image is being made, so often, and then what it is."""
    add(lab, status=status)
    row = {"id": "golden-1", "status": "saving", "name": "golden", "owner": OWN}
    lab.simulator.faults.add(Fault("change", merge={"images": [row]}, path="/v2/cloudimages$", count=polls))


def test_one_that_is_being_made_is_waited_for(lab: Lab, stage: Stage) -> None:
    saving_then(lab, "active")
    began = lab.clock.now()
    result = stage.act("ims_image_create", {**MAKERS["ims_image_create"], "wait": True})
    assert (result["image_id"], result.get("failed", False)) == ("golden-1", False)
    assert nothing_was_started(lab, result)
    assert lab.clock.now() > began


@pytest.mark.parametrize(
    ("status", "polls", "said"), [("killed", 3, "and that failed"), ("active", 1000, "was not active after 20 s")]
)
def test_one_that_does_not_become_active_is_a_failure(
    lab: Lab, stage: Stage, status: str, polls: int, said: str
) -> None:
    saving_then(lab, status, polls)
    began = lab.clock.now()
    result = stage.act("ims_image_create", {**MAKERS["ims_image_create"], "wait": True, "timeout": "20s"})
    assert result["failed"] is True
    assert said in result["msg"]
    assert starts(lab) == []
    assert lab.clock.now() - began <= 20.1


def test_of_data_volumes_only_the_missing_are_made(lab: Lab, run_module: Runs) -> None:
    disks = [{"name": "golden", "volume_id": VOLUME}, {"name": "d2", "volume_id": SERVER}]
    add(lab)
    options = {"source": "data_volumes", "data_images": disks}
    failed, result = run_module("ims_image_create", **options)
    assert not failed, result
    (entry,) = starts(lab)
    assert json.loads(entry.body) == {"data_images": [{"name": "d2", "volume_id": SERVER}]}
    lab.clock.sleep(60)
    again = run_module("ims_image_create", **options).result
    assert (again["changed"], again["msg"]) == (False, "Images named golden, d2 are there already.")


def test_the_image_that_is_copied_does_not_count(lab: Lab, run_module: Runs) -> None:
    assert run_module("ims_image_copy", image_id=LINUX, name="private-linux").result["changed"] is True


def test_a_copy_to_another_region_looks_at_nothing(lab: Lab, run_module: Runs) -> None:
    add(lab)
    options = {**MAKERS["ims_image_copy"], "target_region": "ap-southeast-1", "agency_name": "a"}
    assert run_module("ims_image_copy", **options).result["changed"] is True
    assert len(lab.simulator.requests) == 1


def test_a_registered_image_is_not_registered_again(lab: Lab, run_module: Runs) -> None:
    options = {"image_id": METADATA_ONLY, "image_url": "ims-image:o.qcow2"}
    assert run_module("ims_image_register", **options).result["changed"] is True
    lab.clock.sleep(60)
    failed, again = run_module("ims_image_register", **options)
    assert not failed, again
    assert (again["changed"], again["image_id"]) == (False, METADATA_ONLY)
    assert len(starts(lab)) == 1


@each_maker
def test_a_list_that_cannot_be_read_starts_nothing(lab: Lab, run_module: Runs, module: str) -> None:
    lab.simulator.faults.add(Fault("change", merge={"images": [{"id": 7, "status": "active"}]}, method="GET"))
    failed, result = run_module(module, **MAKERS[module])
    assert failed
    assert (result["started"], starts(lab)) == (False, [])
