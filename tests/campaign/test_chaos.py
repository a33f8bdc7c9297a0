# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The campaign's short form: what `make campaign` does in minutes, in seconds."""

from __future__ import annotations

from ansible_collections.huaweicloud.ims.tests.campaign.chaos import run_chaos
from ansible_collections.huaweicloud.ims.tests.campaign.soak import soak
from ansible_collections.huaweicloud.ims.tests.simulator.faults import ALL_KINDS

SEEDS = range(1_000_000, 1_000_120)


def test_no_promise_is_broken_in_bad_weather() -> None:
    summary = run_chaos(SEEDS)
    assert summary.broken == []
    assert summary.trials == len(SEEDS)
    # The weather was as bad as it was meant to be, and the waits ended in many ways.
    assert set(summary.struck) == set(ALL_KINDS)
    assert len(summary.endings) >= 5


def test_a_long_wait_renews_its_token_and_keeps_its_size() -> None:
    soaked = soak(seconds=600, interval=1.0)
    assert soaked.outcome.polls >= 590
    # A token that lives 30 s is renewed after three quarters of that.
    assert 25 <= soaked.logins <= 29
    assert soaked.growth < 64
