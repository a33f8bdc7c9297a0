# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in front of all services: it finds the call, recognises the caller and words the refusals."""

from __future__ import annotations

import dataclasses
import typing as t
import xml.sax.saxutils

from .iam.identity import NO_PROJECT, Caller, Identity, must_be_updated
from .ims.cloud import Cloud
from .wire.messages import Request, Response, as_text
from .wire.refusals import Refused, gateway_refusal, no_right, not_published
from .wire.routes import Call, Route, Routes

_LARGEST_BODY = 12 * 2**20
_NATIVE_PATHS = "/v2/images"


class Obs(t.Protocol):
    """The service whose paths are names of objects, and whose signature is another."""

    def takes(self, request: Request) -> bool:
        """Whether the request is meant for it."""

    def answer(self, request: Request) -> Response:
        """Its response, refusals included."""


class Gateway:
    """Carries out requests to the cloud, one at a time."""

    def __init__(self, cloud: Cloud, identity: Identity, obs: Obs, routes: t.Iterable[Route]) -> None:
        self._cloud = cloud
        self._identity = identity
        self._obs = obs
        self._routes = Routes(routes)

    def route_of(self, request: Request) -> str | None:
        """The path of the route with its places in braces, for the log."""
        if self._obs.takes(request):
            return "/{bucket}/{object}"
        found = self._routes.find(request.method, request.path)
        return found[0].path if found else None

    def answer(self, request: Request) -> Response:
        """The response, refusals included."""
        if self._obs.takes(request):
            with self._cloud.lock:
                return self._obs.answer(request)
        try:
            return self._carry_out(request)
        except Refused as refusal:
            if request.path.startswith(_NATIVE_PATHS) and self._cloud.settings.native_errors == "xml":
                return _as_xml(refusal)
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
            caller = _in_project(caller, request, places)
        if route.action is not None and caller.enterprise_projects is not None:
            raise no_right(route.action)
        with self._cloud.lock:
            return route.answer(Call(request, places, caller))


def _in_project(caller: Caller, request: Request, places: t.Mapping[str, str]) -> Caller:
    """The caller with the project in which the call takes place: of the region that was asked, and one of his own."""
    if caller.by_token and (caller.project_id is None or caller.region != request.region):
        raise must_be_updated()
    projects = caller.account.projects if caller.account else {}
    wanted = places.get("project_id", caller.project_id)
    if not caller.named and wanted in projects.values():
        caller = dataclasses.replace(caller, project_id=wanted)
    name = caller.account.project_named(caller.project_id or "") if caller.account else None
    if name is None or caller.region != request.region or wanted != caller.project_id:
        raise gateway_refusal(403, "APIGW.0302", "The user is not allowed to access the API: the project is another.")
    return caller


def _as_xml(refusal: Refused) -> Response:
    """No sample of such an error exists: its form is made up."""
    inner = refusal.payload.get("error") or next(iter(refusal.payload.values()))
    told = inner if isinstance(inner, dict) else {"code": refusal.payload.get("error_code"), "message": inner}
    text = "".join(f"<{name}>{xml.sax.saxutils.escape(str(value))}</{name}>" for name, value in told.items())
    return as_text(refusal.status, f'<?xml version="1.0" encoding="UTF-8"?><error>{text}</error>', "application/xml")
