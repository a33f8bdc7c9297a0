# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin of wait_for_ims_job: options in, one wait, result out. It runs on the controller."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._argspec import auth_argument_spec, clean_job_ids, job_ids_argument_spec, wait_argument_spec
from ..module_utils._ims.errors import OptionError
from ..plugin_utils._waiting import host_of, say_for, task_environment, validated, wait_for_jobs, wrong_option


class ActionModule(ActionBase):
    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: t.Any = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        result: dict[str, t.Any] = super().run(tmp, task_vars)
        environ = task_environment(self)
        spec = {**auth_argument_spec(environ), **job_ids_argument_spec(), **wait_argument_spec()}
        params = validated(self._task.args, spec)
        try:
            job_ids, left_out = clean_job_ids(params["job_ids"])
        except OptionError as exc:
            raise wrong_option(str(exc)) from None
        say = say_for(self, params)
        if left_out and say:
            say(f"ims [{host_of(task_vars or {})}] {left_out} nulls, blanks or repeats among the job_ids are left out")
        if not job_ids:
            return {**result, "changed": False, "skipped": True, "msg": "No job ids, so there is nothing to wait for."}
        waited = wait_for_jobs(self, params, environ, job_ids, task_vars or {})
        return {**result, **waited, "ignored_job_ids": left_out}
