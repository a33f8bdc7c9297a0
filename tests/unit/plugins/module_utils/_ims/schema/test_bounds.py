# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of an answer is read, whatever a server sends."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema import validation
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.bounds import (
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_UNKNOWN,
    bounded,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.images import IMAGES_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.validation import Checked, read

GOOD = {"status": "SUCCESS", "job_id": "9a175ac892fa134201930039db1a27b1"}
TOO_DEEP = f"$.entities: expected at most {MAX_DEPTH} levels of objects and lists, found more (ShowJob)"
TOO_MANY = f"$.entities: expected at most {MAX_UNKNOWN} undocumented values, found more (ShowJob)"


def job(**entities: t.Any) -> Checked:
    return read({**GOOD, "entities": entities}, JOB_SCHEMA, "ShowJob", NO_SECRETS)


def reported(checked: Checked) -> list[str]:
    return [str(deviation) for deviation in checked.deviations]


def nested(depth: int, wrap: t.Callable[[t.Any], t.Any], inner: t.Any = 1) -> t.Any:
    for _turn in range(depth):
        inner = wrap(inner)
    return inner


def depth_of(value: t.Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(depth_of, inner), default=0)


def size_of(value: t.Any) -> int:
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    return 1 + sum(map(size_of, inner))


@pytest.mark.parametrize("depth", [400, 900])
@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}], ids=["lists", "objects"])
def test_nesting_without_an_end_is_cut_and_reported(depth: int, wrap: t.Callable[[t.Any], t.Any]) -> None:
    checked = job(image_id="i", deep=nested(depth, wrap))
    assert reported(checked) == [TOO_DEEP]
    assert checked.body["status"] == "SUCCESS"
    assert checked.body["entities"]["image_id"] == "i"
    assert depth_of(checked.body) == MAX_DEPTH
    json.dumps(checked.body)


def test_nested_sub_jobs_are_cut_like_anything_else() -> None:
    deep = nested(200, lambda inner: {"entities": {"sub_jobs_result": [inner]}}, {"status": "FAIL"})
    checked = job(sub_jobs_result=[deep])
    assert len(checked.deviations) == 1
    assert depth_of(checked.body) == MAX_DEPTH


def test_what_is_nested_within_reason_is_read_as_it_is() -> None:
    checked = job(deep=nested(MAX_DEPTH - 2, lambda inner: [inner]))
    assert checked.deviations == ()
    assert checked.body == checked.whole


@pytest.mark.parametrize(
    "flood",
    [
        {f"k{number}": number for number in range(10_000)},
        {"k": {f"k{number}": number for number in range(10_000)}},
        {"k": [[1, 2, 3]] * 10_000},
        {f"k{number}": {f"k{inner}": [1, 2] for inner in range(50)} for number in range(50)},
    ],
    ids=["keys", "keys below", "lists", "tree"],
)
def test_a_flood_of_undocumented_values_is_cut_and_reported(flood: dict[str, t.Any]) -> None:
    checked = job(**flood, image_id="i")
    assert reported(checked) == [TOO_MANY]
    assert size_of(checked.body) <= MAX_UNKNOWN + 10
    # What is documented is read wherever it stands.
    assert checked.body["entities"]["image_id"] == "i"


def test_a_flood_before_the_status_does_not_hide_it() -> None:
    answer = {**{f"k{number}": number for number in range(10_000)}, **GOOD}
    assert read(answer, JOB_SCHEMA, "ShowJob", NO_SECRETS).body["status"] == "SUCCESS"


def test_as_much_as_may_be_undocumented_is_no_flood() -> None:
    assert job(**{f"k{number}": number for number in range(MAX_UNKNOWN)}).deviations == ()


def test_of_a_long_list_the_first_items_are_read_and_that_is_no_violation() -> None:
    checked = job(
        sub_jobs_result=[{"job_id": f"s{number}"} for number in range(3000)],
        results=[{"image_id": f"i{number}"} for number in range(3000)],
    )
    assert checked.deviations == ()
    assert [sub["job_id"] for sub in checked.body["entities"]["sub_jobs_result"]] == [f"s{n}" for n in range(200)]
    assert [item["image_id"] for item in checked.body["entities"]["results"]] == [f"i{n}" for n in range(1000)]
    assert len(checked.whole["entities"]["results"]) == 3000


def test_lists_of_one_place_share_how_much_is_read() -> None:
    sub_jobs = [{"entities": {"results": [{}] * 100}} for _turn in range(100)]
    read_ones = job(sub_jobs_result=sub_jobs).body["entities"]["sub_jobs_result"]
    assert sum(len(sub["entities"]["results"]) for sub in read_ones) == 1000


def test_each_image_may_have_attributes_of_its_own() -> None:
    images = [{"id": f"i{number}", "status": "active", "__a": 1, "__b": [1]} for number in range(MAX_ITEMS)]
    checked = read({"images": images}, IMAGES_SCHEMA, "ListImages", NO_SECRETS)
    assert checked.deviations == ()
    assert checked.body == {"images": images}


def test_a_list_in_a_list_that_no_schema_knows_is_undocumented() -> None:
    view, cuts = bounded([[1] * 5000], {"items": {}})
    assert size_of(view) <= MAX_UNKNOWN + 2
    assert [cut.path for cut in cuts] == [(0,)]


@pytest.mark.parametrize("copies", [1, 100])
def test_the_library_is_given_a_bounded_part_of_an_answer(monkeypatch: pytest.MonkeyPatch, copies: int) -> None:
    seen: list[int] = []
    validator = validation._validator

    class Watched:
        def __init__(self, schema: t.Any) -> None:
            self._validator = validator(schema)

        def iter_errors(self, view: t.Any) -> t.Any:
            seen.append(size_of(view))
            return self._validator.iter_errors(view)

    monkeypatch.setattr(validation, "_validator", Watched)
    sub_job = {"job_id": "s", "status": "RUNNING", "entities": {"image_id": "i", "x": [1, 2, 3]}}
    job(sub_jobs_result=[sub_job] * 400 * copies)
    assert seen == [200 * size_of(sub_job) + 5]
