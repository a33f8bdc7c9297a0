# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What holds for every module that changes something in an image's life, each of them held to all of it."""

from __future__ import annotations

import functools
import importlib
import json
import re
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Fault
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Member

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LINUX, LINUX_2, FULL_ECS, SHARED_WITH_ME = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 2, 4, 12))
SERVER = "40000000-0000-4000-8000-000000000001"
FILE = {"image_url": "ims-image:disk.qcow2", "min_disk": 40, "os_version": "CentOS 7.5 64bit"}
Runs = t.Callable[..., t.Any]
Options = dict[str, t.Any]

TASKS: dict[str, tuple[str, Options]] = {
    "change": ("ims_image", {"image_id": LINUX, "description": "tested", "tags": {"stage": "production"}}),
    "rename": ("ims_image", {"name": "private-linux", "new_name": "golden"}),
    "delete": ("ims_image", {"image_id": FULL_ECS, "state": "absent", "delete_backup": True}),
    "delete what is shared": ("ims_image", {"image_id": LINUX_2, "state": "absent", "unshare": True}),
    "register": ("ims_image_register", {"name": "golden", **FILE}),
    "create": ("ims_image_create", {"source": "server", "name": "golden", "instance_id": SERVER}),
    "import": ("ims_image_import", {"name": "golden", **FILE, "image_url": "ims-image:disk.zvhd2"}),
    "copy": ("ims_image_copy", {"image_id": LINUX, "name": "golden"}),
    "share": ("ims_image_share", {"state": "shared", "image_ids": [LINUX], "project_ids": ["p1", "p2"]}),
    "unshare": ("ims_image_share", {"state": "unshared", "image_ids": [LINUX_2], "project_ids": ["p1"]}),
    "accept": ("ims_image_share", {"state": "accepted", "image_ids": [SHARED_WITH_ME]}),
    "reject": ("ims_image_share", {"state": "rejected", "image_ids": [SHARED_WITH_ME]}),
    "export": (
        "ims_image_export",
        {"image_id": LINUX, "bucket_url": "ims-image:o.qcow2", "file_format": "qcow2", "existing_object": "keep"},
    ),
    "stop": ("ecs_server_power", {"server_id": SERVER, "state": "stopped"}),
}
# An export asks nothing before it starts.
READING = [name for name in TASKS if name != "export"]
DIFFERING = ("ims_image", "ecs_server_power")
IDS = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
each_task = pytest.mark.parametrize("name", TASKS)


@pytest.fixture(autouse=True)
def what_is_there(lab: Lab) -> None:
    prepare(lab)


def prepare(lab: Lab) -> None:
    cloud = lab.simulator.cloud
    cloud.change_image(cloud.images[LINUX_2], members=(Member("p1"),))
    waiting = cloud.images[SHARED_WITH_ME]
    cloud.change_image(waiting, members=(Member("a0000000000000000000000000000001", "pending"),))


def changing(lab: Lab) -> list[str]:
    return [f"{entry.method} {entry.path}" for entry in lab.simulator.requests if entry.method != "GET"]


def one_way(run_module: Runs, name: str, **more: t.Any) -> Options:
    module, options = TASKS[name]
    failed, result = run_module(module, **options, **more)
    return {**result, "failed": failed}


def other_way(stage: Stage, name: str, **keywords: t.Any) -> Options:
    module, options = TASKS[name]
    result = stage.act(module, options, **keywords)
    assert stage.host.runs == []
    return {"failed": False, **result}


def comparable(result: Options) -> t.Any:
    """Return a result without what no two runs have in common."""
    kept = {name: value for name, value in result.items() if name not in ("invocation", "requests")}
    text = IDS.sub("#", json.dumps(kept, sort_keys=True, default=str))
    return json.loads(re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "then", text))


@each_task
def test_it_changes_something_once_whichever_way_it_is_run(lab: Lab, run_module: Runs, stage: Stage, name: str) -> None:
    first = one_way(run_module, name)
    assert (first["failed"], first["changed"]) == (False, True), first
    lab.clock.sleep(120)
    asked = len(changing(lab))
    # Only an export has to be refused by the cloud to learn that it is done.
    allowed = 1 if name == "export" else 0
    again = other_way(stage, name)
    assert (again["failed"], again["changed"]) == (False, False), again
    assert len(changing(lab)) - asked == allowed
    once_more = one_way(run_module, name)
    assert (once_more["failed"], once_more["changed"]) == (False, False), once_more


@each_task
def test_both_ways_return_the_same(lab: Lab, run_module: Runs, stage: Stage, name: str) -> None:
    first = one_way(run_module, name)
    lab.simulator.reset()
    prepare(lab)
    assert comparable(other_way(stage, name)) == comparable(first)


@each_task
def test_a_dry_run_tells_the_change_and_makes_none(lab: Lab, run_module: Runs, stage: Stage, name: str) -> None:
    dry = one_way(run_module, name, _ansible_check_mode=True)
    also = other_way(stage, name, check_mode=True)
    assert changing(lab) == []
    assert (dry["failed"], dry["changed"]) == (False, True), dry
    assert comparable(dry) == comparable(also)
    assert dry["msg"].startswith("Would ")
    real = one_way(run_module, name)
    if TASKS[name][0] in DIFFERING:
        assert dry["diff"] == real["diff"]
        assert real["diff"]["before"] != real["diff"]["after"]
    lab.clock.sleep(120)
    again = one_way(run_module, name, _ansible_check_mode=True)
    # What an export has made, a dry run does not see.
    assert again["changed"] is (name == "export")


def faults(lab: Lab, **what: t.Any) -> None:
    lab.simulator.faults.add(Fault(**what))


def nothing_was_done(lab: Lab, result: Options) -> bool:
    assert result["failed"], result
    assert "Traceback" not in result["msg"]
    assert "fault in the collection" not in result["msg"]
    return not result.get("changed") and not changing(lab) and not result.get("job_ids")


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("status", [500, 503, 429])
def test_while_the_cloud_is_away_nothing_is_done(lab: Lab, run_module: Runs, name: str, status: int) -> None:
    faults(lab, kind="status", status=status, method="GET")
    result = one_way(run_module, name)
    assert nothing_was_done(lab, result)
    assert (result["transient"], result["http_status"]) == (True, status)


@pytest.mark.parametrize("name", READING)
def test_a_missing_right_is_told_and_nothing_is_done(lab: Lab, stage: Stage, name: str) -> None:
    faults(lab, kind="status", status=403, code="IMG.0049", method="GET")
    result = other_way(stage, name)
    assert nothing_was_done(lab, result)
    assert (result["transient"], result["http_status"]) == (False, 403)


@pytest.mark.parametrize("name", READING)
@pytest.mark.parametrize("content", ["[]", "{}", "<html>log in</html>", "null", '{"images": {}, "members": {}}'])
def test_an_answer_that_cannot_be_read_does_nothing(lab: Lab, run_module: Runs, name: str, content: str) -> None:
    faults(lab, kind="content", content=content, status=200, method="GET")
    assert nothing_was_done(lab, one_way(run_module, name))


@each_task
def test_refused_credentials_are_sent_once(lab: Lab, run_module: Runs, name: str) -> None:
    faults(lab, kind="status", status=401, code="APIGW.0301")
    result = one_way(run_module, name)
    assert result["failed"]
    assert result["http_status"] == 401
    assert len(lab.simulator.requests) == 1
    assert not result.get("changed")


@each_task
def test_a_refused_change_is_told_with_its_code(lab: Lab, run_module: Runs, name: str) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        faults(lab, kind="status", status=400, code="IMG.0061", method=method)
    result = one_way(run_module, name)
    assert (result["failed"], result["error_code"]) == (True, "IMG.0061")
    assert not result.get("changed")
    assert len(changing(lab)) == 1


@functools.cache
def documented(module: str) -> set[str]:
    found = importlib.import_module(f"ansible_collections.huaweicloud.ims.plugins.modules.{module}")
    return set(yaml.safe_load(found.RETURN)) | {"changed", "failed", "invocation", "warnings", "requests"}


@each_task
def test_every_key_of_a_result_is_documented(lab: Lab, run_module: Runs, name: str) -> None:
    for more in ({"_ansible_check_mode": True}, {}, {}):
        result = one_way(run_module, name, **more)
        assert not result["failed"], result
        assert set(result) <= documented(TASKS[name][0])
        lab.clock.sleep(120)


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_image_that_is_gone_is_shared_with_nobody(lab: Lab, run_module: Runs, check_mode: bool) -> None:
    assert not run_module("ims_image", image_id=LINUX_2, state="absent", unshare=True).failed
    asked = len(changing(lab))
    again = one_way(run_module, "unshare", _ansible_check_mode=check_mode)
    assert (again["failed"], again["changed"], len(changing(lab))) == (False, False, asked)
    failed, result = run_module("ims_image_share", state="shared", image_ids=[LINUX_2], project_ids=["p1"])
    assert failed
    assert result["http_status"] in (400, 404)


@pytest.mark.parametrize("status", [403, 500])
def test_members_that_are_refused_are_not_taken_for_none(lab: Lab, run_module: Runs, status: int) -> None:
    faults(lab, kind="status", status=status, method="GET", path="/members$")
    assert nothing_was_done(lab, one_way(run_module, "unshare"))
