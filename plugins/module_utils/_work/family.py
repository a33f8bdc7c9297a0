# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A family of images: those of this project that a pattern of names or tags belong to, and the channel of each."""

from __future__ import annotations

import dataclasses
import typing as t

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.image import Image
from .._ims.errors import OptionError
from .choosing import refuse_gaps
from .listing import LISTING, created_at, listing_of
from .reading import Params

CHANNEL = "channel"
"""The key of the tag that says which image a channel stands for."""
FAMILY = ArgumentSpec(
    {"name_regex": {"type": "str"}, "tags": {"type": "dict"}}, required_one_of=(("name_regex", "tags"),)
)


def members_of(client: ImsClient, params: Params) -> list[Image]:
    """Return the family's images of any status, the newest first. Raises ImsError where any of them cannot be read."""
    if not params["name_regex"] and not params["tags"]:
        raise OptionError("Give name_regex or tags, or both, and no empty ones: all images of a project are no family.")
    own = client.find_project_id()
    if own is None:
        raise OptionError("project_id: this needs the project's id, or region to look it up by.")
    nothing = dict.fromkeys(LISTING.options)
    family = {name: params[name] for name in FAMILY.options}
    listing = listing_of(client, {**nothing, **family}, own)
    # An image of which a tag cannot be read is there all the same.
    gaps = tuple(found for found in listing.deviations if not found.path.startswith("$.images[*].tags"))
    refuse_gaps(dataclasses.replace(listing, deviations=gaps), "images")
    there = (image for image in listing.images if image.status != "deleted")
    return sorted(there, key=lambda image: created_at(image, "Which images are the newest"), reverse=True)


def in_channels(client: ImsClient, channel: str | None = None) -> set[str]:
    """Return the ids of images that a channel stands for, whichever it is unless one is named."""
    return {image_id.lower() for image_id in client.life.ids_by_tags({CHANNEL: channel})}


def row(image: Image, **more: t.Any) -> dict[str, t.Any]:
    """Return an image in short, as results list it."""
    whole = image.to_result()
    return {**{name: whole[name] for name in ("id", "name", "status", "created_at")}, **more}
