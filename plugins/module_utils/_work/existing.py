# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image of the name is there already: whether that is what is wanted, a mistake, or of no account."""

from __future__ import annotations

import typing as t

from .._ims.api.client import ImsClient
from .._ims.api.image import Image
from .._ims.errors import ImsError, NoAnswerError, OptionError
from .._spans import seconds_of
from .choosing import own_images, the_only_one
from .reading import Params
from .starting import NothingToDo

EXISTING: dict[str, dict[str, t.Any]] = {
    "existing_image": {"type": "str", "choices": ["keep", "create", "fail"], "default": "keep"}
}
# What has failed or is gone is no image.
_NOT_COUNTED = ("killed", "deleted")


def existing(
    client: ImsClient, params: Params, name: str, dry: bool, *, but_not: str | None = None
) -> NothingToDo | None:
    """Return what to tell where an image of the name is there and kept; None where one is to be made.

    ``but_not`` is an image that does not count, the one that is copied. Raises OptionError for ``fail``, and for
    several images of the name; ImsError where the one that is there does not become active.
    """
    image = found(client, params, name, but_not=but_not)
    return None if image is None else kept(client, params, image, dry)


def found(client: ImsClient, params: Params, name: str, *, but_not: str | None = None) -> Image | None:
    if params["existing_image"] == "create":
        return None
    counted = [image for image in own_images(client, name) if image.status not in _NOT_COUNTED]
    counted = [image for image in counted if image.image_id != but_not]
    if counted and params["existing_image"] == "fail":
        listed = ", ".join(f"{image.image_id} ({image.status})" for image in counted[:10])
        raise OptionError(f'existing_image: fail, and there is an image named "{name}" already: {listed}.')
    return the_only_one(counted, name, "Delete those that nobody needs, or set existing_image: create")


def kept(client: ImsClient, params: Params, image: Image, dry: bool) -> NothingToDo:
    """Wait for one that is being made, where the task waits. Raises ImsError where it does not become active."""
    image_id, named = image.image_id, f'Image {image.image_id} ("{image.attributes.get("name")}")'
    if image.status == "saving" and params["wait"] and not dry:
        timeout = seconds_of(params, "timeout")
        last = client.life.wait_while_saving(image_id, timeout)
        if isinstance(last, ImsError):
            raise last
        if last is None or last.status == "killed":
            raise ImsError(f"{named} was being made already, and that failed. Run the task again to make another one")
        if last.status == "saving":
            raise NoAnswerError(f"{named} is being made already, and was not active after {timeout:g} s")
        image = last
    if image.status == "queued":
        raise OptionError(
            f"existing_image: {named} has no file yet (queued). Register one with ims_image_register, delete it with"
            " ims_image, or set existing_image: create."
        )
    state = "is there already" if image.is_active else f"is being made already ({image.status})"
    return NothingToDo(f"{named} {state}.", image_id)
