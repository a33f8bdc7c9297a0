#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_job_info
short_description: Read asynchronous jobs of Huawei Cloud IMS
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Reads the state of jobs of the Image Management Service (IMS), which export, create, import, copy and share images.
  - Each answer is validated against a JSON schema, then handed over in one shape, whichever of the two query calls gave
    it.
  - It looks once. To wait until jobs are done, use M(huaweicloud.ims.wait_for_ims_job), which also shows their
    progress.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._job.query_api
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.info
  - huaweicloud.ims._attributes.in_process
options:
  job_ids:
    description:
      - The jobs, by the RV(ignore:job_id) that the call that started each has returned. Needed unless
        O(journal_entries=true).
      - One id, a list, or ids with commas between them. Instead of an id, the registered result of a task that starts
        jobs can be given, or that of a loop of them.
      - Repeats and the skipped items of a loop are left out. So are nulls, empty texts, and results of tasks that have
        started no job (in a dry run, or because there was nothing to do), with a warning.
      - A job is known only in the region and project where it was started; a copy to another region in its source
        region.
    type: raw
    aliases: [job_id]
  journal_entries:
    description:
      - Whether to list what is in the folder O(journal), as it stands there. The cloud is asked for O(job_ids) only.
    type: bool
    version_added: 2.0.0
notes:
  - What the cloud answers for an unknown job, and how long it remembers finished ones, is not documented. An answer
    with HTTP status 404 is taken to mean that it does not know the job.
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - name: Querying an asynchronous job
    description: The API's documentation (ims_03_0905 and ims_03_0911).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0911.html
"""

EXAMPLES = r"""
- name: Look at one job (keys and region come from the environment)
  huaweicloud.ims.ims_job_info:
    job_id: edc89b490d7d4392898e19b2deb34797
  register: looked

- name: Say how far it is
  ansible.builtin.debug:
    msg: "{{ looked.jobs[0].status }} {{ looked.jobs[0].progress_percent }}%"
  when: looked.jobs | length > 0

- name: Look at several jobs, with everything given
  huaweicloud.ims.ims_job_info:
    access_key: "{{ vault_access_key }}"
    secret_key: "{{ vault_secret_key }}"
    region: cn-north-4
    job_ids:
      - edc89b490d7d4392898e19b2deb34797
      - ff8080814dbd65d7014dbe0d84db0013

- name: Fail when one of them failed
  huaweicloud.ims.ims_job_info:
    job_ids: "{{ started_job_ids }}"
  register: looked
  failed_when: looked is failed or looked is huaweicloud.ims.job_failed

- name: Wait without progress lines, by Ansible's own means
  huaweicloud.ims.ims_job_info:
    job_id: edc89b490d7d4392898e19b2deb34797
  register: looked
  until: looked is huaweicloud.ims.job_finished
  retries: 120
  delay: 15
"""

RETURN = r"""
journal_entries:
  description: What the journal has, the oldest first.
  returned: with O(journal_entries=true)
  type: list
  elements: dict
  contains:
    what:
      description: What was started, or stopped, in words.
      type: str
      sample: "the creation of image golden-2026-03 (source: server)"
    stage:
      description:
        - V(intended) before the request is sent (and for a server that is to be started again), V(started) once the
          job's id is known, V(ended) once somebody has seen it end.
      type: str
      sample: started
    job_id:
      description: The job. Null while it is not known.
      type: str
      sample: edc89b490d7d4392898e19b2deb34797
    succeeded:
      description: How it ended. Null before that.
      type: bool
    image_ids:
      description: The images that it made.
      type: list
      elements: str
    run:
      description: The O(journal_run) of that task.
      type: str
      sample: "2026-03-01"
    intended_at:
      description: When it was written down first (ISO 8601, UTC).
      type: str
      sample: "2026-03-01T01:00:00.000Z"
    changed_at:
      description: When it was written last.
      type: str
      sample: "2026-03-01T01:00:01.000Z"
    before:
      description: What has to be restored, such as the state of a server.
      type: dict
    intent:
      description: The request, by cloud, project, api, path and body. Another start of the same is the same intent.
      type: dict
    file:
      description: The entry's file. Whoever removes it lets the same be started again.
      type: str
      sample: /var/lib/ims-journal/0f1e2d3c4b5a69788796a5b4c3d2e1f0.json
jobs:
  description: The jobs that the cloud knows, in the order asked. Every key is always there.
  returned: when the cloud was asked
  type: list
  elements: dict
  contains:
    job_id:
      description: The job's id.
      type: str
      sample: edc89b490d7d4392898e19b2deb34797
    job_type:
      description: What kind of job it is. The list of types is open.
      type: str
      sample: imsNativeExportImageJob
    status:
      description:
        - V(INIT) (not started yet), V(RUNNING), V(SUCCESS) or V(FAIL). Any other word is handed over as the cloud sent
          it, in upper case.
      type: str
      sample: RUNNING
    finished:
      description:
        - Whether the job has ended, well or badly. Decided by the status alone; an undocumented one that begins with
          FAIL, ERROR or CANCEL is an end when the cloud tells an end time.
      type: bool
    succeeded:
      description: Whether the status is V(SUCCESS). Items of a batch may have failed all the same, see
        RV(jobs[].failed_items).
      type: bool
    progress_percent:
      description:
        - How far the job is, from 0 to 100, as the cloud tells; null where it does not tell. It says nothing about
          success, and was seen at 20 for a job that had ended well.
      type: float
      sample: 35.0
    current_task:
      description: The step that the job is at, null where the cloud does not tell.
      type: str
      sample: ExportImageTask
    begin_time:
      description: When the job began, UTC.
      type: str
      sample: "2024-11-06T06:46:51.929Z"
    end_time:
      description: When it ended, UTC; null while it runs, and where the cloud does not tell.
      type: str
      sample: "2024-11-06T06:49:53.657Z"
    duration:
      description: Seconds from begin to end, null where one of them is unknown.
      type: float
      sample: 181.728
    image_id:
      description: The job's image, for an export the source image. Null when there is none or more than one.
      type: str
      sample: 1ab4df10-fe18-48b7-91c9-53695fcd9df5
    image_ids:
      description: All images of the job, of its sub jobs and of its results; the first 1,000 of them.
      type: list
      elements: str
      sample: [1ab4df10-fe18-48b7-91c9-53695fcd9df5]
    image_ids_count:
      description: How many images there are.
      type: int
      sample: 1
    image_name:
      description: Name of the image, where the cloud tells.
      type: str
      sample: centos7_5
    results:
      description: Outcome for each image and project of a batch, as the cloud sent it; the first 1,000 of them.
      type: list
      elements: dict
      sample: [{image_id: 30e55148-deb9-4923-adb9-91618de16ba0, status: success}]
    failed_items:
      description: Results and sub jobs that did not end well, the first 200 of them, wherever they stand among all. A
        job can be SUCCESS and still have some.
      type: list
      elements: dict
      contains:
        status:
          description: The item's status as the cloud sent it.
          type: str
        image_id:
          description: The image, or null.
          type: str
        project_id:
          description: The project that the image was to be shared with, or null.
          type: str
        job_id:
          description: The sub job, or null.
          type: str
        error_code:
          description: The item's error code, or null.
          type: str
        fail_reason:
          description: The item's reason, or null.
          type: str
    failed_items_count:
      description: How many results and sub jobs did not end well.
      type: int
      sample: 0
    items_count:
      description: How many results or sub jobs the job has.
      type: int
      sample: 1
    sub_jobs:
      description: Sub jobs, in the same shape as jobs; the first 200 of them. OVA imports and data images have them.
      type: list
      elements: dict
    error_code:
      description: Error code, found wherever the cloud put it (the job, its entities, a sub job, a result), or null.
      type: str
      sample: IMG.0070
    fail_reason:
      description: Reason of the failure, found wherever the cloud put it, or null.
      type: str
      sample: The image file already exists.
    entities:
      description: The job's attributes as the cloud sent them; of long lists the first items, and null in place of what
        does not fit the schema.
      type: dict
missing:
  description: Ids that the cloud does not know. This does not fail the task.
  returned: when the cloud was asked
  type: list
  elements: str
  sample: []
schema_violations:
  description: Where answers that could be used all the same did not fit the schema, one sentence for each place. The
    value there is left out.
  returned: when the cloud was asked
  type: list
  elements: str
  sample: []
requests:
  description: How many HTTP requests were sent, logins in them.
  returned: success
  type: int
  sample: 1
errors:
  description:
    - The jobs that could not be read, and why. The task fails then, with the first of these errors. RV(jobs) and
      RV(missing) tell of the others all the same.
  returned: when the cloud was asked
  type: list
  elements: dict
  sample: []
  contains:
    job_id:
      description: The job.
      type: str
    kind:
      description: What kind of error it is, for example V(api) (the cloud said no) or V(no_answer).
      type: str
    msg:
      description: What went wrong.
      type: str
    transient:
      description: Whether the same question may be answered well a moment later.
      type: bool
    retry_after:
      description: Seconds that the cloud asked to wait for, or null.
      type: float
http_status:
  description: HTTP status of the answer that made the task fail.
  returned: failure, when the cloud answered
  type: int
  sample: 403
error_code:
  description: The cloud's code for it.
  returned: failure, when the cloud answered
  type: str
  sample: APIGW.0302
error_msg:
  description: The cloud's words for it.
  returned: failure, when the cloud answered
  type: str
request_id:
  description: Id of the request, for a ticket to the cloud's support.
  returned: failure, when the cloud answered
  type: str
violations:
  description: Each place where the answer does not fit the schema, as a JSON path with what was expected and what was
    found.
  returned: failure, when the answer does not fit the schema
  type: list
  elements: str
  sample: ["$.status: expected a non-empty string, found 7"]
transient:
  description: Whether the same task may go well a moment later (the cloud was unreachable, busy or broken).
  returned: failure
  type: bool
retry_after:
  description: Seconds that the cloud asked to wait for before the next try, or null.
  returned: failure
  type: float
"""

from ..module_utils._module import run_module
from ..module_utils._work.ims_job_info import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
