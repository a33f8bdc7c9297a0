# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options of modules that wait until something is as it is wanted."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  timeout:
    description:
      - How long to wait until the cloud shows the state that is wanted. The task fails after it, at most a second
        later; what was begun goes on in the cloud, and the same task again waits for it.
      - This and all other times are numbers of seconds, or spans such as V(90s), V(15m) or V(1h30m).
    type: str
    default: 10m
  interval:
    description: The shortest pause between two polls, V(0.001) at least.
    type: str
    default: 2s
  max_interval:
    description: The longest pause between two polls, a day at most.
    type: str
    default: 10s
  error_timeout:
    description:
      - How long the cloud may be unreachable or broken in a row before the wait gives up. Refused connections, HTTP
        statuses 429 and 5xx and unreadable answers are waited through.
      - Refused credentials, missing permissions and wrong requests end the wait at once.
    type: str
    default: 5m
  show_progress:
    description:
      - Whether to print progress lines while the task waits in the process of the task. A module on another host, and a
        task with C(no_log), print nothing.
    type: bool
    default: true
"""
