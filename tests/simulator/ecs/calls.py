# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls of ECS that are here; its jobs are asked for at the path that IMS has for its own."""

from __future__ import annotations

import functools

from ..ims.cloud import Cloud
from ..wire.routes import Route
from . import power


def ecs_routes(cloud: Cloud) -> list[Route]:
    """What answers each call."""
    servers = "/v1/{project_id}/cloudservers"
    return [
        Route("GET", f"{servers}/{{server_id}}", functools.partial(power.show_server, cloud)),
        Route("POST", f"{servers}/action", functools.partial(power.act, cloud)),
    ]
