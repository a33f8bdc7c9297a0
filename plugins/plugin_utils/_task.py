# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task as Ansible hands it to an action plugin. The only file that touches what ansible-core calls private.

What users see of a module is made here for a work that runs in the task's own process: types, defaults, aliases and
rules of options, masking, ``invocation``, warnings. Tested on each ansible-core that is supported.
"""

from __future__ import annotations

import dataclasses
import datetime
import os
import re
import typing as t

from ansible import constants as C
from ansible.errors import AnsibleConnectionFailure, AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.parameters import remove_values
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ..module_utils._argspec import ArgumentSpec

display = Display()

Params = dict[str, t.Any]
Result = dict[str, t.Any]

COLLECTION = "huaweicloud.ims"
_IN_PROCESS = "huaweicloud_ims_in_process"
_VARIABLE = re.compile(r"\$(\w+)|\$\{([^}]*)\}", re.ASCII)


class HostLostError(Exception):
    """The connection to the task's host broke before, during or after the run of a module: nobody knows."""


@dataclasses.dataclass(frozen=True)
class Checked:
    """The options as a module would get them, or the first sentence that a module would say about them."""

    params: Params
    error: str | None
    warnings: tuple[str, ...]
    secrets: frozenset[str]


class Task:
    """One run of an action plugin: for one item of a loop, and for one attempt of ``until``."""

    def __init__(self, action: ActionBase, task_vars: Params | None) -> None:
        self._action = action
        self._task = action._task
        self._vars: Params = task_vars or {}
        self.args: Params = plain(dict(self._task.args))
        self.check_mode = bool(self._task.check_mode)
        self.no_log = bool(self._task.no_log)
        self.async_seconds = int(self._task.async_val or 0)
        self.host = str(self._vars.get("inventory_hostname", "localhost"))

    @property
    def identity(self) -> object:
        """Return what all attempts of ``until`` have in common, and no two items of a loop."""
        return self._task

    def environment(self) -> dict[str, str]:
        """Return the task's ``environment:``, which does not reach plugins by itself, over our own."""
        own: dict[str, t.Any] = {}
        self._action._compute_environment_string(own)
        return {**os.environ, **{name: str(value) for name, value in own.items() if value is not None}}

    def why_not_here(self, environ: t.Mapping[str, str]) -> str | None:
        """Return why the task's module would not run as this user on this machine, or None where it would."""
        connection = self._action._connection
        if connection.transport != "local":
            return f"the connection is {connection.transport}"
        if connection.become is not None:
            return "become"
        if self.async_seconds:
            return "async"
        # OpenSSL reads these itself, from the environment of the process.
        for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
            if environ.get(name) != os.environ.get(name):
                return f"{name} in the task's environment"
        return None if self._may_be_here() else f"{_IN_PROCESS} is false"

    @property
    def is_elsewhere(self) -> bool:
        """Return whether the task's module runs on another machine than this process."""
        return bool(self._action._connection.transport != "local")

    def _may_be_here(self) -> bool:
        value = self._action._templar.template(self._vars.get(_IN_PROCESS))
        return value is None or bool(boolean(value, strict=False))

    # -- options --------------------------------------------------------------------------------------------------

    def checked(self, spec: ArgumentSpec, environ: t.Mapping[str, str]) -> Checked:
        """Return the options with types, defaults and rules as AnsibleModule has them; it tells one mistake only."""
        args = {
            name: _expanded(value, environ) if spec.options.get(name, {}).get("type") == "path" else value
            for name, value in self.args.items()
        }
        found = ArgumentSpecValidator(**spec.arguments()).validate(args)
        params = dict(found.validated_parameters)
        secrets = frozenset(spec.secrets(params))
        error = None
        if found.error_messages:
            error = self._mistake(found, spec)
        aliases = (f"Both option {both['option']} and its alias {both['alias']} are set." for both in found._warnings)
        return Checked(params, error, tuple(aliases), secrets)

    def _mistake(self, found: t.Any, spec: ArgumentSpec) -> str:
        """Return what a module says first, and what an unknown option may have been meant to be."""
        error, unknown = str(found.error_messages[0]), sorted(str(name) for name in found.unsupported_parameters)
        if isinstance(found.errors[0], UnsupportedError):
            error = f"Unsupported parameters for ({self.action}) module: {error}"
        elif unknown:
            error = f"{error}; not supported: {', '.join(unknown)}."
        return error + spec.suggestion(unknown)

    @property
    def action(self) -> str:
        return str(self._task.action)

    # -- results --------------------------------------------------------------------------------------------------

    def as_of_module(self, result: Result, checked: Checked) -> Result:
        """Return a result as AnsibleModule returns it: with ``invocation`` where wanted, and masked."""
        if "invocation" not in result and self._wants_invocation():
            result = {**result, "invocation": {"module_args": checked.params}}
        return self.masked(result, checked)

    def masked(self, result: Result, checked: Checked) -> Result:
        """Return a result without the secrets among the options. Like a module, leave what says yes, no or nothing."""
        kept = {name: value for name, value in result.items() if value is None or isinstance(value, bool)}
        return {**remove_values(result, checked.secrets), **kept}

    def _wants_invocation(self) -> bool:
        try:
            return bool(C.config.get_config_value("INJECT_INVOCATION", variables=self._vars))
        except AnsibleError:
            # Before 2.21 every module returned it; it is shown with -vvv only, and never registered.
            return True

    # -- the module's way --------------------------------------------------------------------------------------------

    def run_module(self, module: str, args: t.Mapping[str, t.Any]) -> Result:
        """Run a module of the collection on the task's host, and let Ansible see what it sees."""
        found: Result = self._action._execute_module(
            module_name=f"{COLLECTION}.{module}",
            module_args=dict(args),
            task_vars=self._vars,
            wrap_async=self.async_seconds,
        )
        return found

    def try_module(self, module: str, args: t.Mapping[str, t.Any]) -> Result:
        """Run a module likewise; raise HostLostError for a host that is out of reach, whichever way Ansible says so."""
        try:
            result = self.run_module(module, args)
        except AnsibleConnectionFailure as exc:
            raise HostLostError(str(exc)) from exc
        if result.get("unreachable"):
            raise HostLostError(str(result.get("msg") or "it is unreachable"))
        return result

    # -- words ----------------------------------------------------------------------------------------------------

    def warn(self, warnings: t.Iterable[str]) -> None:
        """Warn beside a result of which ansible-core before 2.19 does not show the warnings: a skipped one."""
        for warning in () if self.no_log else warnings:
            display.warning(warning)

    def tell_way(self, why_not_here: str | None) -> None:
        where = "in the process of the task" if why_not_here is None else f"as a module ({why_not_here})"
        display.vvv(f"{self.action} runs {where}", host=self.host)


def plain(value: t.Any) -> t.Any:
    """Return values of the types that a module gets, which reads JSON: without Ansible's marks on them."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, (int, float)):
        return int(value) if isinstance(value, int) else float(value)
    if isinstance(value, t.Mapping):
        return {plain(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    # A vaulted text, as ansible-core before 2.19 hands it over.
    return str(value)


def _expanded(value: t.Any, environ: t.Mapping[str, str]) -> t.Any:
    """Return a path as a module would read it: with the home and the variables of the task's environment."""
    if not isinstance(value, str):
        return value
    path = _VARIABLE.sub(lambda found: environ.get(found[1] or found[2], found[0]), value)
    home = environ.get("HOME")
    return home + path[1:] if home and (path == "~" or path.startswith("~/")) else path
