# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_export does."""

from __future__ import annotations

import typing as t

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.creations import checked_file
from .._ims.api.objects import Place
from .._ims.api.starts import StartCall
from .._ims.errors import ImsError, OptionError
from .obs_object_info import WORK as LOOK
from .obs_object_info import facts
from .reading import Params
from .starting import NothingToDo, Proof, Starting, image_of, image_to_use

_KEPT = {"IMG.0070": "The object exists already and was kept."}


def build(client: ImsClient, params: Params, dry: bool) -> StartCall | NothingToDo:
    """Return ExportImage (ims_03_0609). With is_quick_export there must be no file_format, whatever its table says."""
    if bool(params["quick_export"]) == bool(params["file_format"]):
        raise OptionError("Give exactly one of file_format and quick_export: true.")
    image_id, target = image_to_use(params["image_id"], dry), _target(params)
    if params["verify"]:
        kept = _look_before(client, params, _place(target))
        if kept is not None:
            return kept
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


def _look_before(client: ImsClient, params: Params, place: Place) -> NothingToDo | None:
    """Look for the object before anything is started: so all that could keep the proof away is known in time.

    Returns what to tell where the object is kept. Raises OptionError, and what else looking for an object raises.
    """
    if not params["wait"]:
        raise OptionError("verify: true needs wait: true, for only an export that has ended can be looked at.")
    stored = client.objects.find(place)
    if stored is None:
        return None
    told = {"object": facts(place, stored)}
    if params["existing_object"] == "keep":
        return NothingToDo(_KEPT["IMG.0070"], facts=told)
    said = f"object {place} exists already ({_size_of(told['object'])}), so nothing was started"
    raise ImsError(said, error_code="IMG.0070")


def _proof(params: Params) -> Proof | None:
    if not params["verify"]:
        return None
    place = _place(_target(params))
    return Proof(LOOK, place._asdict(), lambda found: _shown(place, found))


def _shown(place: Place, found: Result) -> Result:
    """Return the object, or why the export is not shown to be there though its job has ended well."""
    if found.get("failed"):
        why = f"whether {place} is there could not be seen. {found.get('msg')}"
    elif not found["exists"]:
        why = f"{place} is not there. Look for it in the bucket, then export the image again."
    elif not found["size"]:
        why = f"{place} is there with {_size_of(found)}. Look at it in the bucket before you use it."
    else:
        told = {name: found[name] for name in facts(place)}
        return {"object": told, "msg": f"{place} is there, {_size_of(told)}."}
    return {"failed": True, "object": None, "msg": f"The export ended SUCCESS, but {why}"}


def _size_of(told: Params) -> str:
    return "a size that the answer does not tell" if told["size"] is None else f"{told['size']:,} bytes"


def _place(target: str) -> Place:
    bucket, _colon, object_key = target.partition(":")
    return Place(bucket, object_key)


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
            "verify": {"type": "bool", "default": False},
        },
        mutually_exclusive=(("bucket", "bucket_url"), ("object_key", "bucket_url")),
        required_one_of=(("bucket", "bucket_url"),),
        required_together=(("bucket", "object_key"),),
    ),
    build,
    done_already=lambda params: _KEPT if params["existing_object"] == "keep" else None,
    image=image_of,
    target=_target,
    proof=_proof,
)
