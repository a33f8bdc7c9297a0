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
from ..schema.images import IMAGES_SCHEMA
from ..schema.parts import READ_AT_MOST
from ..times import iso, parse_time

if t.TYPE_CHECKING:
    from ..schema.deviations import Deviation
    from ..schema.validation import Checked

_IMAGE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_Raw = t.Mapping[str, t.Any]

PAGE_SIZE = 100
# More pages are taken for a list without an end.
MAX_PAGES = 100
# Of a page that is longer than it was asked for, more are not read: the next page begins there.
MAX_ROWS = IMAGES_SCHEMA["properties"]["images"][READ_AT_MOST]

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
# Values of virtual_env_type (ims_03_0901): elastic servers, bare metal servers, ISO files to install them from.
_FOR_SERVERS = ("FusionCompute", "Ironic", "IsoImage")


@dataclasses.dataclass(frozen=True)
class Image:
    """One image, by its attributes as they were read by a schema: odd ones are null."""

    attributes: _Raw
    unreadable: frozenset[str] = frozenset()
    """The names of attributes whose values were odd, and are left out (``tags``: some of them)."""
    deviations: tuple[Deviation, ...] = ()
    """What was odd in the answer, where it was about this image alone."""

    @classmethod
    def from_checked(cls, checked: Checked) -> Image:
        """Return the image of an answer that was read by IMAGE_SCHEMA."""
        return cls(checked.body, checked.unreadable_at(), checked.deviations)

    def is_unreadable(self, attribute: str) -> bool:
        """Return whether the cloud sent an attribute that cannot be read: what it decides must not be decided.

        An attribute that is absent is no such one.
        """
        return attribute in self.unreadable

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

    @property
    def is_protected(self) -> bool | None:
        """Return whether the image is protected from deletion; None where that cannot be read."""
        return None if self.is_unreadable("protected") else _is_true(self.attributes.get("protected"))

    @property
    def architecture(self) -> str | None:
        """Return ``arm`` or ``x86``; None where the cloud does not say.

        No answer has an attribute ``architecture``, which is a parameter of calls; ``__support_arm`` is ``true`` for
        ARM, and absent or ``false`` for x86 (ims_03_0602). Data disks are of no architecture.
        """
        if self.is_unreadable("__support_arm"):
            return None
        if _is_true(self.attributes.get("__support_arm")):
            return "arm"
        return "x86" if _text(self.attributes.get("virtual_env_type")) in _FOR_SERVERS else None

    def to_result(self) -> dict[str, t.Any]:
        """Return the image as modules hand it to users; every key is always there."""
        raw = self.attributes
        return {
            "id": self.image_id,
            "status": self.status,
            "active": self.is_active,
            "image_type": self.image_type,
            "architecture": self.architecture,
            "whole_image": None if self.is_unreadable("__whole_image") else _is_true(raw.get("__whole_image")),
            "protected": self.is_protected,
            "tags": list(raw.get("tags") or ()),
            **{name: _text(raw.get(key)) for name, key in _TEXTS.items()},
            **{name: _number(raw.get(key)) for name, key in _NUMBERS.items()},
            **{name: iso(parse_time(raw.get(name))) for name in _TIMES},
            "attributes": dict(raw),
        }


@dataclasses.dataclass(frozen=True)
class Listing:
    """The images of all pages, each once."""

    images: tuple[Image, ...]
    deviations: tuple[Deviation, ...] = ()
    """What was odd in the pages, images in them that were left out."""


def type_filter(image_type: str | None) -> dict[str, str]:
    """Return the query parameter of ListImages for one of IMAGE_TYPES, and none for None."""
    return {"__imagetype": _TYPES[image_type]} if image_type else {}


def all_images(ask: t.Callable[[t.Mapping[str, str]], Checked], filters: t.Mapping[str, str]) -> Listing:
    """Return the images of all pages, each once. ``ask`` returns the page for some query parameters.

    Whether a page begins with its marker or after it is not documented, so both are understood. An image that was left
    out of its page for being odd counts as a row all the same: the pages behind it are read.
    """
    found: dict[str, Image] = {}
    deviations: list[Deviation] = []
    seen: set[str] = set()
    place: dict[str, str] = {}
    for _page in range(MAX_PAGES):
        answer = ask({**filters, "limit": str(PAGE_SIZE), **place})
        deviations += answer.deviations
        for index, row in enumerate(answer.body["images"]):
            image = Image(row, answer.unreadable_at("images", index))
            found[image.image_id] = image
        page = _Page(answer)
        marker = page.next_marker()
        grows = not seen.issuperset(page.ids) if page.ids else marker != place.get("marker")
        seen.update(page.ids)
        if marker is None or not (grows or page.is_full):
            return Listing(tuple(found.values()), tuple(deviations))
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


class _Page:
    """The rows of a page as the cloud sent them, as far as they were read: where the next page begins."""

    def __init__(self, answer: Checked) -> None:
        self._rows = answer.whole["images"]
        self._body = answer.body
        self.is_full = len(self._rows) >= PAGE_SIZE
        self.ids: list[str] = [row["id"].strip() for row in self._rows[:MAX_ROWS] if _has_id(row)]

    def next_marker(self) -> str | None:
        """Return None for the last page. Only the SDK's model knows next_marker, only OpenStack's pages next."""
        given = _text((self._body.get("page_info") or {}).get("next_marker"))
        if given and 0 < len(self._rows) <= MAX_ROWS:
            return given
        if not self._rows or not (self._body.get("next") or self.is_full):
            return None
        if not self.ids:
            raise UnreadableAnswerError("The cloud's list of images has a page without any id: the rest cannot be read")
        return self.ids[-1]


def _has_id(row: t.Any) -> bool:
    return isinstance(row, dict) and isinstance(row.get("id"), str) and row["id"].strip() != ""


def _text(value: t.Any) -> str | None:
    return str(value).strip() or None if value is not None else None


def _number(value: t.Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None


def _is_true(value: t.Any) -> bool:
    return str(value).strip().lower() == "true"
