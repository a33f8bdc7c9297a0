# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many trials one after the other, and what is left of the process afterwards."""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from ansible_collections.huaweicloud.ims.tests.campaign.trial import Trial, run_trial
from ansible_collections.huaweicloud.ims.tests.campaign.verdict import broken_promises
from ansible_collections.huaweicloud.ims.tests.campaign.world import FastClock, belongings, settled
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator


@dataclasses.dataclass
class Summary:
    """Counts over all trials. ``broken`` is a sentence for each broken promise; there should be none."""

    trials: int = 0
    requests: int = 0
    endings: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    struck: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    starts: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    broken: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: Summary) -> None:
        self.trials += other.trials
        self.requests += other.requests
        self.endings += other.endings
        self.struck += other.struck
        self.starts += other.starts
        self.broken += other.broken


def run_chaos(seeds: t.Iterable[int]) -> Summary:
    """Play the trials with these seeds, on one simulator and one clock."""
    summary = Summary()
    before = belongings()
    clock = FastClock()
    with Simulator(clock=clock) as simulator:
        for seed in seeds:
            # Nothing of a trial is kept: the last error holds on to the connection that it came from.
            _note(summary, run_trial(simulator, clock, seed))
    after = settled(before)
    if any(new > old for new, old in zip(after, before)):
        summary.broken.append(f"left behind: {after}, before it was {before}")
    return summary


def _note(summary: Summary, trial: Trial) -> None:
    summary.trials += 1
    summary.requests += trial.simulator.requests.total
    summary.endings[trial.outcome.ending.value] += 1
    summary.struck.update(trial.struck)
    summary.starts[type(trial.start.error).__name__ if trial.start.error else "started"] += 1
    summary.broken += broken_promises(trial)
