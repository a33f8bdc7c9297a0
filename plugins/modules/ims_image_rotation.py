#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_rotation
short_description: Keep the newest images of a family in Huawei Cloud IMS, and delete older ones
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Keeps the newest active images of a family, and deletes the older ones. A family is this project's images of which
    the names fit a pattern, or which have some tags.
  - It never deletes an image that a channel stands for (a tag with the key C(channel)), that is protected, that is
    shared with others than O(share_with), or that a job needs of which O(journal) knows; nor one of which that cannot
    be read. Those are returned as RV(spared), with the reason.
  - Check mode returns exactly what would be deleted.
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
  name_regex:
    description:
      - The family, as a regular expression that the names of its images match anywhere; anchor it with C(^) and C($).
      - With O(tags), both have to fit. At least one of them is needed.
    type: str
  tags:
    description: The family, as tags that all of its images have. A null value stands for any.
    type: dict
  keep:
    description:
      - How many of the newest active images of the family are kept, V(1) at least. Images that are spared are kept
        besides.
    type: int
    required: true
  coming:
    description:
      - How many images of the family a dry run foresees that are not there yet, because a task before it would make
        them. They count among the O(keep) newest in check mode, and nowhere else.
    type: int
    default: 0
  share_with:
    description:
      - Ids of projects, domains and organizations that may lose an image. Where an image that has to go is shared with
        them only, the sharing is ended first. An image that is shared with anybody else is spared.
    type: list
    elements: str
  leftovers:
    description:
      - Whether to delete images of the family, too, that never became any (V(queued) and V(killed)) and hold quota.
        Without this they are only returned, as RV(leftovers).
    type: bool
    default: false
  leftovers_age:
    description: For how long nothing must have happened to such an image.
    type: str
    default: 1d
  max_deletions:
    description: How many images to delete in one run at most, the oldest first. Without it there is no such limit.
    type: int
  delete_backup:
    description:
      - Whether the backups of full-ECS images are deleted with them. Without this they are kept, and go on costing.
    type: bool
    default: false
notes:
  - The list is asked for once a page, and the members of each image that has to go. The images are deleted one after
    the other, ten a second at most, and waited for together.
  - Where the cloud refuses to delete one of them, the others are deleted all the same, and the task fails at its end.
seealso:
  - module: huaweicloud.ims.ims_image
  - module: huaweicloud.ims.ims_image_channel
  - ref: ansible_collections.huaweicloud.ims.image_rotation_role
    description: The role that does the same.
"""

EXAMPLES = r"""
- name: Say which golden images would have to go
  huaweicloud.ims.ims_image_rotation:
    name_regex: ^golden-
    keep: 3
  check_mode: true
  register: rotation

- name: Keep the three newest golden images, and what holds quota for nothing no longer
  huaweicloud.ims.ims_image_rotation:
    name_regex: ^golden-
    tags:
      stage: production
    keep: 3
    leftovers: true
    share_with: [089b2f9a3d80d3062f24c00ca4ed5cbd]
"""

RETURN = r"""
deleted:
  description: The images that were deleted, or would be in check mode; leftovers with O(leftovers=true) among them.
  returned: success
  type: list
  elements: dict
  contains:
    id:
      description: The image's id.
      type: str
      sample: d164b5df-1bc3-4c3f-893e-3e471fd16e60
    name:
      description: Its name.
      type: str
      sample: golden-2026-03-01
    status:
      description: Its status before.
      type: str
      sample: active
    created_at:
      description: When it was created (ISO 8601, UTC).
      type: str
      sample: "2026-03-01T01:00:00.000Z"
kept:
  description: The newest images, which are kept, with the keys of RV(deleted).
  returned: success
  type: list
  elements: dict
spared:
  description: Older images that are not deleted, with the keys of RV(deleted).
  returned: success
  type: list
  elements: dict
  contains:
    reason:
      description: Why not.
      type: str
      sample: a channel stands for it
leftovers:
  description: Images that never became any and are left, with the keys of RV(deleted).
  returned: success
  type: list
  elements: dict
postponed:
  description: Images that later runs delete, because of O(max_deletions), with the keys of RV(deleted).
  returned: success
  type: list
  elements: dict
diff:
  description: Names and ids of the images that go, before and after.
  returned: success
  type: dict
msg:
  description: What was done, or would be.
  returned: always
  type: str
  sample: "Deleted 1 of the family's images: golden-2026-02-26 (d164b5df-1bc3-4c3f-893e-3e471fd16e60). Kept 3."
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
from ..module_utils._work.ims_image_rotation import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
