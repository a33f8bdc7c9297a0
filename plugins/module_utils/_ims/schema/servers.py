# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers of ECS, as far as their power is concerned.

Source: ShowServer (ecs_02_0104).
"""

from __future__ import annotations

from .parts import NON_EMPTY, TEXT, Schema, document, essential

SERVER_SCHEMA: Schema = document(
    "ecs_server",
    "A server of Huawei Cloud ECS",
    "The answer of ShowServer, GET /v1/{project_id}/cloudservers/{server_id} (ecs_02_0104), as far as it is read."
    " Unknown keys are allowed everywhere.",
    type="object",
    required=["server"],
    properties={
        "server": essential(
            {
                "type": "object",
                "required": ["id", "status"],
                "properties": {
                    "id": essential(NON_EMPTY),
                    "status": essential(
                        NON_EMPTY,
                        description="A server that is powering off is still ACTIVE.",
                        examples=["ACTIVE", "SHUTOFF", "BUILD", "ERROR"],
                    ),
                    "OS-EXT-STS:task_state": {**TEXT, "examples": ["powering-off", "powering-on"]},
                    "name": TEXT,
                },
            }
        )
    },
)
