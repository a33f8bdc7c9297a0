# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_export does."""

from __future__ import annotations

import typing as t

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.creations import checked_file
from .._ims.api.starts import StartCall
from .._ims.errors import OptionError
from .reading import Params
from .starting import Starting, image_of, image_to_use

_KEPT = {"IMG.0070": "The object exists already and was kept."}


def build(client: ImsClient, params: Params, dry: bool) -> StartCall:
    """Return ExportImage (ims_03_0609). With is_quick_export there must be no file_format, whatever its table says."""
    if bool(params["quick_export"]) == bool(params["file_format"]):
        raise OptionError("Give exactly one of file_format and quick_export: true.")
    image_id, target = image_to_use(params["image_id"], dry), _target(params)
    how: dict[str, t.Any] = {"file_format": params["file_format"]}
    if params["quick_export"]:
        how = {"is_quick_export": True}
    return StartCall(
        api="ExportImage",
        method="POST",
        path=f"/v1/cloudimages/{image_id}/file",
        body={"bucket_url": target, **how},
        what=f"the export of image {image_id} to {target}",
        if_repeated=(
            "where the first one was accepted, the cloud answers a second one with IMG.0148 (being exported) while it"
            " runs, and with IMG.0070 (target exists) after it"
        ),
    )


def _target(params: Params) -> str:
    """Return ``bucket:object``."""
    if params["bucket_url"]:
        return checked_file(params["bucket_url"], "bucket_url")
    bucket, object_key = params["bucket"], params["object_key"]
    if not bucket or not object_key:
        raise OptionError("Give bucket and object_key, or bucket_url; none of them may be empty.")
    if ":" in bucket or "/" in bucket:
        raise OptionError(f'bucket: "{bucket[:80]}" is not the name of a bucket.')
    return f"{bucket}:{object_key}"


WORK = Starting(
    "ims_image_export",
    ArgumentSpec(
        {
            "image_id": {"type": "str", "required": True},
            "bucket": {"type": "str"},
            "object_key": {"type": "str", "no_log": False},
            "bucket_url": {"type": "str"},
            "file_format": {"type": "str", "choices": ["qcow2", "vhd", "zvhd", "vmdk"]},
            "quick_export": {"type": "bool", "default": False},
            "existing_object": {"type": "str", "choices": ["fail", "keep"], "default": "fail"},
        },
        mutually_exclusive=(("bucket", "bucket_url"), ("object_key", "bucket_url")),
        required_one_of=(("bucket", "bucket_url"),),
        required_together=(("bucket", "object_key"),),
    ),
    build,
    done_already=lambda params: _KEPT if params["existing_object"] == "keep" else None,
    image=image_of,
    target=_target,
)
