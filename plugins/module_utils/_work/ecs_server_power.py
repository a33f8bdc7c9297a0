# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ecs_server_power does."""

from __future__ import annotations

import dataclasses
import typing as t

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.servers import (
    POWERING_OFF,
    POWERING_ON,
    RUNNING,
    STOPPED,
    Server,
    checked_server_id,
    why_failed,
)
from .._ims.api.states import GONE, Sighting
from .._ims.errors import ImsError, NoAnswerError, OptionError, StartUnclearError
from .._ims.wait.plan import Plan
from .._wait_plan import state_plan_of
from .awaiting import Last, Wish, await_state
from .changing import Changing
from .reading import Params, Receipt
from .remembering import Memory

_STATUSES = {"started": RUNNING, "stopped": STOPPED}
_TASKS = {"started": POWERING_ON, "stopped": POWERING_OFF}
_VERBS = {"started": "start", "stopped": "stop"}
_DELETING = ("deleting", "soft-deleting")
_REMEDIES = {
    "ERROR": "is in an error, in which it is neither started nor stopped. Repair or rebuild it in the console first.",
    "BUILD": "is being created. Run the task again when it is there.",
    "DELETED": "is deleted. Check server_id.",
    "SOFT_DELETED": "is in the recycle bin. Restore it first, or check server_id.",
}


@dataclasses.dataclass(frozen=True)
class _Seen:
    """A server at one poll, and why the job that switches it has failed."""

    server: Server
    failure: str | None = None


def change(client: ImsClient, params: Params, receipt: Receipt, dry: bool) -> Result:
    plan, server_id = state_plan_of(params), checked_server_id(params["server_id"])
    server = client.servers.find(server_id)
    if server is None:
        raise OptionError(
            f"server_id: there is no server {server_id} in this project. Check the id, region and project_id."
        )
    memory = Memory(client, params, server_id, dry=dry)
    before = memory.status_before()
    is_restored = params["state"] == "restored"
    power = _Power(client, "started" if is_restored else params["state"], params["stop_type"], plan, receipt, server)
    if is_restored and before != RUNNING:
        msg = f"No task in the journal has stopped server {server_id}: it is left as it is."
        return power.result(server, changed=False, msg=msg)
    if power.is_done(server):
        result = power.result(server, changed=False, msg=f"Server {server_id} is {power.state} already.")
    else:
        _refuse(server)
        result = power.foreseen() if dry else _remembered(power, memory, server)
    if power.state == "started" and not dry:
        memory.forget()
    # What it was before a run that was cut off has stopped it.
    return {**result, "status_before": before} if before and power.state == "stopped" else result


def _remembered(power: _Power, memory: Memory, server: Server) -> Result:
    """Switch the server; what it is when it is to be stopped is written down first."""
    if power.state == "stopped" and server.status == RUNNING:
        memory.note(RUNNING)
    try:
        return power.done()
    except ImsError:
        if power.state == "stopped" and not power.was_asked:
            memory.forget()
        raise


def _refuse(server: Server) -> None:
    if server.task_state in _DELETING:
        raise OptionError(f"server_id: server {server.server_id} is being deleted.")
    if server.status not in (RUNNING, STOPPED):
        other = f"is {server.status.lower()}. Run the task again when that is over."
        raise OptionError(f"server_id: server {server.server_id} {_REMEDIES.get(server.status, other)}")


class _Power:
    """One switch of one server, with all the time that the task has for it."""

    def __init__(
        self, client: ImsClient, state: str, stop_type: str, plan: Plan, receipt: Receipt, before: Server
    ) -> None:
        self._client = client
        self.state = state
        self._stop_type = stop_type
        self._plan = plan
        self._ends = client.clock.now() + plan.timeout
        self._receipt = receipt
        self._before = before
        self._job_id: str | None = None

    @property
    def was_asked(self) -> bool:
        """Return whether the cloud was, or may have been, asked to switch the server."""
        return self._receipt.changed

    def is_done(self, server: Server) -> bool:
        return server.status == _STATUSES[self.state] and server.task_state is None

    def result(self, after: Server, *, changed: bool, msg: str) -> Result:
        same = self._before.status == after.status
        return {
            "changed": changed,
            "server_id": self._before.server_id,
            "name": after.name,
            "status_before": self._before.status,
            "status": after.status,
            "job_id": self._job_id,
            "diff": {
                "before": {} if same else {"status": self._before.status},
                "after": {} if same else {"status": after.status},
            },
            "msg": msg,
        }

    def foreseen(self) -> Result:
        before, verb = self._before, _VERBS[self.state]
        after = dataclasses.replace(before, status=_STATUSES[self.state])
        if self._is_under_way(before):
            return self.result(after, changed=False, msg=f"Would wait until server {before.server_id} is {self.state}.")
        return self.result(after, changed=True, msg=f"Would {verb} server {before.server_id}.")

    def done(self) -> Result:
        server, lost = self._before, None
        if server.task_state not in (None, _TASKS[self.state]):
            server = self._idle()
            if self.is_done(server):
                return self.result(server, changed=False, msg=f"Server {server.server_id} is {self.state}.")
            _refuse(server)
        if not self._is_under_way(server):
            lost = self._switch(server.server_id)
        last = self._wait(self.state, self._look)
        if not last.is_reached or last.sighting is None:
            raise self._not_reached(last, lost)
        after: Server = last.sighting.thing.server
        changed = self._receipt.changed
        how = {"started": "Started", "stopped": f"Stopped ({self._stop_type})"}[self.state]
        words = f"{how} server {server.server_id}." if changed else f"Server {server.server_id} is {self.state}."
        return self.result(after, changed=changed, msg=words)

    def _is_under_way(self, server: Server) -> bool:
        """Return whether somebody has asked for it already. Who says hard does not mean to wait for the guest."""
        return server.task_state == _TASKS[self.state] and not (self.state == "stopped" and self._stop_type == "hard")

    def _switch(self, server_id: str) -> StartUnclearError | None:
        """Ask for it. Where the answer is lost, the server itself tells whether it was heard."""
        self._receipt.changed = True
        try:
            self._job_id = self._client.servers.switch(server_id, self.state, self._stop_type)
        except StartUnclearError as exc:
            return exc
        except ImsError:
            self._receipt.changed = False
            raise
        self._receipt.job_ids.append(self._job_id)
        return None

    # -- looking ------------------------------------------------------------------------------------------------------

    def _wait(self, wish: str, look: t.Callable[[str, float], Sighting]) -> Last:
        left = max(0.0, self._ends - self._client.clock.now())
        plan = dataclasses.replace(self._plan, timeout=left)
        return await_state(self._client, Wish("server", self._before.server_id, wish), look, plan, self._receipt)

    def _idle(self) -> Server:
        """Return the server once what it is doing is over."""

        def look(server_id: str, timeout: float) -> Sighting:
            server = self._client.servers.find(server_id, timeout)
            if server is None:
                return Sighting(GONE, is_final=True)
            is_idle = server.task_state is None
            return Sighting(server.status, is_idle, is_idle, _Seen(server), server.task_state)

        last = self._wait("idle", look)
        if not last.is_reached or last.sighting is None:
            raise self._not_reached(last, None)
        return t.cast("_Seen", last.sighting.thing).server

    def _look(self, server_id: str, timeout: float) -> Sighting:
        ends = self._client.clock.now() + timeout
        server = self._client.servers.find(server_id, timeout)
        if server is None:
            return Sighting(GONE, is_final=True)
        if self.is_done(server):
            return Sighting(server.status, is_final=True, is_success=True, thing=_Seen(server))
        failure = None
        if server.status not in (RUNNING, STOPPED):
            failure = f"its status is {server.status.lower()}"
        elif server.task_state is None and self._job_id is not None:
            # It does nothing, and is not as it was asked to be: the job knows why.
            job = self._client.servers.find_job(self._job_id, ends - self._client.clock.now())
            failed = job is not None and job.is_final and not job.is_success
            failure = f"ECS job {self._job_id} failed: {why_failed(job)}" if job is not None and failed else None
        return Sighting(server.status, failure is not None, False, _Seen(server, failure), server.task_state)

    def _not_reached(self, last: Last, lost: StartUnclearError | None) -> ImsError:
        server_id, sighting = self._before.server_id, last.sighting
        harder = self.state == "stopped" and self._stop_type == "soft" and self._receipt.changed
        remedy = " Set stop_type: hard to switch it off without asking its system." if harder else ""
        if sighting is not None and sighting.is_final:
            why = sighting.thing.failure if sighting.thing is not None else "it is not there any more"
            return ImsError(f"Server {server_id} is not {self.state}: {why.rstrip('.')}.{remedy}")
        asked = f" The request's answer was lost: {lost}" if lost is not None else ""
        seen = last.seen if sighting is None or last.error else f"it is {sighting.thing.server.state}"
        return NoAnswerError(
            f"Server {server_id} is not {self.state} after {self._plan.timeout:g} s: {seen.rstrip('.')}.{asked} The"
            f" same task again waits on.{remedy}"
        )


WORK = Changing(
    "ecs_server_power",
    ArgumentSpec(
        {
            "server_id": {"type": "str", "required": True},
            "state": {"type": "str", "required": True, "choices": [*_STATUSES, "restored"]},
            "stop_type": {"type": "str", "choices": ["soft", "hard"], "default": "soft"},
        }
    ),
    change,
    waits=True,
)
