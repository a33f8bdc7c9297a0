# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exporting an image into a bucket, and registering one from there."""

from __future__ import annotations

import dataclasses
import functools

from ..wire.messages import Response
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from . import bodies
from .cloud import Cloud
from .fields import Table, check, split_file
from .images import ACTIVE, PUBLIC, QUEUED, Image
from .job_types import EXPORT, REGISTER
from .jobs import Job
from .starts import active_image_of, decoded_body, image_of, refuse_closed_bucket, refuse_without_room, started

_LARGEST_CONVERTED_GB = 128
_LARGEST_GB = 1024


def export_image(table: Table, cloud: Cloud, call: Call) -> Response:
    """POST .../cloudimages/{image_id}/file"""
    body = check(decoded_body(call), table)
    quick = body.get("is_quick_export", False)
    _check_format(quick, "file_format" in body)
    image = active_image_of(cloud, call.places["image_id"])
    _refuse_unfit(image, quick)
    bucket, name = split_file(body["bucket_url"])
    refuse_closed_bucket(cloud, bucket)
    target = f"{bucket}:{name}"
    if target in cloud.objects:
        raise ims_refusal("IMG.0070", f"It is {target}.")
    if any(job.job_type == EXPORT and job.image_id == image.image_id for job in cloud.running()):
        raise ims_refusal("IMG.0148")
    # A quick export does not convert, whatever the name of the file says.
    facts = {"bucket_url": target, "file_format": "zvhd2" if quick else body["file_format"], "quick": quick}
    return started(
        cloud.add_job(
            job_type=EXPORT,
            image_id=image.image_id,
            image_name=image.name,
            facts=facts,
            on_success=functools.partial(_leave_object, cloud),
        )
    )


def register_image(cloud: Cloud, call: Call) -> Response:
    """PUT /v1/cloudimages/{image_id}/upload"""
    body = check(decoded_body(call), bodies.REGISTER)
    image = image_of(cloud, call.places["image_id"])
    if image.status != QUEUED:
        raise ims_refusal("IMG.0105", "The image has been registered already.")
    refuse_closed_bucket(cloud, split_file(body["image_url"])[0])
    refuse_without_room(cloud, REGISTER)
    job_id = cloud.add_job(
        job_type=REGISTER,
        image_id=image.image_id,
        image_name=image.name,
        on_success=lambda job: _activate(cloud, image),
    )
    return started(f" {job_id}" if cloud.settings.register_blank else job_id)


def _check_format(quick: bool, has_format: bool) -> None:
    if quick and has_format:
        raise ims_refusal("IMG.0072", "file_format cannot be given for a quick export.")
    if not quick and not has_format:
        raise ims_refusal("IMG.0072", "file_format is mandatory.")


def _refuse_unfit(image: Image, quick: bool) -> None:
    reasons = (
        (image.image_type == PUBLIC, "IMG.0077", ""),
        (image.whole, "IMG.0128", ""),
        (image.kind == "IsoImage", "IMG.0167", ""),
        (image.export_refusal is not None, image.export_refusal or "", ""),
        (image.size_gb >= _LARGEST_GB, "IMG.0071", "It is too large."),
        (not quick and image.size_gb > _LARGEST_CONVERTED_GB, "IMG.0160", ""),
        (quick and image.cmk_id is not None, "IMG.0105", "An encrypted image cannot be exported quickly."),
    )
    for applies, code, detail in reasons:
        if applies:
            raise ims_refusal(code, detail)


def _leave_object(cloud: Cloud, job: Job) -> None:
    cloud.objects[job.facts["bucket_url"]] = {"image_id": job.image_id, **job.facts}


def _activate(cloud: Cloud, image: Image) -> None:
    cloud.add_image(dataclasses.replace(image, status=ACTIVE))
