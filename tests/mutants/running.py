# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run chosen tests within pytest, the quickest first, up to the first that fails."""

from __future__ import annotations

import signal
import typing as t

import pytest
from hypothesis import Phase, settings

from ansible_collections.huaweicloud.ims.tests.mutants.children import Ended
from ansible_collections.huaweicloud.ims.tests.mutants.coverage_map import QUIET, Cost

# Of one test: it is slower with some mutants, but not for ever.
_CPU_SECONDS, _SLOWER = 4.0, 3


class Chosen:
    """A plugin of pytest: of what is collected only these tests, in this order."""

    def __init__(self, names: t.Sequence[str], costs: t.Mapping[str, Cost]) -> None:
        self._costs = costs
        self._places = {name: place for place, name in enumerate(names)}
        self.failed: str | None = None

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        find_only(session.config)

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items[:] = sorted(
            (item for item in items if item.nodeid in self._places), key=lambda item: self._places[item.nodeid]
        )

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """Let the process be killed where a test runs on and on."""
        cost = self._costs.get(nodeid)
        signal.setitimer(signal.ITIMER_PROF, _CPU_SECONDS + (_SLOWER * cost.cpu if cost else 0.0))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and self.failed is None:
            self.failed = report.nodeid


def find_only(config: pytest.Config) -> None:
    """Let hypothesis find what fails, and not look for the simplest of it; and draw up no long reports of failures.

    The tests' own profile is loaded by now.
    """
    config.option.tbstyle = "native"
    settings.register_profile("mutants", settings.get_profile("thorough"), phases=[Phase.explicit, Phase.generate])
    settings.load_profile("mutants")


def run_afresh(names: t.Sequence[str], costs: t.Mapping[str, Cost]) -> Ended:
    """Collect and run these tests in this process, which has loaded neither them nor the plugins."""
    files = list(dict.fromkeys(name.partition("::")[0] for name in names))
    chosen = Chosen(names, costs)
    code = pytest.main([*QUIET, "--exitfirst", *files], plugins=[chosen])
    if chosen.failed is None and code:
        return Ended(failed="the collection of tests")
    return Ended(failed=chosen.failed)


def run_collected(items: t.Mapping[str, pytest.Item], names: t.Sequence[str], costs: t.Mapping[str, Cost]) -> Ended:
    """Run these tests, which are collected already."""
    first = items[names[0]]
    chosen = Chosen(names, costs)
    first.config.pluginmanager.register(chosen)
    for place, name in enumerate(names):
        following = items[names[place + 1]] if place + 1 < len(names) else None
        first.config.hook.pytest_runtest_protocol(item=items[name], nextitem=following)
        if chosen.failed is not None:
            break
    return Ended(failed=chosen.failed)
