# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The benchmarks run, and make their page: with so little effort that the figures mean nothing."""

from __future__ import annotations

import sysconfig
import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.benchmarks import machine, plays, schedules, tasks
from ansible_collections.huaweicloud.ims.tests.benchmarks.results import Found, targets
from ansible_collections.huaweicloud.ims.tests.benchmarks.run import Effort, poll_costs, write

TINY = Effort("", 1, 3, runs=1, turns=1, runs_of_loops=1, count_of_loops=2, runs_of_single=1)
IMPORT, PAYLOAD = (0.1, 10.0), 200_000


@pytest.fixture(name="stage")
def _stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[plays.Stage]:
    # The checkout is linked there as a collection.
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", sysconfig.get_path("purelib"))
    with machine.running_simulator() as simulator:
        yield plays.Stage(tmp_path, simulator)


def test_tasks_loops_and_waits_are_measured_and_written(stage: plays.Stage, tmp_path: Path) -> None:
    polls = poll_costs(stage, TINY)
    done = tasks.prepare(stage)
    measured = tasks.tasks(stage, done, 1, 1, 1, ("ims_job_info",))
    assert set(measured.modules) == {"ims_job_info"}
    one = measured.modules["ims_job_info"]
    assert one.as_module is not None
    assert one.in_process.cpu < one.as_module.cpu
    loops = tasks.loops(stage, done, 1, TINY.count_of_loops)
    assert [(loop.requests, loop.logins) for loop in loops.values()] == [(3, 1), (3, 1), (2, 0)]
    assert [loop.connections for loop in loops.values()] == [1, 1, 2]
    night = tasks.night(stage, 1, 1, polls=3)
    assert night.polls == 3
    share, look = measured.uri, plays.Look(0.1, 0.1, 0.1)
    found = Found(
        machine=machine.described(),
        settings="hardly any runs",
        caveats=["Too few."],
        polls=polls,
        looks=dict.fromkeys((plays.WAIT, plays.INFO, plays.URI), look),
        sdk_once=0.2,
        many=[plays.Many(jobs, 4.0, 1.0, 60.0, jobs, 1.0) for jobs in (1, 1000)],
        lists={1: 0.1},
        tasks=measured._replace(modules=dict.fromkeys(tasks.MEASURED, one)),
        single=dict.fromkeys(("debug", "uri", *tasks.MEASURED), share),
        loops=loops,
        count_of_loops=TINY.count_of_loops,
        night=night,
        imports={"requests": IMPORT},
        payloads={"uri": PAYLOAD},
        schedules=schedules.simulate(20, prices=(1, 64)),
    )
    write(found, tmp_path / "docs")
    page = (tmp_path / "docs" / "benchmarks.md").read_text(encoding="utf-8")
    for target in targets(found):
        assert f"| {target.what} | {target.value:.2f} {target.unit}".rstrip() in page
    assert "polled 3 times" in page
    assert {path.name for path in (tmp_path / "docs").glob("*.svg")} == {"benchmarks.svg", "benchmarks-floor.svg"}


def test_each_module_has_a_task_of_the_benchmarks(stage: plays.Stage) -> None:
    names = {path.stem for path in (Path(__file__).parents[2] / "plugins" / "modules").glob("*.py")}
    assert set(tasks.options(stage, "done")) == names
