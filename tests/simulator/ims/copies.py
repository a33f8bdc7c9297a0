# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copying images, in the region and to others."""

from __future__ import annotations

import dataclasses
import typing as t

from ..account import region_of
from ..wire.messages import Response
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from . import bodies
from .cloud import Cloud
from .fields import check
from .images import DEFAULT_ENTERPRISE_PROJECT, PRIVATE, Image, new_image_id
from .job_types import COPY, CROSS_REGION_COPY
from .starts import decoded_body, refuse_without_room, start_images
from .visibility import active_image_of, refuse_other_enterprise_project

_LARGEST_COPY_GB = 128


def copy_image(cloud: Cloud, call: Call) -> Response:
    """POST .../cloudimages/{image_id}/copy (ims_03_0627)"""
    body = check(decoded_body(call), bodies.COPY)
    image = active_image_of(cloud, call)
    if image.whole:
        raise ims_refusal("IMG.0130")
    if image.kind == "IsoImage":
        raise ims_refusal("IMG.0167")
    enterprise_project = body.get("enterprise_project_id", DEFAULT_ENTERPRISE_PROJECT)
    refuse_other_enterprise_project(call, enterprise_project, "ims:images:copy")
    refuse_without_room(cloud, call, COPY)
    changes = {"cmk_id": body.get("cmk_id", image.cmk_id), "enterprise_project_id": enterprise_project}
    return start_images(cloud, call, COPY, [_copied(cloud, call, image, body, **changes)])


def copy_image_to_region(cloud: Cloud, call: Call) -> Response:
    """POST /v1/cloudimages/{image_id}/cross_region_copy (ims_03_0628): the job stays in the region of the source."""
    body = check(decoded_body(call), bodies.CROSS_REGION_COPY)
    image = active_image_of(cloud, call)
    if body["region"] == call.region:
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
    copies = sum(1 for job in cloud.running(call.project_id) if job.job_type == CROSS_REGION_COPY)
    if copies >= cloud.settings.concurrent_copies:
        raise ims_refusal("IMG.0149")
    owner = _target_project(call, body["region"], body["project_name"])
    copied = _copied(cloud, call, image, body, region=body["region"], owner=owner)
    return start_images(cloud, call, CROSS_REGION_COPY, [copied])


def _target_project(call: Call, region: str, name: str) -> str:
    """The project of the target region; in regions that the account does not have here, the caller's own id is kept."""
    projects = call.caller.account.projects if call.caller.account else {}
    if region not in map(region_of, projects):
        return call.project_id
    if name not in projects or region_of(name) != region:
        raise ims_refusal("IMG.0145", f"There is no {name} in {region}.")
    return projects[name]


def _copied(cloud: Cloud, call: Call, image: Image, body: t.Mapping[str, t.Any], **changes: t.Any) -> Image:
    # Tags and limits of memory are not copied: Terraform's provider sets them after the job.
    facts: dict[str, t.Any] = {
        "image_id": new_image_id(),
        "name": body["name"],
        "image_type": PRIVATE,
        "owner": call.project_id,
        "description": body.get("description", ""),
        "created_at": cloud.clock.now(),
        "updated_at": None,
        "protected": False,
        "members": (),
        "tags": (),
        "min_ram": 0,
        "max_ram": None,
        "parent": image.image_id,
        "backup_id": new_image_id() if image.whole else None,
        **changes,
    }
    return dataclasses.replace(image, **facts)
