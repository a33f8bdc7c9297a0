# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make test` prints little, keeps all, and names at its end what failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tools import step, summary

PYTEST_LOG = """\
nox > Running session units
FAILED to do something that does not matter
=================================== FAILURES ===================================
FAILED tests/unit/test_a.py::test_one[a b] - AssertionError: no
ERROR tests/unit/test_b.py::test_two - FileNotFoundError
============= 1 failed, 1685 passed, 1 error in 29.76s (0:00:29) ==============
========================= 3 passed, 1 warning in 0.10s =========================
nox > Session units failed.
"""


def report(folder: Path, name: str, result: str, reason: str | None = None) -> None:
    session = {"name": name, "result": result, "reason": reason, "duration": 1.0}
    (folder / f"{name}.json").write_text(json.dumps({"sessions": [session]}), encoding="utf-8")


def run_step(folder: Path, *command: str, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, step.__file__, str(folder), "some", *command],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_step_says_that_it_has_started_and_how_it_ended_and_its_output_is_kept(tmp_path: Path) -> None:
    report(tmp_path, "some", "success")
    done = run_step(tmp_path, "sh", "-c", "echo one; echo two >&2")
    assert done.returncode == 0
    assert [line.split()[:2] for line in done.stdout.splitlines()] == [["some", "started"], ["some", "passed"]]
    assert (tmp_path / "some.log").read_text(encoding="utf-8") == "one\ntwo\n"


def test_a_step_that_failed_or_was_left_out_says_so(tmp_path: Path) -> None:
    done = run_step(tmp_path, "sh", "-c", "exit 3")
    assert done.returncode == 3
    assert " FAILED after " in done.stdout
    report(tmp_path, "some", "skipped", "no Python 3.9")
    assert run_step(tmp_path, "true").stdout.splitlines()[-1].split(maxsplit=1) == ["some", "left out"]


def test_a_step_that_hangs_is_ended_with_all_that_it_has_started(tmp_path: Path) -> None:
    hangs = "trap '' TERM; sleep 600 & echo $! > child; echo said; wait; sleep 600"
    began = time.monotonic()
    program = f"from pathlib import Path; import {step.__name__} as s; s.GRACE = 0.5; import sys\n"
    program += f"sys.exit(s.run(['sh', '-c', {hangs!r}], Path('log'), 1.0))"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, timeout=60, check=False)
    assert done.returncode == 1
    assert time.monotonic() - began < 30
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert log.startswith("said\n")
    assert "This hung, and was ended after 1 s. What ran then:" in log
    assert "sleep 600" in log
    child = int((tmp_path / "child").read_text())
    with pytest.raises(ProcessLookupError):
        while True:
            os.kill(child, 0)
            assert not (Path("/proc") / str(child)).exists() or ends_soon(child)


def ends_soon(pid: int) -> bool:
    """Tell a process that has ended, and only waits to be looked after, from one that runs."""
    time.sleep(0.05)
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return True


def summarise(folder: Path, *steps: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, summary.__file__, str(folder), *steps]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_the_end_names_the_failed_tests_and_the_file_with_all_the_rest(tmp_path: Path) -> None:
    report(tmp_path, "units", "failed")
    report(tmp_path, "docs", "success")
    (tmp_path / "units.log").write_text(PYTEST_LOG, encoding="utf-8")
    done = summarise(tmp_path, "units", "docs")
    assert done.returncode == 1
    lines = [line for line in done.stdout.splitlines() if line]
    assert lines == [
        f"FAILED: units (failed). All it printed: {tmp_path / 'units.log'}",
        "  tests/unit/test_a.py::test_one[a b] - AssertionError: no",
        "  tests/unit/test_b.py::test_two - FileNotFoundError",
        "Tests: 1688 passed, 2 failed",
        "Steps: 1 passed, 1 failed",
    ]


def test_when_all_passed_the_end_is_short(tmp_path: Path) -> None:
    report(tmp_path, "units", "success")
    report(tmp_path, "old", "skipped", "old is left out: no Python 3.9 was found on this machine")
    (tmp_path / "units.log").write_text("===== 7 passed in 1.00s =====\n", encoding="utf-8")
    done = summarise(tmp_path, "units", "old")
    assert done.returncode == 0
    assert [line for line in done.stdout.splitlines() if line] == [
        "old is left out: no Python 3.9 was found on this machine",
        "Tests: 7 passed, 0 failed",
        "Steps: 2 passed, 0 failed",
    ]


def test_a_step_that_never_ran_has_failed(tmp_path: Path) -> None:
    done = summarise(tmp_path, "units")
    assert done.returncode == 1
    assert "FAILED: units (did not run)" in done.stdout


@pytest.mark.parametrize(
    ("log", "shown"),
    [
        ('x\nFATAL: Command "y" returned exit status 1.\nz\n', ['FATAL: Command "y" returned exit status 1.']),
        ("tools/a.py:1: error: Wrong  [type]\nFound 1 error\n", ["tools/a.py:1: error: Wrong  [type]"]),
        (
            "nox > Session x was left\nsomething\n\nRun `make update`: stale\n",
            ["something", "Run `make update`: stale"],
        ),
        ("".join(f"ERROR: {n}\n" for n in range(12)), [*(f"ERROR: {n}" for n in range(10)), "and 2 more"]),
    ],
)
def test_of_other_tools_their_errors_are_shown_or_what_they_said_last(log: str, shown: list[str]) -> None:
    assert summary.failures_in(log.splitlines()) == shown
