# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of a wait to its plan: what can be wrong with them is said here, before anything starts."""

from __future__ import annotations

import dataclasses
import typing as t

from ._ims.errors import OptionError
from ._ims.wait.plan import Plan
from ._ims.wait.schedule import schedule_for
from ._spans import number_of, seconds_of


def endless_plan_of(params: t.Mapping[str, t.Any]) -> Plan:
    """Return the plan of a watch, which has no end. Raises OptionError."""
    interval, max_interval = seconds_of(params, "interval"), seconds_of(params, "max_interval")
    if interval > max_interval:
        raise OptionError(
            f"interval: {interval:g} s is above max_interval, {max_interval:g} s; lower the one or raise the other."
        )
    return Plan(
        schedule=schedule_for(params["backoff"], interval, max_interval),
        interval=interval,
        max_interval=max_interval,
        max_requests_per_second=number_of(params, "max_requests_per_second"),
        ignore_partial_failure=params["ignore_partial_failure"],
        request_timeout=seconds_of(params, "request_timeout"),
    )


def state_plan_of(params: t.Mapping[str, t.Any]) -> Plan:
    """Return the plan of a wait for a state, by what there is of the options of a wait. Raises OptionError."""
    usual = {"backoff": "adaptive", "max_requests_per_second": 10.0, "ignore_partial_failure": False}
    return dataclasses.replace(
        endless_plan_of({**usual, **params}),
        timeout=seconds_of(params, "timeout"),
        error_timeout=seconds_of(params, "error_timeout"),
    )


def plan_of(params: t.Mapping[str, t.Any], *, dry: bool = False) -> Plan:
    """Return the plan of a wait; a dry one polls once and never blocks. Raises OptionError."""
    timeout, delay = seconds_of(params, "timeout"), seconds_of(params, "delay")
    return dataclasses.replace(
        endless_plan_of(params),
        timeout=0.0 if dry else timeout,
        delay=0.0 if dry else delay,
        error_timeout=seconds_of(params, "error_timeout"),
        stall_timeout=seconds_of(params, "stall_timeout"),
        wait_for_any=params["wait_for"] == "any",
        fail_fast=params["fail_fast"],
    )
