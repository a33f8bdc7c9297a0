# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it, over HTTP against the simulator."""

from __future__ import annotations

import functools
import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault
from ansible_collections.huaweicloud.ims.tests.unit.cores import NULLS

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

EXPORT = "POST /v1/cloudimages/{image_id}/file"
IMAGE = "10000000-0000-4000-8000-000000000001"
TARGET = {"image_id": IMAGE, "bucket_url": "ims-image:centos7_5.qcow2"}


def merged(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the target with these changes; None takes an option away."""
    return {name: value for name, value in {**TARGET, **params}.items() if value is not None}


@pytest.fixture
def run(run_module: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    return functools.partial(run_module, "ims_image_export")


Runs = t.Callable[..., t.Any]


@pytest.mark.parametrize(
    ("params", "body"),
    [
        ({"file_format": "qcow2"}, {"bucket_url": TARGET["bucket_url"], "file_format": "qcow2"}),
        ({"file_format": "vmdk", "quick_export": False}, {"bucket_url": TARGET["bucket_url"], "file_format": "vmdk"}),
        ({"quick_export": True}, {"bucket_url": TARGET["bucket_url"], "is_quick_export": True}),
        (
            {"bucket_url": None, "bucket": "ims-image", "object_key": "a/b.vhd", "file_format": "vhd"},
            {"bucket_url": "ims-image:a/b.vhd", "file_format": "vhd"},
        ),
    ],
)
def test_an_export_is_started_with_what_the_call_allows(
    lab: Lab, run: Runs, params: dict[str, t.Any], body: dict[str, t.Any]
) -> None:
    failed, result = run(**merged(params))
    assert not failed
    (entry,) = lab.simulator.requests
    assert lab.asked() == [f"{EXPORT} 200"]
    assert json.loads(entry.body) == body
    assert list(lab.simulator.cloud.jobs) == [result["job_id"]]
    assert (result["changed"], result["started"]) == (True, True)
    assert result["msg"] == f"Started the export of image {IMAGE} to {body['bucket_url']}."


@pytest.mark.parametrize("params", [{}, {"file_format": "qcow2", "quick_export": True}, {"quick_export": False}])
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_format_or_a_quick_export_and_never_both(
    lab: Lab, run: Runs, params: dict[str, t.Any], check_mode: bool
) -> None:
    failed, result = run(**TARGET, **params, _ansible_check_mode=check_mode)
    assert failed
    assert result["msg"] == "Give exactly one of file_format and quick_export: true."
    assert lab.asked() == []


def test_check_mode_sends_nothing(lab: Lab, run: Runs) -> None:
    failed, result = run(**TARGET, file_format="qcow2", _ansible_check_mode=True)
    assert not failed
    assert (result["changed"], result["started"]) == (True, False)
    assert not result.get("job_id")
    assert result["msg"] == f"Would start the export of image {IMAGE} to {TARGET['bucket_url']}."
    assert lab.asked() == []


def test_the_clouds_no_is_returned_with_its_code(lab: Lab, run: Runs) -> None:
    failed, result = run(
        image_id="10000000-0000-4000-8000-000000000003", bucket_url="ims-image:public.qcow2", file_format="qcow2"
    )
    assert failed
    assert (result["http_status"], result["error_code"], result["transient"]) == (400, "IMG.0077", False)
    assert result["request_id"] == lab.simulator.requests[0].request_id


def test_an_object_that_exists_may_be_kept(lab: Lab, run: Runs) -> None:
    first = run(**TARGET, file_format="qcow2")
    lab.simulator.cloud.finish(first.result["job_id"])
    failed, result = run(**TARGET, file_format="qcow2")
    assert failed
    assert result["error_code"] == "IMG.0070"
    assert result["msg"].endswith(
        "). Choose another object name, delete the object, or set existing_object: keep on the export."
    )
    failed, result = run(**TARGET, file_format="qcow2", existing_object="keep")
    assert not failed
    assert (result["changed"], result["started"]) == (False, False)
    assert result["msg"] == "The object exists already and was kept."
    assert len(lab.simulator.cloud.jobs) == 1


@pytest.mark.parametrize(
    "params",
    [
        {"bucket_url": None},
        {"bucket_url": None, "bucket": "ims-image"},
        {"bucket": "ims-image", "object_key": "x"},
        {"bucket_url": ""},
        {"bucket_url": None, "bucket": "ims-image", "object_key": ""},
        {"bucket_url": None, "bucket": "", "object_key": "x"},
    ],
)
def test_one_target_is_needed_and_no_second_one(lab: Lab, run: Runs, params: dict[str, t.Any]) -> None:
    assert run(**merged({"file_format": "qcow2", **params})).failed
    assert lab.asked() == []


def test_a_lost_answer_says_that_the_job_may_have_been_started(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("reset_after"))
    failed, result = run(**TARGET, file_format="qcow2")
    assert failed
    assert result["msg"].startswith("ExportImage was sent, and its answer was lost: ")
    assert result["transient"] is False
    assert len(lab.simulator.requests) == len(lab.simulator.cloud.jobs) == 1


def test_an_unknown_format_is_refused_before_anything_is_sent(lab: Lab, run: Runs) -> None:
    failed, result = run(**TARGET, file_format="raw")
    assert failed
    assert "file_format" in result["msg"]
    assert lab.asked() == []


@pytest.mark.parametrize("image_id", ["../../v1/x", "..", ".", "a\nb", "a%2Fb", "a?b", "x" * 65])
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_is_no_image_id_does_not_lead_to_another_call(
    lab: Lab, run: Runs, image_id: str, check_mode: bool
) -> None:
    failed, result = run(**merged({"image_id": image_id, "file_format": "vhd"}), _ansible_check_mode=check_mode)
    assert failed
    assert result["msg"].startswith("image_id: ")
    assert result["msg"].endswith(" is not an image id (letters, digits, - and _, at most 64).")
    assert lab.asked() == []


@pytest.mark.parametrize("image_id", [*NULLS, "", " "])
def test_an_image_that_a_dry_run_cannot_know_is_answered_with_would(lab: Lab, run: Runs, image_id: t.Any) -> None:
    options = {**TARGET, "image_id": image_id, "file_format": "vhd"}
    failed, result = run(**options, _ansible_check_mode=True)
    assert not failed
    assert (result["started"], result["job_id"], result["job_ids"], result["image_id"]) == (False, None, [], None)
    assert result["msg"] == "Would start the export of image (not known in a dry run) to ims-image:centos7_5.qcow2."
    failed, result = run(**options)
    assert failed
    assert result["msg"] == "image_id: an image id is needed, and this is none."
    assert lab.asked() == []


@pytest.mark.parametrize(
    "url", ["https://ims-image.obs.cn-north-4.myhuaweicloud.com/x.qcow2", "obs://ims-image/x.qcow2"]
)
def test_a_url_of_a_bucket_is_refused_with_the_right_form(lab: Lab, run: Runs, url: str) -> None:
    failed, result = run(**{**TARGET, "bucket_url": url}, file_format="vhd")
    assert failed
    assert result["msg"] == f'bucket_url: "{url}" is a URL; write ims-image:x.qcow2 (bucket:object).'
    assert lab.asked() == []


def test_a_file_without_a_bucket_is_refused(lab: Lab, run: Runs) -> None:
    failed, result = run(**{**TARGET, "bucket_url": "bucket/folder:x.qcow2"}, file_format="vhd")
    assert failed and '"bucket/folder:x.qcow2" is not bucket:object' in result["msg"]
    failed, result = run(**{**TARGET, "bucket_url": "nocolon.qcow2"}, file_format="vhd")
    assert failed
    assert result["msg"] == ('bucket_url: "nocolon.qcow2" is not bucket:object, for example ims-image:centos7_5.qcow2.')
    assert lab.asked() == []


def test_blanks_around_an_image_id_do_not_reach_the_cloud(lab: Lab, run: Runs) -> None:
    assert not run(**merged({"image_id": f" {IMAGE} ", "file_format": "vhd"})).failed
    assert lab.simulator.requests[0].path == f"/v1/cloudimages/{IMAGE}/file"
