# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ims_image_register by name: from a file to an active image in one task, and how it goes on where it was refused."""

from __future__ import annotations

import functools
import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image
from ansible_collections.huaweicloud.ims.tests.simulator.scripts import JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

MADE = "10000000-0000-4000-8000-0000000000aa"
METADATA_ONLY = "10000000-0000-4000-8000-000000000011"
FILE = "ims-image:disk.qcow2"
NAMED = {"name": "golden", "image_url": FILE, "os_version": "CentOS 7.5 64bit", "min_disk": 40}
ROW, REGISTER = "POST /v2/images", "PUT /v1/cloudimages/{image_id}/upload"
Runs = t.Callable[..., t.Any]


@pytest.fixture
def run(run_module: Runs) -> Runs:
    return functools.partial(run_module, "ims_image_register")


def sent(lab: Lab) -> list[t.Any]:
    return [entry for entry in lab.simulator.requests if entry.method != "GET"]


def routes(lab: Lab) -> list[str]:
    return [f"{entry.method} {entry.route} {entry.status}" for entry in sent(lab)]


def named(lab: Lab, name: str = "golden") -> list[t.Any]:
    lab.simulator.cloud.settle()
    return [image for image in lab.simulator.cloud.images.values() if image.name == name]


def refuse_registrations(lab: Lab, count: int | None = None) -> None:
    lab.simulator.faults.add(Fault("status", status=400, code="IMG.0061", path="/upload$", count=count))


# -- what is sent -----------------------------------------------------------------------------------------------------


def test_the_metadata_are_made_first_and_the_file_is_registered_for_them(lab: Lab, run: Runs) -> None:
    options = {
        **NAMED,
        "disk_format": "qcow2",
        "min_ram": 1024,
        "description": "tested",
        "hw_firmware_type": "uefi",
        "protected": False,
        "tags": {"stage": "production", "night": None},
        "attributes": {"__support_highperformance": True, "mine": 7},
    }
    failed, result = run(**options)
    assert not failed, result
    row, registration = sent(lab)
    (image,) = named(lab)
    assert (row.method, row.path) == ("POST", "/v2/images")
    assert json.loads(row.body) == {
        "name": "golden",
        "__os_version": "CentOS 7.5 64bit",
        "disk_format": "qcow2",
        "min_disk": 40,
        "min_ram": 1024,
        "__description": "tested",
        "hw_firmware_type": "uefi",
        "protected": False,
        "tags": ["stage=production", "night"],
        "__support_highperformance": "true",
        "mine": "7",
    }
    assert (registration.method, registration.path) == ("PUT", f"/v1/cloudimages/{image.image_id}/upload")
    assert registration.body == f'{{"image_url": "{FILE}"}}'.encode()
    assert (result["changed"], result["started"], result["image_id"]) == (True, True, image.image_id)


def test_in_one_task_it_becomes_active(lab: Lab, stage: Stage) -> None:
    result = stage.act("ims_image_register", {**NAMED, "wait": True})
    assert not result.get("failed"), result
    (image,) = named(lab)
    assert (image.status, result["image_id"], result["job"]["succeeded"]) == ("active", image.image_id, True)


def test_the_image_counts_and_not_the_job(lab: Lab, stage: Stage) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=10))
    # The first question is whether it is there; those after the job's end meet an outage.
    lab.simulator.faults.add(Fault("status", status=503, path="/v2/cloudimages$", skip=1, count=3))
    result = stage.act("ims_image_register", {**NAMED, "wait": True})
    assert not result.get("failed"), result
    assert lab.asked()[-4:] == [*3 * ["GET /v2/cloudimages 503"], "GET /v2/cloudimages 200"]


def test_an_image_that_does_not_become_active_fails_the_task_in_time(lab: Lab, stage: Stage) -> None:
    image = Image(image_id=MADE, name="golden", status="queued", size_gb=40, os_version="CentOS 7.5 64bit")
    lab.simulator.cloud.add_image(image)
    merged = {"images": [{"id": MADE, "status": "saving", "name": "golden"}]}
    lab.simulator.faults.add(Fault("change", merge=merged, path="/v2/cloudimages$", skip=1))
    began = lab.clock.now()
    result = stage.act("ims_image_register", {**NAMED, "wait": True, "timeout": 60})
    assert result["failed"]
    assert lab.clock.now() - began <= 61
    assert f'Image {MADE} ("golden") is being made, and was not active after' in result["msg"]
    assert (result["image_id"], result["job"]["succeeded"], len(result["job_ids"])) == (MADE, True, 1)


# -- twice ------------------------------------------------------------------------------------------------------------


def test_run_twice_it_makes_one_image(lab: Lab, run: Runs) -> None:
    assert run(**NAMED).result["changed"] is True
    lab.clock.sleep(60)
    failed, again = run(**NAMED)
    assert not failed, again
    (image,) = named(lab)
    assert (again["changed"], again["image_id"], again["job_id"]) == (False, image.image_id, None)
    assert len(sent(lab)) == 2


def test_one_that_is_being_registered_is_waited_for(lab: Lab, run: Runs, stage: Stage) -> None:
    run(**NAMED)
    result = stage.act("ims_image_register", {**NAMED, "wait": True})
    assert (result.get("failed", False), result["changed"], len(sent(lab))) == (False, False, 2)
    assert named(lab)[0].status == "active"


@pytest.mark.parametrize("status", ["queued", "saving", "active"])
def test_fail_fails_and_create_makes_another_one(lab: Lab, run: Runs, status: str) -> None:
    lab.simulator.cloud.add_image(Image(image_id="golden-1", name="golden", status=status))
    failed, result = run(**NAMED, existing_image="fail")
    assert (failed, sent(lab)) == (True, [])
    assert f"golden-1 ({status})" in result["msg"]
    assert run(**NAMED, existing_image="create").result["changed"] is True
    assert len(named(lab)) == 2


def test_check_mode_makes_nothing(lab: Lab, run: Runs) -> None:
    failed, result = run(**NAMED, _ansible_check_mode=True)
    assert (failed, sent(lab), result["changed"], result["image_id"]) == (False, [], True, None)
    assert result["msg"] == f'Would start the registration of {FILE} as image "golden", which would be made.'


# -- going on ---------------------------------------------------------------------------------------------------------


def test_a_refused_registration_tells_the_image_and_the_same_task_goes_on_with_it(lab: Lab, run: Runs) -> None:
    refuse_registrations(lab, count=1)
    failed, result = run(**NAMED)
    (image,) = named(lab)
    assert failed
    assert (result["changed"], result["image_id"], result["started"]) == (True, image.image_id, False)
    left = f'Image {image.image_id} ("golden") was made, and has no file yet (queued).'
    assert result["msg"].endswith(f"{left} The same task again goes on with it.")
    failed, again = run(**NAMED)
    assert not failed, again
    assert (again["image_id"], [image.image_id for image in named(lab)]) == (image.image_id, [image.image_id])
    assert routes(lab) == [f"{ROW} 201", f"{REGISTER} 400", f"{REGISTER} 200"]


def test_one_that_was_made_with_other_metadata_is_refused(lab: Lab, run: Runs) -> None:
    refuse_registrations(lab, count=1)
    run(**NAMED)
    (image,) = named(lab)
    failed, result = run(**NAMED, hw_firmware_type="uefi")
    assert failed
    left = f'existing_image: image {image.image_id} ("golden") has no file yet (queued)'
    assert result["msg"].startswith(f"{left}, and was made with hw_firmware_type ")
    assert result["msg"].endswith(
        ", not uefi. Delete it with ims_image, give it as image_id, or set existing_image: create."
    )
    failed, result = run(**{**NAMED, "os_version": "Other Linux(64 bit)"})
    assert failed
    assert f"made with __os_version {NAMED['os_version']}, not Other Linux(64 bit). Delete it" in result["msg"]


def test_with_create_it_is_told_how_to_go_on_by_the_id(lab: Lab, run: Runs) -> None:
    refuse_registrations(lab, count=1)
    failed, result = run(**NAMED, existing_image="create")
    assert failed
    assert f"give image_id: {result['image_id']} in place of name" in result["msg"]
    assert run(image_id=result["image_id"], image_url=FILE).result["started"] is True
    assert len(named(lab)) == 1


def test_a_registration_that_failed_is_done_again(lab: Lab, stage: Stage) -> None:
    lab.simulator.configure(failed_register="queued")
    lab.simulator.cloud.set_script(JobScript(duration=5, outcome="FAIL"), once=True)
    assert stage.act("ims_image_register", {**NAMED, "wait": True})["failed"]
    again = stage.act("ims_image_register", {**NAMED, "wait": True})
    assert not again.get("failed"), again
    assert [image.status for image in named(lab)] == ["active"]


def test_one_that_was_killed_is_no_image_and_another_is_made(lab: Lab, stage: Stage) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=5, outcome="FAIL"), once=True)
    assert stage.act("ims_image_register", {**NAMED, "wait": True})["failed"]
    assert not stage.act("ims_image_register", {**NAMED, "wait": True}).get("failed")
    assert sorted(image.status for image in named(lab)) == ["active", "killed"]


@pytest.mark.parametrize(("option", "value"), [("min_disk", 100), ("os_version", "Ubuntu 20.04 server 64bit")])
def test_a_row_with_other_metadata_is_not_taken_for_this_one(lab: Lab, run: Runs, option: str, value: t.Any) -> None:
    refuse_registrations(lab, count=1)
    run(**NAMED)
    asked = len(sent(lab))
    failed, result = run(**{**NAMED, option: value})
    assert failed
    assert f"not {value}. Delete it with ims_image" in result["msg"]
    assert len(sent(lab)) == asked


@pytest.mark.parametrize("was_made", [True, False])
def test_metadata_whose_answer_is_lost_are_made_once_and_found_again(lab: Lab, run: Runs, was_made: bool) -> None:
    kind = "reset_after" if was_made else "reset"
    lab.simulator.faults.add(Fault(kind, method="POST", path="^/v2/images$", count=1))
    failed, result = run(**NAMED)
    assert failed
    assert "GlanceCreateImageMetadata was sent, and its answer was lost" in result["msg"]
    assert "the same task again goes on with it" in result["msg"]
    assert (result["started"], result["transient"]) == (False, True)
    assert not run(**NAMED).failed
    assert len(named(lab)) == 1


def test_a_registration_whose_answer_is_lost_leaves_it_to_the_person(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("reset_after", path="/upload$", count=1))
    failed, result = run(**NAMED)
    assert failed
    assert (result["started"], result["changed"], result["image_id"]) == (None, True, named(lab)[0].image_id)
    assert "has no file yet" not in result["msg"]


def test_until_goes_on_with_what_an_attempt_has_made(lab: Lab, stage: Stage) -> None:
    refuse_registrations(lab, count=1)
    task = stage.task("ims_image_register", {**NAMED, "wait": True})
    assert stage.run(task)["failed"]
    assert not stage.run(task).get("failed")
    assert len(named(lab)) == 1


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"image_url": FILE}, "an image id is needed"),
        ({"image_url": FILE, "name": " "}, "name: the new image needs a name"),
        ({"image_url": FILE, "name": "a", "image_id": METADATA_ONLY}, "image_id does not go with name"),
        ({"image_url": FILE, "image_id": METADATA_ONLY, "min_disk": 40}, "min_disk count only with name"),
        ({"image_url": FILE, "image_id": METADATA_ONLY, "existing_image": "fail"}, "counts only with name"),
        ({"image_url": "https://x/y", "name": "a"}, "is a URL"),
        ({**NAMED, "attributes": {"__os_version": "x"}}, "__os_version has an option of its own"),
        ({**NAMED, "attributes": {"mine": None}}, "the value of mine is not a text"),
        ({**NAMED, "tags": {"a": {"b": 1}}}, "the value of a is not a text"),
    ],
)
def test_what_does_not_go_together_is_refused_before_anything_is_sent(
    lab: Lab, run: Runs, options: dict[str, t.Any], said: str
) -> None:
    failed, result = run(**options)
    assert failed
    assert said in result["msg"]
    assert sent(lab) == []


def test_refused_metadata_are_told_and_nothing_was_made(lab: Lab, run: Runs) -> None:
    lab.simulator.configure(image_quota=0)
    failed, result = run(**NAMED)
    assert failed
    assert (result.get("changed", False), result["image_id"], len(sent(lab))) == (False, None, 1)


def test_several_of_the_name_are_a_failure_that_lists_them(lab: Lab, run: Runs) -> None:
    for number in (1, 2):
        lab.simulator.cloud.add_image(Image(image_id=f"golden-{number}", name="golden", status="queued"))
    failed, result = run(**NAMED)
    assert (failed, sent(lab)) == (True, [])
    assert "golden-2 (queued)" in result["msg"]


def test_a_list_that_cannot_be_read_makes_nothing(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("change", merge={"images": [{"id": 7, "status": "active"}]}, method="GET"))
    assert run(**NAMED).failed
    assert sent(lab) == []


# -- on another host --------------------------------------------------------------------------------------------------


def test_what_a_module_elsewhere_has_started_is_waited_for_here_until_it_is_active(
    lab: Lab, run: Runs, stage: Stage
) -> None:
    stage.host.answer = lambda name, args: run(**{**NAMED, "wait": True}).result
    lab.simulator.faults.add(Fault("status", status=503, path="/v2/cloudimages$", skip=1, count=2))
    result = stage.run(stage.task("ims_image_register", {**NAMED, "wait": True}), transport="ssh")
    assert not result.get("failed"), result
    assert [name for name, _args in stage.host.runs] == ["ims_image_register"]
    (image,) = named(lab)
    assert (image.status, result["image_id"]) == ("active", image.image_id)
    assert lab.asked()[-3:] == [*2 * ["GET /v2/cloudimages 503"], "GET /v2/cloudimages 200"]


def test_polled_from_the_host_the_end_of_the_job_counts(lab: Lab, run_module: Runs, stage: Stage) -> None:
    def answer(name: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        lab.clock.sleep(30)
        given = {"job_ids": args["job_ids"]} if name == "ims_job_info" else {**NAMED, "wait": True}
        return t.cast("dict[str, t.Any]", run_module(name, **given).result)

    stage.host.answer = answer
    task = stage.task("ims_image_register", {**NAMED, "wait": True, "poll_from": "target"})
    result = stage.run(task, transport="ssh")
    assert not result.get("failed"), result
    assert {name for name, _args in stage.host.runs} == {"ims_image_register", "ims_job_info"}
    assert result["job"]["succeeded"] is True
