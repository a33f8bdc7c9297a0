# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it, over HTTP against the simulator; pages also against scripted answers."""

from __future__ import annotations

import functools
import typing as t
from urllib.parse import parse_qs

import pytest
import yaml

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.image import PAGE_SIZE
from ansible_collections.huaweicloud.ims.plugins.modules import ims_image_info
from ansible_collections.huaweicloud.ims.tests import simulator
from ansible_collections.huaweicloud.ims.tests.simulator import Fault
from ansible_collections.huaweicloud.ims.tests.unit.cores import NULLS

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LIST, SHOW = "GET /v2/cloudimages", "GET /v2/images/{image_id}"
LINUX, ENCRYPTED, METADATA_ONLY = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 5, 11))
UNKNOWN = "33ad552d-1149-471c-8190-ff6776174a00"


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


def test_several_images_are_returned_in_order_and_unknown_ones_are_missing(lab: Lab, run: Runs) -> None:
    failed, result = run(image_ids=[ENCRYPTED, UNKNOWN, LINUX, *NULLS, "", f" {ENCRYPTED} "])
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
    assert asked == {"enterprise_project_id": "all_granted_eps", **query, "limit": str(PAGE_SIZE)}


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


def test_of_a_flood_in_place_of_an_id_eighty_letters_are_shown(lab: Lab, run: Runs) -> None:
    failed, result = run(image_id="x" * 81)
    assert failed
    assert result["msg"].startswith(f'image_ids: "{"x" * 77}..." is not an image id')


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
    assert result["msg"].startswith(
        f"The cloud answered for another image, {UNKNOWN} (GlanceShowImage). Something else"
    )


@pytest.mark.parametrize(
    ("options", "change", "violation"),
    [
        ({"image_id": LINUX}, {"status": 7}, "$.status: expected a non-empty string, found 7"),
        ({"image_id": LINUX}, {"id": None}, "$.id: missing"),
        ({"name": "x"}, {"images": {}}, "$.images: expected an array, found {}"),
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


@pytest.mark.parametrize(
    ("options", "change", "found"),
    [
        ({"image_id": LINUX}, {"min_disk": "40"}, {"min_disk": 40}),
        ({"image_id": LINUX}, {"__os_bit": 64}, {"os_bit": "64"}),
        ({"image_id": LINUX}, {"protected": "true"}, {"protected": True}),
        ({"image_id": LINUX}, {"protected": "no"}, {"protected": None}),
        ({"image_id": LINUX}, {"tags": ["a", 7]}, {"tags": ["a"]}),
        ({"name": "x"}, {"images": [{"id": "a"}, {"id": "b", "status": "active"}]}, {"id": "b"}),
    ],
)
def test_an_odd_attribute_spoils_no_answer(
    lab: Lab, run: Runs, options: dict[str, str], change: dict[str, t.Any], found: dict[str, t.Any]
) -> None:
    lab.simulator.faults.add(Fault("change", merge=change))
    failed, result = run(**options)
    assert not failed
    (image,) = result["images"]
    assert {name: image[name] for name in found} == found


BASE = "/v2/cloudimages?enterprise_project_id=all_granted_eps&limit=100"


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, BASE),
        ({"visibility": "shared"}, f"{BASE}&visibility=shared"),
        (
            {"member_status": "pending"},
            "/v2/cloudimages?__imagetype=shared&enterprise_project_id=all_granted_eps&limit=100&member_status=pending"
            "&visibility=shared",
        ),
        ({"enterprise_project_id": "0"}, "/v2/cloudimages?enterprise_project_id=0&limit=100"),
        (
            {"os_type": "Linux", "platform": "Huawei Cloud EulerOS", "architecture": "arm"},
            "/v2/cloudimages?__os_type=Linux&__platform=Huawei%20Cloud%20EulerOS&architecture=arm"
            "&enterprise_project_id=all_granted_eps&limit=100",
        ),
        ({"sort": "name"}, f"{BASE}&sort_dir=asc&sort_key=name"),
        ({"sort": "name:asc"}, f"{BASE}&sort_dir=asc&sort_key=name"),
        ({"sort": "created_at:desc"}, f"{BASE}&sort_dir=desc&sort_key=created_at"),
    ],
)
def test_filters_become_the_documented_query(lab: Lab, run: Runs, options: dict[str, str], url: str) -> None:
    failed, result = run(**options)
    assert not failed, result
    (entry,) = lab.simulator.requests
    assert f"{entry.path}?{entry.query}" == url


@pytest.mark.parametrize("key", ["name", "container_format", "disk_format", "status", "id", "size", "created_at"])
def test_lists_are_sorted_by_each_key_of_the_api(lab: Lab, run: Runs, key: str) -> None:
    assert not run(sort=f"{key}:desc").failed
    assert (
        lab.simulator.requests[0].query
        == f"enterprise_project_id=all_granted_eps&limit=100&sort_dir=desc&sort_key={key}"
    )


def test_the_enterprise_project_of_the_environment_counts_for_lists(
    lab: Lab, run: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HW_ENTERPRISE_PROJECT_ID", "0")
    run()
    run(image_id=LINUX)
    run(enterprise_project_id="all_granted_eps")
    assert [parse_qs(entry.query).get("enterprise_project_id") for entry in lab.simulator.requests] == [
        ["0"],
        None,
        ["all_granted_eps"],
    ]


def test_images_with_all_of_some_tags_are_found(lab: Lab, run: Runs) -> None:
    for number, value in enumerate(["stable", "beta", "stable"]):
        image = lab.simulator.cloud.add_image(
            simulator.Image(name=f"tagged-{number}", created_at=1800000000.0 + number)
        )
        lab.client().life.add_tags(image.image_id, {"channel": value, "kind": "x.y"})
    before = len(lab.simulator.requests)
    result = run(tags={"channel": "stable", "kind": None}, name_regex="^tagged-[12]$", sort="name").result
    assert names(result) == ["tagged-2"]
    entry = lab.simulator.requests[before]
    assert (entry.method, entry.path) == (
        "POST",
        "/v2/a0000000000000000000000000000001/images/resource_instances/action",
    )
    assert entry.body == (
        b'{"action": "filter", "tags": [{"key": "channel", "values": ["stable"]}, {"key": "kind", "values": []}],'
        b' "limit": "1000", "offset": "0"}'
    )
    assert names(run(tags={"channel": "stable"}, newest=True).result) == ["tagged-2"]
    assert names(run(tags={"channel": "none such"}).result) == []


def test_the_newest_is_not_guessed(lab: Lab, run: Runs) -> None:
    rows = [{"id": "a", "status": "active", "created_at": "2026-01-01T00:00:00Z"}, {"id": "b", "status": "active"}]
    lab.simulator.faults.add(Fault("change", merge={"images": rows}))
    failed, result = run(newest=True)
    assert failed
    assert result["msg"].startswith("Which image is the newest cannot be told: created_at of b cannot be read.")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name_regex": "("}, 'name_regex: "(" is no regular expression'),
        ({"sort": "age"}, 'sort: "age" is none of name, '),
        ({"sort": "name:up"}, 'sort: "name:up" is none of name, '),
        ({"member_status": "pending", "image_type": "private"}, "parameters are mutually exclusive: member_status|"),
        ({"image_id": LINUX, "newest": True}, "parameters are mutually exclusive: image_ids|newest"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_sent(
    lab: Lab, run: Runs, options: dict[str, t.Any], said: str
) -> None:
    failed, result = run(**options)
    assert failed
    assert result["msg"].startswith(said)
    assert lab.asked() == []
