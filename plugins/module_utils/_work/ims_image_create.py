# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_create does."""

from __future__ import annotations

import typing as t

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.creations import SOURCES, Body, body_of
from .._ims.api.starts import StartCall
from .._ims.errors import OptionError
from .existing import EXISTING, existing
from .reading import Params, Receipt
from .starting import First, NothingToDo, Starting, ToDo

DISK = {
    "name": {"type": "str"},
    "description": {"type": "str"},
    "tags": {"type": "dict"},
    "volume_id": {"type": "str"},
    "image_url": {"type": "str"},
    "min_disk": {"type": "int"},
}


def build(client: ImsClient, params: Params, dry: bool) -> ToDo:
    """Return CreateImage (ims_03_0603), CreateDataImage (ims_03_0606) or CreateWholeImage (ims_03_0607)."""
    body = body_of(params, "source", params["source"], SOURCES)
    if body.get("type") == "IsoImage" and "os_version" not in body:
        raise OptionError("type: IsoImage needs os_version.")
    if body.get("is_quick_import") and "os_version" not in body:
        raise OptionError("is_quick_import: true needs os_version.")
    if "name" in body:
        there, names = existing(client, params, body["name"]), [body["name"]]
        if there is not None:
            return there
    else:
        return _data_volumes(client, params, body)
    return _call(params, body, names)


def _data_volumes(client: ImsClient, params: Params, body: Body) -> ToDo:
    """Return the creation of those images that are missing; those that are being made are waited for first."""
    there = {disk["name"]: existing(client, params, disk["name"]) for disk in body["data_images"]}
    kept = {name: found for name, found in there.items() if found is not None}
    missing = [disk for disk in body["data_images"] if disk["name"] not in kept]
    if missing:
        then: ToDo = _call(params, {**body, "data_images": missing}, [disk["name"] for disk in missing])
    else:
        then = NothingToDo(f"Images named {', '.join(kept)} are there already.")
    being_made = [found for found in kept.values() if isinstance(found, First)]

    def wait_for_those(client: ImsClient, receipt: Receipt) -> ToDo:
        for found in being_made:
            found.do(client, receipt)
        return then

    return First(wait_for_those, then) if being_made else then


def _call(params: Params, body: Body, names: t.Sequence[str]) -> StartCall:
    use = SOURCES[params["source"]]
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
            **{name: {"type": "bool"} for name in ("is_config", "is_quick_import")},
            **EXISTING,
            "data_images": {"type": "list", "elements": "dict", "options": DISK},
        }
    ),
    build,
)
