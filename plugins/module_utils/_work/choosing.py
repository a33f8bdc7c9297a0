# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which image is meant: by its id, or by a name that is one image's only."""

from __future__ import annotations

import typing as t

from .._ims.api.client import ImsClient
from .._ims.api.image import Image, Listing
from .._ims.api.image_life import ALL_GRANTED
from .._ims.errors import OptionError, UnreadableAnswerError

_MAX_LISTED = 10
_OF_OTHERS = ("public", "market")


def own_images(client: ImsClient, name: str) -> list[Image]:
    """Return this project's images of exactly this name; one of which the owner cannot be read is counted.

    Raises UnreadableAnswerError where the list had an image that cannot be read: it may be of this name, too.
    """
    listing = client.list_images({"name": name, "enterprise_project_id": ALL_GRANTED})
    refuse_gaps(listing, f'images named "{name}"')
    own = client.find_project_id()
    return [image for image in listing.images if image.status != "deleted" and _may_be_own(image, own)]


def the_only_one(images: t.Sequence[Image], name: str, remedy: str = "Give image_id") -> Image | None:
    """Return the image, None where there is none. Raises OptionError, with their ids, where there are several."""
    if len(images) > 1:
        listed = ", ".join(f"{image.image_id} ({image.status})" for image in images[:_MAX_LISTED])
        more = f" and {len(images) - _MAX_LISTED} more" if len(images) > _MAX_LISTED else ""
        raise OptionError(f'name: {len(images)} images are named "{name}": {listed}{more}. {remedy}.')
    return images[0] if images else None


def refuse_gaps(listing: Listing, what: str) -> None:
    """Raise UnreadableAnswerError where an image of a list was left out because it could not be read."""
    gaps = [str(found) for found in listing.deviations if found.left_out]
    if gaps:
        raise UnreadableAnswerError(f"The cloud's list of {what} has one that cannot be read: {'; '.join(gaps[:3])}")


def _may_be_own(image: Image, own: str | None) -> bool:
    owner = image.attributes.get("owner")
    if own is not None and owner and not image.is_unreadable("owner"):
        return str(owner).strip() == own
    return image.image_type not in _OF_OTHERS
