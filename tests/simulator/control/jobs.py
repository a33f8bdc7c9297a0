# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface to jobs, and to the scripts by which they go."""

from __future__ import annotations

import typing as t

from ..ims.job_types import EXPORT
from ..scripts import JobScript, Result, SubJob
from ..values import changed, from_json, listed, to_json
from ..wire.messages import Response, as_json
from ..wire.routes import Answer, Call
from .bodies import body_of

if t.TYPE_CHECKING:
    from ..simulator import Simulator

_NEW_JOB = frozenset({"job_type", "job_id", "image_id", "image_name", "project_id", "script", "results", "sub_jobs"})


class Jobs:
    """Start, see, change, end and forget jobs."""

    def __init__(self, simulator: Simulator) -> None:
        self._cloud = simulator.cloud

    def routes(self) -> tuple[tuple[str, str, Answer], ...]:
        """What answers each request."""
        return (
            ("GET", "jobs", self._list),
            ("POST", "jobs", self._add),
            ("GET", "jobs/{job_id}", self._show),
            ("PATCH", "jobs/{job_id}", self._change),
            ("DELETE", "jobs/{job_id}", self._forget),
            ("POST", "scripts", self._set_script),
            ("DELETE", "scripts", self._clear_scripts),
        )

    def _list(self, call: Call) -> Response:
        return as_json(200, {"jobs": [self._told(job_id) for job_id in self._cloud.jobs]})

    def _add(self, call: Call) -> Response:
        body = body_of(call, _NEW_JOB)
        job_id = self._cloud.add_job(
            job_type=body.get("job_type", EXPORT),
            job_id=body.get("job_id"),
            image_id=body.get("image_id"),
            image_name=body.get("image_name"),
            project_id=body.get("project_id"),
            script=from_json(JobScript, body["script"]) if "script" in body else None,
            results=listed(lambda item: from_json(Result, item))(body.get("results", [])),
            sub_jobs=listed(lambda item: from_json(SubJob, item))(body.get("sub_jobs", [])),
        )
        return as_json(201, self._told(job_id))

    def _show(self, call: Call) -> Response:
        return as_json(200, self._told(call.places["job_id"]))

    def _change(self, call: Call) -> Response:
        """A new script from here on; {"finish": "FAIL"} ends the job now."""
        job_id, changes = call.places["job_id"], dict(body_of(call))
        outcome = changes.pop("finish", None)
        script = changed(self._cloud.jobs[job_id].script, changes)
        told = {name: getattr(script, name) for name in changes}
        if outcome is None:
            self._cloud.change_script(job_id, **told)
        else:
            self._cloud.finish(job_id, outcome, **told)
        return as_json(200, self._told(job_id))

    def _forget(self, call: Call) -> Response:
        self._cloud.forget_job(call.places["job_id"])
        return as_json(200, {})

    def _set_script(self, call: Call) -> Response:
        body = body_of(call, frozenset({"script", "job_type", "once"}))
        script = from_json(JobScript, body.get("script", {}))
        self._cloud.set_script(script, job_type=body.get("job_type"), once=body.get("once", False))
        return as_json(201, {"script": to_json(script)})

    def _clear_scripts(self, call: Call) -> Response:
        self._cloud.clear_scripts()
        return as_json(200, {})

    def _told(self, job_id: str) -> dict[str, t.Any]:
        job = self._cloud.jobs[job_id]
        return {**self._cloud.job(job_id), "script": to_json(job.script), "facts": dict(job.facts)}
