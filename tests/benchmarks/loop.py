# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our own policy over a job: the wait loop that users run, on a clock that jumps, before a cloud that has one job."""

from __future__ import annotations

import datetime
import functools
import random
import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.protocol import Answer
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import Silence
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.plan import Plan
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import schedule_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Ending, Wait
from ansible_collections.huaweicloud.ims.tests.benchmarks.population import Simulated

_JOB_ID = "edc89b490d7d4392898e19b2deb34797"
_BEGUN = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
# The slowest job of any population takes a tenth of it.
_TIMEOUT = 1e7
_SILENCE = Silence()


class _Clock:
    """Time passes by sleeping, and takes none."""

    def __init__(self) -> None:
        self.elapsed = 0.0

    def now(self) -> float:
        return self.elapsed

    def utc(self) -> datetime.datetime:
        return _BEGUN

    def sleep(self, seconds: float) -> None:
        self.elapsed += seconds


class _Cloud:
    """A Fetch that answers at once, as the job stands by the clock."""

    batch_size = 1

    def __init__(self, simulated: Simulated, clock: _Clock) -> None:
        self.requests = 0
        self._simulated = simulated
        self._clock = clock

    def submit(self, job_ids: t.Sequence[str], timeout: float) -> None:
        self.requests += 1

    def collect(self, timeout: float) -> dict[str, Answer]:
        fraction = self._clock.elapsed / self._simulated.duration
        if fraction >= 1:
            return {_JOB_ID: _answer("SUCCESS", None)}
        return {_JOB_ID: _answer("RUNNING", self._simulated.percent(fraction))}


@functools.cache
def _answer(status: str, percent: float | None) -> Job:
    entities = {} if percent is None else {"process_percent": percent / 100}
    return Job.from_api({"job_id": _JOB_ID, "status": status, "entities": entities})


def waited(backoff: str, interval: float, max_interval: float, simulated: Simulated) -> tuple[int, float]:
    """Wait for a job with these options; return how many looks it took, and how late (seconds) its end was noticed."""
    clock = _Clock()
    cloud = _Cloud(simulated, clock)
    schedule = schedule_for(backoff, interval, max_interval)
    plan = Plan(schedule, interval, max_interval, 1000.0, False, timeout=_TIMEOUT, error_timeout=_TIMEOUT)
    # The same for the same job, in whichever order and process the jobs are waited for.
    draw = random.Random(simulated.duration).random
    outcome = Wait([_JOB_ID], cloud, plan, clock, observer=_SILENCE, random=draw).run()
    if outcome.ending is not Ending.DONE or outcome.polls != cloud.requests:
        raise RuntimeError(f"The wait ended with {outcome.ending}, after {cloud.requests} requests.")
    return outcome.polls, clock.elapsed - simulated.duration
