# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A long wait in no time: tokens that live half a minute, and memory that has to stay flat."""

from __future__ import annotations

import dataclasses
import gc
import random
import tracemalloc

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import Silence
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.plan import Plan
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import schedule_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Ending, Outcome, Wait
from ansible_collections.huaweicloud.ims.tests.campaign.world import FastClock, Party
from ansible_collections.huaweicloud.ims.tests.simulator import JobScript, Simulator

TOKEN_SECONDS = 30.0


@dataclasses.dataclass(frozen=True)
class Soaked:
    outcome: Outcome
    logins: int
    memory: list[float]
    """KiB held, at every tenth of the wait."""

    @property
    def growth(self) -> float:
        """Return by how many KiB the memory grew in the second half: by then, past tokens have been forgotten again."""
        settled = self.memory[len(self.memory) // 2 :]
        return max(settled) - settled[0]


class _Gauge(Silence):
    """Notes the memory now and then; forgets what the simulator remembers, which runs in this process."""

    def __init__(self, simulator: Simulator, clock: FastClock, every: float) -> None:
        self._simulator = simulator
        self._clock = clock
        self._every = every
        self.next_line_at = clock.now() + every
        self.logins = 0
        self.memory: list[float] = []

    def polled(self, wait: object, batch: object, changed: object) -> None:
        if self._clock.now() >= self.next_line_at:
            self.alive(wait)

    def alive(self, wait: object) -> None:
        self.next_line_at = self._clock.now() + self._every
        self.forget()
        gc.collect()
        self.memory.append(tracemalloc.get_traced_memory()[0] / 1024)

    def forget(self) -> None:
        self.logins += self._simulator.requests.count(path="/v3/auth/tokens")
        self._simulator.requests.clear()
        live = {
            value: token for value, token in self._simulator.identity.tokens.items() if self._lives(token.expires_at)
        }
        self._simulator.identity.tokens = live

    def _lives(self, expires_at: float) -> bool:
        return expires_at > self._clock.now()


def soak(seconds: float, interval: float) -> Soaked:
    """Wait for a job that never ends, with a login whose tokens live half a minute. Raises where a look went wrong."""
    clock = FastClock()
    with Simulator(clock=clock) as simulator:
        simulator.configure(token_seconds=TOKEN_SECONDS)
        party = Party(simulator, clock, "password", random.Random(0))
        job_id = simulator.cloud.add_job(script=JobScript(outcome="NEVER"))
        plan = Plan(
            schedule_for("fixed", interval, interval),
            interval,
            interval,
            10.0,
            False,
            timeout=seconds,
            error_timeout=300.0,
        )
        gauge = _Gauge(simulator, clock, seconds / 10)
        tracemalloc.start()
        try:
            outcome = Wait([job_id], party.client, plan, clock, observer=gauge).run()
        finally:
            tracemalloc.stop()
            party.close()
        gauge.forget()
    if outcome.poll_errors or outcome.ending is not Ending.TIMED_OUT:
        raise AssertionError(f"{outcome.ending}: {outcome.poll_errors} bad answers, {outcome.last_error}")
    return Soaked(outcome, gauge.logins, gauge.memory)
