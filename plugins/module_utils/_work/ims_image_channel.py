# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_channel does."""

from __future__ import annotations

import re

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.image import Image, checked_image_id
from .._ims.errors import OptionError
from .changing import Changing
from .family import CHANNEL, FAMILY, in_channels, members_of
from .reading import Params, Receipt, is_nothing

_NAME = re.compile(r"[^\s=*<>\\,|/]{1,255}")


def change(client: ImsClient, params: Params, receipt: Receipt, dry: bool) -> Result:
    """Let a channel stand for an image: it gets the tag first, and those that had it lose it then."""
    channel = params["channel"].strip()
    if not _NAME.fullmatch(channel):
        raise OptionError(f'channel: "{channel[:80]}" cannot be the value of a tag.')
    if dry and is_nothing(params["image_id"]):
        msg = f"Would let channel {channel} stand for the image that this dry run does not know."
        return {"changed": True, "image_id": None, "channel": channel, "before": [], "msg": msg}
    image_id = checked_image_id(params["image_id"])
    family = {image.image_id: image for image in members_of(client, params)}
    image = family.get(image_id)
    if image is None:
        raise OptionError(f"image_id: image {image_id} is none of this project's images that fit name_regex and tags.")
    if not image.is_active:
        raise OptionError(f"image_id: image {image_id} is {image.status}: a channel stands for an active image.")
    named = in_channels(client, channel)
    before = [one.image_id for one in family.values() if one.image_id.lower() in named]
    others = [other for other in before if other != image_id]
    changed = before != [image_id]
    if changed and not dry:
        _promote(client, image, channel, others, receipt, has_it=image_id in before)
    words = "stands" if not dry or not changed else "would stand"
    instead = f" instead of {', '.join(others)}" if others else ""
    return {
        "changed": changed,
        "image_id": image_id,
        "channel": channel,
        "before": before,
        "diff": {"before": {channel: before}, "after": {channel: [image_id]}},
        "msg": f"Channel {channel} {words} for image {image_id}{instead}.",
    }


def _promote(
    client: ImsClient, image: Image, channel: str, others: list[str], receipt: Receipt, *, has_it: bool
) -> None:
    """Never leave the channel without an image: a run that is cut off leaves it with two."""
    if not has_it:
        client.life.add_tags(image.image_id, {CHANNEL: channel})
        receipt.changed = True
    for other in others:
        client.life.remove_tags(other, {CHANNEL: channel})
        receipt.changed = True


WORK = Changing(
    "ims_image_channel",
    FAMILY.merged(
        ArgumentSpec(
            {"image_id": {"type": "str", "required": True}, "channel": {"type": "str", "required": True}},
        )
    ),
    change,
)
