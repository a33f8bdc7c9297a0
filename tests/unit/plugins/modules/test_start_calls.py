# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each kind of call that starts a job: what is sent, what the vendor's SDK sends, what is refused, what comes of it.

The export has its own file, test_ims_image_export.py.
"""

from __future__ import annotations

import json
import typing as t
import warnings

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image, JobScript, SimulatedClock, Simulator
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Member
from ansible_collections.huaweicloud.ims.tests.unit.cores import NULLS
from ansible_collections.huaweicloud.ims.tests.unit.start_cases import (
    CASES,
    DATA_FILE,
    FILE,
    FULL_ECS,
    LINUX,
    LINUX_2,
    MEMBERS,
    METADATA_ONLY,
    OWN,
    PUBLIC,
    SERVER,
    SHARED_WITH_ME,
    SYSTEM_FILE,
    VOLUME,
    Body,
    Case,
)

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

by_name = {case.name: case for case in CASES}
each_case = pytest.mark.parametrize("case", CASES, ids=by_name, indirect=True)


Runs = t.Callable[..., t.Any]


@pytest.fixture
def done(lab: Lab, run_module: Runs) -> t.Callable[..., Job]:
    """Runs a module and returns the job at its end, which has to be a good one."""

    def done(module: str, /, **args: t.Any) -> Job:
        failed, result = run_module(module, **args)
        assert not failed, result
        lab.clock.sleep(30)
        job = lab.client().find_job(result["job_id"])
        assert job is not None
        assert (job.succeeded, job.failed_items) == (True, ())
        return job

    return done


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[t.Callable[[Case], t.Any]]:
    """Sends the body of a case by the SDK's call, and returns what arrived. The SDK writes into the home directory."""
    with pytest.MonkeyPatch.context() as patch, Simulator(clock=SimulatedClock()) as sim:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from huaweicloudsdkcore.auth.credentials import BasicCredentials
            from huaweicloudsdkims.v2 import ims_client, model
        account = sim.account
        keys = BasicCredentials(account.access_key, account.secret_key, account.project_id)
        client_class: t.Any = ims_client.ImsClient
        client = client_class.new_builder().with_credentials(keys).with_endpoint(sim.url).build()

        def send(case: Case) -> t.Any:
            sim.reset()
            values = {
                key: [getattr(model, case.models[key])(**item) for item in value] if key in case.models else value
                for key, value in case.body.items()
            }
            request_class = "".join(word.title() for word in (case.sdk or "").split("_")) + "Request"
            ids = (
                [{"image_id": case.path.split("/")[3]}] if case.path.count("/") == 4 and case.module in BY_ID else [{}]
            )
            request = getattr(model, request_class)(body=getattr(model, case.models[""])(**values), **ids[0])
            getattr(client, case.sdk or "")(request)
            return sim.requests[-1]

        yield send


BY_ID = ("ims_image_copy", "ims_image_register")


def starts(lab: Lab) -> list[t.Any]:
    """Return what was sent, but for questions."""
    return [entry for entry in lab.simulator.requests if entry.method != "GET"]


@pytest.fixture(autouse=True)
def _as_it_was(lab: Lab) -> None:
    """Have something to end, and something to accept or reject."""
    images = lab.simulator.cloud.images
    lab.simulator.cloud.change_image(images[SHARED_WITH_ME], members=(Member(OWN),))


@pytest.fixture
def case(lab: Lab, request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    if found.name == "share no longer":
        lab.simulator.cloud.change_image(lab.simulator.cloud.images[LINUX], members=(Member("p1"),))
    return found


@each_case
def test_options_become_the_documented_request(lab: Lab, run_module: Runs, case: Case) -> None:
    failed, result = run_module(case.module, **case.options)
    assert not failed, result
    (entry,) = starts(lab)
    assert (entry.method, entry.path, json.loads(entry.body), entry.status) == (case.method, case.path, case.body, 200)
    assert list(lab.simulator.cloud.jobs) == [result["job_id"]]
    assert (result["changed"], result["started"], result["msg"]) == (True, True, case.said)
    assert result["job_ids"] == [result["job_id"]]


@pytest.mark.parametrize("case", [case for case in CASES if case.sdk], ids=lambda case: case.name)
def test_the_vendors_sdk_sends_the_same(sdk: t.Callable[[Case], t.Any], case: Case) -> None:
    entry = sdk(case)
    assert (entry.method, entry.path, json.loads(entry.body), entry.status) == (case.method, case.path, case.body, 200)


def test_all_calls_of_the_sdk_are_compared() -> None:
    assert {case.sdk for case in CASES} - {None} == {
        "batch_add_members",
        "batch_delete_members",
        "batch_update_members",
        "copy_image_cross_region",
        "copy_image_in_region",
        "create_data_image",
        "create_image",
        "create_whole_image",
        "import_image_quick",
        "register_image",
    }


@each_case
def test_check_mode_sends_nothing(lab: Lab, run_module: Runs, case: Case) -> None:
    failed, result = run_module(case.module, **case.options, _ansible_check_mode=True)
    assert not failed
    would = case.said.replace("Started", "Would start")
    assert result["msg"] == would
    assert (result["changed"], result["started"], result["job_id"], result["job_ids"]) == (True, False, None, [])
    assert starts(lab) == []


@pytest.mark.parametrize(
    "name",
    ["server", "volume", "file", "ISO file", "data file", "whole server", "whole backup", "quick import", "copy"],
)
def test_the_new_image_is_active_when_the_job_has_ended(lab: Lab, done: t.Callable[..., Job], name: str) -> None:
    case = by_name[name]
    image = lab.client().find_image(done(case.module, **case.options).image_id or "")
    assert image is not None
    assert image.is_active
    assert image.attributes["name"] == case.options["name"]


def test_images_of_sub_jobs_are_found_by_the_jobs_image_ids(lab: Lab, done: t.Callable[..., Job]) -> None:
    job = done("ims_image_create", **by_name["data volumes"].options)
    assert job.image_id is None
    images = [lab.client().find_image(image_id) for image_id in job.image_ids]
    assert [image.attributes["name"] for image in images if image and image.is_active] == ["d1", "d2"]


def test_a_copy_to_another_region_is_not_in_this_one(lab: Lab, done: t.Callable[..., Job]) -> None:
    image_id = done("ims_image_copy", **by_name["copy to another region"].options).image_id
    assert lab.simulator.cloud.images[image_id or ""].region == "ap-southeast-1"
    assert lab.client().find_image(image_id or "") is None


def test_a_registered_image_becomes_active(lab: Lab, done: t.Callable[..., Job]) -> None:
    before = lab.client().find_image(METADATA_ONLY)
    assert before is not None
    assert before.status == "queued"
    done("ims_image_register", **by_name["register"].options)
    after = lab.client().find_image(METADATA_ONLY)
    assert after is not None
    assert after.is_active


def test_members_come_answer_and_go(lab: Lab, done: t.Callable[..., Job]) -> None:
    def members(image_id: str) -> dict[str, str]:
        return {member.project_id: member.status for member in lab.simulator.cloud.images[image_id].members}

    done("ims_image_share", **by_name["share"].options)
    assert members(LINUX) == members(LINUX_2) == {"p1": "pending", "p2": "pending"}
    done("ims_image_share", **by_name["share no longer"].options)
    assert members(LINUX) == {"p2": "pending"}
    done("ims_image_share", **by_name["accept"].options)
    assert members(SHARED_WITH_ME) == {OWN: "accepted"}
    done("ims_image_share", **by_name["reject"].options)
    assert members(SHARED_WITH_ME) == {OWN: "rejected"}


def test_the_project_that_answers_is_looked_up(lab: Lab, run_module: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HW_PROJECT_ID")
    options = {"state": "accepted", "image_ids": [SHARED_WITH_ME]}
    assert run_module("ims_image_share", **options, _ansible_check_mode=True).result["msg"] == (
        f"Would start the acceptance of image {SHARED_WITH_ME} by project {OWN}."
    )
    assert lab.asked() == ["GET /v3/projects 200", "GET /v2/cloudimages 200"]
    assert not run_module("ims_image_share", **options).failed
    assert lab.asked()[2:] == ["GET /v3/projects 200", "GET /v2/cloudimages 200", f"PUT {MEMBERS} 200"]
    assert json.loads(lab.simulator.requests[-1].body)["project_id"] == OWN


def test_the_project_that_answers_may_be_named(lab: Lab, run_module: Runs) -> None:
    options = {"state": "accepted", "image_ids": [SHARED_WITH_ME], "project_ids": ["another-project"]}
    assert run_module("ims_image_share", **options, _ansible_check_mode=True).result["msg"] == (
        f"Would start the acceptance of image {SHARED_WITH_ME} by project another-project."
    )


def test_without_a_project_nobody_can_answer(lab: Lab, run_module: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HW_PROJECT_ID", "HW_REGION_NAME"):
        monkeypatch.delenv(name)
    failed, result = run_module("ims_image_share", state="accepted", image_ids=[SHARED_WITH_ME])
    assert failed
    assert result["msg"] == "state: accepted needs project_id, or region to look it up by."
    assert lab.asked() == []


SERVER_OPTIONS = {"source": "server", "name": "golden", "instance_id": SERVER}
FILE_OPTIONS = {"source": "file", "name": "golden", "image_url": FILE, "min_disk": 40}


@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize(
    ("module", "options", "message"),
    [
        ("create", {"name": "golden"}, "missing required arguments: source"),
        ("create", {"source": "server", "name": "golden"}, "source: server needs instance_id."),
        ("create", {"source": "server"}, "source: server needs name and instance_id."),
        ("create", {**SERVER_OPTIONS, "name": ""}, "source: server needs name."),
        ("create", {**SERVER_OPTIONS, "volume_id": VOLUME}, "source: server does not go with volume_id."),
        (
            "create",
            {**SERVER_OPTIONS, "data_images": [{"name": "d", "volume_id": VOLUME}], "is_config": False},
            "source: server does not go with is_config and data_images.",
        ),
        ("create", {"source": "volume", "name": "a", "volume_id": VOLUME}, "source: volume needs os_version."),
        ("create", {"source": "file", "name": "a"}, "source: file needs image_url and min_disk."),
        ("create", {**FILE_OPTIONS, "type": "IsoImage"}, "type: IsoImage needs os_version."),
        ("create", {**FILE_OPTIONS, "instance_id": SERVER}, "source: file does not go with instance_id."),
        (
            "create",
            {**FILE_OPTIONS, "image_url": "https://b.obs.cn-north-4.myhuaweicloud.com/x.vhd"},
            'image_url: "https://b.obs.cn-north-4.myhuaweicloud.com/x.vhd" is a URL; write b:x.vhd (bucket:object).',
        ),
        ("create", {**FILE_OPTIONS, "tags": {"a": ["b"]}}, "tags: the value of a is not a text."),
        (
            "create",
            {**FILE_OPTIONS, "data_images": [{"image_url": "b:o", "min_disk": 1}, {"image_url": "b:p"}]},
            "data_images[1] of source: file needs min_disk.",
        ),
        (
            "create",
            {**FILE_OPTIONS, "data_images": [{"image_url": "o", "min_disk": 1}]},
            'image_url: "o" is not bucket:object, for example ims-image:centos7_5.qcow2.',
        ),
        ("create", {"source": "data_volumes", "data_images": []}, "source: data_volumes needs data_images."),
        (
            "create",
            {"source": "data_volumes", "name": "a", "data_images": [{"name": "d", "volume_id": VOLUME}]},
            "source: data_volumes does not go with name.",
        ),
        (
            "create",
            {"source": "data_volumes", "data_images": [{"name": "d", "image_url": "b:o"}]},
            "data_images[0] of source: data_volumes needs volume_id.",
        ),
        (
            "create",
            {"source": "data_volumes", "data_images": [{"name": "d", "volume_id": VOLUME, "min_disk": 4}]},
            "data_images[0] of source: data_volumes does not go with min_disk.",
        ),
        (
            "create",
            {"source": "whole_server", "name": "a", "instance_id": SERVER, "whole_image_type": "CBR"},
            "source: whole_server does not go with whole_image_type.",
        ),
        ("create", {"source": "whole_backup", "name": "a"}, "source: whole_backup needs backup_id."),
        ("import", {**SYSTEM_FILE, "os_version": None}, "type: ECS needs os_version."),
        ("import", {**DATA_FILE, "os_version": "CentOS"}, "type: DataImage does not go with os_version."),
        (
            "import",
            {**DATA_FILE, "architecture": "arm", "license_type": "byol"},
            "type: DataImage does not go with architecture and license_type.",
        ),
        ("import", {**SYSTEM_FILE, "os_type": "Linux"}, "type: ECS does not go with os_type."),
        (
            "import",
            {**SYSTEM_FILE, "image_url": "ims-image:"},
            'image_url: "ims-image:" is not bucket:object, for example ims-image:centos7_5.qcow2.',
        ),
        (
            "copy",
            {"image_id": LINUX, "name": "a", "target_region": "ap-southeast-1"},
            "agency_name: a copy to another region needs an agency.",
        ),
        (
            "copy",
            {"image_id": LINUX, "name": "a", "vault_id": VOLUME},
            "missing parameter(s) required by 'vault_id': target_region",
        ),
        (
            "copy",
            {"image_id": LINUX, "name": "a", "target_region": "b", "agency_name": "c", "cmk_id": SERVER},
            "cmk_id: a copy to another region does not take that.",
        ),
        (
            "copy",
            {"image_id": "../../v1/x", "name": "a"},
            'image_id: "../../v1/x" is not an image id (letters, digits, - and _, at most 64).',
        ),
        (
            "share",
            {"state": "shared", "image_ids": [LINUX], "project_ids": ["p1", " "]},
            "project_ids: give at least one project, and no empty one.",
        ),
        (
            "share",
            {"state": "shared", "image_ids": [LINUX], "project_ids": []},
            "project_ids: give at least one project, and no empty one.",
        ),
        *(("copy", {"image_id": LINUX, "name": null}, "name: give the new image a name.") for null in NULLS),
        (
            "share",
            {"state": "shared", "image_ids": [LINUX]},
            "state is shared but any of the following are missing: project_ids, domains, organizations",
        ),
        (
            "share",
            {"state": "unshared", "image_ids": [LINUX]},
            "state is unshared but any of the following are missing: project_ids, domains, organizations",
        ),
        (
            "share",
            {"state": "rejected", "image_ids": [LINUX], "vault_id": VOLUME},
            "state: rejected does not go with vault_id.",
        ),
        (
            "share",
            {"state": "accepted", "image_ids": [LINUX], "project_ids": ["p1", "p2"]},
            "state: accepted takes one of project_ids: each project answers for itself.",
        ),
        (
            "share",
            {"state": "shared", "image_ids": [LINUX, "a b"], "project_ids": ["p1"]},
            'image_ids: "a b" is not an image id (letters, digits, - and _, at most 64).',
        ),
        (
            "register",
            {"image_id": METADATA_ONLY, "image_url": "centos.qcow2"},
            'image_url: "centos.qcow2" is not bucket:object, for example ims-image:centos7_5.qcow2.',
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_options_that_do_not_go_together_are_refused_before_anything_is_sent(
    lab: Lab, run_module: Runs, module: str, options: Body, message: str, check_mode: bool
) -> None:
    failed, result = run_module(f"ims_image_{module}", **options, _ansible_check_mode=check_mode)
    assert failed
    assert result["msg"] == message
    assert lab.asked() == []


def test_nothing_to_share_is_refused_before_anything_is_sent(lab: Lab, run_module: Runs) -> None:
    options: Body = {"state": "shared", "image_ids": [], "project_ids": ["p1"]}
    failed, result = run_module("ims_image_share", **options)
    assert failed
    assert result["msg"] == "image_ids: give at least one image."
    assert lab.asked() == []
    dry = run_module("ims_image_share", **options, _ansible_check_mode=True)
    assert dry.result["msg"] == "Would start the sharing of image (not known in a dry run) with project p1."


@pytest.mark.parametrize(
    ("module", "options", "code", "hint"),
    [
        ("copy", {"image_id": FULL_ECS, "name": "a"}, "IMG.0130", "set target_region."),
        ("copy", {"image_id": SERVER, "name": "a"}, "IMG.0027", "and project (project_id): ims_image_info lists them."),
        ("copy", {"image_id": METADATA_ONLY, "name": "a"}, "IMG.0046", "ims_image_info shows its status."),
        ("import", {**SYSTEM_FILE, "image_url": "b-1:x.qcow2"}, "IMG.0158", "takes files of other formats."),
        ("share", {"state": "shared", "image_ids": [PUBLIC], "project_ids": ["p"]}, "IMG.0089", "can be shared."),
    ],
)
def test_the_clouds_no_is_told_with_what_to_do(
    lab: Lab, run_module: Runs, module: str, options: Body, code: str, hint: str
) -> None:
    failed, result = run_module(f"ims_image_{module}", **options)
    assert failed
    assert (result["http_status"], result["error_code"], result["transient"]) == (400, code, False)
    assert result["msg"].endswith(hint)
    assert lab.simulator.cloud.jobs == {}


@each_case
def test_a_start_whose_answer_is_lost_is_not_repeated(lab: Lab, run_module: Runs, case: Case) -> None:
    lab.simulator.faults.add(Fault("reset_after", method=case.method))
    failed, result = run_module(case.module, **case.options)
    assert failed
    assert "may have been started" in result["msg"]
    calls = {"file": "ExportImage", "copy": "CopyImageInRegion", "cross_region_copy": "CopyImageCrossRegion"}
    assert f"{calls.get(case.path.rpartition('/')[2], '')} was sent" in result["msg"]
    assert (result["started"], result["job_id"], result["job_ids"]) == (None, None, [])
    assert result["transient"] is False
    assert len(starts(lab)) == len(lab.simulator.cloud.jobs) == 1


def test_too_many_images_are_told_with_what_to_do(lab: Lab, run_module: Runs) -> None:
    for number in range(50):
        lab.simulator.cloud.add_image(Image(name=f"i{number}"))
    failed, result = run_module("ims_image_create", **SERVER_OPTIONS)
    assert failed
    assert result["error_code"] == "IMG.0015"
    assert result["msg"].endswith("or have the quota raised. ims_quota_info shows it.")


def test_a_part_of_a_batch_that_failed_is_told_by_the_job(lab: Lab, run_module: Runs) -> None:
    lab.simulator.cloud.set_script(JobScript(failed_results=1), once=True)
    job_id = run_module("ims_image_share", **by_name["share"].options).result["job_id"]
    lab.clock.sleep(3)
    job = lab.client().find_job(job_id)
    assert job is not None
    assert job.succeeded
    assert len(job.failed_items) == 1


def test_a_copy_to_the_own_region_is_one_inside_of_it(lab: Lab, run_module: Runs) -> None:
    options = {"image_id": LINUX, "name": "copy", "cmk_id": SERVER, "target_region": "cn-north-4", "agency_name": "a"}
    failed, result = run_module("ims_image_copy", **options)
    assert not failed, result
    (entry,) = starts(lab)
    assert (entry.path, entry.body) == (
        f"/v1/cloudimages/{LINUX}/copy",
        f'{{"name": "copy", "cmk_id": "{SERVER}"}}'.encode(),
    )


def test_a_copy_inside_a_region_never_silently_ignores_another_project(lab: Lab, run_module: Runs) -> None:
    options = {"image_id": LINUX, "name": "copy", "target_region": "cn-north-4", "agency_name": "a"}
    failed, result = run_module("ims_image_copy", **options, target_project_name="cn-north-4_other")
    assert failed
    assert result["msg"].startswith("target_project_name: cn-north-4 is the image's own region, and a copy inside")
    assert starts(lab) == []
    assert not run_module("ims_image_copy", **options, target_project_name="cn-north-4").failed


def test_a_copy_gets_its_tags_and_limits_of_memory_afterwards(
    lab: Lab, run_module: Runs, done: t.Callable[..., Job]
) -> None:
    job = done("ims_image_copy", image_id=LINUX, name="copy")
    wanted = {"image_id": job.image_id, "tags": {"release": "1.2"}, "min_ram": 1024, "max_ram": 4096}
    assert [run_module("ims_image", **wanted).result["changed"] for _turn in range(2)] == [True, False]
    image = lab.simulator.cloud.images[str(job.image_id)]
    assert (image.min_ram, image.max_ram, len(image.tags)) == (1024, 4096, 1)


# -- sharing asks first -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["share", "share no longer", "accept", "reject"], ids=lambda name: name.replace(" ", "-")
)
def test_sharing_run_twice_changes_something_once(
    lab: Lab, run_module: Runs, done: t.Callable[..., Job], name: str
) -> None:
    if name == "share no longer":
        lab.simulator.cloud.change_image(lab.simulator.cloud.images[LINUX], members=(Member("p1"),))
    options = by_name[name].options
    done("ims_image_share", **options)
    sent = len(starts(lab))
    failed, again = run_module("ims_image_share", **options)
    assert not failed, again
    assert (again["changed"], again["started"], again["job_id"], again["job_ids"]) == (False, False, None, [])
    told = {
        "share": f"Image {LINUX}, {LINUX_2} are shared with project p1, p2 already.",
        "share no longer": f"Image {LINUX} is not shared with project p1 already.",
        "accept": f"Image {SHARED_WITH_ME} is accepted by project {lab.simulator.account.project_id} already.",
        "reject": f"Image {SHARED_WITH_ME} is rejected by project {lab.simulator.account.project_id} already.",
    }
    assert again["msg"] == told[name]
    assert len(starts(lab)) == sent


def test_only_the_rest_is_shared_by_a_job_for_each_group(lab: Lab, run_module: Runs) -> None:
    lab.simulator.cloud.change_image(lab.simulator.cloud.images[LINUX], members=(Member("p1", "rejected"),))
    options = {"state": "shared", "image_ids": [LINUX, LINUX_2], "project_ids": ["p1", "p2"], "domains": ["d1"]}
    failed, result = run_module("ims_image_share", **options, organizations=["ou-1"])
    assert not failed, result
    assert [entry.body.decode() for entry in starts(lab)] == [
        f'{{"images": ["{LINUX}"], "projects": ["p2"], "domains": ["d1"], "organizations": ["ou-1"]}}',
        f'{{"images": ["{LINUX_2}"], "projects": ["p1", "p2"], "domains": ["d1"], "organizations": ["ou-1"]}}',
    ]
    assert (result["job_id"], result["job_ids"]) == (None, list(lab.simulator.cloud.jobs))
    assert result["msg"] == (
        f"Started the sharing of image {LINUX} with project p2, domain d1, organization ou-1; the sharing of image"
        f" {LINUX_2} with project p1, p2, domain d1, organization ou-1."
    )


def test_a_second_start_that_is_unclear_hides_no_first_one(lab: Lab, run_module: Runs) -> None:
    lab.simulator.cloud.change_image(lab.simulator.cloud.images[LINUX], members=(Member("p1"),))
    lab.simulator.faults.add(Fault("reset_after", method="POST", skip=1))
    options = {"state": "shared", "image_ids": [LINUX, LINUX_2], "project_ids": ["p1", "p2"]}
    failed, result = run_module("ims_image_share", **options)
    assert failed
    assert (result["started"], result["changed"], len(result["job_ids"])) == (None, True, 1)


def test_members_that_cannot_be_read_start_nothing(lab: Lab, run_module: Runs) -> None:
    lab.simulator.faults.add(Fault("change", merge={"members": [{"member_id": 7, "status": "x"}]}, method="GET"))
    failed, result = run_module("ims_image_share", **by_name["share"].options)
    assert failed
    assert result["started"] is False
    assert starts(lab) == []


@pytest.mark.parametrize("option", ["project_ids", "domains", "organizations"])
def test_a_receiver_answers_as_one_project(lab: Lab, run_module: Runs, option: str) -> None:
    failed, result = run_module("ims_image_share", state="accepted", image_ids=[LINUX], **{option: ["a", "b"]})
    assert failed
    assert "each project answers for itself" in result["msg"] or "a project answers for itself" in result["msg"]
    assert lab.asked() == []


def test_tags_keep_their_capital_letters(lab: Lab, run_module: Runs) -> None:
    options = {"source": "server", "instance_id": SERVER, "name": "golden", "tags": {"Release": "Beta-2", "ok": True}}
    failed, result = run_module("ims_image_create", **options)
    assert not failed, result
    body = json.loads(lab.simulator.requests[-1].body)
    assert body["image_tags"] == [{"key": "Release", "value": "Beta-2"}, {"key": "ok", "value": "true"}]
