# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it, over HTTP against the simulator."""

from __future__ import annotations

import json
import typing as t

import pytest
from ansible.module_utils import basic

from ansible_collections.huaweicloud.ims.plugins.modules import ims_image_export
from ansible_collections.huaweicloud.ims.tests.simulator import Fault

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

EXPORT = "POST /v1/cloudimages/{image_id}/file"
IMAGE = "10000000-0000-4000-8000-000000000001"
TARGET = {"image_id": IMAGE, "bucket_url": "ims-image:centos7_5.qcow2"}


def merged(params: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the target with these changes; None takes an option away."""
    return {name: value for name, value in {**TARGET, **params}.items() if value is not None}


class Run(t.NamedTuple):
    failed: bool
    result: dict[str, t.Any]


@pytest.fixture
def run(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], bare_environment: None
) -> t.Callable[..., Run]:
    """Runs the module with these arguments; keys and endpoints come from the environment."""
    for name, value in lab.simulator.account.environment(lab.simulator.url).items():
        monkeypatch.setenv(name, value)
    # Signatures have to be of the simulator's time.
    monkeypatch.setattr(
        "ansible_collections.huaweicloud.ims.plugins.module_utils._module.SystemClock", lambda: lab.clock
    )

    def run(**args: t.Any) -> Run:
        monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": args}).encode())
        # Needed from ansible-core 2.19 on.
        monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        with pytest.raises(SystemExit) as ended:
            ims_image_export.main()
        return Run(ended.value.code != 0, json.loads(capsys.readouterr().out))

    return run


Runs = t.Callable[..., Run]


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


@pytest.mark.parametrize("image_id", ["../../v1/x", "..", ".", "", " ", "a\nb", "a%2Fb", "a?b", "x" * 65])
@pytest.mark.parametrize("check_mode", [False, True])
def test_what_is_no_image_id_does_not_lead_to_another_call(
    lab: Lab, run: Runs, image_id: str, check_mode: bool
) -> None:
    failed, result = run(**merged({"image_id": image_id, "file_format": "vhd"}), _ansible_check_mode=check_mode)
    assert failed
    assert result["msg"].startswith("image_id: ")
    assert result["msg"].endswith(" is not an image id (letters, digits, - and _, at most 64).")
    assert lab.asked() == []


def test_blanks_around_an_image_id_do_not_reach_the_cloud(lab: Lab, run: Runs) -> None:
    assert not run(**merged({"image_id": f" {IMAGE} ", "file_format": "vhd"})).failed
    assert lab.simulator.requests[0].path == f"/v1/cloudimages/{IMAGE}/file"
