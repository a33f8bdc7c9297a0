# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ECS can be asked: the state of a server, its power, and the jobs that switch it.

Sources: ShowServer (ecs_02_0104), BatchStartServers (ecs_02_0301), BatchStopServers (ecs_02_0303), ShowJob
(ecs_02_0901).
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..clock import Clock
from ..errors import OptionError, UnreadableAnswerError
from ..schema.jobs import JOB_SCHEMA
from ..schema.servers import SERVER_SCHEMA
from .calls import Calls, quoted
from .job import Job
from .job_values import code_of, object_of, objects_of, text_of
from .starts import StartCall, Starter

_SERVER_ID = re.compile(r"[0-9A-Za-z_-]{1,64}", re.ASCII)
_TASK = "OS-EXT-STS:task_state"
RUNNING, STOPPED = "ACTIVE", "SHUTOFF"
POWERING_ON, POWERING_OFF = "powering-on", "powering-off"


@dataclasses.dataclass(frozen=True)
class Server:
    """A server. ``task_state`` is what it is doing right now, None where it is doing nothing."""

    server_id: str
    name: str | None
    status: str
    task_state: str | None

    @property
    def state(self) -> str:
        """Return both in words: ``active (powering-off)``."""
        return self.status.lower() + (f" ({self.task_state})" if self.task_state else "")


class Servers:
    """ECS in one region and project. ``timeout`` bounds a call as a whole, in seconds. All methods raise ImsError."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._starter = Starter(calls.start, clock)

    def find(self, server_id: str, timeout: float | None = None) -> Server | None:
        """Return the server, or None when the cloud does not know the id."""
        deadline = self._calls.deadline(timeout)
        path = self._calls.path_in_project(f"/v1/{{project_id}}/cloudservers/{quoted(server_id)}", deadline)
        project_id = self._calls.project_id(deadline)
        checked = self._calls.read(path, SERVER_SCHEMA, "ShowServer", deadline, project_id)
        if checked is None:
            return None
        row = checked.body["server"]
        if _TASK in checked.unreadable_at("server"):
            raise UnreadableAnswerError(f"What server {server_id} is doing cannot be read ({_TASK}, ShowServer)")
        if row["id"].strip().lower() != server_id.lower():
            raise UnreadableAnswerError(f"The cloud answered for another server, {row['id'].strip()} (ShowServer)")
        task = (row.get(_TASK) or "").strip()
        return Server(server_id, text_of(row, "name"), row["status"].strip().upper(), task or None)

    def switch(self, server_id: str, state: str, stop_type: str) -> str:
        """Ask for ``started`` or ``stopped``, and return the id of ECS' job.

        Raises StartUnclearError when it may have been asked for, and another ImsError when it surely was not.
        """
        servers: dict[str, t.Any] = {"servers": [{"id": server_id}]}
        stops = state == "stopped"
        body = {"os-stop": {"type": stop_type.upper(), **servers}} if stops else {"os-start": servers}
        api, word = ("BatchStopServers", "stop") if stops else ("BatchStartServers", "start")
        path = self._calls.path_in_project("/v1/{project_id}/cloudservers/action")
        call = StartCall(api, "POST", path, body, f"the {word} of server {server_id}", f"it would {word} the server")
        return self._starter.start(call)

    def find_job(self, job_id: str, timeout: float | None = None) -> Job | None:
        """Return a job of ECS, which has its sub jobs under another name than those of IMS."""
        deadline = self._calls.deadline(timeout)
        path = self._calls.path_in_project(f"/v1/{{project_id}}/jobs/{quoted(job_id)}", deadline)
        project_id = self._calls.project_id(deadline)
        checked = self._calls.read(path, JOB_SCHEMA, "ShowJob of ECS", deadline, project_id)
        return None if checked is None else Job.from_checked(checked)


def why_failed(job: Job) -> str:
    """Return code and reason of a failed job of ECS, from wherever the cloud put them."""
    jobs: list[t.Mapping[str, t.Any]] = [{"error_code": job.error_code, "fail_reason": job.fail_reason}]
    for sub_job in objects_of(job.entities, "sub_jobs"):
        message = text_of(object_of(sub_job, "entities"), "errorcode_message")
        jobs += [sub_job, {"fail_reason": message}]
    code = next((code for code in (code_of(found, "error_code") for found in jobs) if code), None)
    reason = next((reason for reason in (text_of(found, "fail_reason") for found in jobs) if reason), None)
    return ": ".join(text for text in (code, reason) if text) or "the cloud gave no reason"


def checked_server_id(value: t.Any) -> str:
    """Return a server's id without blanks around it; raise OptionError for what is none: it never reaches a URL."""
    text = str(value).strip()
    if not _SERVER_ID.fullmatch(text):
        raise OptionError(f'server_id: "{text[:80]}" is not a server id (letters, digits, - and _, at most 64).')
    return text
