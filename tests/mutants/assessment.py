# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which mutants are killed: each by a test that fails with it again, and passes without it."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.mutants.children import Children, Ended, Work
from ansible_collections.huaweicloud.ims.tests.mutants.coverage_map import QUIET, TESTS, Cost, CoverageMap
from ansible_collections.huaweicloud.ims.tests.mutants.injection import LoadedFunctions, NotHereError, load_mutated
from ansible_collections.huaweicloud.ims.tests.mutants.running import find_only, run_afresh, run_collected
from ansible_collections.huaweicloud.ims.tests.mutants.sites import Mutant

KILLED, SURVIVED, UNTESTED, TOO_LONG = "killed", "survived", "untested", "too long"
# All tests of a mutant together; a single one that hangs is ended earlier.
_SLOWER = 3
_ROUNDS = 4
_FEW = 250
_MOST_OTHERS = 500
# Whose tests lie elsewhere: what modules do is tried by running them, in both ways.
_ROOMS = {"plugins/module_utils/_work": ("plugins/modules", "plugins/action")}
_READ_ALL = ("tests/unit/plugins/module_utils/test_docs_match_specs", "tests/unit/plugins/module_utils/test_argspec")
_NO_COST = Cost(0.0, 0.0)


@dataclasses.dataclass(eq=False)
class Trial:
    """A mutant, the tests that could kill it, and what became of it."""

    mutant: Mutant
    tests: list[str]
    afresh: bool
    """It runs when its file is loaded, so that the file has to be loaded again."""
    verdict: str = ""
    by: str | None = None


class Maker(t.Protocol):
    """Makes work for a child."""

    def __call__(self, mutant: Mutant | None, tests: t.Sequence[str]) -> Work:
        """Return what a child does: run these tests, with the mutant or without."""


def trial_of(mutant: Mutant, known: CoverageMap) -> Trial:
    """Choose the tests, the quickest first: all of the room that the file is in, and some of the others.

    For what is set when a file is loaded, those that run the file come first among the others, where they are few.

    Lines that thousands of tests run are not tried with each of them: a test that kills is nearly always near.
    """
    place = (mutant.path, mutant.line, mutant.last_line)
    afresh = not mutant.function or known.is_imported(*place)
    tests = touching = known.tests_of_file(mutant.path) if afresh else known.tests_of_lines(*place)
    folder = os.path.dirname(mutant.path)
    room = tuple(os.path.join("tests/unit", each, "") for each in _ROOMS.get(folder, (folder,)))
    if afresh and len(tests) < _FEW:
        tests = set(known.costs)
    elif afresh:
        # What is set when a file is loaded is read anywhere: in the room, and where options and documentation meet.
        tests = tests | {name for name in known.costs if name.startswith((*room, *_READ_ALL))}
    others = sorted(name for name in tests if not name.startswith(room))
    random.Random(mutant.number).shuffle(others)
    few = touching if len(touching) < _FEW else frozenset()
    others.sort(key=lambda name: not (afresh and (name in few or name.startswith(_READ_ALL))))
    chosen = [*(name for name in tests if name.startswith(room)), *others[:_MOST_OTHERS]]
    chosen.sort(key=lambda name: known.costs[name].cpu)
    return Trial(mutant, chosen, afresh, "" if chosen else UNTESTED)


class Assessment:
    """Runs trials in children, as many at once as ``jobs``."""

    def __init__(self, known: CoverageMap, jobs: int, tell: t.Callable[[Trial], None]) -> None:
        self.known = known
        self._children = Children(jobs)
        self._tell = tell

    def run(self, trials: t.Sequence[Trial]) -> None:
        """Give each trial its verdict."""
        self._in_process_of_its_own([trial for trial in trials if not trial.verdict and not trial.afresh])
        self._rounds([trial for trial in trials if not trial.verdict], self._make_afresh)

    def _make_afresh(self, mutant: Mutant | None, tests: t.Sequence[str]) -> Work:
        def work() -> Ended:
            if mutant is not None:
                load_mutated(mutant)
            return run_afresh(tests, self.known.costs)

        return work

    def _in_process_of_its_own(self, trials: list[Trial]) -> None:
        """Run trials of what is loaded in a child that collects all tests; what cannot be done so stays open."""
        by_number = dict(enumerate(trials))
        reading, writing = os.pipe()
        pid = os.fork() if trials else -1
        if pid == 0:
            os.close(reading)
            server = _Server(self, trials, writing)
            pytest.main([*QUIET, *TESTS], plugins=[server])
            os._exit(0 if server.is_done else 1)
        os.close(writing)
        with os.fdopen(reading, encoding="utf-8") as told:
            for line in told:
                number, verdict, by = json.loads(line)
                trial = by_number[number]
                trial.verdict, trial.by = verdict, by
                self._tell(trial)
        if trials and os.waitpid(pid, 0)[1]:
            raise RuntimeError("The tests cannot be collected.")

    def serve(self, trials: list[Trial], make: Maker, tell: t.Callable[[Trial], None]) -> None:
        self._tell = tell
        self._rounds(trials, make)

    def _rounds(self, trials: list[Trial], make: Maker) -> None:
        """Run all, then once more what killed, for a test that fails by itself must not count."""
        for _round in range(_ROUNDS):
            suspects = self._first_failures(trials, make)
            unreliable = self._unreliable(suspects, make)
            trials = [trial for trial in suspects if trial.by in unreliable or not trial.verdict]
            for trial in trials:
                trial.tests = [name for name in trial.tests if name != trial.by]
                trial.verdict, trial.by = "" if trial.tests else SURVIVED, None
            for trial in suspects:
                if trial.verdict:
                    self._tell(trial)
            trials = [trial for trial in trials if not trial.verdict]
        for trial in trials:
            trial.verdict = SURVIVED
            self._tell(trial)

    def _first_failures(self, trials: list[Trial], make: Maker) -> list[Trial]:
        """Return the trials in which a test failed; give a verdict to the others."""
        suspects = []
        for trial, ended in self._children.run((x, make(x.mutant, x.tests), *self._limits(x.tests)) for x in trials):
            trial.by = ended.failed
            if ended.failed is not None:
                suspects.append(trial)
            elif not ended.cannot:
                trial.verdict = TOO_LONG if ended.killed else SURVIVED
                self._tell(trial)
        return suspects

    def _unreliable(self, suspects: list[Trial], make: Maker) -> set[str | None]:
        """Return the tests that fail without a mutant; leave those open that do not fail with theirs again."""
        known = self.known.costs
        names = sorted({trial.by for trial in suspects if trial.by in known})
        alone = ((name, make(None, [name]), *self._limits([name])) for name in names)
        unreliable = {name for name, ended in self._children.run(alone) if not ended.survived}
        again = [trial for trial in suspects if trial.by in known and trial.by not in unreliable]
        for trial in suspects:
            trial.verdict = KILLED
        works = ((x, make(x.mutant, [x.by or ""]), *self._limits([x.by or ""])) for x in again)
        for trial, ended in self._children.run(works):
            trial.verdict = "" if ended.survived else KILLED
        return set(unreliable)

    def _limits(self, tests: t.Sequence[str]) -> tuple[float, float]:
        costs = [self.known.costs.get(name, _NO_COST) for name in tests]
        return _SLOWER * sum(cost.cpu for cost in costs), _SLOWER * sum(cost.wall for cost in costs)


class _Server:
    """A plugin of pytest that runs trials in place of the tests."""

    def __init__(self, assessment: Assessment, trials: list[Trial], result: int) -> None:
        self._assessment = assessment
        self._numbers = {id(trial): number for number, trial in enumerate(trials)}
        self._trials = trials
        self._result = result
        self.is_done = False

    def pytest_sessionstart(self, session: pytest.Session) -> None:
        find_only(session.config)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        functions, costs = LoadedFunctions(), self._assessment.known.costs

        def make(mutant: Mutant | None, tests: t.Sequence[str]) -> Work:
            def work() -> Ended:
                if mutant is not None:
                    load_mutated(mutant)
                    try:
                        if mutant.path in functions.files:
                            functions.replace(mutant)
                    except NotHereError:
                        return Ended(cannot=True)
                return run_collected(items, tests, costs)

            return work

        self._assessment.serve(self._trials, make, self._tell)
        self.is_done = True
        return True

    def _tell(self, trial: Trial) -> None:
        line = json.dumps([self._numbers[id(trial)], trial.verdict, trial.by])
        os.write(self._result, f"{line}\n".encode())
