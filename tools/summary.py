# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say how the steps of `make test` ended, from nox's reports and the logs: summary.py FOLDER STEP..."""

from __future__ import annotations

import json
import re
import sys
import typing as t
from pathlib import Path

PASSED = "success"
LEFT_OUT = "skipped"
SHOWN = 10
"""Lines for each failed step."""
# pytest's line for a failed test, and its last line.
FAILED_TEST = re.compile(r"^(?:FAILED|ERROR) (?=\S+(?:::|\.py))")
PYTEST_ENDED = re.compile(r"^=+ (.*\d+ (?:passed|failed|error).*) in [\d.]+s.*=+$")
COUNT = re.compile(r"(\d+) (passed|failed|error)")
# What other tools say of a mistake: ansible-test, ansible-lint, mypy, ruff, yamllint, make_venv.py and the like.
MISTAKE = re.compile(r"^(?:FATAL|ERROR|\[ERROR\]|fatal|The test `|nox > (?!Command|Session|Running|Ran|\* ))|: error: ")


class Outcome(t.NamedTuple):
    """How a session ended."""

    name: str
    result: str
    reason: str | None = None
    duration: float = 0.0


def outcomes_of(report: Path) -> list[Outcome]:
    if not report.exists():
        return [Outcome(report.stem, "did not run")]
    sessions = json.loads(report.read_text(encoding="utf-8"))["sessions"]
    return [Outcome(s["name"], s["result"], s["reason"], s["duration"]) for s in sessions]


def lines_of(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []


def counted(lines: t.Iterable[str]) -> tuple[int, int]:
    """Return how many tests passed and failed in all of pytest's runs in a log."""
    passed = failed = 0
    for line in lines:
        ended = PYTEST_ENDED.match(line)
        for number, what in COUNT.findall(ended[1]) if ended else []:
            passed += int(number) if what == "passed" else 0
            failed += int(number) if what != "passed" else 0
    return passed, failed


def failures_in(lines: list[str]) -> list[str]:
    """Return the lines of a log that tell what failed: the tests, other mistakes, or what was said last."""
    tests = [FAILED_TEST.sub("", line) for line in lines if FAILED_TEST.match(line)]
    mistakes = tests or [line for line in lines if MISTAKE.search(line)]
    if len(mistakes) > SHOWN:
        return [*mistakes[:SHOWN], f"and {len(mistakes) - SHOWN} more"]
    return mistakes or [line for line in lines if line.strip() and not line.startswith("nox > ")][-SHOWN:]


def main() -> int:
    folder, *steps = sys.argv[1:]
    failed_steps = 0
    passed = failed = 0
    print()
    for step in steps:
        log = Path(folder, f"{step}.log")
        lines = lines_of(log)
        here = counted(lines)
        passed, failed = passed + here[0], failed + here[1]
        outcomes = outcomes_of(Path(folder, f"{step}.json"))
        for outcome in outcomes:
            if outcome.result == LEFT_OUT:
                print(outcome.reason)
        if bad := [o for o in outcomes if o.result not in {PASSED, LEFT_OUT}]:
            failed_steps += 1
            print(f"\nFAILED: {', '.join(f'{o.name} ({o.reason or o.result})' for o in bad)}. All it printed: {log}")
            print("\n".join(f"  {line}" for line in failures_in(lines)))
    print(f"\nTests: {passed} passed, {failed} failed")
    print(f"Steps: {len(steps) - failed_steps} passed, {failed_steps} failed")
    return int(bool(failed_steps) or len(steps) == 0)


if __name__ == "__main__":
    sys.exit(main())
