#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image
short_description: Change, tag or delete an image of Huawei Cloud IMS
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Brings one image of the Image Management Service (IMS) into a state. With O(state=present) its attributes and tags
    become what the task says; only what differs is sent. With O(state=absent) it is deleted, and the task ends when the
    cloud no longer lists it.
  - Run twice, it changes something once.
  - It makes no images. That is what M(huaweicloud.ims.ims_image_create) and its siblings are for.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._state
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.in_process
attributes:
  check_mode:
    support: full
    details:
      - It reads, and sends no change.
  diff_mode:
    support: full
options:
  state:
    description: Whether the image is to be there, as described, or not to be there.
    type: str
    choices: [present, absent]
    default: present
  image_id:
    description: The image. Exactly one of O(image_id) and O(name) is needed.
    type: str
  name:
    description:
      - The image's exact name. Only images of this project count, and the task fails, with their ids, where there are
        several of that name.
    type: str
  new_name:
    description:
      - The name that the image gets. Where no image has O(name) any more, the one with this name is taken, so that the
        task can be run twice.
    type: str
  description:
    description: The image's description. An empty text clears it.
    type: str
  min_ram:
    description: The smallest memory of servers of the image, in MB; V(0) is no limit.
    type: int
  max_ram:
    description: The largest memory of servers of the image, in MB; V(0) is no limit.
    type: int
  hw_firmware_type:
    description: How servers of the image boot.
    type: str
    choices: [bios, uefi]
  enterprise_project_id:
    description: The enterprise project that the image is moved to. V(0) is the default one.
    type: str
  attributes:
    description:
      - Other attributes and their values, such as C(__support_highperformance) or C(hw_vif_multiqueue_enabled), or some
        of your own in lower case. Null takes one away.
      - What cannot be changed (C(min_disk), C(protected), C(__os_version), ...) is refused by the cloud.
    type: dict
  tags:
    description: The image's tags, keys and values. Tags are left alone without this.
    type: dict
  purge_tags:
    description:
      - Whether tags that are not in O(tags) are taken away. A tag with the key C(channel), by which the role
        P(huaweicloud.ims.golden_image#role) says which image a channel stands for, and those of O(keep_tags) are
        spared.
    type: bool
    default: true
  keep_tags:
    description: Keys of tags that O(purge_tags) spares.
    type: list
    elements: str
  delete_backup:
    description:
      - Whether the backups of a full-ECS image are deleted with it. Without this they are kept, and go on costing.
      - For O(state=absent).
    type: bool
    default: false
  unshare:
    description:
      - Whether an image that is shared may be deleted. The sharing is ended first. Without this such an image is
        refused.
      - For O(state=absent).
    type: bool
    default: false
notes:
  - The options of waiting, O(timeout) and those that follow it, are for O(state=absent). The task waits until the image
    is gone, and before that, with O(unshare), as long again until its sharing has ended.
  - An image is not deleted when it is protected, shared, or another project's, nor when the cloud's answer about that
    cannot be read.
  - The API does not tell whether an image is being exported or copied right now. The cloud refuses a deletion then,
    with a code of its own, and the task fails with it.
  - Deleting cannot be undone. Servers that were made of the image go on, but their system cannot be
    reinstalled from it.
  - An image has ten tags at most. Tags that are to go are taken away before others are added.
seealso:
  - module: huaweicloud.ims.ims_image_info
  - module: huaweicloud.ims.ims_image_share
  - name: Updating image information
    description: The API's documentation (ims_03_0604, ims_03_0617, ims_03_0706).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0604.html
"""

EXAMPLES = r"""
- name: Describe an image, and give it exactly these tags
  huaweicloud.ims.ims_image:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e60
    description: Tested on 2026-03-01
    min_ram: 1024
    tags:
      release: 2026-03
      tested: true
    keep_tags: [owner]

- name: Add a tag, and leave the others alone
  huaweicloud.ims.ims_image:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e60
    tags:
      stage: production
    purge_tags: false

- name: Rename an image
  huaweicloud.ims.ims_image:
    name: example 1
    new_name: golden-2026-03

- name: Delete an image, the backups of it as well, even if it is shared
  huaweicloud.ims.ims_image:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e62
    state: absent
    delete_backup: true
    unshare: true

- name: Delete what is gone already, which changes nothing
  huaweicloud.ims.ims_image:
    name: golden-2025-01
    state: absent
"""

RETURN = r"""
image_id:
  description: The image's id; null where it was not there.
  returned: success
  type: str
  sample: d164b5df-1bc3-4c3f-893e-3e471fd16e60
image:
  description:
    - The image, with the keys of RV(huaweicloud.ims.ims_image_info#module:images), after the change; before it in check
      mode and with O(state=absent). Null where it was not there.
    - Its key C(tags) is what the cloud's answer says, which may be from before the change; see RV(tags).
  returned: success
  type: dict
tags:
  description: The image's tags after the change. Null where they were not read, without O(tags).
  returned: success
  type: dict
  sample: {release: 2026-03, tested: "true"}
diff:
  description: What differs, before and after.
  returned: success, when the image is there
  type: dict
  contains:
    before:
      description: The values before, by the names of the options. Only those that differ.
      type: dict
    after:
      description: The values after; empty for an image that was deleted.
      type: dict
msg:
  description: What was done, or would be.
  returned: always
  type: str
  sample: Changed description, tags of image d164b5df-1bc3-4c3f-893e-3e471fd16e60.
requests:
  description: How many HTTP requests were sent, logins in them.
  returned: success
  type: int
  sample: 3
http_status:
  description: HTTP status of the answer that made the task fail.
  returned: failure, when the cloud answered
  type: int
  sample: 403
error_code:
  description: The cloud's code for it.
  returned: failure, when the cloud answered
  type: str
  sample: IMG.0028
error_msg:
  description: The cloud's words for it.
  returned: failure, when the cloud answered
  type: str
request_id:
  description: Id of the request, for a ticket to the cloud's support.
  returned: failure, when the cloud answered
  type: str
schema_violations:
  description: Where answers that could be used all the same did not fit the schema, one sentence for each place. The
    value there is left out.
  returned: when there were any
  type: list
  elements: str
  sample: []
violations:
  description: Each place where the answer does not fit the schema, as a JSON path with what was expected and what was
    found.
  returned: failure, when the answer does not fit the schema
  type: list
  elements: str
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
from ..module_utils._work.ims_image import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
