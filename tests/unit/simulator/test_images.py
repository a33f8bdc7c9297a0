# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The list of images."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Image

if t.TYPE_CHECKING:
    from .conftest import Client


def names(client: Client, query: str = "") -> list[str]:
    return [image["name"] for image in client.send("GET", f"/v2/cloudimages{query}").json()["images"]]


def test_the_images_of_the_start(client: Client) -> None:
    images = client.send("GET", "/v2/cloudimages").json()["images"]
    assert len(images) == 12
    assert {image["__imagetype"] for image in images} == {"gold", "private", "shared"}
    assert all(isinstance(image["min_disk"], int) and image["id"] for image in images)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?name=private-linux", ["private-linux"]),
        ("?id=10000000-0000-4000-8000-000000000004", ["full-ecs"]),
        ("?status=queued", ["metadata-only"]),
        ("?tag=demo", ["private-linux"]),
        ("?__imagetype=gold", ["public-linux"]),
        ("?__isregistered=false", []),
        ("?__whole_image=true", ["full-ecs"]),
        ("?virtual_env_type=DataImage", ["data-disk"]),
        ("?protected=True", ["public-linux"]),
        ("?__os_type=Windows", ["windows-from-public"]),
        ("?flavor_id=s3.small.1", ["public-linux"]),
        ("?__imagetype=private&limit=2", ["on-arm", "private-linux"]),
        ("?sort_key=name&sort_dir=desc&limit=1", ["windows-from-public"]),
        ("?created_at=gte:2030-01-01T00:00:00Z", []),
        ("?created_at=lt:2030-01-01T00:00:00Z&name=full-ecs", ["full-ecs"]),
        ("?name=nothing", []),
        ("?owner=cloud", ["public-linux"]),
        ("?visibility=public&protected=true", ["public-linux"]),
        ("?architecture=arm", ["on-arm"]),
        ("?architecture=x86&name=on-arm", []),
        ("?__support_kvm=true", ["on-arm"]),
        ("?tag=release=1.2", ["on-arm"]),
        ("?min_ram=512", ["on-arm"]),
        ("?updated_at=gt:2024-01-02%2003:04:05", ["on-arm"]),
        ("?created_at=eq:2024-01-02T03:04:05Z&limit=1&sort_key=name&sort_dir=asc", ["big-linux"]),
        ("?__system__cmkid=20000000-0000-4000-8000-000000000001", ["encrypted-linux"]),
        ("?limit=1", ["on-arm"]),
    ],
)
def test_filters(client: Client, query: str, expected: list[str]) -> None:
    facts: dict[str, t.Any] = {"tags": ("release.1.2",), "attributes": {"__support_kvm": "true"}, "min_ram": 512}
    image = Image(name="on-arm", architecture="arm", created_at=1704164646.0, **facts)
    client.sim.cloud.add_image(image)
    assert names(client, query) == expected


def test_pages(client: Client) -> None:
    seen: list[str] = []
    marker: str | None = ""
    while marker is not None:
        page = client.send("GET", f"/v2/cloudimages?limit=5{marker}").json()
        seen += [image["name"] for image in page["images"]]
        told = page["page_info"].get("next_marker")
        marker = None if told is None else f"&marker={told}"
    assert len(seen) == len(set(seen)) == 12


@pytest.mark.parametrize(("style", "path"), [("next", "/v2/cloudimages?limit=5"), ("none", "/v2/images?limit=5")])
def test_pages_by_links(client: Client, style: str, path: str) -> None:
    client.sim.configure(page_style=style)
    seen, link = [], t.cast("str | None", path)
    while link:
        page = client.send("GET", link).json()
        seen += [image["name"] for image in page["images"]]
        link = page.get("next")
    assert len(seen) == len(set(seen)) == 12


def test_pages_that_tell_nothing_of_the_next_one(client: Client) -> None:
    client.sim.configure(page_style="none")
    assert set(client.send("GET", "/v2/cloudimages?limit=5").json()) == {"images"}


@pytest.mark.parametrize("query", ["limit=0", "limit=501", "limit=x", "marker=no", "sort_key=colour", "sort_dir=up"])
def test_pages_that_are_not_there(client: Client, query: str) -> None:
    reply = client.send("GET", f"/v2/cloudimages?{query}")
    assert (reply.status, reply.code) == (400, 400)


def test_one_image(client: Client) -> None:
    image = client.sim.cloud.add_image(Image(name="mine", tags=("a",)))
    assert client.send("GET", f"/v2/images/{image.image_id}").json()["tags"] == ["a"]
    reply = client.send("GET", "/v2/images/nothing")
    assert (reply.status, reply.json()["itemNotFound"]["code"]) == (404, 404)


def test_images_of_others_are_not_seen(client: Client) -> None:
    client.sim.cloud.add_image(Image(name="theirs", owner="another"))
    assert "theirs" not in names(client)
    with pytest.raises(KeyError):
        client.sim.cloud.image_named("nobody's")
