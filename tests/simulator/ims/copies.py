# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copying images, and sharing them with other projects."""

from __future__ import annotations

import dataclasses
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
from .images import PRIVATE, PUBLIC, SHARED, Image, Member, new_image_id
from .job_types import ADD_MEMBERS, COPY, CROSS_REGION_COPY, DELETE_MEMBERS, UPDATE_MEMBERS
from .jobs import Job
from .starts import active_image_of, decoded_body, refuse_without_room, started

_LARGEST_COPY_GB = 128
_ITEM_DONE = "success"


def copy_image(cloud: Cloud, call: Call) -> Response:
    """POST .../cloudimages/{image_id}/copy"""
    body = check(decoded_body(call), bodies.COPY)
    image = active_image_of(cloud, call.places["image_id"])
    if image.whole:
        raise ims_refusal("IMG.0130")
    if image.kind == "IsoImage":
        raise ims_refusal("IMG.0167")
    refuse_without_room(cloud, COPY)
    return _start_copy(cloud, COPY, _copied(cloud, image, body, cmk_id=body.get("cmk_id", image.cmk_id)))


def copy_image_to_region(cloud: Cloud, call: Call) -> Response:
    """POST /v1/cloudimages/{image_id}/cross_region_copy"""
    body = check(decoded_body(call), bodies.CROSS_REGION_COPY)
    image = active_image_of(cloud, call.places["image_id"])
    if body["region"] == cloud.account.region:
        raise ims_refusal("IMG.0142")
    reasons = (
        (image.cmk_id is not None, "IMG.0143"),
        (image.kind == "IsoImage", "IMG.0167"),
        (image.whole and "vault_id" not in body, "IMG.0184"),
        (image.size_gb > _LARGEST_COPY_GB, "IMG.0146"),
    )
    for applies, code in reasons:
        if applies:
            raise ims_refusal(code)
    copies = sum(1 for job in cloud.running() if job.job_type == CROSS_REGION_COPY)
    if copies >= cloud.settings.concurrent_copies:
        raise ims_refusal("IMG.0149")
    return _start_copy(cloud, CROSS_REGION_COPY, _copied(cloud, image, body, region=body["region"]))


def add_members(cloud: Cloud, call: Call) -> Response:
    """POST /v1/cloudimages/members"""
    return _start_batch(cloud, call, ADD_MEMBERS, lambda image, project: image.with_member(Member(project)))


def delete_members(cloud: Cloud, call: Call) -> Response:
    """DELETE /v1/cloudimages/members, with a body"""
    return _start_batch(cloud, call, DELETE_MEMBERS, lambda image, project: image.without_member(project))


def update_members(cloud: Cloud, call: Call) -> Response:
    """PUT /v1/cloudimages/members: accept or reject images that others share"""
    body = check(decoded_body(call), bodies.UPDATE_MEMBERS)
    project, status = body["project_id"], body["status"]
    for image_id in body["images"]:
        if active_image_of(cloud, image_id).member(project) is None:
            raise ims_refusal("IMG.0086", f"{image_id} is not shared with {project}.")
    pairs = [(image_id, project) for image_id in body["images"]]
    return _start_members(cloud, UPDATE_MEMBERS, pairs, lambda image, name: image.with_member(Member(name, status)))


_Change = t.Callable[[Image, str], Image]


def _start_batch(cloud: Cloud, call: Call, job_type: str, change: _Change) -> Response:
    body = check(decoded_body(call), bodies.MEMBERS)
    names = [*body.get("projects", ()), *body.get("domains", ()), *body.get("organizations", ())]
    if not names:
        raise ims_refusal("IMG.0041", "projects is mandatory.")
    if cloud.account.project_id in names:
        raise ims_refusal("IMG.0076")
    for image_id in body["images"]:
        _refuse_unshareable(active_image_of(cloud, image_id))
    return _start_members(cloud, job_type, list(itertools.product(body["images"], names)), change)


def _refuse_unshareable(image: Image) -> None:
    if image.image_type in (PUBLIC, SHARED):
        raise ims_refusal("IMG.0089")
    if image.cmk_id is not None:
        raise ims_refusal("IMG.0098")


def _start_members(cloud: Cloud, job_type: str, pairs: t.Sequence[tuple[str, str]], change: _Change) -> Response:
    results = [Result(image_id=image_id, project_id=project) for image_id, project in pairs]
    return started(
        cloud.add_job(job_type=job_type, results=results, on_success=functools.partial(_change_members, cloud, change))
    )


def _change_members(cloud: Cloud, change: _Change, job: Job) -> None:
    for item in job.final_results():
        image = cloud.images.get(item.image_id or "")
        if image is not None and item.status == _ITEM_DONE and item.project_id:
            cloud.add_image(change(image, item.project_id))


def _copied(cloud: Cloud, image: Image, body: t.Mapping[str, t.Any], **changes: t.Any) -> Image:
    return dataclasses.replace(
        image,
        image_id=new_image_id(),
        name=body["name"],
        image_type=PRIVATE,
        owner=cloud.account.project_id,
        description=body.get("description", ""),
        created_at=cloud.clock.now(),
        members=(),
        **changes,
    )


def _start_copy(cloud: Cloud, job_type: str, image: Image) -> Response:
    return started(
        cloud.add_job(
            job_type=job_type,
            image_id=image.image_id,
            image_name=image.name,
            on_success=lambda job: _keep(cloud, image),
        )
    )


def _keep(cloud: Cloud, image: Image) -> None:
    cloud.add_image(image)
