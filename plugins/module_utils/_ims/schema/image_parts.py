# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What belongs to images, beside their attributes: members, tags, quotas, and the systems that they can have.

Sources: ListImageByTags (ims_03_0616), ListImageMembers (ims_03_0661), GlanceListImageMembers (ims_03_0723),
ListImageTags (ims_03_0620), ShowImageQuota (ims_03_0630), ListOsVersions (ims_03_0610).
"""

from __future__ import annotations

from .parts import NON_EMPTY, TEXT, WHOLE_NUMBER, Schema, document, essential

MEMBERS_SCHEMA: Schema = document(
    "ims_members",
    "A page of the members of an image of Huawei Cloud IMS",
    "The answer of GET /v1/{project_id}/cloudimages/{image_id}/members (ims_03_0661) and of"
    " GET /v2/images/{image_id}/members (ims_03_0723). A member that cannot be read spoils the page: whether an image"
    " is shared must not depend on it.",
    type="object",
    required=["members"],
    properties={
        "members": essential(
            {
                "type": "array",
                "items": essential(
                    {
                        "type": "object",
                        "required": ["member_id", "status"],
                        "properties": {
                            "member_id": essential(NON_EMPTY, description="A project, or what member_type says."),
                            "status": essential(NON_EMPTY, examples=["pending", "accepted", "rejected"]),
                            "member_type": {**TEXT, "description": "Absent for projects; organization is documented."},
                            "image_id": TEXT,
                            "urn": TEXT,
                            "created_at": TEXT,
                            "updated_at": TEXT,
                        },
                    }
                ),
            }
        ),
        # The samples have a list in its place.
        "page_info": {"type": ["object", "array", "null"], "properties": {"next_marker": TEXT}},
    },
)
TAGS_SCHEMA: Schema = document(
    "ims_image_tags",
    "The tags of an image of Huawei Cloud IMS",
    "The answer of ListImageTags, GET /v2/{project_id}/images/{image_id}/tags (ims_03_0620). A tag that cannot be read"
    " spoils the list: what is taken away must not depend on it.",
    type="object",
    required=["tags"],
    properties={
        "tags": essential(
            {
                "type": "array",
                "items": essential(
                    {
                        "type": "object",
                        "required": ["key", "value"],
                        "properties": {"key": essential(NON_EMPTY), "value": essential(TEXT)},
                    }
                ),
            }
        ),
    },
)
TAGGED_SCHEMA: Schema = document(
    "ims_tagged_images",
    "Images of Huawei Cloud IMS with some tags",
    "The answer of ListImageByTags, POST /v2/{project_id}/images/resource_instances/action (ims_03_0616). An image that"
    " cannot be read spoils the list.",
    type="object",
    required=["resources"],
    properties={
        "total_count": WHOLE_NUMBER,
        "resources": essential(
            {
                "type": "array",
                "items": essential(
                    {"type": "object", "required": ["resource_id"], "properties": {"resource_id": essential(NON_EMPTY)}}
                ),
            }
        ),
    },
)
QUOTA_SCHEMA: Schema = document(
    "ims_quota",
    "The quotas of Huawei Cloud IMS",
    "The answer of ShowImageQuota, GET /v1/cloudimages/quota (ims_03_0630). Unknown keys are allowed.",
    type="object",
    required=["quotas"],
    properties={
        "quotas": essential(
            {
                "type": "object",
                "required": ["resources"],
                "properties": {
                    "resources": essential(
                        {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "required": ["type", "used", "quota"],
                                "properties": {
                                    "type": essential(NON_EMPTY, examples=["image", "image_shared", "image_member"]),
                                    "used": WHOLE_NUMBER,
                                    "quota": WHOLE_NUMBER,
                                    "min": WHOLE_NUMBER,
                                    "max": WHOLE_NUMBER,
                                },
                            },
                        }
                    )
                },
            }
        )
    },
)
OS_VERSIONS_SCHEMA: Schema = document(
    "ims_os_versions",
    "The operating systems that images of Huawei Cloud IMS can have",
    "The answer of ListOsVersions, GET /v1/cloudimages/os_version (ims_03_0610): a list, in no object.",
    type="array",
    items={
        "type": "object",
        "required": ["platform", "version_list"],
        "properties": {
            "platform": essential(NON_EMPTY),
            "version_list": essential(
                {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["os_version"],
                        "properties": {
                            "platform": TEXT,
                            "os_version_key": TEXT,
                            "os_version": essential(NON_EMPTY, description="What options os_version take."),
                            "os_bit": WHOLE_NUMBER,
                            "os_type": TEXT,
                        },
                    },
                }
            ),
        },
    },
)
