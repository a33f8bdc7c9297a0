# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented tables of the calls that start a job."""

from __future__ import annotations

from .fields import Field, Table

# Letters, digits, Chinese characters, blanks inside, and a few signs.
_NAME_PATTERN = r"[\w.\-]([\w .\-]*[\w.\-])?"
_ARCHITECTURES = ("x86", "arm")
_OS_TYPES = ("Linux", "Windows")

_NAME = Field(
    "name",
    mandatory=True,
    missing="IMG.0013",
    wrong="IMG.0003",
    too_long="IMG.0002",
    longest=128,
    pattern=_NAME_PATTERN,
)
_DESCRIPTION = Field("description", wrong="IMG.0054", too_long="IMG.0004", longest=1024, pattern=r"[^<>\r\n]*")
_ENTERPRISE_PROJECT = Field("enterprise_project_id", wrong="IMG.0155", pattern=r"0|[0-9a-fA-F-]{36}")
_KEY = Field("cmk_id", "id", wrong="IMG.0095")
_TAGS: Table = (Field("tags", "strings", wrong="IMG.0115"), Field("image_tags", "tags", wrong="IMG.0115"))
_RAM: Table = (
    Field("max_ram", "integer", wrong="IMG.0055", least=0, most=4194304),
    Field("min_ram", "integer", wrong="IMG.0055", least=0, most=4194304),
)
_OS_TYPE = Field("os_type", wrong="IMG.0056", choices=_OS_TYPES)
_OS_VERSION = Field("os_version", wrong="IMG.0056", longest=255)
_IMAGE_URL = Field("image_url", "file", mandatory=True, missing="IMG.0017")
_ARCHITECTURE = Field("architecture", wrong="IMG.0212", choices=_ARCHITECTURES)
_FIRMWARE = Field("hw_firmware_type", wrong="IMG.0141", choices=("bios", "uefi"))
_COMMON: Table = (_NAME, _DESCRIPTION, _ENTERPRISE_PROJECT, *_TAGS)


def _min_disk(least: int, most: int) -> Field:
    return Field("min_disk", "integer", mandatory=True, missing="IMG.0055", wrong="IMG.0055", least=least, most=most)


EXPORT: Table = (
    Field("bucket_url", "file", mandatory=True, missing="IMG.0068"),
    Field("file_format", wrong="IMG.0072", choices=("qcow2", "vhd", "zvhd", "vmdk")),
    Field("is_quick_export", "boolean"),
)
# The page of the newer export names one format more.
EXPORT_NEW: Table = (
    EXPORT[0],
    Field("file_format", wrong="IMG.0072", choices=(*EXPORT[1].choices, "zvhd2")),
    EXPORT[2],
)

CREATE_FROM_SERVER: Table = (
    *_COMMON,
    *_RAM,
    Field("instance_id", "id", mandatory=True, missing="IMG.0012", wrong="IMG.0005"),
)
CREATE_FROM_FILE: Table = (
    *_COMMON,
    *_RAM,
    _IMAGE_URL,
    _min_disk(40, 1024),
    _OS_TYPE,
    _OS_VERSION,
    Field("is_config", "boolean"),
    _KEY,
    Field("type", wrong="IMG.0024", choices=("ECS", "BMS", "FusionCompute", "Ironic", "IsoImage")),
    _ARCHITECTURE,
    _FIRMWARE,
    Field("is_quick_import", "boolean"),
    Field("data_images", "objects"),
)
CREATE_FROM_VOLUME: Table = (
    *_COMMON,
    *_RAM,
    Field("volume_id", "id", mandatory=True, missing="IMG.0120", wrong="IMG.0120"),
    Field("os_version", mandatory=True, missing="IMG.0056", longest=255),
    Field("type", wrong="IMG.0024", choices=("ECS", "BMS", "FusionCompute", "Ironic")),
    _KEY,
    _ARCHITECTURE,
    _FIRMWARE,
)
# With data images from volumes, what is beside data_images is ignored.
CREATE_DATA_IMAGES: Table = (
    *(Field(field.name, field.kind) for field in (*_COMMON, *_RAM) if field.kind != "file"),
    Field("data_images", "objects", mandatory=True),
)
# Their tags may be given as image_tags as well, the only form for values with dots and blanks (ims_03_0603).
DATA_IMAGE_OF_VOLUME: Table = (
    _NAME,
    Field("volume_id", "id", mandatory=True, missing="IMG.0120", wrong="IMG.0120"),
    _DESCRIPTION,
    *_TAGS,
)
DATA_IMAGE_OF_FILE: Table = (
    Field("name", wrong="IMG.0003", too_long="IMG.0002", longest=128, pattern=_NAME_PATTERN),
    _DESCRIPTION,
    _IMAGE_URL,
    _min_disk(1, 2048),
    *_TAGS,
)
CREATE_DATA_IMAGE: Table = (*_COMMON, _IMAGE_URL, _min_disk(40, 2048), _OS_TYPE, _KEY)
QUICK_IMPORT: Table = (
    *_COMMON,
    _IMAGE_URL,
    _min_disk(1, 1024),
    _OS_TYPE,
    _OS_VERSION,
    Field("type", wrong="IMG.0024", choices=("ECS", "BMS", "FusionCompute", "Ironic", "DataImage")),
    _ARCHITECTURE,
    _FIRMWARE,
    Field("license_type", choices=("platform", "byol")),
)
CREATE_WHOLE: Table = (
    *_COMMON,
    *_RAM,
    Field("instance_id", "id", wrong="IMG.0005"),
    Field("backup_id", "id", wrong="IMG.0020"),
    Field("whole_image_type", choices=("CBR", "CSBS")),
    Field("vault_id", "id", wrong="IMG.0184"),
)
REGISTER: Table = (_IMAGE_URL,)
COPY: Table = (_NAME, _DESCRIPTION, _KEY, _ENTERPRISE_PROJECT)
CROSS_REGION_COPY: Table = (
    _NAME,
    _DESCRIPTION,
    Field("region", mandatory=True, missing="IMG.0147", wrong="IMG.0147", pattern=r"[a-z]{2}(-[a-z0-9]+){1,3}"),
    Field("project_name", mandatory=True, missing="IMG.0145", wrong="IMG.0145"),
    Field("agency_name", mandatory=True, missing="IMG.0151", wrong="IMG.0151"),
    Field("vault_id", "id", wrong="IMG.0184"),
)
_IMAGES = Field("images", "strings", mandatory=True, missing="IMG.0027", wrong="IMG.0066")
MEMBERS: Table = (
    _IMAGES,
    Field("projects", "strings", wrong="IMG.0067"),
    Field("domains", "strings", wrong="IMG.0041"),
    Field("organizations", "strings", wrong="IMG.0041"),
)
UPDATE_MEMBERS: Table = (
    _IMAGES,
    Field("project_id", mandatory=True, missing="IMG.0067", wrong="IMG.0067"),
    Field("status", mandatory=True, choices=("accepted", "rejected")),
    Field("vault_id", "id", wrong="IMG.0184"),
)
