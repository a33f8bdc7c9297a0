# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules ims_image_rotation and ims_image_channel: which images go, which never do, and what is sent for it."""

from __future__ import annotations

import functools
import json
import pathlib
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.plugins.modules import ims_image_channel, ims_image_rotation
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Member

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

G = [f"60000000-0000-4000-8000-{number:012d}" for number in range(300)]
OWN = "a0000000000000000000000000000001"
LIST = "GET /v2/cloudimages"
BY_TAGS = "POST /v2/{project_id}/images/resource_instances/action"
FAMILY = {"name_regex": "^golden-"}
Runs = t.Callable[..., t.Any]
Rows = t.Sequence[t.Mapping[str, t.Any]]


@pytest.fixture
def rotate(run_module: Runs) -> Runs:
    return functools.partial(run_module, "ims_image_rotation", **FAMILY)


@pytest.fixture
def promote(run_module: Runs) -> Runs:
    return functools.partial(run_module, "ims_image_channel", **FAMILY)


def add(lab: Lab, *days: int, **more: t.Any) -> None:
    """Add an image for each of these days ago, with its id in G."""
    for day in days:
        told = {"image_id": G[day], "name": f"golden-{day}", "created_at": lab.clock.now() - day * 86400, **more}
        lab.simulator.cloud.add_image(Image(**told))


def set_odd(lab: Lab, index: int, name: str, value: t.Any) -> None:
    """Let one row of the next list, which has the newest image first, have an odd value."""
    change = {"op": "add", "path": f"/images/{index}/{name}", "value": value}
    lab.simulator.faults.add(Fault("change", path="/v2/cloudimages$", patch=(change,), count=1))


def ids(rows: Rows) -> list[str]:
    return [row["id"] for row in rows]


def left(lab: Lab) -> set[str]:
    return {name for name in lab.simulator.cloud.images if name in G}


def changes(lab: Lab) -> list[str]:
    """Return what was asked but for reading; the search by tags is a POST that reads."""
    return [line for line in lab.asked() if not line.startswith(("GET ", BY_TAGS))]


def tags(lab: Lab, image_id: str) -> dict[str, str]:
    return dict(lab.client().life.tags(image_id))


# -- rotation ---------------------------------------------------------------------------------------------------------


def test_the_newest_stay_and_older_ones_go(lab: Lab, rotate: Runs) -> None:
    add(lab, 3, 1, 4, 2, 5)
    add(lab, 9, name="other")
    failed, result = rotate(keep=3)
    assert not failed, result
    assert (ids(result["kept"]), ids(result["deleted"])) == ([G[1], G[2], G[3]], [G[4], G[5]])
    assert left(lab) == {G[1], G[2], G[3], G[9]}
    assert result["msg"] == f"Deleted 2 of the family's images: golden-4 ({G[4]}), golden-5 ({G[5]}). Kept 3."
    again = rotate(keep=3).result
    assert (again["changed"], again["msg"]) == (False, "No image of the family has to go. Kept 3.")


def test_what_is_sent(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2)
    rotate(keep=1)
    listed = f"/v2/cloudimages?enterprise_project_id=all_granted_eps&limit=100&owner={OWN}"
    sent = [(e.method, f"{e.path}?{e.query}" if e.query else e.path, e.body) for e in lab.simulator.requests]
    body = b'{"action": "filter", "tags": [{"key": "channel", "values": []}], "limit": "1000", "offset": "0"}'
    assert sent == [
        ("GET", listed, b""),
        ("POST", f"/v2/{OWN}/images/resource_instances/action", body),
        ("GET", f"/v1/{OWN}/cloudimages/{G[2]}/members", b""),
        ("DELETE", f"/v2/images/{G[2]}", b'{"delete_backup": false}'),
        ("GET", listed, b""),
    ]


def test_a_dry_run_says_exactly_what_a_run_does(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2, 3)
    add(lab, 4, protected=True)
    foreseen = rotate(keep=1, _ansible_check_mode=True).result
    assert (foreseen["changed"], changes(lab), len(left(lab))) == (True, [], 4)
    assert foreseen["msg"].startswith(f"Would delete 2 of the family's images: golden-2 ({G[2]}), golden-3 ({G[3]}).")
    done = rotate(keep=1).result
    told = ("deleted", "kept", "spared", "leftovers", "postponed", "diff")
    assert {name: foreseen[name] for name in told} == {name: done[name] for name in told}


def test_a_dry_run_foresees_the_image_that_would_be_made(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2)
    for keep, gone in ((2, [G[2]]), (1, [G[1], G[2]]), (3, [])):
        assert ids(rotate(keep=keep, coming=1, _ansible_check_mode=True).result["deleted"]) == gone
    assert rotate(keep=2, coming=1).result["changed"] is False


def test_a_dry_run_on_an_empty_project(lab: Lab, rotate: Runs) -> None:
    failed, result = rotate(keep=1, _ansible_check_mode=True)
    assert (failed, result["changed"], result["kept"], changes(lab)) == (False, False, [], [])


def spared(lab: Lab, rotate: Runs, **options: t.Any) -> str:
    """Return why the oldest is spared, which is older than all."""
    add(lab, 1, 2)
    result = rotate(keep=1, **options).result
    assert (ids(result["deleted"]), ids(result["spared"])) == ([G[2]], [G[9]])
    assert left(lab) == {G[1], G[9]}
    (row,) = result["spared"]
    return str(row["reason"])


def test_what_a_channel_stands_for_is_spared(lab: Lab, rotate: Runs) -> None:
    add(lab, 9)
    lab.client().life.add_tags(G[9], {"channel": "stable"})
    assert spared(lab, rotate) == "a channel stands for it"


@pytest.mark.parametrize("tag", ["channel=stable", "channel.stable", "channel"])
def test_what_a_channel_stands_for_by_the_lists_row_is_spared(lab: Lab, rotate: Runs, tag: str) -> None:
    add(lab, 9, tags=(tag,))
    lab.simulator.faults.add(
        Fault("content", path="resource_instances", content='{"resources": [], "total_count": 0}', status=200, count=1)
    )
    assert spared(lab, rotate) == "a channel stands for it"


@pytest.mark.parametrize(("days", "more"), [([9], ""), ([9, 10], " and 1 more")])
def test_the_first_that_is_spared_is_named(lab: Lab, rotate: Runs, days: list[int], more: str) -> None:
    add(lab, 1)
    add(lab, *days, protected=True)
    message = rotate(keep=1).result["msg"]
    assert f"Spared golden-9 ({G[9]}){more}: " in message


def test_what_is_protected_is_spared(lab: Lab, rotate: Runs) -> None:
    add(lab, 9, protected=True)
    assert "is protected from deletion" in spared(lab, rotate)


def test_what_is_shared_with_others_is_spared(lab: Lab, rotate: Runs) -> None:
    add(lab, 9, members=(Member("p1"), Member("p2")))
    assert spared(lab, rotate, share_with=["p1"]) == "it is shared with project p2"


def test_what_is_shared_with_those_who_may_lose_it_goes(lab: Lab, rotate: Runs) -> None:
    add(lab, 1)
    add(lab, 2, 3, members=(Member("p1"),))
    result = rotate(keep=1, share_with=["p1", "p2"]).result
    assert (ids(result["deleted"]), left(lab)) == ([G[2], G[3]], {G[1]})
    (ended,) = [e for e in lab.simulator.requests if e.method == "DELETE" and "members" in e.path]
    assert json.loads(ended.body) == {"images": [G[2], G[3]], "projects": ["p1"]}


def test_what_a_job_of_the_journal_needs_is_spared(
    lab: Lab, rotate: Runs, stage: Stage, tmp_path: pathlib.Path
) -> None:
    add(lab, 9)
    export = {"image_id": G[9], "bucket_url": "ims-image:x", "file_format": "qcow2", "journal": str(tmp_path)}
    stage.act("ims_image_export", export)
    assert f"Image {G[9]} is in use: the export of image {G[9]}" in spared(lab, rotate, journal=str(tmp_path))


@pytest.mark.parametrize("odd", [("protected", "maybe"), ("owner", 7), ("tags", [7])])
def test_what_decides_and_cannot_be_read_spares_the_image(lab: Lab, rotate: Runs, odd: tuple[str, t.Any]) -> None:
    add(lab, 1, 2)
    set_odd(lab, 1, *odd)
    result = rotate(keep=1).result
    assert (result["deleted"], left(lab)) == ([], {G[1], G[2]})


def test_leftovers_are_offered_and_go_when_asked_for(lab: Lab, rotate: Runs) -> None:
    add(lab, 1)
    add(lab, 2, status="queued")
    add(lab, 3, status="killed")
    add(lab, 0, status="killed")
    add(lab, 4, status="saving")
    offered = rotate(keep=1).result
    assert (offered["changed"], ids(offered["leftovers"])) == (False, [G[2], G[3]])
    assert offered["msg"].endswith("2 leftovers hold quota; leftovers: true deletes them.")
    gone = rotate(keep=1, leftovers=True).result
    assert (ids(gone["deleted"]), gone["leftovers"]) == ([G[2], G[3]], [])
    assert left(lab) == {G[0], G[1], G[4]}


def test_never_more_than_it_was_told_to_and_the_oldest_first(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2, 3, 4)
    result = rotate(keep=1, max_deletions=1).result
    assert (ids(result["deleted"]), ids(result["postponed"])) == ([G[4]], [G[2], G[3]])
    assert left(lab) == {G[1], G[2], G[3]}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": 0}, "keep: 0 would leave no image at all."),
        ({"keep": 1, "max_deletions": 0}, "max_deletions: 0 would delete nothing."),
        ({"keep": 1, "name_regex": ""}, "Give name_regex or tags, or both, and no empty ones"),
        ({"keep": 1, "name_regex": "("}, 'name_regex: "(" is no regular expression'),
        ({"keep": 1, "leftovers": True, "leftovers_age": "soon"}, 'leftovers_age: "soon" is no time'),
    ],
)
def test_what_makes_no_sense_deletes_nothing(lab: Lab, rotate: Runs, options: dict[str, t.Any], message: str) -> None:
    add(lab, 1, 2)
    add(lab, 3, status="killed")
    failed, result = rotate(**options)
    assert failed and result["msg"].startswith(message)
    assert changes(lab) == []


def test_where_nobody_can_tell_which_are_the_newest_nothing_goes(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2)
    set_odd(lab, 1, "created_at", "yesterday")
    failed, result = rotate(keep=1)
    assert failed and "Which images are the newest cannot be told" in result["msg"]
    assert changes(lab) == []


def test_of_many_images_ten_are_named(lab: Lab, rotate: Runs) -> None:
    add(lab, *range(1, 14))
    msg = rotate(keep=1, max_deletions=12, _ansible_check_mode=True).result["msg"]
    assert msg.startswith("Would delete 12 of the family's images: ")
    assert " and 2 more. Kept 1." in msg
    assert msg.count("golden-") == 10


def test_one_that_is_refused_does_not_keep_the_others(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2, 3)
    lab.simulator.faults.add(Fault("status", status=400, path=f"/v2/images/{G[2]}", count=1))
    failed, result = rotate(keep=1)
    assert (failed, result["changed"], left(lab)) == (True, True, {G[1], G[2]})
    assert result["msg"].startswith(f"1 images were deleted, and 1 were not: golden-2 ({G[2]}): ")


def test_refused_credentials_are_not_shown_for_each_image(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2, 3, 4)
    lab.simulator.faults.add(Fault("status", method="DELETE", status=401, code="APIGW.0301"))
    failed, result = rotate(keep=1)
    assert (failed, result["changed"], len(changes(lab))) == (True, False, 1)
    assert left(lab) == {G[1], G[2], G[3], G[4]}


def test_a_busy_cloud_is_asked_again(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2)
    lab.simulator.faults.add(Fault("status", method="DELETE", status=429, retry_after=7, count=2))
    before = lab.clock.now()
    assert ids(rotate(keep=1).result["deleted"]) == [G[2]]
    assert lab.clock.now() - before >= 14


def test_a_deletion_whose_answer_was_lost_is_asked_for_again(lab: Lab, rotate: Runs) -> None:
    add(lab, 1, 2)
    lab.simulator.faults.add(Fault("status", method="DELETE", status=503, count=2))
    before = lab.clock.now()
    assert ids(rotate(keep=1).result["deleted"]) == [G[2]]
    assert 2 + 4 <= lab.clock.now() - before < 2 + 4 + 1


def test_an_image_that_stays_listed_is_told(lab: Lab, rotate: Runs) -> None:
    lab.simulator.configure(deleted_seconds=900)
    add(lab, 1, 2)
    failed, result = rotate(keep=1, timeout=60)
    assert (failed, result["changed"]) == (True, True)
    assert "after 60 s the cloud has not told that they are gone (its status is 1 left)" in result["msg"]


@pytest.mark.thorough
def test_two_hundred_images_take_a_list_a_page_and_stay_within_the_rate(lab: Lab, rotate: Runs) -> None:
    lab.simulator.configure(image_quota=500)
    add(lab, *range(1, 201))
    began = lab.clock.now()
    result = rotate(keep=3).result
    assert left(lab) == {G[1], G[2], G[3]}
    assert len(result["deleted"]) == 197
    asked = lab.asked()
    before = asked.index(next(line for line in asked if line.startswith(BY_TAGS)))
    # Three pages of a hundred: the simulator has some images of its own.
    assert asked[:before] == [f"{LIST} 200"] * 3
    # Ten a second, where the cloud takes 200 in 5.
    assert lab.clock.now() - began > 196 * 0.1


# -- channels ---------------------------------------------------------------------------------------------------------


def test_the_new_image_gets_the_tag_before_the_old_one_loses_it(lab: Lab, promote: Runs) -> None:
    add(lab, 1, 2)
    lab.client().life.add_tags(G[2], {"channel": "stable", "kept": "x"})
    lab.simulator.requests.clear()
    failed, result = promote(image_id=G[1], channel="stable")
    assert not failed, result
    sent = [
        (e.path.rsplit("/", 3)[1], json.loads(e.body)["action"]) for e in lab.simulator.requests if "/tags/" in e.path
    ]
    assert sent == [(G[1], "create"), (G[2], "delete")]
    assert result["diff"] == {"before": {"stable": [G[2]]}, "after": {"stable": [G[1]]}}
    assert (tags(lab, G[1]), tags(lab, G[2])) == ({"channel": "stable"}, {"kept": "x"})
    assert (result["changed"], result["before"]) == (True, [G[2]])
    assert result["msg"] == f"Channel stable stands for image {G[1]} instead of {G[2]}."
    again = promote(image_id=G[1], channel="stable").result
    assert (again["changed"], again["msg"]) == (False, f"Channel stable stands for image {G[1]}.")


def test_a_dry_run_changes_no_channel(lab: Lab, promote: Runs) -> None:
    add(lab, 1)
    result = promote(image_id=G[1], channel="stable", _ansible_check_mode=True).result
    assert (result["changed"], changes(lab)) == (True, [])
    assert result["msg"] == f"Channel stable would stand for image {G[1]}."
    unknown = promote(image_id="", channel="stable", _ansible_check_mode=True).result
    assert (unknown["changed"], unknown["image_id"]) == (True, None)


def test_a_channel_that_was_left_with_two_images_is_put_right(lab: Lab, promote: Runs) -> None:
    add(lab, 1, 2)
    for image_id in (G[1], G[2]):
        lab.client().life.add_tags(image_id, {"channel": "stable"})
    assert promote(image_id=G[1], channel="stable").result["changed"] is True
    assert tags(lab, G[2]) == {}


def test_channels_of_other_families_are_left_alone(lab: Lab, promote: Runs) -> None:
    add(lab, 1)
    add(lab, 2, name="web-2")
    lab.client().life.add_tags(G[2], {"channel": "stable"})
    promote(image_id=G[1], channel="stable")
    assert tags(lab, G[2]) == {"channel": "stable"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"image_id": G[3], "channel": "stable"}, f"image_id: image {G[3]} is none of this project's images that fit"),
        ({"image_id": G[2], "channel": "stable"}, f"image_id: image {G[2]} is killed: a channel stands for an active"),
        ({"image_id": G[1], "channel": "a=b"}, 'channel: "a=b" cannot be the value of a tag.'),
        ({"image_id": "../x", "channel": "stable"}, 'image_id: "../x" is not an image id'),
    ],
)
def test_what_no_channel_can_stand_for_is_refused(
    lab: Lab, promote: Runs, options: dict[str, t.Any], message: str
) -> None:
    add(lab, 1)
    add(lab, 2, status="killed")
    failed, result = promote(**options)
    assert failed and result["msg"].startswith(message)
    assert changes(lab) == []


# -- both -------------------------------------------------------------------------------------------------------------


def test_both_run_in_the_process_of_the_task(lab: Lab, stage: Stage) -> None:
    add(lab, 1, 2)
    assert stage.act("ims_image_channel", {**FAMILY, "image_id": G[1], "channel": "stable"})["changed"]
    result = stage.act("ims_image_rotation", {**FAMILY, "keep": 1})
    assert (result["changed"], left(lab)) == (True, {G[1]})
    assert result["diff"]["before"] == {"images": [f"golden-2 ({G[2]})"]}


@pytest.mark.parametrize("module", [ims_image_channel, ims_image_rotation])
def test_all_that_is_returned_is_documented(lab: Lab, run_module: Runs, module: t.Any) -> None:
    add(lab, 1, 2)
    options = {"image_id": G[1], "channel": "stable"} if module is ims_image_channel else {"keep": 1}
    name = module.__name__.rpartition(".")[2]
    result = run_module(name, **FAMILY, **options).result
    assert set(result) - {"changed", "invocation"} <= set(yaml.safe_load(module.RETURN))
