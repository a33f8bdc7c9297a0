# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The nights of `make campaign` in short: some kills, and two runs that race for the same ten images."""

from __future__ import annotations

import random

import pytest

from ansible_collections.huaweicloud.ims.tests.campaign.nights import SHOWN, disturbed, measure, race

KILLS = 1


@pytest.fixture(scope="module")
def usual() -> tuple[float, int]:
    return measure()


@pytest.mark.parametrize("shown", SHOWN)
def test_a_night_that_is_killed_is_taken_over(usual: tuple[float, int], shown: str) -> None:
    first = random.SystemRandom().randrange(10**6)
    print(f"seeds from {first}")
    for seed in range(first, first + KILLS):
        assert disturbed(seed, shown, *usual).broken == []


def test_two_runs_at_once_make_one_image_ten_times() -> None:
    assert race(10) == []
