# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No wait goes on past its deadline, whatever the server does: each case in real time, many at once.

Run as a program it prints the table: python tests/campaign/deadlines.py
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import sys
import time
import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.clock import SystemClock
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import Silence
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.plan import Plan
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import schedule_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Ending, Wait
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import resolve
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Simulator

# The pieces of a trickling answer come so slowly that it never ends in time.
_PAUSE = 0.2
_FOREVER = 3600.0


@dataclasses.dataclass(frozen=True)
class Case:
    """A server's behaviour, and a wait that meets it."""

    name: str
    faults: tuple[Fault, ...] = ()
    jobs: int = 1
    rate: float = 10.0
    by_password: bool = False
    looks_project_up: bool = False


@dataclasses.dataclass(frozen=True)
class Measured:
    case: Case
    timeout: float
    elapsed: float
    wall: float
    ending: Ending
    unpolled: int


def _trickle(phase: str, path: str | None = None) -> tuple[Fault, ...]:
    return (Fault("trickle", seconds=_PAUSE, phase=phase, path=path),)


CASES: tuple[Case, ...] = (
    *(
        Case(f"trickled: {phase.replace('_', ' ')}", _trickle(phase))
        for phase in ("status_line", "header_bytes", "body")
    ),
    *(
        Case(f"endless: {phase.replace('_', ' ')}", _trickle(phase))
        for phase in ("header_lines", "chunks", "chunk_extension", "trailers", "continue")
    ),
    Case("silent server", _trickle("silent")),
    Case("20 jobs, silent server", _trickle("silent"), jobs=20),
    Case("a valid response after 9 s", (Fault("delay", seconds=9.0),)),
    Case("100 jobs, 1 s an answer", (Fault("delay", seconds=1.0),), jobs=100),
    Case("200 jobs, 1 s an answer", (Fault("delay", seconds=1.0),), jobs=200),
    Case("300 jobs, instant answers", jobs=300),
    Case("one request in 100 s", rate=0.01),
    Case(
        "HTTP 401 after 2 s, then a slow login",
        (
            Fault("status", status=401, method="GET", count=1),
            Fault("delay", seconds=2.0, method="GET"),
            Fault("delay", seconds=8.0, path="/v3/auth/tokens", skip=1),
        ),
        by_password=True,
    ),
    Case(
        "ShowJob not published, 2 s each",
        (Fault("status", status=404, body="documented", path="/v1/.*/jobs/"), Fault("delay", seconds=2.0)),
    ),
    Case("IAM silent, login", _trickle("silent", "/v3/"), by_password=True),
    Case("IAM silent, project look-up", _trickle("silent", "/v3/"), looks_project_up=True),
    Case("Retry-After of a year", (Fault("absurd", what="retry_after"), Fault("status", status=503))),
)


def measure(case: Case, timeout: float) -> Measured:
    """Wait for jobs that never end, with real time and real sockets."""
    with Simulator() as simulator:
        ids = [simulator.cloud.add_job(script=JobScript(outcome="NEVER")) for _turn in range(case.jobs)]
        for fault in case.faults:
            simulator.faults.add(fault)
        clock, warnings = SystemClock(), []
        client = connect(resolve(_options(simulator, case), {}), {}, clock, warnings.append)
        plan = Plan(
            schedule=schedule_for("adaptive", 2.0, 20.0),
            interval=2.0,
            max_interval=20.0,
            max_requests_per_second=case.rate,
            ignore_partial_failure=False,
            timeout=timeout,
            request_timeout=30.0,
            error_timeout=300.0,
        )
        begun = time.monotonic()
        outcome = Wait(ids, client, plan, clock, observer=Silence()).run()
        wall = time.monotonic() - begun
        client.close()
    return Measured(case, timeout, outcome.elapsed, wall, outcome.ending, len(outcome.unpolled))


def _options(simulator: Simulator, case: Case) -> dict[str, t.Any]:
    account, url = simulator.account, simulator.url
    places = {"region": account.region, "endpoint": url, "iam_endpoint": url, "validate_certs": True}
    if not case.looks_project_up:
        places["project_id"] = account.project_id
    keys = {"access_key": account.access_key, "secret_key": account.secret_key}
    login = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
    return {**places, **(login if case.by_password else keys), "auth_type": "auto", "request_timeout": 30.0}


def measure_all(timeout: float, cases: t.Sequence[Case] = CASES) -> list[Measured]:
    """Measure all cases, a few at a time: they wait for most of their time."""
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        return list(pool.map(lambda case: measure(case, timeout), cases))


def main() -> int:
    measured = measure_all(3.0)
    for row in measured:
        print(f"{row.case.name:<40} {row.elapsed:6.2f} s  {row.ending.value:<10} {row.unpolled} not polled")
    return int(any(row.elapsed > row.timeout + 1 for row in measured))


if __name__ == "__main__":
    sys.exit(main())
