#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_share
short_description: Share images of Huawei Cloud IMS with other projects, accept or reject shared ones
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Shares images with other projects or ends that, or accepts or rejects images which others share with this project.
    It asks first who has an image already, or what was answered, and starts a job for the rest only; where nothing is
    left to do, none is started, and nothing is changed.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._start
  - huaweicloud.ims._wait
  - huaweicloud.ims._attributes
options:
  state:
    description:
      - V(shared) shares each image with each of O(project_ids). They have to accept before they can use it.
      - V(unshared) ends that. An image that is gone is shared with nobody any more.
      - V(accepted) and V(rejected) answer for this project to images that others share with it. A rejected image is no
        longer in its lists.
    type: str
    required: true
    choices: [shared, accepted, rejected, unshared]
  image_ids:
    description: The images, one or several.
    type: list
    elements: str
    required: true
    aliases: [image_id]
  project_ids:
    description:
      - The projects to share with. One of O(project_ids), O(domains) and O(organizations) is needed for
        O(state=shared) and O(state=unshared).
      - For O(state=accepted) and O(state=rejected) it is the one project that answers. Without it that is the
        connection's own, by O(project_id) or O(region).
    type: list
    elements: str
  domains:
    description:
      - Accounts (domains) to share with. For O(state=shared) and O(state=unshared).
      - Open Telekom Cloud does not delete an image that is shared with an account or an organization; end that first.
    type: list
    elements: str
    version_added: 2.0.0
  organizations:
    description: Organizational units to share with. For O(state=shared) and O(state=unshared).
    type: list
    elements: str
    version_added: 2.0.0
  vault_id:
    description: The vault for a full-ECS image that was made of a CBR backup. With O(state=accepted) only.
    type: str
notes:
  - With O(wait=true), the receiver's side waits up to a minute for an image that was shared a moment ago and is not
    shown as pending yet. After that it answers all the same, and the cloud has the last word.
  - The job is a batch, of each image with each project. With O(wait=true) the task fails when a part of it failed,
    unless O(ignore_partial_failure=true). Only C(ShowJob) tells about the parts.
  - In check mode it asks as well, and starts nothing.
  - Images that lack different members take a job for each group of them, see RV(job_ids). RV(job_id) is null then.
  - A project that has rejected an image still counts as one that it is shared with.
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - module: huaweicloud.ims.ims_image_info
  - name: Adding image members
    description: The API's documentation (ims_03_0623, ims_03_0624, ims_03_0625).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0624.html
"""

EXAMPLES = r"""
- name: Share two images with a project, and wait until all is done
  huaweicloud.ims.ims_image_share:
    state: shared
    image_ids:
      - d164b5df-1bc3-4c3f-893e-3e471fd16e60
      - d164b5df-1bc3-4c3f-893e-3e471fd16e61
    project_ids: [edc89b490d7d4392898e19b2deb34797]
    wait: true
  register: shared

- name: Say how each of them went
  ansible.builtin.debug:
    var: shared.job.results

- name: Share no longer
  huaweicloud.ims.ims_image_share:
    state: unshared
    image_ids: d164b5df-1bc3-4c3f-893e-3e471fd16e60
    project_ids: edc89b490d7d4392898e19b2deb34797
    wait: true

- name: Accept an image that another project shares with ours
  huaweicloud.ims.ims_image_share:
    state: accepted
    image_ids: 10000000-0000-4000-8000-000000000012
    wait: true

- name: Find what a project that we trust shares with ours, and nobody has answered
  huaweicloud.ims.ims_image_info:
    member_status: pending
  register: offered

- name: Accept it
  huaweicloud.ims.ims_image_share:
    state: accepted
    image_ids: "{{ theirs | map(attribute='id') }}"
    wait: true
  vars:
    theirs: "{{ offered.images | selectattr('owner', 'eq', 'edc89b490d7d4392898e19b2deb34797') }}"
  when: theirs | length > 0
"""

RETURN = r"""
job_id:
  description:
    - Id of the job that changes the members of the images. Null where none was started, several were, or nobody knows.
  returned: always
  type: str
  sample: edc89b490d7d4392898e19b2deb34797
job_ids:
  description: The ids of all jobs, one where the images lack the same members. Empty where no job was started.
  returned: always
  type: list
  elements: str
  sample: [edc89b490d7d4392898e19b2deb34797]
started:
  description:
    - Whether a job was started. It was not in check mode, nor where there was nothing to do.
    - Null when nobody knows, because the answer was lost. The task has failed then.
  returned: always
  type: bool
taken_over:
  description:
    - Whether the job was started by an earlier run of which O(journal) knew, and not by this task.
    - Where only the image of that job was found, and not its id, RV(started) is false.
  returned: always
  type: bool
image_id:
  description: The image, where O(image_ids) names one; else null.
  returned: always
  type: str
  sample: d164b5df-1bc3-4c3f-893e-3e471fd16e64
msg:
  description: What was started, or would be; with O(wait=true) how it ended.
  returned: always
  type: str
schema_violations:
  description: Where answers that could be used all the same did not fit the schema, one sentence for each place. The
    value there is left out.
  returned: when there were any
  type: list
  elements: str
  sample: []
job:
  description: The job when it had ended, with all the keys of RV(huaweicloud.ims.ims_job_info#module:jobs).
  returned: with O(wait=true), when exactly one job was started
  type: dict
  contains:
    results:
      description: Outcome for each image and project, as the cloud sent it.
      type: list
      elements: dict
      sample: [{image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64, status: success}]
    failed_items:
      description: Those of them that did not go well.
      type: list
      elements: dict
      sample: []
"""

from ..module_utils._module import run_module
from ..module_utils._work.ims_image_share import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
