# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_info does."""

from __future__ import annotations

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.image import checked_image_id
from .listing import FILTERS, LISTING, listing_of
from .reading import Params, Reading, is_nothing


def read_images(client: ImsClient, params: Params) -> Result:
    if params["image_ids"] is None:
        listing = listing_of(client, params)
        images, missing = list(listing.images), []
    else:
        wanted = [checked_image_id(value, "image_ids") for value in params["image_ids"] if not is_nothing(value)]
        answers = {image_id: client.find_image(image_id) for image_id in dict.fromkeys(wanted)}
        images = [image for image in answers.values() if image is not None]
        missing = [image_id for image_id, image in answers.items() if image is None]
    return {"images": [image.to_result() for image in images], "missing": missing}


WORK = Reading(
    "ims_image_info",
    ArgumentSpec(
        {"image_ids": {"type": "list", "elements": "str", "aliases": ["image_id"]}},
        mutually_exclusive=tuple(("image_ids", name) for name in FILTERS),
    ).merged(LISTING),
    read_images,
)
