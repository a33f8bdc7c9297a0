# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tags: a key and a value, or one text of both.

The text of an old tag is `key.value`, that of a new one `key=value`; a value may have dots, a key has none, so the
first of the two signs parts them (ims_03_0612, ims_03_0613).
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..wire.refusals import ims_refusal
from .images import Image

Pair = tuple[str, str]
MOST = 10
LONGEST_KEY = 36
LONGEST_VALUE = 43
# What other copies of the page forbid; letters, digits, _ and - alone are what the strictest of them allows.
_FORBIDDEN = re.compile(r"[=*<>\\,|/]")


def split(text: str) -> Pair:
    """The key and the value of a tag; no value is an empty one."""
    cuts = [place for place in (text.find("."), text.find("=")) if place >= 0]
    return (text[: min(cuts)], text[min(cuts) + 1 :]) if cuts else (text, "")


def joined(pair: Pair, separator: str) -> str:
    """The text of a tag that was given as key and value."""
    return f"{pair[0]}{separator}{pair[1]}" if pair[1] else pair[0]


def pairs_of(image: Image) -> dict[str, str]:
    """The tags of an image by their keys."""
    return dict(split(text) for text in image.tags)


def with_pair(image: Image, pair: Pair, separator: str) -> Image:
    """The image with that tag; it takes the place of one with the same key."""
    kept = tuple(text for text in image.tags if split(text)[0] != pair[0])
    return dataclasses.replace(image, tags=(*kept, joined(pair, separator)))


def without_key(image: Image, key: str) -> Image:
    """The image without the tag of that key."""
    return dataclasses.replace(image, tags=tuple(text for text in image.tags if split(text)[0] != key))


def checked(tag: t.Any) -> Pair:
    """The key and the value of `{"key", "value"}`, without blanks around them; refused if they are not allowed."""
    if not isinstance(tag, dict) or not isinstance(tag.get("key"), str):
        raise ims_refusal("IMG.0115", "A tag is an object with a key and a value.")
    key, value = tag["key"].strip(), tag.get("value") or ""
    if not isinstance(value, str) or not 0 < len(key) <= LONGEST_KEY or len(value) > LONGEST_VALUE:
        raise ims_refusal("IMG.0115", f"A key has 1 to {LONGEST_KEY} characters, a value up to {LONGEST_VALUE}.")
    if _FORBIDDEN.search(key + value) or "." in key:
        raise ims_refusal("IMG.0115", "It has characters that are not allowed.")
    return key, value.strip()


def refuse_too_many(image: Image) -> Image:
    """The same image, unless it has more tags than it may."""
    if len(image.tags) > MOST:
        raise ims_refusal("IMG.0116")
    return image
