# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Takes the rates away at which a process starts jobs, to measure what a start itself costs.

A callback, because those are loaded in the main process, before it makes that of a task.
"""

from __future__ import annotations

from ansible.plugins.callback import CallbackBase

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.starts import RATES

DOCUMENTATION = """
name: unpaced
type: aggregate
short_description: Start jobs as fast as it goes
description: For the benchmarks only. No user has this switch.
author: [huaweicloud.ims contributors]
"""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "unpaced"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        RATES.clear()
