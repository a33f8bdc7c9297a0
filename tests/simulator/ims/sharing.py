# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sharing images by batches, each of which is a job: add, accept or reject, and delete members."""

from __future__ import annotations

import functools
import itertools
import typing as t

from ..scripts import Result
from ..wire.messages import Response
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from . import bodies
from .cloud import Cloud
from .fields import check
from .images import ACCEPTED, PENDING, Image, Member
from .job_types import ADD_MEMBERS, DELETE_MEMBERS, UPDATE_MEMBERS
from .jobs import Job
from .starts import decoded_body, started
from .visibility import active_image_of, image_of, is_own

_ITEM_DONE = "success"
# What is in the lists of the body becomes members of these types (the word for domains is presumed).
_TYPES: t.Mapping[str, str | None] = {"projects": None, "domains": "domain", "organizations": "organization"}
_Change = t.Callable[[Image, str], Image]


def add_members(cloud: Cloud, call: Call) -> Response:
    """POST /v1/cloudimages/members (ims_03_0624)"""
    body, pairs = _batch(cloud, call)
    types = {name: kind for listed, kind in _TYPES.items() for name in body.get(listed, ())}
    now = cloud.clock.now()

    def add(image: Image, name: str) -> Image:
        # The one sample of an organization is accepted from its beginning.
        status = ACCEPTED if types[name] == "organization" else PENDING
        known = image.member(name)
        return image.with_member(known or Member(name, status, types[name], created_at=now))

    for image_id in body["images"]:
        image = active_image_of(cloud, call, image_id)
        if len(image.members) >= cloud.settings.member_quota:
            raise ims_refusal("IMG.0088")
    return _start(cloud, call, ADD_MEMBERS, pairs, add)


def delete_members(cloud: Cloud, call: Call) -> Response:
    """DELETE /v1/cloudimages/members, with a body (ims_03_0623)"""
    _body, pairs = _batch(cloud, call)
    return _start(cloud, call, DELETE_MEMBERS, pairs, lambda image, name: image.without_member(name))


def update_members(cloud: Cloud, call: Call) -> Response:
    """PUT /v1/cloudimages/members: accept or reject images that others share (ims_03_0625)"""
    body = check(decoded_body(call), bodies.UPDATE_MEMBERS)
    project, status = body["project_id"], body["status"]
    if project != call.project_id:
        raise ims_refusal("IMG.0067", "It must be the project of the caller.")
    for image_id in body["images"]:
        image = image_of(cloud, call, image_id)
        refuse_unfit_answer(image, project, status, body.get("vault_id"))
    pairs = [(image_id, project) for image_id in body["images"]]
    change = functools.partial(answered, status=status, at=cloud.clock.now())
    return _start(cloud, call, UPDATE_MEMBERS, pairs, change)


def refuse_unfit_answer(image: Image, project: str, status: str, vault_id: str | None) -> None:
    """Only what is shared can be accepted or rejected; a full-ECS image needs a vault (ims_01_0307)."""
    if image.member(project) is None:
        raise ims_refusal("IMG.0086", f"{image.image_id} is not shared with {project}.")
    if image.whole and status == ACCEPTED and not vault_id:
        raise ims_refusal("IMG.0184", "vault_id is mandatory for a full-ECS image.")


def answered(image: Image, project: str, *, status: str, at: float) -> Image:
    """The image with the answer of that member; a rejected one can be accepted later."""
    known = image.member(project)
    if known is None:
        return image
    return image.with_member(Member(project, status, known.member_type, known.created_at, at))


def refuse_unshareable(image: Image, call: Call) -> None:
    """Public, foreign, marketed and encrypted images are not shared (ims_01_0306)."""
    if image.image_type != "private" or not is_own(image, call):
        raise ims_refusal("IMG.0089")
    if image.cmk_id is not None:
        raise ims_refusal("IMG.0098")


def _batch(cloud: Cloud, call: Call) -> tuple[dict[str, t.Any], list[tuple[str, str]]]:
    body = check(decoded_body(call), bodies.MEMBERS)
    names = [name for listed in _TYPES for name in body.get(listed, ())]
    if not names:
        raise ims_refusal("IMG.0041", "projects is mandatory.")
    if call.project_id in names:
        raise ims_refusal("IMG.0076")
    for image_id in body["images"]:
        refuse_unshareable(active_image_of(cloud, call, image_id), call)
    return body, list(itertools.product(body["images"], names))


def _start(cloud: Cloud, call: Call, job_type: str, pairs: t.Sequence[tuple[str, str]], change: _Change) -> Response:
    results = [Result(image_id=image_id, project_id=project) for image_id, project in pairs]
    effect = functools.partial(_change_members, cloud, change)
    return started(cloud.add_job(job_type=job_type, project_id=call.project_id, results=results, on_success=effect))


def _change_members(cloud: Cloud, change: _Change, job: Job) -> None:
    for item in job.final_results():
        image = cloud.images.get(item.image_id or "")
        if image is not None and item.status == _ITEM_DONE and item.project_id:
            cloud.change_image(change(image, item.project_id))
