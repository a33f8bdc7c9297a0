# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What programs get at the end: one shape, never too large for AWX, and no part missing without a word."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import FailedItem
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import Texts
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report import results
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.excerpts import SHORTEST
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.results import (
    MAX_ARTIFACTS_CHARACTERS,
    MAX_RESULT_CHARACTERS,
    artifacts_of,
    result_of,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.deviations import Deviation
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracked_job import Change, State, TrackedJob
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Ending, Outcome
from ansible_collections.huaweicloud.ims.tests.unit.scripted import (
    EPOCH,
    JOB_ID,
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
from ansible_collections.huaweicloud.ims.tests.unit.stopwatch import cpu_time

KIND = {"job_type": "imsNativeExportImageJob"}
TIMES = {"begin_time": "2026-03-01T11:00:00.000Z", "end_time": "2026-03-01T11:03:02.000Z"}
IMAGE = "d164b5df-1bc3-4c3f-893e-3e471fd16e64"
AWX_LIMIT = 700_000
KEYS = {
    "jobs", "timeline", "left_out", "succeeded_jobs", "pending_jobs", "failed_jobs", "unpolled_jobs", "timed_out",
    "stalled", "elapsed", "deadline", "polls", "requests", "poll_errors", "schema_violations", "msg",
}  # fmt: skip
JOB_KEYS = {
    "job_id", "job_type", "status", "finished", "succeeded", "progress_percent", "current_task", "begin_time",
    "end_time", "duration", "image_id", "image_ids", "image_ids_count", "image_name", "results", "failed_items",
    "failed_items_count", "items_count", "sub_jobs", "error_code", "fail_reason", "entities",
}  # fmt: skip


def result(replies: Reply | t.Mapping[str, Reply], **options: t.Any) -> dict[str, t.Any]:
    return result_of(wait(replies, plan(**options))[0], 7)


def outcome_of(jobs: t.Iterable[TrackedJob], ending: Ending = Ending.DONE) -> Outcome:
    """Return an outcome without a wait, which would take its time for thousands of jobs."""
    return Outcome(ending, tuple(jobs), plan(), 9.0, EPOCH, 9, 0, None)


def tracked(found: t.Any, state: State = State.SUCCEEDED, **facts: t.Any) -> TrackedJob:
    return TrackedJob(found.job_id, 0.0, state=state, reading=found, polls=1, **facts)


def both(outcome: Outcome) -> dict[str, t.Any]:
    """Return the result as the action does, and hold it against AWX's limit."""
    result = {"changed": False, **result_of(outcome, 1), "ansible_stats": {"data": artifacts_of(outcome)}}
    assert len(json.dumps(result)) < AWX_LIMIT
    return result


# -- shape ----------------------------------------------------------------------------------------------------------


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
    assert set(result(reply, timeout=400)) == {*KEYS, "job"}


def test_a_job_that_went_well() -> None:
    entities = {"image_id": IMAGE, "image_name": "golden"}
    found = result(
        lambda now: job("RUNNING", 5) if now < 3 else job("SUCCESS", entities=entities, **KIND, **TIMES), timeout=60
    )
    assert set(found["job"]) == JOB_KEYS
    assert found["job"]["entities"] == entities
    assert found["jobs"] == [found["job"]]
    assert found["left_out"] is None
    assert found["timeline"] == {
        JOB_ID: [
            {"elapsed": 0.0, "status": "RUNNING", "progress_percent": 5.0, "current_task": None},
            {"elapsed": 4.0, "status": "SUCCESS", "progress_percent": None, "current_task": None},
        ]
    }
    assert found["succeeded_jobs"] == [JOB_ID]
    assert (found["failed_jobs"], found["pending_jobs"], found["unpolled_jobs"]) == ([], [], [])
    assert (found["timed_out"], found["stalled"]) == (False, False)
    assert (found["elapsed"], found["polls"], found["requests"]) == (4.0, 3, 7)
    assert found["deadline"] == "2026-03-01T12:01:00Z"
    assert found["poll_errors"] == {"count": 0, "last": None}
    assert found["schema_violations"] == []
    assert found["msg"].startswith(f"IMS job {JOB_ID} ")


def test_a_step_is_in_the_timeline_as_the_cloud_named_it() -> None:
    found = result(always(job("RUNNING", 5, entities={"current_task": "A:B"})), timeout=1)
    assert found["timeline"][JOB_ID][0]["current_task"] == "A:B"


def test_a_job_that_was_never_seen_has_an_id_and_no_status() -> None:
    found = result(always(unreachable()), timeout=5)
    assert found["job"] == {
        "job_id": JOB_ID,
        "status": None,
        "finished": False,
        "succeeded": False,
        "image_ids": [],
    }
    assert found["timeline"] == {JOB_ID: []}


@pytest.mark.parametrize(
    ("reply", "options", "timed_out", "stalled"),
    [
        (always(job("RUNNING")), {"timeout": 9}, True, False),
        (always(job("RUNNING")), {"stall_timeout": 9}, False, True),
        (always(job("FAIL")), {}, False, False),
    ],
)
def test_how_it_ended(reply: Reply, options: dict[str, t.Any], timed_out: bool, stalled: bool) -> None:
    found = result(reply, **options)
    assert (found["timed_out"], found["stalled"]) == (timed_out, stalled)


def test_a_refusal_adds_the_facts_of_the_answer() -> None:
    found = result(always(http_error(403, "APIGW.0302")))
    assert (found["http_status"], found["error_code"], found["request_id"]) == (403, "APIGW.0302", "req-1")
    assert "http_status" not in result(between(5, 9, http_error(403), always(job("SUCCESS"))))


def test_a_refusals_facts_are_bounded_from_the_largest_down() -> None:
    error = http_error(403, "APIGW.0302")
    error.facts["encoded_authorization_message"] = "m" * 8192
    assert len(result(always(error))["encoded_authorization_message"]) == 8192
    error.facts["violations"] = ["v" * 300] * 1000
    found = result(always(error))
    assert "violations" not in found
    assert (found["http_status"], len(found["encoded_authorization_message"])) == (403, 8192)


def test_a_fact_of_just_the_room_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    error = http_error(403, "APIGW.0302")
    room = sum(len(json.dumps(value)) for value in error.facts.values())
    for characters, kept in ((room, True), (room - 1, False)):
        monkeypatch.setattr(results, "_MAX_FACTS_CHARACTERS", characters)
        assert (error.facts.keys() <= result(always(error)).keys()) is kept


def test_an_outage_that_passed_is_counted() -> None:
    found = result(between(5, 30, http_error(503), running_until(60)), interval=5)
    assert found["poll_errors"]["count"] == 3
    assert found["poll_errors"]["last"] == "APIGW.0201: said so (ShowJob, HTTP 503, request req-1)"


def test_jobs_are_listed_by_their_end_each_once() -> None:
    jobs = {
        name: running_until(end, then, job_id=name)
        for name, end, then in (("a", 5, "FAIL"), ("b", 9e9, ""), ("c", 3, "SUCCESS"))
    }
    found = result(jobs)
    assert (found["succeeded_jobs"], found["failed_jobs"], found["pending_jobs"]) == (["c"], ["a"], ["b"])
    assert [listed["job_id"] for listed in found["jobs"]] == ["a", "b", "c"]
    assert "job" not in found


def test_jobs_that_were_given_up_are_pending() -> None:
    found = result({"a": always(unreachable()), "b": always(job("SUCCESS", job_id="b"))}, error_timeout=5)
    assert (found["pending_jobs"], found["succeeded_jobs"]) == (["a"], ["b"])
    assert found["unpolled_jobs"] == []


def test_jobs_that_were_not_polled_are_named() -> None:
    jobs = {f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(4)}
    outcome = wait(jobs, plan(timeout=1, max_requests_per_second=2), batch_size=1)[0]
    found = result_of(outcome, 1)
    assert found["unpolled_jobs"] == [listed.job_id for listed in outcome.jobs if not listed.polls]
    assert 0 < len(found["unpolled_jobs"]) < 4
    assert found["pending_jobs"] == [f"job-{n}" for n in range(4)]


def odd(job_id: str, *places: str, found: str = "7", count: int = 1) -> TrackedJob:
    deviations = tuple(Deviation("ShowJob", f"$.{place}", "a string or null", found, count) for place in places)
    return tracked(dataclasses.replace(job("SUCCESS", job_id=job_id), deviations=deviations))


def test_what_was_odd_is_told_once_with_a_count() -> None:
    found = result_of(outcome_of([odd("a", "x", "y"), odd("b", "x", count=2), TrackedJob("c", 0.0)]), 1)
    assert found["schema_violations"] == [
        "$.x: expected a string or null, found 7 (ShowJob, 3 times)",
        "$.y: expected a string or null, found 7 (ShowJob)",
    ]


def test_what_was_odd_is_bounded() -> None:
    found = result_of(outcome_of([odd("a", *(f"x{number}" for number in range(30)))]), 1)
    assert len(found["schema_violations"]) == 11
    assert found["schema_violations"][-1] == "and 20 more"
    (cut,) = result_of(outcome_of([odd("a", "x", found="y" * 999)]), 1)["schema_violations"]
    assert len(cut) == 300


# -- size -----------------------------------------------------------------------------------------------------------


EXPORT = job("SUCCESS", entities={"image_id": IMAGE, "image_name": "an image's name " * 3}, **KIND, **TIMES)
FIFTY_CHANGES = [Change(float(number), "RUNNING", float(number), "ExportImageTask") for number in range(50)]


def an_export(number: int) -> t.Any:
    image_id = f"{number:08x}{IMAGE[8:]}"
    return dataclasses.replace(EXPORT, job_id=f"{number:032x}", image_id=image_id, image_ids=(image_id,))


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("count", "left_out"),
    [
        (1, None),
        (20, None),
        (200, "timeline"),
        (600, "timeline, entities, sub_jobs"),
        (1_000, "timeline, most keys of jobs"),
        (2_000, "timeline, most keys of jobs"),
        (5_000, "timeline, most keys of jobs, jobs that succeeded"),
    ],
)
def test_the_least_interesting_parts_are_left_out_first_and_named(count: int, left_out: str | None) -> None:
    found = both(outcome_of(tracked(an_export(n), timeline=FIFTY_CHANGES) for n in range(count)))
    ids = [f"{n:032x}" for n in range(count)]
    assert found["left_out"] == left_out
    assert found["succeeded_jobs"] == ids
    if count <= 2_000:
        assert [listed["job_id"] for listed in found["jobs"]] == ids
    if count > 1:
        assert "job" not in found


@pytest.mark.thorough
def test_jobs_that_failed_stay_when_those_that_succeeded_go() -> None:
    jobs = [tracked(an_export(n)) for n in range(4_000)]
    bad = [tracked(job("FAIL", job_id=f"f{n:031x}", error_code="IMG.0069"), State.FAILED) for n in range(100)]
    waiting = TrackedJob("f" * 32, 0.0, polls=1)
    found = both(outcome_of([*jobs, *bad, waiting], Ending.FAILED))
    assert found["left_out"] == "timeline, most keys of jobs, jobs that succeeded"
    assert [listed["job_id"] for listed in found["jobs"]] == [*(f"f{n:031x}" for n in range(100)), "f" * 32]
    assert found["jobs"][0] == {
        "job_id": f"f{0:031x}",
        "status": "FAIL",
        "finished": True,
        "succeeded": False,
        "error_code": "IMG.0069",
        "failed_items": [],
        "failed_items_count": 0,
    }
    assert found["jobs"][-1]["status"] is None
    assert found["failed_jobs"] == [f"f{n:031x}" for n in range(100)]
    assert found["pending_jobs"] == ["f" * 32]
    assert len(found["succeeded_jobs"]) == 4_000


def batch(count: int, status: str = "failed") -> t.Any:
    items = [
        {"image_id": IMAGE, "project_id": f"{n:032x}", "status": status, "error_code": "IMG.0112", "error": "r" * 40}
        for n in range(count)
    ]
    return job("SUCCESS", entities={"results": items}, job_type="imsAddImageMembersJob", **TIMES)


@pytest.mark.parametrize(("count", "kept"), [(100, 100), (200, 200), (3_000, 100)])
def test_a_single_job_with_many_items_is_bounded_wherever_it_stands(count: int, kept: int) -> None:
    found = both(outcome_of([tracked(batch(count), State.FAILED)], Ending.FAILED))
    assert found["job"] == found["jobs"][0]
    assert len(found["job"]["failed_items"]) == len(found["job"]["results"]) == kept
    assert found["job"]["failed_items_count"] == found["job"]["items_count"] == count
    if kept == count:
        assert set(found["job"]) == JOB_KEYS
        assert found["left_out"] is None
    else:
        assert set(found["job"]) == JOB_KEYS - {"entities", "sub_jobs"}
        assert found["left_out"] == "timeline, entities, sub_jobs, items of a job above 100"


def test_a_single_job_with_forty_thousand_failed_sub_jobs_is_bounded() -> None:
    one = job("FAIL", job_id="sub", entities={"image_id": IMAGE})
    failed = FailedItem("FAIL", IMAGE, None, "sub")
    images = tuple(f"{n:036x}" for n in range(40_000))
    whole = dataclasses.replace(one, sub_jobs=(one,) * 40_000, failed_items=(failed,) * 40_000, image_ids=images)
    with cpu_time() as spent:
        found = both(outcome_of([tracked(whole, State.FAILED)], Ending.FAILED))
    assert spent.seconds < 1
    assert len(found["job"]["image_ids"]) == len(found["job"]["failed_items"]) == 100
    assert "sub_jobs" in found["left_out"]
    assert found["ansible_stats"]["data"]["ims_failed_jobs"] == ["sub"]


def test_a_single_job_with_endless_texts_is_bounded() -> None:
    items = [{"status": "镜" * 9_000, "error": "镜" * 9_000, "project_id": "镜" * 9_000} for _turn in range(300)]
    entities = {"results": items, "image_name": "镜" * 100_000, "image_id": "镜" * 100_000}
    endless = job("FAIL", entities=entities, fail_reason="镜" * 300_000)
    found = both(outcome_of([tracked(endless, State.FAILED)], Ending.FAILED))
    assert len(found["job"]["failed_items"]) == 20
    assert found["left_out"] == "timeline, most keys of jobs, items of a job above 20"
    assert found["job"]["failed_items"][0]["status"] == found["job"]["fail_reason"] == "镜" * 297 + "..."


def test_a_single_job_with_a_flood_in_its_entities_is_bounded() -> None:
    found = both(outcome_of([tracked(job("SUCCESS", entities={"flood": [1] * 1_000_000}))]))
    assert found["left_out"] == "timeline, entities, sub_jobs"


def test_sub_jobs_of_sub_jobs_count_as_items() -> None:
    below = [{"job_id": f"{n:032x}", "status": "SUCCESS", "entities": {}} for n in range(60)]
    sub_jobs = [{"job_id": f"{n}", "status": "SUCCESS", "entities": {"sub_jobs_result": below}} for n in range(40)]
    found = both(outcome_of([tracked(job("SUCCESS", entities={"sub_jobs_result": sub_jobs}))]))
    assert found["left_out"] == "timeline, entities, sub_jobs"


@pytest.mark.thorough
@pytest.mark.parametrize("state", [State.SUCCEEDED, State.FAILED, State.PENDING])
def test_tens_of_thousands_of_jobs_are_no_more_than_awx_takes(state: State) -> None:
    jobs = [TrackedJob(f"{n:032x}", 0.0, state=state, polls=1) for n in range(15_000)]
    with cpu_time() as spent:
        endings = {State.SUCCEEDED: Ending.DONE, State.FAILED: Ending.FAILED, State.PENDING: Ending.TIMED_OUT}
        found = both(outcome_of(jobs, endings[state]))
    assert spent.seconds < 2
    key = f"{state.value}_jobs"
    assert 9_000 < len(found[key]) < 15_000
    assert found[key] == [f"{n:032x}" for n in range(len(found[key]))]
    assert f"{key} above {len(found[key]):,}" in found["left_out"]


@pytest.mark.thorough
def test_the_result_of_three_thousand_jobs_is_made_in_no_time() -> None:
    secrets = [f"{number}{'secret' * 300}"[:1500] for number in range(3)]
    outcome = outcome_of(tracked(an_export(n), timeline=FIFTY_CHANGES) for n in range(3_000))
    texts = Texts(lambda: secrets)
    with cpu_time() as spent:
        result_of(outcome, 1, texts)
        artifacts_of(outcome, texts)
    assert spent.seconds < 1


def test_the_limits_leave_room_for_what_others_add() -> None:
    assert MAX_RESULT_CHARACTERS + MAX_ARTIFACTS_CHARACTERS <= AWX_LIMIT - 40_000


# -- artifacts ------------------------------------------------------------------------------------------------------


def test_artifacts_hand_over_jobs_and_images() -> None:
    jobs = {
        "a": always(job("SUCCESS", job_id="a", entities={"image_id": "one", "x": 1}, **KIND)),
        "b": always(job("FAIL", job_id="b", entities={"image_id": "two"}, error_code="IMG.0061")),
        "c": always(job("RUNNING", 3, job_id="c")),
        "d": always(job("SUCCESS", job_id="d", entities={"image_id": "one"})),
    }
    found = artifacts_of(wait(jobs, plan())[0])
    assert found["ims_image_ids"] == ["one"]
    assert (found["ims_failed_jobs"], found["ims_pending_jobs"]) == (["b"], ["c"])
    assert found["ims_left_out"] is None
    assert [listed["job_id"] for listed in found["ims_jobs"]] == ["a", "b", "c", "d"]
    assert found["ims_jobs"][0] == {
        "job_id": "a",
        "job_type": "imsNativeExportImageJob",
        "status": "SUCCESS",
        "finished": True,
        "succeeded": True,
        "progress_percent": None,
        "image_ids": ["one"],
        "error_code": None,
        "fail_reason": None,
        "failed_items": [],
        "failed_items_count": 0,
    }


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("succeeded", "failed", "left_out", "listed"),
    [
        (500, 0, None, 500),
        (1_000, 0, "most keys of ims_jobs", 1_000),
        (2_610, 290, "most keys of ims_jobs, jobs that succeeded", 290),
        (2_900, 0, "most keys of ims_jobs, jobs that succeeded", 0),
    ],
)
def test_artifacts_of_many_jobs_are_never_empty_without_a_word(
    succeeded: int, failed: int, left_out: str | None, listed: int
) -> None:
    good = [tracked(an_export(n)) for n in range(succeeded)]
    bad = [tracked(job("FAIL", job_id=f"f{n:031x}", error_code="IMG.0069"), State.FAILED) for n in range(failed)]
    found = artifacts_of(outcome_of([*good, *bad]))
    assert found["ims_left_out"] == left_out
    assert len(found["ims_jobs"]) == listed
    assert len(found["ims_image_ids"]) == succeeded
    assert found["ims_failed_jobs"] == [f"f{n:031x}" for n in range(failed)]
    assert len(json.dumps(found)) < MAX_ARTIFACTS_CHARACTERS


def test_artifacts_always_have_the_ids_of_what_needs_attention() -> None:
    bad = [tracked(job("FAIL", job_id=f"f{n:031x}", fail_reason="r" * 300), State.FAILED) for n in range(2_000)]
    waiting = [TrackedJob(f"{n:032x}", 0.0, polls=1) for n in range(2_000)]
    good = [tracked(an_export(n + 10_000)) for n in range(3_000)]
    found = artifacts_of(outcome_of([*good, *bad, *waiting]))
    assert len(found["ims_failed_jobs"]) == len(found["ims_pending_jobs"]) == 2_000
    assert found["ims_jobs"] == []
    assert found["ims_left_out"] == f"jobs, ims_image_ids above {len(found['ims_image_ids']):,}"
    assert len(json.dumps(found)) < MAX_ARTIFACTS_CHARACTERS


def test_items_in_artifacts_are_bounded_and_counted() -> None:
    found = artifacts_of(outcome_of([tracked(batch(21), State.FAILED)]))
    assert len(found["ims_jobs"][0]["failed_items"]) == 20
    assert found["ims_left_out"] == "items of a job above 20"
    assert artifacts_of(outcome_of([tracked(batch(20), State.FAILED)]))["ims_left_out"] is None


def test_lists_that_an_excerpt_does_not_show_are_not_told_as_cut() -> None:
    items = [{"image_id": f"i{number}", "status": "success"} for number in range(6)]
    shown = job("SUCCESS", entities={"results": items})
    assert not SHORTEST.leaves_out_items([tracked(shown)])
    assert dataclasses.replace(SHORTEST, keys=None).leaves_out_items([tracked(shown)])


def test_ids_are_listed_as_far_as_their_json_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(results, "MAX_ARTIFACTS_CHARACTERS", results._MIN_DETAILS_CHARACTERS + 2_000)
    jobs = [tracked(job("FAIL", job_id=f"j{number:03}"), State.FAILED) for number in range(400)]
    found = artifacts_of(outcome_of(jobs, Ending.FAILED))
    kept = found["ims_failed_jobs"]
    # Four letters, two quotes, a comma and a blank each.
    assert kept == [f"j{number:03}" for number in range(250)]
    assert len(json.dumps(kept)) == 2_000
    assert "ims_failed_jobs above 250" in found["ims_left_out"]
