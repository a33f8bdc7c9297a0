# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shell of every module that starts a job: a module says what to send, everything else is here."""

from __future__ import annotations

import typing as t

from ._argspec import auth_argument_spec, wait_argument_spec
from ._ims.api.client import ImsClient
from ._ims.api.starts import StartCall
from ._ims.errors import ApiError
from ._module import run

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule

Params = dict[str, t.Any]
Build = t.Callable[[Params, ImsClient], StartCall]


def start_argument_spec(environ: t.Mapping[str, str] | None = None) -> Params:
    """Return the options that every module which starts a job has: those of ``_auth``, ``_start`` and ``_wait``."""
    return {**auth_argument_spec(environ), "wait": {"type": "bool", "default": False}, **wait_argument_spec()}


def run_start(module: AnsibleModule, build: Build, done_already: t.Mapping[str, str] | None = None) -> t.NoReturn:
    """Start the job that ``build`` describes; it raises OptionError for options that do not go together.

    ``done_already`` holds error codes that say that there is nothing left to do, and what to tell the user then. The
    waiting is done by the action plugin of the module's name.
    """

    def work(client: ImsClient) -> Params:
        call = build(module.params, client)
        if module.check_mode:
            return {"changed": True, "started": False, "msg": f"Would start {call.what}."}
        try:
            job_id = client.start(call)
        except ApiError as exc:
            if exc.code not in (done_already or {}):
                raise
            return {"changed": False, "started": False, "msg": (done_already or {})[exc.code]}
        return {"changed": True, "started": True, "job_id": job_id, "msg": f"Started {call.what}."}

    run(module, work)
