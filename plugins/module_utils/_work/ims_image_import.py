# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_import does."""

from __future__ import annotations

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.creations import IMPORTS, body_of
from .._ims.api.starts import StartCall
from .existing import EXISTING, existing
from .reading import Params
from .starting import Starting, ToDo


def build(client: ImsClient, params: Params, dry: bool) -> ToDo:
    """Return ImportImageQuick (ims_03_0605)."""
    use = IMPORTS[params["type"]]
    body = body_of(params, "type", params["type"], IMPORTS)
    what = f"the import of {body['image_url']} as image {body['name']}"
    there = existing(client, params, body["name"])
    return there or StartCall(api=use.api, method="POST", path=use.path, body=body, what=what)


WORK = Starting(
    "ims_image_import",
    ArgumentSpec(
        {
            "name": {"type": "str", "required": True},
            "image_url": {"type": "str", "required": True},
            "min_disk": {"type": "int", "required": True},
            "type": {"type": "str", "choices": list(IMPORTS), "default": "ECS"},
            "os_version": {"type": "str"},
            "os_type": {"type": "str", "choices": ["Linux", "Windows"]},
            "architecture": {"type": "str", "choices": ["x86", "arm"]},
            "hw_firmware_type": {"type": "str", "choices": ["bios", "uefi"]},
            "license_type": {"type": "str", "choices": ["platform", "byol"]},
            "description": {"type": "str"},
            "tags": {"type": "dict"},
            "enterprise_project_id": {"type": "str"},
            **EXISTING,
        }
    ),
    build,
)
