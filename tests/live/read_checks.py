# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks that only read. Each says by its name in beliefs.yml what it proves, and costs nothing."""

from __future__ import annotations

import datetime
import typing as t
import uuid

from ansible_collections.huaweicloud.ims.plugins.module_utils._identity import ENVIRONMENT, from_environment
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.image_parts import (
    OS_VERSIONS_SCHEMA,
    QUOTA_SCHEMA,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.images import IMAGE_SCHEMA, IMAGES_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.times import parse_time
from ansible_collections.huaweicloud.ims.tests.live.cloud import Answer, Cloud
from ansible_collections.huaweicloud.ims.tests.live.verdicts import NotTold, WrongBelief, expect, fits, needed

Check = t.Callable[[Cloud], None]
READ_CHECKS: dict[str, Check] = {}
_SHOW_JOB, _PROGRESS = "/v1/{project_id}/jobs/{job_id}", "/v1/cloudimages/job/{job_id}"
_EPS = {"enterprise_project_id": "all_granted_eps"}


def checks(belief: str) -> t.Callable[[Check], Check]:
    def register(check: Check) -> Check:
        READ_CHECKS[belief] = check
        return check

    return register


def nobody() -> str:
    """Return an id that no image and no job has."""
    return str(uuid.uuid4())


def listed(cloud: Cloud, **query: str) -> Answer:
    return cloud.ask("ListImages", "GET", "/v2/cloudimages", query={**_EPS, **query})


# -- who asks ---------------------------------------------------------------------------------------------------------


@checks("credentials-accepted")
def credentials_accepted(cloud: Cloud) -> None:
    expect(listed(cloud, limit="1"), 200)


@checks("main-project-by-region")
def main_project(cloud: Cloud) -> None:
    region, iam = cloud.options.region, cloud.options.iam_endpoint
    if not region or not iam:
        raise NotTold("it needs region and the endpoint of IAM")
    answer = needed(cloud.ask("ListProjects", "GET", "/v3/projects", query={"name": region}, host=iam), 200)
    if len(answer.body["projects"]) != 1:
        raise WrongBelief(f"{len(answer.body['projects'])} projects have the region's name")


@checks("token-lives-a-day")
def token_lifetime(cloud: Cloud) -> None:
    told = {name: from_environment(cloud.environ, name) for name in ("username", "password", "domain_name")}
    if not all(told.values()) or cloud.options.iam_endpoint is None:
        raise NotTold(f"it needs a user: {', '.join(ENVIRONMENT[name][0] for name in told)}")
    user = {"name": told["username"], "password": told["password"], "domain": {"name": told["domain_name"]}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"id": cloud.project_id}}}}
    query = {"nocatalog": "true"}
    iam = cloud.options.iam_endpoint
    answer = cloud.ask("IAM login", "POST", "/v3/auth/tokens", query=query, body=body, host=iam, is_open=True)
    ends = parse_time(needed(answer, 201).body["token"]["expires_at"])
    hours = (ends - cloud.clock.utc()).total_seconds() / 3600 if ends else 0
    if not 23.5 < hours < 24.5:
        raise WrongBelief(f"it lives {hours:.1f} hours")
    if not answer.headers.get("x-subject-token"):
        raise WrongBelief("it is not in the header X-Subject-Token")


@checks("signature-time-tolerance")
def signature_time(cloud: Cloud) -> None:
    if cloud.options.auth_type != "aksk":
        raise NotTold("it needs access keys")
    signed = cloud.clock.utc() - datetime.timedelta(minutes=14)
    answer = cloud.ask("ListImages", "GET", "/v2/cloudimages", query={**_EPS, "limit": "1"}, at=signed)
    expect(answer, 200)


# -- jobs -------------------------------------------------------------------------------------------------------------


@checks("show-job-published")
def show_job(cloud: Cloud) -> None:
    answer = cloud.ask("ShowJob", "GET", _SHOW_JOB, names={"job_id": nobody()})
    if answer.is_unpublished:
        raise WrongBelief(str(answer))


@checks("show-job-progress-published")
def progress(cloud: Cloud) -> None:
    answer = cloud.ask("ShowJobProgress", "GET", _PROGRESS, names={"job_id": nobody()})
    if answer.is_unpublished:
        raise WrongBelief(str(answer))


@checks("unknown-job-404")
def unknown_job(cloud: Cloud) -> None:
    answer = expect(cloud.ask("ShowJob", "GET", _SHOW_JOB, names={"job_id": nobody()}), 404)
    if not str(answer.code).startswith("IMG."):
        raise WrongBelief(str(answer))


# -- images -----------------------------------------------------------------------------------------------------------


@checks("list-fits-schema")
def list_fits(cloud: Cloud) -> None:
    fits(listed(cloud, limit="100"), IMAGES_SCHEMA)


@checks("image-fits-schema")
def image_fits(cloud: Cloud) -> None:
    rows = needed(listed(cloud, limit="1"), 200).body["images"]
    if not rows:
        raise NotTold("there is no image at all")
    answer = cloud.ask("GlanceShowImage", "GET", "/v2/images/{image_id}", names={"image_id": str(rows[0]["id"])})
    body = fits(answer, IMAGE_SCHEMA)
    if body["id"] != rows[0]["id"]:
        raise WrongBelief("another image was shown")


@checks("no-architecture-attribute")
def no_architecture(cloud: Cloud) -> None:
    if any("architecture" in row for row in needed(listed(cloud, limit="100"), 200).body["images"]):
        raise WrongBelief("an image has the attribute architecture")


@checks("unknown-image-not-listed")
def unknown_not_listed(cloud: Cloud) -> None:
    if expect(listed(cloud, id=nobody()), 200).body["images"]:
        raise WrongBelief("the list is not empty")


@checks("unknown-image-404")
def unknown_image(cloud: Cloud) -> None:
    expect(cloud.ask("GlanceShowImage", "GET", "/v2/images/{image_id}", names={"image_id": nobody()}), 404)


@checks("native-errors-json")
def native_errors(cloud: Cloud) -> None:
    answer = cloud.ask("GlanceShowImage", "GET", "/v2/images/{image_id}", names={"image_id": nobody()})
    if answer.form != "json":
        raise WrongBelief(str(answer))


@checks("next-page-in-page-info")
def page_info(cloud: Cloud) -> None:
    body = _two_images(cloud)
    if not (body.get("page_info") or {}).get("next_marker"):
        raise WrongBelief("there is a next" if body.get("next") else "nothing says where the next page begins")


@checks("marker-is-last-id")
def marker(cloud: Cloud) -> None:
    first = _two_images(cloud)["images"][-1]["id"]
    rows = expect(listed(cloud, limit="1", marker=str(first)), 200).body["images"]
    if not rows or rows[0]["id"] == first:
        raise WrongBelief("the page after the last id does not go on")


def _two_images(cloud: Cloud) -> t.Any:
    if len(needed(listed(cloud, limit="2"), 200).body["images"]) < 2:
        raise NotTold("there are fewer than two images")
    body = needed(listed(cloud, limit="1"), 200).body
    if len(body["images"]) != 1:
        raise WrongBelief(f"limit=1 brought {len(body['images'])} images")
    return body


# -- facts ------------------------------------------------------------------------------------------------------------


@checks("quota-fits-schema")
def quota_fits(cloud: Cloud) -> None:
    fits(cloud.ask("ShowImageQuota", "GET", "/v1/cloudimages/quota"), QUOTA_SCHEMA)


def _quota(kind: str, least: int) -> Check:
    def check(cloud: Cloud) -> None:
        rows = fits(cloud.ask("ShowImageQuota", "GET", "/v1/cloudimages/quota"), QUOTA_SCHEMA)["quotas"]["resources"]
        found = [row["quota"] for row in rows if row["type"] == kind]
        if not found:
            raise WrongBelief(f"there is no quota of type {kind}")
        if int(found[0]) < least:
            raise WrongBelief(f"it is {found[0]}")

    return check


READ_CHECKS["quota-images"] = _quota("image", 50)
READ_CHECKS["quota-shared"] = _quota("image_shared", 1000)
READ_CHECKS["quota-members"] = _quota("image_member", 128)


@checks("os-versions-fit-schema")
def os_versions(cloud: Cloud) -> None:
    fits(cloud.ask("ListOsVersions", "GET", "/v1/cloudimages/os_version"), OS_VERSIONS_SCHEMA)


@checks("versions-answer-300")
def versions(cloud: Cloud) -> None:
    expect(cloud.ask("ListVersions", "GET", "/"), 300)


@checks("unknown-path-apigw-0101")
def unknown_path(cloud: Cloud) -> None:
    answer = cloud.ask("(no such call)", "GET", "/v9/{project_id}/nothing")
    if not answer.is_unpublished:
        raise WrongBelief(str(answer))
