# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules and action plugins as Ansible runs them, in this process, over HTTP against the simulator."""

from __future__ import annotations

import importlib
import json
import typing as t
from collections import OrderedDict

import pytest
from ansible.module_utils import basic

from ansible_collections.huaweicloud.ims.tests.unit.acting import PLUGINS, Stage

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab


def on_a_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the journal lie outside of any container, wherever the tests run, and be new to this process."""
    monkeypatch.setattr(f"{PLUGINS}.module_utils._ims.journal.place.is_in_container", lambda: False)
    monkeypatch.setattr(f"{PLUGINS}.module_utils._work.journaled._tidied", set())


class Run(t.NamedTuple):
    failed: bool
    result: dict[str, t.Any]


@pytest.fixture
def run_module(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bare_environment: None
) -> t.Callable[..., Run]:
    """Runs a module with these arguments; keys and endpoints come from the environment."""
    for name, value in lab.simulator.account.environment(lab.simulator.url).items():
        monkeypatch.setenv(name, value)
    # Signatures have to be of the simulator's time.
    monkeypatch.setattr(f"{PLUGINS}.module_utils._module.SystemClock", lambda: lab.clock)
    on_a_machine(monkeypatch)

    def run(module: str, /, **args: t.Any) -> Run:
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode())
        # Needed from ansible-core 2.19 on.
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        warnings: list[str] = []
        # In a process that has loaded Ansible's controller side, it would go to the terminal.
        monkeypatch.setattr(basic.AnsibleModule, "warn", lambda _module, text: warnings.append(text))
        with pytest.raises(SystemExit) as ended:
            importlib.import_module(f"{PLUGINS}.modules.{module}").main()
        result = json.loads(capsys.readouterr().out)
        return Run(ended.value.code != 0, {**result, **({"warnings": warnings} if warnings else {})})

    return run


@pytest.fixture
def stage(lab: Lab, monkeypatch: pytest.MonkeyPatch, bare_environment: None) -> Stage:
    """Runs action plugins in the simulator's time; keys and endpoints come from the environment."""
    for name, value in lab.simulator.account.environment(lab.simulator.url).items():
        monkeypatch.setenv(name, value)
    for user in ("_connections", "_proving", "_waiting"):
        monkeypatch.setattr(f"{PLUGINS}.plugin_utils.{user}.WorkerClock", lambda parent: lab.clock)
    monkeypatch.setattr(f"{PLUGINS}.plugin_utils._journal.SystemClock", lambda: lab.clock)
    on_a_machine(monkeypatch)
    monkeypatch.setattr(f"{PLUGINS}.plugin_utils._connections.CONNECTIONS._kept", OrderedDict())
    monkeypatch.setattr(f"{PLUGINS}.plugin_utils._attempts.ATTEMPTS._last", None)
    return Stage(monkeypatch)
