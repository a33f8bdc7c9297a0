# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_os_version_info does."""

from __future__ import annotations

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .reading import Params, Reading


def read_versions(client: ImsClient, params: Params) -> Result:
    found = []
    for group in client.life.os_versions(params["tag"]):
        platform = group["platform"].strip()
        if params["platform"] and params["platform"].lower() != platform.lower():
            continue
        for row in group["version_list"]:
            bits = row.get("os_bit")
            found.append(
                {
                    "platform": platform,
                    "os_version": row["os_version"].strip(),
                    "os_version_key": row.get("os_version_key"),
                    "os_type": row.get("os_type"),
                    "os_bit": None if bits is None or str(bits).strip() == "" else str(bits).strip(),
                }
            )
    return {"os_versions": found}


WORK = Reading(
    "ims_os_version_info",
    ArgumentSpec({"tag": {"type": "str", "choices": ["bms", "uefi", "arm", "x86"]}, "platform": {"type": "str"}}),
    read_versions,
)
