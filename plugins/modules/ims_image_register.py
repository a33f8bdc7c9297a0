#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_register
short_description: Register a file in OBS as an image of Huawei Cloud IMS
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Starts the registration of a file for an image whose metadata exist already, and returns the id of the job that does
    it.
  - The API's documentation says to confirm the registration by the image, which becomes C(active), and not by the job.
    M(huaweicloud.ims.ims_image_info) looks at it.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._start
  - huaweicloud.ims._wait
  - huaweicloud.ims._attributes
options:
  image_id:
    description:
      - The image. It has to come from the call that creates the metadata of an image (C(POST /v2/images)), and to be
        C(queued); images that were made in other ways cannot be registered.
    type: str
    required: true
  image_url:
    description:
      - Bucket and object in the form that the API uses, C(bucket:object), for example V(ims-image:centos7_5.qcow2). It
        is no URL despite its name. Bucket and object need the storage class Standard.
    type: str
    required: true
notes:
  - An image that is V(active) already, or being made, is left at that. No job is started then. With O(wait=true) one
    that is being made is waited for, up to O(timeout).
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - module: huaweicloud.ims.ims_image_info
  - name: Registering an image
    description: The API's documentation (ims_03_0608).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0608.html
"""

EXAMPLES = r"""
- name: Register a file, and wait for the job
  huaweicloud.ims.ims_image_register:
    image_id: 10000000-0000-4000-8000-000000000011
    image_url: ims-image:centos7_5.qcow2
    wait: true

- name: Wait until the image is active
  huaweicloud.ims.ims_image_info:
    image_ids: 10000000-0000-4000-8000-000000000011
  register: looked
  until: looked.images | selectattr('active') | list | length == 1
  retries: 20
  delay: 15
"""

RETURN = r"""
job_id:
  description: Id of the job that registers the image. Null where none was started, or nobody knows.
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
image_id:
  description: The image that is registered. Null where a dry run does not know it.
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
      description: The image.
      type: str
      sample: d164b5df-1bc3-4c3f-893e-3e471fd16e64
"""

from ..module_utils._module import run_module
from ..module_utils._work.ims_image_register import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
