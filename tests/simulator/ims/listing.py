# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lists of images: ListImages (ims_03_0602) and OpenStack's GlanceListImages (ims_03_0702)."""

from __future__ import annotations

import typing as t
import urllib.parse

from ..wire.messages import Response, as_json
from ..wire.refusals import native_refusal, no_right
from ..wire.routes import Call
from .cloud import Cloud
from .filters import fits
from .images import DELETED, Image
from .rows import Row, to_api, to_glance
from .visibility import as_seen, in_region, is_listed, is_own, may_touch

_PAGE = 500
_NATIVE_PAGE = 25
_ALL_GRANTED = "all_granted_eps"
_SORT_KEYS = ("name", "container_format", "disk_format", "status", "id", "size", "created_at")


def list_images(cloud: Cloud, call: Call) -> Response:
    """GET /v2/cloudimages"""
    found = _rows(cloud, call, to_api)
    page, rest = _page(found, call.request.parameters, _PAGE)
    answer: dict[str, t.Any] = {"images": page}
    style = cloud.settings.page_style
    if style == "page_info":
        answer["page_info"] = {"next_marker": page[-1]["id"]} if rest else {}
    elif style == "next":
        answer.update(_links(call, page, rest))
    return as_json(200, answer)


def native_list_images(cloud: Cloud, call: Call) -> Response:
    """GET /v2/images, with OpenStack's links from page to page"""
    page, rest = _page(_rows(cloud, call, to_glance), call.request.parameters, _NATIVE_PAGE)
    return as_json(200, {"images": page, **_links(call, page, rest)})


def seen_images(cloud: Cloud, call: Call) -> list[Image]:
    """The images that ordinary lists have: those of others only where they were accepted."""
    return [image for image in in_region(cloud, call) if is_listed(image, call)]


def number_of(parameters: t.Mapping[str, str], name: str, default: int) -> int:
    """A query parameter that is a number from 1 on."""
    text = parameters.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise native_refusal(400, "badRequest", f"{name} must be a number from 1 on")
    return int(text)


def _rows(cloud: Cloud, call: Call, shown: t.Callable[[Image], Row]) -> list[Row]:
    parameters = call.request.parameters
    images = [as_seen(cloud, call, image) for image in _candidates(cloud, call) if _in_enterprise_project(image, call)]
    rows = [(to_api(image), shown(image)) for image in images]
    wanted = [(whole, row) for whole, row in rows if fits(whole, parameters)]
    # A deleted image comes back only to those who ask for it (presumed).
    kept = [pair for pair in wanted if pair[0]["status"] != DELETED or parameters.get("status") == DELETED]
    return [row for _whole, row in _sorted(kept, parameters)]


def _candidates(cloud: Cloud, call: Call) -> list[Image]:
    """With `member_status`, and only together with `visibility=shared`, what others share and how it was answered."""
    parameters = call.request.parameters
    status = parameters.get("member_status")
    if status is None or parameters.get("visibility") != "shared":
        return seen_images(cloud, call)
    shared = []
    for image in in_region(cloud, call):
        member = image.member(call.project_id)
        if member is not None and member.status == status:
            shared.append(image)
    return shared


def _in_enterprise_project(image: Image, call: Call) -> bool:
    """By the parameter, and by the caller's rights: who has some in enterprise projects only is refused without it.

    That is what ims_03_0602 says of users with such rights, and why Terraform's provider sends `all_granted_eps`.
    """
    wanted, rights = call.request.parameters.get("enterprise_project_id"), call.caller.enterprise_projects
    if rights is not None and wanted != _ALL_GRANTED and wanted not in rights:
        raise no_right("ims:images:list")
    if not is_own(image, call):
        return True
    return may_touch(image, call) and wanted in (None, _ALL_GRANTED, image.enterprise_project_id)


_Pair = tuple[Row, Row]


def _sorted(rows: list[_Pair], parameters: t.Mapping[str, str]) -> list[_Pair]:
    key, direction = parameters.get("sort_key") or "created_at", parameters.get("sort_dir") or "desc"
    if key not in _SORT_KEYS or direction not in ("asc", "desc"):
        raise native_refusal(400, "badRequest", f"sort_key is one of {', '.join(_SORT_KEYS)}, sort_dir asc or desc")
    return sorted(rows, key=lambda pair: pair[0][key], reverse=direction == "desc")


def _page(rows: list[Row], parameters: t.Mapping[str, str], default: int) -> tuple[list[Row], bool]:
    limit = number_of(parameters, "limit", default)
    if limit > _PAGE:
        raise native_refusal(400, "badRequest", f"limit must be a number from 1 to {_PAGE}")
    start = _start(rows, parameters.get("marker"))
    return rows[start : start + limit], start + limit < len(rows)


def _start(rows: t.Sequence[Row], marker: str | None) -> int:
    if marker is None:
        return 0
    for index, row in enumerate(rows):
        if row["id"] == marker:
            return index + 1
    raise native_refusal(400, "badRequest", f"There is no image {marker} to start from")


def _links(call: Call, page: t.Sequence[Row], rest: bool) -> Row:
    filters = {name: value for name, value in call.request.parameters.items() if name != "marker"}
    links = {"schema": "/v2/schemas/images", "first": _link(call, filters)}
    if page and rest:
        links["next"] = _link(call, {**filters, "marker": page[-1]["id"]})
    return links


def _link(call: Call, parameters: t.Mapping[str, str]) -> str:
    return f"{call.request.path}?{urllib.parse.urlencode(parameters)}" if parameters else call.request.path
