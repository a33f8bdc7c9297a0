# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring an image's attributes and tags into the state that is wanted: what differs is sent, and nothing else."""

from __future__ import annotations

import typing as t

from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.creations import plain_text, tag_texts
from .._ims.api.image import Image
from .._ims.errors import OptionError
from .reading import Params, Receipt

CHANNEL = "channel"
"""The key of the tag that says which image a channel stands for: it is taken away by name only."""
# Options and attributes; the value is what an image without the attribute has.
_OPTIONS: dict[str, tuple[str, str | int]] = {
    "new_name": ("name", ""),
    "description": ("__description", ""),
    "min_ram": ("min_ram", 0),
    "max_ram": ("max_ram", 0),
    "hw_firmware_type": ("hw_firmware_type", "bios"),
    "enterprise_project_id": ("enterprise_project_id", "0"),
}
_ATTRIBUTES = {attribute: option for option, (attribute, _absent) in _OPTIONS.items()}
_Value = t.Union[str, int, None]


def present(client: ImsClient, image: Image, params: Params, receipt: Receipt, *, dry: bool) -> Result:
    changes = _changes(image, params)
    tags_before = client.life.tags(image.image_id) if params["tags"] is not None else None
    tags = dict(tags_before or {})
    if tags_before is not None:
        tags = _tags_after(tags_before, params)
    before, after = _diff(image, changes, tags_before, tags)
    changed = before != after
    if changed and not dry:
        image = _apply(client, image, changes, receipt)
        _apply_tags(client, image.image_id, tags_before or {}, tags, receipt)
    return {
        "changed": changed,
        "image_id": image.image_id,
        "image": image.to_result(),
        "tags": None if tags_before is None else tags,
        "diff": {"before": before, "after": after},
        "msg": _message(image, sorted(after), changed=changed, dry=dry),
    }


def _message(image: Image, names: t.Sequence[str], *, changed: bool, dry: bool) -> str:
    if not changed:
        return f"Image {image.image_id} is as wanted."
    return f"{'Would change' if dry else 'Changed'} {', '.join(names)} of image {image.image_id}."


# -- attributes -------------------------------------------------------------------------------------------------------


def _changes(image: Image, params: Params) -> dict[str, _Value]:
    """Return the attributes that differ, with their new values; None takes one away."""
    wanted: dict[str, _Value] = {}
    for option, (attribute, absent) in _OPTIONS.items():
        value = params[option]
        if value is not None and (image.is_unreadable(attribute) or value != _now(image, attribute, absent)):
            wanted[attribute] = value
    for attribute, value in (params["attributes"] or {}).items():
        if attribute in _ATTRIBUTES:
            raise OptionError(f"attributes: {attribute} has an option of its own, {_ATTRIBUTES[attribute]}.")
        if isinstance(value, (dict, list)):
            raise OptionError(f"attributes: the value of {attribute} is not a text.")
        text = None if value is None else plain_text(value)
        if image.is_unreadable(attribute) or text != _now(image, attribute, None):
            wanted[attribute] = text
    return wanted


def _now(image: Image, attribute: str, absent: _Value) -> _Value:
    """Return what the image has, as the type that is wanted."""
    value = image.attributes.get(attribute)
    if value is None or value == "":
        return absent
    return int(value) if isinstance(absent, int) else plain_text(value)


def _apply(client: ImsClient, image: Image, changes: t.Mapping[str, _Value], receipt: Receipt) -> Image:
    after = image
    for attribute, value in changes.items():
        after = client.life.change_attribute(image, attribute, value)
        receipt.changed = True
    return after


# -- tags -------------------------------------------------------------------------------------------------------------


def _tags_after(before: t.Mapping[str, str], params: Params) -> dict[str, str]:
    wanted = dict(tag_texts(params["tags"]))
    if not params["purge_tags"]:
        return {**before, **wanted}
    spared = {CHANNEL, *(params["keep_tags"] or ())}
    return {**{key: value for key, value in before.items() if key in spared}, **wanted}


def _apply_tags(
    client: ImsClient, image_id: str, before: t.Mapping[str, str], after: t.Mapping[str, str], receipt: Receipt
) -> None:
    """Take away first: an image has ten tags at most."""
    surplus = {key: value for key, value in before.items() if key not in after}
    missing = {key: value for key, value in after.items() if before.get(key) != value}
    if surplus:
        client.life.remove_tags(image_id, surplus)
        receipt.changed = True
    if missing:
        client.life.add_tags(image_id, missing)
        receipt.changed = True


# -- the difference ---------------------------------------------------------------------------------------------------


def _diff(
    image: Image, changes: t.Mapping[str, _Value], tags_before: t.Mapping[str, str] | None, tags: t.Mapping[str, str]
) -> tuple[dict[str, t.Any], dict[str, t.Any]]:
    """Return what differs, before and after, by the names of the options."""
    before: dict[str, t.Any] = {}
    after: dict[str, t.Any] = {}
    for attribute, value in changes.items():
        option = {"new_name": "name"}.get(_ATTRIBUTES.get(attribute, ""), _ATTRIBUTES.get(attribute, attribute))
        before[option], after[option] = image.attributes.get(attribute), value
    if tags_before is not None and tags_before != tags:
        before["tags"], after["tags"] = dict(tags_before), dict(tags)
    # None before and after: what could not be read is told as a change all the same.
    for name in [name for name in after if before[name] == after[name]]:
        before[name] = "(not readable)"
    return before, after
