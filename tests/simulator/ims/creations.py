# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating images from servers, volumes, backups and files."""

from __future__ import annotations

import typing as t

from ..wire.messages import Response
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from . import bodies, tags
from .cloud import Cloud
from .fields import check, split_file
from .images import DEFAULT_ENTERPRISE_PROJECT, Image, new_image_id
from .job_types import (
    FROM_DATA_VOLUMES,
    FROM_SERVER,
    FROM_VOLUME,
    IMPORT,
    IMPORT_DATA,
    IMPORT_OVA,
    WHOLE_FROM_BACKUP,
    WHOLE_FROM_SERVER,
)
from .starts import decoded_body, refuse_closed_bucket, refuse_without_room, start_images
from .visibility import refuse_other_enterprise_project

_SOURCES = ("instance_id", "image_url", "volume_id")
_QUICK_SUFFIXES = (".raw", ".zvhd2")
_MOST_DATA_IMAGES = 3
_Body = dict[str, t.Any]
_ORIGINS = {"instance_id": "instance", "volume_id": "volume", "image_url": "file"}


def create_image(cloud: Cloud, call: Call) -> Response:
    """POST /v2/cloudimages/action, which has four uses (ims_03_0603)."""
    body = decoded_body(call)
    given = [name for name in _SOURCES if isinstance(body, dict) and body.get(name)]
    if len(given) > 1:
        raise ims_refusal("IMG.0021", f"{' and '.join(given)} exclude each other.")
    if not given:
        return _from_data_volumes(cloud, call, body)
    answer = {"instance_id": _from_server, "image_url": _from_file, "volume_id": _from_volume}[given[0]]
    return answer(cloud, call, body)


def create_data_image(cloud: Cloud, call: Call) -> Response:
    """POST .../cloudimages/dataimages/action (ims_03_0606)"""
    body = check(decoded_body(call), bodies.CREATE_DATA_IMAGE)
    _check_files(cloud, [body["image_url"]])
    return _start_one(cloud, call, IMPORT_DATA, body, kind="DataImage")


def quick_import(cloud: Cloud, call: Call) -> Response:
    """POST .../cloudimages/quickimport/action (ims_03_0605)"""
    body = check(decoded_body(call), bodies.QUICK_IMPORT)
    of_data = body.get("type") == "DataImage"
    _check_files(cloud, [body["image_url"]])
    _check_quick(body, needs_version=not of_data)
    if of_data:
        return _start_one(cloud, call, IMPORT_DATA, body, kind="DataImage")
    return _start_one(cloud, call, IMPORT, body)


def create_whole_image(cloud: Cloud, call: Call) -> Response:
    """POST /v1/cloudimages/wholeimages/action (ims_03_0607).

    The vault_id is asked for with a server only: an acceptance test of Terraform's provider creates an image from a
    CBR backup without it, and passes (its pull request 5440).
    """
    body = check(decoded_body(call), bodies.CREATE_WHOLE)
    if ("instance_id" in body) == ("backup_id" in body):
        raise ims_refusal("IMG.0019" if "backup_id" not in body else "IMG.0021", "Give instance_id or backup_id.")
    backup = body.get("backup_id") or new_image_id()
    job_type = WHOLE_FROM_BACKUP if "backup_id" in body else WHOLE_FROM_SERVER
    return _start_one(cloud, call, job_type, body, whole=True, backup_id=backup)


def _from_server(cloud: Cloud, call: Call, body: _Body) -> Response:
    if body.get("data_images"):
        raise ims_refusal("IMG.0001", "data_images and instance_id exclude each other.")
    body = check(body, bodies.CREATE_FROM_SERVER)
    _refuse_unfit_server(cloud, body["instance_id"])
    return _start_one(cloud, call, FROM_SERVER, body)


def _from_volume(cloud: Cloud, call: Call, body: _Body) -> Response:
    return _start_one(cloud, call, FROM_VOLUME, check(body, bodies.CREATE_FROM_VOLUME))


def _from_file(cloud: Cloud, call: Call, body: _Body) -> Response:
    body = check(body, bodies.CREATE_FROM_FILE)
    disks = [check(item, bodies.DATA_IMAGE_OF_FILE) for item in body.get("data_images", ())]
    if len(disks) > _MOST_DATA_IMAGES:
        raise ims_refusal("IMG.0194", f"data_images may have {_MOST_DATA_IMAGES} items.")
    _check_files(cloud, [body["image_url"], *(disk["image_url"] for disk in disks)])
    is_iso = body.get("type") == "IsoImage"
    if is_iso and "os_version" not in body:
        raise ims_refusal("IMG.0166")
    if body.get("is_quick_import"):
        _check_quick(body, needs_version=True)
    if body["image_url"].lower().endswith(".ova"):
        return _start_several(cloud, call, IMPORT_OVA, [body, *disks])
    kind = "IsoImage" if is_iso else "FusionCompute"
    return _start_one(cloud, call, IMPORT, body, kind=kind, disk_format="iso" if is_iso else "zvhd2")


def _from_data_volumes(cloud: Cloud, call: Call, body: _Body) -> Response:
    if isinstance(body, dict) and body and not body.get("data_images"):
        raise ims_refusal("IMG.0021", f"Give one of {', '.join(_SOURCES)} or data_images.")
    body = check(body, bodies.CREATE_DATA_IMAGES)
    disks = [check(item, bodies.DATA_IMAGE_OF_VOLUME) for item in body["data_images"]]
    return _start_several(cloud, call, FROM_DATA_VOLUMES, disks, kind="DataImage")


def _check_files(cloud: Cloud, files: t.Sequence[str]) -> None:
    if len(set(files)) < len(files):
        raise ims_refusal("IMG.0123")
    for file in files:
        refuse_closed_bucket(cloud, split_file(file)[0])


def _check_quick(body: _Body, *, needs_version: bool) -> None:
    if not body["image_url"].lower().endswith(_QUICK_SUFFIXES):
        raise ims_refusal("IMG.0158")
    if needs_version and "os_version" not in body:
        raise ims_refusal("IMG.0159")


def _refuse_unfit_server(cloud: Cloud, server_id: str) -> None:
    """Both are in the table of codes; when they are raised is not documented, so settings say it."""
    settings = cloud.settings
    if settings.refuse_running_servers and cloud.server_is_running(server_id):
        raise ims_refusal("IMG.0008")
    busy = any(job.job_type == FROM_SERVER and job.facts.get("instance_id") == server_id for job in cloud.running())
    if settings.refuse_busy_servers and busy:
        raise ims_refusal("IMG.0010")


def _image(cloud: Cloud, call: Call, body: _Body, **attributes: t.Any) -> Image:
    enterprise_project = body.get("enterprise_project_id", DEFAULT_ENTERPRISE_PROJECT)
    refuse_other_enterprise_project(call, enterprise_project, "ims:serverImages:create")
    origins = [f"{word},{body[name]}" for name, word in _ORIGINS.items() if name in body]
    facts: dict[str, t.Any] = {
        "size_gb": body.get("min_disk", 40),
        "os_type": body.get("os_type", "Linux"),
        "os_version": body.get("os_version", "Other(64 bit)"),
        "architecture": body.get("architecture", "x86"),
        "description": body.get("description", ""),
        "cmk_id": body.get("cmk_id"),
        "min_ram": body.get("min_ram", 0),
        "max_ram": body.get("max_ram"),
        "enterprise_project_id": enterprise_project,
        "data_origin": origins[0] if origins else None,
        "attributes": {name: body[name] for name in ("hw_firmware_type",) if name in body},
        "owner": call.project_id,
        "created_at": cloud.clock.now(),
        **attributes,
    }
    return Image(image_id=new_image_id(), name=body.get("name", "data"), tags=_tags_of(cloud, body), **facts)


def _tags_of(cloud: Cloud, body: _Body) -> tuple[str, ...]:
    """The tags of either form, which exclude each other; data_images take both as well (ims_03_0603)."""
    if "tags" in body and "image_tags" in body:
        raise ims_refusal("IMG.0115", "tags and image_tags exclude each other.")
    if "image_tags" in body:
        separator = cloud.settings.tag_separator
        return tuple(tags.joined((tag.get("key", ""), tag.get("value", "")), separator) for tag in body["image_tags"])
    return tuple(body.get("tags", ()))


def _start_one(cloud: Cloud, call: Call, job_type: str, body: _Body, **attributes: t.Any) -> Response:
    image = _image(cloud, call, body, **attributes)
    refuse_without_room(cloud, call, job_type)
    facts = {name: body[name] for name in ("instance_id",) if name in body}
    return start_images(cloud, call, job_type, [image], facts)


def _start_several(cloud: Cloud, call: Call, job_type: str, disks: t.Sequence[_Body], **attributes: t.Any) -> Response:
    images = [_image(cloud, call, disk, **attributes) for disk in disks]
    refuse_without_room(cloud, call, job_type)
    return start_images(cloud, call, job_type, images)
