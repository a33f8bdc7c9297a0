# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a user can do about an error code: the mend that a failure's message ends with.

The meanings are those of the IMS error codes (ims_03_0908) and of API Gateway's (api-sign-errorcode).
"""

from __future__ import annotations

from .errors import ImsError, OptionError
from .masking import sentence

_HINTS = {
    "IMG.0015": "Delete private images that nobody needs, or have the quota raised.",
    "IMG.0027": "Check the image's id, and that the image is in this region and project.",
    "IMG.0046": "The image has to be active: wait for the job that makes it.",
    "IMG.0058": "Use a bucket in the region of the image.",
    "IMG.0060": "The cloud runs too many tasks of yours: try again later.",
    "IMG.0068": "Give the bucket's name: bucket_url is bucket:object.",
    "IMG.0069": "Check that the bucket exists in the image's region and that the user may write to it.",
    "IMG.0070": "Choose another object name, delete the object, or set existing_object: keep on the export.",
    "IMG.0072": "Choose another file_format.",
    "IMG.0077": "A public image cannot be exported: make a private one of it first.",
    "IMG.0089": "Only private images of this project can be shared.",
    "IMG.0109": "Check the bucket's name: bucket_url is bucket:object.",
    "IMG.0128": "A full-ECS image cannot be exported: make a system disk image of the server instead.",
    "IMG.0130": "A full-ECS image can only be copied to another region: set target_region.",
    "IMG.0142": "Leave target_region out to copy inside the region.",
    "IMG.0148": "The image is being exported already: wait for that job.",
    "IMG.0149": "The cloud runs too many copies to other regions: wait for one of them.",
    "IMG.0151": "Check agency_name, and what the agency allows.",
    "IMG.0158": "Import zvhd2, or raw with its bitmap file; ims_image_create takes files of other formats.",
    "IMG.0159": "Give os_version.",
    "IMG.0160": "Export an image above 128 GB with quick_export: true.",
    "IMG.0166": "Give os_version.",
    "IMG.0184": "Give the id of a vault in vault_id.",
    "APIGW.0302": "The user may not call this API: check its permissions in IAM.",
    "APIGW.0308": "The gateway throttles: lower max_requests_per_second.",
}


def hint_for(code: str | None) -> str | None:
    """Return a sentence that says what to do, or None."""
    return _HINTS.get((code or "").replace("APIG.", "APIGW."))


def explain(error: ImsError) -> str:
    """Return an error as sentences for people: what happened and, where it is known, what to do."""
    if isinstance(error, OptionError):
        # It begins with the option's name, which has no capital letter.
        return str(error)
    return " ".join(text for text in (sentence(str(error)), hint_for(error.facts.get("error_code"))) if text)
