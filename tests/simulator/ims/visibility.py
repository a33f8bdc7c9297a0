# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images a caller sees, and what he may do with them."""

from __future__ import annotations

import dataclasses
import typing as t

from ..wire.refusals import Refused, ims_refusal, native_refusal, no_right
from ..wire.routes import Call
from .cloud import Cloud
from .fields import is_id
from .images import ACCEPTED, ACTIVE, MARKET, PRIVATE, PUBLIC, SHARED, Image


def in_region(cloud: Cloud, call: Call) -> t.Iterator[Image]:
    """All images of the region that was asked, those included that have just been deleted and are still shown."""
    for image in (*cloud.images.values(), *cloud.ghosts()):
        if image.region == call.region:
            yield image


def is_public(image: Image) -> bool:
    """Whether everybody sees it."""
    return image.image_type in (PUBLIC, MARKET)


def is_own(image: Image, call: Call) -> bool:
    """Whether it belongs to the caller's project."""
    return image.owner == call.project_id


def is_seen(image: Image, call: Call) -> bool:
    """Whether the caller can read it by its id: shared images, too, that he has not accepted (presumed)."""
    if is_own(image, call):
        return may_touch(image, call)
    return is_public(image) or image.member(call.project_id) is not None


def is_listed(image: Image, call: Call) -> bool:
    """Whether ordinary lists have it: of what others share, only what was accepted (ims_03_0721)."""
    member = image.member(call.project_id)
    return is_own(image, call) or is_public(image) or (member is not None and member.status == ACCEPTED)


def as_seen(cloud: Cloud, call: Call, image: Image) -> Image:
    """The image with the type that the caller sees: for its receivers it is shared, for its owner by a setting."""
    if is_public(image):
        return image
    own = cloud.settings.owner_sees if image.members else PRIVATE
    return dataclasses.replace(image, image_type=own if is_own(image, call) else SHARED)


def may_touch(image: Image, call: Call) -> bool:
    """Whether the caller's rights reach to the enterprise project of the image."""
    rights = call.caller.enterprise_projects
    return rights is None or image.enterprise_project_id in rights


def refuse_other_enterprise_project(call: Call, enterprise_project: str, action: str) -> None:
    """Something is made in an enterprise project: the caller must have rights there."""
    rights = call.caller.enterprise_projects
    if rights is not None and enterprise_project not in rights:
        raise no_right(action)


def image_of(cloud: Cloud, call: Call, image_id: str | None = None) -> Image:
    """The image of the path, or of that id; refused in the way of IMS's own calls."""
    image_id = call.places["image_id"] if image_id is None else image_id
    if not is_id(image_id):
        raise ims_refusal("IMG.0066", f"It is {image_id!r}.")
    image = cloud.images.get(image_id)
    if image is None or image.region != call.region or not (is_own(image, call) or is_seen(image, call)):
        raise ims_refusal("IMG.0027", f"It is {image_id}.")
    if is_own(image, call) and not may_touch(image, call):
        raise no_right("ims:images:get")
    return image


def active_image_of(cloud: Cloud, call: Call, image_id: str | None = None) -> Image:
    """The same, ready for use."""
    image = image_of(cloud, call, image_id)
    if image.status != ACTIVE:
        raise ims_refusal("IMG.0046", f"Its status is {image.status}.")
    return image


def own_image_of(cloud: Cloud, call: Call, image_id: str | None = None) -> Image:
    """The same, of the caller's own project: some things only the owner may."""
    image = image_of(cloud, call, image_id)
    if not is_own(image, call):
        raise ims_refusal("IMG.0047")
    return image


def native_image_of(cloud: Cloud, call: Call) -> Image:
    """The image of the path; refused in the way of OpenStack's calls."""
    image_id = call.places["image_id"]
    for image in in_region(cloud, call):
        if image.image_id == image_id and is_seen(image, call):
            return image
    raise not_found(image_id)


def not_found(image_id: str) -> Refused:
    """OpenStack's answer to an unknown image."""
    return native_refusal(404, "itemNotFound", f"No image found with ID {image_id}")
