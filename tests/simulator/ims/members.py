# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The members of one image: IMS's newer calls, and OpenStack's, whose changes take effect at once.

Sources: ListImageMembers ims_03_0661, ShowImageMember ims_03_0660, GlanceAddImageMember ims_03_0720 to
GlanceDeleteImageMember ims_03_0724.
"""

from __future__ import annotations

import base64
import typing as t

from ..wire.messages import Response, as_json
from ..wire.refusals import Refused, ims_refusal, native_refusal
from ..wire.routes import Call
from .cloud import Cloud
from .images import Image, Member
from .rows import moment
from .sharing import answered, refuse_unfit_answer, refuse_unshareable
from .starts import decoded_body
from .visibility import active_image_of, image_of, is_own, native_image_of

_PAGE = 500
_LONGEST_PAGE = 1000


def list_members(cloud: Cloud, call: Call) -> Response:
    """GET /v1/{project_id}/cloudimages/{image_id}/members"""
    return _listed(call, image_of(cloud, call))


def show_member(cloud: Cloud, call: Call) -> Response:
    """GET /v1/{project_id}/cloudimages/{image_id}/members/{member_id}"""
    image = image_of(cloud, call)
    member = _seen_member(image, call, ims_refusal("IMG.0114"))
    return as_json(200, _shown(image, member))


def native_list_members(cloud: Cloud, call: Call) -> Response:
    """GET /v2/images/{image_id}/members"""
    return _listed(call, native_image_of(cloud, call))


def native_show_member(cloud: Cloud, call: Call) -> Response:
    """GET /v2/images/{image_id}/members/{member_id}"""
    image = native_image_of(cloud, call)
    return as_json(200, _shown(image, _seen_member(image, call, _no_member(call))))


def native_add_member(cloud: Cloud, call: Call) -> Response:
    """POST /v2/images/{image_id}/members"""
    name = decoded_body(call).get("member")
    image = active_image_of(cloud, call)
    refuse_unshareable(image, call)
    if not isinstance(name, str) or not name:
        raise native_refusal(400, "badRequest", "member is mandatory")
    if name == call.project_id:
        raise ims_refusal("IMG.0076")
    member = image.member(name) or Member(name, created_at=cloud.clock.now())
    cloud.change_image(image.with_member(member))
    return as_json(200, _shown(image, member))


def native_update_member(cloud: Cloud, call: Call) -> Response:
    """PUT /v2/images/{image_id}/members/{member_id}"""
    body, image = decoded_body(call), native_image_of(cloud, call)
    status, project = body.get("status"), call.places["member_id"]
    if status not in ("accepted", "rejected"):
        raise native_refusal(400, "badRequest", "status must be accepted or rejected")
    if project != call.project_id:
        raise _no_member(call)
    refuse_unfit_answer(image, project, status, body.get("vault_id"))
    changed = cloud.change_image(answered(image, project, status=status, at=cloud.clock.now()))
    return as_json(200, _shown(changed, _seen_member(changed, call, _no_member(call))))


def native_delete_member(cloud: Cloud, call: Call) -> Response:
    """DELETE /v2/images/{image_id}/members/{member_id}; a repetition finds no member (presumed)"""
    image = native_image_of(cloud, call)
    if not is_own(image, call) or image.member(call.places["member_id"]) is None:
        raise _no_member(call)
    cloud.change_image(image.without_member(call.places["member_id"]))
    return Response(204)


def _seen_member(image: Image, call: Call, refusal: Refused) -> Member:
    member = image.member(call.places["member_id"])
    if member is None or not (is_own(image, call) or member.project_id == call.project_id):
        raise refusal
    return member


def _no_member(call: Call) -> Refused:
    return native_refusal(404, "itemNotFound", f"{call.places['member_id']} is not a member")


def _listed(call: Call, image: Image) -> Response:
    """The owner sees all members, a member only itself."""
    seen = [member for member in image.members if is_own(image, call) or member.project_id == call.project_id]
    parameters = call.request.parameters
    limit, start = _number(parameters, "limit", _PAGE), _place(parameters.get("marker"))
    page = seen[start : start + min(limit, _LONGEST_PAGE)]
    info: dict[str, t.Any] = {"current_count": len(page)}
    if start + len(page) < len(seen):
        info["next_marker"] = base64.b64encode(str(start + len(page)).encode()).decode()
    members = [_shown(image, member) for member in page]
    return as_json(200, {"members": members, "schema": "/v2/schemas/members", "page_info": info})


def _number(parameters: t.Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name, str(default))
    if not text.isdigit() or int(text) < 1:
        raise native_refusal(400, "badRequest", f"{name} must be a number from 1 on")
    return int(text)


def _place(marker: str | None) -> int:
    # A base64 text of a number, as in the samples.
    try:
        return int(base64.b64decode(marker or base64.b64encode(b"0"), validate=True))
    except ValueError:
        raise native_refusal(400, "badRequest", f"There is no marker {marker}") from None


def _shown(image: Image, member: Member) -> dict[str, t.Any]:
    shown = {
        "member_id": member.project_id,
        "status": member.status,
        "image_id": image.image_id,
        "created_at": moment(member.created_at),
        "updated_at": moment(member.created_at if member.updated_at is None else member.updated_at),
        "schema": "/v2/schemas/member",
    }
    if member.member_type is not None:
        shown["member_type"] = member.member_type
    if member.member_type == "organization":
        shown["urn"] = f"organizations::simulated:ou:{member.project_id}"
    return shown
