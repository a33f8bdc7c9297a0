# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation shared by every module that starts a job."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  wait:
    description:
      - Whether to wait until the job is done, as M(huaweicloud.ims.wait_for_ims_job) does, with live progress. The task
        then fails when the job fails or the time is up, and also returns what that module returns.
      - The options from O(timeout) to O(poll_from) count only with this.
    type: bool
    default: false
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
    details:
      - The module runs on the task's host and starts the job. The waiting is done on the controller.
  async:
    description: Supports being used with the C(async) keyword.
    support: none
  check_mode:
    support: full
    details:
      - Nothing is sent. There is no RV(job_id) then.
  diff_mode:
    support: none
notes:
  - The request that starts the job is sent once and never repeated. When its answer is lost, the task fails and says
    that the job may have been started.
  - A job that has been started goes on in the cloud whatever becomes of the task. IMS has no call that cancels a job.
"""
