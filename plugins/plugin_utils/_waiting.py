# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for jobs from inside an action plugin: what wait_for_ims_job and each ``wait: true`` have in common."""

from __future__ import annotations

import dataclasses
import typing as t

from ..module_utils._argspec import Environ
from ..module_utils._connect import Connection
from ..module_utils._identity import NoCredentialsError
from ..module_utils._ims.api.protocol import Fetch
from ..module_utils._ims.report.messages import state_of
from ..module_utils._ims.report.progress import Silence, progress_for
from ..module_utils._ims.report.results import artifacts_of, result_of
from ..module_utils._ims.wait.plan import Plan
from ..module_utils._ims.wait.wait import Ending, Outcome, Wait
from ..module_utils._options import Options, resolve
from ..module_utils._wait_plan import plan_of
from ._connections import CONNECTIONS
from ._output import Say, say_for
from ._parent import Parent, WorkerClock, end_process
from ._reading import with_warnings
from ._target import TargetFetch
from ._task import Params, Result, Task

# What says who asks, and for whose jobs. The rest of a connection (CA bundle, proxies) belongs to the machine.
_IDENTITY = (
    *("auth_type", "access_key", "secret_key", "security_token", "auth_token", "username", "password", "domain_name"),
    *("region", "project_id", "endpoint", "iam_endpoint", "validate_certs"),
)


@dataclasses.dataclass(frozen=True)
class PreparedWait:
    """A wait of which everything that can be wrong has been checked: it only has to be run.

    ``identity`` holds the arguments with which a module on the task's host acts as the same user in the same project.
    """

    task: Task
    plan: Plan
    fetch: Fetch
    identity: Params
    connection: Connection | None
    say: Say | None
    publishes: bool
    timeout: str
    """As the user wrote it."""
    requests_before: int

    @property
    def requests(self) -> int:
        return self.fetch.requests - self.requests_before

    def run(self, job_ids: t.Sequence[str]) -> Result:
        """Block until the jobs are done, and return the result of wait_for_ims_job."""
        parent = Parent()
        observer = progress_for(len(job_ids), self.say, self.task.host, lambda: self.requests) if self.say else None
        outcome = Wait(
            job_ids,
            self.fetch,
            self.plan,
            WorkerClock(parent),
            observer=observer or Silence(),
            is_abandoned=parent.is_gone,
        ).run()
        if outcome.ending is Ending.ABANDONED:
            end_process()
        return with_warnings(self._result(outcome), self.connection.take_warnings() if self.connection else ())

    def _result(self, outcome: Outcome) -> Result:
        result = {"changed": False, **result_of(outcome, self.requests)}
        if self.publishes:
            result["ansible_stats"] = {"data": artifacts_of(outcome), "per_host": False, "aggregate": False}
        if self.task.check_mode and outcome.ending is Ending.TIMED_OUT:
            first = outcome.jobs[0]
            others = f", and for {len(outcome.jobs) - 1} more" if len(outcome.jobs) > 1 else ""
            jobs = f"IMS job {first.job_id} ({state_of(first)}){others}"
            result.update(timed_out=False, msg=f"Would wait up to {self.timeout} for {jobs}.")
        elif outcome.ending is not Ending.DONE:
            result["failed"] = True
        return result


def prepare_wait(task: Task, params: Params, environ: Environ) -> PreparedWait:
    """Check all options of a wait, and connect. Raises OptionError, MissingLibraryError; nothing is sent."""
    plan = plan_of(params, dry=task.check_mode)
    from_target = params["poll_from"] == "target"
    given = {name: params[name] for name in (*_IDENTITY, "ca_path") if params[name] is not None}
    connection = None
    try:
        options = resolve(params, environ)
    except NoCredentialsError:
        # Those of the task's host may do.
        if not from_target:
            raise
    else:
        given.update(_identity_of(options))
        connection = None if from_target else CONNECTIONS.open(options, environ)
    fetch: Fetch = connection.client if connection else TargetFetch(task, given, plan.request_timeout)
    return PreparedWait(
        task=task,
        plan=plan,
        fetch=fetch,
        identity=given,
        connection=connection,
        say=say_for(show_progress=params["show_progress"], no_log=task.no_log),
        publishes=params["artifacts"],
        timeout=params["timeout"],
        requests_before=fetch.requests,
    )


def _identity_of(options: Options) -> Params:
    return {name: value for name in _IDENTITY if (value := getattr(options, name)) is not None}
