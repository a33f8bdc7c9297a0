# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The works of the collection's modules, without Ansible around them: options in, result out."""

from __future__ import annotations

import datetime
import importlib
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import open_connection
from ansible_collections.huaweicloud.ims.plugins.module_utils._performing import performed
from ansible_collections.huaweicloud.ims.plugins.module_utils._work.reading import Receipt

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.simulator import SimulatedClock, Simulator

Result = dict[str, t.Any]
_WORKS = "ansible_collections.huaweicloud.ims.plugins.module_utils._work"


class _Clock:
    """The simulator's clock, which passes as soon as somebody sleeps; signatures are of the machine's own time."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock.now()

    def utc(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.timezone.utc)

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


class Ours:
    """The collection, in the name of one account of the simulator."""

    def __init__(self, simulator: Simulator, account: str = "main") -> None:
        self.account = simulator.accounts[account]
        self._simulator = simulator
        self._environ = self.account.environment(simulator.url)

    def do(self, module: str, **options: t.Any) -> Result:
        """Run a module's work. A job that it starts has ended when this returns."""
        work = importlib.import_module(f"{_WORKS}.{module}").WORK
        found = ArgumentSpecValidator(**work.spec(self._environ).arguments()).validate(options)
        assert not found.error_messages, found.error_messages
        clock = _Clock(t.cast("SimulatedClock", self._simulator.clock))
        result = performed(
            work,
            found.validated_parameters,
            self._environ,
            lambda resolved, environ, query_api: open_connection(resolved, environ, clock, query_api),
            Receipt(),
            dry=False,
        )
        assert not result.get("failed"), result["msg"]
        if result.get("job_ids"):
            self._simulator.clock.advance(self._simulator.settings.job_seconds + 1)
        return result
