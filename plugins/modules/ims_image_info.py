#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_info
short_description: Read images of Huawei Cloud IMS
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Reads images of the Image Management Service (IMS), by id, or all that fit some attributes, from as many pages as
    the cloud has.
  - Each answer is validated against a JSON schema.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.info
  - huaweicloud.ims._attributes.in_process
options:
  image_ids:
    description:
      - Images to read, one or several. Nulls, blanks and repeats are left out.
      - They are asked for one by one, so images that are not in lists (not registered, or rejected) are found, too.
    type: list
    elements: str
    aliases: [image_id]
  name:
    description: Only images of exactly this name. Several can have the same one.
    type: str
  status:
    description: Only images in this status.
    type: str
    choices: [queued, saving, active, killed, deleted]
  tag:
    description: Only images with this tag, which is a key, or V(key=value). For several tags there is O(tags).
    type: str
  tags:
    description: Only images that have all of these tags, keys and values. A key with null stands for any value.
    type: dict
    version_added: 2.0.0
  name_regex:
    description: Only images in whose names this regular expression of Python is found; V(^golden-) is a beginning.
    type: str
    version_added: 2.0.0
  visibility:
    description: Only images of this visibility.
    type: str
    choices: [public, private, shared]
    version_added: 2.0.0
  member_status:
    description:
      - Only images that others share with this project, and to which it has answered so. V(pending) are those without
        an answer, V(rejected) those that no other list shows.
    type: str
    choices: [accepted, rejected, pending]
    version_added: 2.0.0
  enterprise_project_id:
    description:
      - Only images of this enterprise project; V(0) is the default one. Without it the images of all enterprise
        projects are returned that the user has rights in (C(all_granted_eps)).
      - If this is not set, the environment variable E(HW_ENTERPRISE_PROJECT_ID) is used.
    type: str
    version_added: 2.0.0
  os_type:
    description: Only images of this kind of operating system.
    type: str
    choices: [Linux, Windows, Other]
    version_added: 2.0.0
  platform:
    description: Only images of this family of operating systems, for example V(Ubuntu) or V(EulerOS).
    type: str
    version_added: 2.0.0
  architecture:
    description: Only images for servers of this architecture.
    type: str
    choices: [x86, arm]
    version_added: 2.0.0
  sort:
    description:
      - By what the images are sorted, as V(created_at), V(created_at:asc) or V(created_at:desc), likewise V(name),
        V(size), V(status), V(id), V(disk_format) and V(container_format). Without it the newest come first.
    type: str
    version_added: 2.0.0
  newest:
    description:
      - Return only one of all images that fit, the one that was created last. The task fails where an answer leaves
        open which one that is.
    type: bool
    version_added: 2.0.0
  image_type:
    description:
      - Only images of this type. Without it, and without the other options, public images are among those returned,
        which are hundreds.
      - V(shared) are those that this project shares and those that others share with it; RV(images[].owner) tells
        which.
    type: str
    choices: [private, public, shared, market]
notes:
  - The cloud lists registered images only (C(__isregistered)). Others are found by their ids, and not by name, status
    or tag.
  - With more than 10000 images that fit the task fails.
seealso:
  - module: huaweicloud.ims.ims_job_info
  - name: Querying images
    description: The API's documentation (ims_03_0602 and ims_03_0703).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0602.html
"""

EXAMPLES = r"""
- name: Read two images
  huaweicloud.ims.ims_image_info:
    image_ids:
      - d164b5df-1bc3-4c3f-893e-3e471fd16e64
      - 33ad552d-1149-471c-8190-ff6776174a00
  register: looked

- name: Say which of them are there
  ansible.builtin.debug:
    msg: "{{ looked.images | map(attribute='name') | join(', ') }}; unknown: {{ looked.missing | join(', ') }}"

- name: Copy an image
  huaweicloud.ims.ims_image_copy:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    name: golden-copy
    wait: true
  register: copied

- name: See that the copy is active
  huaweicloud.ims.ims_image_info:
    image_ids: "{{ copied.image_id }}"
  register: looked
  failed_when: looked.missing | length > 0 or looked.images | rejectattr('active') | list | length > 0

- name: Look for private images of a name
  huaweicloud.ims.ims_image_info:
    name: golden-copy
    image_type: private
    status: active
  register: found

- name: Find the newest active image of a family, by its name and its tags
  huaweicloud.ims.ims_image_info:
    name_regex: ^golden-
    tags:
      channel: stable
    image_type: private
    status: active
    newest: true
  register: newest

- name: See what others share with this project, and nobody has answered yet
  huaweicloud.ims.ims_image_info:
    member_status: pending
  register: offered

- name: Make one only when there is none
  huaweicloud.ims.ims_image_create:
    source: server
    name: golden-copy
    instance_id: 877a2cda-ba63-4e1e-b95f-e67e48b6129a
  when: found.images | length == 0
"""

RETURN = r"""
images:
  description: The images, those of O(image_ids) in the order asked. Every key is always there.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The image's id.
      type: str
      sample: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    name:
      description: The image's name. It is not unique.
      type: str
      sample: golden-2026-03
    status:
      description:
        - V(queued) (there are metadata only), V(saving), V(active), V(killed) (the upload failed) or V(deleted).
      type: str
      sample: active
    active:
      description: Whether the status is V(active), the only one in which an image can be used.
      type: bool
    image_type:
      description: V(private), V(public), V(shared) or V(market). Any other word is handed over as the cloud sent it.
      type: str
      sample: private
    visibility:
      description: V(private), V(public) or V(shared).
      type: str
      sample: private
    owner:
      description: The project that the image belongs to.
      type: str
      sample: 1bed856811654c1cb661a6ca845ebc77
    description:
      description: The image's description.
      type: str
    size:
      description: Size of the image's file in bytes, null where the cloud does not tell.
      type: int
      sample: 1368522752
    min_disk:
      description: The smallest disk that the image fits on, in GB.
      type: int
      sample: 40
    min_ram:
      description: The smallest memory of servers of the image, in MB; 0 is no limit.
      type: int
      sample: 0
    max_ram:
      description: The largest memory of servers of the image, in MB, or null.
      type: int
      sample: 4096
    os_type:
      description: V(Linux), V(Windows) or V(Other).
      type: str
      sample: Linux
    os_version:
      description: The operating system.
      type: str
      sample: CentOS 7.3 64bit
    platform:
      description: The family of the operating system.
      type: str
      sample: CentOS
    os_bit:
      description: V(32) or V(64).
      type: str
      sample: "64"
    architecture:
      description: V(x86) or V(arm), the servers that the image is for; null for images of data disks.
      type: str
      sample: x86
    hw_firmware_type:
      description: How servers of the image boot, V(bios) or V(uefi), null where the cloud does not tell.
      type: str
      sample: bios
    virtual_env_type:
      description: V(FusionCompute) (for elastic servers), V(Ironic) (bare metal), V(DataImage) or V(IsoImage).
      type: str
      sample: FusionCompute
    disk_format:
      description: Format of the image.
      type: str
      sample: zvhd2
    whole_image:
      description: Whether it is a full-ECS image, null where that cannot be read.
      type: bool
    protected:
      description: Whether the image is protected from deletion, null where that cannot be read.
      type: bool
    cmk_id:
      description: The KMS key of an encrypted image, or null.
      type: str
    backup_id:
      description: The backup that the image was made of, or null.
      type: str
    data_origin:
      description: What the image was made of, or null.
      type: str
      sample: instance,877a2cda-ba63-4e1e-b95f-e67e48b6129a
    enterprise_project_id:
      description: The image's enterprise project, null where the cloud does not tell.
      type: str
      sample: "0"
    tags:
      description: The image's tags as the cloud writes them.
      type: list
      elements: str
      sample: [release.2026-03]
    created_at:
      description: When the image was created, UTC.
      type: str
      sample: "2018-09-06T14:03:27.000Z"
    updated_at:
      description: When it was changed, UTC.
      type: str
      sample: "2018-09-06T15:17:33.000Z"
    active_at:
      description: When it became active, UTC, null where the cloud does not tell.
      type: str
      sample: "2018-09-06T15:17:33.000Z"
    attributes:
      description: All of the image's attributes as the cloud sent them, null in place of what does not fit the schema.
      type: dict
missing:
  description: Ids of O(image_ids) that the cloud does not know, or does not show to this project. This does not fail
    the task.
  returned: success
  type: list
  elements: str
  sample: []
schema_violations:
  description: Where answers that could be used all the same did not fit the schema, one sentence for each place. The
    value there is left out.
  returned: success
  type: list
  elements: str
  sample: []
requests:
  description: How many HTTP requests were sent, logins in them.
  returned: success
  type: int
  sample: 1
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
  sample: ["$.images[0].status: expected a non-empty string, found 7"]
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
from ..module_utils._work.ims_image_info import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
