# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls that change and show the tags of images.

Sources: AddImageTag ims_03_0618, BatchAddOrDeleteTags 0617, BatchDeleteTags 0662, DeleteImageTag 0619, ListImageTags
0620, ListImagesTags 0621, CreateOrUpdateTags 0612, ListTags 0613, GlanceCreateTag 0712, GlanceDeleteTag 0713.
"""

from __future__ import annotations

import typing as t

from ..wire.messages import Response, as_json
from ..wire.refusals import ims_refusal, native_refusal
from ..wire.routes import Call
from . import tags
from .cloud import Cloud
from .filters import fits
from .images import Image
from .listing import number_of, seen_images
from .rows import to_api
from .starts import decoded_body
from .tags import Pair
from .visibility import as_seen, image_of, is_own, native_image_of, not_found, own_image_of

_NOTHING = Response(204)
_LONGEST_NATIVE = 255


def add_tag(cloud: Cloud, call: Call) -> Response:
    """POST /v2/{project_id}/images/{image_id}/tags: one of the same key is overwritten"""
    image = own_image_of(cloud, call)
    _put(cloud, image, [tags.checked(_object(call).get("tag"))])
    return _NOTHING


def change_tags(cloud: Cloud, call: Call) -> Response:
    """POST /v2/{project_id}/images/{image_id}/tags/action: create or delete several; both can be repeated"""
    body, image = _object(call), own_image_of(cloud, call)
    if body.get("action") == "create":
        _put(cloud, image, _unique([tags.checked(tag) for tag in _listed(body)]))
    elif body.get("action") == "delete":
        _drop(cloud, image, _keys(body))
    else:
        raise ims_refusal("IMG.0001", "action must be create or delete.")
    return _NOTHING


def delete_tags(cloud: Cloud, call: Call) -> Response:
    """DELETE /v1/{project_id}/cloudimages/{image_id}/tags/delete, with a body; can be repeated"""
    body, image = _object(call), own_image_of(cloud, call)
    _drop(cloud, image, _keys(body))
    return _NOTHING


def delete_tag(cloud: Cloud, call: Call) -> Response:
    """DELETE /v2/{project_id}/images/{image_id}/tags/{key}: 404 if there is none"""
    image, key = own_image_of(cloud, call), call.places["key"]
    if key not in tags.pairs_of(image):
        raise native_refusal(404, "itemNotFound", f"There is no tag {key}")
    _drop(cloud, image, [key])
    return _NOTHING


def list_tags_of_image(cloud: Cloud, call: Call) -> Response:
    """GET /v2/{project_id}/images/{image_id}/tags"""
    return as_json(200, {"tags": as_objects(image_of(cloud, call))})


def list_tags_of_project(cloud: Cloud, call: Call) -> Response:
    """GET /v2/{project_id}/images/tags: all keys, each with all its values"""
    values: dict[str, list[str]] = {}
    for image in seen_images(cloud, call):
        for key, value in tags.pairs_of(image).items():
            known = values.setdefault(key, [])
            if is_own(image, call) and value not in known:
                known.append(value)
    return as_json(200, {"tags": [{"key": key, "values": known} for key, known in values.items() if known]})


def put_tag(cloud: Cloud, call: Call) -> Response:
    """PUT /v1/cloudimages/tags: a text, which is split at its first dot, or key and value"""
    body = _object(call)
    if ("tag" in body) == ("image_tag" in body):
        raise ims_refusal("IMG.0115", "Give tag or image_tag.")
    image = own_image_of(cloud, call, str(body.get("image_id")))
    if "image_tag" in body:
        pair = tags.checked(body["image_tag"])
    else:
        key, _dot, value = str(body["tag"]).partition(".")
        pair = tags.checked({"key": key, "value": value})
    _put(cloud, image, [pair])
    return _NOTHING


def list_tags(cloud: Cloud, call: Call) -> Response:
    """GET /v1/cloudimages/tags: as texts, of the images that fit the filters, with pages that begin at 1"""
    parameters = call.request.parameters
    filters = {name: value for name, value in parameters.items() if name != "page"}
    seen = (as_seen(cloud, call, image) for image in seen_images(cloud, call))
    images = [image for image in seen if fits(to_api(image), filters)]
    unique = list(dict.fromkeys(text for image in images for text in image.tags))
    limit, page = number_of(parameters, "limit", len(unique) or 1), number_of(parameters, "page", 1)
    return as_json(200, {"tags": unique[(page - 1) * limit : page * limit]})


def native_put_tag(cloud: Cloud, call: Call) -> Response:
    """PUT /v2/images/{image_id}/tags/{tag}: a key only"""
    image, text = _native_own_image(cloud, call), call.places["tag"]
    if len(text) > _LONGEST_NATIVE or "=" in text:
        raise native_refusal(400, "badRequest", "the tag is not allowed")
    if text not in image.tags:
        changed = tags.with_pair(image, (text, ""), cloud.settings.tag_separator)
        cloud.change_image(tags.refuse_too_many(changed))
    return _NOTHING


def native_delete_tag(cloud: Cloud, call: Call) -> Response:
    """DELETE /v2/images/{image_id}/tags/{tag}; that one that is not there is 404 is OpenStack's answer"""
    image, text = _native_own_image(cloud, call), call.places["tag"]
    if text not in image.tags:
        raise native_refusal(404, "itemNotFound", f"There is no tag {text}")
    _drop(cloud, image, [tags.split(text)[0]])
    return _NOTHING


def as_objects(image: Image) -> list[dict[str, str]]:
    """The tags of an image as keys and values."""
    return [{"key": key, "value": value} for key, value in tags.pairs_of(image).items()]


def _native_own_image(cloud: Cloud, call: Call) -> Image:
    image = native_image_of(cloud, call)
    if not is_own(image, call):
        raise not_found(image.image_id)
    return image


def _object(call: Call) -> dict[str, t.Any]:
    body = decoded_body(call)
    if not isinstance(body, dict):
        raise ims_refusal("IMG.0001", "The body must be a JSON object.")
    return body


def _listed(body: t.Mapping[str, t.Any]) -> list[t.Any]:
    listed = body.get("tags")
    if not isinstance(listed, list) or not listed:
        raise ims_refusal("IMG.0115", "tags must be a list of tags.")
    return listed


def _keys(body: t.Mapping[str, t.Any]) -> list[str]:
    # No characters are checked here, only lengths; a value may be left out.
    keys = [tag.get("key") if isinstance(tag, dict) else None for tag in _listed(body)]
    if not all(isinstance(key, str) and 0 < len(key) <= 127 for key in keys):
        raise ims_refusal("IMG.0115", "A key has 1 to 127 characters.")
    return [str(key) for key in keys]


def _unique(pairs: list[Pair]) -> list[Pair]:
    if len(dict(pairs)) < len(pairs):
        raise ims_refusal("IMG.0115", "A key is there twice.")
    return pairs


def _put(cloud: Cloud, image: Image, pairs: t.Sequence[Pair]) -> None:
    for pair in pairs:
        image = tags.with_pair(image, pair, cloud.settings.tag_separator)
    cloud.change_image(tags.refuse_too_many(image))


def _drop(cloud: Cloud, image: Image, keys: t.Sequence[str]) -> None:
    for key in keys:
        image = tags.without_key(image, key)
    cloud.change_image(image)
