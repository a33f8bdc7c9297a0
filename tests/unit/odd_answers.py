# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that fit a schema, and the same answers with odd values in some places, for tests that try many of both."""

from __future__ import annotations

import re
import typing as t

import jsonschema
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.parts import Schema, resolved

Path = tuple[t.Union[str, int], ...]

TEXTS = st.sampled_from(["a", " b ", "0", "镜像", "2024-11-06T06:46:51.929Z", "04-Jun-2015 18:11:06:586", "success"])
# One of them is odd wherever a schema says anything.
ODD_VALUES = (None, True, 7, 1.5, "", "odd", [], {}, ["odd"], {"odd": 1}, [7], [[]], "7" * 100)
UNDOCUMENTED: Schema = {"enum": [1]}
_SAMPLES: dict[str, st.SearchStrategy[t.Any]] = {
    "null": st.none(),
    "boolean": st.booleans(),
    "integer": st.integers(0, 10**12),
    "number": st.floats(0, 1) | st.integers(0, 100),
}


# Where a job has what decides how it, and each item of it, has ended: everything else has no say in that.
_JOB_DECIDES = re.compile(
    r"\$\.job_id"
    r"|\$(\.entities\.sub_jobs_result\[\*\])*"
    r"(\.status|\.end_time|\.entities|\.entities\.(results|sub_jobs_result)(\[\*\](\.status)?)?)?"
)
# Which images there are, in which state, and whether there are more pages.
_IMAGES_DECIDE = re.compile(r"\$\.images(\[\*\](\.id|\.status)?)?|\$\.next|\$\.page_info(\.next_marker)?")
JOB_STATUSES = st.sampled_from(
    ["INIT", "RUNNING", "SUCCESS", "FAIL", "success", " FAIL", "FAILED", "CANCELLED", "PENDING_PAYMENT"]
)


def decides_nothing_in_a_job(place: str) -> bool:
    return _JOB_DECIDES.fullmatch(place) is None


def decides_nothing_in_a_list(place: str) -> bool:
    return _IMAGES_DECIDE.fullmatch(place) is None


def types(schema: Schema) -> list[str]:
    kinds = schema.get("type", list(_SAMPLES))
    return kinds if isinstance(kinds, list) else [kinds]


def fitting(schema: Schema, root: Schema | None = None, depth: int = 4) -> st.SearchStrategy[t.Any]:
    """Return a strategy of values that fit a schema, of those keywords that ours are made of."""
    root = root or schema
    schema = resolved(schema, root)
    key = (id(schema), id(root), depth)
    if key not in _strategies:
        kinds = [kind for kind in types(schema) if depth > 0 or kind not in ("object", "array")]
        _strategies[key] = st.one_of([_of_type(kind, schema, root, depth) for kind in kinds])
    return _strategies[key]


_strategies: dict[tuple[int, int, int], st.SearchStrategy[t.Any]] = {}


def _of_type(kind: str, schema: Schema, root: Schema, depth: int) -> st.SearchStrategy[t.Any]:
    if kind == "object":
        properties = schema.get("properties", {})
        always = {name: fitting(properties[name], root, depth - 1) for name in schema.get("required", ())}
        return st.builds(
            lambda some, fixed: {**some, **fixed},
            st.lists(st.sampled_from([*properties, "undocumented"]), max_size=6, unique=True).flatmap(
                lambda names: st.fixed_dictionaries(
                    {name: fitting(properties.get(name, UNDOCUMENTED), root, depth - 1) for name in names}
                )
            ),
            st.fixed_dictionaries(always),
        )
    if kind == "array":
        items = schema.get("items", {})
        deeper = depth > 1 or not {"object", "array"} & {*types(resolved(items, root))}
        return st.lists(fitting(items, root, depth - 1), max_size=2) if deeper else st.just([])
    if kind == "string":
        texts = st.sampled_from(["40", " 7 ", "true", "False", ""]) | TEXTS
        return texts.filter(lambda text: fits(text, schema, root))
    return _SAMPLES[kind]


def fits(value: t.Any, schema: Schema, root: Schema) -> bool:
    """Return whether a value fits a part of a schema, by the library itself."""
    key = (id(schema), id(root))
    if key not in _validators:
        _validators[key] = jsonschema.Draft7Validator({**schema, "definitions": root.get("definitions", {})})
    return bool(_validators[key].is_valid(value))


# The schemas are constants, so that their ids are.
_validators: dict[tuple[int, int], t.Any] = {}


def places(value: t.Any, schema: Schema, root: Schema, here: Path = ()) -> t.Iterator[tuple[Path, Schema]]:
    """Yield each place of a value that a schema speaks of, those inside of others after them."""
    schema = resolved(schema, root)
    yield here, schema
    if isinstance(value, dict):
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from places(value[name], part, root, (*here, name))
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from places(item, schema["items"], root, (*here, index))


def replaced(value: t.Any, path: Path, new: t.Any) -> t.Any:
    """Return a copy of a value with another one in a place."""
    if not path:
        return new
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return [replaced(item, rest, new) if index == step else item for index, item in enumerate(value)]
    return {name: replaced(item, rest, new) if name == step else item for name, item in value.items()}


def wild(path: Path) -> str:
    """Return a place as deviations name it."""
    return "$" + "".join("[*]" if isinstance(step, int) else f".{step}" for step in path)


def odd_values(schema: Schema, root: Schema) -> list[t.Any]:
    """Return the odd values for a place that are odd themselves, not by something in them."""
    key = (id(schema), id(root))
    if key not in _odd_values:
        inside = tuple(kind for name, kind in (("array", list), ("object", dict)) if name in types(schema))
        odd = [value for value in ODD_VALUES if not isinstance(value, inside) and not fits(value, schema, root)]
        _odd_values[key] = odd
    return _odd_values[key]


_odd_values: dict[tuple[int, int], list[t.Any]] = {}


def with_odd_values(
    draw: t.Callable[[st.SearchStrategy[t.Any]], t.Any],
    value: t.Any,
    schema: Schema,
    may_be_odd: t.Callable[[str], bool] = lambda place: True,
    most: int = 3,
) -> tuple[t.Any, list[Path]]:
    """Return a value with up to ``most`` odd values in it, and the places that have one."""
    odd: list[Path] = []
    for _turn in range(draw(st.integers(1, most))):
        found = [place for place in places(value, schema, schema) if place[0] and may_be_odd(wild(place[0]))]
        found = [(path, part) for path, part in found if path not in odd and odd_values(part, schema)]
        if not found:
            break
        path, part = draw(st.sampled_from(found))
        value = replaced(value, path, draw(st.sampled_from(odd_values(part, schema))))
        # What was odd in there is gone.
        odd = [*(other for other in odd if other[: len(path)] != path), path]
    return value, odd
