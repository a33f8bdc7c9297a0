# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that read members, quotas and systems: what they ask, byte for byte, and what they make of answers."""

from __future__ import annotations

import importlib
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Fault
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Member

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LINUX, SHARED_WITH_ME = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 12))
OWN = "a0000000000000000000000000000001"
MODULES = {"ims_image_member_info": {"image_id": LINUX}, "ims_quota_info": {}, "ims_os_version_info": {}}
LISTS = {"ims_image_member_info": "members", "ims_quota_info": "quotas", "ims_os_version_info": "os_versions"}
URLS = {
    "ims_image_member_info": f"/v1/{OWN}/cloudimages/{LINUX}/members",
    "ims_quota_info": "/v1/cloudimages/quota",
    "ims_os_version_info": "/v1/cloudimages/os_version",
}
Runs = t.Callable[..., t.Any]


def answer(lab: Lab, body: str) -> None:
    lab.simulator.faults.add(Fault("content", content=body, status=200))


@pytest.fixture(autouse=True)
def members(lab: Lab) -> None:
    image = lab.simulator.cloud.images[LINUX]
    lab.simulator.cloud.change_image(
        image, members=(Member("p1", "accepted"), Member("p2"), Member("ou-1", "accepted", "organization"))
    )


@pytest.mark.parametrize("module", MODULES)
def test_one_documented_request_is_sent_and_every_documented_key_is_there(
    lab: Lab, run_module: Runs, module: str
) -> None:
    failed, result = run_module(module, **MODULES[module])
    assert not failed, result
    (entry,) = lab.simulator.requests
    assert (entry.method, entry.path, entry.query, entry.body) == ("GET", URLS[module], "", b"")
    assert (result["changed"], result["requests"]) == (False, 1)
    found = importlib.import_module(f"ansible_collections.huaweicloud.ims.plugins.modules.{module}")
    documented = set(yaml.safe_load(found.RETURN)[LISTS[module]]["contains"])
    assert result[LISTS[module]]
    assert all(set(row) == documented for row in result[LISTS[module]])


@pytest.mark.parametrize("module", MODULES)
def test_both_ways_return_the_same(lab: Lab, run_module: Runs, stage: Stage, module: str) -> None:
    there = run_module(module, **MODULES[module], _ansible_check_mode=True).result
    here = stage.act(module, dict(MODULES[module]))
    assert here[LISTS[module]] == there[LISTS[module]]


@pytest.mark.parametrize("module", MODULES)
def test_a_refusal_is_returned_with_its_facts(lab: Lab, run_module: Runs, module: str) -> None:
    lab.simulator.faults.add(Fault("status", status=403))
    failed, result = run_module(module, **MODULES[module])
    assert failed
    assert (result["http_status"], result["error_code"]) == (403, "APIGW.0302")


def test_members_are_told_by_their_answers(lab: Lab, run_module: Runs) -> None:
    members = run_module("ims_image_member_info", image_id=LINUX).result["members"]
    assert [(one["member_id"], one["status"], one["member_type"]) for one in members] == [
        ("p1", "accepted", None),
        ("p2", "pending", None),
        ("ou-1", "accepted", "organization"),
    ]
    (pending,) = run_module("ims_image_member_info", image_id=LINUX, status="pending").result["members"]
    assert pending["member_id"] == "p2"


def test_all_pages_of_members_are_read(lab: Lab, run_module: Runs) -> None:
    everybody = tuple(Member(f"p{number}") for number in range(501))
    lab.simulator.cloud.change_image(lab.simulator.cloud.images[LINUX], members=everybody)
    assert len(run_module("ims_image_member_info", image_id=LINUX).result["members"]) == 501
    assert [entry.query for entry in lab.simulator.requests] == ["", "marker=NTAw"]


def test_a_receiver_sees_itself(run_module: Runs) -> None:
    (one,) = run_module("ims_image_member_info", image_id=SHARED_WITH_ME).result["members"]
    assert (one["member_id"], one["status"]) == (OWN, "accepted")


@pytest.mark.parametrize("body", ['{"members": [{"member_id": 7, "status": "x"}]}', '{"members": {}}', "[]"])
def test_a_member_that_cannot_be_read_spoils_the_answer(lab: Lab, run_module: Runs, body: str) -> None:
    answer(lab, body)
    failed, result = run_module("ims_image_member_info", image_id=LINUX)
    assert failed
    assert result["violations"]


def test_page_info_may_be_a_list_as_in_the_samples(lab: Lab, run_module: Runs) -> None:
    answer(lab, '{"members": [{"member_id": "a", "status": "accepted"}], "page_info": []}')
    assert len(run_module("ims_image_member_info", image_id=LINUX).result["members"]) == 1


def test_quotas_are_numbers_however_they_come(lab: Lab, run_module: Runs) -> None:
    rows = (
        '{"type": "image", "used": "12", "quota": 50, "min": 1, "max": 1000}, {"type": "x", "used": [], "quota": 1},'
        ' {"type": "y", "used": 1, "quota": " "}'
    )
    answer(lab, f'{{"quotas": {{"resources": [{rows}]}}}}')
    assert run_module("ims_quota_info").result["quotas"] == [
        {"type": "image", "used": 12, "quota": 50, "left": 38, "min": 1, "max": 1000},
        {"type": "x", "used": None, "quota": 1, "left": None, "min": None, "max": None},
        {"type": "y", "used": 1, "quota": None, "left": None, "min": None, "max": None},
    ]


def test_systems_are_listed_one_by_one(lab: Lab, run_module: Runs) -> None:
    body = (
        '[{"platform": "CentOS", "version_list": [{"platform": "CentOS", "os_version_key": "k", "os_version":'
        ' "CentOS 7.5 64bit", "os_bit": 64, "os_type": "Linux"}, {"os_version": 7}]}, {"platform": "Other",'
        ' "version_list": [{"os_version": "Other(32 bit)", "os_bit": "32"}, {"os_version": "A"},'
        ' {"os_version": "B", "os_bit": " "}]}]'
    )
    answer(lab, body)
    result = run_module("ims_os_version_info", tag="uefi").result
    assert [(one["platform"], one["os_version"], one["os_bit"]) for one in result["os_versions"]] == [
        ("CentOS", "CentOS 7.5 64bit", "64"),
        ("Other", "Other(32 bit)", "32"),
        ("Other", "A", None),
        ("Other", "B", None),
    ]
    assert lab.simulator.requests[-1].query == "tag=uefi"
    only = run_module("ims_os_version_info", platform="centos").result["os_versions"]
    assert [one["os_version"] for one in only] == ["CentOS 7.5 64bit"]
    others = run_module("ims_os_version_info", platform="Other").result["os_versions"]
    assert [one["os_version"] for one in others] == ["Other(32 bit)", "A", "B"]
