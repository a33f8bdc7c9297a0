# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module as Ansible runs it, over HTTP against the simulator."""

from __future__ import annotations

import functools
import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

SHOW = "GET /v1/{project_id}/jobs/{job_id}"


@pytest.fixture
def run(run_module: t.Callable[..., t.Any]) -> t.Callable[..., t.Any]:
    return functools.partial(run_module, "ims_job_info")


Runs = t.Callable[..., t.Any]


def test_one_job_is_returned_with_every_key(lab: Lab, run: Runs) -> None:
    job_id = lab.add_job(script=JobScript(init_seconds=0, duration=100, percent="honest"))
    lab.clock.sleep(25)
    failed, result = run(job_id=job_id)
    assert not failed
    assert (result["changed"], result["missing"], result["requests"]) == (False, [], 1)
    (job,) = result["jobs"]
    assert (job["job_id"], job["status"], job["progress_percent"]) == (job_id, "RUNNING", 25.0)
    assert set(job) == {
        "job_id",
        "job_type",
        "status",
        "finished",
        "succeeded",
        "progress_percent",
        "current_task",
        "begin_time",
        "end_time",
        "duration",
        "image_id",
        "image_ids",
        "image_ids_count",
        "image_name",
        "results",
        "failed_items",
        "failed_items_count",
        "items_count",
        "sub_jobs",
        "error_code",
        "fail_reason",
        "entities",
    }


def test_several_jobs_are_returned_in_order_and_unknown_ones_are_missing(lab: Lab, run: Runs) -> None:
    job_ids = [lab.add_job() for _turn in range(3)]
    failed, result = run(job_ids=[job_ids[2], "unknown", job_ids[0], None, "", job_ids[2], f" {job_ids[1]} "])
    assert not failed
    assert [job["job_id"] for job in result["jobs"]] == [job_ids[2], job_ids[0], job_ids[1]]
    assert result["missing"] == ["unknown"]
    assert result["requests"] == 4


def test_a_failed_job_does_not_fail_the_look(lab: Lab, run: Runs) -> None:
    job_id = lab.add_job(script=JobScript(duration=1, outcome="FAIL"))
    lab.clock.sleep(2)
    failed, result = run(job_id=job_id)
    assert not failed
    (job,) = result["jobs"]
    assert (job["finished"], job["succeeded"], job["error_code"]) == (True, False, "IMG.0061")


def test_check_mode_looks_as_well(lab: Lab, run: Runs) -> None:
    job_id = lab.add_job()
    assert run(job_id=job_id, _ansible_check_mode=True).result["jobs"][0]["job_id"] == job_id


def test_no_ids_are_no_requests(lab: Lab, run: Runs) -> None:
    assert run(job_ids=[]).result["jobs"] == []
    assert lab.asked() == []


@pytest.mark.parametrize("job_id", ["../../x", "a/b", "x" * 65])
def test_what_is_no_id_fails_before_anything_is_sent(lab: Lab, run: Runs, job_id: str) -> None:
    failed, result = run(job_id=job_id)
    assert failed
    assert result["msg"] == f'job_ids: "{job_id}" is not a job id (letters, digits, - and _, at most 64).'
    assert result["transient"] is False
    assert lab.asked() == []


@pytest.mark.parametrize(
    ("status", "code", "transient"), [(403, "APIGW.0302", False), (429, "APIGW.0308", True), (502, "APIGW.0201", True)]
)
def test_a_refusal_is_returned_with_its_facts(lab: Lab, run: Runs, status: int, code: str, transient: bool) -> None:
    lab.simulator.faults.add(Fault("status", status=status, retry_after=7))
    failed, result = run(job_id=lab.add_job())
    request_id = lab.simulator.requests[-1].request_id
    assert failed
    assert (result["http_status"], result["error_code"], result["request_id"]) == (status, code, request_id)
    assert (result["transient"], result["retry_after"]) == (transient, 7.0)
    assert code in result["msg"]
    assert request_id in result["msg"]


def test_an_answer_that_does_not_fit_is_returned_with_its_violations(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("change", merge={"status": 7}))
    failed, result = run(job_id=lab.add_job())
    assert failed
    assert result["violations"] == ["$.status: expected a non-empty string, found 7"]
    assert result["transient"] is True


def test_a_lost_answer_is_returned_as_passing(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("reset"))
    failed, result = run(job_id=lab.add_job())
    assert (failed, result["transient"], result["retry_after"]) == (True, True, None)
    assert "http_status" not in result


def test_one_error_of_several_fails_the_task_and_hides_nothing(lab: Lab, run: Runs) -> None:
    job_ids = [lab.add_job() for _turn in range(3)]
    lab.simulator.faults.add(Fault("status", status=503, job_id=job_ids[1], retry_after=7))
    failed, result = run(job_ids=[*job_ids, "unknown"])
    assert (failed, result["http_status"]) == (True, 503)
    assert [job["job_id"] for job in result["jobs"]] == [job_ids[0], job_ids[2]]
    assert result["missing"] == ["unknown"]
    (error,) = result["errors"]
    assert (error["job_id"], error["kind"], error["http_status"]) == (job_ids[1], "api", 503)
    assert (error["transient"], error["retry_after"], error["is_page"]) == (True, 7.0, False)
    assert error["msg"] in result["msg"]


def test_what_failed_names_odd_values_without_a_warning_of_its_own(lab: Lab, run: Runs) -> None:
    odd, refused = (lab.add_job() for _turn in range(2))
    change = {"op": "replace", "path": "/entities/image_name", "value": 7}
    lab.simulator.faults.add(Fault("change", job_id=odd, patch=(change,), count=1))
    lab.simulator.faults.add(Fault("status", status=503, job_id=refused))
    failed, result = run(job_ids=[odd, refused])
    assert failed
    assert result["schema_violations"] == ["$.entities.image_name: expected a string or null, found 7 (ShowJob)"]
    assert "warnings" not in result


def test_what_names_no_job_is_warned_about(lab: Lab, run: Runs) -> None:
    failed, result = run(job_ids=[None, {"changed": False, "job_id": None, "started": False, "msg": "It was kept."}])
    assert not failed
    assert result["jobs"] == result["errors"] == []
    assert result["warnings"] == [
        "job_ids: 1 entry is null or empty; so no job is named.",
        "job_ids: 1 result has no job id (It was kept); so no job is named.",
    ]


def test_a_wrong_key_is_shown_to_the_cloud_once(lab: Lab, run: Runs) -> None:
    failed, result = run(
        job_ids=[lab.add_job() for _turn in range(4)], access_key="SIMULATEDACCESSKEY01", secret_key="wr0ng-key"
    )
    assert failed
    assert result["http_status"] == 401
    assert lab.asked() == [f"{SHOW} 401"]
    assert "wr0ng-key" not in json.dumps(result)


def test_missing_credentials_are_told_in_a_sentence(lab: Lab, run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_ACCESS_KEY", "")
    monkeypatch.setenv("HW_SECRET_KEY", "")
    failed, result = run(job_id="abc")
    assert failed
    assert result["msg"].startswith("No credentials: give access_key and secret_key, or auth_token, ")


def test_a_query_api_of_the_task_is_used(lab: Lab, run: Runs) -> None:
    run(job_id=lab.add_job(), query_api="show_job_progress")
    assert lab.asked() == ["GET /v1/cloudimages/job/{job_id} 200"]


def test_a_clock_that_is_wrong_is_warned_about(lab: Lab, run: Runs) -> None:
    lab.clock.wrong_by = 1200.0
    failed, result = run(job_id=lab.add_job())
    assert not failed
    (warning,) = result["warnings"]
    assert warning.startswith("This machine's clock differs from the cloud's by -120")
