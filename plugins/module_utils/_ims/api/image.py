# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images as the collection knows them, and their list, which comes in pages.

Sources: ListImages (ims_03_0602), GlanceShowImage (ims_03_0703).
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..errors import OptionError, UnreadableAnswerError
from ..times import iso, parse_time

_IMAGE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_Raw = t.Mapping[str, t.Any]

PAGE_SIZE = 100
# More pages are taken for a list without an end.
MAX_PAGES = 100

_PUBLIC = "gold"
_TYPES = {"public": _PUBLIC, "private": "private", "shared": "shared", "market": "market"}
IMAGE_TYPES = tuple(_TYPES)
# The results' names, and those of the attributes; two underscores mark IMS's additions to OpenStack's.
_TEXTS = {
    "name": "name",
    "visibility": "visibility",
    "owner": "owner",
    "description": "__description",
    "os_type": "__os_type",
    "os_version": "__os_version",
    "platform": "__platform",
    "os_bit": "__os_bit",
    "architecture": "architecture",
    "hw_firmware_type": "hw_firmware_type",
    "virtual_env_type": "virtual_env_type",
    "disk_format": "disk_format",
    "cmk_id": "__system__cmkid",
    "backup_id": "__backup_id",
    "data_origin": "__data_origin",
    "enterprise_project_id": "enterprise_project_id",
}
_NUMBERS = {"size": "__image_size", "min_disk": "min_disk", "min_ram": "min_ram", "max_ram": "max_ram"}
_TIMES = ("created_at", "updated_at", "active_at")


@dataclasses.dataclass(frozen=True)
class Image:
    """One image, by the attributes that IMAGE_SCHEMA has validated."""

    attributes: _Raw

    @property
    def image_id(self) -> str:
        return str(self.attributes["id"]).strip()

    @property
    def status(self) -> str:
        return str(self.attributes["status"]).strip().lower()

    @property
    def is_active(self) -> bool:
        """Return whether the image can be used; no other status means that."""
        return self.status == "active"

    @property
    def image_type(self) -> str | None:
        """Return one of IMAGE_TYPES, or the cloud's word where it is another."""
        word = _text(self.attributes.get("__imagetype"))
        return "public" if word == _PUBLIC else word

    def to_result(self) -> dict[str, t.Any]:
        """Return the image as modules hand it to users; every key is always there."""
        raw = self.attributes
        return {
            "id": self.image_id,
            "status": self.status,
            "active": self.is_active,
            "image_type": self.image_type,
            "whole_image": str(raw.get("__whole_image")).lower() == "true",
            "protected": bool(raw.get("protected")),
            "tags": list(raw.get("tags") or ()),
            **{name: _text(raw.get(key)) for name, key in _TEXTS.items()},
            **{name: _number(raw.get(key)) for name, key in _NUMBERS.items()},
            **{name: iso(parse_time(raw.get(name))) for name in _TIMES},
            "attributes": dict(raw),
        }


def image_filters(
    *, name: str | None = None, status: str | None = None, tag: str | None = None, image_type: str | None = None
) -> dict[str, str]:
    """Return the query parameters of ListImages; None leaves one out."""
    wanted = {"name": name, "status": status, "tag": tag, "__imagetype": _TYPES[image_type] if image_type else None}
    return {key: value for key, value in wanted.items() if value}


def all_images(ask: t.Callable[[t.Mapping[str, str]], t.Any], filters: t.Mapping[str, str]) -> list[Image]:
    """Return the images of all pages, each once. ``ask`` returns the page for some query parameters.

    Whether a page begins with its marker or after it is not documented, so both are understood.
    """
    found: dict[str, Image] = {}
    place: dict[str, str] = {}
    for _page in range(MAX_PAGES):
        answer = ask({**filters, "limit": str(PAGE_SIZE), **place})
        page = {image.image_id: image for image in map(Image, answer["images"])}
        grows = not page.keys() <= found.keys()
        found.update(page)
        marker = _next_marker(answer, list(page))
        if marker is None or not (grows or len(page) >= PAGE_SIZE):
            return list(found.values())
        if not grows:
            raise UnreadableAnswerError(f"The cloud's list of images goes in circles: {marker} led to nothing new")
        place = {"marker": marker}
    raise OptionError(
        f"The cloud has more than {MAX_PAGES * PAGE_SIZE} such images: narrow them down by name, tag, status or"
        " image_type."
    )


def checked_image_id(value: t.Any, option: str = "image_id") -> str:
    """Return an image id without blanks around it; raise OptionError for what is none: it never reaches a URL."""
    text = str(value).strip()
    if not _IMAGE_ID.fullmatch(text):
        shown = text if len(text) <= 80 else text[:77] + "..."
        raise OptionError(f'{option}: "{shown}" is not an image id (letters, digits, - and _, at most 64).')
    return text


def _next_marker(answer: _Raw, page: t.Sequence[str]) -> str | None:
    """Return where the next page begins. Only the SDK's model knows next_marker, only OpenStack's pages next."""
    if not page:
        return None
    told = _text((answer.get("page_info") or {}).get("next_marker"))
    if told or answer.get("next") or len(page) >= PAGE_SIZE:
        return told or page[-1]
    return None


def _text(value: t.Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def _number(value: t.Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
