# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which unit tests run which lines, and how long each takes: made once, and anew for test files that have changed."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import coverage
import pytest

ROOT = Path(__file__).resolve().parents[2]
SPOILT = ("plugins", "extensions")
"""The folders of what is spoilt."""
TESTS = ("tests/unit/plugins", "tests/unit/extensions", "tests/unit/test_recordings.py")
_KEPT = ROOT / ".venv" / "mutants" / "maps"
QUIET = ("-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:cov", "--capture=no", "--thorough")


@dataclasses.dataclass(frozen=True)
class Cost:
    """Seconds on the machine that made the map."""

    cpu: float
    wall: float


@dataclasses.dataclass
class CoverageMap:
    """``lines`` is, for each file and line, the tests that run it; ``imported`` the lines that run when it is loaded.

    A file that was another one when the map was made is in ``changed``: of it only is known which tests run any of it.
    """

    costs: dict[str, Cost] = dataclasses.field(default_factory=dict)
    lines: dict[str, dict[int, set[str]]] = dataclasses.field(default_factory=dict)
    imported: dict[str, set[int]] = dataclasses.field(default_factory=dict)
    changed: set[str] = dataclasses.field(default_factory=set)

    def tests_of_lines(self, path: str, first: int, last: int) -> set[str]:
        if path in self.changed:
            return self.tests_of_file(path)
        found = self.lines.get(path, {})
        return set().union(*(found.get(line, ()) for line in range(first, last + 1)))

    def tests_of_file(self, path: str) -> set[str]:
        return set().union(*self.lines.get(path, {}).values())

    def is_imported(self, path: str, first: int, last: int) -> bool:
        return path in self.changed or any(first <= line <= last for line in self.imported.get(path, ()))

    def add(self, kept: dict[str, t.Any], digests: t.Mapping[str, str]) -> None:
        """Add what was found for one file of tests, when the code may have been another one."""
        tests = kept["tests"]
        self.changed.update(path for path, digest in digests.items() if kept["digests"].get(path) != digest)
        self.costs.update({name: Cost(*kept["costs"][name]) for name in tests})
        for path, lines in kept["lines"].items():
            known = self.lines.setdefault(path, {})
            for line, numbers in lines.items():
                known.setdefault(int(line), set()).update(tests[number] for number in numbers)
        for path, numbers in kept["imported"].items():
            self.imported.setdefault(path, set()).update(numbers)


def coverage_map(fresh: bool = False, jobs: int = 2) -> CoverageMap:
    """Return the map of the tests as they are now; a fresh one is also made of the code as it is now."""
    _KEPT.mkdir(parents=True, exist_ok=True)
    wanted = {str(path.relative_to(ROOT)): _KEPT / f"{_digest(path)}.json" for path in _test_files()}
    missing = [path for path, kept in wanted.items() if fresh or not kept.exists()]
    if missing:
        print(f"Looking which lines {len(missing)} files of tests run ...", flush=True)
        # In processes of their own: this one is to stay without the plugins.
        shares = [missing[number::jobs] for number in range(jobs) if missing[number::jobs]]
        for process in [subprocess.Popen([sys.executable, __file__, *share]) for share in shares]:
            if process.wait():
                raise RuntimeError("The tests could not be run.")
    whole, digests = CoverageMap(), _digests()
    for kept in wanted.values():
        whole.add(json.loads(kept.read_text(encoding="utf-8")), digests)
    return whole


def _test_files() -> list[Path]:
    places = [ROOT / name for name in TESTS]
    return [path for place in places for path in (sorted(place.rglob("test_*.py")) if place.is_dir() else [place])]


def _digests() -> dict[str, str]:
    paths = [path for folder in SPOILT for path in (ROOT / folder).rglob("*.py")]
    return {str(path.relative_to(ROOT)): _digest(path) for path in paths}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:24]


def _look(paths: list[str]) -> None:
    """Run these files of tests, and keep what was found. What fails by itself can kill nothing, and is left out."""
    os.chdir(ROOT)
    recorder = _Recorder()
    pytest.main([*QUIET, *paths], plugins=[recorder])
    for path, found in recorder.found(paths).items():
        (_KEPT / f"{_digest(ROOT / path)}.json").write_text(json.dumps(found), encoding="utf-8")
    for name in recorder.failed:
        print(f"It fails without a mutant, and is left out: {name}", flush=True)


class _Recorder:
    """A plugin of pytest that keeps for each test what it ran."""

    def __init__(self) -> None:
        self.failed: list[str] = []
        self._costs: dict[str, tuple[float, float]] = {}
        self._digests = _digests()
        folders = [str(ROOT / folder) for folder in SPOILT]
        self._coverage = coverage.Coverage(source=folders, data_file=None, config_file=False)
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> t.Generator[None, t.Any, t.Any]:
        self._coverage.switch_context(item.nodeid)
        cpu, wall = time.process_time(), time.monotonic()
        result = yield
        self._costs[item.nodeid] = (round(time.process_time() - cpu, 4), round(time.monotonic() - wall, 4))
        return result

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.append(report.nodeid)

    def found(self, paths: t.Sequence[str]) -> dict[str, dict[str, t.Any]]:
        self._coverage.stop()
        data = self._coverage.get_data()
        found = {path: self._nothing_of(path) for path in paths}
        numbers = {path: {name: number for number, name in enumerate(found[path]["tests"])} for path in paths}
        for file in data.measured_files():
            name = str(Path(file).resolve().relative_to(ROOT))
            for line, contexts in data.contexts_by_lineno(file).items():
                if "" in contexts:
                    for of_path in found.values():
                        of_path["imported"].setdefault(name, []).append(line)
                for context in contexts:
                    path = context.partition("::")[0]
                    if path not in numbers or context not in numbers[path]:
                        continue
                    of_line = found[path]["lines"].setdefault(name, {}).setdefault(line, [])
                    of_line.append(numbers[path][context])
        return found

    def _nothing_of(self, path: str) -> dict[str, t.Any]:
        costs = {
            name: cost
            for name, cost in self._costs.items()
            if name.partition("::")[0] == path and name not in self.failed
        }
        return {"tests": list(costs), "costs": costs, "digests": self._digests, "lines": {}, "imported": {}}


if __name__ == "__main__":
    _look(sys.argv[1:])
