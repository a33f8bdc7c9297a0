# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each kind of call that starts a job: what is sent, what the vendor's SDK sends, what is refused, what comes of it.

The export has its own file, test_ims_image_export.py.
"""

from __future__ import annotations

import dataclasses
import importlib
import json
import typing as t
import warnings

import pytest
from ansible.module_utils import basic

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image, JobScript, SimulatedClock, Simulator

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

MODULES = "ansible_collections.huaweicloud.ims.plugins.modules"
LINUX, LINUX_2, PUBLIC, FULL_ECS, METADATA_ONLY, SHARED_WITH_ME = (
    f"10000000-0000-4000-8000-{number:012d}" for number in (1, 2, 3, 4, 11, 12)
)
OWN = "a0000000000000000000000000000001"
SERVER = "877a2cda-ba63-4e1e-b95f-e67e48b6129a"
VOLUME = "c5dfbd0c-bf0a-4798-a453-61dc6b54aa30"
FILE = "ims-image:centos7_5.qcow2"
MEMBERS = "/v1/cloudimages/members"
Body = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Case:
    """A task's options and the request that they become; ``sdk`` names the SDK's call, and ``models`` its body's."""

    name: str
    module: str
    options: Body
    method: str
    path: str
    body: Body
    said: str
    sdk: str | None = None
    models: t.Mapping[str, str] = dataclasses.field(default_factory=dict)


def create(name: str, options: Body, body: Body | None = None, **more: t.Any) -> Case:
    source = options["source"]
    told = {
        "method": "POST",
        "path": "/v2/cloudimages/action",
        "said": f"Started the creation of image {options.get('name')} (source: {source}).",
        "sdk": "create_image",
        "models": {"": "CreateImageRequestBody", "image_tags": "TagKeyValue", "data_images": "CreateDataImage"},
        "body": {key: value for key, value in options.items() if key != "source"} if body is None else body,
        **more,
    }
    return Case(name, "ims_image_create", options, **told)


WHOLE = {
    "path": "/v1/cloudimages/wholeimages/action",
    "sdk": "create_whole_image",
    "models": {"": "CreateWholeImageRequestBody", "image_tags": "TagKeyValue"},
}
TAGS = {"tags": {"release": 8, "tested": True, "note": None}}
IMAGE_TAGS = [{"key": "release", "value": "8"}, {"key": "tested", "value": "true"}, {"key": "note", "value": ""}]
QUICK = {
    "method": "POST",
    "path": "/v2/cloudimages/quickimport/action",
    "sdk": "import_image_quick",
    "models": {"": "QuickImportImageByFileRequestBody", "image_tags": "ResourceTag"},
}
SYSTEM_FILE = {"name": "large", "image_url": "ims-image:large.zvhd2", "min_disk": 300, "os_version": "CentOS 7.5 64bit"}
DATA_FILE = {"name": "disk", "image_url": "ims-image:disk.raw", "min_disk": 10, "type": "DataImage"}
CASES = [
    create("server", {"source": "server", "name": "golden", "instance_id": SERVER}),
    create(
        "server with all",
        {
            "source": "server",
            "name": "golden",
            "instance_id": SERVER,
            "description": "nightly",
            "enterprise_project_id": "0",
            "max_ram": 4096,
            "min_ram": 0,
            **TAGS,
        },
        {
            "name": "golden",
            "instance_id": SERVER,
            "description": "nightly",
            "enterprise_project_id": "0",
            "max_ram": 4096,
            "min_ram": 0,
            "image_tags": IMAGE_TAGS,
        },
    ),
    create(
        "volume",
        {"source": "volume", "name": "golden", "volume_id": VOLUME, "os_version": "CentOS 7.5 64bit", "type": "ECS"},
    ),
    create("file", {"source": "file", "name": "golden", "image_url": FILE, "min_disk": 40}),
    create(
        "file with all that the SDK knows",
        {
            "source": "file",
            "name": "golden",
            "image_url": FILE,
            "min_disk": 40,
            "os_version": "CentOS 7.5 64bit",
            "type": "ECS",
            "is_config": False,
            "architecture": "arm",
            "hw_firmware_type": "uefi",
            "cmk_id": SERVER,
        },
    ),
    create(
        "file with data disks",
        {
            "source": "file",
            "name": "golden",
            "image_url": FILE,
            "min_disk": 40,
            "os_type": "Linux",
            "data_images": [
                {"image_url": "ims-image:data.qcow2", "min_disk": 1, "tags": {"a": "b"}},
                {"image_url": "ims-image:data-2.qcow2", "min_disk": 2, "name": "second"},
            ],
        },
        {
            "name": "golden",
            "image_url": FILE,
            "min_disk": 40,
            "os_type": "Linux",
            "data_images": [
                {"image_url": "ims-image:data.qcow2", "min_disk": 1, "tags": ["a.b"]},
                {"image_url": "ims-image:data-2.qcow2", "min_disk": 2, "name": "second"},
            ],
        },
        # The SDK has neither os_type nor files of data disks.
        sdk=None,
    ),
    create(
        "ISO file",
        {
            "source": "file",
            "name": "installer",
            "image_url": "ims-image:installer.iso",
            "min_disk": 40,
            "type": "IsoImage",
            "os_version": "CentOS 7.5 64bit",
        },
    ),
    create(
        "data volumes",
        {
            "source": "data_volumes",
            "data_images": [
                {"name": "d1", "volume_id": VOLUME, "description": "one", "tags": {"a": "b"}},
                {"name": "d2", "volume_id": SERVER},
            ],
            "enterprise_project_id": "0",
        },
        {
            "data_images": [
                {"name": "d1", "volume_id": VOLUME, "description": "one", "tags": ["a.b"]},
                {"name": "d2", "volume_id": SERVER},
            ],
            "enterprise_project_id": "0",
        },
        said="Started the creation of image d1, d2 (source: data_volumes).",
    ),
    create(
        "data file",
        {
            "source": "data_file",
            "name": "disk",
            "image_url": "ims-image:disk.vhd",
            "min_disk": 2048,
            "os_type": "Windows",
            "tags": {"a": "b"},
        },
        {
            "name": "disk",
            "image_url": "ims-image:disk.vhd",
            "min_disk": 2048,
            "os_type": "Windows",
            "image_tags": [{"key": "a", "value": "b"}],
        },
        path="/v1/cloudimages/dataimages/action",
        sdk="create_data_image",
        models={"": "CreateDataImageRequestBody", "image_tags": "ImageTag"},
    ),
    create(
        "whole server",
        {"source": "whole_server", "name": "whole", "instance_id": SERVER, "vault_id": VOLUME, "min_ram": 1024},
        **WHOLE,
    ),
    create(
        "whole backup of CBR",
        {
            "source": "whole_backup",
            "name": "whole",
            "backup_id": SERVER,
            "whole_image_type": "CBR",
            "vault_id": VOLUME,
            "max_ram": 4096,
        },
        **WHOLE,
    ),
    create("whole backup", {"source": "whole_backup", "name": "whole", "backup_id": SERVER}, **WHOLE),
    Case(
        "quick import",
        "ims_image_import",
        {**SYSTEM_FILE, "license_type": "byol", "hw_firmware_type": "uefi", "architecture": "x86", **TAGS},
        body={
            **SYSTEM_FILE,
            "type": "ECS",
            "license_type": "byol",
            "hw_firmware_type": "uefi",
            "architecture": "x86",
            "image_tags": IMAGE_TAGS,
        },
        said="Started the import of ims-image:large.zvhd2 as image large.",
        **QUICK,
    ),
    Case(
        "quick import of a data disk",
        "ims_image_import",
        {**DATA_FILE, "os_type": "Linux", "description": "data", "enterprise_project_id": "0"},
        body={**DATA_FILE, "os_type": "Linux", "description": "data", "enterprise_project_id": "0"},
        said="Started the import of ims-image:disk.raw as image disk.",
        **QUICK,
    ),
    Case(
        "copy",
        "ims_image_copy",
        {"image_id": LINUX, "name": "copy", "description": "c", "cmk_id": SERVER, "enterprise_project_id": "0"},
        "POST",
        f"/v1/cloudimages/{LINUX}/copy",
        {"name": "copy", "description": "c", "cmk_id": SERVER, "enterprise_project_id": "0"},
        f"Started the copy of image {LINUX} as copy.",
        "copy_image_in_region",
        {"": "CopyImageInRegionRequestBody"},
    ),
    Case(
        "copy to another region",
        "ims_image_copy",
        {"image_id": LINUX, "name": "copy", "target_region": "ap-southeast-1", "agency_name": "copier"},
        "POST",
        f"/v1/cloudimages/{LINUX}/cross_region_copy",
        {"name": "copy", "region": "ap-southeast-1", "project_name": "ap-southeast-1", "agency_name": "copier"},
        f"Started the copy of image {LINUX} as copy in ap-southeast-1.",
        "copy_image_cross_region",
        {"": "CopyImageCrossRegionRequestBody"},
    ),
    Case(
        "full-ECS copy to a project of another region",
        "ims_image_copy",
        {
            "image_id": FULL_ECS,
            "name": "copy",
            "description": "c",
            "target_region": "ap-southeast-1",
            "project_name": "ap-southeast-1_team",
            "agency_name": "copier",
            "vault_id": VOLUME,
        },
        "POST",
        f"/v1/cloudimages/{FULL_ECS}/cross_region_copy",
        {
            "name": "copy",
            "description": "c",
            "region": "ap-southeast-1",
            "project_name": "ap-southeast-1_team",
            "agency_name": "copier",
            "vault_id": VOLUME,
        },
        f"Started the copy of image {FULL_ECS} as copy in ap-southeast-1.",
        "copy_image_cross_region",
        {"": "CopyImageCrossRegionRequestBody"},
    ),
    Case(
        "share",
        "ims_image_share",
        {"state": "shared", "image_ids": [LINUX, LINUX_2], "project_ids": ["p1", "p2"]},
        "POST",
        MEMBERS,
        {"images": [LINUX, LINUX_2], "projects": ["p1", "p2"]},
        f"Started the sharing of image {LINUX}, {LINUX_2} with project p1, p2.",
        "batch_add_members",
        {"": "BatchAddMembersRequestBody"},
    ),
    Case(
        "share no longer",
        "ims_image_share",
        {"state": "unshared", "image_id": LINUX, "project_ids": "p1"},
        "DELETE",
        MEMBERS,
        {"images": [LINUX], "projects": ["p1"]},
        f"Started the end of the sharing of image {LINUX} with project p1.",
        "batch_delete_members",
        {"": "BatchAddMembersRequestBody"},
    ),
    Case(
        "accept",
        "ims_image_share",
        {"state": "accepted", "image_ids": [SHARED_WITH_ME], "vault_id": VOLUME},
        "PUT",
        MEMBERS,
        {"images": [SHARED_WITH_ME], "project_id": OWN, "status": "accepted", "vault_id": VOLUME},
        f"Started the acceptance of image {SHARED_WITH_ME} by project {OWN}.",
        "batch_update_members",
        {"": "BatchUpdateMembersRequestBody"},
    ),
    Case(
        "reject",
        "ims_image_share",
        {"state": "rejected", "image_ids": [SHARED_WITH_ME], "project_ids": [OWN]},
        "PUT",
        MEMBERS,
        {"images": [SHARED_WITH_ME], "project_id": OWN, "status": "rejected"},
        f"Started the rejection of image {SHARED_WITH_ME} by project {OWN}.",
        "batch_update_members",
        {"": "BatchUpdateMembersRequestBody"},
    ),
    Case(
        "register",
        "ims_image_register",
        {"image_id": METADATA_ONLY, "image_url": FILE},
        "PUT",
        f"/v1/cloudimages/{METADATA_ONLY}/upload",
        {"image_url": FILE},
        f"Started the registration of {FILE} as image {METADATA_ONLY}.",
        "register_image",
        {"": "RegisterImageRequestBody"},
    ),
]
by_name = {case.name: case for case in CASES}
each_case = pytest.mark.parametrize("case", CASES, ids=by_name)


class Run(t.NamedTuple):
    failed: bool
    result: dict[str, t.Any]


Runs = t.Callable[..., Run]


@pytest.fixture
def run(lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bare_environment: None) -> Runs:
    """Runs a module with these arguments; keys and endpoints come from the environment."""
    for name, value in lab.simulator.account.environment(lab.simulator.url).items():
        monkeypatch.setenv(name, value)
    # Signatures have to be of the simulator's time.
    monkeypatch.setattr(
        "ansible_collections.huaweicloud.ims.plugins.module_utils._module.SystemClock", lambda: lab.clock
    )

    def run(module: str, /, **args: t.Any) -> Run:
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode())
        # Needed from ansible-core 2.19 on.
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit) as ended:
            importlib.import_module(f"{MODULES}.{module}").main()
        return Run(ended.value.code != 0, json.loads(capsys.readouterr().out))

    return run


@pytest.fixture
def done(lab: Lab, run: Runs) -> t.Callable[..., Job]:
    """Runs a module and returns the job at its end, which has to be a good one."""

    def done(module: str, /, **args: t.Any) -> Job:
        failed, result = run(module, **args)
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


@each_case
def test_options_become_the_documented_request(lab: Lab, run: Runs, case: Case) -> None:
    failed, result = run(case.module, **case.options)
    assert not failed, result
    (entry,) = lab.simulator.requests
    assert (entry.method, entry.path, json.loads(entry.body), entry.status) == (case.method, case.path, case.body, 200)
    assert list(lab.simulator.cloud.jobs) == [result["job_id"]]
    assert (result["changed"], result["started"], result["msg"]) == (True, True, case.said)


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
def test_check_mode_sends_nothing(lab: Lab, run: Runs, case: Case) -> None:
    failed, result = run(case.module, **case.options, _ansible_check_mode=True)
    assert not failed
    would = case.said.replace("Started", "Would start")
    # Which project the connection has may be known by asking only.
    assert result["msg"] == (would.replace(f"project {OWN}", "this project") if case.name == "accept" else would)
    assert (result["changed"], result["started"], "job_id" in result) == (True, False, False)
    assert lab.asked() == []


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


def test_the_project_that_answers_is_looked_up_but_in_check_mode(
    lab: Lab, run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HW_PROJECT_ID")
    options = {"state": "accepted", "image_ids": [SHARED_WITH_ME]}
    assert run("ims_image_share", **options, _ansible_check_mode=True).result["msg"] == (
        f"Would start the acceptance of image {SHARED_WITH_ME} by this project."
    )
    assert lab.asked() == []
    assert not run("ims_image_share", **options).failed
    assert lab.asked() == ["GET /v3/projects 200", f"PUT {MEMBERS} 200"]
    assert json.loads(lab.simulator.requests[-1].body)["project_id"] == OWN


def test_without_a_project_nobody_can_answer(lab: Lab, run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HW_PROJECT_ID", "HW_REGION_NAME"):
        monkeypatch.delenv(name)
    failed, result = run("ims_image_share", state="accepted", image_ids=[SHARED_WITH_ME])
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
            {**FILE_OPTIONS, "image_url": "https://b.obs.cn-north-4.myhuaweicloud.com/x.qcow2"},
            'image_url: "https://b.obs.cn-north-4.myhuaweicloud.com/x.qcow2" is not bucket:object, for example'
            " ims-image:centos7_5.qcow2.",
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
            "missing parameter(s) required by 'target_region': agency_name",
        ),
        (
            "copy",
            {"image_id": LINUX, "name": "a", "vault_id": VOLUME},
            "missing parameter(s) required by 'vault_id': target_region",
        ),
        (
            "copy",
            {"image_id": LINUX, "name": "a", "target_region": "b", "agency_name": "c", "cmk_id": SERVER},
            "parameters are mutually exclusive: target_region|cmk_id",
        ),
        (
            "copy",
            {"image_id": "../../v1/x", "name": "a"},
            'image_id: "../../v1/x" is not an image id (letters, digits, - and _, at most 64).',
        ),
        (
            "share",
            {"state": "shared", "image_ids": [LINUX]},
            "state is shared but all of the following are missing: project_ids",
        ),
        (
            "share",
            {"state": "unshared", "image_ids": [LINUX]},
            "state is unshared but all of the following are missing: project_ids",
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
    lab: Lab, run: Runs, module: str, options: Body, message: str, check_mode: bool
) -> None:
    failed, result = run(f"ims_image_{module}", **options, _ansible_check_mode=check_mode)
    assert failed
    assert result["msg"] == message
    assert lab.asked() == []


@pytest.mark.parametrize(
    ("module", "options", "code", "hint"),
    [
        ("copy", {"image_id": FULL_ECS, "name": "a"}, "IMG.0130", "set target_region."),
        (
            "copy",
            {"image_id": LINUX, "name": "a", "target_region": "cn-north-4", "agency_name": "c"},
            "IMG.0142",
            "Leave target_region out to copy inside the region.",
        ),
        ("copy", {"image_id": SERVER, "name": "a"}, "IMG.0027", "is in this region and project (project_id)."),
        ("copy", {"image_id": METADATA_ONLY, "name": "a"}, "IMG.0046", "wait for the job that makes it."),
        ("import", {**SYSTEM_FILE, "image_url": "b-1:x.qcow2"}, "IMG.0158", "takes files of other formats."),
        ("share", {"state": "shared", "image_ids": [PUBLIC], "project_ids": ["p"]}, "IMG.0089", "can be shared."),
    ],
)
def test_the_clouds_no_is_told_with_what_to_do(
    lab: Lab, run: Runs, module: str, options: Body, code: str, hint: str
) -> None:
    failed, result = run(f"ims_image_{module}", **options)
    assert failed
    assert (result["http_status"], result["error_code"], result["transient"]) == (400, code, False)
    assert result["msg"].endswith(hint)
    assert lab.simulator.cloud.jobs == {}


@each_case
def test_a_start_whose_answer_is_lost_is_not_repeated(lab: Lab, run: Runs, case: Case) -> None:
    lab.simulator.faults.add(Fault("reset_after"))
    failed, result = run(case.module, **case.options)
    assert failed
    assert "may have been started" in result["msg"]
    assert result["transient"] is False
    assert len(lab.simulator.requests) == len(lab.simulator.cloud.jobs) == 1


def test_too_many_images_are_told_with_what_to_do(lab: Lab, run: Runs) -> None:
    for number in range(50):
        lab.simulator.cloud.add_image(Image(name=f"i{number}"))
    failed, result = run("ims_image_create", **SERVER_OPTIONS)
    assert failed
    assert result["error_code"] == "IMG.0015"
    assert result["msg"].endswith("Delete private images that nobody needs, or have the quota raised.")


def test_a_part_of_a_batch_that_failed_is_told_by_the_job(lab: Lab, run: Runs) -> None:
    lab.simulator.cloud.set_script(JobScript(failed_results=1), once=True)
    job_id = run("ims_image_share", **by_name["share"].options).result["job_id"]
    lab.clock.sleep(3)
    job = lab.client().find_job(job_id)
    assert job is not None
    assert job.succeeded
    assert len(job.failed_items) == 1
