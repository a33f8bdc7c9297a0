# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which options go with which use of a call that makes an image, and the bodies that they become.

Sources: CreateImage (ims_03_0603), ImportImageQuick (ims_03_0605), CreateDataImage (ims_03_0606), CreateWholeImage
(ims_03_0607).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ..errors import OptionError

Params = t.Mapping[str, t.Any]
Body = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class ImageSource:
    """One use of a call: the options that it needs, and those that it takes as well."""

    api: str
    path: str
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()


_COMMON = ("description", "tags", "enterprise_project_id")
_RAM = ("max_ram", "min_ram")
_CREATE = ("CreateImage", "/v2/cloudimages/action")
_WHOLE = ("CreateWholeImage", "/v1/cloudimages/wholeimages/action")
_FILE = ("name", "image_url", "min_disk")
_QUICK = ("ImportImageQuick", "/v2/cloudimages/quickimport/action")

SOURCES = {
    "server": ImageSource(*_CREATE, ("name", "instance_id"), (*_COMMON, *_RAM)),
    "volume": ImageSource(*_CREATE, ("name", "volume_id", "os_version"), (*_COMMON, *_RAM, "type")),
    "file": ImageSource(
        *_CREATE,
        _FILE,
        (
            *(*_COMMON, *_RAM, "os_type", "os_version", "type", "architecture", "hw_firmware_type"),
            *("is_config", "is_quick_import", "cmk_id", "data_images"),
        ),
    ),
    # What else is beside data_images, each of them has of its own.
    "data_volumes": ImageSource(*_CREATE, ("data_images",), ("enterprise_project_id",)),
    "data_file": ImageSource(
        "CreateDataImage", "/v1/cloudimages/dataimages/action", _FILE, (*_COMMON, "os_type", "cmk_id")
    ),
    "whole_server": ImageSource(*_WHOLE, ("name", "instance_id"), (*_COMMON, *_RAM, "vault_id")),
    "whole_backup": ImageSource(*_WHOLE, ("name", "backup_id"), (*_COMMON, *_RAM, "whole_image_type", "vault_id")),
}
_DISKS = {
    "file": ImageSource(*_CREATE, ("image_url", "min_disk"), ("name", "description", "tags")),
    "data_volumes": ImageSource(*_CREATE, ("name", "volume_id"), ("description", "tags")),
}
_SYSTEM = ("architecture", "hw_firmware_type", "license_type")
IMPORTS = {
    "ECS": ImageSource(*_QUICK, (*_FILE, "os_version"), (*_COMMON, *_SYSTEM, "type")),
    "BMS": ImageSource(*_QUICK, (*_FILE, "os_version"), (*_COMMON, *_SYSTEM, "type")),
    "DataImage": ImageSource(*_QUICK, _FILE, (*_COMMON, "os_type", "type")),
}


def body_of(params: Params, choice: str, chosen: str, uses: t.Mapping[str, ImageSource]) -> Body:
    """Return the body for one of several uses. Raises OptionError for an option that it lacks, or has too many.

    ``choice`` is the name of the option that chooses, for the message.
    """
    body = _fitting(params, f"{choice}: {chosen}", chosen, uses)
    if "tags" in body:
        body["image_tags"] = [{"key": key, "value": value} for key, value in tag_texts(body.pop("tags"))]
    if "data_images" in body:
        body["data_images"] = [_disk(disk, chosen, index) for index, disk in enumerate(body["data_images"])]
    return body


def checked_file(value: str, option: str = "image_url") -> str:
    """Return ``bucket:object``, in spite of the option's name no URL; raise OptionError for anything else."""
    bucket, colon, name = value.partition(":")
    if name.startswith("//"):
        raise OptionError(f'{option}: "{value[:80]}" is a URL; write {_form_of(value)} (bucket:object).')
    if not (bucket and colon and name) or "/" in bucket:
        raise OptionError(f'{option}: "{value[:80]}" is not bucket:object, for example ims-image:centos7_5.qcow2.')
    return value


def _form_of(url: str) -> str:
    """Return what a URL of an object in OBS means: the bucket is its host, or stands before ``.obs.`` in it."""
    host, _slash, name = url.partition("://")[2].partition("/")
    bucket = host.partition(".obs.")[0]
    return f"{bucket}:{name.partition('?')[0]}"[:80] if bucket and name else "ims-image:centos7_5.qcow2"


def _disk(disk: Params, source: str, index: int) -> Body:
    """Return one of data_images. Its tags go as keys and values, the only form that can carry dots and blanks."""
    body = _fitting(disk, f"data_images[{index}] of source: {source}", source, _DISKS)
    if "tags" in body:
        body["image_tags"] = [{"key": key, "value": value} for key, value in tag_texts(body.pop("tags"))]
    return body


def _fitting(params: Params, subject: str, chosen: str, uses: t.Mapping[str, ImageSource]) -> Body:
    known = dict.fromkeys(name for use in uses.values() for name in (*use.needs, *use.takes))
    given = {name: params[name] for name in known if params.get(name) not in (None, "", [], {})}
    use = uses[chosen]
    missing = [name for name in use.needs if name not in given]
    if missing:
        raise OptionError(f"{subject} needs {' and '.join(missing)}.")
    surplus = [name for name in given if name not in (*use.needs, *use.takes)]
    if surplus:
        raise OptionError(f"{subject} does not go with {' and '.join(surplus)}.")
    if "image_url" in given:
        checked_file(given["image_url"])
    return given


def plain_text(value: t.Any) -> str:
    """Return a value as the text that the cloud wants; YAML's true stays true."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def tag_texts(tags: Params) -> list[tuple[str, str]]:
    """Return keys and values as the texts that the cloud wants."""
    pairs = []
    for key, value in tags.items():
        if isinstance(value, (dict, list)):
            raise OptionError(f"tags: the value of {key} is not a text.")
        pairs.append((str(key), "" if value is None else plain_text(value)))
    return pairs
