# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Action plugins as Ansible runs them, in this process: with a real plugin, and a task, connection and host made up."""

from __future__ import annotations

import importlib
import types
import typing as t

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.play_context import PlayContext
from ansible.plugins.action import ActionBase
from ansible.plugins.shell.sh import ShellModule
from ansible.template import Templar

PLUGINS = "ansible_collections.huaweicloud.ims.plugins"
Result = dict[str, t.Any]


def trusted(value: t.Any) -> t.Any:
    """Return a text as one of a playbook's: from ansible-core 2.19 on, only those are templates."""
    mark = getattr(importlib.import_module("ansible.template"), "trust_as_template", None)
    return mark(value) if mark is not None and isinstance(value, str) else value


class Host:
    """What stands at the other end of _execute_module. ``answer`` gets the module's name and arguments."""

    def __init__(self, answer: t.Callable[[str, dict[str, t.Any]], Result] | None = None) -> None:
        self.answer = answer
        self.runs: list[tuple[str, dict[str, t.Any]]] = []
        self.asyncs: list[t.Any] = []

    def execute(self, action: ActionBase, **keywords: t.Any) -> Result:
        name, args = keywords["module_name"].rpartition(".")[2], dict(keywords["module_args"])
        self.runs.append((name, args))
        self.asyncs.append(keywords.get("wrap_async"))
        if self.answer is None:
            raise AssertionError(f"{name} was run as a module")
        return self.answer(name, args)


class Stage:
    """Runs action plugins. What they say, and what they tell at -vvv, is in ``lines`` and ``told``."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.host = Host()
        self.lines: list[str] = []
        self.told: list[str] = []
        self.warnings: list[str] = []

        def execute(action: t.Any, **keywords: t.Any) -> t.Any:
            return self.host.execute(action, **keywords)

        monkeypatch.setattr(ActionBase, "_execute_module", execute)
        monkeypatch.setattr(f"{PLUGINS}.plugin_utils._output.say", self.lines.append)
        display = importlib.import_module(f"{PLUGINS}.plugin_utils._task").display
        monkeypatch.setattr(display, "vvv", lambda text, host=None: self.told.append(f"<{host}> {text}"))
        monkeypatch.setattr(display, "warning", self.warnings.append)

    def task(self, module: str, args: dict[str, t.Any], **keywords: t.Any) -> types.SimpleNamespace:
        """Return a task; ``keywords`` are those beside the module."""
        told = {"check_mode": False, "no_log": False, "async_val": 0, "diff": False, "environment": [], **keywords}
        told["environment"] = [{name: trusted(value) for name, value in one.items()} for one in told["environment"]]
        return types.SimpleNamespace(action=f"huaweicloud.ims.{module}", args=args, **told)

    def plugin(
        self,
        task: types.SimpleNamespace,
        variables: dict[str, t.Any] | None = None,
        *,
        transport: str = "local",
        become: t.Any = None,
    ) -> ActionBase:
        connection = types.SimpleNamespace(transport=transport, become=become, _shell=ShellModule())
        connection._shell.tmpdir = None
        loader = DataLoader()
        module = importlib.import_module(f"{PLUGINS}.action.{task.action.rpartition('.')[2]}")
        return t.cast(
            ActionBase,
            module.ActionModule(
                task=task,
                connection=connection,
                play_context=PlayContext(),
                loader=loader,
                templar=Templar(loader=loader, variables=variables or {}),
                shared_loader_obj=None,
            ),
        )

    def run(self, task: types.SimpleNamespace, variables: dict[str, t.Any] | None = None, **where: t.Any) -> Result:
        """Run one attempt of a task, as Ansible does: with a plugin made anew."""
        known = {"inventory_hostname": "h1", **(variables or {})}
        found: Result = self.plugin(task, variables, **where).run(task_vars=known)
        return found

    def act(self, module: str, args: dict[str, t.Any], **keywords: t.Any) -> Result:
        """Run a task once on this machine."""
        return self.run(self.task(module, args, **keywords))
