#!/usr/bin/python

# Copyright: the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ims_image_export
short_description: Start the export of an image from Huawei Cloud IMS to OBS
version_added: 0.1.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Starts the export of a private image to a file in an OBS bucket, and returns the id of the job that does it.
  - The export goes on in the cloud for minutes or hours. Use M(huaweicloud.ims.wait_for_ims_job) to wait for it.
  - The request is sent once and never repeated. When its answer is lost, the task fails and says that the job may have
    been started.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._attributes
attributes:
  check_mode:
    support: full
    details:
      - Nothing is sent. There is no RV(job_id) then.
  diff_mode:
    support: none
options:
  image_id:
    description: The image to export. Full-ECS images, ISO images and public images cannot be exported.
    type: str
    required: true
  bucket_url:
    description:
      - Where to export to, as C(bucket:object), for example V(ims-image:centos7_5.qcow2). It is no URL despite its
        name.
      - The bucket has to be in the image's region, with the storage class Standard. The object must not exist.
    type: str
    required: true
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
seealso:
  - module: huaweicloud.ims.wait_for_ims_job
  - name: Exporting an image
    description: The API's documentation (ims_03_0609).
    link: https://support.huaweicloud.com/intl/en-us/api-ims/ims_03_0609.html
"""

EXAMPLES = r"""
- name: Export an image
  huaweicloud.ims.ims_image_export:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    bucket_url: ims-image:centos7_5.qcow2
    file_format: qcow2
  register: export

- name: Wait until it is there
  huaweicloud.ims.wait_for_ims_job:
    job_id: "{{ export.job_id }}"

- name: Export a large image without converting it
  huaweicloud.ims.ims_image_export:
    image_id: d164b5df-1bc3-4c3f-893e-3e471fd16e64
    bucket_url: ims-image:large.zvhd2
    quick_export: true
"""

RETURN = r"""
job_id:
  description: Id of the job that exports the image.
  returned: success, except in check mode
  type: str
  sample: edc89b490d7d4392898e19b2deb34797
msg:
  description: What was started, or would be.
  returned: always
  type: str
"""

import typing as t

from ansible.module_utils.basic import AnsibleModule

from ..module_utils._argspec import auth_argument_spec
from ..module_utils._ims.client import ImsClient
from ..module_utils._ims.errors import OptionError
from ..module_utils._module import run


def export(client: ImsClient, params: dict[str, t.Any], *, dry: bool) -> dict[str, t.Any]:
    what = f"the export of image {params['image_id']} to {params['bucket_url']}"
    body = _body(params)
    if dry:
        return {"changed": True, "msg": f"Would start {what}."}
    job_id = client.export_image(params["image_id"], body)
    return {"changed": True, "job_id": job_id, "msg": f"Started {what}."}


def _body(params: dict[str, t.Any]) -> dict[str, t.Any]:
    """Return the body of ExportImage (ims_03_0609): with is_quick_export there must be no file_format."""
    if params["quick_export"] == bool(params["file_format"]):
        raise OptionError("Give exactly one of file_format and quick_export: true.")
    if params["quick_export"]:
        return {"bucket_url": params["bucket_url"], "is_quick_export": True}
    return {"bucket_url": params["bucket_url"], "file_format": params["file_format"]}


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            **auth_argument_spec(),
            "image_id": {"type": "str", "required": True},
            "bucket_url": {"type": "str", "required": True},
            "file_format": {"type": "str", "choices": ["qcow2", "vhd", "zvhd", "vmdk"]},
            "quick_export": {"type": "bool", "default": False},
        },
        supports_check_mode=True,
    )
    run(module, lambda client: export(client, module.params, dry=module.check_mode))


if __name__ == "__main__":
    main()
