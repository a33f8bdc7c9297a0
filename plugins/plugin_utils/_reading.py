# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of every module that starts no job: in the task's own process where that is possible."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._connect import missing_libraries
from ..module_utils._performing import performed
from ..module_utils._work.reading import Audience, Receipt, Work
from ._connections import CONNECTIONS
from ._output import say_for
from ._task import Checked, Params, Result, Task


class ReadingAction(ActionBase):
    """Runs a work in this process, or the module of its name on the task's host."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True
    work: Work

    def run(self, tmp: t.Any = None, task_vars: Params | None = None) -> Result:
        super().run(tmp, task_vars)
        return read(Task(self, task_vars), self.work)


def read(task: Task, work: Work) -> Result:
    environ = task.environment()
    checked = task.checked(work.spec(environ), environ)
    if checked.error is not None:
        return refused(task, checked)
    why_not_here = why_module(task, environ)
    task.tell_way(why_not_here)
    if why_not_here is not None:
        return task.run_module(work.name, task.args)
    receipt = Receipt(audience_of(task, checked.params))
    return task.as_of_module(run_here(task, work, checked, environ, receipt), checked)


def audience_of(task: Task, params: Params) -> Audience | None:
    """Return who reads what a work says while it waits in this process; None where nothing is to be said."""
    say = say_for(show_progress=params.get("show_progress") is not False, no_log=task.no_log)
    return None if say is None else Audience(say, task.host)


def refused(task: Task, checked: Checked) -> Result:
    """Return what a module returns whose options are wrong."""
    return task.as_of_module(with_warnings({"failed": True, "msg": checked.error}, checked.warnings), checked)


def why_module(task: Task, environ: t.Mapping[str, str]) -> str | None:
    """Return why the work is done by a module, or None where it is done in this process."""
    missing = missing_libraries()
    return task.why_not_here(environ) or (f"no {' and '.join(missing)} here" if missing else None)


def run_here(task: Task, work: Work, checked: Checked, environ: t.Mapping[str, str], receipt: Receipt) -> Result:
    result = performed(work, checked.params, environ, CONNECTIONS.open, receipt, dry=task.check_mode)
    return with_warnings(result, checked.warnings)


def with_warnings(result: Result, warnings: t.Iterable[str]) -> Result:
    """Return the result with these warnings before its own."""
    told = [*warnings, *result.get("warnings", ())]
    return {**result, "warnings": told} if told else result
