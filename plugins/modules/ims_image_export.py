#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_export
short_description: Export an image from Huawei Cloud IMS to OBS
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Starts the export of a private image to a file in an OBS bucket, and returns the id of the job that does it.
  - The export goes on in the cloud for minutes or hours. Set O(wait=true), or use
    M(huaweicloud.ims.wait_for_ims_job), to wait for it.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._start
  - huaweicloud.ims._wait
  - huaweicloud.ims._attributes
options:
  image_id:
    description: The image to export. Full-ECS images, ISO images and public images cannot be exported.
    type: str
    required: true
  bucket:
    description:
      - The bucket to export to. It has to be in the image's region, with the storage class Standard.
      - Exactly one of this, together with O(object_key), and O(bucket_url) is needed.
    type: str
  object_key:
    description: Name of the object in O(bucket) to export to.
    type: str
  bucket_url:
    description:
      - Bucket and object in the form that the API uses, C(bucket:object), for example V(ims-image:centos7_5.qcow2). It
        is no URL despite its name.
    type: str
  file_format:
    description: Format of the file. Exactly one of this and O(quick_export=true) is needed.
    type: str
    choices: [qcow2, vhd, zvhd, vmdk]
  quick_export:
    description:
      - Whether to export without converting, which is faster and allows larger images. The file is then in the format
        zvhd2, whatever the object's name says.
    type: bool
    default: false
  existing_object:
    description:
      - What to do when the object exists already (IMG.0070). The cloud never overwrites it.
      - With V(keep) the task is then done, without a job; whether the object holds this image is not checked.
    type: str
    choices: [fail, keep]
    default: fail
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - name: Exporting an image
    description: The API's documentation (ims_03_0609).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0609.html
"""

EXAMPLES = r"""
- name: Export an image, and wait until it is in the bucket
  huaweicloud.ims.ims_image_export:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    bucket: ims-image
    object_key: centos7_5.qcow2
    file_format: qcow2
    existing_object: keep
    wait: true
    timeout: 5400

- name: Export a large image without converting it, and wait later
  huaweicloud.ims.ims_image_export:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    bucket_url: ims-image:large.zvhd2
    quick_export: true
  register: export

- name: Wait until it is there
  huaweicloud.ims.wait_for_ims_job:
    job_id: "{{ export.job_id }}"
"""

RETURN = r"""
job_id:
  description: Id of the job that exports the image.
  returned: when a job was started
  type: str
  sample: edc89b490d7d4392898e19b2deb34797
started:
  description: Whether a job was started. It was not in check mode, and when the object existed already.
  returned: success
  type: bool
job:
  description: The job when it had ended, with all the keys of RV(huaweicloud.ims.ims_job_info#module:jobs).
  returned: with O(wait=true)
  type: dict
msg:
  description: What was started, or would be; with O(wait=true) how it ended.
  returned: always
  type: str
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._ims.api.client import ImsClient
from ..module_utils._ims.api.image import checked_image_id
from ..module_utils._ims.api.starts import StartCall
from ..module_utils._ims.errors import OptionError
from ..module_utils._starting import run_start, start_argument_spec


def build(params: dict[str, t.Any], client: ImsClient) -> StartCall:
    """Return ExportImage (ims_03_0609). With is_quick_export there must be no file_format, whatever its table says."""
    if params["quick_export"] == bool(params["file_format"]):
        raise OptionError("Give exactly one of file_format and quick_export: true.")
    image_id = checked_image_id(params["image_id"])
    parts = (params["bucket"], params["object_key"])
    target = params["bucket_url"] or (":".join(parts) if all(parts) else None)
    if not target:
        raise OptionError("Give bucket and object_key, or bucket_url; none of them may be empty.")
    how = {"is_quick_export": True} if params["quick_export"] else {"file_format": params["file_format"]}
    return StartCall(
        api="ExportImage",
        method="POST",
        path=f"/v1/cloudimages/{image_id}/file",
        body={"bucket_url": target, **how},
        what=f"the export of image {image_id} to {target}",
        if_repeated=(
            "where the first one was accepted, the cloud answers a second one with IMG.0148 (being exported) while it"
            " runs, and with IMG.0070 (target exists) after it"
        ),
    )


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **start_argument_spec(),
            "image_id": {"type": "str", "required": True},
            "bucket": {"type": "str"},
            "object_key": {"type": "str", "no_log": False},
            "bucket_url": {"type": "str"},
            "file_format": {"type": "str", "choices": ["qcow2", "vhd", "zvhd", "vmdk"]},
            "quick_export": {"type": "bool", "default": False},
            "existing_object": {"type": "str", "choices": ["fail", "keep"], "default": "fail"},
        },
        mutually_exclusive=[("bucket", "bucket_url"), ("object_key", "bucket_url")],
        required_one_of=[("bucket", "bucket_url")],
        required_together=[("bucket", "object_key")],
        supports_check_mode=True,
    )
    kept = {"IMG.0070": "The object exists already and was kept."} if module.params["existing_object"] == "keep" else {}
    run_start(module, build, done_already=kept)


if __name__ == "__main__":
    main()
