# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import STARTING, auth_spec
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import Seen
from ansible_collections.huaweicloud.ims.plugins.module_utils._wait_plan import plan_of

SPEC = auth_spec({}).merged(STARTING)
DEFAULTS = {name: option.get("default") for name, option in SPEC.options.items()}


def test_the_defaults_are_the_documented_ones_in_seconds() -> None:
    plan = plan_of(DEFAULTS)
    assert (plan.timeout, plan.delay, plan.interval, plan.max_interval) == (7200.0, 0.0, 2.0, 30.0)
    assert (plan.error_timeout, plan.stall_timeout, plan.request_timeout) == (300.0, 0.0, 30.0)
    assert (plan.max_requests_per_second, plan.wait_for_any, plan.fail_fast) == (10.0, False, True)
    assert plan.ignore_partial_failure is False


def test_every_option_reaches_the_plan() -> None:
    plan = plan_of(
        {
            **DEFAULTS,
            "timeout": "1h30m",
            "delay": "5s",
            "interval": "1s",
            "max_interval": "1m",
            "error_timeout": 7,
            "stall_timeout": "8",
            "request_timeout": "9s",
            "max_requests_per_second": 2.5,
            "wait_for": "any",
            "fail_fast": False,
            "ignore_partial_failure": True,
            "backoff": "fixed",
        }
    )
    assert (plan.timeout, plan.delay, plan.interval, plan.max_interval) == (5400.0, 5.0, 1.0, 60.0)
    assert (plan.error_timeout, plan.stall_timeout, plan.request_timeout) == (7.0, 8.0, 9.0)
    assert (plan.max_requests_per_second, plan.wait_for_any, plan.fail_fast) == (2.5, True, False)
    assert plan.ignore_partial_failure is True
    assert plan.schedule(Seen(10_000, 9)) == 1.0


def test_a_dry_plan_polls_once_and_never_blocks() -> None:
    plan = plan_of({**DEFAULTS, "delay": "1m"}, dry=True)
    assert (plan.timeout, plan.delay) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"interval": "1m"}, "interval: 60 s is above max_interval, 30 s; lower the one or raise the other."),
        ({"timeout": 1e12}, "timeout: 1e+12 s is not between 0 s and 365 days."),
        ({"max_requests_per_second": 1e-300}, "max_requests_per_second: 1e-300 is not between 0.001 and 100000."),
        ({"request_timeout": 1e10}, "request_timeout: 1e+10 s is not between 0.001 s and 1 day."),
    ],
)
def test_waits_that_cannot_be_made_are_told_in_a_sentence(changes: dict[str, t.Any], sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        plan_of({**DEFAULTS, **changes})
    assert str(caught.value) == sentence
