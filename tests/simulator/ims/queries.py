# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking at jobs, and at one image."""

from __future__ import annotations

from ..ecs import power
from ..wire.messages import Response, as_json
from ..wire.refusals import Refused, ims_refusal, native_refusal, not_published
from ..wire.routes import Call
from .cloud import Cloud
from .job_views import show_job, show_job_progress
from .jobs import Job
from .rows import to_api
from .visibility import as_seen, native_image_of


def query_job(cloud: Cloud, call: Call) -> Response:
    """GET /v1/{project_id}/jobs/{job_id} (ShowJob, ims_03_0905); ECS has the same path on a host of its own"""
    job = cloud.jobs.get(call.places["job_id"])
    if job is not None and power.is_job(job) and job.project_id == call.project_id:
        cloud.settle()
        return as_json(200, power.show_job(job, cloud.clock.now()))
    if not cloud.settings.show_job:
        raise not_published()
    return as_json(200, show_job(_job(cloud, call), cloud.clock.now()))


def query_job_progress(cloud: Cloud, call: Call) -> Response:
    """GET /v1/cloudimages/job/{job_id} (ShowJobProgress, ims_03_0911)"""
    if not cloud.settings.show_job_progress:
        raise not_published()
    return as_json(200, show_job_progress(_job(cloud, call), cloud.clock.now()))


def show_image(cloud: Cloud, call: Call) -> Response:
    """GET /v2/images/{image_id} (GlanceShowImage, ims_03_0703)"""
    return as_json(200, to_api(as_seen(cloud, call, native_image_of(cloud, call))))


def _job(cloud: Cloud, call: Call) -> Job:
    """A job of another project is unknown; who names no project sees those of all that he has."""
    cloud.settle()
    job = cloud.jobs.get(call.places["job_id"])
    account = call.caller.account
    projects = account.projects.values() if account and not call.caller.named else (call.project_id,)
    if job is None or power.is_job(job) or job.project_id not in projects:
        raise _unknown_job(cloud.settings.unknown_job, call.places["job_id"])
    return job


def _unknown_job(answer: str, job_id: str) -> Refused:
    if answer == "itemNotFound":
        return native_refusal(404, "itemNotFound", f"No job found with ID {job_id}")
    return ims_refusal("IMG.0023", f"The job {job_id} does not exist.", status=int(answer))
