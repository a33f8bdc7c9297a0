# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the action plugin wait_for_ims_job does."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleActionFail

from ..module_utils._argspec import JOB_IDS, WAITING, ArgumentSpec, Environ, auth_spec
from ..module_utils._failures import failure
from ..module_utils._ims.errors import OptionError
from ..module_utils._job_ids import named_jobs
from ..module_utils._options import texts_of
from ._journal import note_ends
from ._reading import with_warnings
from ._task import Checked, Params, Result, Task
from ._waiting import prepare_wait


def wait_for_spec(environ: Environ | None = None) -> ArgumentSpec:
    """Return all options of wait_for_ims_job."""
    return auth_spec(environ).merged(JOB_IDS, WAITING)


def wait_for(task: Task) -> Result:
    """Return the result of a wait.

    Raises AnsibleActionFail for wrong options only: whatever else goes wrong is returned as a failure, since a raised
    error would pass by ``until``, ``failed_when`` and ``ignore_errors``.
    """
    environ = task.environment()
    checked = task.checked(wait_for_spec(environ), environ)
    if checked.error is not None:
        raise _wrong_option(task, checked, checked.error)
    try:
        result = _waited(task, checked.params, environ)
    except OptionError as exc:
        raise _wrong_option(task, checked, str(exc)) from None
    except Exception as exc:
        result = failure(exc, texts_of(checked.params, environ))
    return task.masked(with_warnings(result, checked.warnings), checked)


def _waited(task: Task, params: Params, environ: Environ) -> Result:
    named = named_jobs(params["job_ids"])
    if not named.job_ids:
        task.warn(named.warnings)
        return {"changed": False, "skipped": True, "msg": "No job ids, so there is nothing to wait for."}
    result = prepare_wait(task, params, environ).run(named.job_ids)
    result = with_warnings(result, note_ends(task, params, result))
    return with_warnings({**result, "ignored_job_ids": named.left_out}, named.warnings)


def _wrong_option(task: Task, checked: Checked, message: str) -> AnsibleActionFail:
    """Return what ends a task at once, without the traceback that ansible-core before 2.19 would announce."""
    error = AnsibleActionFail(task.masked({"msg": message}, checked)["msg"])
    t.cast("dict[str, t.Any]", error.result).pop("exception", None)
    return error
