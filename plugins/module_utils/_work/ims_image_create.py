# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_create does."""

from __future__ import annotations

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.creations import SOURCES, body_of
from .._ims.api.starts import StartCall
from .._ims.errors import OptionError
from .reading import Params
from .starting import Starting

DISK = {
    "name": {"type": "str"},
    "description": {"type": "str"},
    "tags": {"type": "dict"},
    "volume_id": {"type": "str"},
    "image_url": {"type": "str"},
    "min_disk": {"type": "int"},
}


def build(client: ImsClient, params: Params, dry: bool) -> StartCall:
    """Return CreateImage (ims_03_0603), CreateDataImage (ims_03_0606) or CreateWholeImage (ims_03_0607)."""
    use = SOURCES[params["source"]]
    body = body_of(params, "source", params["source"], SOURCES)
    if body.get("type") == "IsoImage" and "os_version" not in body:
        raise OptionError("type: IsoImage needs os_version.")
    names = [params["name"]] if "name" in body else [disk["name"] for disk in body["data_images"]]
    what = f"the creation of image {', '.join(names)} (source: {params['source']})"
    return StartCall(api=use.api, method="POST", path=use.path, body=body, what=what)


WORK = Starting(
    "ims_image_create",
    ArgumentSpec(
        {
            "source": {"type": "str", "required": True, "choices": list(SOURCES)},
            **{name: {"type": "str"} for name in ("name", "description", "enterprise_project_id", "cmk_id")},
            **{name: {"type": "str"} for name in ("instance_id", "volume_id", "backup_id", "vault_id")},
            **{name: {"type": "str"} for name in ("image_url", "os_version")},
            **{name: {"type": "int"} for name in ("min_disk", "max_ram", "min_ram")},
            "tags": {"type": "dict"},
            "whole_image_type": {"type": "str", "choices": ["CBR", "CSBS"]},
            "os_type": {"type": "str", "choices": ["Linux", "Windows", "Other"]},
            "type": {"type": "str", "choices": ["ECS", "BMS", "FusionCompute", "Ironic", "IsoImage"]},
            "architecture": {"type": "str", "choices": ["x86", "arm"]},
            "hw_firmware_type": {"type": "str", "choices": ["bios", "uefi"]},
            "is_config": {"type": "bool"},
            "data_images": {"type": "list", "elements": "dict", "options": DISK},
        }
    ),
    build,
)
