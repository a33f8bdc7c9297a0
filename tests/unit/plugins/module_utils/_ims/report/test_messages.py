# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people are told at the end, to the letter."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import NoAnswerError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.messages import (
    failure_of,
    message,
    period,
    span,
    state_of,
    step_of,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracked_job import State, TrackedJob
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

EXPORT = {"job_type": "imsNativeExportImageJob"}
NAMED = f"{JOB_ID} (imsNativeExportImageJob)"
TIMES = {"begin_time": "2026-03-01T11:00:00.000Z", "end_time": "2026-03-01T11:03:02.000Z"}


def told(replies: Reply | t.Mapping[str, Reply], **options: t.Any) -> str:
    return message(wait(replies, plan(**options))[0])


def tracked(found: t.Any = None, **facts: t.Any) -> TrackedJob:
    return TrackedJob(JOB_ID, 0.0, reading=found, polls=facts.pop("polls", 1), **facts)


# -- parts of sentences ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (59.4, "59s"),
        (59.5, "1m00s"),
        (60, "1m00s"),
        (124, "2m04s"),
        (3599, "59m59s"),
        (3600, "1h00m"),
        (3720, "1h02m"),
        (7140, "1h59m"),
        (-1, "0s"),
    ],
)
def test_what_a_clock_has_counted_reads_like_a_watch(seconds: float, text: str) -> None:
    assert span(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.5, "0.5s"),
        (59, "59s"),
        (60, "1m"),
        (90, "1m30s"),
        (5400, "1h30m"),
        (7200, "2h"),
        (3661.5, "1h1m1.5s"),
        (90_000, "25h"),
        (1e9, "277777h46m40s"),
    ],
)
def test_what_somebody_has_set_reads_as_it_could_be_written(seconds: float, text: str) -> None:
    assert period(seconds) == text


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (tracked(job("RUNNING", 71)), "RUNNING 71%"),
        (tracked(job("RUNNING", 99.99)), "RUNNING 99%"),
        (tracked(job("RUNNING", 0)), "RUNNING 0%"),
        (tracked(job("INIT")), "INIT"),
        (tracked(job("RUN\x1b[2J" + "x" * 90)), "RUN [2J" + "X" * 54 + "..."),
        (tracked(unknown=True), "not known to the cloud yet"),
        (tracked(unknown=True, state=State.FAILED), "not known to the cloud"),
        (tracked(job("RUNNING"), unknown=True), "not known to the cloud yet"),
        (tracked(), "not seen yet"),
        (tracked(polls=0), "not polled"),
    ],
)
def test_where_a_job_stands(found: TrackedJob, state: str) -> None:
    assert state_of(found) == state


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        ("ConvertImageTask", "ConvertImageTask"),
        ("ExportImageTask:ConvertImageTask", "ConvertImageTask"),
        ("CopyImageInRegionTask:", "CopyImageInRegionTask"),
        ("a:b:c", "c"),
        ("x\n" + "y" * 90, "x " + "y" * 59 + "..."),
        ("", ""),
        (None, ""),
    ],
)
def test_a_step_is_named_without_the_task_that_it_is_a_part_of(step: str | None, shown: str) -> None:
    assert step_of(tracked(job("RUNNING", entities={"current_task": step}))) == shown
    assert step_of(tracked()) == ""


@pytest.mark.parametrize(
    ("found", "failure", "after"),
    [
        (tracked(job("FAIL")), "FAIL; the cloud gave no reason", "FAIL after 6s; the cloud gave no reason"),
        (
            tracked(job("FAIL", error_code="IMG.0069", fail_reason="The bucket cannot be accessed.")),
            "FAIL: IMG.0069: The bucket cannot be accessed.",
            "FAIL after 6s: IMG.0069: The bucket cannot be accessed.",
        ),
        (tracked(job("FAIL", error_code="IMG.0069")), "FAIL: IMG.0069", "FAIL after 6s: IMG.0069"),
        (tracked(job("FAIL", fail_reason="no room")), "FAIL: no room", "FAIL after 6s: no room"),
        (tracked(), "is not known to the cloud", "is not known to the cloud after 6s"),
        (tracked(job("RUNNING"), unknown=True), "is not known to the cloud", "is not known to the cloud after 6s"),
        (
            tracked(job("RUNNING"), error=http_error(403), state=State.FAILED),
            "cannot be polled: APIGW.0201: said so (ShowJob, HTTP 403, request req-1)",
            "cannot be polled after 6s: APIGW.0201: said so (ShowJob, HTTP 403, request req-1)",
        ),
        (
            tracked(job("SUCCESS", entities={"results": [{"status": "failed"}]})),
            "ended SUCCESS but 1 of 1 items failed: an item: failed",
            "ended SUCCESS after 6s but 1 of 1 items failed: an item: failed",
        ),
    ],
    ids=lambda value: None if isinstance(value, TrackedJob) else "",
)
def test_what_a_failure_is_called(found: TrackedJob, failure: str, after: str) -> None:
    assert failure_of(found) == failure
    assert failure_of(found, after="6s") == after


def test_reasons_and_codes_are_cut() -> None:
    long = failure_of(tracked(job("FAIL", error_code="C" * 100, fail_reason="r" * 400)))
    assert long == f"FAIL: {'C' * 61}...: {'r' * 297}..."


# -- done -----------------------------------------------------------------------------------------------------------


def test_done() -> None:
    assert told(running_until(123, **EXPORT), interval=1) == f"IMS job {NAMED} ended with SUCCESS after 2m03s."
    assert told(running_until(123), interval=1) == f"IMS job {JOB_ID} ended with SUCCESS after 2m03s."


def test_many_done() -> None:
    jobs = {name: running_until(9, job_id=name) for name in "abc"}
    assert told(jobs, interval=1) == "3 of 3 IMS jobs ended with SUCCESS after 9s."


def test_any_one_done() -> None:
    jobs = {"a": running_until(9, job_id="a"), "b": running_until(900, job_id="b")}
    assert told(jobs, interval=1, wait_for_any=True) == "1 of 2 IMS jobs ended with SUCCESS after 9s."


# -- failed ---------------------------------------------------------------------------------------------------------


def test_failed() -> None:
    job_ = job("FAIL", error_code="IMG.0070", fail_reason="the target file already exists.", **EXPORT, **TIMES)
    assert told(always(job_)) == (
        f"IMS job {NAMED} failed after 3m02s: IMG.0070: the target file already exists."
        " Choose another object name, delete the object, or set existing_object: keep on the export."
    )


def test_failed_with_a_code_that_has_no_remedy() -> None:
    job_ = job("FAIL", error_code="IMG.9999", fail_reason="who knows", **TIMES)
    assert told(always(job_)) == f"IMS job {JOB_ID} failed after 3m02s: IMG.9999: who knows."


def test_failed_without_a_reason() -> None:
    assert told(always(job("FAIL", error_code="", fail_reason=None, **EXPORT, **TIMES))) == (
        f"IMS job {NAMED} failed after 3m02s; the cloud gave no reason."
    )


def test_a_reason_that_was_cut_ends_with_its_dots() -> None:
    assert told(always(job("FAIL", fail_reason="r" * 400, **TIMES))).endswith(f": {'r' * 297}...")


def test_without_the_clouds_times_a_failure_took_until_it_was_seen() -> None:
    jobs = {"a": running_until(5, "FAIL", job_id="a"), "b": running_until(100, job_id="b")}
    assert "IMS job a failed after 6s;" in told(jobs, fail_fast=False)


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


def test_at_most_five_items_are_listed() -> None:
    items = [{"project_id": f"p{number}", "status": "fail"} for number in range(7)]
    text = told(always(job("SUCCESS", entities={"results": items})))
    assert "7 of 7 items failed: project p0: fail; project p1: fail; " in text
    assert "project p4: fail; and 2 more. Set" in text
    assert "and 0 more" not in told(always(job("SUCCESS", entities={"results": items[:5]})))
    assert "5 of 5 items failed" in told(always(job("SUCCESS", entities={"results": items[:5]})))


def test_a_failed_sub_job() -> None:
    sub_jobs = [
        {"job_id": "sub-1", "status": "FAIL", "error_code": "IMG.0057"},
        {"job_id": "sub-2", "status": "SUCCESS"},
    ]
    text = told(always(job("SUCCESS", entities={"sub_jobs_result": sub_jobs})))
    assert "1 of 2 items failed: sub job sub-1: IMG.0057." in text


def test_items_are_told_with_their_reason_and_cut() -> None:
    items = [{"image_id": "i" * 80, "status": "fail", "error_code": "IMG.0112", "fail_reason": "r" * 200}]
    text = told(always(job("SUCCESS", entities={"results": items})))
    assert f"image {'i' * 61}...: IMG.0112: {'r' * 107}.... Set" in text


def test_unknown_to_the_cloud() -> None:
    assert told(always(None)) == (
        f"IMS job {JOB_ID} is not known to the cloud: check the id, region and project_id (a cross-region copy is known"
        " in its source region only). How long the cloud remembers finished jobs is not documented."
    )


def test_a_job_that_the_cloud_refuses_to_show() -> None:
    refused = between(5, 1e9, http_error(403, "APIGW.0302"), always(job("RUNNING", 40, **EXPORT)))
    assert told(refused) == (
        f"IMS job {NAMED} cannot be polled: APIGW.0302: said so (ShowJob, HTTP 403, request req-1). The user may not"
        " call this API: check its permissions in IAM."
    )


def test_a_job_that_the_cloud_refuses_to_show_from_the_first_poll_on() -> None:
    jobs = {"a": always(job("RUNNING", job_id="a")), "b": always(http_error(403, "IMG.9999"))}
    assert told(jobs) == (
        "1 of 2 IMS jobs failed. IMS job b cannot be polled: IMG.9999: said so (ShowJob, HTTP 403, request req-1)."
        " 1 not finished, going on in the cloud."
    )


def test_a_job_that_is_no_longer_known() -> None:
    gone = between(0, 9, job("RUNNING", 40, **EXPORT), always(None))
    assert told(gone).startswith(f"IMS job {JOB_ID} is not known to the cloud: check the id, region and project_id")


def test_both_of_two_failed() -> None:
    jobs = {name: always(job("FAIL", job_id=name, **TIMES)) for name in "ab"}
    assert told(jobs, fail_fast=False) == (
        "2 of 2 IMS jobs failed. IMS job a failed after 3m02s; the cloud gave no reason. 1 more failed: b FAIL; the"
        " cloud gave no reason."
    )


def test_one_of_many_failed() -> None:
    jobs = {
        "a": running_until(5, "FAIL", job_id="a", error_code="IMG.0069", fail_reason="bucket not accessible"),
        "b": running_until(500, job_id="b"),
        "c": running_until(3, job_id="c"),
    }
    assert told(jobs) == (
        "1 of 3 IMS jobs failed. IMS job a failed after 6s: IMG.0069: bucket not accessible. Check that the bucket"
        " exists in the image's region (obs_object_info tells) and that the user may write to it. 1 not finished, going"
        " on in the cloud."
    )


def test_several_of_many_failed() -> None:
    jobs = {name: always(job("FAIL", job_id=name, fail_reason=f"of {name}", **TIMES)) for name in "abcdefgh"}
    jobs["z"] = running_until(3, job_id="z")
    text = told(jobs, fail_fast=False)
    assert text == (
        "8 of 9 IMS jobs failed. IMS job a failed after 3m02s: of a. 7 more failed: b FAIL: of b; c FAIL: of c;"
        " d FAIL: of d; e FAIL: of e; f FAIL: of f; and 2 more."
    )


def test_a_job_that_was_given_up_is_not_finished() -> None:
    jobs = {"a": always(unreachable()), "b": running_until(10, "FAIL", job_id="b", **TIMES)}
    assert told(jobs, fail_fast=False, error_timeout=5).endswith(" 1 not finished, going on in the cloud.")


# -- timeout --------------------------------------------------------------------------------------------------------


def test_timeout() -> None:
    running = job("RUNNING", 71, entities={"current_task": "ExportImageTask:ConvertImageTask"})
    assert told(always(running), timeout=5400, interval=30) == (
        f"Timed out after 5400 s: 1 of 1 IMS jobs not finished: {JOB_ID} RUNNING 71%, ConvertImageTask."
        " The job goes on in the cloud; wait for the same job_id again, with a larger timeout."
    )


def test_timeout_of_an_unknown_job_does_not_say_that_it_goes_on() -> None:
    assert told(always(None), timeout=5) == (
        f"Timed out after 5 s: 1 of 1 IMS jobs not finished: {JOB_ID} not known to the cloud yet."
        " Is the id right, and do region and project_id fit it? A new job may take a while to be known."
    )


def test_timeout_during_an_outage_says_so() -> None:
    assert told(between(5, 1e9, unreachable(), always(job("RUNNING"))), timeout=20) == (
        f"Timed out after 20 s: 1 of 1 IMS jobs not finished: {JOB_ID} RUNNING. The last poll brought no valid"
        " response: connection refused by ims.example:443. The job goes on in the cloud; wait for the same job_id"
        " again, with a larger timeout."
    )


def test_timeout_of_many_lists_five() -> None:
    text = told({f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(8)}, timeout=5)
    assert text == (
        "Timed out after 5 s: 8 of 8 IMS jobs not finished: job-0 RUNNING; job-1 RUNNING; job-2 RUNNING; job-3 RUNNING;"
        " job-4 RUNNING; and 3 more. The jobs go on in the cloud; wait for the same job_ids again, with a larger"
        " timeout."
    )
    five = told({f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(5)}, timeout=5)
    assert "job-4 RUNNING. The jobs" in five


def test_timeout_when_one_of_many_is_left() -> None:
    jobs = {"a": running_until(1, job_id="a"), "b": always(job("RUNNING", job_id="b"))}
    assert told(jobs, timeout=5).endswith(
        ": 1 of 2 IMS jobs not finished: b RUNNING. The job goes on in the cloud; wait for the same job_ids again, with"
        " a larger timeout."
    )


def test_timeout_names_what_failed_meanwhile() -> None:
    jobs = {"a": always(job("FAIL", job_id="a", fail_reason="no room")), "b": always(job("RUNNING", job_id="b"))}
    text = told(jobs, timeout=5, fail_fast=False)
    assert text.startswith(
        "Timed out after 5 s: 1 of 2 IMS jobs not finished: b RUNNING. 1 failed: a FAIL: no room. The job"
    )


def test_timeout_names_the_jobs_that_could_not_be_polled() -> None:
    jobs = {f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(4)}
    assert "could not be polled" not in told(jobs, timeout=10)
    outcome, _cloud, _clock = wait(jobs, plan(timeout=1, max_requests_per_second=2), batch_size=1)
    unpolled = [found.job_id for found in outcome.unpolled]
    assert 0 < len(unpolled) < 4
    assert f"{len(unpolled)} could not be polled in that time: {', '.join(unpolled)}. The jobs go on" in message(
        outcome
    )


def test_timeout_before_any_poll_names_five() -> None:
    outcome, _cloud, _clock = wait(always(job("RUNNING")), plan(timeout=5))
    unpolled = dataclasses.replace(outcome, jobs=tuple(TrackedJob(f"job-{number}", 0.0) for number in range(7)))
    assert message(unpolled) == (
        "Timed out after 5 s: 7 of 7 IMS jobs not finished. 7 could not be polled in that time: job-0, job-1, job-2,"
        " job-3, job-4 and 2 more, see unpolled_jobs."
    )
    five = dataclasses.replace(unpolled, jobs=unpolled.jobs[:5])
    assert message(five).endswith(" 5 could not be polled in that time: job-0, job-1, job-2, job-3, job-4.")


def test_timeouts_are_told_in_plain_numbers() -> None:
    assert told(always(job("RUNNING")), timeout=1_234_567, interval=9999, max_interval=9999).startswith(
        "Timed out after 1234567 s: "
    )


# -- other ends -----------------------------------------------------------------------------------------------------


def test_cloud_gone() -> None:
    assert told(between(30, 1e9, unreachable(), always(job("RUNNING", 40)))) == (
        "Gave up after 300 s without a valid response (last: connection refused by ims.example:443);"
        f" job {JOB_ID} was RUNNING 40% when last seen, and goes on."
    )


def test_cloud_never_there() -> None:
    jobs = {f"job-{n}": always(unreachable()) for n in range(7)}
    assert told(jobs, error_timeout=20, fail_fast=False) == (
        "Gave up after 20 s without a valid response (last: connection refused by ims.example:443); job job-0 was not"
        " seen; job job-1 was not seen; job job-2 was not seen; job job-3 was not seen; job job-4 was not seen;"
        " and 2 more."
    )
    assert "more" not in told(dict.fromkeys("abcde", jobs["job-0"]), error_timeout=20, fail_fast=False)


def test_of_several_that_are_lost_the_error_of_the_first_is_told() -> None:
    jobs = {"a": always(unreachable()), "b": always(http_error(503))}
    assert "(last: connection refused by " in told(jobs, error_timeout=20, fail_fast=False)


def test_the_last_error_is_told_without_its_full_stop() -> None:
    assert "(last: the proxy said no);" in told(always(NoAnswerError("the proxy said no.")), error_timeout=5)
    assert f"(last: {'x' * 297}...);" in told(always(NoAnswerError("x" * 400)), error_timeout=5)


def test_stalled() -> None:
    assert told(always(job("RUNNING", 40)), stall_timeout=60) == (
        f"Stalled: no change of status, step or percent for 60 s: {JOB_ID} RUNNING 40%."
        " The job may go on in the cloud; wait for the same job_id again, or ask the cloud's support."
    )


def test_only_what_stalled_is_named() -> None:
    jobs = {
        "a": always(job("RUNNING", 40, job_id="a")),
        "b": lambda now: job("RUNNING", now / 10, job_id="b"),
    }
    assert told(jobs, stall_timeout=60).startswith(
        "Stalled: no change of status, step or percent for 60 s: a RUNNING 40%. The"
    )


def test_refused() -> None:
    why = "APIGW.0302: said so (ShowJob, HTTP 403, request req-1)"
    assert told(always(http_error(403, "APIGW.0302"))) == (
        f"{why}. The user may not call this API: check its permissions in IAM."
    )
    assert told(always(Fatal("no such thing"))) == "No such thing."


def test_refused_after_jobs_were_seen() -> None:
    refused = between(5, 1e9, Fatal("no such thing"), always(job("RUNNING", 40)))
    assert told(refused) == f"No such thing. Not finished when last seen: {JOB_ID} RUNNING 40%."


def test_abandoned() -> None:
    outcome, _cloud, _clock = wait(always(job("RUNNING")), plan(), is_abandoned=lambda: True)
    assert message(outcome) == "Nobody waits for the outcome any more."


def test_no_message_is_longer_than_people_read() -> None:
    items = [{"image_id": "i" * 99, "status": "fail", "fail_reason": "r" * 999} for _turn in range(9)]
    jobs = {f"{n:064d}": always(job("SUCCESS", job_id=f"{n:064d}", entities={"results": items})) for n in range(9)}
    assert len(told(jobs, fail_fast=False)) <= 6000
