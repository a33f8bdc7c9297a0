# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All schemas, under the names of the files in which they are published."""

from __future__ import annotations

from .iam import PROJECTS_SCHEMA, SECURITY_KEY_SCHEMA, TOKEN_SCHEMA
from .image_parts import MEMBERS_SCHEMA, OS_VERSIONS_SCHEMA, QUOTA_SCHEMA, TAGGED_SCHEMA, TAGS_SCHEMA
from .images import IMAGE_SCHEMA, IMAGES_SCHEMA
from .jobs import JOB_SCHEMA, START_SCHEMA
from .servers import SERVER_SCHEMA

PUBLISHED = {
    schema["$id"].rpartition("/")[2]: schema
    for schema in (
        JOB_SCHEMA,
        START_SCHEMA,
        IMAGE_SCHEMA,
        IMAGES_SCHEMA,
        MEMBERS_SCHEMA,
        TAGS_SCHEMA,
        TAGGED_SCHEMA,
        QUOTA_SCHEMA,
        OS_VERSIONS_SCHEMA,
        SERVER_SCHEMA,
        TOKEN_SCHEMA,
        PROJECTS_SCHEMA,
        SECURITY_KEY_SCHEMA,
    )
}
