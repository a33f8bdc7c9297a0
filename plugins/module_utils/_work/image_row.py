# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata of an image that has no file yet: a row with the status queued, which a registration fills.

Source: GlanceCreateImageMetadata (ims_03_0707).
"""

from __future__ import annotations

import typing as t

from .._ims.api.client import ImsClient
from .._ims.api.creations import Body, plain_text, tag_texts
from .._ims.api.image import Image
from .._ims.api.starts import StartCall, Starter
from .._ims.errors import NoAnswerError, OptionError, StartUnclearError
from .reading import Params, Receipt

ROW: dict[str, dict[str, t.Any]] = {
    "os_version": {"type": "str"},
    "disk_format": {"type": "str", "choices": ["iso", "qcow2", "raw", "vhd", "zvhd", "zvhd2"]},
    "min_disk": {"type": "int"},
    "min_ram": {"type": "int"},
    "description": {"type": "str"},
    "hw_firmware_type": {"type": "str", "choices": ["bios", "uefi"]},
    "protected": {"type": "bool"},
    "tags": {"type": "dict"},
    "attributes": {"type": "dict"},
}
# Those whose attribute has another name.
_ATTRIBUTES = {"os_version": "__os_version", "description": "__description"}
# What can be changed once the image is active, or may be written in another way.
_NOT_COMPARED = ("name", "tags", "__description")


def body_of_row(params: Params) -> Body:
    """Return the body of the call. Raises OptionError."""
    body: Body = {"name": params["name"].strip()}
    for option in ROW:
        value = params[option]
        if value is not None and option not in ("tags", "attributes"):
            body[_ATTRIBUTES.get(option, option)] = value
    if params["tags"]:
        body["tags"] = [f"{key}={value}" if value else key for key, value in tag_texts(params["tags"])]
    for name, value in (params["attributes"] or {}).items():
        if name in (*ROW, *_ATTRIBUTES.values(), "name"):
            raise OptionError(f"attributes: {name} has an option of its own.")
        if value is None or isinstance(value, (dict, list)):
            raise OptionError(f"attributes: the value of {name} is not a text.")
        body[name] = plain_text(value)
    return body


def made_row(client: ImsClient, params: Params, body: Body, receipt: Receipt) -> str:
    """Make the row, and return its id, which is in the receipt from then on.

    Sent again only after a proven refusal, for each would make a row. Raises ImsError.
    """
    call = StartCall("GlanceCreateImageMetadata", "POST", "/v2/images", body, "the metadata of an image")
    starter = Starter(lambda call: client.life.make_row(call.body).image_id, client.clock)
    try:
        image_id = starter.start(call)
    except StartUnclearError as exc:
        resumed = params["existing_image"] == "keep"
        then = "goes on with it" if resumed else "makes another one: look for a queued image of the name first"
        raise NoAnswerError(
            f"{call.api} was sent, and its answer was lost: {exc.__cause__}. An image without a file may have been"
            f" made; the same task again {then}"
        ) from exc
    receipt.image_id = image_id
    receipt.changed = True
    again = "The same task again goes on with it"
    if params["existing_image"] != "keep":
        again = f"To go on with it, give image_id: {image_id} in place of name and what belongs to it"
    receipt.left = f'Image {image_id} ("{body["name"]}") was made, and has no file yet (queued). {again}.'
    return image_id


def refuse_unlike(image: Image, body: Body) -> None:
    """Raise OptionError for a row of the name that was made with other metadata: they cannot be changed any more."""
    for name, value in body.items():
        if name in _NOT_COMPARED or image.is_unreadable(name):
            continue
        held = image.attributes.get(name)
        if _text(held) != _text(value):
            raise OptionError(
                f'existing_image: image {image.image_id} ("{body["name"]}") has no file yet (queued), and was made with'
                f" {name} {_text(held) or 'absent'}, not {_text(value)}. Delete it with ims_image, give it as image_id,"
                " or set existing_image: create."
            )


def _text(value: t.Any) -> str:
    return "" if value is None else plain_text(value).strip()
