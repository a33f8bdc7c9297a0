# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Do the unit tests bite? ``python tests/mutants/run.py [--seed N] [--count N] [--only PATH]``; 0: they do.

Draws mutants of the collection's code, runs for each the unit tests that run the spoilt lines, and lists those that no
test notices. Those that nobody could notice are in equivalents.yml, with the reason.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import importlib
import json
import os
import random
import sys
import time
import typing as t
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.tests.mutants.assessment import (
    KILLED,
    SURVIVED,
    TOO_LONG,
    UNTESTED,
    Assessment,
    Trial,
    trial_of,
)
from ansible_collections.huaweicloud.ims.tests.mutants.coverage_map import ROOT, coverage_map
from ansible_collections.huaweicloud.ims.tests.mutants.sites import Mutant, count_mutants, mutants_of

CORE = "plugins/module_utils/_ims/"
PLACES = (
    "plugins/module_utils",
    "plugins/plugin_utils",
    "plugins/action",
    "plugins/lookup",
    "plugins/modules",
    "plugins/test",
    "extensions/eda",
)
LIMITS = {True: 95.0, False: 90.0}
"""The least percentages: of the core, and of all else."""
EQUIVALENTS = Path(__file__).with_name("equivalents.yml")
_SURVIVORS = ROOT / ".venv" / "mutants" / "survivors.json"
# What the tests need and no plugin is part of: loaded once, for all processes.
_LOADED_BEFORE = (
    "ansible.module_utils.basic",
    "ansible.plugins.action",
    "ansible.plugins.lookup",
    "ansible.template",
    "hypothesis.strategies",
    "jsonschema",
    "requests",
    "yaml",
    "ansible_collections.huaweicloud.ims.tests.simulator",
)


def main(arguments: t.Sequence[str] | None = None) -> int:
    today = datetime.date.today()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=int(f"{today:%Y%m%d}"), help="what is drawn (default: the day)")
    parser.add_argument("--count", type=int, default=600, help="how many; 0: all (default: %(default)s)")
    parser.add_argument("--only", action="append", default=[], metavar="PATH", help="a file or folder; may be repeated")
    parser.add_argument("--survivors", action="store_true", help="those that survived the last time, once more")
    parser.add_argument("--fresh", action="store_true", help="look anew which lines each test runs")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)), help="how many at once")
    options = parser.parse_args(arguments)
    os.chdir(ROOT)
    began = time.monotonic()
    files = sources(options.only)
    if options.survivors:
        chosen = _last_survivors(files)
        print(f"{len(chosen)} mutants that survived", flush=True)
    else:
        chosen, whole = drawn(files, options.seed, options.count)
        print(f"{len(chosen)} of {whole} mutants, drawn with the seed {options.seed}", flush=True)
    trials = assess(chosen, options.jobs, options.fresh)
    good = report(trials, equivalents())
    print(f"{time.monotonic() - began:.0f} s")
    return 0 if good else 1


def sources(only: t.Sequence[str] = ()) -> dict[str, str]:
    """Return what is spoilt, by paths from the root of the checkout."""
    wanted = [os.path.relpath(path, ROOT) for path in only]
    found = {}
    for path in sorted(path for place in PLACES for path in (ROOT / place).rglob("*.py")):
        name = str(path.relative_to(ROOT))
        if not wanted or any(name == each or name.startswith(f"{each}/") for each in wanted):
            found[name] = path.read_text(encoding="utf-8")
    return found


def drawn(files: t.Mapping[str, str], seed: int, count: int) -> tuple[list[Mutant], int]:
    """Draw without repetition, each mutant with the same chance; return also how many there are."""
    numbers = [(path, number) for path, source in files.items() for number in range(count_mutants(source))]
    random.Random(seed).shuffle(numbers)
    chosen = numbers[: count or len(numbers)]
    by_path: dict[str, set[int]] = collections.defaultdict(set)
    for path, number in chosen:
        by_path[path].add(number)
    found = {m.path_and_number: m for path in by_path for m in mutants_of(path, files[path], by_path[path])}
    return [found[each] for each in chosen], len(numbers)


def assess(mutants: t.Sequence[Mutant], jobs: int, fresh: bool = False) -> list[Trial]:
    known = coverage_map(fresh, jobs)
    for name in _LOADED_BEFORE:
        importlib.import_module(name)
    trials = [trial_of(mutant, known) for mutant in mutants]
    progress = _Progress(len(trials), equivalents())
    Assessment(known, jobs, progress.tell).run(trials)
    return trials


class _Progress:
    def __init__(self, whole: int, equivalent: t.Collection[tuple[str, str, str, str]]) -> None:
        self._whole = whole
        self._equivalent = equivalent
        self._verdicts: collections.Counter[str] = collections.Counter()

    def tell(self, trial: Trial) -> None:
        self._verdicts[trial.verdict] += 1
        if trial.verdict in (SURVIVED, UNTESTED) and trial.mutant.key not in self._equivalent:
            print(f"{trial.mutant}\n  {trial.verdict}, {len(trial.tests)} tests", flush=True)
        done = sum(self._verdicts.values())
        if done % 50 == 0:
            counts = ", ".join(f"{count} {verdict}" for verdict, count in self._verdicts.most_common())
            print(f"{done} of {self._whole}: {counts}", flush=True)


def equivalents() -> set[tuple[str, str, str, str]]:
    """Return the mutants that nobody could notice, by their keys."""
    entries = yaml.safe_load(EQUIVALENTS.read_text(encoding="utf-8")) or []
    return {(entry["path"], entry["function"], entry["before"], entry["after"]) for entry in entries}


def report(trials: t.Sequence[Trial], equivalent: t.Collection[tuple[str, str, str, str]]) -> bool:
    """Print what became of the mutants; return whether enough were killed."""
    alive = [trial for trial in trials if trial.verdict in (SURVIVED, UNTESTED)]
    bad = [trial for trial in alive if trial.mutant.key not in equivalent]
    _SURVIVORS.write_text(json.dumps([trial.mutant.key for trial in bad]), encoding="utf-8")
    print("" if bad else "None survived", *sorted(str(trial.mutant) for trial in bad), sep="\n")
    slow = sum(trial.verdict == TOO_LONG for trial in trials)
    print(f"{sum(x.verdict == KILLED for x in trials)} killed by a test, {slow} by the time they took")
    print(f"{len(alive) - len(bad)} equivalent ones survived, and {len(bad)} others")
    areas: dict[str, list[Trial]] = collections.defaultdict(list)
    for trial in trials:
        areas[_area(trial.mutant.path)].append(trial)
        areas["core" if _is_core(trial) else "elsewhere"].append(trial)
    for area in sorted(areas):
        print(f"{area:38} {_share(areas[area], bad)}")
    return all(
        _percent([trial for trial in trials if _is_core(trial) is core], bad) >= limit for core, limit in LIMITS.items()
    )


def _is_core(trial: Trial) -> bool:
    return trial.mutant.path.startswith(CORE)


def _area(path: str) -> str:
    parts = path.split("/")
    return "/".join(parts[:4] if path.startswith(CORE) and len(parts) > 4 else parts[:3])


def _percent(trials: t.Sequence[Trial], bad: t.Collection[Trial]) -> float:
    survivors = {id(trial) for trial in bad}
    alive = sum(id(trial) in survivors for trial in trials)
    return 100.0 * (len(trials) - alive) / len(trials) if trials else 100.0


def _share(trials: t.Sequence[Trial], bad: t.Collection[Trial]) -> str:
    survivors = {id(trial) for trial in bad}
    alive = sum(id(trial) in survivors for trial in trials)
    return f"{_percent(trials, bad):5.1f} %, {len(trials) - alive} of {len(trials)}"


def _last_survivors(files: t.Mapping[str, str]) -> list[Mutant]:
    keys = {tuple(key) for key in json.loads(_SURVIVORS.read_text(encoding="utf-8"))}
    paths = {path for path, *_rest in keys} & set(files)
    return [mutant for path in sorted(paths) for mutant in mutants_of(path, files[path]) if mutant.key in keys]


if __name__ == "__main__":
    sys.exit(main())
