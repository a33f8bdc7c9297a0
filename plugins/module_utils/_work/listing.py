# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which images a list is narrowed down to: by the cloud where it can, and here by what no query parameter says."""

from __future__ import annotations

import dataclasses
import datetime
import re
import typing as t

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.creations import tag_texts
from .._ims.api.image import IMAGE_TYPES, Image, Listing, type_filter
from .._ims.api.image_life import ALL_GRANTED
from .._ims.errors import OptionError, UnreadableAnswerError
from .._ims.times import parse_time
from .choosing import refuse_gaps
from .reading import Params

SORT_KEYS = ("name", "container_format", "disk_format", "status", "id", "size", "created_at")
# Options, and the query parameters of ListImages that they become (ims_03_0602).
_PARAMETERS = {
    "name": "name",
    "status": "status",
    "tag": "tag",
    "visibility": "visibility",
    "member_status": "member_status",
    "enterprise_project_id": "enterprise_project_id",
    "os_type": "__os_type",
    "platform": "__platform",
    "architecture": "architecture",
}
_LOCAL = ("tags", "name_regex", "sort", "newest")
FILTERS = (*(name for name in _PARAMETERS if name != "enterprise_project_id"), "image_type", *_LOCAL)
LISTING = ArgumentSpec(
    {
        **{
            name: {"type": "str"} for name in ("name", "tag", "platform", "enterprise_project_id", "name_regex", "sort")
        },
        "status": {"type": "str", "choices": ["queued", "saving", "active", "killed", "deleted"]},
        "image_type": {"type": "str", "choices": list(IMAGE_TYPES)},
        "visibility": {"type": "str", "choices": ["public", "private", "shared"]},
        "member_status": {"type": "str", "choices": ["accepted", "rejected", "pending"]},
        "os_type": {"type": "str", "choices": ["Linux", "Windows", "Other"]},
        "architecture": {"type": "str", "choices": ["x86", "arm"]},
        "tags": {"type": "dict"},
        "newest": {"type": "bool"},
    },
    mutually_exclusive=(("member_status", "image_type"), ("member_status", "visibility")),
)


def listed(client: ImsClient, params: Params, owner: str | None = None) -> list[Image]:
    """Return the images that fit all filters, in the order that is asked for; ``owner`` is a project."""
    return list(listing_of(client, params, owner).images)


def listing_of(client: ImsClient, params: Params, owner: str | None = None) -> Listing:
    """Return the same, with what was odd in the cloud's answers."""
    regex, order = _regex(params["name_regex"]), _order(params["sort"])
    query = {parameter: params[name] for name, parameter in _PARAMETERS.items() if params[name]}
    query.setdefault("enterprise_project_id", ALL_GRANTED)
    query.update(type_filter(params["image_type"]))
    if owner is not None:
        query["owner"] = owner
    if params["member_status"]:
        # Ordinary lists hide what was not accepted: only these three together show it.
        query.update(visibility="shared", __imagetype="shared")
    tagged = None
    if params["tags"]:
        wanted = {key: None if params["tags"][key] is None else value for key, value in tag_texts(params["tags"])}
        tagged = client.life.ids_by_tags(wanted)
        if not tagged:
            return Listing(())
    listing = client.list_images({**query, **order})
    images = [image for image in listing.images if tagged is None or image.image_id in tagged]
    if regex is not None:
        images = [image for image in images if regex.search(str(image.attributes.get("name") or ""))]
    if params["newest"]:
        refuse_gaps(listing, "images")
        images = _newest(images)
    return dataclasses.replace(listing, images=tuple(images))


def _newest(images: t.Sequence[Image]) -> list[Image]:
    """Return the image that was created last, alone. Where a time cannot be read, nobody knows which one that is."""
    return sorted(images, key=lambda image: created_at(image, "Which image is the newest"))[-1:]


def created_at(image: Image, question: str) -> datetime.datetime:
    """Return when an image was created, which nobody may guess. Raises UnreadableAnswerError.

    ``question`` is what cannot be told then.
    """
    moment = parse_time(image.attributes.get("created_at"))
    if moment is None:
        raise UnreadableAnswerError(f"{question} cannot be told: created_at of {image.image_id} cannot be read")
    return moment


def _regex(text: str | None) -> re.Pattern[str] | None:
    try:
        return re.compile(text) if text else None
    except re.error as exc:
        raise OptionError(f'name_regex: "{str(text)[:80]}" is no regular expression: {exc}.') from None


def _order(text: str | None) -> dict[str, str]:
    """Return the query parameters for ``key``, ``key:asc`` or ``key:desc``."""
    if not text:
        return {}
    key, _colon, direction = text.strip().partition(":")
    if key not in SORT_KEYS or direction not in ("", "asc", "desc"):
        raise OptionError(f'sort: "{text[:80]}" is none of {", ".join(SORT_KEYS)}, with :asc or :desc behind it.')
    return {"sort_key": key, "sort_dir": direction or "asc"}
