# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it, over HTTP against the simulator; pages also against scripted answers."""

from __future__ import annotations

import functools
import json
import typing as t
from urllib.parse import parse_qs

import pytest
import yaml

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.image import (
    MAX_PAGES,
    PAGE_SIZE,
    Image,
    all_images,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError, UnreadableAnswerError
from ansible_collections.huaweicloud.ims.plugins.modules import ims_image_info
from ansible_collections.huaweicloud.ims.tests import simulator
from ansible_collections.huaweicloud.ims.tests.simulator import Fault

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LIST, SHOW = "GET /v2/cloudimages", "GET /v2/images/{image_id}"
LINUX, ENCRYPTED, METADATA_ONLY = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 5, 11))
UNKNOWN = "33ad552d-1149-471c-8190-ff6776174a00"
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


@pytest.fixture
def run(run_module: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    return functools.partial(run_module, "ims_image_info")


Runs = t.Callable[..., t.Any]


def names(result: t.Mapping[str, t.Any]) -> list[str]:
    return [image["name"] for image in result["images"]]


def documented_keys() -> set[str]:
    return set(yaml.safe_load(ims_image_info.RETURN)["images"]["contains"])


def test_an_image_has_every_documented_key(lab: Lab, run: Runs) -> None:
    failed, result = run(image_id=LINUX)
    assert not failed
    assert (result["changed"], result["missing"], result["requests"]) == (False, [], 1)
    (image,) = result["images"]
    assert (image["id"], image["name"], image["status"], image["active"]) == (LINUX, "private-linux", "active", True)
    assert (image["image_type"], image["min_disk"], image["size"], image["tags"]) == (
        "private",
        40,
        40 * 2**30,
        ["demo"],
    )
    assert image["created_at"] == "2024-01-02T03:04:05.000Z"
    assert image["attributes"]["__os_type"] == image["os_type"] == "Linux"
    assert set(image) == documented_keys()
    assert lab.asked() == [f"{SHOW} 200"]


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
    assert set(result) == documented_keys()
    assert (result["status"], result["active"], result["tags"], result["whole_image"]) == ("queued", False, [], False)
    assert result["size"] is result["min_disk"] is result["created_at"] is result["image_type"] is None


def test_several_images_are_returned_in_order_and_unknown_ones_are_missing(lab: Lab, run: Runs) -> None:
    failed, result = run(image_ids=[ENCRYPTED, UNKNOWN, LINUX, None, "", f" {ENCRYPTED} "])
    assert not failed
    assert names(result) == ["encrypted-linux", "private-linux"]
    assert result["missing"] == [UNKNOWN]
    assert lab.asked() == [f"{SHOW} 200", f"{SHOW} 404", f"{SHOW} 200"]


def test_an_image_that_is_not_registered_yet_is_found_by_its_id(lab: Lab, run: Runs) -> None:
    (image,) = run(image_id=METADATA_ONLY).result["images"]
    assert (image["status"], image["active"]) == ("queued", False)


def test_no_ids_are_no_requests_and_not_all_images(lab: Lab, run: Runs) -> None:
    assert run(image_ids=[]).result["images"] == []
    assert lab.asked() == []


@pytest.mark.parametrize(
    ("options", "query", "found"),
    [
        ({"name": "private-linux"}, {"name": "private-linux"}, ["private-linux"]),
        ({"name": "no such image~1/镜像"}, {"name": "no such image~1/镜像"}, []),
        ({"tag": "demo"}, {"tag": "demo"}, ["private-linux"]),
        ({"status": "queued"}, {"status": "queued"}, ["metadata-only"]),
        ({"image_type": "public"}, {"__imagetype": "gold"}, ["public-linux"]),
        ({"image_type": "shared"}, {"__imagetype": "shared"}, ["shared-with-me"]),
        (
            {"image_type": "private", "status": "active", "tag": "demo", "name": "private-linux"},
            {"__imagetype": "private", "status": "active", "tag": "demo", "name": "private-linux"},
            ["private-linux"],
        ),
    ],
)
def test_images_that_fit_are_listed(
    lab: Lab, run: Runs, options: dict[str, str], query: dict[str, str], found: list[str]
) -> None:
    failed, result = run(**options)
    assert not failed
    assert (names(result), result["missing"]) == (found, [])
    (entry,) = lab.simulator.requests
    asked = {name: value for name, (value,) in parse_qs(entry.query).items()}
    assert asked == {**query, "limit": str(PAGE_SIZE)}


def test_without_options_all_images_are_listed(lab: Lab, run: Runs) -> None:
    result = run().result
    assert len(result["images"]) == len(lab.simulator.cloud.images) == 12
    assert all(set(image) == documented_keys() for image in result["images"])


def test_check_mode_looks_as_well(lab: Lab, run: Runs) -> None:
    assert names(run(image_id=LINUX, _ansible_check_mode=True).result) == ["private-linux"]


def test_all_pages_are_read(lab: Lab, run: Runs) -> None:
    for number in range(2 * PAGE_SIZE + 1):
        lab.simulator.cloud.add_image(simulator.Image(name=f"many-{number}", tags=("many",)))
    result = run(tag="many").result
    assert names(result) == [f"many-{number}" for number in range(2 * PAGE_SIZE + 1)]
    assert lab.asked() == [f"{LIST} 200"] * 3
    assert result["requests"] == 3


def test_a_last_page_that_is_full_needs_one_more_look(lab: Lab, run: Runs) -> None:
    for number in range(PAGE_SIZE):
        lab.simulator.cloud.add_image(simulator.Image(name=f"many-{number}", tags=("many",)))
    assert len(run(tag="many").result["images"]) == PAGE_SIZE
    assert lab.asked() == [f"{LIST} 200"] * 2


@pytest.mark.parametrize("name", ["name", "status", "tag", "image_type"])
def test_ids_and_attributes_are_not_combined(lab: Lab, run: Runs, name: str) -> None:
    value = {"status": "active", "image_type": "private"}.get(name, "x")
    failed, result = run(image_id=LINUX, **{name: value})
    assert failed
    assert result["msg"] == f"parameters are mutually exclusive: image_ids|{name}"
    assert lab.asked() == []


@pytest.mark.parametrize("image_id", ["../../v1/x", "..", "a/b", "a b", "x" * 65])
def test_what_is_no_id_fails_before_anything_is_sent(lab: Lab, run: Runs, image_id: str) -> None:
    failed, result = run(image_id=image_id)
    assert failed
    assert result["msg"] == f'image_ids: "{image_id}" is not an image id (letters, digits, - and _, at most 64).'
    assert lab.asked() == []


@pytest.mark.parametrize("options", [{"image_id": LINUX}, {"name": "x"}])
@pytest.mark.parametrize(
    ("status", "code", "transient"), [(403, "APIGW.0302", False), (429, "APIGW.0308", True), (502, "APIGW.0201", True)]
)
def test_a_refusal_is_returned_with_its_facts(
    lab: Lab, run: Runs, options: dict[str, str], status: int, code: str, transient: bool
) -> None:
    lab.simulator.faults.add(Fault("status", status=status, retry_after=7))
    failed, result = run(**options)
    assert failed
    assert (result["http_status"], result["error_code"], result["transient"]) == (status, code, transient)
    assert result["retry_after"] == 7.0
    assert result["request_id"] == lab.simulator.requests[0].request_id


def test_a_call_that_is_not_published_does_not_look_like_a_missing_image(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("status", status=404, code="APIGW.0101"))
    failed, result = run(image_id=LINUX)
    assert failed
    assert result["error_code"] == "APIGW.0101"


def test_an_answer_for_another_image_is_not_believed(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("change", merge={"id": UNKNOWN}))
    failed, result = run(image_id=LINUX)
    assert failed
    assert result["msg"].startswith(f"The cloud answered for another image, {UNKNOWN} (GlanceShowImage). Something else")


@pytest.mark.parametrize(
    ("options", "change", "violation"),
    [
        ({"image_id": LINUX}, {"status": 7}, "$.status: expected a non-empty string, found 7"),
        ({"image_id": LINUX}, {"id": None}, "$.id: missing"),
        ({"image_id": LINUX}, {"min_disk": "40"}, '$.min_disk: expected an integer or null, found "40"'),
        ({"image_id": LINUX}, {"tags": ["a", 7]}, "$.tags[1]: expected a string, found 7"),
        ({"name": "x"}, {"images": {}}, "$.images: expected an array, found {}"),
        ({"name": "x"}, {"images": [{"id": "a"}]}, "$.images[0].status: missing"),
        (
            {"name": "x"},
            {"images": [{"id": "a", "status": "active", "protected": "no"}]},
            '$.images[0].protected: expected a boolean or null, found "no"',
        ),
    ],
)
def test_an_answer_that_does_not_fit_is_returned_with_its_violations(
    lab: Lab, run: Runs, options: dict[str, str], change: dict[str, t.Any], violation: str
) -> None:
    if change == {"images": {}}:
        lab.simulator.faults.add(
            Fault("content", content='{"images": {}}', content_type="application/json", status=200)
        )
    else:
        lab.simulator.faults.add(Fault("change", merge=change))
    failed, result = run(**options)
    assert failed
    assert result["violations"] == [violation]
    assert result["transient"] is True


class Pages:
    """A list of images in pages, as one of the ways that a cloud may have would give them."""

    def __init__(self, count: int, **way: t.Any) -> None:
        self.images = [{"id": f"i{number}", "status": "active"} for number in range(count)]
        self.size = way.get("size", PAGE_SIZE)
        self.from_marker = way.get("from_marker", False)
        self.hint = way.get("hint")
        self.markers: list[str | None] = []

    def __call__(self, query: t.Mapping[str, str]) -> t.Any:
        marker = query.get("marker")
        self.markers.append(marker)
        start = 0
        if marker is not None:
            start = int(marker[1:]) + (0 if self.from_marker else 1)
        page = self.images[start : start + min(self.size, int(query["limit"]))]
        more = start + len(page) < len(self.images)
        answer: dict[str, t.Any] = {"images": page}
        if self.hint == "next" and more:
            answer["next"] = f"/v2/cloudimages?marker={page[-1]['id']}"
        elif self.hint == "next_marker" and (more or page):
            answer["page_info"] = {"next_marker": page[-1]["id"]}
        elif self.hint == "nothing":
            answer["page_info"] = None
        return answer


@pytest.mark.parametrize("count", [0, 1, PAGE_SIZE - 1, PAGE_SIZE, PAGE_SIZE + 1, 3 * PAGE_SIZE])
@pytest.mark.parametrize("from_marker", [False, True])
@pytest.mark.parametrize("hint", [None, "next", "next_marker", "nothing"])
def test_every_image_is_found_once_however_pages_begin_and_end(count: int, from_marker: bool, hint: str | None) -> None:
    pages = Pages(count, from_marker=from_marker, hint=hint)
    found = all_images(pages, {"name": "x"})
    assert [image.image_id for image in found] == [f"i{number}" for number in range(count)]
    assert len(pages.markers) <= count // (PAGE_SIZE - 1) + 2


@pytest.mark.parametrize("hint", ["next", "next_marker"])
def test_pages_that_are_smaller_than_asked_for_go_on_where_the_cloud_says_so(hint: str) -> None:
    assert len(all_images(Pages(95, size=10, hint=hint), {})) == 95


def test_a_list_that_goes_in_circles_is_an_error() -> None:
    page = {"images": [{"id": f"i{number}", "status": "active"} for number in range(PAGE_SIZE)]}
    with pytest.raises(UnreadableAnswerError, match="goes in circles: i99 led to nothing new"):
        all_images(lambda query: page, {})


def test_a_list_without_an_end_is_an_error() -> None:
    pages = Pages(MAX_PAGES * PAGE_SIZE + 1)
    with pytest.raises(OptionError, match="more than 10000 such images: narrow them down"):
        all_images(pages, {})
    assert len(pages.markers) == MAX_PAGES
