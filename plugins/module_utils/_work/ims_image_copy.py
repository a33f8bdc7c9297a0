# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_copy does."""

from __future__ import annotations

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.starts import StartCall
from .._ims.errors import OptionError
from .existing import EXISTING, existing
from .reading import Params, is_nothing
from .starting import Starting, ToDo, image_to_use

_ONLY_ACROSS = ("target_project_name", "agency_name", "vault_id")
_TEXTS = ("name", "description", "cmk_id", "enterprise_project_id", "agency_name", "vault_id")


def build(client: ImsClient, params: Params, dry: bool) -> ToDo:
    """Return CopyImageInRegion (ims_03_0627) or CopyImageCrossRegion (ims_03_0628)."""
    image_id, region = image_to_use(params["image_id"], dry), params["target_region"]
    if is_nothing(params["name"]):
        raise OptionError("name: give the new image a name.")
    body = {name: params[name] for name in _TEXTS if params[name]}
    what = f"the copy of image {image_id} as {params['name']}"
    if not region or region == client.region:
        if params["target_project_name"] not in (None, "", region, params["project_name"]):
            raise OptionError(
                f"target_project_name: {region} is the image's own region, and a copy inside a region stays in its"
                " project. Leave it out, or share the image with the other project and copy it there."
            )
        body = {name: value for name, value in body.items() if name not in _ONLY_ACROSS}
        path = f"/v1/cloudimages/{image_id}/copy"
        there = existing(client, params, params["name"], but_not=image_id)
        return there or StartCall(api="CopyImageInRegion", method="POST", path=path, body=body, what=what)
    refused = [name for name in ("cmk_id", "enterprise_project_id") if params[name]]
    if refused:
        raise OptionError(f"{' and '.join(refused)}: a copy to another region does not take that.")
    if not params["agency_name"]:
        raise OptionError("agency_name: a copy to another region needs an agency.")
    return StartCall(
        api="CopyImageCrossRegion",
        method="POST",
        path=f"/v1/cloudimages/{image_id}/cross_region_copy",
        body={**body, "region": region, "project_name": params["target_project_name"] or region},
        what=f"{what} in {region}",
    )


WORK = Starting(
    "ims_image_copy",
    ArgumentSpec(
        {
            "image_id": {"type": "str", "required": True},
            "name": {"type": "str", "required": True},
            "description": {"type": "str"},
            "cmk_id": {"type": "str"},
            "enterprise_project_id": {"type": "str"},
            "target_region": {"type": "str"},
            "target_project_name": {"type": "str"},
            "agency_name": {"type": "str"},
            "vault_id": {"type": "str"},
            **EXISTING,
        },
        required_by=dict.fromkeys(_ONLY_ACROSS, ("target_region",)),
    ),
    build,
)
