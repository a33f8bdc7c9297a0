# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all calls have in common that start a job."""

from __future__ import annotations

import dataclasses
import functools
import typing as t
import uuid

from ..scripts import SUCCESS, SubJob
from ..wire.messages import Response, as_json
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from .cloud import Cloud
from .images import KILLED, SAVING, Image
from .job_types import IMPORT, type_of
from .jobs import Job
from .visibility import is_public

Start = t.Callable[[Cloud, Call], Response]


def decoded_body(call: Call) -> t.Any:
    """The JSON of the body."""
    if not call.request.body:
        raise ims_refusal("IMG.0007")
    try:
        return call.request.json()
    except ValueError:
        raise ims_refusal("IMG.0001", "The body is not JSON in UTF-8.") from None


def refuse_without_room(cloud: Cloud, call: Call, job_type: str) -> None:
    """Limits: private images of a region, and tasks at a time that create one."""
    if len(counted_images(cloud, call)) >= cloud.settings.image_quota:
        raise ims_refusal("IMG.0015")
    if type_of(job_type).creates:
        creating = sum(1 for job in cloud.running(call.project_id) if job.kind.creates)
        if creating >= cloud.settings.concurrent_tasks:
            raise ims_refusal("IMG.0060")


def counted_images(cloud: Cloud, call: Call) -> list[Image]:
    """The images that use the quota: all of the project (which states count is not documented)."""
    own = call.project_id
    return [
        image
        for image in cloud.images.values()
        if image.owner == own and image.region == call.region and not is_public(image)
    ]


def refuse_closed_bucket(cloud: Cloud, bucket: str) -> None:
    """Which buckets there are is a setting."""
    if cloud.settings.buckets is not None and bucket not in cloud.settings.buckets:
        raise ims_refusal("IMG.0069", f"It is {bucket!r}.")


def started(job_id: str) -> Response:
    """The documented answer."""
    return as_json(200, {"job_id": job_id})


def start_images(
    cloud: Cloud,
    call: Call,
    job_type: str,
    images: t.Sequence[Image],
    facts: t.Mapping[str, t.Any] | None = None,
) -> Response:
    """Start a job that makes these images; those of some types are only in its sub jobs.

    Whether they are seen before they are active is not documented: the setting `creation_shown` decides.
    """
    kind, first = type_of(job_type), images[0]
    images = [dataclasses.replace(image, region=image.region or call.region) for image in images]
    sub_jobs = [
        SubJob(job_type=kind.sub_job_type or IMPORT, image_id=image.image_id, image_name=image.name)
        for image in (images if kind.sub_job_type else ())
    ]
    job_id = cloud.add_job(
        job_type=job_type,
        project_id=call.project_id,
        image_id=first.image_id if kind.image else None,
        image_name=first.name if kind.image else None,
        sub_jobs=sub_jobs,
        facts=facts,
        on_success=functools.partial(_keep, cloud, images),
        on_failure=functools.partial(_give_up, cloud, images),
    )
    _show_running(cloud, job_id, images)
    return started(job_id)


def _show_running(cloud: Cloud, job_id: str, images: t.Sequence[Image]) -> None:
    shown = cloud.settings.creation_shown
    if shown == "hidden" or cloud.jobs[job_id].at(cloud.clock.now()).is_final:
        return
    for index, image in enumerate(images):
        name = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{job_id}{index or ''}")) if shown == "uuid" else None
        cloud.add_image(dataclasses.replace(image, status=SAVING, shown_name=name))


def _keep(cloud: Cloud, images: t.Sequence[Image], job: Job) -> None:
    # A job can succeed as a whole although sub jobs have failed.
    failed = {sub.image_id for sub in job.sub_jobs if sub.outcome != SUCCESS}
    for image in images:
        if image.image_id not in failed:
            cloud.add_image(dataclasses.replace(image, updated_at=cloud.clock.now()))
        else:
            cloud.drop_image(image.image_id)


def _give_up(cloud: Cloud, images: t.Sequence[Image], job: Job) -> None:
    for image in images:
        if cloud.settings.failed_creation == "killed":
            cloud.add_image(dataclasses.replace(image, status=KILLED))
        else:
            cloud.drop_image(image.image_id)
