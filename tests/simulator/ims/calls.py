# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of IMS: method, path, what answers it, and which rights in enterprise projects do not reach to it."""

from __future__ import annotations

import dataclasses
import functools

from ..wire.routes import Route
from . import (
    bodies,
    copies,
    creations,
    deletions,
    exports,
    facts,
    listing,
    members,
    queries,
    registering,
    schemas,
    sharing,
    tag_search,
    tagging,
    updates,
)
from .cloud import Cloud
from .starts import Start

_SAFE = "/v2.1"
_IMAGE = "/cloudimages/{image_id}"
_V2_IMAGE = "/v2/images/{image_id}"
_PROJECT = "{project_id}"


def ims_routes(cloud: Cloud) -> list[Route]:
    """All of them; where an action stands, rights in enterprise projects do not do (ims_03_appendix_06 to 09)."""
    told = [*_jobs_and_images(), *_starts(), *_sharing(), *_tags(), *_facts()]
    return [Route(one.method, one.path, functools.partial(one.answer, cloud), one.access, one.action) for one in told]


@dataclasses.dataclass(frozen=True)
class _Told:
    method: str
    path: str
    answer: Start
    action: str | None = None
    access: str = "project"


def _jobs_and_images() -> list[_Told]:
    patch, show = updates.update_image, queries.show_image
    return [
        _Told("GET", f"/v1/{_PROJECT}/jobs/{{job_id}}", queries.query_job),
        _Told("GET", "/v1/cloudimages/job/{job_id}", queries.query_job_progress),
        _Told("GET", "/v2/cloudimages", listing.list_images),
        _Told("PATCH", "/v2/cloudimages/{image_id}", patch),
        _Told("GET", "/v2/images", listing.native_list_images, "ims:images:list"),
        _Told("POST", "/v2/images", registering.create_metadata, "ims:images:create"),
        _Told("GET", _V2_IMAGE, show),
        _Told("PATCH", _V2_IMAGE, updates.native_update_image),
        _Told("DELETE", _V2_IMAGE, deletions.delete_image),
    ]


def _starts() -> list[_Told]:
    """Those in safe mode have the version 2.1 and the same bodies."""
    export = functools.partial(exports.export_image, bodies.EXPORT)
    export_new = functools.partial(exports.export_image, bodies.EXPORT_NEW)
    data, quick = "/cloudimages/dataimages/action", "/cloudimages/quickimport/action"
    either: tuple[tuple[str, str, Start], ...] = (
        ("/v2", "/cloudimages/action", creations.create_image),
        ("/v1", data, creations.create_data_image),
        ("/v2", quick, creations.quick_import),
        ("/v1", f"{_IMAGE}/copy", copies.copy_image),
    )
    both = [(f"{version}{path}", answer) for first, path, answer in either for version in (first, _SAFE)]
    cross = copies.copy_image_to_region
    return [
        *(_Told("POST", path, answer) for path, answer in both),
        _Told("POST", f"/v1{_IMAGE}/file", export),
        _Told("POST", f"{_SAFE}{_IMAGE}/file", export_new),
        _Told("PUT", f"/v1{_IMAGE}/upload", registering.register_image),
        _Told("POST", "/v1/cloudimages/wholeimages/action", creations.create_whole_image),
        _Told("POST", f"/v1{_IMAGE}/cross_region_copy", cross, "ims:images:copy"),
    ]


def _sharing() -> list[_Told]:
    batch, one = "/v1/cloudimages/members", f"/v1/{_PROJECT}{_IMAGE}/members"
    native, read, share = f"{_V2_IMAGE}/members", "ims:images:get", "ims:images:share"
    return [
        _Told("POST", batch, sharing.add_members, share),
        _Told("PUT", batch, sharing.update_members, share),
        _Told("DELETE", batch, sharing.delete_members, share),
        _Told("GET", one, members.list_members, read),
        _Told("GET", f"{one}/{{member_id}}", members.show_member, read),
        _Told("GET", native, members.native_list_members, read),
        _Told("POST", native, members.native_add_member, share),
        _Told("GET", f"{native}/{{member_id}}", members.native_show_member, read),
        _Told("PUT", f"{native}/{{member_id}}", members.native_update_member, share),
        _Told("DELETE", f"{native}/{{member_id}}", members.native_delete_member, share),
    ]


def _tags() -> list[_Told]:
    image, change, read = f"/v2/{_PROJECT}/images/{{image_id}}/tags", "ims:images:update", "ims:images:list"
    search = f"/v2/{_PROJECT}/images/resource_instances/action"
    return [
        _Told("POST", image, tagging.add_tag, change),
        _Told("GET", image, tagging.list_tags_of_image, read),
        _Told("POST", f"{image}/action", tagging.change_tags, change),
        _Told("DELETE", f"{image}/{{key}}", tagging.delete_tag, change),
        _Told("DELETE", f"/v1/{_PROJECT}{_IMAGE}/tags/delete", tagging.delete_tags, change),
        _Told("GET", f"/v2/{_PROJECT}/images/tags", tagging.list_tags_of_project, read),
        _Told("POST", search, tag_search.find_by_tags, read),
        _Told("PUT", "/v1/cloudimages/tags", tagging.put_tag, change),
        _Told("GET", "/v1/cloudimages/tags", tagging.list_tags, read),
        _Told("PUT", f"{_V2_IMAGE}/tags/{{tag}}", tagging.native_put_tag, change),
        _Told("DELETE", f"{_V2_IMAGE}/tags/{{tag}}", tagging.native_delete_tag, change),
    ]


def _facts() -> list[_Told]:
    return [
        _Told("GET", "/v1/cloudimages/quota", facts.show_quota),
        _Told("GET", f"/v1/{_PROJECT}/cloudimages/quota", facts.show_quota),
        _Told("GET", "/v1/cloudimages/os_version", facts.list_os_versions, "ims:images:list"),
        _Told("GET", "/v2/schemas/{name}", schemas.show_schema),
        _Told("GET", "/", facts.list_api_versions, access="open"),
        _Told("GET", "/{version}", facts.show_api_version, access="open"),
        _Told("GET", "/{version}/", facts.show_api_version, access="open"),
    ]
