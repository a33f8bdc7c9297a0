# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An image as the cloud shows it: OpenStack's attributes and, with two underscores, those of IMS.

The keys are those of ListImages, UpdateImage (ims_03_0602, ims_03_0604) and of their samples. There is no attribute
`architecture`: it is a parameter of calls only, and `__support_arm` tells (ims_03_0602).
"""

from __future__ import annotations

import time
import typing as t

from .images import ACTIVE, PUBLIC, QUEUED, Image

# An md5 of nothing stands in nearly every documented sample.
_CHECKSUM = "d41d8cd98f00b204e9800998ecf8427e"
_VISIBILITY = {PUBLIC: "public", "market": "public", "shared": "shared"}

Row = dict[str, t.Any]


def to_api(image: Image) -> Row:
    """The image in ListImages; attributes that it does not have are left out, as the documented samples do."""
    shown = {
        "id": image.image_id,
        "name": image.shown_name or image.name,
        "status": image.status,
        "visibility": _VISIBILITY.get(image.image_type, "private"),
        "owner": image.owner or "",
        "protected": image.protected,
        "min_disk": image.size_gb,
        "min_ram": image.min_ram,
        "size": 0,
        "virtual_size": None,
        "checksum": _CHECKSUM,
        "disk_format": image.disk_format,
        "container_format": "bare",
        "virtual_env_type": image.kind,
        "tags": list(image.tags),
        "created_at": moment(image.created_at),
        "updated_at": moment(image.changed_at),
        "file": f"/v2/images/{image.image_id}/file",
        "self": f"/v2/images/{image.image_id}",
        "schema": "/v2/schemas/image",
        "enterprise_project_id": image.enterprise_project_id,
        "__imagetype": image.image_type,
        # "true" even in the sample of a queued image.
        "__isregistered": "true",
        "__image_source_type": "uds",
        "__image_size": "0" if image.status == QUEUED else str(image.size_gb * 2**30),
        "__os_type": image.os_type,
        "__os_version": image.os_version,
        "__platform": image.os_version.split(" ")[0],
        "__os_bit": "64",
    }
    present = {name: value for name, value in _optional(image).items() if value is not None}
    return {**shown, **present, **image.attributes}


def to_glance(image: Image) -> Row:
    """The image in GlanceListImages, which names the enterprise project in another way."""
    row = to_api(image)
    row["_sys_enterprise_project_id"] = row.pop("enterprise_project_id")
    return row


def moment(seconds: float) -> str:
    """A time as the attributes of images have it."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def _optional(image: Image) -> Row:
    return {
        "active_at": moment(image.changed_at) if image.status == ACTIVE else None,
        "max_ram": None if image.max_ram is None else str(image.max_ram),
        "__description": image.description or None,
        "__whole_image": "true" if image.whole else None,
        "__backup_id": image.backup_id,
        "__system__cmkid": image.cmk_id,
        "__support_arm": "true" if image.architecture == "arm" else None,
        "__data_origin": image.data_origin,
        "__root_origin": "file" if (image.data_origin or "").startswith("file,") else None,
        "__originalimagename": image.parent,
    }
