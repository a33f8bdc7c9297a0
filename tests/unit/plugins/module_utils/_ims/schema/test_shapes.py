# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""That a shape says all that the schemas look at, so that a known one need not be validated again."""

from __future__ import annotations

import typing as t

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import SchemaError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.definitions import (
    JOB_SCHEMA,
    PUBLISHED,
    validate,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.shapes import KEYWORDS, KnownShapes, shape_of

ANNOTATIONS = {"$schema", "$id", "title", "description", "examples", "definitions", "writeOnly"}
GOOD = {"job_id": "abc", "status": "RUNNING", "entities": {"process_percent": 0.2, "results": [{"status": "success"}]}}


def keywords(schema: t.Any, is_schema: bool = True) -> set[str]:
    """Return the keywords of a schema and of those in it; the keys of ``properties`` and ``definitions`` are names."""
    if not isinstance(schema, dict):
        return set()
    found = set(schema) if is_schema else set()
    for key, value in schema.items():
        found |= keywords(value, not (is_schema and key in ("properties", "definitions")))
    return found


def patterns(schema: t.Any) -> set[t.Any]:
    if isinstance(schema, dict):
        return {schema.get("pattern"), *(found for value in schema.values() for found in patterns(value))}
    return set()


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_schemas_look_at_nothing_that_a_shape_leaves_out(name: str) -> None:
    assert keywords(PUBLISHED[name]) - ANNOTATIONS <= KEYWORDS
    assert patterns(PUBLISHED[name]) <= {None, r"\S"}


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(list("ab")), inner, max_size=2),
    max_leaves=6,
)
jobs = st.fixed_dictionaries(
    {},
    optional={
        "job_id": values,
        "status": values,
        "error_code": values,
        "entities": st.fixed_dictionaries({}, optional={"process_percent": values, "results": values}) | values,
    },
)
validator = jsonschema.Draft7Validator(JOB_SCHEMA)
verdicts: dict[t.Any, bool] = {}


@given(jobs)
def test_what_has_the_same_shape_has_the_same_verdict(job: dict[str, t.Any]) -> None:
    assert verdicts.setdefault(shape_of(job), validator.is_valid(job)) == validator.is_valid(job)


def test_a_bad_answer_is_refused_after_good_ones() -> None:
    for _dummy in range(3):
        validate(GOOD, JOB_SCHEMA)
        with pytest.raises(SchemaError):
            validate({**GOOD, "status": " "}, JOB_SCHEMA)
        with pytest.raises(SchemaError):
            validate({**GOOD, "entities": {"results": [{"status": "success"}, 7]}}, JOB_SCHEMA)


def test_only_a_few_small_shapes_are_kept() -> None:
    known = KnownShapes()
    known.add(("large", shape_of({"k" * 5000: 1})))
    for number in range(1000):
        known.add(("schema", shape_of({f"key {number}": 1})))
    assert sum(("schema", shape_of({f"key {number}": 1})) in known for number in range(1000)) == 64
    assert ("large", shape_of({"k" * 5000: 1})) not in known
