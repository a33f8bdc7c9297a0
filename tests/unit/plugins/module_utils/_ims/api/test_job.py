# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import (
    FailedItem,
    Job,
    JobStatus,
    checked_job_id,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.definitions import JOB_SCHEMA, validate

SAMPLES = json.loads((pathlib.Path(__file__).parents[4] / "data" / "job_samples.json").read_text("utf-8"))["samples"]
RAW_KEYS = ("job_id", "job_type", "begin_time", "end_time", "error_code", "fail_reason", "entities", "status")
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])


def job(status: str = "SUCCESS", entities: t.Any = None, **fields: t.Any) -> Job:
    body = {"job_id": "abc", "status": status, "entities": entities, **fields}
    validate(body, JOB_SCHEMA)
    return Job.from_api(body)


def sub(status: str, **fields: t.Any) -> dict[str, t.Any]:
    return {"job_id": "sub", "status": status, **fields}


def without_entities(result: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    shown = {key: value for key, value in result.items() if key != "entities"}
    return {**shown, "sub_jobs": [without_entities(sub_job) for sub_job in result["sub_jobs"]]}


@each_sample
def test_samples_are_read_as_a_person_would(sample: t.Mapping[str, t.Any]) -> None:
    assert without_entities(Job.from_api(sample["body"]).to_result()) == sample["expected"]


@each_sample
def test_entities_are_handed_over_as_they_came(sample: t.Mapping[str, t.Any]) -> None:
    assert Job.from_api(sample["body"]).to_result()["entities"] == (sample["body"]["entities"] or {})


@each_sample
def test_a_job_can_be_read_again_from_its_result(sample: t.Mapping[str, t.Any]) -> None:
    first = Job.from_api(sample["body"])
    result = json.loads(json.dumps(first.to_result()))
    assert Job.from_api({key: result[key] for key in RAW_KEYS}) == first


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("SUCCESS", JobStatus.SUCCESS),
        ("success", JobStatus.SUCCESS),
        (" Fail ", JobStatus.FAIL),
        ("RUNNING", JobStatus.RUNNING),
        ("INIT", JobStatus.INIT),
        ("SUCCESSFUL", JobStatus.UNKNOWN),
        ("FAILED", JobStatus.UNKNOWN),
        ("PENDING_PAYMENT", JobStatus.UNKNOWN),
        ("UNKNOWN", JobStatus.UNKNOWN),
        ("", JobStatus.UNKNOWN),
        (None, JobStatus.UNKNOWN),
    ],
)
def test_status_words_mean_what_is_documented_and_nothing_else(word: str | None, status: JobStatus) -> None:
    assert JobStatus.from_api(word) is status


def test_an_undocumented_status_is_shown_and_is_neither_success_nor_end() -> None:
    found = job("pending_payment", {"process_percent": 1}, end_time="2024-11-06T06:49:53.657Z").to_result()
    assert (found["status"], found["finished"], found["succeeded"]) == ("PENDING_PAYMENT", False, False)


@pytest.mark.parametrize("status", ["RUNNING", "INIT", "FAIL", "PENDING_PAYMENT"])
def test_neither_percent_nor_end_nor_image_make_a_success(status: str) -> None:
    found = job(status, {"process_percent": 1, "image_id": "i"}, end_time="2024-11-06T06:49:53.657Z")
    assert not found.succeeded


@pytest.mark.parametrize(
    ("raw", "percent"),
    [
        (0, 0.0),
        (0.2, 20.0),
        (0.24, 24.0),
        (0.07, 7.0),
        (1, 100.0),
        (1.0, 100.0),
        ("0.4", 40.0),
        (1.5, 1.5),
        (35, 35.0),
        (100, 100.0),
        (0.123456, 12.35),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        (None, None),
        (-0.1, None),
        (100.5, None),
        (10**400, None),
    ],
)
def test_percents_are_fractions_unless_they_are_above_one(raw: t.Any, percent: float | None) -> None:
    assert job("RUNNING", {"process_percent": raw}).progress_percent == percent


@pytest.mark.parametrize(
    ("entities", "image_id", "image_ids"),
    [
        ({}, None, ()),
        ({"image_id": " i1 "}, "i1", ("i1",)),
        ({"image_id": ""}, None, ()),
        ({"__data_images": "d1"}, "d1", ("d1",)),
        ({"image_id": "i1", "__data_images": "d1"}, "i1", ("i1", "d1")),
        ({"sub_jobs_result": [sub("SUCCESS", entities={"image_id": "s1"})]}, "s1", ("s1",)),
        ({"sub_jobs_result": [sub("SUCCESS", entities={"image_id": name}) for name in "ab"]}, None, ("a", "b")),
        ({"results": [{"image_id": "r1"}, {"image_id": "r1"}, {}]}, "r1", ("r1",)),
        (
            {
                "image_id": "i",
                "sub_jobs_result": [
                    {"entities": {"sub_jobs_result": [{"entities": {"image_id": "deep"}}], "image_id": "s"}}
                ],
                "results": [{"image_id": "r"}, {"image_id": "i"}],
            },
            "i",
            ("i", "s", "deep", "r"),
        ),
    ],
)
def test_image_ids_are_found_wherever_the_cloud_puts_them(
    entities: dict[str, t.Any], image_id: str | None, image_ids: tuple[str, ...]
) -> None:
    found = job("SUCCESS", entities)
    assert (found.image_id, found.image_ids) == (image_id, image_ids)


@pytest.mark.parametrize(
    ("fields", "entities", "failure"),
    [
        ({"error_code": "T", "fail_reason": "top"}, {"error_code": "E", "error": "entities"}, ("T", "top")),
        ({"error_code": "T"}, {"error": "entities"}, ("T", "entities")),
        ({"error_code": " ", "fail_reason": ""}, {"error_code": "E", "error": "entities"}, ("E", "entities")),
        ({"error_code": 401}, {}, ("401", None)),
        ({}, {"addition_error_code": "A", "addition_error_msg": "addition"}, ("A", "addition")),
        ({}, {"alarm_code": 7}, ("7", None)),
        ({}, {"sub_jobs_result": [sub("FAIL", error_code="S", fail_reason="sub")]}, ("S", "sub")),
        ({}, {"sub_jobs_result": [sub("FAIL", entities={"error_code": "SE", "error": "below"})]}, ("SE", "below")),
        (
            {},
            {
                "sub_jobs_result": [
                    sub("SUCCESS", error_code="no", fail_reason="no"),
                    sub("FAIL", error_code="S", fail_reason="sub"),
                ]
            },
            ("S", "sub"),
        ),
        ({}, {"results": [{"status": "success"}, {"error_code": "R", "fail_reason": "result"}]}, ("R", "result")),
        ({}, {"results": [{"status": "failed", "error": "result"}]}, (None, "result")),
        ({}, {}, (None, None)),
        ({}, None, (None, None)),
    ],
)
def test_a_failures_reason_is_found_at_whatever_level(
    fields: dict[str, t.Any], entities: t.Any, failure: tuple[str | None, str | None]
) -> None:
    found = job("FAIL", entities, **fields)
    assert (found.error_code, found.fail_reason) == failure


def test_a_success_has_no_error_from_below() -> None:
    entities = {"error_code": "E", "sub_jobs_result": [sub("FAIL", error_code="S", fail_reason="sub")]}
    found = job("SUCCESS", entities)
    assert (found.error_code, found.fail_reason) == (None, None)
    assert found.failed_items == (FailedItem("FAIL", None, None, "sub", "S", "sub"),)


@pytest.mark.parametrize("status", ["SUCCESS", "FAIL"])
@pytest.mark.parametrize(
    ("word", "failed"),
    [("success", False), ("SUCCESS", False), (" Success ", False), ("failed", True), ("error", True), ("odd", True)],
)
def test_after_the_end_every_item_that_is_no_success_failed(status: str, word: str, failed: bool) -> None:
    found = job(status, {"results": [{"image_id": "i", "project_id": "p", "status": word}]})
    assert found.failed_items == ((FailedItem(word.strip(), "i", "p"),) if failed else ())


@pytest.mark.parametrize(
    ("word", "failed"), [("success", 0), ("processing", 0), ("fail", 1), ("FAILED", 1), ("error", 1)]
)
def test_before_the_end_only_clear_words_are_failures(word: str, failed: int) -> None:
    assert len(job("RUNNING", {"results": [{"status": word}]}).failed_items) == failed


@pytest.mark.parametrize("result", [{}, {"status": None}, {"status": " "}])
def test_an_item_without_a_status_is_no_failure(result: dict[str, t.Any]) -> None:
    assert job("SUCCESS", {"results": [result]}).failed_items == ()


def test_a_failed_item_carries_its_own_reason() -> None:
    found = job("SUCCESS", {"results": [{"status": "failed", "error_code": "IMG.0112", "fail_reason": "no tenant"}]})
    assert found.failed_items == (FailedItem("failed", error_code="IMG.0112", fail_reason="no tenant"),)


@pytest.mark.parametrize(
    ("raw", "step"),
    [
        ("CopyImageInRegionTask:", "CopyImageInRegionTask"),
        ("ImportImageTask:ObtainImageInfoTask", "ImportImageTask:ObtainImageInfoTask"),
        (" ExportImageTask ", "ExportImageTask"),
        (":", None),
        ("", None),
        (None, None),
    ],
)
def test_the_step_is_shown_without_a_colon_at_its_end(raw: str | None, step: str | None) -> None:
    assert job("RUNNING", {"current_task": raw}).current_task == step


@pytest.mark.parametrize(
    ("begin", "end", "duration"),
    [
        ("2024-11-06T06:46:51.929Z", "2024-11-06T06:49:53.657Z", 181.728),
        ("04-Jun-2015 18:11:06:586", "04-Jun-2015 18:11:07:000", 0.414),
        ("2024-11-06T06:46:51.929Z", "", None),
        ("", "2024-11-06T06:46:51.929Z", None),
        ("2024-11-06T06:46:51.929Z", "2024-11-06T06:46:50.000Z", None),
        (None, "soon", None),
    ],
)
def test_the_duration_is_known_when_both_times_make_sense(
    begin: str | None, end: str | None, duration: float | None
) -> None:
    assert job("SUCCESS", None, begin_time=begin, end_time=end).duration == duration


def test_ids_and_types_lose_the_blanks_around_them() -> None:
    found = Job.from_api({"job_id": " b912fb4a ", "status": "INIT", "job_type": " imsNativeImportImageJob "})
    assert (found.job_id, found.job_type) == ("b912fb4a", "imsNativeImportImageJob")


@pytest.mark.parametrize("value", ["a", " edc89b490d7d4392898e19b2deb34797\n", "A-b_9", "x" * 64, 12345])
def test_job_ids_lose_the_blanks_around_them(value: t.Any) -> None:
    assert checked_job_id(value) == str(value).strip()


@pytest.mark.parametrize(
    "value", ["", "../../x", "a/b", "a b", "a?b", "a#b", "a%2Fb", "x" * 65, "镜像", "٣", "a\nb", None, {}, "\u0130"]
)
def test_nothing_else_is_a_job_id(value: t.Any) -> None:
    if value is None:
        assert checked_job_id(value) == "None"
        return
    with pytest.raises(OptionError, match="is not a job id"):
        checked_job_id(value)


def test_a_wrong_job_id_is_shown_cut() -> None:
    with pytest.raises(OptionError) as caught:
        checked_job_id("../" * 100)
    shown = ("../" * 26)[:77] + "..."
    assert str(caught.value) == f'job_ids: "{shown}" is not a job id (letters, digits, - and _, at most 64).'


def test_a_result_shares_nothing_with_the_job() -> None:
    found = job("SUCCESS", {"results": [{"status": "success"}]})
    found.to_result()["results"][0]["status"] = "changed"
    assert found.results[0]["status"] == "success"


TEXT = st.none() | st.text(max_size=6)
CODE = TEXT | st.integers()
STATUS = st.sampled_from(["INIT", "RUNNING", "SUCCESS", "FAIL", "success", " FAIL", "odd"]) | st.text(
    min_size=1, max_size=6
).filter(str.strip)
TIMES = TEXT | st.sampled_from(["2022-05-17T14:42:20.859Z", "04-Jun-2015 18:11:06:586"])


def listed(items: st.SearchStrategy[t.Any]) -> st.SearchStrategy[t.Any]:
    return st.none() | st.lists(items, max_size=3)


def fields(**more: st.SearchStrategy[t.Any]) -> dict[str, st.SearchStrategy[t.Any]]:
    return {"job_type": TEXT, "begin_time": TIMES, "end_time": TIMES, "error_code": CODE, "fail_reason": TEXT, **more}


def entities_with(sub_jobs: st.SearchStrategy[t.Any]) -> st.SearchStrategy[t.Any]:
    optional = {
        "image_id": TEXT,
        "image_name": TEXT,
        "current_task": TEXT,
        "process_percent": TEXT | st.integers() | st.floats(),
        "results": listed(st.fixed_dictionaries({}, optional={"image_id": TEXT, "project_id": TEXT, "status": TEXT})),
        "sub_jobs_result": listed(sub_jobs),
        "subJobId": TEXT,
        "error_code": CODE,
        "error": TEXT,
        "addition_error_code": CODE,
        "alarm_code": CODE,
        "__data_images": TEXT,
        "unheard_of": st.integers(),
    }
    return st.none() | st.fixed_dictionaries({}, optional=optional)  # type: ignore[arg-type]


LEAVES = st.fixed_dictionaries({}, optional=fields(job_id=TEXT, status=TEXT))
SUB_JOBS = st.fixed_dictionaries({}, optional=fields(job_id=TEXT, status=TEXT, entities=entities_with(LEAVES)))
BODIES = st.fixed_dictionaries(
    {"job_id": st.text(min_size=1, max_size=6).filter(str.strip), "status": STATUS},
    optional=fields(entities=entities_with(SUB_JOBS)),
)


@given(BODIES)
def test_whatever_fits_the_schema_is_read(body: dict[str, t.Any]) -> None:
    validate(body, JOB_SCHEMA)
    found = Job.from_api(body)
    result = found.to_result()
    assert found.succeeded == (body["status"].strip().upper() == "SUCCESS")
    assert result["finished"] == (result["status"] in ("SUCCESS", "FAIL"))
    assert result["progress_percent"] is None or 0 <= result["progress_percent"] <= 100
    assert all(image_id.strip() for image_id in result["image_ids"])
    assert set(result) == set(SAMPLES[0]["expected"]) | {"entities"}
    assert json.dumps(result)
