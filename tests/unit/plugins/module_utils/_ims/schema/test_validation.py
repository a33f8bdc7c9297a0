# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What decides is strict; anything else that is odd is left out, and reported."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
import typing as t

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import SchemaError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS, Texts
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema import validation
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.deviations import MAX_LISTED
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.iam import (
    PROJECTS_SCHEMA,
    SECURITY_KEY_SCHEMA,
    TOKEN_SCHEMA,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.images import IMAGE_SCHEMA, IMAGES_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA, START_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.parts import Schema
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.published import PUBLISHED
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.validation import Checked, read
from ansible_collections.huaweicloud.ims.tests.unit.odd_answers import fitting, replaced, wild, with_odd_values

GOOD = {"status": "RUNNING", "job_id": "9a175ac892fa134201930039db1a27b1"}
IMAGE = {"id": "bc6bed6e", "status": "active"}
original = jsonschema.Draft7Validator


def violations(instance: t.Any, against: Schema = JOB_SCHEMA, texts: Texts = NO_SECRETS) -> list[str]:
    """Return why an answer is refused."""
    with pytest.raises(SchemaError) as caught:
        read(instance, against, "ShowJob", texts)
    return caught.value.violations


def reported(checked: Checked) -> list[str]:
    return [str(deviation) for deviation in checked.deviations]


@pytest.mark.parametrize(
    ("against", "instance", "sentences"),
    [
        (JOB_SCHEMA, {}, ["$.job_id: missing", "$.status: missing"]),
        (JOB_SCHEMA, {"job_id": "x"}, ["$.status: missing"]),
        (JOB_SCHEMA, [], ["$: expected an object, found []"]),
        (JOB_SCHEMA, None, ["$: expected an object, found null"]),
        (JOB_SCHEMA, {**GOOD, "status": ""}, ['$.status: expected a non-empty string, found ""']),
        (JOB_SCHEMA, {**GOOD, "status": " \t"}, ['$.status: expected a non-empty string, found " \\t"']),
        (JOB_SCHEMA, {**GOOD, "status": 7}, ["$.status: expected a non-empty string, found 7"]),
        (JOB_SCHEMA, {**GOOD, "status": None}, ["$.status: expected a non-empty string, found null"]),
        (JOB_SCHEMA, {**GOOD, "status": True}, ["$.status: expected a non-empty string, found true"]),
        (JOB_SCHEMA, {**GOOD, "job_id": ""}, ['$.job_id: expected a non-empty string, found ""']),
        (
            JOB_SCHEMA,
            {"job_id": 1, "status": 2},
            ["$.job_id: expected a non-empty string, found 1", "$.status: expected a non-empty string, found 2"],
        ),
        # What decides nothing is not among the reasons.
        (JOB_SCHEMA, {**GOOD, "status": 7, "entities": 7}, ["$.status: expected a non-empty string, found 7"]),
        (START_SCHEMA, {}, ["$.job_id: missing"]),
        (START_SCHEMA, {"job_id": None}, ["$.job_id: expected a non-empty string, found null"]),
        (IMAGE_SCHEMA, {"id": "x"}, ["$.status: missing"]),
        (IMAGES_SCHEMA, {"images": {}}, ["$.images: expected an array, found {}"]),
        (TOKEN_SCHEMA, {}, ["$.token: missing"]),
        (TOKEN_SCHEMA, {"token": None}, ["$.token: expected an object, found null"]),
        (
            TOKEN_SCHEMA,
            {"token": "MIIs3cret"},
            ["$.token: expected an object, found something else (not shown: it may be a secret)"],
        ),
        # With one project less, another one would be taken.
        (PROJECTS_SCHEMA, {"projects": [{"id": "a"}, {}]}, ["$.projects[1].id: missing"]),
        (PROJECTS_SCHEMA, {"projects": [7, {"id": "a"}]}, ["$.projects[0]: expected an object, found 7"]),
        (PROJECTS_SCHEMA, {"projects": {}}, ["$.projects: expected an array, found {}"]),
        (
            SECURITY_KEY_SCHEMA,
            {"credential": {"access": "a"}},
            ["$.credential.secret: missing", "$.credential.securitytoken: missing"],
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
    ids=lambda value: json.dumps(value)[:60] if not isinstance(value, list) else None,
)
def test_without_what_decides_an_answer_is_refused(against: Schema, instance: t.Any, sentences: list[str]) -> None:
    assert violations(instance, against) == sentences


@pytest.mark.parametrize(
    ("changes", "left", "sentence"),
    [
        ({"job_type": 7}, {"job_type": None}, "$.job_type: expected a string or null, found 7"),
        ({"error_code": {}}, {"error_code": None}, "$.error_code: expected a string or an integer or null, found {}"),
        (
            {"fail_reason": {"code": 1}},
            {"fail_reason": None},
            '$.fail_reason: expected a string or null, found {"code": 1}',
        ),
        ({"entities": []}, {"entities": None}, "$.entities: expected an object or null, found []"),
        (
            {"entities": {"process_percent": True}},
            {"entities": {"process_percent": None}},
            "$.entities.process_percent: expected a number or a string or null, found true",
        ),
        (
            {"entities": {"sub_jobs_list": "", "image_id": "i"}},
            {"entities": {"sub_jobs_list": None, "image_id": "i"}},
            '$.entities.sub_jobs_list: expected an array or null, found ""',
        ),
        (
            {"entities": {"results": {"status": "success"}}},
            {"entities": {"results": None}},
            '$.entities.results: expected an array or null, found {"status": "success"}',
        ),
        (
            {"entities": {"results": [{}, "success", {"status": "x"}]}},
            {"entities": {"results": [{}, {"status": "x"}]}},
            '$.entities.results[*]: expected an object, found "success"; left out',
        ),
        (
            {"entities": {"results": [{"status": 1}]}},
            {"entities": {"results": [{"status": None}]}},
            "$.entities.results[*].status: expected a string or null, found 1",
        ),
        (
            {"entities": {"sub_jobs_list": ["a", 7]}},
            {"entities": {"sub_jobs_list": ["a"]}},
            "$.entities.sub_jobs_list[*]: expected a string, found 7; left out",
        ),
        (
            {"entities": {"sub_jobs_result": [{"entities": {"image_id": 7}}]}},
            {"entities": {"sub_jobs_result": [{"entities": {"image_id": None}}]}},
            "$.entities.sub_jobs_result[*].entities.image_id: expected a string or null, found 7",
        ),
    ],
    ids=json.dumps,
)
def test_what_decides_nothing_is_left_out_and_reported(
    changes: dict[str, t.Any], left: dict[str, t.Any], sentence: str
) -> None:
    answer = {**GOOD, **changes}
    before = json.dumps(answer)
    checked = read(answer, JOB_SCHEMA, "ShowJob", NO_SECRETS)
    assert checked.body == {**GOOD, **left}
    assert reported(checked) == [f"{sentence} (ShowJob)"]
    assert checked.whole is answer
    assert json.dumps(answer) == before


@pytest.mark.parametrize(
    ("against", "instance", "left", "sentence"),
    [
        (
            TOKEN_SCHEMA,
            {"token": {}},
            {"token": {}},
            "$.token.expires_at: missing",
        ),
        (
            TOKEN_SCHEMA,
            {"token": {"expires_at": "x", "project": {"id": ""}}},
            {"token": {"expires_at": "x", "project": {"id": None}}},
            '$.token.project.id: expected a non-empty string, found ""',
        ),
        (
            SECURITY_KEY_SCHEMA,
            {"credential": {"access": "a", "secret": "s", "securitytoken": "t", "expires_at": 7}},
            {"credential": {"access": "a", "secret": "s", "securitytoken": "t", "expires_at": None}},
            "$.credential.expires_at: expected a non-empty string,"
            " found something else (not shown: it may be a secret)",
        ),
        (
            PROJECTS_SCHEMA,
            {"projects": [{"id": "a", "name": 7}]},
            {"projects": [{"id": "a", "name": None}]},
            "$.projects[*].name: expected a string, found 7",
        ),
        (
            IMAGE_SCHEMA,
            {**IMAGE, "protected": "no"},
            {**IMAGE, "protected": None},
            '$.protected: expected true or false, found "no"',
        ),
        (
            IMAGE_SCHEMA,
            {**IMAGE, "min_disk": "forty"},
            {**IMAGE, "min_disk": None},
            '$.min_disk: expected a whole number, found "forty"',
        ),
        (
            IMAGES_SCHEMA,
            {"images": [IMAGE], "page_info": []},
            {"images": [IMAGE], "page_info": None},
            "$.page_info: expected an object or null, found []",
        ),
    ],
)
def test_the_other_answers_are_read_alike(against: Schema, instance: t.Any, left: t.Any, sentence: str) -> None:
    checked = read(instance, against, "Any", NO_SECRETS)
    assert checked.body == left
    assert reported(checked) == [f"{sentence} (Any)"]


def test_one_odd_image_spoils_no_list() -> None:
    images = [
        {"id": "a"},
        IMAGE,
        {"id": 7, "status": "active"},
        {"id": "b", "status": " "},
        "image",
        {**IMAGE, "id": "c", "tags": ["x", 7, 8]},
    ]
    checked = read({"images": images}, IMAGES_SCHEMA, "ListImages", NO_SECRETS)
    assert checked.body == {"images": [IMAGE, {**IMAGE, "id": "c", "tags": ["x"]}]}
    assert reported(checked) == [
        "$.images[*].status: missing; left out (ListImages, 2 times)",
        "$.images[*].id: expected a non-empty string, found 7; left out (ListImages)",
        '$.images[*]: expected an object, found "image"; left out (ListImages)',
        "$.images[*].tags[*]: expected a string, found 7; left out (ListImages, 2 times)",
    ]


def test_what_is_missing_has_neither_an_expected_value_nor_one_that_was_found() -> None:
    (missing,) = read({"images": [{"id": "a"}]}, IMAGES_SCHEMA, "ListImages", NO_SECRETS).deviations
    assert (missing.path, missing.expected, missing.found) == ("$.images[*].status", "", None)


def test_readers_can_ask_which_values_were_odd() -> None:
    images = [{"id": "a"}, {**IMAGE, "protected": "no", "owner": 7}, IMAGE, {**IMAGE, "tags": [7]}]
    checked = read({"images": images, "next": 7}, IMAGES_SCHEMA, "ListImages", NO_SECRETS)
    assert checked.unreadable_at("images", 0) == {"protected", "owner"}
    assert checked.unreadable_at("images", 1) == set()
    assert checked.unreadable_at("images", 2) == {"tags"}
    assert checked.unreadable_at() == {"next", "images"}


def test_what_stands_in_something_odd_is_left_out_with_it_and_reported_once() -> None:
    schema: Schema = {
        "properties": {
            "page": {"properties": {"id": {"type": "string", "x-essential": True}, "n": {"type": "integer"}}},
            "n": {"type": "integer"},
        }
    }
    checked = read({"page": {"id": 7, "n": "x"}, "n": 1}, schema, "Any", NO_SECRETS)
    assert checked.body == {"page": None, "n": 1}
    assert reported(checked) == [
        "$.page.id: expected a string, found 7 (Any)",
        '$.page.n: expected an integer, found "x" (Any)',
    ]


def test_the_schema_that_is_given_counts_whatever_its_id() -> None:
    mine: Schema = {"$id": JOB_SCHEMA["$id"], "required": ["mine"], "properties": {"mine": {"x-essential": True}}}
    assert violations(GOOD, mine) == ["$.mine: missing"]
    assert read(GOOD, JOB_SCHEMA, "ShowJob", NO_SECRETS).body == GOOD
    assert read({"any": 1}, {}, "Any", NO_SECRETS).body == {"any": 1}


def test_a_schema_of_which_an_earlier_one_had_the_place_in_memory_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validation, "_validators", {})
    for number in range(200):
        name = f"key{number}"
        schema = {"required": [name], "properties": {name: {"x-essential": True}}}
        assert violations({}, schema) == [f"$.{name}: missing"]
    assert len(validation._validators) <= 64


def test_a_schema_is_compiled_once(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled = []

    def compile_(schema: Schema) -> t.Any:
        compiled.append(schema)
        return original(schema)

    monkeypatch.setattr(validation, "_validators", {})
    monkeypatch.setattr(jsonschema, "Draft7Validator", compile_)
    for _turn in range(3):
        read(GOOD, JOB_SCHEMA, "ShowJob", NO_SECRETS)
    assert compiled == [JOB_SCHEMA]


@pytest.mark.parametrize(
    ("schema", "value", "sentence"),
    [
        ({"enum": ["a", "b"]}, "c", '$.x: expected enum ["a", "b"], found "c" (Any)'),
        ({"type": "integer", "maximum": 5}, 7, "$.x: expected maximum 5, found 7 (Any)"),
    ],
)
def test_any_draft_07_schema_is_understood(schema: t.Any, value: t.Any, sentence: str) -> None:
    assert reported(read({"x": value}, {"properties": {"x": schema}}, "Any", NO_SECRETS)) == [sentence]


def test_what_was_found_is_cut_to_60_characters() -> None:
    (sentence,) = violations({**GOOD, "status": ["镜" * 100]})
    found = sentence.partition("found ")[2]
    assert found == '["' + "镜" * 55 + "..."
    assert len(found) == 60


def test_of_what_is_large_the_beginning_is_shown() -> None:
    checked = read({**GOOD, "job_type": [["x" * 100_000] * 30]}, JOB_SCHEMA, "ShowJob", NO_SECRETS)
    assert reported(checked)[0].startswith('$.job_type: expected a string or null, found [["xxx')
    assert len(reported(checked)[0]) < 130


def test_what_was_found_is_cleaned_before_it_is_cut() -> None:
    secret = "s3cret-" * 20
    texts = Texts(lambda: [secret])
    assert violations({**GOOD, "status": [secret]}, texts=texts) == [
        '$.status: expected a non-empty string, found ["********"]'
    ]
    checked = read({**GOOD, "job_type": [secret, "\x1b[31m"]}, JOB_SCHEMA, "ShowJob", texts)
    assert reported(checked) == ['$.job_type: expected a string or null, found ["********", "\\u001b[31m"] (ShowJob)']


def test_no_more_than_ten_violations_are_listed() -> None:
    sentences = violations({"projects": [0] * 25}, PROJECTS_SCHEMA)
    assert len(sentences) == MAX_LISTED + 1
    assert sentences[:3] == [f"$.projects[{number}]: expected an object, found 0" for number in range(3)]
    assert sentences[-1] == "and 15 more"


def test_one_place_is_reported_once_however_many_items_are_odd_there() -> None:
    results = [{"status": 1, "image_id": number} for number in range(30)]
    checked = read({**GOOD, "entities": {"results": results}}, JOB_SCHEMA, "ShowJob", NO_SECRETS)
    assert reported(checked) == [
        "$.entities.results[*].image_id: expected a string or null, found 0 (ShowJob, 30 times)",
        "$.entities.results[*].status: expected a string or null, found 1 (ShowJob, 30 times)",
    ]


def test_several_threads_may_read_by_one_schema() -> None:
    wrong: list[t.Any] = []

    def work() -> None:
        for number in range(100):
            checked = read({**GOOD, "entities": {"results": [{"image_id": number}]}}, JOB_SCHEMA, "ShowJob", NO_SECRETS)
            if len(checked.deviations) != 1:
                wrong.append(checked)

    threads = [threading.Thread(target=work) for _turn in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_missing_library_is_remembered_and_no_error_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jsonschema", None)
    spec = importlib.util.spec_from_file_location(f"{validation.__name__}_without_jsonschema", validation.__file__)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, spec.name, module)
    spec.loader.exec_module(module)
    assert isinstance(module.JSONSCHEMA_IMPORT_ERROR, ImportError)
    assert validation.JSONSCHEMA_IMPORT_ERROR is None


each_schema = pytest.mark.parametrize("name", PUBLISHED)
NAMES = "status job_id entities results images id token project projects credential access tags page_info x".split()
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=8,
)


@each_schema
@given(instance=JSON)
def test_any_json_is_read_or_refused(name: str, instance: t.Any) -> None:
    schema = PUBLISHED[name]
    fits = original(schema).is_valid(instance)
    try:
        checked = read(instance, schema, "Any", NO_SECRETS)
    except SchemaError as error:
        assert not fits
        assert error.violations
        assert all(sentence.startswith("$") for sentence in error.violations)
    else:
        assert fits == (checked.deviations == ())
        assert checked.body == instance or not fits
        # What was read once is read again without a change.
        assert read(checked.body, schema, "Any", NO_SECRETS).body == checked.body


@each_schema
@given(data=st.data())
def test_what_fits_is_read_as_it_is(name: str, data: st.DataObject) -> None:
    instance = data.draw(fitting(PUBLISHED[name]))
    checked = read(instance, PUBLISHED[name], "Any", NO_SECRETS)
    assert (checked.body, checked.deviations, checked.unreadable) == (instance, (), {})


ESSENTIAL = {
    "ims_job": {"$.job_id", "$.status"},
    "ims_job_id": {"$.job_id"},
    "ims_image": {"$.id", "$.status"},
    "ims_images": {"$.images"},
    "ims_members": {"$.members", "$.members[*]", "$.members[*].member_id", "$.members[*].status"},
    "ims_image_tags": {"$.tags", "$.tags[*]", "$.tags[*].key", "$.tags[*].value"},
    "ims_tagged_images": {"$.resources", "$.resources[*]", "$.resources[*].resource_id"},
    "ims_quota": {"$.quotas", "$.quotas.resources"},
    "ims_os_versions": set(),
    "ecs_server": {"$.server", "$.server.id", "$.server.status"},
    "iam_token": {"$.token"},
    "iam_projects": {"$.projects", "$.projects[*]", "$.projects[*].id"},
    "ecs_security_key": {"$.credential", *(f"$.credential.{key}" for key in ("access", "secret", "securitytoken"))},
}


@each_schema
@given(data=st.data())
def test_each_odd_value_is_left_out_and_reported_unless_it_decides(name: str, data: st.DataObject) -> None:
    schema = PUBLISHED[name]
    whole = data.draw(fitting(schema))
    instance, odd = with_odd_values(data.draw, whole, schema)
    decides = ESSENTIAL[name.partition(".")[0]]
    if any(wild(path) in decides for path in odd):
        refused = sorted(wild(path) for path in odd if wild(path) in decides)
        assert len(violations(instance, schema)) == len(refused)
        return
    checked = read(instance, schema, "Any", NO_SECRETS)
    assert sorted((deviation.path, deviation.count) for deviation in checked.deviations) == sorted(
        {wild(path): sum(wild(path) == wild(other) for other in odd) for path in odd}.items()
    )
    if not any(isinstance(step, int) for path in odd for step in path):
        expected = instance
        for path in odd:
            expected = replaced(expected, path, None)
        assert checked.body == expected
