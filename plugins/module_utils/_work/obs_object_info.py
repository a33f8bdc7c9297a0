# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What obs_object_info does."""

from __future__ import annotations

import typing as t

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.objects import NoBucketError, Place, StoredObject
from .._ims.times import iso_seconds
from .reading import Params, Reading


def read_object(client: ImsClient, params: Params) -> Result:
    place = Place(params["bucket"].strip(), params["object_key"])
    try:
        stored = client.objects.find(place)
    except NoBucketError:
        return {"exists": False, "bucket_exists": False, "msg": f"There is no bucket {place.bucket}.", **facts(place)}
    msg = f"{place} is there." if stored is not None else f"There is no object {place}."
    return {"exists": stored is not None, "bucket_exists": True, "msg": msg, **facts(place, stored)}


def facts(place: Place, stored: StoredObject | None = None) -> dict[str, t.Any]:
    """Return what is told of an object, null where it is not there."""
    moment = stored.last_modified if stored else None
    return {
        "bucket": place.bucket,
        "object_key": place.object_key,
        "size": stored.size if stored else None,
        "etag": stored.etag if stored else None,
        "last_modified": iso_seconds(moment) if moment else None,
        "storage_class": stored.storage_class if stored else None,
    }


WORK = Reading(
    "obs_object_info",
    ArgumentSpec(
        {"bucket": {"type": "str", "required": True}, "object_key": {"type": "str", "required": True, "no_log": False}}
    ),
    read_object,
)
