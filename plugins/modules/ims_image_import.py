#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_import
short_description: Import a large image file into Huawei Cloud IMS
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Starts the quick import of a file in OBS as a private image, and returns the id of the job that does it.
  - The cloud does not convert or configure anything, so the file has to be prepared. It may be zvhd2, or raw with its
    bitmap file beside it, of 1 TB at most. For other files there is M(huaweicloud.ims.ims_image_create).
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._start
  - huaweicloud.ims._wait
  - huaweicloud.ims._attributes
options:
  name:
    description: Name of the new image, 1 to 128 characters.
    type: str
    required: true
  image_url:
    description:
      - Bucket and object in the form that the API uses, C(bucket:object), for example V(ims-image:centos7_5.qcow2). It
        is no URL despite its name. Bucket and object need the storage class Standard, in the image's region.
    type: str
    required: true
  min_disk:
    description:
      - The smallest disk that the image fits on, in GB. The API takes 1 to 1024, and no less than the file's size.
    type: int
    required: true
  type:
    description:
      - V(ECS) is a system disk image for elastic servers, V(BMS) one for bare metal servers, V(DataImage) a data disk
        image.
    type: str
    choices: [ECS, BMS, DataImage]
    default: ECS
  os_version:
    description:
      - The operating system, in the words of the API's list of values, for example V(CentOS 7.5 64bit).
      - Needed for system disk images, and for these only.
    type: str
  os_type:
    description: Type of the operating system that a data disk image is for, with O(type=DataImage) only.
    type: str
    choices: [Linux, Windows]
  architecture:
    description: For system disk images only. The API takes V(x86) without this. Images for V(arm) boot by UEFI.
    type: str
    choices: [x86, arm]
  hw_firmware_type:
    description: How servers of the image boot, for system disk images only.
    type: str
    choices: [bios, uefi]
  license_type:
    description: Whose license the operating system has, the cloud's or your own. The API takes it for Windows only.
    type: str
    choices: [platform, byol]
  description:
    description: Description of the new image, at most 1024 characters, without line breaks, C(<) and C(>).
    type: str
  tags:
    description: Tags of the new image. Values that are not texts are sent as the texts that YAML has for them.
    type: dict
  enterprise_project_id:
    description: The enterprise project of the new image. V(0) is the default one, which is also taken without this.
    type: str
  existing_image:
    description:
      - What to do when there is an image of O(name) already. Those of this project count that are V(active), V(saving)
        or V(queued).
      - V(keep) leaves it at that. The image is the result, and nothing is changed. One that is being made is waited for
        with O(wait=true), up to O(timeout). Where several have the name, the task fails and lists them.
      - V(create) makes another one of the same name.
      - V(fail) fails.
    type: str
    choices: [keep, create, fail]
    default: keep
    version_added: 2.0.0
notes:
  - The API itself would start another job each time. The module looks for O(name) first, see O(existing_image).
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - module: huaweicloud.ims.ims_image_info
  - module: huaweicloud.ims.ims_image_create
  - name: Importing an image file quickly
    description: The API's documentation (ims_03_0605).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0605.html
"""

EXAMPLES = r"""
- name: Import a system disk image, and wait until it is there
  huaweicloud.ims.ims_image_import:
    name: golden-large
    image_url: ims-image:golden.zvhd2
    min_disk: 300
    os_version: CentOS 7.5 64bit
    hw_firmware_type: uefi
    tags:
      release: 2026-03
    wait: true
    timeout: 14400
  register: golden

- name: Look at the new image
  huaweicloud.ims.ims_image_info:
    image_ids: "{{ golden.job.image_id }}"

- name: Import a data disk image, and wait later
  huaweicloud.ims.ims_image_import:
    name: data-large
    image_url: ims-image:data.zvhd2
    min_disk: 500
    type: DataImage
    os_type: Linux
  register: data

- name: Wait until it is there
  huaweicloud.ims.wait_for_ims_job:
    job_id: "{{ data.job_id }}"
"""

RETURN = r"""
job_id:
  description: Id of the job that imports the image. Null where none was started, or nobody knows.
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
  description: The new image. Null until O(wait=true) has seen it.
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
      description: The new image.
      type: str
      sample: d164b5df-1bc3-4c3f-893e-3e471fd16e64
"""

from ..module_utils._module import run_module
from ..module_utils._work.ims_image_import import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
