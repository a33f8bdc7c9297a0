# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the attributes that modules and action plugins have."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options: {}
attributes:
  check_mode:
    description: Can run in C(check_mode) and return changed status prediction without modifying target.
  diff_mode:
    description: Will return details on what has changed (or possibly needs changing in C(check_mode)), when in diff
      mode.
  action_group:
    description: Use C(group/huaweicloud.ims.ims) in C(module_defaults) to set defaults for this module.
    support: full
    membership:
      - huaweicloud.ims.ims
"""

    INFO = r"""
options: {}
attributes:
  check_mode:
    support: full
    details:
      - This only reads.
  diff_mode:
    support: N/A
    details:
      - This only reads.
"""

    IN_PROCESS = r"""
options: {}
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
    details:
      - Where the module would run on the controller, and neither C(become) nor C(async) is used, no module is started;
        it is all done in the process that Ansible has made for the task.
  async:
    description: Supports being used with the C(async) keyword.
    support: full
"""

    ACTION = r"""
options: {}
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
  async:
    description: Supports being used with the C(async) keyword.
    support: none
    details:
      - It runs on the controller. Give it many jobs at once instead.
"""
