# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deleting an image: DELETE /v2/images/{image_id} (GlanceDeleteImage, ims_03_0706)."""

from __future__ import annotations

from ..wire.messages import Response
from ..wire.refusals import ims_refusal, no_right
from ..wire.routes import Call
from .cloud import Cloud
from .exports import is_being_exported
from .images import MARKET, PUBLIC, SAVING, Image
from .visibility import in_region, is_own, is_seen, may_touch, not_found


def delete_image(cloud: Cloud, call: Call) -> Response:
    """204, empty and without a job; the answer to an image that is gone is a setting."""
    with_backup = _wants_backup(cloud, call)
    image = cloud.images.get(call.places["image_id"])
    if image is None or image not in list(in_region(cloud, call)) or not (is_own(image, call) or is_seen(image, call)):
        if cloud.settings.unknown_delete == "204":
            return Response(204)
        raise not_found(call.places["image_id"])
    _refuse(cloud, call, image)
    cloud.delete_image(image)
    if image.backup_id is not None and with_backup:
        # The image may be gone although its backup could not be deleted (ims_01_0303).
        if cloud.settings.backup_deletion_fails:
            raise ims_refusal("IMG.0176")
        cloud.backups.pop(image.backup_id, None)
    return Response(204)


def _wants_backup(cloud: Cloud, call: Call) -> bool:
    if not call.request.body:
        return cloud.settings.delete_backup_default
    try:
        body = call.request.json()
    except ValueError:
        raise ims_refusal("IMG.0001", "The body is not JSON in UTF-8.") from None
    wanted = body.get("delete_backup", cloud.settings.delete_backup_default) if isinstance(body, dict) else None
    if not isinstance(wanted, bool):
        raise ims_refusal("IMG.0001", "delete_backup must be true or false.")
    return wanted


def _refuse(cloud: Cloud, call: Call, image: Image) -> None:
    settings = cloud.settings
    # The owner may delete what he shares (ims_03_0903), but on Open Telekom Cloud not what a domain or a unit has.
    shared = any(member.member_type is not None for member in image.members)
    reasons: tuple[tuple[bool, str, str], ...] = (
        (image.image_type == PUBLIC, "IMG.0094", ""),
        (image.image_type == MARKET, "IMG.0093", ""),
        (not is_own(image, call), "IMG.0092", ""),
        (image.protected, "IMG.0028", ""),
        (image.status == SAVING, "IMG.0090", ""),
        (settings.refuse_exported and is_being_exported(cloud, image), "IMG.0148", ""),
        (shared or (settings.refuse_shared and bool(image.members)), "IMG.0105", "It is shared: end that first."),
    )
    for applies, code, detail in reasons:
        if applies:
            raise ims_refusal(code, detail)
    if not may_touch(image, call):
        raise no_right("ims:images:delete")
