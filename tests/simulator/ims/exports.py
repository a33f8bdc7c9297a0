# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exporting an image into a bucket."""

from __future__ import annotations

import functools
import hashlib
import typing as t

from ..wire.messages import Response
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from .cloud import Cloud
from .fields import Table, check, split_file
from .images import Image
from .job_types import EXPORT
from .jobs import Job
from .starts import decoded_body, refuse_closed_bucket, started
from .visibility import active_image_of, is_public

_LARGEST_CONVERTED_GB = 128
_LARGEST_GB = 1024


def export_image(table: Table, cloud: Cloud, call: Call) -> Response:
    """POST .../cloudimages/{image_id}/file (ims_03_0609)"""
    body = check(decoded_body(call), table)
    quick = body.get("is_quick_export", False)
    _check_format(quick, "file_format" in body)
    image = active_image_of(cloud, call)
    _refuse_unfit(image, quick)
    bucket, name = split_file(body["bucket_url"])
    refuse_closed_bucket(cloud, bucket)
    target = f"{bucket}:{name}"
    if target in cloud.objects:
        raise ims_refusal("IMG.0070", f"It is {target}.")
    if is_being_exported(cloud, image):
        raise ims_refusal("IMG.0148")
    # A quick export does not convert, whatever the name of the file says.
    facts = {
        "bucket_url": target,
        "file_format": "zvhd2" if quick else body["file_format"],
        "quick": quick,
        "project_id": call.project_id,
        "size_gb": image.size_gb,
    }
    return started(
        cloud.add_job(
            job_type=EXPORT,
            project_id=call.project_id,
            image_id=image.image_id,
            image_name=image.name,
            facts=facts,
            on_success=functools.partial(_leave_object, cloud),
        )
    )


def is_being_exported(cloud: Cloud, image: Image) -> bool:
    """Whether an export of the image runs."""
    return any(job.job_type == EXPORT and job.image_id == image.image_id for job in cloud.running())


def object_of(name: str, at: float, **facts: t.Any) -> dict[str, t.Any]:
    """What is known of an object in a bucket; its size and ETag are made up."""
    size = facts.pop("size", None)
    etag = facts.pop("etag", None) or hashlib.md5(name.encode("utf-8"), usedforsecurity=False).hexdigest()
    return {"bucket_url": name, **facts, "size": 4096 if size is None else size, "etag": etag, "last_modified": at}


def _check_format(quick: bool, has_format: bool) -> None:
    if quick and has_format:
        raise ims_refusal("IMG.0072", "file_format cannot be given for a quick export.")
    if not quick and not has_format:
        raise ims_refusal("IMG.0072", "file_format is mandatory.")


def _refuse_unfit(image: Image, quick: bool) -> None:
    reasons = (
        (is_public(image), "IMG.0077", ""),
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
    facts = {name: value for name, value in job.facts.items() if name != "bucket_url"}
    # How large it gets depends on the image and the format: here a fortieth of the disk.
    size = int(facts.pop("size_gb", 40) * 2**30 / 40)
    name = job.facts["bucket_url"]
    cloud.objects[name] = object_of(name, cloud.clock.now(), image_id=job.image_id, size=size, **facts)
