# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A soak in real time: the event source with thousands of jobs, and plays at random, side by side."""

from __future__ import annotations

import tempfile
import threading
import time
from pathlib import Path

from ansible_collections.huaweicloud.ims.tests.campaign.long_watch import LongWatch
from ansible_collections.huaweicloud.ims.tests.campaign.random_plays import Played, RandomPlays

# Side by side, as the plays wait most of their time.
_LANES = 2


def endure(seconds: float, jobs: int, plays: int, seed: int) -> list[str]:
    """Print the figures; return a sentence for each broken promise."""
    with tempfile.TemporaryDirectory(prefix="ims-soak-") as folder:
        watch = LongWatch(Path(folder), jobs, seconds, seed)
        lanes = [_Lane(seed + number * plays, plays // _LANES, seconds) for number in range(_LANES)]
        threads = [threading.Thread(target=watch.run), *(threading.Thread(target=lane.run) for lane in lanes)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    played = Played()
    for lane in lanes:
        played.add(lane.plays.found)
    for line in (*watch.found.lines(), *played.lines()):
        print(line)
    return [*watch.found.broken, *played.broken]


class _Lane:
    """Plays one after the other, spread over the time."""

    def __init__(self, first_seed: int, count: int, seconds: float) -> None:
        self.plays = RandomPlays(first_seed)
        self._count = count
        self._pause = seconds / max(1, count)

    def run(self) -> None:
        began = time.monotonic()
        for number in range(self._count):
            time.sleep(max(0.0, began + number * self._pause - time.monotonic()))
            known = len(self.plays.found.broken)
            self.plays.play_next()
            for sentence in self.plays.found.broken[known:]:
                print(f"after {time.monotonic() - began:.0f} s: {sentence}", flush=True)
