# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenStack's descriptions of images and members as JSON schemas (ims_03_0715 to ims_03_0718), shortened."""

from __future__ import annotations

import typing as t

from ..wire.messages import Response, as_json
from ..wire.refusals import not_published
from ..wire.routes import Call
from .cloud import Cloud

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}
_IMAGE: t.Mapping[str, t.Any] = {
    "name": "image",
    "additionalProperties": _TEXT,
    "links": [{"href": "{self}", "rel": "self"}, {"href": "{file}", "rel": "enclosure"}],
    "properties": {
        **dict.fromkeys("id name owner checksum container_format disk_format file self schema".split(), _TEXT),
        **dict.fromkeys("created_at updated_at".split(), _TEXT),
        **dict.fromkeys("min_disk min_ram size virtual_size".split(), _NUMBER),
        "status": {**_TEXT, "enum": ["queued", "saving", "active", "killed", "deleted", "pending_delete"]},
        "visibility": {**_TEXT, "enum": ["public", "private", "shared"]},
        "protected": {"type": "boolean"},
        "tags": {"type": "array", "items": {**_TEXT, "maxLength": 255}},
    },
}
_MEMBER: t.Mapping[str, t.Any] = {
    "name": "member",
    "properties": {
        **dict.fromkeys("created_at updated_at image_id member_id schema".split(), _TEXT),
        "status": {**_TEXT, "enum": ["pending", "accepted", "rejected"]},
    },
}


def _list_of(name: str, item: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    links = [{"href": "{schema}", "rel": "describedby"}]
    properties = {name: {"type": "array", "items": item}, "schema": _TEXT, "first": _TEXT, "next": _TEXT}
    return {"name": name, "properties": properties, "links": links}


_SCHEMAS: t.Mapping[str, t.Any] = {
    "image": _IMAGE,
    "images": _list_of("images", _IMAGE),
    "member": _MEMBER,
    "members": _list_of("members", _MEMBER),
}


def show_schema(cloud: Cloud, call: Call) -> Response:
    """GET /v2/schemas/{name}"""
    schema = _SCHEMAS.get(call.places["name"])
    if schema is None:
        raise not_published()
    return as_json(200, schema)
