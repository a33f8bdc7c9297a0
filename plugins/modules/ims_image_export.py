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
      - With V(keep) the task is then done, without a job; whether the object holds this image is not checked. With
        O(verify=true) OBS is asked, so that a dry run tells the truth as well; without it the cloud's refusal tells.
    type: str
    choices: [fail, keep]
    default: fail
  verify:
    description:
      - Whether to see in OBS that the object is there, with its size, after the job has ended. If it is not, or cannot
        be seen, the task fails, with the job's id in the result. Needs O(wait=true).
      - OBS is asked for the object before the export is started, too. So missing keys, an O(obs_endpoint) that is not
        known, a missing right or bucket, and an object that exists already, are known before hours have passed.
      - M(huaweicloud.ims.obs_object_info) says what OBS needs. While OBS is out of reach it is asked again, for
        O(error_timeout) at most and not beyond O(timeout).
    type: bool
    default: false
    version_added: 2.0.0
seealso:
  - module: huaweicloud.ims.obs_object_info
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
    verify: true
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
    job_ids: "{{ export }}"
"""

RETURN = r"""
job_id:
  description: Id of the job that exports the image. Null where none was started, or nobody knows.
  returned: always
  type: str
  sample: edc89b490d7d4392898e19b2deb34797
job_ids:
  description: The same as a list, empty where no job was started.
  returned: always
  type: list
  elements: str
  sample: [edc89b490d7d4392898e19b2deb34797]
started:
  description:
    - Whether a job was started. It was not in check mode, and when the object existed already.
    - Null when nobody knows, because the answer was lost. The task has failed then.
  returned: always
  type: bool
taken_over:
  description:
    - Whether the job was started by an earlier run of which O(journal) knew, and not by this task.
    - Where only the image of that job was found, and not its id, RV(started) is false.
  returned: always
  type: bool
image_id:
  description: The image that is exported. Null where a dry run does not know it.
  returned: always
  type: str
  sample: d164b5df-1bc3-4c3f-893e-3e471fd16e64
object:
  description: The object in OBS. Null where it was not there, or could not be seen; the task has failed then.
  returned: with O(verify=true), after a job that ended well, or where the object was kept
  type: dict
  contains:
    bucket:
      description: The bucket.
      type: str
      sample: ims-image
    object_key:
      description: The object's name.
      type: str
      sample: centos7_5.qcow2
    size:
      description: Its size in bytes.
      type: int
      sample: 1073741824
    etag:
      description: Its ETag, without quotes.
      type: str
      sample: 3b46eaf02d3b6b1206078bb86a7b7013-2
    last_modified:
      description: When it came, in UTC.
      type: str
      sample: "2026-03-01T12:02:04Z"
    storage_class:
      description: Its storage class.
      type: str
      sample: STANDARD
schema_violations:
  description: Where answers that could be used all the same did not fit the schema, one sentence for each place. The
    value there is left out.
  returned: when there were any
  type: list
  elements: str
  sample: []
job:
  description: The job when it had ended, with all the keys of RV(huaweicloud.ims.ims_job_info#module:jobs).
  returned: with O(wait=true)
  type: dict
msg:
  description: What was started, or would be; with O(wait=true) how it ended.
  returned: always
  type: str
"""

from ..module_utils._module import run_module
from ..module_utils._work.ims_image_export import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
