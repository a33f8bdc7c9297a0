# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials and projects: IAM, and the metadata service of a server.

Sources: token by password (iam_30_0001); what the official SDK reads of projects and of an agency's keys.
"""

from __future__ import annotations

from .parts import NON_EMPTY, Schema, document, essential

TOKEN_SCHEMA: Schema = document(
    "iam_token",
    "What is read of IAM's answer to a login",
    "POST /v3/auth/tokens (iam_30_0001). The token itself is in the header X-Subject-Token.",
    type="object",
    required=["token"],
    properties={
        "token": essential(
            {
                "type": "object",
                "writeOnly": True,
                "required": ["expires_at"],
                "properties": {
                    "expires_at": {
                        **NON_EMPTY,
                        "description": "Where it cannot be read, the token is renewed after an hour.",
                        "examples": ["2019-02-13T06:52:13.855000Z"],
                    },
                    "project": {
                        "type": ["object", "null"],
                        "properties": {"id": NON_EMPTY, "name": {"type": "string"}},
                    },
                },
            }
        )
    },
)

PROJECTS_SCHEMA: Schema = document(
    "iam_projects",
    "What is read of IAM's list of projects",
    "GET /v3/projects?name={region}. How many there are decides, so a project that cannot be read spoils the list.",
    type="object",
    required=["projects"],
    properties={
        "projects": essential(
            {
                "type": "array",
                "items": essential(
                    {
                        "type": "object",
                        "required": ["id"],
                        "properties": {"id": essential(NON_EMPTY), "name": {"type": "string"}},
                    }
                ),
            }
        )
    },
)

SECURITY_KEY_SCHEMA: Schema = document(
    "ecs_security_key",
    "Temporary keys from the metadata service of an ECS with an agency",
    "GET /openstack/latest/securitykey",
    type="object",
    writeOnly=True,
    required=["credential"],
    properties={
        "credential": essential(
            {
                "type": "object",
                "writeOnly": True,
                "required": ["access", "secret", "securitytoken", "expires_at"],
                "properties": {
                    **dict.fromkeys(("access", "secret", "securitytoken"), essential(NON_EMPTY, writeOnly=True)),
                    "expires_at": {
                        **NON_EMPTY,
                        "writeOnly": True,
                        "description": "Where it cannot be read, the keys are renewed after an hour.",
                    },
                },
            }
        )
    },
)
