# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in front of all services: it finds the call, recognises the caller and words the refusals."""

from __future__ import annotations

import functools
import typing as t

from .iam.calls import Iam
from .iam.identity import NO_PROJECT, Caller, Identity, must_be_updated
from .iam.metadata import Metadata
from .ims import bodies, copies, creations, exports, queries
from .ims.cloud import Cloud
from .ims.starts import Start
from .wire.messages import Request, Response
from .wire.refusals import Refused, gateway_refusal, not_published
from .wire.routes import Call, Route, Routes

_LARGEST_BODY = 12 * 2**20


def ims_routes(cloud: Cloud) -> list[Route]:
    """The calls of IMS; those in safe mode have the version 2.1 and the same bodies."""

    def route(method: str, path: str, answer: Start) -> Route:
        return Route(method, path, functools.partial(answer, cloud))

    images = "/cloudimages/{image_id}"
    create, data = "/cloudimages/action", "/cloudimages/dataimages/action"
    quick, members = "/cloudimages/quickimport/action", "/v1/cloudimages/members"
    return [
        route("GET", "/v1/{project_id}/jobs/{job_id}", queries.query_job),
        route("GET", "/v1/cloudimages/job/{job_id}", queries.query_job_progress),
        route("GET", "/v2/cloudimages", queries.list_images),
        route("GET", "/v2/images/{image_id}", queries.show_image),
        route("GET", "/v2/images/{image_id}/members", queries.list_members),
        route("POST", f"/v1{images}/file", functools.partial(exports.export_image, bodies.EXPORT)),
        route("POST", f"/v2.1{images}/file", functools.partial(exports.export_image, bodies.EXPORT_NEW)),
        route("PUT", f"/v1{images}/upload", exports.register_image),
        *(route("POST", f"{version}{create}", creations.create_image) for version in ("/v2", "/v2.1")),
        *(route("POST", f"{version}{data}", creations.create_data_image) for version in ("/v1", "/v2.1")),
        *(route("POST", f"{version}{quick}", creations.quick_import) for version in ("/v2", "/v2.1")),
        route("POST", "/v1/cloudimages/wholeimages/action", creations.create_whole_image),
        *(route("POST", f"{version}{images}/copy", copies.copy_image) for version in ("/v1", "/v2.1")),
        route("POST", f"/v1{images}/cross_region_copy", copies.copy_image_to_region),
        route("POST", members, copies.add_members),
        route("PUT", members, copies.update_members),
        route("DELETE", members, copies.delete_members),
    ]


def iam_routes(iam: Iam) -> list[Route]:
    """The calls of IAM."""
    return [
        Route("POST", "/v3/auth/tokens", iam.log_in, "open"),
        Route("GET", "/v3/projects", iam.list_projects, "any"),
        Route("POST", "/v3.0/OS-CREDENTIAL/securitytokens", iam.temporary_keys, "open"),
    ]


def metadata_routes(metadata: Metadata) -> list[Route]:
    """The calls of the metadata service."""
    return [
        Route("PUT", "/meta-data/latest/api/token", metadata.issue_token, "open"),
        Route("GET", "/openstack/latest/securitykey", metadata.security_key, "open"),
    ]


class Gateway:
    """Carries out requests to the cloud, one at a time."""

    def __init__(self, cloud: Cloud, identity: Identity, routes: t.Iterable[Route]) -> None:
        self._cloud = cloud
        self._identity = identity
        self._routes = Routes(routes)

    def route_of(self, request: Request) -> str | None:
        """The path of the route with its places in braces, for the log."""
        found = self._routes.find(request.method, request.path)
        return found[0].path if found else None

    def answer(self, request: Request) -> Response:
        """The response, refusals included."""
        try:
            return self._carry_out(request)
        except Refused as refusal:
            return refusal.response(request.request_id)

    def _carry_out(self, request: Request) -> Response:
        if len(request.body) > _LARGEST_BODY:
            raise gateway_refusal(413, "APIGW.0201", "Bad request: the body is too large.")
        found = self._routes.find(request.method, request.path)
        if found is None:
            raise not_published()
        route, places = found
        caller = NO_PROJECT if route.access == "open" else self._identity.recognise(request)
        if route.access == "project":
            self._check_project(caller, places)
        with self._cloud.lock:
            return route.answer(Call(request, places, caller))

    def _check_project(self, caller: Caller, places: t.Mapping[str, str]) -> None:
        account = self._cloud.account
        if caller.project_id is None or caller.region != account.region:
            raise must_be_updated()
        if {caller.project_id, places.get("project_id", caller.project_id)} != {account.project_id}:
            raise gateway_refusal(
                403, "APIGW.0302", "The user is not allowed to access the API: the project is another."
            )
