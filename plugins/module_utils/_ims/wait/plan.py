# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How to wait, as a value."""

from __future__ import annotations

import dataclasses
import math

from .schedule import Schedule


@dataclasses.dataclass(frozen=True)
class Plan:
    """How to wait; names and meanings are those of the options of wait_for_ims_job. All durations are seconds.

    ``request_timeout`` bounds a wait with ``timeout: 0``, which polls each job once.
    """

    schedule: Schedule
    interval: float
    max_interval: float
    max_requests_per_second: float
    ignore_partial_failure: bool
    timeout: float = math.inf
    delay: float = 0.0
    request_timeout: float = 30.0
    error_timeout: float = math.inf
    stall_timeout: float = 0.0
    wait_for_any: bool = False
    fail_fast: bool = True

    @property
    def is_endless(self) -> bool:
        """Return whether outages are outlasted however long they take: nobody waits for an outcome."""
        return math.isinf(self.error_timeout)
