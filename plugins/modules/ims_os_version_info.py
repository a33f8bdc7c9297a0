#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_os_version_info
short_description: Read which operating systems images of Huawei Cloud IMS can have
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Reads the operating systems that the cloud knows. The option C(os_version) of
    M(huaweicloud.ims.ims_image_create) and M(huaweicloud.ims.ims_image_import) takes one of them.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.info
  - huaweicloud.ims._attributes.in_process
options:
  tag:
    description: Only systems for bare metal servers (V(bms)), for UEFI, or for this architecture.
    type: str
    choices: [bms, uefi, arm, x86]
  platform:
    description: Only systems of this family, for example V(CentOS). Capital letters make no difference.
    type: str
seealso:
  - module: huaweicloud.ims.ims_image_import
  - name: Querying the operating systems of images
    description: The API's documentation (ims_03_0610).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0610.html
"""

EXAMPLES = r"""
- name: Read which systems images for ARM servers can have
  huaweicloud.ims.ims_os_version_info:
    tag: arm
  register: systems

- name: Tell their names
  ansible.builtin.debug:
    msg: "{{ systems.os_versions | map(attribute='os_version') | list }}"
"""

RETURN = r"""
os_versions:
  description: The systems, in the order of the cloud. Every key is always there.
  returned: success
  type: list
  elements: dict
  contains:
    platform:
      description: The family.
      type: str
      sample: CentOS
    os_version:
      description: The system, as C(os_version) of other modules takes it.
      type: str
      sample: CentOS 7.5 64bit
    os_version_key:
      description: The cloud's key for it, or null.
      type: str
      sample: CentOS 7.5 64bit
    os_type:
      description: V(Linux) or V(Windows), null where the cloud does not tell.
      type: str
      sample: Linux
    os_bit:
      description: V(32) or V(64), null where the cloud does not tell.
      type: str
      sample: "64"
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
from ..module_utils._work.ims_os_version_info import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
