#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_member_info
short_description: Read with whom an image of Huawei Cloud IMS is shared
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Reads the members of an image, which are those that it is shared with, and whether they have accepted it. Its owner
    sees all of them, a member sees itself.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.info
  - huaweicloud.ims._attributes.in_process
options:
  image_id:
    description: The image.
    type: str
    required: true
  status:
    description: Only members that have answered so. V(pending) are those that have not.
    type: str
    choices: [accepted, rejected, pending]
notes:
  - A member that cannot be read makes the task fail. Whom an image is shared with must not depend on it.
seealso:
  - module: huaweicloud.ims.ims_image_share
  - name: Querying image members
    description: The API's documentation (ims_03_0661, ims_03_0723).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0723.html
"""

EXAMPLES = r"""
- name: See who has not accepted an image yet
  huaweicloud.ims.ims_image_member_info:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e60
    status: pending
  register: pending

- name: Tell
  ansible.builtin.debug:
    msg: "Waiting for: {{ pending.members | map(attribute='member_id') | join(', ') }}"
"""

RETURN = r"""
members:
  description: The members. Every key is always there.
  returned: success
  type: list
  elements: dict
  contains:
    member_id:
      description: Id of the project, or of what RV(members[].member_type) says.
      type: str
      sample: edc89b490d7d4392898e19b2deb34797
    status:
      description: V(pending), V(accepted) or V(rejected).
      type: str
      sample: accepted
    member_type:
      description: Null for a project; V(organization), or another word of the cloud.
      type: str
    urn:
      description: The member's name in the cloud, null where there is none.
      type: str
    created_at:
      description: When the image was shared, UTC.
      type: str
      sample: "2026-03-01T12:00:00.000Z"
    updated_at:
      description: When the member has answered, UTC.
      type: str
      sample: "2026-03-01T12:05:00.000Z"
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
schema_violations:
  description: Where answers that could be used all the same did not fit the schema, one sentence for each place. The
    value there is left out.
  returned: success
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
from ..module_utils._work.ims_image_member_info import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
