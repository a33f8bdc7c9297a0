#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_channel
short_description: Say which image of a family in Huawei Cloud IMS a channel stands for
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Lets a channel, such as V(stable), stand for one image of a family. That image gets the tag C(channel) with the
    channel's name; then the tag is taken from the image that had it. So there is an image in the channel at any time,
    and two for a moment.
  - Users find the image by the tag, with P(huaweicloud.ims.image#lookup) or M(huaweicloud.ims.ims_image_info), and
    M(huaweicloud.ims.ims_image_rotation) does not delete it.
  - An image is in one channel. One that is in another leaves it.
extends_documentation_fragment:
  - huaweicloud.ims._auth
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
  image_id:
    description: The image, an active one of the family.
    type: str
    required: true
  channel:
    description: The channel's name, which is the value of the tag.
    type: str
    required: true
  name_regex:
    description:
      - The family, as a regular expression that the names of its images match anywhere; anchor it with C(^) and C($).
      - With O(tags), both have to fit. At least one of them is needed.
    type: str
  tags:
    description: The family, as tags that all of its images have. A null value stands for any.
    type: dict
seealso:
  - module: huaweicloud.ims.ims_image_rotation
  - plugin: huaweicloud.ims.image
    plugin_type: lookup
"""

EXAMPLES = r"""
- name: Let the channel stable stand for the image that was tried
  huaweicloud.ims.ims_image_channel:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e65
    channel: stable
    name_regex: ^golden-
  register: promoted

- name: Say what it stood for before
  ansible.builtin.debug:
    var: promoted.before
"""

RETURN = r"""
image_id:
  description: The image. Null where a dry run does not know it.
  returned: success
  type: str
  sample: d164b5df-1bc3-4c3f-893e-3e471fd16e60
channel:
  description: The channel.
  returned: success
  type: str
  sample: stable
before:
  description: Ids of the images of the family that were in the channel before.
  returned: success
  type: list
  elements: str
diff:
  description: The ids of the images in the channel, before and after.
  returned: success
  type: dict
msg:
  description: What was done, or would be.
  returned: always
  type: str
  sample: Channel stable stands for image d164b5df-1bc3-4c3f-893e-3e471fd16e60.
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
from ..module_utils._work.ims_image_channel import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
