# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say how the steps of `make test` ended, from nox's reports: summary.py FOLDER STEP..."""

from __future__ import annotations

import json
import sys
import typing as t
from pathlib import Path

PASSED = "success"
LEFT_OUT = "skipped"


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


def main() -> int:
    folder, *steps = sys.argv[1:]
    outcomes = [outcome for step in steps for outcome in outcomes_of(Path(folder, f"{step}.json"))]
    passed = [f"{o.name} {o.duration:.0f} s" for o in outcomes if o.result == PASSED]
    failed = [f"{o.name} ({o.reason or o.result})" for o in outcomes if o.result not in {PASSED, LEFT_OUT}]
    print(f"\nPassed: {', '.join(passed) or 'nothing'}")
    for outcome in outcomes:
        if outcome.result == LEFT_OUT:
            print(outcome.reason)
    if failed:
        print(f"FAILED: {', '.join(failed)}. Look above for 'Running session' and the name.")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
