# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A clock that tests turn, and a cloud that answers as a script says: what waiting is tested with."""

from __future__ import annotations

import datetime
import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.protocol import Polled
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ApiError, ImsError, NoAnswerError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import Silence
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.plan import Plan
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import schedule_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Outcome, Wait

EPOCH = datetime.datetime(2026, 3, 1, 12, 0, 0, tzinfo=datetime.timezone.utc)
JOB_ID = "edc89b490d7d4392898e19b2deb34797"
Reply = t.Callable[[float], Polled]
"""What the cloud says about a job, so many seconds after the test began."""


class FakeClock:
    """Time passes only by sleeping, or by ``pass_``."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.sleeps: list[tuple[float, float]] = []

    def now(self) -> float:
        return 1000.0 + self.elapsed

    def utc(self) -> datetime.datetime:
        return EPOCH + datetime.timedelta(seconds=self.elapsed)

    def sleep(self, seconds: float) -> None:
        self.sleeps.append((self.elapsed, seconds))
        # Rounded up a little, as real clocks do: a sleep never ends too early.
        self.elapsed += seconds + 1e-6

    def pass_(self, seconds: float) -> None:
        self.elapsed += seconds


class ScriptedCloud:
    """Answers by script, and remembers when it was asked for what. ``latency`` is what each batch takes, in seconds."""

    def __init__(
        self,
        clock: FakeClock,
        replies: t.Mapping[str, Reply],
        latency: float = 0.0,
        batch_size: int = 5,
        latencies: t.Mapping[str, float] | None = None,
    ) -> None:
        self._clock = clock
        self._replies = replies
        self._latency = latency
        self._latencies = latencies or {}
        self.batch_size = batch_size
        self.asked: list[tuple[float, str]] = []
        self.timeouts: list[float] = []
        self.requests = 0
        self._under_way: list[tuple[float, str]] = []

    def submit(self, job_ids: t.Sequence[str], timeout: float) -> None:
        self.asked += [(self._clock.elapsed, job_id) for job_id in job_ids]
        self.timeouts.append(timeout)
        for job_id in job_ids:
            latency = min(self._latencies.get(job_id, self._latency), timeout)
            self._under_way.append((self._clock.elapsed + latency, job_id))

    def collect(self, timeout: float) -> dict[str, Polled]:
        """Let time pass until the first answer is there; an answer is what the script says when it arrives."""
        first = min(when for when, _job_id in self._under_way)
        self._clock.pass_(min(max(0.0, first - self._clock.elapsed), timeout))
        there = [entry for entry in self._under_way if entry[0] <= self._clock.elapsed]
        self._under_way = [entry for entry in self._under_way if entry not in there]
        return {job_id: self._replies[job_id](self._clock.elapsed) for _when, job_id in there}

    def times(self, job_id: str = JOB_ID) -> list[float]:
        return [when for when, asked in self.asked if asked == job_id]


def job(status: str, percent: float | None = None, job_id: str = JOB_ID, **fields: t.Any) -> Job:
    """Return a job as the client would; ``percent`` is 0 to 100, ``entities`` may be given in ``fields``."""
    entities = dict(fields.pop("entities", {}))
    if percent is not None:
        entities["process_percent"] = percent / 100
    return Job.from_api({"job_id": job_id, "status": status, "entities": entities, **fields})


def running_until(end: float, then: str = "SUCCESS", job_id: str = JOB_ID, **fields: t.Any) -> Reply:
    """Return a job that runs, without a percent, until it ends with the status ``then``."""
    return lambda now: job(then, job_id=job_id, **fields) if now >= end else job("RUNNING", job_id=job_id)


def always(answer: Polled) -> Reply:
    return lambda now: answer


def between(start: float, end: float, trouble: Polled, otherwise: Reply) -> Reply:
    """Return a reply that is ``trouble`` for a while."""
    return lambda now: trouble if start <= now < end else otherwise(now)


def http_error(status: int, code: str = "APIGW.0201", retry_after: float | None = None) -> ApiError:
    return ApiError(
        api="ShowJob", status=status, code=code, reason="said so", request_id="req-1", retry_after=retry_after
    )


def wrong_host() -> NoAnswerError:
    return NoAnswerError("the host name of ims.example:443 cannot be resolved", is_transient=False, was_sent=False)


def unreachable() -> NoAnswerError:
    return NoAnswerError("connection refused by ims.example:443", was_sent=False)


class Fatal(ImsError):
    """An error that a repetition would only meet again."""


def plan(backoff: str = "fixed", interval: float = 2.0, max_interval: float = 30.0, **options: t.Any) -> Plan:
    schedule = schedule_for(backoff, interval, max_interval)
    usual = {
        "timeout": 7200.0,
        "error_timeout": 300.0,
        "max_requests_per_second": 10.0,
        "ignore_partial_failure": False,
    }
    return Plan(schedule=schedule, interval=interval, max_interval=max_interval, **{**usual, **options})


def wait(
    replies: Reply | t.Mapping[str, Reply],
    plan_: Plan,
    clock: FakeClock | None = None,
    *,
    observer: t.Any = None,
    latency: float = 0.0,
    latencies: t.Mapping[str, float] | None = None,
    batch_size: int = 5,
    is_abandoned: t.Callable[[], bool] = lambda: False,
    random: t.Callable[[], float] = lambda: 0.5,
) -> tuple[Outcome, ScriptedCloud, FakeClock]:
    """Run a whole wait in no time; without ``random`` there is no jitter."""
    clock = clock or FakeClock()
    scripts = replies if isinstance(replies, t.Mapping) else {JOB_ID: replies}
    cloud = ScriptedCloud(clock, scripts, latency, batch_size, latencies)
    waiting = Wait(
        list(scripts),
        cloud,
        plan_,
        clock,
        observer=observer or Silence(),
        is_abandoned=is_abandoned,
        random=random,
    )
    return waiting.run(), cloud, clock
