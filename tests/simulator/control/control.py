# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface: what tests do to the simulated cloud, as JSON over HTTP."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..faults.fault import Fault
from ..iam.identity import NO_PROJECT
from ..ims.images import Image
from ..ims.job_types import EXPORT
from ..scripts import JobScript, Result, SubJob
from ..values import changed, from_json, listed, to_json
from ..wire.messages import Request, Response, as_json
from ..wire.routes import Call, Route, Routes

if t.TYPE_CHECKING:
    from ..simulator import Simulator

_LOCAL_NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
_NEW_JOB = frozenset({"job_type", "job_id", "image_id", "image_name", "script", "results", "sub_jobs"})
_LOG_FILTERS = ("method", "path", "job_id", "route")
_SHOWN_REQUESTS = 100


class Control:
    """Routes under /_simulator/; no credentials are needed, but they are for local clients only."""

    def __init__(self, simulator: Simulator) -> None:
        self._sim = simulator
        self._routes = Routes(
            Route(method, f"/_simulator/{path}", answer)
            for method, path, answer in (
                ("GET", "health", self._health),
                ("GET", "account", self._account),
                ("POST", "reset", self._reset),
                ("GET", "clock", self._clock),
                ("POST", "clock", self._advance),
                ("GET", "settings", self._settings),
                ("PATCH", "settings", self._configure),
                ("GET", "jobs", self._list_jobs),
                ("POST", "jobs", self._add_job),
                ("GET", "jobs/{job_id}", self._show_job),
                ("PATCH", "jobs/{job_id}", self._change_job),
                ("DELETE", "jobs/{job_id}", self._forget_job),
                ("POST", "scripts", self._set_script),
                ("DELETE", "scripts", self._clear_scripts),
                ("GET", "faults", self._list_faults),
                ("POST", "faults", self._add_fault),
                ("DELETE", "faults", self._clear_faults),
                ("DELETE", "faults/{fault_id}", self._remove_fault),
                ("GET", "requests", self._list_requests),
                ("DELETE", "requests", self._clear_requests),
                ("GET", "images", self._list_images),
                ("POST", "images", self._add_image),
                ("DELETE", "images/{image_id}", self._remove_image),
                ("GET", "objects", self._list_objects),
                ("POST", "objects", self._add_object),
                ("DELETE", "objects", self._clear_objects),
                ("POST", "tokens", self._issue_token),
                ("POST", "tokens/expire", self._expire),
                ("POST", "temporary_keys", self._issue_keys),
            )
        )

    def answer(self, request: Request) -> Response:
        """The response; mistakes of the client are told as {"error": sentence}."""
        host = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
        if host not in _LOCAL_NAMES:
            # A page in a browser could otherwise reach this under a name that it controls.
            return as_json(403, {"error": f"The control interface answers to local names only, not to {host!r}."})
        found = self._routes.find(request.method, request.path)
        if found is None:
            return as_json(404, {"error": f"There is no {request.method} {request.path}."})
        try:
            with self._sim.cloud.lock:
                return found[0].answer(Call(request, found[1], NO_PROJECT))
        except KeyError as missing:
            return as_json(404, {"error": f"There is no {missing.args[0]!r}."})
        except (ValueError, TypeError, re.error) as wrong:
            return as_json(400, {"error": str(wrong)})

    # The simulator as a whole

    def _health(self, call: Call) -> Response:
        sim = self._sim
        told = {"status": "ok", "url": sim.url, "jobs": len(sim.cloud.jobs), "requests": sim.requests.total}
        return as_json(200, {**told, "now": sim.clock.now(), "internal_errors": sim.internal_errors})

    def _account(self, call: Call) -> Response:
        account = self._sim.account
        return as_json(200, {**to_json(account), "environment": account.environment(self._sim.url)})

    def _reset(self, call: Call) -> Response:
        self._sim.reset()
        return as_json(200, {})

    def _clock(self, call: Call) -> Response:
        return as_json(200, {"now": self._sim.clock.now(), "wall": self._sim.clock.wall()})

    def _advance(self, call: Call) -> Response:
        self._sim.clock.advance(float(_body(call)["advance"]))
        return self._clock(call)

    def _settings(self, call: Call) -> Response:
        return as_json(200, to_json(self._sim.settings))

    def _configure(self, call: Call) -> Response:
        self._sim.settings = changed(self._sim.settings, _body(call))
        return self._settings(call)

    # Jobs

    def _list_jobs(self, call: Call) -> Response:
        return as_json(200, {"jobs": [self._job(job_id) for job_id in self._sim.cloud.jobs]})

    def _add_job(self, call: Call) -> Response:
        body = _body(call, _NEW_JOB)
        job_id = self._sim.cloud.add_job(
            job_type=body.get("job_type", EXPORT),
            job_id=body.get("job_id"),
            image_id=body.get("image_id"),
            image_name=body.get("image_name"),
            script=from_json(JobScript, body["script"]) if "script" in body else None,
            results=listed(lambda item: from_json(Result, item))(body.get("results", [])),
            sub_jobs=listed(lambda item: from_json(SubJob, item))(body.get("sub_jobs", [])),
        )
        return as_json(201, self._job(job_id))

    def _show_job(self, call: Call) -> Response:
        return as_json(200, self._job(call.places["job_id"]))

    def _change_job(self, call: Call) -> Response:
        """A new script from here on; {"finish": "FAIL"} ends the job now."""
        job_id, changes = call.places["job_id"], dict(_body(call))
        outcome = changes.pop("finish", None)
        script = changed(self._sim.cloud.jobs[job_id].script, changes)
        told = {name: getattr(script, name) for name in changes}
        if outcome is None:
            self._sim.cloud.change_script(job_id, **told)
        else:
            self._sim.cloud.finish(job_id, outcome, **told)
        return as_json(200, self._job(job_id))

    def _forget_job(self, call: Call) -> Response:
        self._sim.cloud.forget_job(call.places["job_id"])
        return as_json(200, {})

    def _set_script(self, call: Call) -> Response:
        body = _body(call, frozenset({"script", "job_type", "once"}))
        script = from_json(JobScript, body.get("script", {}))
        self._sim.cloud.set_script(script, job_type=body.get("job_type"), once=body.get("once", False))
        return as_json(201, {"script": to_json(script)})

    def _clear_scripts(self, call: Call) -> Response:
        self._sim.cloud.clear_scripts()
        return as_json(200, {})

    def _job(self, job_id: str) -> dict[str, t.Any]:
        job = self._sim.cloud.jobs[job_id]
        return {**self._sim.cloud.job(job_id), "script": to_json(job.script), "facts": dict(job.facts)}

    # Faults and the log

    def _list_faults(self, call: Call) -> Response:
        return as_json(200, {"faults": [active.to_json() for active in self._sim.faults]})

    def _add_fault(self, call: Call) -> Response:
        return as_json(201, {"id": self._sim.faults.add(from_json(Fault, _body(call)))})

    def _clear_faults(self, call: Call) -> Response:
        self._sim.faults.clear()
        return as_json(200, {})

    def _remove_fault(self, call: Call) -> Response:
        self._sim.faults.remove(call.places["fault_id"])
        return as_json(200, {})

    def _list_requests(self, call: Call) -> Response:
        parameters, log = call.request.parameters, self._sim.requests
        wanted: dict[str, t.Any] = {name: parameters[name] for name in _LOG_FILTERS if name in parameters}
        if "status" in parameters:
            wanted["status"] = int(parameters["status"])
        found, limit = log.find(**wanted), int(parameters.get("limit", _SHOWN_REQUESTS))
        shown = [entry.to_json() for entry in found[max(len(found) - limit, 0) :]]
        return as_json(200, {"total": log.total, "count": len(found), **log.counts(**wanted), "requests": shown})

    def _clear_requests(self, call: Call) -> Response:
        self._sim.requests.clear()
        return as_json(200, {})

    # Images, objects, credentials

    def _list_images(self, call: Call) -> Response:
        return as_json(200, {"images": [to_json(image) for image in self._sim.cloud.images.values()]})

    def _add_image(self, call: Call) -> Response:
        return as_json(201, to_json(self._sim.cloud.add_image(from_json(Image, _body(call)))))

    def _remove_image(self, call: Call) -> Response:
        del self._sim.cloud.images[call.places["image_id"]]
        return as_json(200, {})

    def _list_objects(self, call: Call) -> Response:
        self._sim.cloud.settle()
        return as_json(200, {"objects": self._sim.cloud.objects})

    def _add_object(self, call: Call) -> Response:
        name = _body(call, frozenset({"name"}))["name"]
        self._sim.cloud.objects[name] = {"bucket_url": name}
        return as_json(201, {"name": name})

    def _clear_objects(self, call: Call) -> Response:
        self._sim.cloud.objects.clear()
        return as_json(200, {})

    def _issue_token(self, call: Call) -> Response:
        body = _body(call, frozenset({"seconds", "project_name", "scoped"}))
        return as_json(201, dataclasses.asdict(self._sim.identity.issue_token(**body)))

    def _expire(self, call: Call) -> Response:
        self._sim.identity.expire_tokens()
        self._sim.identity.expire_temporary_keys()
        return as_json(200, {})

    def _issue_keys(self, call: Call) -> Response:
        body = _body(call, frozenset({"seconds"}))
        return as_json(201, dataclasses.asdict(self._sim.identity.issue_temporary_keys(**body)))


def _body(call: Call, known: frozenset[str] | None = None) -> t.Mapping[str, t.Any]:
    body = call.request.json() if call.request.body else {}
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object.")
    unknown = sorted(set(body) - known) if known is not None else []
    if unknown:
        raise ValueError(f"Unknown: {', '.join(unknown)}; known: {', '.join(sorted(known or ()))}.")
    return body
