# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Updating an image: PATCH /v2/cloudimages/{id} (ims_03_0604), and OpenStack's /v2/images/{id} (ims_03_0704)."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..wire.messages import Response, as_json
from ..wire.refusals import ims_refusal, native_refusal, no_right
from ..wire.routes import Call
from . import patches
from .cloud import Cloud
from .images import ACTIVE, Image
from .rows import to_api
from .starts import decoded_body
from .visibility import as_seen, is_own, may_touch, native_image_of, own_image_of

_OLD_FORM = "application/openstack-images-v2.0-json-patch"
_NATIVE_ATTRIBUTE = re.compile(r"name|__description|[a-z][a-z0-9_.:-]*")


def update_image(cloud: Cloud, call: Call) -> Response:
    """PATCH /v2/cloudimages/{image_id}: a JSON patch of the attributes that the page lists; all of it or nothing."""
    operations = [patches.operation_of(item) for item in _list(decoded_body(call))]
    image = own_image_of(cloud, call)
    _refuse_unfit(image, operations)
    return _shown(cloud, call, _changed(cloud, call, image, operations))


def native_update_image(cloud: Cloud, call: Call) -> Response:
    """PATCH /v2/images/{image_id}: in the form of JSON patch, or in the older one of `{"replace": "/name"}`."""
    items = _list(decoded_body(call))
    if call.request.headers.get("content-type", "").startswith(_OLD_FORM):
        items = [_in_new_form(item) for item in items]
    operations = [patches.operation_of(item) for item in items]
    image = native_image_of(cloud, call)
    if not is_own(image, call):
        raise native_refusal(403, "forbidden", "Only the owner may change an image")
    for operation in operations:
        if not _NATIVE_ATTRIBUTE.fullmatch(operation.name):
            raise native_refusal(403, "forbidden", f"Attribute '{operation.name}' is reserved or read-only.")
    return _shown(cloud, call, _changed(cloud, call, image, operations))


def _shown(cloud: Cloud, call: Call, image: Image) -> Response:
    return as_json(200, to_api(as_seen(cloud, call, image)))


def _list(body: t.Any) -> list[t.Any]:
    if not isinstance(body, list) or not body:
        raise ims_refusal("IMG.0001", "The body must be a list of operations.")
    return body


def _in_new_form(item: t.Any) -> t.Any:
    if not isinstance(item, dict):
        return item
    for word in patches.WORDS:
        if word in item:
            return {"op": word, "path": item[word], "value": item.get("value")}
    return item


def _refuse_unfit(image: Image, operations: t.Sequence[patches.Operation]) -> None:
    if image.status != ACTIVE:
        raise ims_refusal("IMG.0046", f"Its status is {image.status}.")
    names = {operation.name for operation in operations}
    # The console lets name and description of data disk images be changed (ims_01_0301).
    if image.kind == "DataImage" and names - {"name", "__description"}:
        raise ims_refusal("IMG.0168")
    for name in names:
        if not patches.is_patchable(name):
            raise ims_refusal("IMG.0105", f"{name} cannot be changed.")


def _changed(cloud: Cloud, call: Call, image: Image, operations: t.Sequence[patches.Operation]) -> Image:
    changed = image
    for operation in operations:
        changed = patches.applied(changed, operation, add_replaces=cloud.settings.add_replaces)
    if not may_touch(changed, call):
        raise no_right("ims:serverImages:create")
    return cloud.change_image(dataclasses.replace(changed))
