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

from ansible_collections.huaweicloud.ims.tests.benchmarks import machine, plays, schedules
from ansible_collections.huaweicloud.ims.tests.benchmarks.chart import svg
from ansible_collections.huaweicloud.ims.tests.benchmarks.report import markdown
from ansible_collections.huaweicloud.ims.tests.benchmarks.results import Found, targets

DOCS = Path(__file__).resolve().parents[2] / "docs"
_IMPORTS = ("requests", "jsonschema", "huaweicloudsdkims.v2", plays.CORE)


@dataclasses.dataclass(frozen=True)
class Effort:
    """How often things are measured."""

    name: str
    poll_rounds: int
    polls: int
    runs: int
    turns: int
    counts: tuple[int, ...] = (1, 10, 100, 1000)
    population: int = 10_000


FULL = Effort("Full run", poll_rounds=15, polls=200, runs=3, turns=5)
QUICK = Effort("Quick run (`--quick`): few repetitions, rough figures", 3, 100, 1, 3, population=2000)


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
    with machine.running_simulator() as simulator, tempfile.TemporaryDirectory() as folder:
        stage = plays.Stage(Path(folder), simulator)
        _say("polls in one process")
        polls = poll_costs(stage, effort)
        _say("looks in plays")
        looks = plays.looks(stage, effort.runs, effort.turns)
        _say("many jobs in one task")
        many = [plays.many(stage, count, effort.runs) for count in effort.counts]
        lists = {count: plays.many_at_once(stage, plays.INFO, count, effort.runs) for count in effort.counts}
        loop = (10, plays.many_at_once(stage, plays.URI, 10, effort.runs))
        _say("start-up")
        sdk_once = plays.sdk_once(stage, effort.runs + 2)
        imports = plays.imports(stage, [name for name in _IMPORTS if sdk_once or "sdk" not in name], effort.runs + 2)
        payloads = {module.rpartition(".")[2]: plays.payload(stage, module) for module in (plays.INFO, plays.URI)}
    _say("schedules")
    simulated = schedules.simulate(effort.population)
    settings = f"{effort.name}: {effort.poll_rounds} rounds of {effort.polls} polls, {effort.runs} runs of each play."
    return Found(about, settings, polls, looks, sdk_once, many, lists, loop, imports, payloads, simulated)


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
