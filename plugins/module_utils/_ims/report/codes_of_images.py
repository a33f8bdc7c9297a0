# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes of copies, sharing, images, permissions and the gateway before the service.

The meanings are those of the IMS error codes (ims_03_0908) and of API Gateway's (api-sign-errorcode), in other words.
"""

from __future__ import annotations

# By topic and code: what the code means, and what a user can do.
TOPICS: dict[str, dict[str, tuple[str, str]]] = {
    "Copying": {
        "IMG.0104": ("The target region has several projects.", "Give target_project_name."),
        "IMG.0130": (
            "A full-ECS image cannot be copied like this.",
            "A full-ECS image can only be copied to another region: set target_region.",
        ),
        "IMG.0142": ("The target region is the image's own.", "Leave target_region out to copy inside the region."),
        "IMG.0143": (
            "An encrypted image cannot be copied to another region.",
            "Copy an image that is not encrypted, or copy inside the region.",
        ),
        "IMG.0145": (
            "The name of the project is wrong.",
            "Check target_project_name, which is a project of the target region.",
        ),
        "IMG.0146": (
            "The image is too large to be copied to another region.",
            "Export it with quick_export: true, bring the file to a bucket there, and use ims_image_import.",
        ),
        "IMG.0147": ("The region is wrong.", "Check target_region."),
        "IMG.0149": (
            "Too many copies to other regions are running.",
            "The cloud runs too many copies to other regions: wait for one of them.",
        ),
        "IMG.0150": ("The backup has been copied already.", "Use the copy that exists in the target region."),
        "IMG.0151": ("The agency lacks permissions.", "Check agency_name, and what the agency allows."),
        "IMG.0152": (
            "The full-ECS image is usable in one availability zone only, so far.",
            "Start the job again some minutes later.",
        ),
    },
    "Sharing": {
        "IMG.0076": ("An image cannot be shared with its owner.", "Leave the image's own project out of project_ids."),
        "IMG.0088": (
            "No more projects can be added.",
            "Share with fewer projects, or have the quota raised: ims_quota_info shows it, ims_image_member_info who"
            " has the image.",
        ),
        "IMG.0089": (
            "A public or Marketplace image cannot be shared.",
            "Only private images of this project can be shared.",
        ),
        "IMG.0098": ("An encrypted image cannot be shared.", "Share an image that is not encrypted."),
        "IMG.0108": (
            "The tenant is not known in this region.",
            "Check project_ids: they are ids of projects in this region.",
        ),
        "IMG.0135": ("This full-ECS image cannot be shared.", "Share a system disk image of the server instead."),
        "IMG.0177": (
            "The other project is in another region.",
            "Give ids of projects in the image's region; for another region copy the image there first.",
        ),
        "IMG.0178": ("The other project is the image's own.", "Leave the image's own project out of project_ids."),
        "IMG.0196": (
            "The shared image has not been accepted yet.",
            "Let the other project accept it: ims_image_share with state: accepted.",
        ),
    },
    "Images, quotas and keys": {
        "IMG.0002": ("The name is longer than 128 characters.", "Choose a shorter name."),
        "IMG.0003": (
            "The name is not valid.",
            "Choose a name of letters, digits, blanks, - _ and dots, without blanks at its ends.",
        ),
        "IMG.0004": ("The description is longer than 1,024 characters.", "Shorten the description."),
        "IMG.0009": (
            "An image of this name exists.",
            "Choose another name, or use the image that exists: existing_image: keep, or ims_image_info, finds it by"
            " name.",
        ),
        "IMG.0015": (
            "The quota of private images is used up.",
            "Delete private images that nobody needs (ims_image with state: absent), or have the quota raised."
            " ims_quota_info shows it.",
        ),
        "IMG.0027": (
            "There is no such image.",
            "Check the image's id, and that the image is in this region and project (project_id):"
            " ims_image_info lists them.",
        ),
        "IMG.0046": (
            "The image is not available.",
            "The image has to be active: wait for the job that makes it with wait_for_ims_job. ims_image_info shows its"
            " status.",
        ),
        "IMG.0047": (
            "Only the owner of the image may do this.",
            "Use the project that owns the image: set project_id, or credentials of that project.",
        ),
        "IMG.0062": ("The image's name is wrong.", "Choose another name, of at most 128 characters."),
        "IMG.0066": (
            "What was given is not an image's id, for example a name.",
            "Give the id of the image, not its name: ims_image_info finds it by name.",
        ),
        "IMG.0086": (
            "No image was found.",
            "Check the image's id, and that the image is in this region and project (project_id):"
            " ims_image_info lists them.",
        ),
        "IMG.0095": (
            "There is no such KMS key.",
            "Check cmk_id, and that the key is in this region and project (project_id).",
        ),
        "IMG.0097": ("The KMS key is disabled.", "Enable the key, or give another one in cmk_id."),
        "IMG.0099": ("The KMS key cannot be used.", "Check that the user may use the key in cmk_id."),
        "IMG.0144": (
            "There is no such image.",
            "Check the image's id, and that the image is in this region and project (project_id):"
            " ims_image_info lists them.",
        ),
        "IMG.0187": ("KMS is throttled.", "Start the job again later."),
    },
    "Permissions, projects and the service itself": {
        "IMG.0023": (
            "The service failed to look the job up.",
            "A wait polls again by itself. If it lasts, ask the cloud's support with the request id.",
        ),
        "IMG.0026": (
            "The user lacks permission, or the account's real-name authentication.",
            "Check the user's permissions for IMS in IAM, and the account's real-name authentication.",
        ),
        "IMG.0030": (
            "Project id and token do not go together.",
            "Get a token for this project, or leave project_id out.",
        ),
        "IMG.0060": ("Too many tasks are running.", "The cloud runs too many tasks of yours: try again later."),
        "IMG.0061": (
            "The service met an error that it has no words for.",
            "Ask the cloud's support with the request id.",
        ),
        "IMG.0067": (
            "The project id is wrong.",
            "Check project_id; without it, IAM is asked for the project that has the name of the region.",
        ),
        "IMG.0087": ("The token is wrong.", "Get a token for this region and project."),
        "IMG.0105": (
            "The operation is not supported here.",
            "Ask the cloud's support, with the request id, whether this region has it.",
        ),
        "IMG.0106": (
            "The resource belongs to another project.",
            "Set project_id to the project that owns it, or use credentials of that project.",
        ),
        "IMG.0155": (
            "The check of the enterprise project failed.",
            "Check enterprise_project_id, and that the user may use it.",
        ),
        "IMG.0156": (
            "The image could not be put into the enterprise project.",
            "Check enterprise_project_id, and that the user may use it.",
        ),
        "IMG.0239": ("The account's balance does not suffice.", "Charge the account up, or pay what is open."),
    },
    "The gateway": {
        "APIGW.0101": (
            "The gateway does not know this path, or the call is not published there.",
            "Check region and endpoint.",
        ),
        "APIGW.0201": (
            "The request was too large or not readable, or the service behind the gateway did not answer.",
            "A wait polls again by itself. If it lasts, check endpoint and proxies.",
        ),
        "APIGW.0301": (
            "The access key, the signature or the token was refused.",
            "Check access_key, secret_key, security_token or auth_token, and this machine's clock.",
        ),
        "APIGW.0302": (
            "The user may not call this API.",
            "The user may not call this API: check its permissions in IAM.",
        ),
        "APIGW.0303": (
            "The app's authentication was refused.",
            "Use access keys, a token or a password: the collection has no app authentication.",
        ),
        "APIGW.0307": (
            "The token has expired, or is one of another region.",
            "Get a token for this region and project; for another project set project_id, and get its token.",
        ),
        "APIGW.0308": ("The gateway throttles.", "The gateway throttles: lower max_requests_per_second."),
    },
}
