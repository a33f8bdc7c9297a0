# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Creating images from servers, volumes, backups and files."""

from __future__ import annotations

import functools
import typing as t

from ..scripts import SUCCESS, SubJob
from ..wire.messages import Response
from ..wire.refusals import ims_refusal
from ..wire.routes import Call
from . import bodies
from .cloud import Cloud
from .fields import check, split_file
from .images import Image, new_image_id
from .job_types import (
    FROM_DATA_VOLUMES,
    FROM_SERVER,
    FROM_VOLUME,
    IMPORT,
    IMPORT_DATA,
    IMPORT_OVA,
    WHOLE_FROM_BACKUP,
    WHOLE_FROM_SERVER,
    type_of,
)
from .jobs import Job
from .starts import decoded_body, refuse_closed_bucket, refuse_without_room, started, tags_of

_SOURCES = ("instance_id", "image_url", "volume_id")
_QUICK_SUFFIXES = (".raw", ".zvhd2")
_MOST_DATA_IMAGES = 3
_Body = dict[str, t.Any]


def create_image(cloud: Cloud, call: Call) -> Response:
    """POST /v2/cloudimages/action, which has four uses."""
    body = decoded_body(call)
    given = [name for name in _SOURCES if isinstance(body, dict) and body.get(name)]
    if len(given) > 1:
        raise ims_refusal("IMG.0021", f"{' and '.join(given)} exclude each other.")
    if not given:
        return _from_data_volumes(cloud, body)
    return {"instance_id": _from_server, "image_url": _from_file, "volume_id": _from_volume}[given[0]](cloud, body)


def create_data_image(cloud: Cloud, call: Call) -> Response:
    """POST .../cloudimages/dataimages/action"""
    body = check(decoded_body(call), bodies.CREATE_DATA_IMAGE)
    _check_files(cloud, [body["image_url"]])
    return _start_one(cloud, IMPORT_DATA, body, kind="DataImage")


def quick_import(cloud: Cloud, call: Call) -> Response:
    """POST .../cloudimages/quickimport/action"""
    body = check(decoded_body(call), bodies.QUICK_IMPORT)
    of_data = body.get("type") == "DataImage"
    _check_files(cloud, [body["image_url"]])
    _check_quick(body, needs_version=not of_data)
    return _start_one(cloud, IMPORT_DATA if of_data else IMPORT, body, kind="DataImage" if of_data else "FusionCompute")


def create_whole_image(cloud: Cloud, call: Call) -> Response:
    """POST /v1/cloudimages/wholeimages/action"""
    body = check(decoded_body(call), bodies.CREATE_WHOLE)
    if ("instance_id" in body) == ("backup_id" in body):
        raise ims_refusal("IMG.0019" if "backup_id" not in body else "IMG.0021", "Give instance_id or backup_id.")
    if body.get("whole_image_type") == "CBR" and "vault_id" not in body:
        raise ims_refusal("IMG.0184", "vault_id is mandatory for a CBR backup.")
    return _start_one(cloud, WHOLE_FROM_BACKUP if "backup_id" in body else WHOLE_FROM_SERVER, body, whole=True)


def _from_server(cloud: Cloud, body: _Body) -> Response:
    if body.get("data_images"):
        raise ims_refusal("IMG.0001", "data_images and instance_id exclude each other.")
    return _start_one(cloud, FROM_SERVER, check(body, bodies.CREATE_FROM_SERVER))


def _from_volume(cloud: Cloud, body: _Body) -> Response:
    return _start_one(cloud, FROM_VOLUME, check(body, bodies.CREATE_FROM_VOLUME))


def _from_file(cloud: Cloud, body: _Body) -> Response:
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
        return _start_several(cloud, IMPORT_OVA, [body, *disks])
    return _start_one(cloud, IMPORT, body, kind="IsoImage" if is_iso else "FusionCompute")


def _from_data_volumes(cloud: Cloud, body: _Body) -> Response:
    if isinstance(body, dict) and body and not body.get("data_images"):
        raise ims_refusal("IMG.0021", f"Give one of {', '.join(_SOURCES)} or data_images.")
    body = check(body, bodies.CREATE_DATA_IMAGES)
    disks = [check(item, bodies.DATA_IMAGE_OF_VOLUME) for item in body["data_images"]]
    return _start_several(cloud, FROM_DATA_VOLUMES, disks, kind="DataImage")


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


def _image(cloud: Cloud, body: _Body, **attributes: t.Any) -> Image:
    facts = {
        "size_gb": body.get("min_disk", 40),
        "os_type": body.get("os_type", "Linux"),
        "os_version": body.get("os_version", "Other(64 bit)"),
        "architecture": body.get("architecture", "x86"),
        "description": body.get("description", ""),
        "cmk_id": body.get("cmk_id"),
        "created_at": cloud.clock.now(),
        **attributes,
    }
    return Image(image_id=new_image_id(), name=body.get("name", "data"), tags=tags_of(body), **facts)


def _start_one(cloud: Cloud, job_type: str, body: _Body, **attributes: t.Any) -> Response:
    image = _image(cloud, body, **attributes)
    refuse_without_room(cloud, job_type)
    return started(
        cloud.add_job(
            job_type=job_type,
            image_id=image.image_id,
            image_name=image.name,
            on_success=lambda job: _add([image], cloud, job),
        )
    )


def _start_several(cloud: Cloud, job_type: str, disks: t.Sequence[_Body], **attributes: t.Any) -> Response:
    """Jobs whose images are only in their sub jobs."""
    images = [_image(cloud, disk, **attributes) for disk in disks]
    refuse_without_room(cloud, job_type)
    sub_type = type_of(job_type).sub_job_type or IMPORT
    sub_jobs = [SubJob(job_type=sub_type, image_id=image.image_id, image_name=image.name) for image in images]
    return started(
        cloud.add_job(job_type=job_type, sub_jobs=sub_jobs, on_success=functools.partial(_add, images, cloud))
    )


def _add(images: t.Sequence[Image], cloud: Cloud, job: Job) -> None:
    # A job can succeed as a whole although sub jobs have failed.
    failed = {sub.image_id for sub in job.sub_jobs if sub.outcome != SUCCESS}
    for image in images:
        if image.image_id not in failed:
            cloud.add_image(image)
