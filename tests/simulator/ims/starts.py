# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all calls have in common that start a job."""

from __future__ import annotations

import typing as t

from ..wire.messages import Response, as_json
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from .cloud import Cloud
from .fields import is_id
from .images import ACTIVE, PRIVATE, Image
from .job_types import type_of

Start = t.Callable[[Cloud, Call], Response]


def decoded_body(call: Call) -> t.Any:
    """The JSON of the body."""
    if not call.request.body:
        raise ims_refusal("IMG.0007")
    try:
        return call.request.json()
    except ValueError:
        raise ims_refusal("IMG.0001", "The body is not JSON in UTF-8.") from None


def image_of(cloud: Cloud, image_id: str) -> Image:
    """The image of that id in this region."""
    if not is_id(image_id):
        raise ims_refusal("IMG.0066", f"It is {image_id!r}.")
    image = cloud.images.get(image_id)
    if image is None or image.region != cloud.account.region:
        raise ims_refusal("IMG.0027", f"It is {image_id}.")
    return image


def active_image_of(cloud: Cloud, image_id: str) -> Image:
    """The same, ready for use."""
    image = image_of(cloud, image_id)
    if image.status != ACTIVE:
        raise ims_refusal("IMG.0046", f"Its status is {image.status}.")
    return image


def refuse_without_room(cloud: Cloud, job_type: str) -> None:
    """Limits: private images of a region, and tasks at a time that create one."""
    private = sum(1 for image in cloud.images.values() if image.image_type == PRIVATE)
    if private >= cloud.settings.image_quota:
        raise ims_refusal("IMG.0015")
    if type_of(job_type).creates:
        creating = sum(1 for job in cloud.running() if job.kind.creates)
        if creating >= cloud.settings.concurrent_tasks:
            raise ims_refusal("IMG.0060")


def refuse_closed_bucket(cloud: Cloud, bucket: str) -> None:
    """Which buckets there are is a setting."""
    if cloud.settings.buckets is not None and bucket not in cloud.settings.buckets:
        raise ims_refusal("IMG.0069", f"It is {bucket!r}.")


def started(job_id: str) -> Response:
    """The documented answer."""
    return as_json(200, {"job_id": job_id})


def tags_of(body: t.Mapping[str, t.Any]) -> tuple[str, ...]:
    """The tags of either form, which exclude each other."""
    if "tags" in body and "image_tags" in body:
        raise ims_refusal("IMG.0115", "tags and image_tags exclude each other.")
    if "image_tags" in body:
        return tuple(f"{tag.get('key', '')}.{tag.get('value', '')}" for tag in body["image_tags"])
    return tuple(body.get("tags", ()))
