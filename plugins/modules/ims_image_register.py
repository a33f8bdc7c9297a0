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
  - Makes an image of a file in OBS, as it is. No drivers and no Cloud-Init are put into it, unlike what
    M(huaweicloud.ims.ims_image_create) and M(huaweicloud.ims.ims_image_import) do.
  - With O(name) it makes the image's metadata first, and registers the file for them. With O(wait=true) one task leads
    from the file to an active image.
  - With O(image_id) it registers the file for metadata that are there already.
  - Run twice, it makes one image.
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
      - One of O(image_id) and O(name) is needed.
    type: str
  name:
    description:
      - The new image's name.
    type: str
    version_added: 2.0.0
  image_url:
    description:
      - Bucket and object in the form that the API uses, C(bucket:object), for example V(ims-image:centos7_5.qcow2). It
        is no URL despite its name. Bucket and object need the storage class Standard.
    type: str
    required: true
  os_version:
    description:
      - The operating system in the file, as M(huaweicloud.ims.ims_os_version_info) lists it. The cloud's default is
        V(Other Linux(64 bit\)).
      - This and the options after it are metadata, and count with O(name) only.
    type: str
    version_added: 2.0.0
  disk_format:
    description: The format of the image. The cloud's default differs between regions (V(vhd), V(zvhd2)).
    type: str
    choices: [iso, qcow2, raw, vhd, zvhd, zvhd2]
    version_added: 2.0.0
  min_disk:
    description:
      - The smallest system disk of servers of the image, in GB; larger than the system disk in the file. It cannot be
        changed later.
    type: int
    version_added: 2.0.0
  min_ram:
    description: The smallest memory of servers of the image, in MB.
    type: int
    version_added: 2.0.0
  description:
    description: The image's description.
    type: str
    version_added: 2.0.0
  hw_firmware_type:
    description: How servers of the image boot.
    type: str
    choices: [bios, uefi]
    version_added: 2.0.0
  protected:
    description:
      - Whether the image is protected from deletion. No call of the API is known that takes the protection away again.
    type: bool
    version_added: 2.0.0
  tags:
    description: The image's tags, keys and values.
    type: dict
    version_added: 2.0.0
  attributes:
    description: Other attributes and their values, such as C(__support_highperformance), or some of your own.
    type: dict
    version_added: 2.0.0
  existing_image:
    description:
      - What to do when there is a private image of O(name) already. Counted are active ones, those that are being made
        and those that have no file yet.
      - V(keep) takes it. An active one is the result, one that is being made is waited for with O(wait=true), and one
        that has no file yet (V(queued)), such as an earlier run has left whose registration was refused, gets the file.
        It has to have the metadata that the task names. Several of the name are a failure.
      - V(create) makes another image of the name. V(fail) fails.
    type: str
    choices: [keep, create, fail]
    default: keep
    version_added: 2.0.0
notes:
  - With O(image_id), an image that is V(active) already, or being made, is left at that. No job is started then. With
    O(wait=true) one that is being made is waited for, up to O(timeout).
  - With O(wait=true) the task ends when the image is active, as the API's documentation says to confirm a registration
    by the image and not by the job. With O(poll_from=target) the end of the job counts.
  - A registration that is refused leaves an image without a file, whose id is in RV(image_id) and in RV(msg). The same
    task again goes on with it. M(huaweicloud.ims.ims_image) deletes it.
  - The API's documentation says of the international site that no images with Windows are made in this way.
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - module: huaweicloud.ims.ims_image_info
  - name: Registering an image
    description: The API's documentation (ims_03_0608, ims_03_0707).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0608.html
"""

EXAMPLES = r"""
- name: From a file in OBS to an active image
  huaweicloud.ims.ims_image_register:
    name: appliance-2026-03
    image_url: ims-image:appliance.qcow2
    os_version: CentOS 7.5 64bit
    min_disk: 40
    tags:
      stage: production
    wait: true
  register: appliance

- name: Say which one it is
  ansible.builtin.debug:
    var: appliance.image_id

- name: Register a file for metadata that are there already
  huaweicloud.ims.ims_image_register:
    image_id: 10000000-0000-4000-8000-000000000011
    image_url: ims-image:centos7_5.qcow2
    wait: true
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
taken_over:
  description:
    - Whether the job was started by an earlier run of which O(journal) knew, and not by this task.
    - Where only the image of that job was found, and not its id, RV(started) is false.
  returned: always
  type: bool
image_id:
  description: The image that is registered, also after a failure that has left it without a file. Null where a dry run
    does not know it.
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
