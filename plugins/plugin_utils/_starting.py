# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of every module that starts a job: run the module, then wait where the user asked for it."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._argspec import check_wait_options
from ..module_utils._ims.errors import OptionError
from ..module_utils._options import resolve
from ..module_utils._starting import start_argument_spec
from ._waiting import Params, Result, task_environment, validated, wait_for_jobs, wrong_option


class StartAction(ActionBase):
    """Starts a job by the module of the same name, on the task's host."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: t.Any = None, task_vars: Params | None = None) -> Result:
        result: Result = super().run(tmp, task_vars)
        environ = task_environment(self)
        waiting = self._wait_options(environ)
        started = self._execute_module(module_name=self._task.action, module_args=self._task.args, task_vars=task_vars)
        result.update(started)
        if waiting is None or result.get("failed") or not result.get("job_id"):
            return result
        waited = wait_for_jobs(self, waiting, environ, [result["job_id"]], task_vars or {})
        return {**result, **waited, "changed": True}

    def _wait_options(self, environ: t.Mapping[str, str]) -> Params | None:
        """Return the options of the wait, or None without one. A mistake in them must end the task before it starts."""
        spec = start_argument_spec(environ)
        options = validated({name: value for name, value in self._task.args.items() if name in spec}, spec)
        if not options["wait"] or self._task.check_mode:
            return None
        try:
            check_wait_options(options)
            resolve(options, environ)
        except OptionError as exc:
            raise wrong_option(str(exc)) from None
        return options
