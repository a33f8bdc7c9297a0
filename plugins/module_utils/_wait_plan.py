# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the options of a wait to its plan: what can be wrong with them is said here, before anything starts."""

from __future__ import annotations

import typing as t

from ._ims.errors import OptionError
from ._ims.wait.plan import Plan
from ._ims.wait.schedule import schedule_for
from ._spans import number_of, seconds_of

_SPANS = ("timeout", "delay", "interval", "max_interval", "error_timeout", "stall_timeout", "request_timeout")


def plan_of(params: t.Mapping[str, t.Any], *, dry: bool = False) -> Plan:
    """Return the plan; a dry one polls once and never blocks. Raises OptionError."""
    spans = {name: seconds_of(params, name) for name in _SPANS}
    interval, max_interval = spans["interval"], spans["max_interval"]
    rate = number_of(params, "max_requests_per_second")
    if interval > max_interval:
        raise OptionError(
            f"interval: {interval:g} s is above max_interval, {max_interval:g} s; lower the one or raise the other."
        )
    if dry:
        spans.update(timeout=0.0, delay=0.0)
    return Plan(
        schedule=schedule_for(params["backoff"], interval, max_interval),
        max_requests_per_second=rate,
        wait_for_any=params["wait_for"] == "any",
        fail_fast=params["fail_fast"],
        ignore_partial_failure=params["ignore_partial_failure"],
        **spans,
    )
