# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_register does."""

from __future__ import annotations

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.creations import checked_file
from .._ims.api.starts import StartCall
from .existing import kept
from .reading import Params
from .starting import NOT_KNOWN_YET, Starting, ToDo, image_of, image_to_use


def build(client: ImsClient, params: Params, dry: bool) -> ToDo:
    """Return RegisterImage (ims_03_0608)."""
    image_id, image_url = image_to_use(params["image_id"], dry), checked_file(params["image_url"] or "")
    if image_id != NOT_KNOWN_YET:
        image, _is_listed = client.life.find(image_id)
        if image is not None and (image.is_active or image.status == "saving"):
            return kept(params, image)
    return StartCall(
        api="RegisterImage",
        method="PUT",
        path=f"/v1/cloudimages/{image_id}/upload",
        body={"image_url": image_url},
        what=f"the registration of {image_url} as image {image_id}",
    )


WORK = Starting(
    "ims_image_register",
    ArgumentSpec({"image_id": {"type": "str", "required": True}, "image_url": {"type": "str", "required": True}}),
    build,
    image=image_of,
)
