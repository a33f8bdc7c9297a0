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
from ..module_utils._ims.api.client import JOB_APIS
from ..module_utils._ims.api.protocol import Fetch
from ..module_utils._ims.masking import Texts
from ..module_utils._ims.report.messages import period, state_of
from ..module_utils._ims.report.progress import Silence, progress_for
from ..module_utils._ims.report.results import artifacts_of, result_of
from ..module_utils._ims.wait.plan import Plan
from ..module_utils._ims.wait.wait import Ending, Observer, Outcome, Wait
from ..module_utils._options import Options, resolve, texts_of
from ..module_utils._spans import seconds_of
from ..module_utils._wait_plan import plan_of
from ._connections import CONNECTIONS
from ._output import Say, say_for
from ._parent import Parent, WorkerClock, end_process
from ._reading import with_warnings
from ._target import TargetFetch
from ._task import Params, Result, Task

# What says who asks, and for whose jobs: all that a connection is made of but for what belongs to the machine.
_MACHINE = ("ca_path", "request_timeout", "is_project_told_twice")
_IDENTITY = tuple(field.name for field in dataclasses.fields(Options) if field.name not in _MACHINE)


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
    texts: Texts
    say: Say | None
    publishes: bool
    timeout: float
    """Seconds; that of the plan is 0 in a dry run."""
    requests_before: int

    @property
    def requests(self) -> int:
        return self.fetch.requests - self.requests_before

    def run(self, job_ids: t.Sequence[str], targets: t.Mapping[str, str] | None = None) -> Result:
        """Block until the jobs are done, and return the result of wait_for_ims_job.

        ``targets`` says for a job's id where what it makes can be found.
        """
        parent = Parent()
        observer: Observer = Silence()
        if self.say is not None:
            observer = progress_for(len(job_ids), self.say, self.task.host, lambda: self.requests, self.texts, targets)
        clock = WorkerClock(parent)
        wait = Wait(job_ids, self.fetch, self.plan, clock, observer=observer, is_abandoned=parent.is_gone)
        outcome = wait.run()
        if outcome.ending is Ending.ABANDONED:
            end_process()
        result = self._result(outcome)
        if self.connection is None:
            return result
        # What concerned the jobs is there already: with each job once, however often it was polled.
        others = [str(found) for found in self.connection.client.odd.take().listed() if found.api not in JOB_APIS]
        result["schema_violations"] = [*result["schema_violations"], *others]
        told = [f"Odd answer of the cloud: {found}." for found in others]
        return with_warnings(result, [*self.connection.take_warnings(), *told])

    def _result(self, outcome: Outcome) -> Result:
        result = {"changed": False, **result_of(outcome, self.requests, self.texts)}
        if self.publishes:
            result["ansible_stats"] = {"data": artifacts_of(outcome, self.texts), "per_host": False, "aggregate": False}
        if self.task.check_mode and outcome.ending is Ending.TIMED_OUT:
            first = outcome.jobs[0]
            others = f", and for {len(outcome.jobs) - 1} more" if len(outcome.jobs) > 1 else ""
            jobs = f"IMS job {first.job_id} ({state_of(first, self.texts)}){others}"
            result.update(timed_out=False, msg=f"Would wait up to {period(self.timeout)} for {jobs}.")
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
        texts=connection.client.texts if connection else texts_of(params, environ),
        say=say_for(show_progress=params["show_progress"], no_log=task.no_log),
        publishes=params["artifacts"],
        timeout=seconds_of(params, "timeout"),
        requests_before=fetch.requests,
    )


def _identity_of(options: Options) -> Params:
    return {name: value for name in _IDENTITY if (value := getattr(options, name)) is not None}
