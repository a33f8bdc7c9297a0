# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The calls about tags, one after the other."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Image
from ansible_collections.huaweicloud.ims.tests.simulator.ims import tags

if t.TYPE_CHECKING:
    from .conftest import Client

LINUX = "10000000-0000-4000-8000-000000000001"
LINUX_2 = "10000000-0000-4000-8000-000000000002"
PUBLIC = "10000000-0000-4000-8000-000000000003"
Tag = dict[str, str]


@pytest.fixture
def path(client: Client) -> t.Callable[..., str]:
    return lambda rest, image_id=LINUX: f"/v2/{client.project_id}/images/{image_id}/{rest}"


def tags_of(client: Client, image_id: str = LINUX) -> dict[str, str]:
    listed = client.send("GET", f"/v2/{client.project_id}/images/{image_id}/tags").json()["tags"]
    return {tag["key"]: tag["value"] for tag in listed}


def tag(key: str, value: str = "") -> Tag:
    return {"key": key, "value": value}


def test_one_is_added_and_overwritten_and_deleted_once(client: Client, path: t.Callable[..., str]) -> None:
    for value in ("1.2", "1.3"):
        reply = client.send("POST", path("tags"), {"tag": tag("release", value)})
        assert (reply.status, reply.body) == (204, b"")
        assert tags_of(client) == {"demo": "", "release": value}
    assert client.send("DELETE", path("tags/release")).status == 204
    assert client.send("DELETE", path("tags/release")).outcome == (404, 404)


def test_several_at_once_can_be_repeated(client: Client, path: t.Callable[..., str]) -> None:
    body = {"action": "create", "tags": [tag("a", "1"), tag("b")]}
    for _turn in range(2):
        assert client.send("POST", path("tags/action"), body).status == 204
        assert tags_of(client) == {"demo": "", "a": "1", "b": ""}
    for _turn in range(2):
        assert client.send("POST", path("tags/action"), {"action": "delete", "tags": [{"key": "a"}]}).status == 204
        assert tags_of(client) == {"demo": "", "b": ""}
    newer = f"/v1/{client.project_id}/cloudimages/{LINUX}/tags/delete"
    for _turn in range(2):
        assert client.send("DELETE", newer, {"tags": [tag("b", "whatever"), tag("demo")]}).status == 204
        assert tags_of(client) == {}


def test_a_text_is_split_at_its_first_dot(client: Client) -> None:
    assert client.send("PUT", "/v1/cloudimages/tags", {"image_id": LINUX, "tag": "a.1.2"}).status == 204
    assert client.send("PUT", "/v1/cloudimages/tags", {"image_id": LINUX, "image_tag": tag("b", "x y")}).status == 204
    assert tags_of(client) == {"demo": "", "a": "1.2", "b": "x y"}
    both = {"image_id": LINUX, "tag": "a.1", "image_tag": tag("a", "1")}
    assert client.send("PUT", "/v1/cloudimages/tags", both).outcome == (400, "IMG.0115")
    listed = client.send("GET", "/v1/cloudimages/tags").json()["tags"]
    assert listed == ["demo", "a.1.2", "b.x y"]
    assert client.send("GET", "/v1/cloudimages/tags?limit=2&page=2").json()["tags"] == ["b.x y"]
    assert client.send("GET", "/v1/cloudimages/tags?name=private-linux-2").json()["tags"] == []


@pytest.mark.parametrize("separator", [".", "="])
def test_how_rows_show_them_is_a_setting_and_a_filter_finds_either(client: Client, separator: str) -> None:
    client.sim.configure(tag_separator=separator)
    client.send("POST", f"/v2/{client.project_id}/images/{LINUX}/tags", {"tag": tag("a", "b")})
    (row,) = client.send("GET", "/v2/cloudimages?tag=a=b").json()["images"]
    assert row["tags"] == ["demo", f"a{separator}b"]
    assert tags_of(client) == {"demo": "", "a": "b"}


def test_openstacks_are_keys_only(client: Client) -> None:
    for _turn in range(2):
        assert client.send("PUT", f"/v2/images/{LINUX}/tags/aaaa").status == 204
    assert tags_of(client) == {"demo": "", "aaaa": ""}
    assert client.send("PUT", f"/v2/images/{LINUX}/tags/a=b").outcome == (400, 400)
    assert client.send("PUT", f"/v2/images/{PUBLIC}/tags/aaaa").outcome == (404, 404)
    assert client.send("DELETE", f"/v2/images/{LINUX}/tags/aaaa").status == 204
    assert client.send("DELETE", f"/v2/images/{LINUX}/tags/aaaa").outcome == (404, 404)


@pytest.mark.parametrize(
    "wrong",
    [
        tag(""),
        tag("a" * 37),
        tag("a", "x" * 44),
        tag("a.b"),
        tag("a=b"),
        tag("a", "<"),
        {"value": "x"},
        {"key": 7},
        "a",
    ],
)
def test_tags_that_are_not_allowed(client: Client, path: t.Callable[..., str], wrong: t.Any) -> None:
    assert client.send("POST", path("tags"), {"tag": wrong}).outcome == (400, "IMG.0115")


def test_the_number_of_tags_is_limited(client: Client, path: t.Callable[..., str]) -> None:
    body = {"action": "create", "tags": [tag(f"k{number}") for number in range(10)]}
    assert client.send("POST", path("tags/action"), body).outcome == (400, "IMG.0116")
    assert client.send("POST", path("tags/action", LINUX_2), body).status == 204


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"action": "Create", "tags": [{"key": "a"}]}, "IMG.0001"),
        ({"action": "create", "tags": []}, "IMG.0115"),
        ({"action": "create", "tags": [{"key": "a"}, {"key": "a"}]}, "IMG.0115"),
        ({"action": "delete", "tags": [{"key": "a" * 128}]}, "IMG.0115"),
        ([], "IMG.0001"),
    ],
)
def test_batches_that_are_refused(client: Client, path: t.Callable[..., str], body: t.Any, code: str) -> None:
    assert client.send("POST", path("tags/action"), body).outcome == (400, code)


def test_only_the_owner_tags(client: Client, path: t.Callable[..., str]) -> None:
    assert client.send("POST", path("tags", PUBLIC), {"tag": tag("a")}).outcome == (400, "IMG.0047")


@pytest.fixture
def tagged(client: Client) -> Client:
    for name, texts in {"one": ("a=1", "b=1"), "two": ("a=2",), "other": ("c=3",)}.items():
        client.sim.cloud.add_image(Image(name=f"tagged-{name}", tags=texts))
    return client


def test_all_tags_of_the_project(tagged: Client) -> None:
    listed = tagged.send("GET", f"/v2/{tagged.project_id}/images/tags").json()["tags"]
    values = {entry["key"]: entry["values"] for entry in listed}
    assert values == {"demo": [""], "a": ["1", "2"], "b": ["1"], "c": ["3"]}


def wanted(key: str, *values: str) -> dict[str, t.Any]:
    return {"key": key, "values": list(values)}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"tags": [wanted("a")]}, {"one", "two"}),
        ({"tags": [wanted("a", "1", "2")]}, {"one", "two"}),
        ({"tags": [wanted("a"), wanted("b", "1")]}, {"one"}),
        ({"tags_any": [wanted("b"), wanted("c")]}, {"one", "other"}),
        ({"not_tags": [wanted("a"), wanted("b")]}, {"two", "other"}),
        ({"not_tags_any": [wanted("b"), wanted("c")]}, {"two"}),
        ({"matches": [{"key": "resource_name", "value": "ged-t"}]}, {"two"}),
    ],
)
def test_images_by_their_tags(tagged: Client, query: dict[str, t.Any], found: set[str]) -> None:
    path = f"/v2/{tagged.project_id}/images/resource_instances/action"
    named = {"matches": [{"key": "resource_name", "value": "tagged-"}], **query}
    answer = tagged.send("POST", path, {"action": "filter", "limit": "1000", **named}).json()
    assert {entry["resource_name"] for entry in answer["resources"]} == {f"tagged-{name}" for name in found}
    assert tagged.send("POST", path, {"action": "count", **named}).json() == {"total_count": len(found)}


def test_pages_and_forms_of_a_search(tagged: Client) -> None:
    path = f"/v2/{tagged.project_id}/images/resource_instances/action"
    untagged = tagged.send("POST", path, {"action": "filter", "without_any_tag": True}).json()
    assert (untagged["total_count"], len(untagged["resources"])) == (11, 10)
    rest = tagged.send("POST", path, {"action": "filter", "without_any_tag": True, "offset": "10"}).json()
    assert len(rest["resources"]) == 1
    by_id = {"action": "filter", "matches": [{"key": "resource_id", "value": LINUX}]}
    (only,) = tagged.send("POST", path, by_id).json()["resources"]
    assert only == {
        "resource_id": LINUX,
        "resource_name": "private-linux",
        "resource_detail": {"status": "active"},
        "tags": [tag("demo")],
    }


@pytest.mark.parametrize(
    "query",
    [{}, {"action": "find"}, {"action": "filter", "tags": []}, {"action": "filter", "tags": [{"key": "a"}]},
     {"action": "filter", "matches": [{"key": "colour", "value": "blue"}]}, {"action": "filter", "limit": "x"}],
)  # fmt: skip
def test_searches_that_are_refused(client: Client, query: t.Any) -> None:
    path = f"/v2/{client.project_id}/images/resource_instances/action"
    assert client.send("POST", path, query).status == 400


def test_texts_of_tags() -> None:
    assert [tags.split(text) for text in ("k", "k=v", "k.v", "k.1=2", "k=1.2")] == [
        ("k", ""),
        ("k", "v"),
        ("k", "v"),
        ("k", "1=2"),
        ("k", "1.2"),
    ]
