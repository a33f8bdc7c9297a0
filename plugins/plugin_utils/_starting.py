# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of every module that starts a job: start, and wait where the user asked for it. No id is lost."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._argspec import WAITING
from ..module_utils._ims.errors import OptionError
from ..module_utils._options import texts_of
from ..module_utils._work.starting import Starting, StartLostError, started
from ._attempts import ATTEMPTS, Attempt
from ._journal import far_journal, note_ends
from ._proving import proved
from ._reading import audience_of, refused, run_here, why_module, with_warnings
from ._task import Checked, Params, Result, Task
from ._waiting import PreparedWait, prepare_wait

# What a shell says of an interpreter that is not there: nothing has run.
_NOT_FOUND = 127
# Identities that one machine cannot hand to another.
_OF_A_MACHINE = ("metadata", "oidc")


class StartingAction(ActionBase):
    """Starts a job in this process, or by the module of its name on the task's host; waits in this process."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True
    work: Starting

    def run(self, tmp: t.Any = None, task_vars: Params | None = None) -> Result:
        super().run(tmp, task_vars)
        return start(Task(self, task_vars), self.work)


def start(task: Task, work: Starting) -> Result:
    """Do what a module does that starts a job. Everything that may be caught ends as a result with each id."""
    environ = task.environment()
    checked = task.checked(work.spec(environ), environ)
    if checked.error is not None:
        return refused(task, checked)
    attempt, earlier = ATTEMPTS.next_of(task.identity, task.args)
    try:
        return _Start(task, work, environ, checked, attempt).result(earlier)
    except Exception as exc:
        # The last resort, for what broke while the result was made.
        return {
            "failed": True,
            "changed": bool(attempt.receipt.job_ids),
            **started(attempt.receipt.job_ids, unclear=attempt.unclear is not None),
            "msg": f"A fault in the collection huaweicloud.ims, please report it: {type(exc).__name__}.",
        }


class _Start:
    """One attempt to start a job, and to wait for it."""

    def __init__(
        self, task: Task, work: Starting, environ: t.Mapping[str, str], checked: Checked, attempt: Attempt
    ) -> None:
        self._task = task
        self._work = work
        self._environ = environ
        self._checked = checked
        self._attempt = attempt
        self._params = checked.params
        attempt.receipt.audience = audience_of(task, checked.params)

    def result(self, earlier: Attempt | None) -> Result:
        try:
            waiting = self._prepared()
            result = (earlier and self._again(earlier)) or self._started(waiting)
            if waiting is not None and self._attempt.receipt.job_ids and not result.get("failed"):
                result = proved(waiting, self._work, self._params, self._environ, self._waited(waiting, result))
        except Exception as exc:
            texts = texts_of(self._params, self._environ)
            result = self._work.failure(exc, self._params, self._attempt.receipt, texts)
        if result.get("started", False) is None:
            self._attempt.unclear = self._attempt.unclear or str(result.get("msg"))
        return self._task.as_of_module(with_warnings(result, self._useless_options()), self._checked)

    def _prepared(self) -> PreparedWait | None:
        """Return the wait, or None without one. A mistake in it must end the task before it starts a job."""
        if not self._params["wait"] or self._task.check_mode:
            return None
        if self._task.async_seconds:
            raise OptionError(
                "async does not go with wait: true: start the job with wait: false, and wait for it with"
                " wait_for_ims_job."
            )
        return prepare_wait(self._task, self._params, self._environ)

    # -- another attempt of the same task --------------------------------------------------------------------------

    def _again(self, earlier: Attempt) -> Result | None:
        """Return what an earlier attempt forbids to do again; None where the job may be started."""
        self._attempt.unclear = earlier.unclear
        if earlier.unclear is not None:
            msg = f"Not started again, since an earlier attempt of this task may have started a job. {earlier.unclear}"
            return {"failed": True, "changed": False, "msg": msg, **started((), unclear=True)}
        if earlier.failed or not earlier.receipt.job_ids:
            return None
        self._attempt.receipt = earlier.receipt
        known = {**started(earlier.receipt.job_ids), "image_id": self._work.image(self._params)}
        return {"changed": True, "msg": "The job was started by an earlier attempt of this task.", **known}

    # -- the start -------------------------------------------------------------------------------------------------

    def _started(self, waiting: PreparedWait | None) -> Result:
        why_module_ = why_module(self._task, self._environ)
        self._task.tell_way(why_module_)
        if why_module_ is None:
            return run_here(self._task, self._work, self._checked, self._environ, self._attempt.receipt)
        warnings = far_journal(self._task, self._params)
        return with_warnings(self._started_there(waiting), warnings)

    def _started_there(self, waiting: PreparedWait | None) -> Result:
        """Start by the module on the task's host; with a wait, in the name of the one who will ask for the job."""
        identity = waiting.identity if waiting is not None else {}
        if self._task.async_seconds:
            return self._task.run_module(self._work.name, self._task.args)
        if waiting is not None and waiting.connection is not None and identity.get("auth_type") in _OF_A_MACHINE:
            raise OptionError(
                f"auth_type: {identity['auth_type']} would start the job in the name of the task's host, and wait for"
                " it in that of this machine: set poll_from: target."
            )
        try:
            result = self._task.try_module(self._work.name, {**self._task.args, **identity})
        except Exception as exc:
            raise StartLostError(self._work.name, str(exc)) from exc
        # It holds the identity that was handed over, and not what the user gave: as_of_module has that.
        result.pop("invocation", None)
        self._attempt.receipt.job_ids += result.get("job_ids") or ()
        if "started" in result or not result.get("failed"):
            return result
        if "rc" not in result or result["rc"] == _NOT_FOUND:
            return {**result, **started(())}
        raise StartLostError(self._work.name, str(result.get("msg")))

    # -- the wait --------------------------------------------------------------------------------------------------

    def _waited(self, waiting: PreparedWait, result: Result) -> Result:
        job_ids = self._attempt.receipt.job_ids
        if waiting.say is not None:
            for job_id in job_ids:
                word = "took over" if result.get("taken_over") else "started"
                waiting.say(f"ims [{self._task.host}] {word} {job_id}")
        target = self._work.target(self._params)
        waited = waiting.run(job_ids, dict.fromkeys(job_ids, target) if target else None)
        self._attempt.failed = _may_be_repeated(waited)
        image_id = (waited.get("job") or {}).get("image_id") or result.get("image_id")
        waited = self._finished(waiting, waited, image_id)
        warnings = [*result.pop("warnings", ()), *note_ends(self._task, self._params, waited)]
        changed = bool(result.get("changed"))
        odd = {"schema_violations": [*result.get("schema_violations", ()), *waited["schema_violations"]]}
        return with_warnings({**result, **waited, **odd, "changed": changed, "image_id": image_id}, warnings)

    def _finished(self, waiting: PreparedWait, waited: Result, image_id: str | None) -> Result:
        """Return the outcome once all is as it has to be; of jobs that were polled from the target, their end is it."""
        if self._work.finish is None or waited.get("failed") or waiting.connection is None or image_id is None:
            return waited
        left = max(0.0, waiting.plan.timeout - waited["elapsed"])
        plan = dataclasses.replace(waiting.plan, timeout=left, delay=0.0, stall_timeout=0.0)
        try:
            self._work.finish(waiting.connection.client, self._params, self._attempt.receipt, image_id, plan)
        except Exception as exc:
            texts = waiting.connection.client.texts
            return {**waited, **self._work.failure(exc, self._params, self._attempt.receipt, texts)}
        return waited

    def _useless_options(self) -> list[str]:
        """Return a warning where options of a wait were given without one."""
        if self._params["wait"]:
            return []
        given = [name for name in WAITING.options if self._task.args.get(name) is not None]
        verb = "counts" if len(given) == 1 else "count"
        return [f"{', '.join(given)} {verb} only with wait: true; this task does not wait."] if given else []


def _may_be_repeated(waited: Result) -> bool:
    """Return whether a wait has shown that the jobs are over, and did nothing."""
    over = [job for job in waited["jobs"] if job["finished"] and not job["succeeded"]]
    return bool(waited["failed_jobs"]) and len(over) == len(waited["failed_jobs"])
