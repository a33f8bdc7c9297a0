# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import importlib.util
import itertools
import json
import pathlib
import sys
import typing as t

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import SchemaError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema import definitions as schema
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.definitions import (
    JOB_SCHEMA,
    MAX_COUNTED,
    MAX_VIOLATIONS,
    PROJECTS_SCHEMA,
    PUBLISHED,
    SECURITY_KEY_SCHEMA,
    START_SCHEMA,
    TOKEN_SCHEMA,
    validate,
)

DATA = pathlib.Path(__file__).parents[4] / "data"
SAMPLES = json.loads((DATA / "job_samples.json").read_text("utf-8"))["samples"]
STARTED = json.loads((DATA / "answers.json").read_text("utf-8"))["started"]
DOCS = pathlib.Path(schema.__file__).parents[4] / "docs" / "schema"
GOOD = {"status": "RUNNING", "job_id": "9a175ac892fa134201930039db1a27b1"}


def violations(instance: t.Any, against: schema.Schema | None = None) -> list[str]:
    """Return what does not fit the schema, which is that of jobs unless told otherwise."""
    with pytest.raises(SchemaError) as caught:
        validate(instance, JOB_SCHEMA if against is None else against)
    return caught.value.violations


@pytest.mark.parametrize("name", PUBLISHED)
def test_schemas_are_draft_07(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(PUBLISHED[name])
    assert PUBLISHED[name]["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert PUBLISHED[name]["$id"].endswith(f"/docs/schema/{name}")


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])
def test_every_documented_job_fits(sample: t.Mapping[str, t.Any]) -> None:
    validate(sample["body"], JOB_SCHEMA)


@pytest.mark.parametrize("sample", STARTED, ids=lambda sample: sample["id"])
def test_every_documented_start_fits(sample: t.Mapping[str, t.Any]) -> None:
    validate(sample["body"], START_SCHEMA)


@pytest.mark.parametrize(
    "changes",
    [
        {"entities": {}},
        {"entities": None},
        {"entities": {"unheard_of": [1, {"a": None}]}, "unheard_of": 1},
        {"entities": {"__data_images": "49e9447f"}},
        *({"entities": {"process_percent": value}} for value in (0, 1, 0.4, 35, None, "", "0.4")),
        *({"error_code": value, "fail_reason": None} for value in (None, "", "IMG.0001", 401)),
        *({"fail_reason": value} for value in (None, "", "no space")),
        *({"end_time": value} for value in (None, "", "2022-05-17T14:42:20.859Z", "04-Jun-2015 18:11:06:586", "soon")),
        *({"entities": {"results": value}} for value in (None, [], [{}], [{"status": "SUCCESS", "image_id": None}])),
        {"entities": {"sub_jobs_result": [{}], "sub_jobs_list": None}},
        {"entities": {"subJobId": "0825e1f7", "sub_jobs_list": ["a"]}},
        {"job_type": "imsOfTomorrowJob"},
        {"job_type": None},
        {"status": "PENDING_PAYMENT"},
        {"job_id": " b912fb4a "},
        {"entities": {"alarm_code": 7, "addition_error_code": "x", "addition_error_msg": None, "error": ""}},
    ],
    ids=json.dumps,
)
def test_what_the_documentation_contradicts_itself_about_is_tolerated(changes: t.Mapping[str, t.Any]) -> None:
    validate({**GOOD, **changes}, JOB_SCHEMA)


@pytest.mark.parametrize(
    ("instance", "sentences"),
    [
        ({}, ["$.job_id, .status: missing"]),
        ({"job_id": "x"}, ["$.status: missing"]),
        ([], ["$: expected an object, found []"]),
        (None, ["$: expected an object, found null"]),
        ({**GOOD, "status": ""}, ['$.status: expected a non-empty string, found ""']),
        ({**GOOD, "status": " \t"}, ['$.status: expected a non-empty string, found " \\t"']),
        ({**GOOD, "status": 7}, ["$.status: expected a non-empty string, found 7"]),
        ({**GOOD, "status": None}, ["$.status: expected a non-empty string, found null"]),
        ({**GOOD, "status": True}, ["$.status: expected a non-empty string, found true"]),
        ({**GOOD, "job_id": ""}, ['$.job_id: expected a non-empty string, found ""']),
        ({**GOOD, "job_type": 7}, ["$.job_type: expected a string or null, found 7"]),
        ({**GOOD, "error_code": {}}, ["$.error_code: expected a string or an integer or null, found {}"]),
        ({**GOOD, "entities": []}, ["$.entities: expected an object or null, found []"]),
        ({**GOOD, "entities": ""}, ['$.entities: expected an object or null, found ""']),
        (
            {**GOOD, "entities": {"process_percent": True}},
            ["$.entities.process_percent: expected a number or a string or null, found true"],
        ),
        (
            {**GOOD, "entities": {"results": {"status": "success"}}},
            ['$.entities.results: expected an array or null, found {"status": "success"}'],
        ),
        (
            {**GOOD, "entities": {"results": [{}, "success", 7]}},
            [
                '$.entities.results[1]: expected an object, found "success"',
                "$.entities.results[2]: expected an object, found 7",
            ],
        ),
        (
            {**GOOD, "entities": {"results": [{"status": 1}]}},
            ["$.entities.results[0].status: expected a string or null, found 1"],
        ),
        (
            {**GOOD, "entities": {"sub_jobs_list": [7]}},
            ["$.entities.sub_jobs_list[0]: expected a string, found 7"],
        ),
        (
            {**GOOD, "entities": {"sub_jobs_result": [{"entities": {"image_id": 7}}]}},
            ["$.entities.sub_jobs_result[0].entities.image_id: expected a string or null, found 7"],
        ),
        (
            {"job_id": 1, "status": 2},
            ["$.job_id: expected a non-empty string, found 1", "$.status: expected a non-empty string, found 2"],
        ),
    ],
    ids=lambda value: json.dumps(value) if not isinstance(value, list) else None,
)
def test_each_violation_is_a_sentence_with_its_place(instance: t.Any, sentences: list[str]) -> None:
    assert violations(instance) == sentences


@pytest.mark.parametrize(
    ("against", "instance", "sentences"),
    [
        (START_SCHEMA, {}, ["$.job_id: missing"]),
        (START_SCHEMA, {"job_id": None}, ["$.job_id: expected a non-empty string, found null"]),
        (TOKEN_SCHEMA, {"token": {}}, ["$.token.expires_at: missing"]),
        (TOKEN_SCHEMA, {"token": None}, ["$.token: expected an object, found null"]),
        (
            TOKEN_SCHEMA,
            {"token": {"expires_at": "x", "project": {"id": ""}}},
            ['$.token.project.id: expected a non-empty string, found ""'],
        ),
        (PROJECTS_SCHEMA, {"projects": [{}]}, ["$.projects[0].id: missing"]),
        (PROJECTS_SCHEMA, {"projects": {}}, ["$.projects: expected an array, found {}"]),
        (
            SECURITY_KEY_SCHEMA,
            {"credential": {"access": "a"}},
            ["$.credential.expires_at, .secret, .securitytoken: missing"],
        ),
        (
            SECURITY_KEY_SCHEMA,
            {"credential": ["a", "s3cret"]},
            ["$.credential: expected an object, found something else (not shown: it may be a secret)"],
        ),
        (
            SECURITY_KEY_SCHEMA,
            {"credential": {"access": "a", "secret": ["s3cret"], "securitytoken": "t", "expires_at": "x"}},
            ["$.credential.secret: expected a non-empty string, found something else (not shown: it may be a secret)"],
        ),
    ],
)
def test_the_other_answers_are_checked_alike(against: schema.Schema, instance: t.Any, sentences: list[str]) -> None:
    assert violations(instance, against) == sentences


def test_what_was_found_is_cut_to_60_characters() -> None:
    (sentence,) = violations({**GOOD, "status": ["镜" * 100]})
    found = sentence.partition("found ")[2]
    assert found == '["' + "镜" * 55 + "..."
    assert len(found) == 60


def test_what_was_found_is_hidden_before_it_is_cut() -> None:
    with pytest.raises(SchemaError) as caught:
        validate({**GOOD, "status": ["s3cret" * 20]}, JOB_SCHEMA, lambda text: text.replace("s3cret" * 20, "***"))
    assert caught.value.violations == ['$.status: expected a non-empty string, found ["***"]']


def test_no_more_than_ten_violations_are_listed() -> None:
    sentences = violations({**GOOD, "entities": {"results": [0] * 25}})
    assert len(sentences) == MAX_VIOLATIONS + 1
    assert sentences[-1] == "and 15 more"


def test_of_countless_violations_the_first_thousand_are_counted() -> None:
    sentences = violations({**GOOD, "entities": {"results": [0] * (MAX_COUNTED + 1)}})
    assert len(sentences) == MAX_VIOLATIONS + 1
    assert sentences[-1] == f"and at least {MAX_COUNTED - MAX_VIOLATIONS} more"


def test_more_violations_than_are_counted_are_not_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    (one,) = jsonschema.Draft7Validator(JOB_SCHEMA).iter_errors({**GOOD, "status": 7})

    class Countless:
        def is_valid(self, instance: t.Any) -> bool:
            return False

        def iter_errors(self, instance: t.Any) -> t.Iterator[t.Any]:
            yield from itertools.repeat(one, MAX_COUNTED)
            raise AssertionError("One more was looked for.")

    monkeypatch.setattr(schema, "_validator", lambda schema_id: Countless())
    assert violations({**GOOD, "status": 7}) == ["$.status: expected a non-empty string, found 7"]


def test_ten_violations_are_listed_without_a_remark() -> None:
    assert len(violations({**GOOD, "entities": {"results": [0] * 10}})) == 10


def test_an_answer_that_is_nested_too_deeply_is_a_violation() -> None:
    body: dict[str, t.Any] = {}
    for _turn in range(2000):
        body = {"entities": {"sub_jobs_result": [body]}}
    assert violations({**GOOD, **body}) == ["$: nested too deeply"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_schemas_are_those_in_use(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == json.dumps(PUBLISHED[name], indent=2) + "\n"


def test_no_schema_is_published_that_is_not_in_use() -> None:
    assert {path.name for path in DOCS.glob("*.schema.json")} == set(PUBLISHED)


def test_a_missing_library_is_remembered_and_no_error_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    spec = importlib.util.spec_from_file_location(f"{schema.__name__}_without_jsonschema", schema.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert isinstance(module.JSONSCHEMA_IMPORT_ERROR, ImportError)
    assert schema.JSONSCHEMA_IMPORT_ERROR is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["status", "job_id", "entities", "results", "x"]), inner, max_size=4)
    ),
    max_leaves=8,
)


@given(JSON)
def test_any_json_fits_or_is_a_violation(instance: t.Any) -> None:
    try:
        validate(instance, JOB_SCHEMA)
    except SchemaError as error:
        assert error.violations
        assert all(sentence.startswith("$") for sentence in error.violations)
    else:
        assert instance["status"].strip()
