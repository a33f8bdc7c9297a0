# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes of changing, tagging and deleting images, and those of OBS.

The meanings are those of the IMS error codes (ims_03_0908) and of OBS' (obs_04_0115), in other words.
"""

from __future__ import annotations

# By topic and code: what the code means, and what a user can do.
TOPICS: dict[str, dict[str, tuple[str, str]]] = {
    "Changing and deleting images": {
        "IMG.0028": (
            "The image is protected.",
            "Take the protection away first, in the console: ims_image cannot. ims_image_info shows whether it is"
            " there.",
        ),
        "IMG.0035": (
            "An attribute that the image does not have was to be replaced.",
            "Look at the image with ims_image_info; ims_image adds what is missing by itself.",
        ),
        "IMG.0090": (
            "The image is still being created.",
            "Wait for the job that makes it with wait_for_ims_job.",
        ),
        "IMG.0091": (
            "The image is in the marketplace.",
            "Take it off the marketplace first, then delete it by ims_image with state: absent.",
        ),
        "IMG.0092": (
            "Only the owner of the image may delete it.",
            "One that another project shares is put aside by ims_image_share with state: rejected.",
        ),
        "IMG.0093": ("An image of the marketplace cannot be deleted.", "Only its owner can, in the marketplace."),
        "IMG.0094": ("A public image cannot be deleted.", "Delete private images of this project only."),
        "IMG.0112": ("The image could not be shared.", "Start it again later; ims_image_member_info shows who has it."),
        "IMG.0113": (
            "The sharing could not be ended.",
            "Start it again later; ims_image_member_info shows who has the image.",
        ),
        "IMG.0114": (
            "With whom the image is shared could not be read.",
            "Ask again later; ims_image_member_info does the same.",
        ),
        "IMG.0115": (
            "A tag is not valid.",
            "Check keys (36 letters, digits, - and _ at most) and values (43 at most, dots too) of tags.",
        ),
        "IMG.0116": (
            "The image has as many tags as it may have, 10.",
            "Give fewer tags, or take some away: ims_image with purge_tags: true leaves only those of the task.",
        ),
        "IMG.0168": (
            "An image of a data disk cannot be changed by this call.",
            "Change its name and description in the console; tags can be changed by ims_image.",
        ),
        "IMG.0176": (
            "The image is deleted, and its backup is not.",
            "Delete the backup in CBR, when nothing uses it any more.",
        ),
        "IMG.0197": ("An encrypted image cannot be shared like this.", "Share an image that is not encrypted."),
    },
    "Objects in OBS": {
        "AccessDenied": (
            "The user may not look at the object.",
            "Check that the user has obs:object:GetObject on the object and obs:bucket:ListBucket on the bucket, and"
            " that no policy of the bucket denies them.",
        ),
        "InvalidAccessKeyId": (
            "OBS does not know the access key.",
            "Check access_key, security_token, and that the key is of this cloud.",
        ),
        "NoSuchBucket": (
            "There is no such bucket.",
            "Check the bucket's name, and that region or obs_endpoint is that of the bucket.",
        ),
        "PermanentRedirect": (
            "The bucket is in another region.",
            "Set region or obs_endpoint to that of the bucket.",
        ),
        "RequestTimeTooSkewed": ("The time of the request is too far off.", "Set this machine's clock."),
        "SignatureDoesNotMatch": ("The signature is wrong.", "Check secret_key."),
    },
}
