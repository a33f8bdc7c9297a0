# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looking at jobs and images."""

from __future__ import annotations

import typing as t
import urllib.parse

from ..wire.messages import Response, as_json
from ..wire.refusals import Refused, ims_refusal, native_refusal, not_published
from ..wire.routes import Call
from .cloud import Cloud
from .images import PUBLIC, to_api
from .job_views import show_job, show_job_progress, time_text
from .jobs import Job

_PAGE = 500
_PAGING = frozenset({"limit", "marker", "sort_key", "sort_dir"})


def query_job(cloud: Cloud, call: Call) -> Response:
    """GET /v1/{project_id}/jobs/{job_id} (ShowJob)"""
    if not cloud.settings.show_job:
        raise not_published()
    return as_json(200, show_job(_job(cloud, call), cloud.clock.now()))


def query_job_progress(cloud: Cloud, call: Call) -> Response:
    """GET /v1/cloudimages/job/{job_id} (ShowJobProgress)"""
    if not cloud.settings.show_job_progress:
        raise not_published()
    return as_json(200, show_job_progress(_job(cloud, call), cloud.clock.now()))


def list_images(cloud: Cloud, call: Call) -> Response:
    """GET /v2/cloudimages"""
    parameters = call.request.parameters
    limit = _limit(parameters)
    found = _sorted(_filtered(_visible(cloud), parameters), parameters)
    start = _start(found, parameters.get("marker"))
    page = found[start : start + limit]
    filters = {name: value for name, value in parameters.items() if name != "marker"}
    answer: dict[str, t.Any] = {"images": page, "schema": "/v2/schemas/images", "first": _link(call, filters)}
    if page and start + limit < len(found):
        answer["next"] = _link(call, {**filters, "marker": page[-1]["id"]})
    return as_json(200, answer)


def show_image(cloud: Cloud, call: Call) -> Response:
    """GET /v2/images/{image_id} (native)"""
    return as_json(200, _native_image(cloud, call))


def list_members(cloud: Cloud, call: Call) -> Response:
    """GET /v2/images/{image_id}/members (native)"""
    image = cloud.images[_native_image(cloud, call)["id"]]
    at = time_text(image.created_at, "iso")
    members = [
        {
            "member_id": member.project_id,
            "status": member.status,
            "image_id": image.image_id,
            "created_at": at,
            "updated_at": at,
            "schema": "/v2/schemas/member",
        }
        for member in image.members
    ]
    return as_json(200, {"members": members, "schema": "/v2/schemas/members"})


def _job(cloud: Cloud, call: Call) -> Job:
    cloud.settle()
    job = cloud.jobs.get(call.places["job_id"])
    if job is None:
        raise _unknown_job(cloud.settings.unknown_job, call.places["job_id"])
    return job


def _unknown_job(answer: str, job_id: str) -> Refused:
    if answer == "itemNotFound":
        return native_refusal(404, "itemNotFound", f"No job found with ID {job_id}")
    return ims_refusal("IMG.0023", f"The job {job_id} does not exist.", status=int(answer))


def _visible(cloud: Cloud) -> list[dict[str, t.Any]]:
    own = cloud.account.project_id
    return [
        to_api(image)
        for image in cloud.images.values()
        if image.region == cloud.account.region
        and (image.image_type == PUBLIC or image.owner == own or image.member(own) is not None)
    ]


def _native_image(cloud: Cloud, call: Call) -> dict[str, t.Any]:
    image_id = call.places["image_id"]
    found = next((image for image in _visible(cloud) if image["id"] == image_id), None)
    if found is None:
        raise native_refusal(404, "itemNotFound", f"No image found with ID {image_id}")
    return found


def _limit(parameters: t.Mapping[str, str]) -> int:
    text = parameters.get("limit", str(_PAGE))
    if not text.isdigit() or not 0 < int(text) <= _PAGE:
        raise native_refusal(400, "badRequest", f"limit must be a number from 1 to {_PAGE}")
    return int(text)


def _filtered(images: list[dict[str, t.Any]], parameters: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
    wanted = {name: value for name, value in parameters.items() if name not in _PAGING and value}
    return [image for image in images if all(_has(image, name, value) for name, value in wanted.items())]


def _has(image: t.Mapping[str, t.Any], name: str, value: str) -> bool:
    if name == "tag":
        return value in image["tags"]
    if name in ("created_at", "updated_at") and ":" in value[:4]:
        return _compares(image[name], value)
    held = image.get(name)
    if isinstance(held, bool):
        return value.lower() == str(held).lower()
    # A filter for an attribute that no image has (a flavor, say) does not narrow the list.
    return (held is None and not name.startswith("__")) or str(held) == value


def _compares(held: str, value: str) -> bool:
    operator, _colon, moment = value.partition(":")
    checks: t.Mapping[str, bool] = {
        "gt": held > moment,
        "gte": held >= moment,
        "lt": held < moment,
        "lte": held <= moment,
        "eq": held == moment,
        "neq": held != moment,
    }
    return checks.get(operator, False)


def _sorted(images: list[dict[str, t.Any]], parameters: t.Mapping[str, str]) -> list[dict[str, t.Any]]:
    key = parameters.get("sort_key")
    if key is None:
        return images
    return sorted(images, key=lambda image: str(image.get(key, "")), reverse=parameters.get("sort_dir") == "desc")


def _start(images: t.Sequence[t.Mapping[str, t.Any]], marker: str | None) -> int:
    if marker is None:
        return 0
    for index, image in enumerate(images):
        if image["id"] == marker:
            return index + 1
    raise native_refusal(400, "badRequest", f"There is no image {marker} to start from")


def _link(call: Call, parameters: t.Mapping[str, str]) -> str:
    return f"{call.request.path}?{urllib.parse.urlencode(parameters)}" if parameters else call.request.path
