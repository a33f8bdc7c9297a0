# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people are told at the end, to the letter, and what programs get."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.messages import message, span
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.results import (
    MAX_ARTIFACTS_CHARACTERS,
    artifacts_of,
    result_of,
)
from ansible_collections.huaweicloud.ims.tests.unit.scripted import (
    JOB_ID,
    Fatal,
    Reply,
    always,
    between,
    http_error,
    job,
    plan,
    running_until,
    unreachable,
    wait,
)

KIND = {"job_type": "imsNativeExportImageJob"}
TIMES = {"begin_time": "2026-03-01T11:00:00.000Z", "end_time": "2026-03-01T11:03:02.000Z"}
AWX_LIMIT = 700_000


def told(replies: Reply | t.Mapping[str, Reply], **options: t.Any) -> str:
    return message(wait(replies, plan(**options))[0])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59.4, "59s"), (59.5, "1m00s"), (124, "2m04s"), (3599, "59m59s"), (3720, "1h02m"), (-1, "0s")],
)
def test_spans_read_like_a_watch(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_done() -> None:
    assert told(running_until(123, **KIND), interval=1) == (
        f"IMS job {JOB_ID} (imsNativeExportImageJob) ended with SUCCESS after 2m03s."
    )


def test_failed() -> None:
    job_ = job("FAIL", error_code="IMG.0070", fail_reason="the target file already exists.", **KIND, **TIMES)
    assert told(always(job_)) == (
        f"IMS job {JOB_ID} (imsNativeExportImageJob) failed after 3m02s: IMG.0070: the target file already exists."
        " Choose another object name, delete the object, or set existing_object: keep on the export."
    )


def test_failed_without_a_reason() -> None:
    assert told(always(job("FAIL", error_code="", fail_reason=None, **KIND, **TIMES))) == (
        f"IMS job {JOB_ID} (imsNativeExportImageJob) failed after 3m02s; the cloud gave no reason."
    )


def test_part_of_a_batch() -> None:
    items = [
        {"image_id": "49e9", "project_id": "089b", "status": "fail"},
        {"image_id": "49e9", "project_id": "089c", "status": "success"},
        {"image_id": "49e9", "project_id": "089d", "status": "success"},
    ]
    half = job("SUCCESS", job_type="imsAddImageMembersJob", entities={"results": items})
    assert told(always(half)) == (
        f"IMS job {JOB_ID} (imsAddImageMembersJob) ended SUCCESS but 1 of 3 items failed: image 49e9 for project 089b:"
        " fail. Set ignore_partial_failure: true to accept that."
    )


def test_a_failed_sub_job() -> None:
    sub_jobs = [
        {"job_id": "sub-1", "status": "FAIL", "error_code": "IMG.0057"},
        {"job_id": "sub-2", "status": "SUCCESS"},
    ]
    assert "1 of 2 items failed: sub job sub-1: IMG.0057." in told(
        always(job("SUCCESS", entities={"sub_jobs_result": sub_jobs}))
    )


def test_timeout() -> None:
    running = job("RUNNING", 71, entities={"current_task": "ExportImageTask"})
    assert told(always(running), timeout=5400, interval=30) == (
        f"Timed out after 5400 s: 1 of 1 IMS jobs not finished: {JOB_ID} RUNNING 71%, ExportImageTask."
        " The job goes on in the cloud; wait for the same job_id again, with a larger timeout."
    )


def test_timeout_of_an_unknown_job_does_not_say_that_it_goes_on() -> None:
    assert told(always(None), timeout=5) == (
        f"Timed out after 5 s: 1 of 1 IMS jobs not finished: {JOB_ID} not known to the cloud yet."
        " Is the id right, and do region and project_id fit it? A new job may take a while to be known."
    )


def test_timeout_during_an_outage_says_so() -> None:
    text = told(between(5, 1e9, unreachable(), always(job("RUNNING"))), timeout=20)
    assert "The last answer was no good one: connection refused by ims.example:443. The job goes on" in text


def test_cloud_gone() -> None:
    text = told(between(30, 1e9, unreachable(), always(job("RUNNING", 40))))
    assert text == (
        "Gave up after 300 s without a good answer (last: connection refused by ims.example:443);"
        f" job {JOB_ID} was RUNNING 40% when last seen, and goes on."
    )


def test_stalled() -> None:
    assert told(always(job("RUNNING", 40)), stall_timeout=60) == (
        f"Stalled: no change of status, step or percent for 60 s: {JOB_ID} RUNNING 40%."
        " The job may go on in the cloud; wait for the same job_id again, or ask the cloud's support."
    )


def test_unknown_to_the_cloud() -> None:
    assert told(always(None)).startswith(
        f"IMS job {JOB_ID} is not known to the cloud: check the id, region and project_id"
    )


def test_refused() -> None:
    why = (
        "APIGW.0302: said so (ShowJob, HTTP 403, request req-1). The user may not call this API: check its permissions"
    )
    assert told(always(http_error(403, "APIGW.0302"))) == f"{why} in IAM."
    after_an_answer = told(between(5, 1e9, http_error(403, "APIGW.0302"), always(job("RUNNING", 40))))
    assert after_an_answer == f"IMS job {JOB_ID} cannot be polled: {why} in IAM."
    assert told(always(Fatal("no such host"))) == "No such host."


def test_one_of_many_failed() -> None:
    jobs = {
        "a": running_until(5, "FAIL", job_id="a", error_code="IMG.0069", fail_reason="bucket not accessible"),
        "b": running_until(500, job_id="b"),
        "c": running_until(3, job_id="c"),
    }
    assert told(jobs).startswith("1 of 3 IMS jobs failed. IMS job a failed after 6s: IMG.0069: bucket not accessible.")
    assert told(jobs).endswith(" 1 not finished, going on in the cloud.")


def test_many_pending_jobs_are_listed_up_to_five() -> None:
    text = told({f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(8)}, timeout=5)
    assert "8 of 8 IMS jobs not finished: job-0 RUNNING; " in text
    assert "job-4 RUNNING; and 3 more. The jobs go on in the cloud; wait for the same job_ids again" in text


# -- results ----------------------------------------------------------------------------------------------------------

KEYS = {
    "jobs", "timeline", "left_out", "succeeded_jobs", "pending_jobs", "failed_jobs", "timed_out", "stalled",
    "elapsed", "deadline", "polls", "requests", "poll_errors", "msg",
}  # fmt: skip


@pytest.mark.parametrize(
    "reply",
    [
        always(job("SUCCESS")),
        always(job("FAIL")),
        always(job("RUNNING")),
        always(None),
        always(unreachable()),
    ],
    ids=["success", "failure", "timeout", "unknown", "outage"],
)
def test_the_result_has_one_shape(reply: Reply) -> None:
    outcome, _cloud, _clock = wait(reply, plan(timeout=400))
    assert set(result_of(outcome, 7)) == {*KEYS, "job"}


def test_a_refusal_adds_the_facts_of_the_answer() -> None:
    outcome, _cloud, _clock = wait(always(http_error(403, "APIGW.0302")), plan())
    result = result_of(outcome, 1)
    assert (result["http_status"], result["error_code"], result["request_id"]) == (403, "APIGW.0302", "req-1")


def test_trouble_that_passed_is_counted() -> None:
    outcome, _cloud, _clock = wait(between(5, 30, http_error(503), running_until(60)), plan(interval=5))
    errors = result_of(outcome, 1)["poll_errors"]
    assert errors["count"] > 0
    assert errors["last"] == "APIGW.0201: said so (ShowJob, HTTP 503, request req-1)"


def test_jobs_that_do_not_know_each_other_are_told_apart() -> None:
    jobs = {
        name: running_until(end, then, job_id=name)
        for name, end, then in (("a", 5, "FAIL"), ("b", 9e9, ""), ("c", 3, "SUCCESS"))
    }
    result = result_of(wait(jobs, plan())[0], 1)
    assert (result["succeeded_jobs"], result["failed_jobs"], result["pending_jobs"]) == (["c"], ["a"], ["b"])
    assert "job" not in result


@pytest.mark.parametrize("count", [1, 1_000, 5_000])
def test_a_result_is_never_emptied_by_awx(count: int) -> None:
    entities = {"image_id": "d164b5df-1bc3-4c3f-893e-3e471fd16e64", "image_name": "an image's name " * 3}
    ids = [f"{n:032x}" for n in range(count)]
    one = job("SUCCESS", entities=entities, **KIND, **TIMES)
    jobs = {job_id: always(dataclasses.replace(one, job_id=job_id)) for job_id in ids}
    outcome, _cloud, _clock = wait(jobs, plan(max_requests_per_second=100_000), batch_size=500)
    result = {**result_of(outcome, 1), "ansible_stats": {"data": artifacts_of(outcome)}}
    assert len(json.dumps(result)) < AWX_LIMIT
    assert result["succeeded_jobs"] == ids
    if count == 1_000:
        assert [listed["job_id"] for listed in result["jobs"]] == ids
        assert "timeline" in result["left_out"]
    if count == 1:
        assert result["left_out"] is None


def test_artifacts_hand_over_jobs_and_images() -> None:
    jobs = {
        "a": always(job("SUCCESS", job_id="a", entities={"image_id": "one"})),
        "b": always(job("FAIL", job_id="b", entities={"image_id": "two"}, error_code="IMG.0061")),
    }
    found = artifacts_of(wait(jobs, plan())[0])
    assert found["ims_image_ids"] == ["one"]
    assert [(job_["job_id"], job_["status"], job_["error_code"]) for job_ in found["ims_jobs"]] == [
        ("a", "SUCCESS", None),
        ("b", "FAIL", "IMG.0061"),
    ]
    assert len(json.dumps(found)) < MAX_ARTIFACTS_CHARACTERS
