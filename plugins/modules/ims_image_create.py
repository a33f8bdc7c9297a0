#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_create
short_description: Create a private image in Huawei Cloud IMS
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Starts the creation of a private image from a server, a volume, a file in OBS or a backup, and returns the id of the
    job that does it.
  - O(source) says from what. It decides which options are needed and which are allowed; the others are refused before
    anything is sent.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._start
  - huaweicloud.ims._wait
  - huaweicloud.ims._attributes
options:
  source:
    description:
      - V(server) is a system disk image from a server. It needs O(name) and O(instance_id).
      - V(volume) is a system disk image from a data volume that holds an operating system. It needs O(name),
        O(volume_id) and O(os_version).
      - V(file) is a system disk image from a file in OBS, also from an OVA or ISO file. It needs O(name), O(image_url)
        and O(min_disk). M(huaweicloud.ims.ims_image_import) imports large files.
      - V(data_volumes) is a data disk image from each of some data volumes. It needs O(data_images), which hold name,
        description and tags.
      - V(data_file) is a data disk image from a file in OBS. It needs O(name), O(image_url) and O(min_disk).
      - V(whole_server) is a full-ECS image (all disks of a server). It needs O(name) and O(instance_id).
      - V(whole_backup) is a full-ECS image from a backup of a server. It needs O(name) and O(backup_id).
    type: str
    required: true
    choices: [server, volume, file, data_volumes, data_file, whole_server, whole_backup]
  name:
    description: Name of the new image, 1 to 128 characters. Needed unless O(source=data_volumes).
    type: str
  description:
    description: Description of the new image, at most 1024 characters, without line breaks, C(<) and C(>).
    type: str
  tags:
    description: Tags of the new image. Values that are not texts are sent as the texts that YAML has for them.
    type: dict
  enterprise_project_id:
    description: The enterprise project of the new image. V(0) is the default one, which is also taken without this.
    type: str
  instance_id:
    description: The server, for O(source=server) and O(source=whole_server).
    type: str
  volume_id:
    description: The data volume, for O(source=volume).
    type: str
  backup_id:
    description: The backup, for O(source=whole_backup). A backup can be used for one image only.
    type: str
  whole_image_type:
    description:
      - The service that holds O(backup_id). The API takes V(CSBS) without this, so a backup of CBR needs V(CBR).
    type: str
    choices: [CBR, CSBS]
  vault_id:
    description:
      - The CBR vault of the server, for O(source=whole_server) and O(source=whole_backup).
      - The image of a server is made of a backup of it. Where that is one of CBR, the API needs the vault.
    type: str
  image_url:
    description:
      - Bucket and object in the form that the API uses, C(bucket:object), for example V(ims-image:centos7_5.qcow2). It
        is no URL despite its name. Bucket and object need the storage class Standard, in the image's region.
      - For O(source=file) and O(source=data_file).
    type: str
  min_disk:
    description:
      - The smallest disk that the image fits on, in GB. The API takes 40 to 1024 for O(source=file) and 40 to 2048 for
        O(source=data_file).
    type: int
  os_type:
    description: Type of the operating system, for O(source=file) and O(source=data_file). The latter takes no V(Other).
    type: str
    choices: [Linux, Windows, Other]
  os_version:
    description:
      - The operating system, in the words of the API's list of values, for example V(CentOS 7.5 64bit).
      - Needed for O(source=volume) and O(type=IsoImage), allowed for O(source=file).
    type: str
  type:
    description:
      - Whether the image is for elastic servers (V(ECS), V(FusionCompute)), for bare metal servers (V(BMS), V(Ironic)),
        or made of an ISO file (V(IsoImage), O(source=file) only). The API takes V(ECS) without this.
      - For O(source=file) and O(source=volume).
    type: str
    choices: [ECS, BMS, FusionCompute, Ironic, IsoImage]
  architecture:
    description: For O(source=file). The API takes V(x86) without this. Images for V(arm) boot by UEFI.
    type: str
    choices: [x86, arm]
  hw_firmware_type:
    description: How servers of the image boot, for O(source=file).
    type: str
    choices: [bios, uefi]
  is_config:
    description: Whether the cloud installs drivers and the like into the image, for O(source=file).
    type: bool
  is_quick_import:
    description:
      - Whether a large file is imported by the quick way, for O(source=file). It needs O(os_version). See also
        M(huaweicloud.ims.ims_image_import).
    type: bool
    version_added: 2.0.0
  cmk_id:
    description: The KMS key that encrypts the image, for O(source=file) and O(source=data_file).
    type: str
  max_ram:
    description: The largest memory of servers of the image, in MB. Not for data disk images.
    type: int
  min_ram:
    description: The smallest memory of servers of the image, in MB. Not for data disk images.
    type: int
  data_images:
    description:
      - The data disks. For O(source=data_volumes) each needs O(data_images[].name) and O(data_images[].volume_id).
      - For O(source=file) up to three files of data disks that belong to the system disk, each with
        O(data_images[].image_url) and O(data_images[].min_disk).
    type: list
    elements: dict
    suboptions:
      name:
        description: Name of the data disk image.
        type: str
      description:
        description: Description of the data disk image.
        type: str
      tags:
        description: Tags of the data disk image.
        type: dict
      volume_id:
        description: The data volume, for O(source=data_volumes).
        type: str
      image_url:
        description: Bucket and object as in O(image_url), for O(source=file).
        type: str
      min_disk:
        description: The smallest disk that the image fits on, in GB, for O(source=file). The API takes 1 to 2048.
        type: int
  existing_image:
    description:
      - What to do when there is an image of O(name) already. Those of this project count that are V(active), V(saving)
        or V(queued).
      - V(keep) leaves it at that. The image is the result, and nothing is changed. One that is being made is waited for
        with O(wait=true), up to O(timeout). Where several have the name, the task fails and lists them.
      - With O(source=data_volumes) each name is looked at, and only the images that are not there are made.
      - V(create) makes another one of the same name.
      - V(fail) fails.
    type: str
    choices: [keep, create, fail]
    default: keep
    version_added: 2.0.0
notes:
  - The API itself would start another job each time. The module looks for O(name) first, see O(existing_image).
  - For OVA files and data volumes the cloud names the images in sub jobs only. RV(job.image_ids) has them all.
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - module: huaweicloud.ims.ims_image_info
  - module: huaweicloud.ims.ims_image_import
  - name: Creating an image
    description: The API's documentation (ims_03_0603, ims_03_0606, ims_03_0607).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0603.html
"""

EXAMPLES = r"""
- name: Make an image of a server, and wait until it is there
  huaweicloud.ims.ims_image_create:
    source: server
    name: golden-2026-03
    instance_id: 877a2cda-ba63-4e1e-b95f-e67e48b6129a
    description: made by the nightly play
    tags:
      release: 2026-03
      tested: true
    wait: true
  register: golden

- name: Look at the new image
  huaweicloud.ims.ims_image_info:
    image_ids: "{{ golden.job.image_id }}"
  register: looked
  failed_when: looked.images | length == 0 or not looked.images[0].active

- name: Make an image of a file in OBS
  huaweicloud.ims.ims_image_create:
    source: file
    name: centos-from-file
    image_url: ims-image:centos7_5.qcow2
    min_disk: 40
    os_version: CentOS 7.5 64bit
    is_config: true

- name: Make data disk images of two volumes
  huaweicloud.ims.ims_image_create:
    source: data_volumes
    data_images:
      - name: data-1
        volume_id: c5dfbd0c-bf0a-4798-a453-61dc6b54aa30
      - name: data-2
        volume_id: 877a2cda-ba63-4e1e-b95f-e67e48b6129a
  register: disks

- name: Make a full-ECS image of a CBR backup
  huaweicloud.ims.ims_image_create:
    source: whole_backup
    name: whole-server
    backup_id: 9c5d1e7a-3a4b-4d0e-8c0b-0f6d8a1b2c3d
    whole_image_type: CBR
    vault_id: 5e4b2a1c-7f60-4a3d-9b8e-1c2d3e4f5a6b
  register: whole

- name: Wait for both
  huaweicloud.ims.wait_for_ims_job:
    job_ids: ["{{ disks.job_id }}", "{{ whole.job_id }}"]
"""

RETURN = r"""
job_id:
  description: Id of the job that creates the image. Null where none was started, or nobody knows.
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
  description: The new image. Null until O(wait=true) has seen it, and when there are several.
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
      description: The new image. Null when there are several.
      type: str
      sample: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    image_ids:
      description: All new images, those of sub jobs among them.
      type: list
      elements: str
      sample: [d164b5df-1bc3-4c3f-893e-3e471fd16e64]
"""

from ..module_utils._module import run_module
from ..module_utils._work.ims_image_create import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
