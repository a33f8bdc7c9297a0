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
  description: Id of the job that registers the image.
  returned: when a job was started
  type: str
  sample: edc89b490d7d4392898e19b2deb34797
started:
  description: Whether a job was started. It was not in check mode.
  returned: success
  type: bool
msg:
  description: What was started, or would be; with O(wait=true) how it ended.
  returned: always
  type: str
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

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ims.api.client import ImsClient
from ..module_utils._ims.api.creations import checked_file
from ..module_utils._ims.api.image import checked_image_id
from ..module_utils._ims.api.starts import StartCall
from ..module_utils._starting import run_start, start_argument_spec


def build(params: dict[str, t.Any], client: ImsClient) -> StartCall:
    """Return RegisterImage (ims_03_0608)."""
    image_id, image_url = checked_image_id(params["image_id"]), checked_file(params["image_url"])
    return StartCall(
        api="RegisterImage",
        method="PUT",
        path=f"/v1/cloudimages/{image_id}/upload",
        body={"image_url": image_url},
        what=f"the registration of {image_url} as image {image_id}",
    )


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **start_argument_spec(),
            "image_id": {"type": "str", "required": True},
            "image_url": {"type": "str", "required": True},
        },
        supports_check_mode=True,
    )
    run_start(module, build)


if __name__ == "__main__":
    main()
