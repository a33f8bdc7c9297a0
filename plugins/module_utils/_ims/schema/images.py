# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images, and pages of their list.

Sources: ListImages (ims_03_0602), GlanceShowImage (ims_03_0703), the attributes' page (ims_03_0901), the SDK's models.
A row has those attributes that it needs: only ``id`` and ``status`` are in every one of them.
"""

from __future__ import annotations

import typing as t

from .parts import NON_EMPTY, READ_AT_MOST, TEXT, WHOLE_NUMBER, YES_OR_NO, Schema, document, essential

_TEXTS = (
    "name visibility owner disk_format container_format virtual_env_type hw_firmware_type checksum file self schema"
    " enterprise_project_id created_at updated_at active_at __imagetype __os_type __os_version __platform __description"
    " __image_displayname __image_source_type __data_origin __root_origin __originalimagename __backup_id"
    " __system__cmkid __productcode __account_code __os_feature_list __support_agent_list"
)
# "true", or the name of a device.
_SUPPORTED = (
    "__support_kvm __support_xen __support_diskintensive __support_largememory __support_highperformance"
    " __support_xen_hana __support_kvm_infiniband __support_amd __support_kvm_hi1822_hisriov"
    " __support_kvm_hi1822_hivirtionet __support_kvm_fpga_type __support_kvm_gpu_type __support_xen_gpu_type"
)
_FLAGS = (
    "__isregistered __is_offshelved __is_config_init __lazyloading __system_support_market hw_vif_multiqueue_enabled"
    " __whole_image"
)
_NUMBERS: dict[str, str] = {
    "min_disk": "GB",
    "min_ram": "MB; 0 is no limit.",
    "max_ram": "MB, a number in a string.",
    "__image_size": "Bytes, a number in a string; 0 while the image is queued.",
    "__os_bit": "32 or 64, a number in a string.",
    "size": "Always 0 or 2: of no use.",
    "virtual_size": "",
    "__sequence_num": "",
    "os_shutdown_timeout": "Seconds, a number in a string.",
}


def _each(names: str, schema: Schema) -> dict[str, Schema]:
    return dict.fromkeys(names.split(), schema)


_IMAGE: dict[str, t.Any] = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        "id": essential(NON_EMPTY),
        "status": essential(
            NON_EMPTY,
            description="queued, saving, active, killed and deleted are documented. Only active can be used.",
            examples=["queued", "saving", "active", "killed", "deleted"],
        ),
        "protected": {**YES_OR_NO, "description": "A protected image cannot be deleted."},
        "tags": {"type": ["array", "null"], "items": {"type": "string"}},
        "__support_arm": {**YES_OR_NO, "description": "true: for ARM servers; false or absent: x86."},
        "__support_fc_inject": {**YES_OR_NO, "description": "true: Cloud-Init injection is not supported."},
        **{name: {**WHOLE_NUMBER, "description": about} if about else WHOLE_NUMBER for name, about in _NUMBERS.items()},
        **_each(_FLAGS, YES_OR_NO),
        **_each(_SUPPORTED, {"type": ["string", "boolean", "null"]}),
        **_each(_TEXTS, TEXT),
    },
}

IMAGE_SCHEMA: Schema = document(
    "ims_image",
    "An image of Huawei Cloud IMS",
    "The answer of GET /v2/images/{image_id} (ims_03_0703). Unknown keys are allowed.",
    **_IMAGE,
)

IMAGES_SCHEMA: Schema = document(
    "ims_images",
    "A page of the list of images of Huawei Cloud IMS",
    "The answer of ListImages, GET /v2/cloudimages (ims_03_0602). Unknown keys are allowed everywhere.",
    type="object",
    required=["images"],
    properties={
        "images": essential(
            {
                "type": "array",
                READ_AT_MOST: 1000,
                "description": "An image without an id or a status that can be read is left out.",
                "items": {"$ref": "#/definitions/image"},
            }
        ),
        "next": {**TEXT, "description": "The path of the next page, where there is one."},
        "page_info": {"type": ["object", "null"], "properties": {"next_marker": TEXT}},
    },
    definitions={"image": _IMAGE},
)
