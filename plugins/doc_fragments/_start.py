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
      - The options from O(timeout) to O(poll_from) count only with this; the task warns when they are given without.
    type: bool
    default: false
attributes:
  action:
    description: Indicates this has a corresponding action plugin so some parts of the options can be executed on the
      controller.
    support: full
    details:
      - The job is started from the task's host. Where that is the controller, and neither C(become) nor C(async) is
        used, no module is started for it. The waiting is done on the controller.
  async:
    description: Supports being used with the C(async) keyword.
    support: partial
    details:
      - Not with O(wait=true).
  check_mode:
    support: full
    details:
      - Nothing is sent. RV(job_id) is null then. An image that an earlier task would have made may be unknown.
  diff_mode:
    support: none
notes:
  - The request that starts the job is sent once, and repeated only after an answer that proves that nothing was
    started. When its answer is lost, the task fails and says that the job may have been started. Another attempt of the
    same task (C(until), C(retries)) is refused then; a job that an earlier attempt has started is waited for instead
    of starting a second one.
  - With O(wait=true) on another host, the job is started in the name of whoever polls it, the user that the task or the
    controller's environment names.
  - With O(journal), a start that an earlier run has begun, and that has not ended, is taken over instead of repeated.
    Where that run was cut off before it knew the job's id, the images that it would have made are looked for by their
    names, with O(wait=true) for up to O(timeout). Where none appears, or the job makes no image with a name, the task
    fails and tells what to do. It never starts a second job.
  - Where the job is started by a module (on another host, with C(become) or C(async)), O(journal) is a folder of that
    host, and needs O(journal_run), because nobody notes there how the job ends.
  - A job that has been started goes on in the cloud whatever becomes of the task. IMS has no call that cancels a job.
"""
