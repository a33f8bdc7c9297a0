# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image does."""

from __future__ import annotations

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.image import Image, checked_image_id
from .._ims.errors import OptionError
from .changing import Changing
from .choosing import own_images, the_only_one
from .image_absent import absent
from .image_present import present
from .reading import Params, Receipt, is_nothing

_OF_PRESENT = (
    *("new_name", "description", "min_ram", "max_ram", "hw_firmware_type", "enterprise_project_id"),
    *("attributes", "tags", "keep_tags"),
)


def change(client: ImsClient, params: Params, receipt: Receipt, dry: bool) -> Result:
    is_present = params["state"] == "present"
    given = [name for name in _OF_PRESENT if params[name] is not None]
    if given and not is_present:
        raise OptionError(f"state: absent does not go with {' and '.join(given)}.")
    image, is_listed = _chosen(client, params)
    if is_present:
        if image is None:
            raise OptionError(f"{_named(params)} is not there. This module makes no images: see ims_image_create.")
        return present(client, image, params, receipt, dry=dry)
    if image is None:
        return {"changed": False, "image_id": None, "image": None, "tags": {}, "msg": f"{_named(params)} is not there."}
    return absent(client, image, params, receipt, dry=dry, is_listed=is_listed)


def _chosen(client: ImsClient, params: Params) -> tuple[Image | None, bool]:
    """Return the image, and whether lists have it. One that was renamed by an earlier run has its new name."""
    if params["image_id"] is not None:
        return client.life.find(checked_image_id(params["image_id"]))
    if is_nothing(params["name"]):
        raise OptionError("name: the name of an image is needed, and this is none.")
    image = the_only_one(own_images(client, params["name"]), params["name"])
    if image is None and params["new_name"]:
        image = the_only_one(own_images(client, params["new_name"]), params["new_name"])
    return image, True


def _named(params: Params) -> str:
    if params["image_id"] is not None:
        return f"Image {params['image_id']}"
    return f'An image named "{params["name"]}"'


WORK = Changing(
    "ims_image",
    ArgumentSpec(
        {
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "image_id": {"type": "str"},
            "name": {"type": "str"},
            **{name: {"type": "str"} for name in ("new_name", "description", "enterprise_project_id")},
            **{name: {"type": "int"} for name in ("min_ram", "max_ram")},
            "hw_firmware_type": {"type": "str", "choices": ["bios", "uefi"]},
            "attributes": {"type": "dict"},
            "tags": {"type": "dict"},
            "purge_tags": {"type": "bool", "default": True},
            "keep_tags": {"type": "list", "elements": "str"},
            "delete_backup": {"type": "bool", "default": False},
            "unshare": {"type": "bool", "default": False},
        },
        mutually_exclusive=(("image_id", "name"),),
        required_one_of=(("image_id", "name"),),
    ),
    change,
    waits=True,
)
