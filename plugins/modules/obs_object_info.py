#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: obs_object_info
short_description: See whether an object is in a bucket of Huawei Cloud OBS
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Asks OBS whether an object is there, and for its size, ETag and time, without reading its content.
  - Before an import it shows that the file is there, after an export that the file has come. For the latter
    M(huaweicloud.ims.ims_image_export) has O(huaweicloud.ims.ims_image_export#module:verify).
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.info
  - huaweicloud.ims._attributes.in_process
options:
  bucket:
    description: Name of the bucket. It has to be in the region that is asked.
    type: str
    required: true
  object_key:
    description: Name of the object, without a slash at its beginning.
    type: str
    required: true
notes:
  - OBS takes access keys, permanent or temporary ones. A token, also that of a password, is exchanged for temporary
    keys by IAM, which needs O(iam_endpoint) or what it follows from.
  - C(obs:object:GetObject) is the permission that is needed. Without C(obs:bucket:ListBucket) the cloud may answer with
    HTTP 403 for an object that is not there; that is not documented.
  - The ETag of an object that came in parts is no MD5 of its content.
  - An object that is not there is no failure. A bucket of another region is one.
seealso:
  - module: huaweicloud.ims.ims_image_export
  - module: huaweicloud.ims.ims_image_import
  - name: Querying object metadata
    description: The API's documentation (obs_04_0084).
    link: https://support.huaweicloud.com/intl/en-us/api-obs/obs_04_0084.html
"""

EXAMPLES = r"""
- name: Look for the file
  huaweicloud.ims.obs_object_info:
    bucket: ims-image
    object_key: centos7_5.qcow2
  register: file

- name: Say how large it is
  ansible.builtin.debug:
    msg: "{{ file.exists | ternary((file.size | default(0, true)) | human_readable, 'not there') }}"
"""

RETURN = r"""
exists:
  description: Whether the object is there.
  returned: success
  type: bool
  sample: true
bucket_exists:
  description: Whether there is such a bucket.
  returned: success
  type: bool
  sample: true
bucket:
  description: The bucket that was asked.
  returned: success
  type: str
  sample: ims-image
object_key:
  description: The object that was asked for.
  returned: success
  type: str
  sample: centos7_5.qcow2
size:
  description: Its size in bytes, null where it is not there.
  returned: success
  type: int
  sample: 1073741824
etag:
  description: Its ETag without quotes, null where it is not there.
  returned: success
  type: str
  sample: 3b46eaf02d3b6b1206078bb86a7b7013-2
last_modified:
  description: When it came, in UTC, null where it is not there.
  returned: success
  type: str
  sample: "2026-03-01T12:02:04Z"
storage_class:
  description: Its storage class, null where it is not there.
  returned: success
  type: str
  sample: STANDARD
schema_violations:
  description: What was odd in the answer and was left out (null), with what was expected and what was found.
  returned: success
  type: list
  elements: str
  sample: []
msg:
  description: The same in a sentence.
  returned: always
  type: str
  sample: "ims-image:centos7_5.qcow2 is there."
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
  sample: AccessDenied
error_msg:
  description: The cloud's words for it.
  returned: failure, when the cloud answered
  type: str
request_id:
  description: Id of the request, for a ticket to the cloud's support.
  returned: failure, when the cloud answered
  type: str
bucket_region:
  description: The region of a bucket that is in another one than the one that was asked, null where the answer does not
    tell.
  returned: failure, when the bucket is in another region
  type: str
  sample: cn-north-1
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
from ..module_utils._work.obs_object_info import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
