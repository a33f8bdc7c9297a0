# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_member_info does."""

from __future__ import annotations

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.image import checked_image_id
from .reading import Params, Reading


def read_members(client: ImsClient, params: Params) -> Result:
    members = client.life.members(checked_image_id(params["image_id"]))
    wanted = params["status"]
    return {"members": [member.to_result() for member in members if wanted in (None, member.status)]}


WORK = Reading(
    "ims_image_member_info",
    ArgumentSpec(
        {
            "image_id": {"type": "str", "required": True},
            "status": {"type": "str", "choices": ["accepted", "rejected", "pending"]},
        }
    ),
    read_members,
)
