#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_quota_info
short_description: Read the quotas of Huawei Cloud IMS
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Reads how many images a project may have, and how many it has. A start that the quota does not allow fails with
    C(IMG.0015).
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.info
  - huaweicloud.ims._attributes.in_process
notes:
  - Whether images that are being made count as used is not documented.
seealso:
  - module: huaweicloud.ims.ims_image
  - name: Querying the image quota
    description: The API's documentation (ims_03_0630).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0630.html
"""

EXAMPLES = r"""
- name: Read the quotas
  huaweicloud.ims.ims_quota_info:
  register: quotas

- name: Stop before the night's images do not fit
  ansible.builtin.assert:
    that: (quotas.quotas | selectattr('type', 'eq', 'image') | first).left >= 3
    fail_msg: There is no room for three more images.
"""

RETURN = r"""
quotas:
  description: The quotas. Every key is always there.
  returned: success
  type: list
  elements: dict
  contains:
    type:
      description: What is counted, V(image) (private images), V(image_shared) or V(image_member).
      type: str
      sample: image
    used:
      description: How many there are, null where that cannot be read.
      type: int
      sample: 12
    quota:
      description: How many there may be, null where that cannot be read.
      type: int
      sample: 50
    left:
      description: How many more there may be, null where that cannot be told.
      type: int
      sample: 38
    min:
      description: The smallest quota that can be set, or null.
      type: int
      sample: 1
    max:
      description: The largest quota that can be set, or null.
      type: int
      sample: 1000
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
from ..module_utils._work.ims_quota_info import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
