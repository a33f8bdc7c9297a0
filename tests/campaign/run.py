# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole campaign: ``python tests/campaign/run.py [--trials N] [--nights N] [--first SEED]``; 0: nothing broke.

With ``--soak SECONDS`` it is a soak in real time instead: the event source with 5,000 jobs, and plays at random.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import multiprocessing
import os
import sys
import time
import typing as t

from ansible_collections.huaweicloud.ims.tests.campaign.chaos import Summary, run_chaos
from ansible_collections.huaweicloud.ims.tests.campaign.endurance import endure
from ansible_collections.huaweicloud.ims.tests.campaign.nights import SHOWN, Story, disturbed, measure, race
from ansible_collections.huaweicloud.ims.tests.campaign.soak import soak

_SOAK_SECONDS, _SOAK_INTERVAL, _MOST_GROWTH = 1800.0, 0.5, 64.0
_MOST_SHOWN = 50
# Of a soak in real time.
_PLAYS_PER_SECOND = 200 / 3600


def main(arguments: t.Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--trials", type=int, default=2400, help="how many waits (default: %(default)s)")
    parser.add_argument("--first", type=int, default=0, help="the seed of the first one; each has the next")
    parser.add_argument("--nights", type=int, default=20, help="how many killed nights of each kind (default: 20)")
    parser.add_argument("--soak", type=float, metavar="SECONDS", help="a soak in real time instead, so long")
    parser.add_argument("--jobs", type=int, default=5000, help="of the soak's event source (default: %(default)s)")
    options = parser.parse_args(arguments)
    began = time.monotonic()
    if options.soak:
        plays = round(options.soak * _PLAYS_PER_SECOND)
        broken = endure(options.soak, options.jobs, plays, options.first)
    else:
        summary = chaos(options.first, options.trials)
        _show(summary)
        broken = [*summary.broken, *_soak(), *_nights(options.first, options.nights)]
    for sentence in broken[:_MOST_SHOWN]:
        print(f"BROKEN {sentence}")
    print(f"{len(broken)} promises broken; {time.monotonic() - began:.0f} s")
    return 1 if broken else 0


def chaos(first: int, trials: int) -> Summary:
    """Share the trials among processes, one for each core: each has a simulator and a clock of its own."""
    workers = len(os.sched_getaffinity(0))
    shares = [range(first + worker, first + trials, workers) for worker in range(workers)]
    # Spawned, so that none inherits sockets or threads.
    with concurrent.futures.ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        parts = list(pool.map(run_chaos, shares))
    whole = Summary()
    for part in parts:
        whole.add(part)
    return whole


def _nights(first: int, count: int) -> list[str]:
    """Kill so many nights in each of three clouds, and let runs race ten times."""
    story = Story()
    seconds, requests = measure() if count else (0.0, 0)
    for seed in range(first, first + count):
        for shown in SHOWN:
            night = disturbed(seed, shown, seconds, requests)
            story.nights += night.nights
            story.unclear += night.unclear
            story.broken += night.broken
    print(f"nights: {story.nights} killed, {story.unclear} times a person had to look into the console")
    return [*story.broken, *(race() if count else [])]


def _show(summary: Summary) -> None:
    print(f"{summary.trials} waits, {summary.requests} requests")
    for title, counts in (("ended", summary.endings), ("starts", summary.starts), ("hit by", summary.struck)):
        print(f"{title}: {', '.join(f'{name} {count}' for name, count in counts.most_common())}")


def _soak() -> list[str]:
    soaked = soak(_SOAK_SECONDS, _SOAK_INTERVAL)
    memory = ", ".join(f"{kib:.0f}" for kib in soaked.memory)
    print(f"soak: {soaked.outcome.polls} polls, {soaked.logins} logins, KiB held: {memory}")
    if soaked.growth > _MOST_GROWTH:
        return [f"the soak grew by {soaked.growth:.0f} KiB"]
    return []


if __name__ == "__main__":
    sys.exit(main())
