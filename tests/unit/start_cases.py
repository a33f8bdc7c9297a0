# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What each module that starts a job makes of its options: the literal request, as the API's documentation has it."""

from __future__ import annotations

import dataclasses
import typing as t

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
        "file by the quick way",
        {
            "source": "file",
            "name": "golden",
            "image_url": "ims-image:large.zvhd2",
            "min_disk": 40,
            "os_version": "CentOS 7.5 64bit",
            "is_quick_import": True,
        },
        sdk="create_image",
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
                {"image_url": "ims-image:data.qcow2", "min_disk": 1, "image_tags": [{"key": "a", "value": "b"}]},
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
                {"name": "d1", "volume_id": VOLUME, "description": "one", "image_tags": [{"key": "a", "value": "b"}]},
                {"name": "d2", "volume_id": SERVER},
            ],
            "enterprise_project_id": "0",
        },
        said="Started the creation of image d1, d2 (source: data_volumes).",
        # The SDK's model of a data image has tags as texts only; image_tags is in the table (ims_03_0603).
        sdk=None,
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
            "target_project_name": "ap-southeast-1_team",
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
