# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalog of services in a token: where each has its endpoint, by which OpenStack's clients find it."""

from __future__ import annotations

import typing as t

from ..account import region_of
from ..wire.messages import Request
from .identity import Token

# The types of OpenStack, and those that otcextensions asks for; what is put after the address of the simulator.
_SERVICES: t.Mapping[str, str] = {
    "image": "",
    "identity": "/v3",
    "imsv1": "/v1",
    "imsv2": "/v2",
    "ecs": "/v1/{project_id}",
}


def catalog(request: Request, token: Token) -> list[dict[str, t.Any]]:
    """All services are on one port here."""
    region = region_of(token.project_name) if token.project_name else request.region
    entries = []
    for number, (kind, path) in enumerate(_SERVICES.items(), 1):
        url = request.base_url + path.format(project_id=token.project_id or "")
        endpoint = {"id": str(number), "interface": "public", "region": region, "region_id": region, "url": url}
        entries.append({"id": str(number), "type": kind, "name": kind, "endpoints": [endpoint]})
    return entries
