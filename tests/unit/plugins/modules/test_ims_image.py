# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ims_image as Ansible runs it: what is sent, byte for byte, what is refused, and what comes of it."""

from __future__ import annotations

import functools
import json
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.plugins.modules import ims_image
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Member

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LINUX, LINUX_2, PUBLIC, FULL_ECS, METADATA_ONLY, SHARED_WITH_ME = (
    f"10000000-0000-4000-8000-{number:012d}" for number in (1, 2, 3, 4, 11, 12)
)
OWN = "a0000000000000000000000000000001"
UNKNOWN = "33ad552d-1149-471c-8190-ff6776174a00"
LIST, SHOW = "GET /v2/cloudimages", "GET /v2/images/{image_id}"
PATCH, DELETE = "PATCH /v2/cloudimages/{image_id}", "DELETE /v2/images/{image_id}"
TAGS = "GET /v2/{project_id}/images/{image_id}/tags"
CHANGE_TAGS = "POST /v2/{project_id}/images/{image_id}/tags/action"
MEMBERS = "GET /v1/{project_id}/cloudimages/{image_id}/members"
Runs = t.Callable[..., t.Any]


@pytest.fixture
def run(run_module: Runs) -> Runs:
    return functools.partial(run_module, "ims_image")


def sent(lab: Lab) -> list[tuple[str, str, bytes]]:
    """Return every request that is no GET, literally."""
    return [(entry.method, entry.path, entry.body) for entry in lab.simulator.requests if entry.method != "GET"]


def image(lab: Lab, image_id: str = LINUX) -> t.Any:
    return lab.simulator.cloud.images[image_id]


# -- present ------------------------------------------------------------------------------------------------


def test_what_differs_is_sent_and_nothing_else(lab: Lab, run: Runs) -> None:
    failed, result = run(image_id=LINUX, new_name="private-linux", description="tested", min_ram=1024, max_ram=0)
    assert not failed, result
    assert sent(lab) == [
        (
            "PATCH",
            f"/v2/cloudimages/{LINUX}",
            b'[{"op": "add", "path": "/__description", "value": "tested"}]',
        ),
        ("PATCH", f"/v2/cloudimages/{LINUX}", b'[{"op": "replace", "path": "/min_ram", "value": 1024}]'),
    ]
    assert (result["changed"], result["image_id"], result["requests"]) == (True, LINUX, 3)
    assert result["diff"] == {
        "before": {"description": None, "min_ram": 0},
        "after": {"description": "tested", "min_ram": 1024},
    }
    assert (result["image"]["description"], result["image"]["min_ram"]) == ("tested", 1024)
    assert (image(lab).description, image(lab).min_ram) == ("tested", 1024)
    assert result["msg"] == f"Changed description, min_ram of image {LINUX}."


CHANGES = [
    {"new_name": "other", "description": "d", "hw_firmware_type": "uefi", "min_ram": 1, "max_ram": 2},
    {"tags": {"a": "b", "yes": True, "none": None}},
    {"attributes": {"mine": 7, "hw_vif_multiqueue_enabled": True}, "tags": {}},
    {"enterprise_project_id": "ee247a6c-bf5b-4a46-9c3c-7d84a7c5d6b5"},
]


@pytest.mark.parametrize("options", CHANGES)
def test_run_twice_it_changes_something_once(lab: Lab, run: Runs, options: dict[str, t.Any]) -> None:
    assert run(image_id=LINUX, **options).result["changed"] is True
    asked = len(sent(lab))
    failed, again = run(image_id=LINUX, **options)
    assert not failed, again
    assert (again["changed"], again["diff"]) == (False, {"before": {}, "after": {}})
    assert len(sent(lab)) == asked


@pytest.mark.parametrize("options", CHANGES)
def test_check_mode_tells_the_same_and_sends_nothing(lab: Lab, run: Runs, options: dict[str, t.Any]) -> None:
    dry = run(image_id=LINUX, **options, _ansible_check_mode=True).result
    assert sent(lab) == []
    real = run(image_id=LINUX, **options).result
    assert (dry["changed"], dry["diff"]) == (real["changed"], real["diff"])
    assert dry["msg"] == real["msg"].replace("Changed", "Would change")


def test_an_empty_attribute_is_one_that_is_not_there(lab: Lab, run: Runs) -> None:
    row = {"id": LINUX, "status": "active", "name": "private-linux", "owner": OWN, "max_ram": "", "__description": ""}
    lab.simulator.faults.add(Fault("change", merge={"images": [row]}, path="/v2/cloudimages$", count=1))
    failed, result = run(image_id=LINUX, max_ram=0, description="")
    assert (failed, result["changed"]) == (False, False), result


def test_an_attribute_is_taken_away_by_null(lab: Lab, run: Runs) -> None:
    run(image_id=LINUX, attributes={"mine": "x"})
    failed, result = run(image_id=LINUX, attributes={"mine": None, "never": None})
    assert not failed, result
    assert sent(lab)[-1][2] == b'[{"op": "remove", "path": "/mine", "value": ""}]'
    assert result["diff"] == {"before": {"mine": "x"}, "after": {"mine": None}}


@pytest.mark.parametrize(
    ("held", "words"), [({"tags": 1}, [b'"add"', b'"replace"']), ({"mine": "read"}, [b'"replace"', b'"add"'])]
)
def test_on_img_0035_the_other_operation_is_sent(
    lab: Lab, run: Runs, held: dict[str, t.Any], words: list[bytes]
) -> None:
    lab.simulator.configure(add_replaces=False)
    present = image(lab)
    if "mine" not in held:
        # The image has it, and the answer does not say so.
        lab.simulator.cloud.change_image(present, attributes={"mine": "old"})
        lab.simulator.faults.add(Fault("change", merge={"images": [{"id": LINUX, "status": "active"}]}, count=1))
    else:
        merged = {"images": [{"id": LINUX, "status": "active", "mine": "read"}]}
        lab.simulator.faults.add(Fault("change", merge=merged, count=1))
    failed, result = run(image_id=LINUX, attributes={"mine": "new"})
    assert not failed, result
    assert [body.split(b",")[0].split(b": ")[1] for _method, _path, body in sent(lab)] == words
    assert image(lab).attributes["mine"] == "new"


def test_tags_become_those_that_are_wanted(lab: Lab, run: Runs) -> None:
    run(image_id=LINUX, tags={"old": "1", "owner": "me", "channel": "stable", "same": "s"}, purge_tags=True)
    before = len(sent(lab))
    failed, result = run(image_id=LINUX, tags={"same": "s", "new": "x.y"}, keep_tags=["owner"])
    assert not failed, result
    path = f"/v2/{OWN}/images/{LINUX}/tags/action"
    assert sent(lab)[before:] == [
        ("POST", path, b'{"action": "delete", "tags": [{"key": "old", "value": "1"}]}'),
        ("POST", path, b'{"action": "create", "tags": [{"key": "new", "value": "x.y"}]}'),
    ]
    assert result["tags"] == {"owner": "me", "channel": "stable", "same": "s", "new": "x.y"}
    assert lab.client().life.tags(LINUX) == result["tags"]


def test_without_purge_tags_are_only_added(lab: Lab, run: Runs) -> None:
    result = run(image_id=LINUX, tags={"new": 1}, purge_tags=False).result
    assert result["tags"] == {"demo": "", "new": "1"}
    assert lab.client().life.tags(LINUX) == result["tags"]


def test_an_image_is_renamed_by_its_name_once(lab: Lab, run: Runs) -> None:
    assert run(name="private-linux", new_name="golden").result["changed"] is True
    assert image(lab).name == "golden"
    failed, again = run(name="private-linux", new_name="golden")
    assert (failed, again["changed"], again["image_id"]) == (False, False, LINUX)


@pytest.mark.parametrize("state", ["present", "absent"])
def test_a_name_of_several_images_is_refused_with_their_ids(lab: Lab, run: Runs, state: str) -> None:
    for number in (1, 2):
        lab.simulator.cloud.add_image(Image(image_id=f"twin-{number}", name="twin"))
    failed, result = run(name="twin", state=state)
    assert failed
    assert "twin-1 (active)" in result["msg"]
    assert "twin-2 (active)" in result["msg"]
    assert sent(lab) == []


def test_images_of_others_have_no_say_in_whose_name_it_is(lab: Lab, run: Runs) -> None:
    lab.simulator.cloud.add_image(Image(name="private-linux", image_type="gold", owner="cloud"))
    assert run(name="private-linux").result["image_id"] == LINUX


def test_a_row_that_cannot_be_read_makes_a_name_ambiguous(lab: Lab, run: Runs) -> None:
    merged = {"images": [{"id": LINUX, "status": "active"}, {"id": 7, "status": "active"}]}
    lab.simulator.faults.add(Fault("change", merge=merged, count=1))
    failed, result = run(name="private-linux", state="absent")
    assert failed
    assert 'The cloud\'s list of images named "private-linux" has one that cannot be read' in result["msg"]
    assert sent(lab) == []


@pytest.mark.parametrize("options", [{"image_id": UNKNOWN}, {"name": "no such"}])
def test_an_image_that_is_not_there_cannot_be_changed(lab: Lab, run: Runs, options: dict[str, str]) -> None:
    failed, result = run(**options, description="x")
    assert failed
    assert "is not there. This module makes no images: see ims_image_create." in result["msg"]


def test_what_failed_on_the_way_tells_that_something_was_changed(lab: Lab, run: Runs) -> None:
    failed, result = run(image_id=LINUX, description="x", attributes={"min_disk": 1})
    assert failed
    assert (result["error_code"], result["changed"]) == ("IMG.0105", True)


@pytest.mark.parametrize("refused", ["create", "delete"])
def test_tags_that_were_changed_in_part_tell_that_something_was_changed(lab: Lab, run: Runs, refused: str) -> None:
    refusal = Fault("status", method="POST", path="/tags/action$", status=400, skip=int(refused == "create"))
    lab.simulator.faults.add(refusal)
    failed, result = run(image_id=LINUX, tags={"new": "1"})
    assert (failed, result["changed"]) == (True, refused == "create")


@pytest.mark.parametrize(
    ("options", "who"),
    [({"image_id": UNKNOWN}, f"Image {UNKNOWN}"), ({"name": "no such"}, 'An image named "no such"')],
)
def test_an_image_that_is_not_there_is_absent(lab: Lab, run: Runs, options: dict[str, str], who: str) -> None:
    failed, result = run(**options, state="absent")
    assert (failed, result["changed"], result["msg"]) == (False, False, f"{who} is not there.")


def test_an_attribute_with_an_option_of_its_own_is_refused(lab: Lab, run: Runs) -> None:
    failed, result = run(image_id=LINUX, attributes={"__description": "x"})
    assert failed
    assert result["msg"] == "attributes: __description has an option of its own, description."


# -- absent -------------------------------------------------------------------------------------------------


def test_an_image_is_deleted_and_gone(lab: Lab, run: Runs) -> None:
    failed, result = run(image_id=LINUX, state="absent")
    assert not failed, result
    assert sent(lab) == [("DELETE", f"/v2/images/{LINUX}", b'{"delete_backup": false}')]
    assert lab.asked() == [f"{LIST} 200", f"{MEMBERS} 200", f"{DELETE} 204", f"{LIST} 200"]
    assert (result["changed"], result["image"]["id"], result["msg"]) == (True, LINUX, f"Deleted image {LINUX}.")
    assert LINUX not in lab.simulator.cloud.images
    failed, again = run(image_id=LINUX, state="absent")
    assert (failed, again["changed"], again["image"]) == (False, False, None)


def test_check_mode_deletes_nothing(lab: Lab, run: Runs) -> None:
    result = run(name="private-linux", state="absent", _ansible_check_mode=True).result
    assert (result["changed"], result["msg"]) == (True, f"Would delete image {LINUX}.")
    assert sent(lab) == []


@pytest.mark.parametrize("wanted", [True, False])
def test_backups_go_only_when_told(lab: Lab, run: Runs, wanted: bool) -> None:
    lab.simulator.configure(delete_backup_default=not wanted)
    assert not run(image_id=FULL_ECS, state="absent", delete_backup=wanted).failed
    assert bool(lab.simulator.cloud.backups) is not wanted


def test_an_image_with_metadata_only_is_deleted(lab: Lab, run: Runs) -> None:
    assert run(image_id=METADATA_ONLY, state="absent").result["changed"] is True
    assert METADATA_ONLY not in lab.simulator.cloud.images


@pytest.mark.parametrize("status", ["", "deleted"])
def test_a_deleted_image_that_is_still_listed_is_waited_out(lab: Lab, run: Runs, status: str) -> None:
    lab.simulator.configure(deleted_seconds=20, deleted_status=status)
    began = lab.clock.now()
    failed, result = run(image_id=LINUX, state="absent")
    assert not failed, result
    assert (lab.clock.now() - began >= 20) is (status == "")


def test_of_many_images_of_a_name_ten_are_listed(lab: Lab, run: Runs) -> None:
    for number in range(12):
        lab.simulator.cloud.add_image(Image(image_id=f"many-{number:02d}", name="many"))
    failed, result = run(name="many", state="absent")
    assert failed
    assert result["msg"].startswith('name: 12 images are named "many": many-')
    assert " and 2 more. Give image_id" in result["msg"]
    assert result["msg"].count("(active)") == 10


def test_a_deleted_image_that_is_still_listed_has_no_name_any_more(lab: Lab, run: Runs) -> None:
    lab.simulator.configure(deleted_seconds=600, deleted_status="deleted")
    assert run(image_id=LINUX, state="absent").result["changed"] is True
    failed, again = run(name="private-linux", state="absent")
    assert (failed, again["changed"], again["image_id"]) == (False, False, None)


def test_the_wait_is_never_longer_than_told(lab: Lab, run: Runs) -> None:
    lab.simulator.configure(deleted_seconds=600)
    began = lab.clock.now()
    failed, result = run(image_id=LINUX, state="absent", timeout="15s")
    assert failed
    assert lab.clock.now() - began == pytest.approx(15, abs=0.1)
    assert "after 15 s the cloud has not told that it is gone (its status is active)" in result["msg"]
    assert (result["changed"], result["transient"]) == (True, True)


def test_an_outage_after_the_deletion_is_outlasted(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("status", status=502, count=3, skip=1, path="/v2/cloudimages$"))
    failed, result = run(image_id=LINUX, state="absent")
    assert not failed, result
    assert lab.asked()[-4:] == [f"{LIST} 502"] * 3 + [f"{LIST} 200"]


def test_a_protected_image_is_refused(lab: Lab, run: Runs) -> None:
    lab.simulator.cloud.change_image(image(lab), protected=True)
    failed, result = run(image_id=LINUX, state="absent")
    assert failed
    assert f"Image {LINUX} is protected from deletion." in result["msg"]
    assert sent(lab) == []


@pytest.mark.parametrize("image_id", [PUBLIC, SHARED_WITH_ME])
def test_an_image_of_others_is_refused(lab: Lab, run: Runs, image_id: str) -> None:
    failed, result = run(image_id=image_id, state="absent")
    assert failed
    assert "only its owner may delete it" in result["msg"]
    assert sent(lab) == []


def test_an_image_without_an_owner_is_deleted(lab: Lab, run: Runs) -> None:
    row = {"id": LINUX, "status": "active", "name": "private-linux", "owner": None, "__imagetype": "private"}
    lab.simulator.faults.add(Fault("change", merge={"images": [row]}, path="/v2/cloudimages$", count=1))
    failed, result = run(image_id=LINUX, state="absent")
    assert not failed, result
    assert LINUX not in lab.simulator.cloud.images


@pytest.mark.parametrize("attribute", ["protected", "owner"])
def test_what_cannot_be_read_is_not_deleted(lab: Lab, run: Runs, attribute: str) -> None:
    odd = {"id": LINUX, "status": "active", attribute: [1]}
    lab.simulator.faults.add(Fault("change", merge={"images": [odd]}, count=1))
    failed, result = run(image_id=LINUX, state="absent")
    assert failed
    assert f"its attribute {attribute} cannot be read" in result["msg"]
    assert sent(lab) == []


def test_members_that_cannot_be_read_forbid_it(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(
        Fault("change", merge={"members": [{"member_id": 7}]}, method="GET", path="/cloudimages/.+/members$")
    )
    failed, result = run(image_id=LINUX, state="absent")
    assert failed
    assert result["violations"]
    assert sent(lab) == []


def shared(lab: Lab, *members: Member) -> None:
    lab.simulator.cloud.change_image(image(lab), members=members)


def test_members_of_each_kind_are_unshared_by_their_own_list(lab: Lab, run: Runs) -> None:
    shared(lab, Member("p1"), Member("d1", "accepted", "domain"), Member("ou-1", "accepted", "organization"))
    assert run(image_id=LINUX, state="absent", unshare=True).result["changed"] is True
    assert sent(lab)[0][:2] == ("DELETE", "/v1/cloudimages/members")
    assert json.loads(sent(lab)[0][2]) == {
        "images": [LINUX],
        "projects": ["p1"],
        "domains": ["d1"],
        "organizations": ["ou-1"],
    }


def test_a_shared_image_is_refused(lab: Lab, run: Runs) -> None:
    shared(lab, Member("p1"), Member("ou-1", "accepted", "organization"))
    failed, result = run(image_id=LINUX, state="absent")
    assert failed
    assert f"Image {LINUX} is shared with project p1, organization ou-1, who" in result["msg"]
    assert sent(lab) == []


def test_a_shared_image_is_unshared_first_where_told(lab: Lab, run: Runs) -> None:
    shared(lab, Member("p1"), Member("ou-1", "accepted", "organization"))
    failed, result = run(image_id=LINUX, state="absent", unshare=True)
    assert not failed, result
    body = f'{{"images": ["{LINUX}"], "projects": ["p1"], "organizations": ["ou-1"]}}'
    assert sent(lab) == [
        ("DELETE", "/v1/cloudimages/members", body.encode()),
        ("DELETE", f"/v2/images/{LINUX}", b'{"delete_backup": false}'),
    ]


def test_where_the_newer_list_of_members_is_not_published_the_native_one_is_asked(lab: Lab, run: Runs) -> None:
    shared(lab, Member("p1"))
    lab.simulator.faults.add(
        Fault("status", status=404, code="APIGW.0101", method="GET", path="/cloudimages/.+/members$")
    )
    failed, result = run(image_id=LINUX, state="absent")
    assert failed
    assert "is shared with project p1" in result["msg"]


@pytest.mark.parametrize("answer", ["204", "404"])
def test_one_that_another_has_deleted_meanwhile_is_gone(lab: Lab, run: Runs, answer: str) -> None:
    lab.simulator.configure(unknown_delete=answer)
    merged = {"images": [{"id": UNKNOWN, "status": "active", "owner": OWN}]}
    lab.simulator.faults.add(Fault("change", merge=merged, count=1))
    lab.simulator.faults.add(
        Fault(
            "content",
            content='{"members": []}',
            content_type="application/json",
            status=200,
            method="GET",
            path="/cloudimages/.+/members$",
        )
    )
    failed, result = run(image_id=UNKNOWN, state="absent")
    assert not failed, result


@pytest.mark.parametrize("status", [200, 204])
def test_a_page_is_no_answer_to_a_deletion(lab: Lab, run: Runs, status: int) -> None:
    page = "<html>log in</html>" if status == 200 else ""
    lab.simulator.faults.add(Fault("content", content=page, content_type="text/html", status=status, method="DELETE"))
    failed, result = run(image_id=LINUX, state="absent", timeout=5)
    assert failed
    expected = "should be empty" if status == 200 else "has not told that it is gone"
    assert expected in result["msg"]


@pytest.mark.parametrize("option", ["description", "tags", "new_name"])
def test_what_is_deleted_is_not_described(lab: Lab, run: Runs, option: str) -> None:
    value = {"tags": {"a": "b"}}.get(option, "x")
    failed, result = run(image_id=LINUX, state="absent", **{option: value})
    assert failed
    assert result["msg"] == f"state: absent does not go with {option}."
    assert lab.asked() == []


def test_every_key_of_the_result_is_documented(run: Runs) -> None:
    documented = set(yaml.safe_load(ims_image.RETURN)) | {"invocation", "warnings"}
    for options in ({"description": "x"}, {"tags": {}}, {"state": "absent"}, {"state": "absent"}):
        assert set(run(image_id=LINUX, **options).result) - {"changed"} <= documented
