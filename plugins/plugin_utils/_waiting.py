# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait for jobs from inside an action plugin: what wait_for_ims_job and each ``wait: true`` have in common."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleActionFail
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._argspec import check_wait_options
from ..module_utils._connect import connect
from ..module_utils._ims.api.client import ImsClient
from ..module_utils._ims.clock import SystemClock
from ..module_utils._ims.errors import ImsError, OptionError
from ..module_utils._ims.report.messages import state_of
from ..module_utils._ims.report.progress import Silence, progress_for
from ..module_utils._ims.report.results import artifacts_of, result_of
from ..module_utils._ims.wait.plan import Plan
from ..module_utils._ims.wait.schedule import schedule_for
from ..module_utils._ims.wait.wait import Ending, Outcome, Wait
from ..module_utils._module import failure
from ..module_utils._options import resolve
from ._target import AskOnTarget

display = Display()

Params = dict[str, t.Any]
Result = dict[str, t.Any]


def task_environment(action: ActionBase) -> dict[str, str]:
    """Return the environment of the task: its ``environment:``, which does not reach plugins, over our own."""
    own: dict[str, t.Any] = {}
    action._compute_environment_string(own)
    return {**os.environ, **{name: str(value) for name, value in own.items() if value is not None}}


def wrong_option(message: str) -> AnsibleActionFail:
    """Return what ends a task at once, without the traceback that ansible-core before 2.19 would announce."""
    error = AnsibleActionFail(message)
    error.result.pop("exception", None)
    return error


def validated(args: t.Mapping[str, t.Any], spec: Params) -> Params:
    """Return the options with their types and defaults, as a module would get them. Raises AnsibleActionFail."""
    checked = ArgumentSpecValidator(spec).validate(dict(args))
    if checked.unsupported_parameters:
        unknown = ", ".join(sorted(str(name) for name in checked.unsupported_parameters))
        raise wrong_option(f"Unsupported option: {unknown}. Supported are {', '.join(sorted(spec))}.")
    if checked.error_messages:
        raise wrong_option("; ".join(checked.error_messages))
    return dict(checked.validated_parameters)


def host_of(task_vars: Params) -> str:
    return str(task_vars.get("inventory_hostname", "localhost"))


def say_for(action: ActionBase, params: Params) -> t.Callable[[str], None] | None:
    """Return how to print a line, or None where nothing is to be printed: Display itself knows no ``no_log``."""
    return _say if params["show_progress"] and not action._task.no_log else None


def wait_for_jobs(
    action: ActionBase,
    params: Params,
    environ: t.Mapping[str, str],
    job_ids: t.Sequence[str],
    task_vars: Params,
) -> Result:
    """Block until the jobs are done, and return the result of wait_for_ims_job.

    Raises AnsibleActionFail for wrong options only: whatever else goes wrong is returned as a failure, since a raised
    error would pass by ``until``, ``failed_when`` and ``ignore_errors``.
    """
    try:
        check_wait_options(params)
        options = resolve(params, environ)
        if params["poll_from"] == "target":
            ask: ImsClient | AskOnTarget = AskOnTarget(action, options, task_vars)
        else:
            ask = connect(options, environ, SystemClock(), display.warning)
    except OptionError as exc:
        raise wrong_option(str(exc)) from None
    except ImsError as exc:
        return {**failure(exc), "failed": True}
    outcome = _wait(action, params, ask, job_ids, host_of(task_vars))
    if outcome.ending is Ending.ABANDONED:
        # ansible-playbook was killed, and the pipe that our result would go into is read by nobody: it would block for
        # ever.
        os._exit(1)
    return _result(action, params, outcome, ask.requests)


def _wait(action: ActionBase, params: Params, ask: t.Any, job_ids: t.Sequence[str], host: str) -> Outcome:
    say = say_for(action, params)
    parent = os.getppid()
    wait = Wait(
        job_ids,
        ask,
        _plan(params, dry=action._task.check_mode),
        SystemClock(),
        observer=progress_for(len(job_ids), say, host, lambda: ask.requests) if say else Silence(),
        is_abandoned=lambda: os.getppid() != parent,
    )
    return wait.run()


def _say(line: str) -> None:
    """Print a line that is live in pipes, too, and leaves the output of JSON callbacks alone: on standard error."""
    display.display(line, stderr=True)


def _plan(params: Params, *, dry: bool) -> Plan:
    return Plan(
        schedule=schedule_for(params["backoff"], params["interval"], params["max_interval"]),
        # A dry run takes one look, and never blocks.
        timeout=0.0 if dry else params["timeout"],
        delay=0.0 if dry else params["delay"],
        request_timeout=params["request_timeout"],
        interval=params["interval"],
        max_interval=params["max_interval"],
        error_timeout=params["error_timeout"],
        stall_timeout=params["stall_timeout"],
        max_requests_per_second=params["max_requests_per_second"],
        wait_for_any=params["wait_for"] == "any",
        fail_fast=params["fail_fast"],
        ignore_partial_failure=params["ignore_partial_failure"],
    )


def _result(action: ActionBase, params: Params, outcome: Outcome, requests: int) -> Result:
    result = {"changed": False, **result_of(outcome, requests)}
    if params["artifacts"]:
        result["ansible_stats"] = {"data": artifacts_of(outcome), "per_host": False, "aggregate": False}
    if action._task.check_mode and outcome.ending is Ending.TIMED_OUT:
        first = outcome.jobs[0]
        others = f", and for {len(outcome.jobs) - 1} more" if len(outcome.jobs) > 1 else ""
        result["msg"] = (
            f"Would wait up to {params['timeout']:g} s for IMS job {first.job_id} ({state_of(first)}){others}."
        )
        result["timed_out"] = False
    elif outcome.ending is not Ending.DONE:
        result["failed"] = True
    return result
