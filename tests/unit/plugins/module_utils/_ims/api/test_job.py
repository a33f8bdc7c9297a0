# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
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
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.reading import Reading
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.validation import read
from ansible_collections.huaweicloud.ims.tests.unit.odd_answers import (
    JOB_STATUSES,
    decides_nothing_in_a_job,
    fitting,
    wild,
    with_odd_values,
)
from ansible_collections.huaweicloud.ims.tests.unit.stopwatch import cpu_time

SAMPLES = json.loads((pathlib.Path(__file__).parents[4] / "data" / "job_samples.json").read_text("utf-8"))["samples"]
RAW_KEYS = ("job_id", "job_type", "begin_time", "end_time", "error_code", "fail_reason", "entities", "status")
each_sample = pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])


def answer(body: t.Any) -> Job:
    """Return the job of an answer, as the client does."""
    return Job.from_checked(read(body, JOB_SCHEMA, "ShowJob", NO_SECRETS))


def job(status: str = "SUCCESS", entities: t.Any = None, **fields: t.Any) -> Job:
    """Return the job of an answer in which nothing is odd."""
    found = answer({"job_id": "abc", "status": status, "entities": entities, **fields})
    assert found.deviations == ()
    return found


def sub(status: str, **fields: t.Any) -> dict[str, t.Any]:
    return {"job_id": "sub", "status": status, **fields}


COUNTS = ("image_ids_count", "failed_items_count", "items_count")


def without_entities(result: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    shown = {key: value for key, value in result.items() if key not in ("entities", *COUNTS)}
    return {**shown, "sub_jobs": [without_entities(sub_job) for sub_job in result["sub_jobs"]]}


@each_sample
def test_samples_are_read_as_a_person_would(sample: t.Mapping[str, t.Any]) -> None:
    assert without_entities(answer(sample["body"]).to_result()) == sample["expected"]


@each_sample
def test_entities_are_handed_over_as_they_came(sample: t.Mapping[str, t.Any]) -> None:
    assert answer(sample["body"]).to_result()["entities"] == (sample["body"]["entities"] or {})


@each_sample
def test_a_job_can_be_read_again_from_its_result(sample: t.Mapping[str, t.Any]) -> None:
    first = answer(sample["body"])
    assert Job.from_result(json.loads(json.dumps(first.to_result()))) == first


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


@pytest.mark.parametrize("word", ["FAILED", "failed", "Failure", "ERROR", "error_deleted", "CANCELED", "CANCELLED"])
def test_an_undocumented_failure_with_an_end_time_is_an_end(word: str) -> None:
    end = {"begin_time": "2024-11-06T06:46:51.929Z", "end_time": "2024-11-06T06:49:53.657Z"}
    ended = job(word, **end, error_code="IMG.0070", fail_reason="exists")
    assert (ended.status, ended.is_final, ended.is_success) == (JobStatus.FAIL, True, False)
    assert (ended.status_text, ended.error_code, ended.fail_reason) == (word.upper(), "IMG.0070", "exists")
    result = ended.to_result()
    assert (result["status"], result["finished"], result["succeeded"]) == (word.upper(), True, False)
    assert Job.from_result(result) == ended
    for end_time in ("", None, " ", "soon"):
        assert not job(word, end_time=end_time).is_final


@pytest.mark.parametrize("word", ["PENDING_PAYMENT", "SUCCESSFUL", "DONE", "HAS_FAILED", "RUNNING", "INIT", "UNKNOWN"])
def test_an_end_time_makes_no_end_of_any_other_word(word: str) -> None:
    assert not job(word, end_time="2024-11-06T06:49:53.657Z").is_final


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


@pytest.mark.parametrize(
    ("status", "word", "failed"),
    [
        ("RUNNING", "FAIL", True),
        ("RUNNING", "FAILED", False),
        ("RUNNING", "RUNNING", False),
        ("SUCCESS", "FAIL", True),
        ("SUCCESS", "FAILED", True),
        ("SUCCESS", "error", True),
        ("FAIL", "CANCELLED", True),
        ("SUCCESS", "RUNNING", False),
        ("SUCCESS", "PENDING_PAYMENT", False),
        ("SUCCESS", "", False),
        ("SUCCESS", None, False),
    ],
)
def test_a_sub_job_has_failed_when_it_or_its_job_has_ended_and_its_word_says_so(
    status: str, word: str, failed: bool
) -> None:
    found = job(status, {"sub_jobs_result": [sub(word)]})
    assert found.failed_items_count == len(found.failed_items) == failed


def test_a_sub_job_with_an_undocumented_failure_and_an_end_time_has_failed() -> None:
    found = job("RUNNING", {"sub_jobs_result": [sub("failed", end_time="2024-11-06T06:49:53.657Z")]})
    assert found.failed_items == (FailedItem("FAILED", job_id="sub"),)
    assert not found.is_final


def test_a_failure_is_found_at_any_depth_and_reported_once() -> None:
    deep = sub("SUCCESS", entities={"sub_jobs_result": [sub("FAIL", error_code="D")], "results": [{"status": "odd"}]})
    failed = sub("FAIL", entities={"sub_jobs_result": [sub("FAIL", error_code="B")], "results": [{"status": "odd"}]})
    found = job("SUCCESS", {"sub_jobs_result": [deep, failed], "results": [{"status": "success"}]})
    assert found.failed_items == (
        FailedItem("FAIL", job_id="sub", error_code="D"),
        FailedItem("FAIL", job_id="sub", error_code="B"),
        FailedItem("odd"),
    )
    assert found.items_count == 2


@pytest.mark.parametrize(("images", "told"), [(["i1"], "i1"), (["i1", "i2"], None), ([], None)])
def test_a_failed_sub_job_names_the_one_image_below_it(images: list[str], told: str | None) -> None:
    below = {"results": [{"image_id": image} for image in images]}
    (item,) = job("SUCCESS", {"sub_jobs_result": [sub("FAIL", entities=below)]}).failed_items
    assert item.image_id == told


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


def test_a_wrong_job_id_of_eighty_characters_is_shown_whole() -> None:
    with pytest.raises(OptionError, match=f'"{"/" * 80}" is not a job id'):
        checked_job_id("/" * 80)


def test_a_result_shares_nothing_with_the_job() -> None:
    found = job("SUCCESS", {"results": [{"status": "success"}]})
    found.to_result()["results"][0]["status"] = "changed"
    assert found.results[0]["status"] == "success"


END = {"end_time": "2024-11-06T06:49:53.657Z"}


@pytest.mark.parametrize(
    ("changes", "reported"),
    [
        (
            {"status": "SUCCESS", "entities": {"sub_jobs_list": "", "image_id": "i"}},
            '$.entities.sub_jobs_list: expected an array or null, found "" (ShowJob)',
        ),
        (
            {"status": "FAIL", "fail_reason": {"code": "x"}, "error_code": "IMG.0070"},
            '$.fail_reason: expected a string or null, found {"code": "x"} (ShowJob)',
        ),
        ({"status": "SUCCESS", "entities": "odd"}, '$.entities: expected an object or null, found "odd" (ShowJob)'),
        (
            {"status": "FAILED", **END, "begin_time": 7},
            "$.begin_time: expected a string or null, found 7 (ShowJob)",
        ),
        (
            {"status": "SUCCESS", "entities": {"results": [{"status": "success", "project_id": 7}]}},
            "$.entities.results[*].project_id: expected a string or null, found 7 (ShowJob)",
        ),
    ],
)
def test_an_odd_secondary_field_hides_no_end(changes: dict[str, t.Any], reported: str) -> None:
    found = answer({"job_id": "abc", **changes})
    assert found.is_final
    assert found.is_success == (changes["status"] == "SUCCESS")
    assert found.failed_items_count == 0
    assert found.error_code == changes.get("error_code")
    assert [str(deviation) for deviation in found.deviations] == [reported]


@pytest.mark.parametrize("value", [7, True, [], {}, ["x"], 1.5])
def test_what_is_no_text_is_nothing_whether_it_was_read_by_the_schema_or_not(value: t.Any) -> None:
    item = {"status": "failed", "image_id": value, "project_id": value, "fail_reason": value, "error": value}
    names = ("image_id", "image_name", "current_task", "error", "__data_images")
    entities = {**dict.fromkeys(names, value), "sub_jobs_result": value, "results": [item, value]}
    body = {"job_id": "abc", "status": "FAIL", "job_type": value, "fail_reason": value, "entities": entities}
    for found in (answer(body), Job.from_api(body)):
        assert found.failed_items == (FailedItem("failed"),)
        assert (found.image_ids, found.image_name, found.current_task, found.job_type) == ((), None, None, None)
        assert (found.error_code, found.fail_reason, found.sub_jobs) == (None, None, ())


def test_entities_of_400_levels_are_cut_and_the_success_stays_one() -> None:
    deep: list[t.Any] = []
    for _turn in range(400):
        deep = [deep]
    found = answer({"job_id": "abc", "status": "SUCCESS", "entities": {"deep": deep}})
    assert found.is_success
    assert len(found.deviations) == 1
    assert len(json.dumps(found.to_result())) < 1000


def test_a_failure_below_any_number_of_levels_is_found() -> None:
    deep = sub("FAIL", error_code="IMG.0001")
    for _turn in range(300):
        deep = sub("SUCCESS", entities={"sub_jobs_result": [deep]})
    found = answer({"job_id": "abc", "status": "SUCCESS", "entities": {"sub_jobs_result": [deep]}})
    assert found.failed_items == (FailedItem("FAIL", job_id="sub", error_code="IMG.0001"),)


def many(count: int, last: dict[str, t.Any], kind: str = "sub_jobs_result") -> dict[str, t.Any]:
    items = [{"status": "SUCCESS", "job_id": f"s{n}", "entities": {"image_id": f"image-{n}"}} for n in range(count - 1)]
    if kind == "results":
        items = [{"status": "success", "image_id": f"image-{n}", "project_id": "p"} for n in range(count - 1)]
    return {"job_id": "abc", "status": "SUCCESS", "entities": {kind: [*items, last]}}


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("kind", "last", "item"),
    [
        (
            "sub_jobs_result",
            sub("FAIL", error_code="IMG.0001"),
            FailedItem("FAIL", job_id="sub", error_code="IMG.0001"),
        ),
        ("results", {"status": "failed", "image_id": "last"}, FailedItem("failed", "last")),
    ],
)
def test_one_failure_among_forty_thousand_items_is_found(kind: str, last: dict[str, t.Any], item: FailedItem) -> None:
    found = answer(many(40_000, last, kind))
    assert found.failed_items == (item,)
    assert (found.failed_items_count, found.items_count) == (1, 40_000)
    assert len(found.image_ids) == 1000
    assert found.image_ids_count == 39_999 + (kind == "results")
    assert (len(found.sub_jobs), len(found.results)) == ((200, 0) if kind == "sub_jobs_result" else (0, 1000))
    result = found.to_result()
    assert {name: result[name] for name in COUNTS} == {name: getattr(found, name) for name in COUNTS}
    assert Job.from_result(result) == found


def test_of_many_failures_a_bounded_number_is_kept_and_all_are_counted() -> None:
    found = answer({"job_id": "a", "status": "FAIL", "entities": {"sub_jobs_result": [sub("FAIL")] * 30_000}})
    assert (len(found.failed_items), found.failed_items_count, found.items_count) == (200, 30_000, 30_000)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "entities",
    [
        {"sub_jobs_result": [sub("FAIL", error_code=f"IMG.{n}", entities={"image_id": "i"}) for n in range(30_000)]},
        {"results": [{"status": "failed", "image_id": f"image-{n}" * 5, "error": "x" * 50} for n in range(30_000)]},
    ],
    ids=["sub jobs", "results"],
)
def test_the_result_of_a_large_job_is_of_bounded_size(entities: dict[str, t.Any]) -> None:
    found = answer({"job_id": "a", "status": "FAIL", "entities": entities})
    # AWX empties a result above 700,000 characters.
    assert len(json.dumps(found.to_result())) < 400_000


@pytest.mark.thorough
def test_forty_thousand_sub_jobs_cost_a_moment() -> None:
    body = many(40_000, sub("FAIL"))
    assert len(json.dumps(body)) < 4 * 2**20

    def cost() -> float:
        with cpu_time() as spent:
            answer(body)
        return spent.seconds

    # The best of some: other programs on the machine make it slower, nothing makes it faster.
    assert min(cost() for _turn in range(5)) < 0.3


def test_a_job_can_be_waited_for() -> None:
    reading: Reading = job("RUNNING", {"process_percent": 0.2, "current_task": "ExportImageTask:"})
    assert (reading.is_final, reading.is_success, reading.failed_items_count) == (False, False, 0)
    assert (reading.status_text, reading.progress_percent, reading.current_task) == ("RUNNING", 20.0, "ExportImageTask")
    assert reading.deviations == ()


@pytest.mark.parametrize(
    ("status", "entities", "changed"),
    [
        ("running", {"process_percent": 0.2, "current_task": "A"}, False),
        ("RUNNING", {"process_percent": 0.21, "current_task": "A"}, True),
        ("RUNNING", {"process_percent": 0.2, "current_task": "B"}, True),
        ("INIT", {"process_percent": 0.2, "current_task": "A"}, True),
        ("RUNNING", {"process_percent": 0.2, "current_task": "A", "image_name": "other"}, False),
    ],
)
def test_status_percent_and_step_make_a_change(status: str, entities: dict[str, t.Any], changed: bool) -> None:
    first = job("RUNNING", {"process_percent": 0.2, "current_task": "A"})
    assert (len({first.raw_facts, job(status, entities).raw_facts}) == 2) == changed


def test_what_was_odd_makes_no_other_job() -> None:
    found = answer({"job_id": "abc", "status": "SUCCESS", "job_type": 7})
    assert found.deviations != ()
    assert found == dataclasses.replace(found, deviations=())


@given(fitting(JOB_SCHEMA))
def test_whatever_fits_the_schema_is_read(body: dict[str, t.Any]) -> None:
    found = answer(body)
    result = found.to_result()
    assert found.deviations == ()
    assert found.succeeded == (body["status"].strip().upper() == "SUCCESS")
    assert result["finished"] == (result["status"] in ("SUCCESS", "FAIL"))
    assert result["progress_percent"] is None or 0 <= result["progress_percent"] <= 100
    assert all(image_id.strip() for image_id in result["image_ids"])
    assert set(result) == set(SAMPLES[0]["expected"]) | {"entities", *COUNTS}
    assert json.dumps(result)
    assert Job.from_result(json.loads(json.dumps(result))).to_result() == result


@given(st.data())
def test_odd_fields_that_decide_nothing_change_no_verdict(data: st.DataObject) -> None:
    body = {**data.draw(fitting(JOB_SCHEMA)), "status": data.draw(JOB_STATUSES)}
    changed, odd = with_odd_values(data.draw, body, JOB_SCHEMA, decides_nothing_in_a_job)
    whole, found = answer(body), answer(changed)
    verdict = ("job_id", "status", "status_text", "is_final", "is_success", "failed_items_count", "items_count")
    assert [getattr(found, name) for name in verdict] == [getattr(whole, name) for name in verdict]
    assert {deviation.path for deviation in found.deviations} == {wild(path) for path in odd}


def test_a_sub_job_of_forty_thousand_results_is_read_from_its_answer() -> None:
    nested = sub("SUCCESS", entities={"results": [{"status": "success"}] * 2000 + [{"status": "failed"}]})
    found = answer({"job_id": "a", "status": "SUCCESS", "entities": {"sub_jobs_result": [nested]}})
    assert found.failed_items == (FailedItem("failed"),)
