# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images by their tags: POST /v2/{project_id}/images/resource_instances/action (ListImageByTags, ims_03_0616)."""

from __future__ import annotations

import typing as t

from ..wire.messages import Response, as_json
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from . import tags
from .cloud import Cloud
from .images import Image
from .listing import seen_images
from .starts import decoded_body
from .tagging import as_objects

_MOST_KEYS = 10
_DEFAULT_LIMIT = "10"
_LONGEST_PAGE = 1000
_CONDITIONS: t.Mapping[str, t.Callable[[list[bool]], bool]] = {
    "tags": all,
    "tags_any": any,
    "not_tags": lambda fits: not all(fits),
    "not_tags_any": lambda fits: not any(fits),
}
_Query = t.Mapping[str, t.Any]


def find_by_tags(cloud: Cloud, call: Call) -> Response:
    """The only documented search by a part of a name is in here, too (`matches`)."""
    query = _checked(decoded_body(call))
    found = [image for image in seen_images(cloud, call) if _fits(image, query)]
    if query["action"] == "count":
        return as_json(200, {"total_count": len(found)})
    start, limit = _number(query, "offset", "0", 0), _number(query, "limit", _DEFAULT_LIMIT, 1)
    page = found[start : start + min(limit, _LONGEST_PAGE)]
    return as_json(200, {"total_count": len(found), "resources": [_shown(image) for image in page]})


def _checked(body: t.Any) -> _Query:
    if not isinstance(body, dict) or body.get("action") not in ("filter", "count"):
        raise ims_refusal("IMG.0001", "action must be filter or count.")
    for name in _CONDITIONS:
        wanted = body.get(name)
        if name in body and not (isinstance(wanted, list) and 0 < len(wanted) <= _MOST_KEYS):
            raise ims_refusal("IMG.0115", f"{name} has 1 to {_MOST_KEYS} keys.")
        for each in wanted or ():
            _check_key(each)
    return body


def _check_key(wanted: t.Any) -> None:
    values = wanted.get("values") if isinstance(wanted, dict) else None
    if not isinstance(values, list) or len(values) > _MOST_KEYS or not isinstance(wanted.get("key"), str):
        raise ims_refusal("IMG.0115", f"Each has a key and up to {_MOST_KEYS} values.")


def _number(query: _Query, name: str, default: str, least: int) -> int:
    # They are strings in the documentation; numbers are not refused.
    text = str(query.get(name, default))
    if not text.isdigit() or int(text) < least:
        raise ims_refusal("IMG.0001", f"{name} must be a number from {least} on.")
    return int(text)


def _fits(image: Image, query: _Query) -> bool:
    if not all(_matches(image, match) for match in query.get("matches") or ()):
        return False
    if query.get("without_any_tag"):
        return not image.tags
    held = tags.pairs_of(image)
    return all(
        fits([_has(held, wanted) for wanted in query[name]]) for name, fits in _CONDITIONS.items() if query.get(name)
    )


def _has(held: t.Mapping[str, str], wanted: _Query) -> bool:
    # No values: any.
    key, values = wanted["key"], wanted["values"]
    return key in held and (not values or held[key] in values)


def _matches(image: Image, match: _Query) -> bool:
    value = str(match.get("value", ""))
    if match.get("key") == "resource_id":
        return image.image_id == value
    if match.get("key") == "resource_name":
        return value in image.name if value else image.name == value
    raise ims_refusal("IMG.0001", "matches has resource_name and resource_id.")


def _shown(image: Image) -> dict[str, t.Any]:
    return {
        "resource_id": image.image_id,
        "resource_name": image.name,
        "resource_detail": {"status": image.status},
        "tags": as_objects(image),
    }
