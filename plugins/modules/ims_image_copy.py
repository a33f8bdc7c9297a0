#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_copy
short_description: Copy an image inside a region of Huawei Cloud IMS or to another one
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Starts a copy of a private image, and returns the id of the job that does it.
  - With O(target_region) the copy is made in that region, without it in the same one, where an encrypted copy can be
    made of an image, too.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._start
  - huaweicloud.ims._wait
  - huaweicloud.ims._attributes
options:
  image_id:
    description:
      - The image to copy, in O(region).
      - Inside a region full-ECS and ISO images cannot be copied, to another region encrypted and ISO images cannot.
    type: str
    required: true
  name:
    description: Name of the new image, 1 to 128 characters.
    type: str
    required: true
  description:
    description: Description of the new image, at most 1024 characters, without line breaks, C(<) and C(>).
    type: str
  cmk_id:
    description: The KMS key that encrypts the copy. Not for a copy to another region.
    type: str
  enterprise_project_id:
    description: The enterprise project of the new image. V(0) is the default one, which is also taken without
      this. Not for a copy to another region.
    type: str
  target_region:
    description:
      - The region to copy to. It is called C(region) in the API. Another one than O(region) needs O(agency_name); with
        the same one the copy is made inside the region, and what is for other regions only is left out.
    type: str
  target_project_name:
    description: The project of O(target_region) to copy to. Without it the region's main project, named like it. A copy
      inside a region stays in its project; another one is refused then.
    type: str
  agency_name:
    description: The IAM agency by which IMS acts in O(target_region).
    type: str
  vault_id:
    description: The vault in O(target_region) for a full-ECS image.
    type: str
  existing_image:
    description:
      - What to do when there is an image of O(name) already. Those of this project count that are V(active), V(saving)
        or V(queued).
      - V(keep) leaves it at that. The image is the result, and nothing is changed. One that is being made is waited for
        with O(wait=true), up to O(timeout). Where several have the name, the task fails and lists them.
      - The image that is copied does not count, and for a copy to another region nothing is looked at. Each run
        makes one.
      - V(create) makes another one of the same name.
      - V(fail) fails.
    type: str
    choices: [keep, create, fail]
    default: keep
    version_added: 2.0.0
notes:
  - The job is known in the source region only, so a copy to another region is waited for with the same connection. The
    image that the job names is the new one in the target region; to look at it, connect to there.
  - The API takes no tags and no limits of memory for a copy. Give them to the copy with M(huaweicloud.ims.ims_image).
  - The API itself would start another job each time. The module looks for O(name) first, see O(existing_image), but not
    in another region.
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - module: huaweicloud.ims.ims_image_info
  - name: Copying an image
    description: The API's documentation (ims_03_0627, ims_03_0628).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0627.html
"""

EXAMPLES = r"""
- name: Copy an image inside its region, and wait until the copy is there
  huaweicloud.ims.ims_image_copy:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    name: golden-encrypted
    cmk_id: 877a2cda-ba63-4e1e-b95f-e67e48b6129a
    wait: true
  register: copied

- name: Look at the copy
  huaweicloud.ims.ims_image_info:
    image_ids: "{{ copied.job.image_id }}"
  register: looked
  failed_when: looked.images | length == 0 or not looked.images[0].active

- name: Copy an image to another region
  huaweicloud.ims.ims_image_copy:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    name: golden
    target_region: ap-southeast-1
    agency_name: ims_copy_image
    wait: true
  register: far

- name: Say what the copy is called there
  ansible.builtin.debug:
    msg: "{{ far.job.image_id }} in ap-southeast-1"
"""

RETURN = r"""
job_id:
  description: Id of the job that copies the image, in the source region. Null where none was started, or nobody knows.
  returned: always
  type: str
  sample: edc89b490d7d4392898e19b2deb34797
job_ids:
  description: The same as a list, empty where no job was started.
  returned: always
  type: list
  elements: str
  sample: [edc89b490d7d4392898e19b2deb34797]
started:
  description:
    - Whether a job was started. It was not in check mode.
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
  description: The new image, in O(target_region) where one is given. Null until O(wait=true) has seen it.
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
  returned: with O(wait=true)
  type: dict
  contains:
    image_id:
      description: The new image, with O(target_region) in that region.
      type: str
      sample: d164b5df-1bc3-4c3f-893e-3e471fd16e64
"""

from ..module_utils._module import run_module
from ..module_utils._work.ims_image_copy import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
