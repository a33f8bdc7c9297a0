# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image of the name is there already: whether that is what is wanted, a mistake, or of no account."""

from __future__ import annotations

import typing as t

from .._ims.api.client import ImsClient
from .._ims.api.image import Image
from .._ims.api.states import Sighting, made
from .._ims.errors import ImsError, NoAnswerError, OptionError
from .._ims.wait.plan import Plan
from .._wait_plan import state_plan_of
from .awaiting import Wish, await_state
from .choosing import own_images, the_only_one
from .reading import Params, Receipt
from .starting import First, NothingToDo, ToDo

EXISTING: dict[str, dict[str, t.Any]] = {
    "existing_image": {"type": "str", "choices": ["keep", "create", "fail"], "default": "keep"}
}
# What has failed or is gone is no image.
_NOT_COUNTED = ("killed", "deleted")


def existing(client: ImsClient, params: Params, name: str, *, but_not: str | None = None) -> ToDo | None:
    """Return what to tell where an image of the name is there and kept; None where one is to be made.

    ``but_not`` is an image that does not count, the one that is copied. Raises OptionError for ``fail``, and for
    several images of the name.
    """
    image = found(client, params, name, but_not=but_not)
    return None if image is None else kept(params, image)


def found(client: ImsClient, params: Params, name: str, *, but_not: str | None = None) -> Image | None:
    if params["existing_image"] == "create":
        return None
    counted = [image for image in own_images(client, name) if image.status not in _NOT_COUNTED]
    counted = [image for image in counted if image.image_id != but_not]
    if counted and params["existing_image"] == "fail":
        listed = ", ".join(f"{image.image_id} ({image.status})" for image in counted[:10])
        raise OptionError(f'existing_image: fail, and there is an image named "{name}" already: {listed}.')
    return the_only_one(counted, name, "Delete those that nobody needs, or set existing_image: create")


def kept(params: Params, image: Image) -> ToDo:
    """Return what to tell of an image that is there; one that is being made is waited for, where the task waits."""
    image_id, named = image.image_id, _named(image)
    if image.status == "queued":
        raise OptionError(
            f"existing_image: {named} has no file yet (queued). Register one with ims_image_register, delete it with"
            " ims_image, or set existing_image: create."
        )
    state = "is there already" if image.is_active else f"is being made already ({image.status})"
    told = NothingToDo(f"{named} {state}.", image_id)
    if image.status != "saving" or not params["wait"]:
        return told

    def do(client: ImsClient, receipt: Receipt) -> ToDo:
        return kept(params, active(client, image, state_plan_of(params), receipt))

    return First(do, told)


def active(
    client: ImsClient, image: Image, plan: Plan, receipt: Receipt, being_made: t.Container[str] = ("saving",)
) -> Image:
    """Return the image once it is not being made any more. Raises ImsError where that fails or takes too long."""

    def look(image_id: str, timeout: float) -> Sighting:
        return made(client.life.find(image_id, timeout)[0], being_made)

    wish = Wish("image", image.image_id, "active")
    last = await_state(client, wish, look, plan, receipt)
    seen = last.sighting
    if seen is not None and seen.is_final:
        if seen.thing is not None and seen.thing.status != "killed":
            return t.cast("Image", seen.thing)
        raise ImsError(f"{_named(image)} was being made, and that failed. Run the task again to make another one")
    raise NoAnswerError(f"{_named(image)} is being made, and was not active after {last.elapsed:.0f} s ({last.seen})")


def _named(image: Image) -> str:
    name = image.attributes.get("name")
    return f'Image {image.image_id} ("{name}")' if name else f"Image {image.image_id}"
