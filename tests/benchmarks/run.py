# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run all benchmarks and write docs/benchmarks.md with its charts: ``python tests/benchmarks/run.py [--quick]``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import statistics
import sys
import tempfile
import time
import typing as t
from pathlib import Path

from ansible_collections.huaweicloud.ims.tests.benchmarks import machine, plays, schedules, tasks
from ansible_collections.huaweicloud.ims.tests.benchmarks.chart import svg
from ansible_collections.huaweicloud.ims.tests.benchmarks.report import markdown
from ansible_collections.huaweicloud.ims.tests.benchmarks.results import Found, targets

DOCS = Path(__file__).resolve().parents[2] / "docs"
_IMPORTS = ("requests", "jsonschema", "huaweicloudsdkims.v2", plays.CORE)


@dataclasses.dataclass(frozen=True)
class Effort:
    """How often things are measured."""

    caveat: str
    poll_rounds: int
    polls: int
    runs: int
    turns: int
    runs_of_loops: int
    count_of_loops: int
    runs_of_single: int
    counts: tuple[int, ...] = (1, 100, 1000)
    runs_of_tasks: int = 1
    """Of the same play; a figure is the mean of count_of_tasks in it, or of count_of_modules as a module."""
    count_of_tasks: int = 20
    count_of_modules: int = 3
    population: int = 10_000
    modules: tuple[str, ...] | None = None
    """Whose tasks are measured; None: all."""


FULL = Effort("", 9, 200, runs=2, turns=3, runs_of_loops=5, count_of_loops=100, runs_of_single=5)
QUICK = Effort(
    "**A quick run: few repetitions and jobs, rough figures.**",
    poll_rounds=3,
    polls=50,
    runs=1,
    turns=2,
    runs_of_loops=1,
    count_of_loops=10,
    runs_of_single=1,
    counts=(1, 10, 100),
    count_of_modules=1,
    population=1000,
    modules=tasks.MEASURED,
)


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--quick", action="store_true", help="few repetitions; writes nowhere unless --docs is given")
    parser.add_argument("--docs", type=Path, help="the folder to write into (default: docs)")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    found = run(QUICK if options.quick else FULL)
    folder = options.docs or (None if options.quick else DOCS)
    if folder is not None:
        write(found, folder)
    demands = targets(found)
    for target in demands:
        verdict = "met   " if target.is_met else "MISSED"
        print(f"{verdict} {target.what}: {target.value:.2f} of {target.limit:g} {target.unit}")
    missed = [target for target in demands if not target.is_met]
    print(f"{time.monotonic() - began:.0f} s; {f'written to {folder}' if folder else 'nothing written'}")
    # Noise must not break a quick look.
    return 1 if missed and not options.quick else 0


def run(effort: Effort) -> Found:
    about = machine.described()
    caveats = [] if machine.is_quiet() else ["**The machine was not quiet when the run began: the figures are noisy.**"]
    caveats += [effort.caveat] if effort.caveat else []
    with machine.running_simulator() as simulator, tempfile.TemporaryDirectory() as folder:
        measured = _plays(plays.Stage(Path(folder), simulator), effort)
    _say("schedules")
    settings = (
        f"{effort.poll_rounds} rounds of {effort.polls} polls, {effort.runs_of_loops} runs of loops,"
        f" {effort.runs_of_single} of plays of one task, {effort.runs} of other plays"
    )
    return Found(
        machine=about,
        settings=settings,
        caveats=caveats,
        schedules=schedules.simulate(effort.population),
        **measured,
    )


def _plays(stage: plays.Stage, effort: Effort) -> dict[str, t.Any]:
    """Return what is measured with the simulator, by its name in Found."""
    found: dict[str, t.Any] = {"count_of_loops": effort.count_of_loops}
    _say("polls in one process")
    found["polls"] = poll_costs(stage, effort)
    _say("looks in plays")
    found["looks"] = plays.looks(stage, effort.runs, effort.turns)
    _say("many jobs in one task")
    found["many"] = [plays.many(stage, count, effort.runs) for count in effort.counts]
    found["lists"] = {count: plays.many_at_once(stage, count, effort.runs) for count in effort.counts}
    _say("start-up")
    found["sdk_once"] = plays.sdk_once(stage, effort.runs + 2)
    present = [name for name in _IMPORTS if found["sdk_once"] or "sdk" not in name]
    found["imports"] = plays.imports(stage, present, effort.runs + 2)
    found["payloads"] = {module.rpartition(".")[2]: plays.payload(stage, module) for module in (plays.INFO, plays.URI)}
    done = tasks.prepare(stage)
    _say("tasks of each module")
    counts = effort.count_of_tasks, effort.count_of_modules
    found["tasks"] = tasks.tasks(stage, done, effort.runs_of_tasks, *counts, names=effort.modules)
    _say("plays of one task")
    found["single"] = tasks.single(stage, done, effort.runs_of_single)
    _say("loops")
    found["loops"] = tasks.loops(stage, done, effort.runs_of_loops, effort.count_of_loops)
    _say("an export with its wait")
    found["night"] = tasks.night(stage, effort.runs_of_tasks, effort.count_of_tasks)
    return found


def poll_costs(stage: plays.Stage, effort: Effort) -> dict[str, tuple[float, float]]:
    """Return CPU and wall by client: medians over rounds, measured in one process."""
    (endless,) = stage.simulator.add_jobs(1, outcome="NEVER", init_seconds=0)
    environment = stage.environment(TOKEN=stage.token, JOB_ID=endless)
    numbers = [str(effort.poll_rounds), str(effort.polls)]
    command = [sys.executable, "-m", f"{machine.BENCHMARKS}.polls", stage.simulator.url, *numbers]
    rounds = json.loads(machine.measured(command, environment, stage.folder).stdout.splitlines()[-1])
    return {
        name: (statistics.median(cpu for cpu, _wall in pairs), statistics.median(wall for _cpu, wall in pairs))
        for name, pairs in rounds.items()
    }


def write(found: Found, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    texts = {
        "benchmarks.md": markdown(found),
        "benchmarks.svg": svg(schedules.chart_of_all(found.schedules)),
        "benchmarks-floor.svg": svg(schedules.chart_of_silent(found.schedules)),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")


def _say(what: str) -> None:
    print(f"{what} ...", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
