# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ECS in small: look at a server, start and stop servers, and look at the jobs that do it.

Sources: ShowServer ecs_02_0104, BatchStartServers ecs_02_0301, BatchStopServers ecs_02_0303, ShowJob ecs_02_0901.
"""

from __future__ import annotations

import dataclasses
import functools
import typing as t

from ..ims.cloud import Cloud
from ..ims.fields import is_id
from ..ims.job_types import START_SERVERS as START
from ..ims.job_types import STOP_SERVERS as STOP
from ..ims.job_views import time_text
from ..ims.jobs import Job
from ..scripts import FAIL, INIT
from ..wire.messages import Response, as_json
from ..wire.refusals import Refused
from ..wire.routes import Call
from .servers import RUNNING, STOPPED, Server

# The names are not documented: made up in the style of createServer, which is.
_SUB_TYPES = {START: "startServer", STOP: "stopServer"}
_MOST_SERVERS = 1000


def show_server(cloud: Cloud, call: Call) -> Response:
    """GET /v1/{project_id}/cloudservers/{server_id}"""
    cloud.settle()
    return as_json(200, {"server": _server(cloud, call.places["server_id"]).to_api()})


def act(cloud: Cloud, call: Call) -> Response:
    """POST /v1/{project_id}/cloudservers/action: os-start, or os-stop by the guest (SOFT, the default) or at once."""
    body = _body(call)
    cloud.settle()
    if set(body) == {"os-start"}:
        return _start_job(cloud, call, START, _servers(cloud, body["os-start"]), "powering-on")
    if set(body) == {"os-stop"}:
        how = body["os-stop"].get("type", "SOFT") if isinstance(body["os-stop"], dict) else None
        if how not in ("SOFT", "HARD"):
            raise ecs_refusal(400, "Ecs.0005", "type must be SOFT or HARD.")
        return _start_job(cloud, call, STOP, _servers(cloud, body["os-stop"]), "powering-off", how)
    raise ecs_refusal(400, "Ecs.0005", "Give one of os-start and os-stop.")


def is_job(job: Job) -> bool:
    """Whether a job is one of ECS; both services have the same path for their jobs."""
    return job.job_type in _SUB_TYPES


def show_job(job: Job, now: float) -> dict[str, t.Any]:
    """ECS has sub_jobs where IMS has sub_jobs_result."""
    moment, failure = job.at(now), job.script.failure
    failed = moment.status == FAIL and failure is not None
    ends = None if moment.ended_at is None else time_text(moment.ended_at, "iso")
    common = {
        "status": moment.status,
        "begin_time": time_text(job.started_at, "iso"),
        "end_time": ends or "",
        "error_code": failure.code if failed and failure else None,
        "fail_reason": failure.reason if failed and failure else None,
    }
    subs = [
        {
            **common,
            "job_id": f"{index:08x}{job.job_id[8:]}",
            "job_type": _SUB_TYPES[job.job_type],
            "entities": {"server_id": server_id},
        }
        for index, server_id in enumerate(job.facts["servers"])
    ]
    entities = {} if moment.status == INIT else {"sub_jobs_total": len(subs), "sub_jobs": subs}
    return {**common, "job_id": job.job_id, "job_type": job.job_type, "entities": entities}


def ecs_refusal(status: int, code: str, message: str) -> Refused:
    """ECS has codes of its own; which goes with what is presumed."""
    return Refused(status, {"error": {"code": code, "message": message}})


def _body(call: Call) -> dict[str, t.Any]:
    try:
        body = call.request.json()
    except ValueError:
        raise ecs_refusal(400, "Ecs.0005", "The body is not JSON.") from None
    return body if isinstance(body, dict) else {}


def _server(cloud: Cloud, server_id: str) -> Server:
    server = cloud.servers.get(server_id)
    if server is None:
        raise ecs_refusal(404, "Ecs.0114", f"Instance[{server_id}] could not be found.")
    return server


def _servers(cloud: Cloud, action: t.Any) -> list[str]:
    listed = action.get("servers") if isinstance(action, dict) else None
    if not isinstance(listed, list) or not 0 < len(listed) <= _MOST_SERVERS:
        raise ecs_refusal(400, "Ecs.0005", f"servers must list 1 to {_MOST_SERVERS} servers.")
    ids = [str(item.get("id")) if isinstance(item, dict) else "" for item in listed]
    if not all(map(is_id, ids)):
        raise ecs_refusal(400, "Ecs.0005", "Each of servers must have an id.")
    return [_server(cloud, server_id).server_id for server_id in ids]


def _start_job(
    cloud: Cloud, call: Call, job_type: str, servers: t.Sequence[str], task: str, how: str | None = None
) -> Response:
    job_id = cloud.add_job(
        job_type=job_type,
        project_id=call.project_id,
        facts={"servers": list(servers), "type": how},
        on_success=functools.partial(_done, cloud),
        on_failure=functools.partial(_undone, cloud),
    )
    for server_id in servers:
        if not cloud.jobs[job_id].at(cloud.clock.now()).is_final:
            cloud.servers[server_id] = dataclasses.replace(cloud.servers[server_id], task_state=task)
    return as_json(200, {"job_id": job_id})


def _done(cloud: Cloud, job: Job) -> None:
    for server in _of(cloud, job):
        changes: dict[str, t.Any] = (
            {"status": RUNNING, "starts": server.starts + 1}
            if job.job_type == START
            else {"status": STOPPED, "stops": server.stops + 1}
        )
        cloud.servers[server.server_id] = dataclasses.replace(server, task_state=None, **changes)


def _undone(cloud: Cloud, job: Job) -> None:
    for server in _of(cloud, job):
        cloud.servers[server.server_id] = dataclasses.replace(server, task_state=None)


def _of(cloud: Cloud, job: Job) -> list[Server]:
    return [cloud.servers[server_id] for server_id in job.facts["servers"] if server_id in cloud.servers]
