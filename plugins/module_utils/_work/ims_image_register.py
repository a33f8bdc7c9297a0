# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_register does."""

from __future__ import annotations

import typing as t

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.creations import checked_file
from .._ims.api.image import Image
from .._ims.api.starts import StartCall
from .._ims.errors import OptionError
from .._ims.wait.plan import Plan
from .existing import EXISTING, active, found, kept
from .image_row import ROW, body_of_row, made_row, refuse_unlike
from .reading import Params, Receipt, is_nothing
from .starting import NOT_KNOWN_YET, First, Starting, ToDo, image_of, image_to_use


def build(client: ImsClient, params: Params, dry: bool) -> ToDo:
    """Return RegisterImage (ims_03_0608), after the creation of the metadata (ims_03_0707) where there are none yet."""
    image_url, given = checked_file(params["image_url"] or ""), [name for name in ROW if params[name] is not None]
    if params["name"] is not None:
        if params["image_id"] is not None:
            raise OptionError("image_id does not go with name: give the one for an image whose metadata are there.")
        if is_nothing(params["name"]):
            raise OptionError("name: the new image needs a name, and this is none.")
        return _by_name(client, params, image_url)
    if given:
        raise OptionError(f"{' and '.join(given)} count only with name: the metadata of image_id are there already.")
    if params["existing_image"] != "keep":
        raise OptionError(f"existing_image: {params['existing_image']} counts only with name.")
    return _by_id(client, params, image_to_use(params["image_id"], dry), image_url)


def _by_id(client: ImsClient, params: Params, image_id: str, image_url: str) -> ToDo:
    if image_id != NOT_KNOWN_YET:
        image, _is_listed = client.life.find(image_id)
        if image is not None and (image.is_active or image.status == "saving"):
            return kept(params, image)
    return _call(image_id, image_url)


def _by_name(client: ImsClient, params: Params, image_url: str) -> ToDo:
    name, body = params["name"], body_of_row(params)
    image = found(client, params, name)
    if image is None:

        def make(client: ImsClient, receipt: Receipt) -> ToDo:
            image_id = made_row(client, params, body, receipt)
            return _call(image_id, image_url)

        return First(make, _call(f'"{name}", which would be made', image_url))
    if image.status != "queued":
        return kept(params, image)
    refuse_unlike(image, body)

    def resume(client: ImsClient, receipt: Receipt) -> ToDo:
        receipt.image_id = image.image_id
        return _call(image.image_id, image_url)

    return First(resume, _call(image.image_id, image_url))


def _call(image_id: str, image_url: str) -> StartCall:
    return StartCall(
        api="RegisterImage",
        method="PUT",
        path=f"/v1/cloudimages/{image_id}/upload",
        body={"image_url": image_url},
        what=f"the registration of {image_url} as image {image_id}",
    )


def finish(client: ImsClient, params: Params, receipt: Receipt, image_id: str, plan: Plan) -> None:
    """Wait until the image is active: what tells that a registration went well is the image, not the job (ims_03_0608).

    Raises ImsError.
    """
    awaited = Image({"id": image_id, "name": params["name"] or "", "status": "saving"})
    active(client, awaited, plan, receipt, being_made=("queued", "saving"))


WORK = Starting(
    "ims_image_register",
    ArgumentSpec(
        {
            "image_id": {"type": "str"},
            "name": {"type": "str"},
            "image_url": {"type": "str", "required": True},
            **t.cast("dict[str, t.Any]", ROW),
            **EXISTING,
        }
    ),
    build,
    image=image_of,
    finish=finish,
)
