# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Metadata first, then a file: the two steps that make an image without any configuration of it."""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ..wire.messages import Response, as_json
from ..wire.refusals import ims_refusal, native_refusal
from ..wire.routes import Call
from . import bodies
from .cloud import Cloud
from .fields import check, split_file
from .images import ACTIVE, KILLED, QUEUED, SAVING, Image, new_image_id
from .job_types import REGISTER
from .jobs import Job
from .rows import to_api
from .starts import decoded_body, refuse_closed_bucket, refuse_without_room, started
from .visibility import own_image_of

_DEFAULT_VERSION = "Other Linux(64 bit)"
_FORMATS = ("vhd", "raw", "qcow2", "zvhd", "zvhd2", "iso")
_KINDS: t.Mapping[str, type] = {
    "name": str,
    "__os_version": str,
    "container_format": str,
    "disk_format": str,
    "visibility": str,
    "min_disk": int,
    "min_ram": int,
    "protected": bool,
    "tags": list,
}


def create_metadata(cloud: Cloud, call: Call) -> Response:
    """POST /v2/images (ims_03_0707): 201, and a row that waits for its file. Every field is optional."""
    body = _checked(decoded_body(call))
    refuse_without_room(cloud, call, REGISTER)
    version = body.get("__os_version") or _DEFAULT_VERSION
    image = Image(
        image_id=new_image_id(),
        name=body.get("name") or "",
        status=QUEUED,
        owner=call.project_id,
        region=call.region,
        size_gb=body.get("min_disk", 0),
        os_type="Windows" if version.startswith("Windows") else "Linux",
        os_version=version,
        disk_format=body.get("disk_format") or "vhd",
        protected=body.get("protected", False),
        min_ram=body.get("min_ram", 0),
        tags=tuple(map(str, body.get("tags", ()))),
        created_at=cloud.clock.now(),
        attributes={name: str(value) for name, value in body.items() if name not in _KINDS},
    )
    row = to_api(cloud.add_image(image))
    # Neither the page nor the SDK has it in this answer: such images are in the default enterprise project.
    del row["enterprise_project_id"]
    return as_json(201, row)


def register_image(cloud: Cloud, call: Call) -> Response:
    """PUT /v1/cloudimages/{image_id}/upload (ims_03_0608): queued, saving, then active or killed"""
    body = check(decoded_body(call), bodies.REGISTER)
    image = own_image_of(cloud, call)
    if image.status != QUEUED:
        raise ims_refusal("IMG.0105", f"The status of the image is {image.status}, not {QUEUED}.")
    refuse_closed_bucket(cloud, split_file(body["image_url"])[0])
    refuse_without_room(cloud, call, REGISTER)
    job_id = cloud.add_job(
        job_type=REGISTER,
        project_id=call.project_id,
        image_id=image.image_id,
        image_name=image.name,
        on_success=functools.partial(_become, cloud, ACTIVE, data_origin=f"file,{body['image_url']}"),
        on_failure=functools.partial(_fail, cloud),
    )
    if not cloud.jobs[job_id].at(cloud.clock.now()).is_final:
        cloud.change_image(image, status=SAVING)
    return started(f" {job_id}" if cloud.settings.register_blank else job_id)


def _checked(body: t.Any) -> dict[str, t.Any]:
    if not isinstance(body, dict):
        raise native_refusal(400, "badRequest", "the body must be an object")
    for name, kind in _KINDS.items():
        if name in body and (not isinstance(body[name], kind) or (kind is int and isinstance(body[name], bool))):
            raise native_refusal(400, "badRequest", f"{name} must be a {kind.__name__}")
    if body.get("visibility", "private") != "private":
        raise native_refusal(400, "badRequest", "visibility must be private")
    if body.get("disk_format", "vhd") not in _FORMATS:
        raise native_refusal(400, "badRequest", f"disk_format must be one of {', '.join(_FORMATS)}")
    return body


def _become(cloud: Cloud, status: str, job: Job, **changes: t.Any) -> None:
    image = cloud.images.get(job.image_id or "")
    if image is not None:
        cloud.change_image(dataclasses.replace(image, status=status, **changes))


def _fail(cloud: Cloud, job: Job) -> None:
    """`killed` is the documented end of a failed upload; whether a failed registration is one is not."""
    _become(cloud, KILLED if cloud.settings.failed_register == "killed" else QUEUED, job)
