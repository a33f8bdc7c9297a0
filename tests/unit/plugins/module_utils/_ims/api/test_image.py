# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it, over HTTP against the simulator; pages also against scripted answers."""

from __future__ import annotations

import itertools
import json
import typing as t

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.image import (
    MAX_PAGES,
    MAX_ROWS,
    PAGE_SIZE,
    Image,
    Listing,
    all_images,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError, UnreadableAnswerError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.images import IMAGE_SCHEMA, IMAGES_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.validation import Checked, read
from ansible_collections.huaweicloud.ims.plugins.modules import ims_image_info
from ansible_collections.huaweicloud.ims.tests.unit.odd_answers import fitting, with_odd_values

KEYS = set(yaml.safe_load(ims_image_info.RETURN)["images"]["contains"])
# The attributes in the documentation's sample (ims_03_0602), and the ones that only some images have.
DOCUMENTED = {
    "schema": "/v2/schemas/image",
    "min_disk": 100,
    "created_at": "2018-09-06T14:03:27Z",
    "__image_source_type": "uds",
    "container_format": "bare",
    "file": "/v2/images/bc6bed6e-ba3a-4447-afcc-449174a3eb52/file",
    "updated_at": "2018-09-06T15:17:33Z",
    "protected": True,
    "checksum": "d41d8cd98f00b204e9800998ecf8427e",
    "id": "bc6bed6e-ba3a-4447-afcc-449174a3eb52",
    "__isregistered": "true",
    "min_ram": 2048,
    "owner": "1bed856811654c1cb661a6ca845ebc77",
    "__os_type": "Linux",
    "__imagetype": "gold",
    "visibility": "public",
    "virtual_env_type": "FusionCompute",
    "tags": [],
    "__platform": "CentOS",
    "size": 0,
    "__os_bit": "64",
    "__os_version": "CentOS 7.3 64bit",
    "name": "CentOS 7.3 64bit vivado",
    "disk_format": "zvhd2",
    "virtual_size": None,
    "hw_firmware_type": "bios",
    "status": "active",
}
OPTIONAL = {
    "max_ram": "4096",
    "__image_size": "1368522752",
    "__whole_image": "true",
    "__description": " made of a server ",
    "__system__cmkid": "c5dfbd0c-bf0a-4798-a453-61dc6b54aa30",
    "__backup_id": "",
    "__data_origin": "instance,877a2cda-ba63-4e1e-b95f-e67e48b6129a",
    "enterprise_project_id": "0",
    "architecture": "x86",
    "active_at": "2018-09-06T15:17:33Z",
}


def answer(**attributes: t.Any) -> Image:
    """Return the image of an answer, as the client does."""
    body = {"id": "x", "status": "active", **attributes}
    return Image.from_checked(read(body, IMAGE_SCHEMA, "GlanceShowImage", NO_SECRETS))


def page(*rows: t.Any, **more: t.Any) -> Checked:
    return read({"images": list(rows), **more}, IMAGES_SCHEMA, "ListImages", NO_SECRETS)


def test_the_documentations_sample_is_normalised() -> None:
    assert Image({**DOCUMENTED, **OPTIONAL}).to_result() == {
        "id": "bc6bed6e-ba3a-4447-afcc-449174a3eb52",
        "status": "active",
        "active": True,
        "image_type": "public",
        "whole_image": True,
        "protected": True,
        "tags": [],
        "name": "CentOS 7.3 64bit vivado",
        "visibility": "public",
        "owner": "1bed856811654c1cb661a6ca845ebc77",
        "description": "made of a server",
        "os_type": "Linux",
        "os_version": "CentOS 7.3 64bit",
        "platform": "CentOS",
        "os_bit": "64",
        "architecture": "x86",
        "hw_firmware_type": "bios",
        "virtual_env_type": "FusionCompute",
        "disk_format": "zvhd2",
        "cmk_id": "c5dfbd0c-bf0a-4798-a453-61dc6b54aa30",
        "backup_id": None,
        "data_origin": "instance,877a2cda-ba63-4e1e-b95f-e67e48b6129a",
        "enterprise_project_id": "0",
        "size": 1368522752,
        "min_disk": 100,
        "min_ram": 2048,
        "max_ram": 4096,
        "created_at": "2018-09-06T14:03:27.000Z",
        "updated_at": "2018-09-06T15:17:33.000Z",
        "active_at": "2018-09-06T15:17:33.000Z",
        "attributes": {**DOCUMENTED, **OPTIONAL},
    }


def test_an_image_of_two_attributes_has_every_key() -> None:
    result = Image({"id": "x", "status": " QUEUED "}).to_result()
    assert set(result) == KEYS
    assert (result["status"], result["active"], result["tags"], result["whole_image"]) == ("queued", False, [], False)
    assert result["size"] is result["min_disk"] is result["created_at"] is result["image_type"] is None


@pytest.mark.parametrize(
    ("attributes", "result"),
    [
        ({"min_disk": "40", "min_ram": 2048, "max_ram": "4096"}, {"min_disk": 40, "min_ram": 2048, "max_ram": 4096}),
        ({"min_disk": ""}, {"min_disk": None}),
        ({"__os_bit": 64}, {"os_bit": "64"}),
        ({"__image_size": 7, "max_ram": 4096}, {"size": 7, "max_ram": 4096}),
        ({"protected": "true"}, {"protected": True}),
        ({"protected": "False"}, {"protected": False}),
        ({}, {"protected": False, "whole_image": False}),
        ({"__whole_image": True}, {"whole_image": True}),
    ],
)
def test_numbers_and_booleans_in_strings_are_nothing_odd(attributes: t.Any, result: dict[str, t.Any]) -> None:
    image = answer(**attributes)
    assert image.deviations == ()
    assert image.unreadable == set()
    assert {name: image.to_result()[name] for name in result} == result


@pytest.mark.parametrize(
    ("attributes", "architecture"),
    [
        ({"__support_arm": "true", "virtual_env_type": "FusionCompute"}, "arm"),
        ({"__support_arm": "True"}, "arm"),
        ({"__support_arm": True}, "arm"),
        ({"__support_arm": "false", "virtual_env_type": "FusionCompute"}, "x86"),
        ({"virtual_env_type": "FusionCompute"}, "x86"),
        ({"virtual_env_type": "Ironic"}, "x86"),
        ({"virtual_env_type": "IsoImage", "__support_arm": ""}, "x86"),
        ({"virtual_env_type": "DataImage"}, None),
        ({}, None),
        ({"__support_arm": 7, "virtual_env_type": "FusionCompute"}, None),
        ({"__support_arm": "maybe", "virtual_env_type": "FusionCompute"}, None),
    ],
)
def test_the_architecture_is_read_from_support_arm(attributes: dict[str, t.Any], architecture: str | None) -> None:
    assert answer(**attributes).architecture == architecture


@pytest.mark.parametrize(
    ("attributes", "name", "key", "reported"),
    [
        ({"protected": "no"}, "protected", "protected", '$.protected: expected true or false, found "no"'),
        ({"protected": 1}, "protected", "protected", "$.protected: expected true or false, found 1"),
        ({"owner": 7}, "owner", "owner", "$.owner: expected a string or null, found 7"),
        ({"min_disk": "forty"}, "min_disk", "min_disk", '$.min_disk: expected a whole number, found "forty"'),
        ({"__whole_image": 7}, "__whole_image", "whole_image", "$.__whole_image: expected true or false, found 7"),
        ({"created_at": 7}, "created_at", "created_at", "$.created_at: expected a string or null, found 7"),
    ],
)
def test_an_odd_attribute_is_null_reported_and_known_to_be_odd(
    attributes: dict[str, t.Any], name: str, key: str, reported: str
) -> None:
    image = answer(**attributes, name="n")
    assert [str(deviation) for deviation in image.deviations] == [f"{reported} (GlanceShowImage)"]
    assert image.is_unreadable(name)
    assert not image.is_unreadable("name")
    result = image.to_result()
    assert (result[key], result["attributes"][name], result["name"]) == (None, None, "n")


def test_tags_of_which_some_are_odd_are_known_to_be_incomplete() -> None:
    image = answer(tags=["a", 7])
    assert image.to_result()["tags"] == ["a"]
    assert image.is_unreadable("tags")


def test_whether_an_image_is_protected_is_unknown_where_the_cloud_cannot_be_understood() -> None:
    protected = [answer(protected=value).is_protected for value in (True, "true", False, None, "perhaps", 1)]
    assert protected == [True, True, False, False, None, None]


@given(st.data())
def test_odd_attributes_change_no_status(data: st.DataObject) -> None:
    body = {**data.draw(fitting(IMAGE_SCHEMA)), "id": "x", "status": data.draw(st.sampled_from(["active", "QUEUED"]))}
    changed, odd = with_odd_values(data.draw, body, IMAGE_SCHEMA, lambda place: place not in ("$.id", "$.status"))
    image = Image.from_checked(read(changed, IMAGE_SCHEMA, "GlanceShowImage", NO_SECRETS))
    assert (image.image_id, image.status) == ("x", body["status"].lower())
    assert image.unreadable == {path[0] for path in odd}
    assert json.dumps(image.to_result())


def ids(listing: Listing) -> list[str]:
    return [image.image_id for image in listing.images]


class Pages:
    """A list of images in pages, as one of the ways that a cloud may have would give them.

    ``odd`` is what some of its rows look like, by their numbers.
    """

    def __init__(self, count: int, odd: t.Mapping[int, t.Any] | None = None, **way: t.Any) -> None:
        self.count = count
        self.odd = odd or {}
        self.size = way.get("size", PAGE_SIZE)
        self.limits = way.get("limits", True)
        self.from_marker = way.get("from_marker", False)
        self.hint = way.get("hint")
        self.markers: list[str | None] = []

    def __call__(self, query: t.Mapping[str, str]) -> Checked:
        marker = query.get("marker")
        self.markers.append(marker)
        start = 0
        if marker is not None:
            start = int(marker[1:]) + (0 if self.from_marker else 1)
        limit = min(self.size, int(query["limit"])) if self.limits else self.count
        end = min(self.count, start + limit)
        rows = [self.odd.get(number, {"id": f"i{number}", "status": "active"}) for number in range(start, end)]
        answer: dict[str, t.Any] = {}
        if self.hint == "next" and end < self.count:
            answer["next"] = f"/v2/cloudimages?marker=i{end - 1}"
        elif self.hint == "next_marker" and rows:
            answer["page_info"] = {"next_marker": f"i{end - 1}"}
        elif self.hint == "nothing":
            answer["page_info"] = None
        return page(*rows, **answer)


@pytest.mark.parametrize("count", [0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE])
@pytest.mark.parametrize("from_marker", [False, True])
@pytest.mark.parametrize("hint", [None, "next", "next_marker", "nothing"])
def test_every_image_is_found_once_however_pages_begin_and_end(count: int, from_marker: bool, hint: str | None) -> None:
    pages = Pages(count, from_marker=from_marker, hint=hint)
    found = all_images(pages, {"name": "x"})
    assert ids(found) == [f"i{number}" for number in range(count)]
    assert len(pages.markers) <= count // (PAGE_SIZE - 1) + 2


@pytest.mark.parametrize("hint", ["next", "next_marker"])
def test_pages_that_are_smaller_than_asked_for_go_on_where_the_cloud_says_so(hint: str) -> None:
    assert len(ids(all_images(Pages(95, size=10, hint=hint), {}))) == 95


def test_a_list_that_goes_in_circles_is_an_error() -> None:
    rows = [{"id": f"i{number}", "status": "active"} for number in range(PAGE_SIZE)]
    with pytest.raises(UnreadableAnswerError, match="goes in circles: i99 led to nothing new"):
        all_images(lambda query: page(*rows), {})


@pytest.mark.thorough
def test_a_list_without_an_end_is_an_error() -> None:
    pages = Pages(MAX_PAGES * PAGE_SIZE + 1)
    with pytest.raises(OptionError, match="more than 10000 such images: narrow them down"):
        all_images(pages, {})
    assert len(pages.markers) == MAX_PAGES


ODD_ROWS = [7, {}, {"id": "i{at}"}, {"id": 7, "status": "x"}, {"id": "i{at}", "status": " "}]
ENDS_OF_PAGES = [0, 50, PAGE_SIZE - 1, PAGE_SIZE, 2 * PAGE_SIZE - 1, 2 * PAGE_SIZE + 9]


@pytest.mark.thorough
@pytest.mark.parametrize("hint", [None, "next", "next_marker"])
@pytest.mark.parametrize("from_marker", [False, True])
def test_an_odd_image_is_left_out_and_reported_and_no_page_behind_it_is_lost(
    hint: str | None, from_marker: bool
) -> None:
    for odd, at in itertools.product(ODD_ROWS, ENDS_OF_PAGES):
        row = json.loads(json.dumps(odd).replace("{at}", str(at)))
        count = 2 * PAGE_SIZE + 10
        listing = all_images(Pages(count, {at: row}, hint=hint, from_marker=from_marker), {})
        assert ids(listing) == [f"i{number}" for number in range(count) if number != at]
        assert listing.deviations != ()
        assert all(deviation.left_out for deviation in listing.deviations)


def test_pages_of_odd_images_alone_are_gone_through() -> None:
    odd = {number: {"id": f"i{number}"} for number in range(2 * PAGE_SIZE)}
    assert ids(all_images(Pages(2 * PAGE_SIZE + 5, odd), {})) == [f"i{2 * PAGE_SIZE + number}" for number in range(5)]


@pytest.mark.parametrize("size", [10, PAGE_SIZE])
def test_a_page_without_any_id_is_gone_through_where_the_cloud_names_the_next(size: int) -> None:
    pages = Pages(3 * size, dict.fromkeys(range(size, 2 * size), 7), size=size, hint="next_marker")
    assert len(ids(all_images(pages, {}))) == 2 * size


@pytest.mark.parametrize("row", [7, {"id": 7}, {"id": " "}])
@pytest.mark.parametrize("hint", [None, "next"])
def test_a_page_without_any_id_is_an_error_where_the_rest_cannot_be_read(hint: str | None, row: t.Any) -> None:
    with pytest.raises(UnreadableAnswerError, match="a page without any id"):
        all_images(Pages(PAGE_SIZE + 1, dict.fromkeys(range(PAGE_SIZE), row), hint=hint), {})


def test_pages_without_an_id_that_lead_to_themselves_are_an_error_or_an_end() -> None:
    assert ids(all_images(lambda query: page(7, page_info={"next_marker": "i1"}), {})) == []
    with pytest.raises(UnreadableAnswerError, match="goes in circles"):
        all_images(lambda query: page(*[7] * PAGE_SIZE, page_info={"next_marker": "i1"}), {})


@pytest.mark.parametrize("hint", [None, "next", "next_marker"])
def test_of_a_page_longer_than_it_was_asked_for_no_image_is_lost(hint: str | None) -> None:
    count = 2 * MAX_ROWS + 7
    listing = all_images(Pages(count, limits=False, hint=hint), {})
    assert ids(listing) == [f"i{number}" for number in range(count)]
    assert listing.deviations == ()


def test_what_is_odd_in_pages_is_reported() -> None:
    listing = all_images(lambda query: page({"id": "a", "status": "active", "protected": "no"}, page_info=7), {})
    assert [str(deviation) for deviation in listing.deviations] == [
        '$.images[*].protected: expected true or false, found "no" (ListImages)',
        "$.page_info: expected an object or null, found 7 (ListImages)",
    ]
    assert listing.images[0].is_unreadable("protected")
    assert listing.images[0].is_protected is None
