#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation only: the code is the action plugin of this name. ansible-doc would not find a .yml file here."""

from __future__ import annotations

DOCUMENTATION = r"""
module: wait_for_ims_job
short_description: Wait until asynchronous jobs of Huawei Cloud IMS are done
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Blocks the playbook until jobs of the Image Management Service (IMS) have ended, shows how far they are while it
    waits, and says exactly why when one fails or the time is up.
  - Takes one job or thousands under one deadline, and asks for all of them at a bounded rate.
  - Only the status V(SUCCESS) is a success. A job that ends with V(FAIL), a batch of which a part failed, and an id
    that the cloud does not know (after the first minute, since a new job may not be known at once) fail the task.
  - It runs on the controller (in AWX, in the execution environment), whatever C(hosts) says.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._job
  - huaweicloud.ims._wait
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.action
attributes:
  check_mode:
    support: full
    details:
      - It takes one look and never blocks. Without a job id, as after a start task in check mode, it is skipped.
  diff_mode:
    support: N/A
    details:
      - It changes nothing.
notes:
  - Credentials, proxies and the CA bundle are looked up in the C(environment) of the task, then in that of Ansible
    itself.
  - A failure is a normal failed result, so C(until), C(failed_when), C(ignore_errors) and C(rescue) work. Wrong options
    end the task at once.
  - Cancelling a job in AWX, or killing C(ansible-playbook), does not stop the IMS job, and leaves no time for a last
    word. That is why the first line names the job and the deadline. IMS has no call that cancels a job.
  - The last look at the deadline may take 10 seconds more when the cloud is slow to answer.
seealso:
  - module: huaweicloud.ims.ims_job_info
  - module: huaweicloud.ims.ims_image_export
"""

EXAMPLES = r"""
- name: Export an image
  huaweicloud.ims.ims_image_export:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    bucket_url: ims-image:centos7_5.qcow2
    file_format: qcow2
  register: export

- name: Wait until it is there
  huaweicloud.ims.wait_for_ims_job:
    job_id: "{{ export.job_id }}"
    timeout: 5400

- name: Start several exports
  huaweicloud.ims.ims_image_export:
    image_id: "{{ item.image_id }}"
    bucket_url: "{{ item.bucket_url }}"
    file_format: qcow2
  loop: "{{ images_to_export }}"
  register: exports

- name: Wait for all of them under one deadline, and go on when one fails
  huaweicloud.ims.wait_for_ims_job:
    job_ids: "{{ exports.results }}"
    timeout: 14400
    fail_fast: false

- name: Wait for whichever is done first
  huaweicloud.ims.wait_for_ims_job:
    job_ids: "{{ exports.results }}"
    wait_for: any

- name: Accept that some of the projects could not be added
  huaweicloud.ims.wait_for_ims_job:
    job_id: 9a175ac692fa12540193002a6d4b2720
    ignore_partial_failure: true

- name: Hand the image over to the next node of an AWX workflow
  huaweicloud.ims.wait_for_ims_job:
    job_id: "{{ create.job_id }}"
    artifacts: true

- name: Report a failure, and go on
  block:
    - name: Wait
      huaweicloud.ims.wait_for_ims_job:
        job_id: "{{ export.job_id }}"
      register: waited
  rescue:
    - name: Say why
      ansible.builtin.debug:
        msg: "{{ ansible_failed_result.msg }}"
"""

RETURN = r"""
jobs:
  description:
    - The jobs as they were when last seen, in the order asked, each as M(huaweicloud.ims.ims_job_info) returns it. One
      that was never seen has a null status.
    - With very many jobs the least interesting keys are left out, see RV(left_out).
  returned: when there was something to wait for
  type: list
  elements: dict
job:
  description: The only entry of RV(jobs).
  returned: when one job was waited for
  type: dict
succeeded_jobs:
  description: Ids of the jobs that ended well.
  returned: when there was something to wait for
  type: list
  elements: str
pending_jobs:
  description: Ids of the jobs that have not ended, as far as is known. They go on in the cloud.
  returned: when there was something to wait for
  type: list
  elements: str
failed_jobs:
  description:
    - Ids of the jobs that ended badly, ended with failed items, or are not known to the cloud.
  returned: when there was something to wait for
  type: list
  elements: str
timed_out:
  description: Whether the time was up.
  returned: when there was something to wait for
  type: bool
stalled:
  description: Whether the wait ended because of O(stall_timeout).
  returned: when there was something to wait for
  type: bool
elapsed:
  description: How long the wait took, in seconds.
  returned: when there was something to wait for
  type: float
  sample: 124.031
deadline:
  description: When the time was up, or would have been, UTC.
  returned: when there was something to wait for
  type: str
  sample: "2024-11-06T08:16:51Z"
polls:
  description: How many looks at jobs were taken.
  returned: when there was something to wait for
  type: int
  sample: 19
requests:
  description: How many HTTP requests were sent, logins in them.
  returned: when there was something to wait for
  type: int
  sample: 20
poll_errors:
  description: Polls that brought no valid response.
  returned: when there was something to wait for
  type: dict
  contains:
    count:
      description: How many.
      type: int
    last:
      description: What was wrong with the last of them, or null.
      type: str
timeline:
  description:
    - For each job id its changes of status, step and percent. At most 50 are kept for a job, the first and the latest.
    - Empty when there are too many jobs, see RV(left_out).
  returned: when there was something to wait for
  type: dict
  sample:
    edc89b490d7d4392898e19b2deb34797:
      - {elapsed: 0.1, status: INIT, progress_percent: null, current_task: null}
      - {elapsed: 4.2, status: RUNNING, progress_percent: 12.0, current_task: ExportImageTask}
left_out:
  description: What was left out to keep the result small enough for AWX, or null.
  returned: when there was something to wait for
  type: str
unpolled_jobs:
  description:
    - Ids of jobs that no answer came for before the deadline. They are in RV(pending_jobs), too.
  returned: when there was something to wait for
  type: list
  elements: str
  sample: []
schema_violations:
  description:
    - What was odd in the cloud's answers about these jobs, and is left out here. Each place is told once.
  returned: when there was something to wait for
  type: list
  elements: str
  sample: []
ignored_job_ids:
  description: How many entries of O(job_ids) were nulls, blanks or repeats.
  returned: when there was something to wait for
  type: int
  sample: 0
msg:
  description: One sentence that says how it ended, and why.
  returned: always
  type: str
http_status:
  description: HTTP status of the answer that ended the wait.
  returned: when the cloud refused a request
  type: int
error_code:
  description: The cloud's code for it.
  returned: when the cloud refused a request
  type: str
error_msg:
  description: The cloud's words for it.
  returned: when the cloud refused a request
  type: str
request_id:
  description: Id of that request, for a ticket to the cloud's support.
  returned: when the cloud refused a request
  type: str
"""
