# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks of request bodies against tables of fields."""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..wire.refusals import ims_refusal

NIL_ID = "00000000-0000-0000-0000-000000000000"

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_FORBIDDEN_IN_FILES = re.compile(r'[<>:"\\|?*\x00-\x1f]|^/')
_LONGEST_FILE_NAME = 1024


@dataclasses.dataclass(frozen=True)
class Field:
    """One row of a documented table, with the codes of its refusals (not documented per field: chosen by meaning)."""

    name: str
    kind: str = "string"
    mandatory: bool = False
    missing: str = "IMG.0001"
    wrong: str = "IMG.0001"
    too_long: str = "IMG.0001"
    choices: tuple[str, ...] = ()
    pattern: str = ""
    longest: int | None = None
    least: int | None = None
    most: int | None = None


Table = tuple[Field, ...]


def is_id(value: str) -> bool:
    """Ids of images, servers, volumes and the like are UUIDs."""
    return _UUID.fullmatch(value) is not None


def check(body: t.Any, table: Table) -> dict[str, t.Any]:
    """The body without empty values, if each of its fields fits its row."""
    if not isinstance(body, dict):
        raise ims_refusal("IMG.0001", "The body must be a JSON object.")
    if not body:
        raise ims_refusal("IMG.0007")
    unknown = sorted(set(body) - {field.name for field in table})
    if unknown:
        raise ims_refusal("IMG.0001", f"Unknown: {', '.join(unknown)}.")
    # Optional fields may be null or empty in the examples of the documentation.
    given = {name: value for name, value in body.items() if value not in (None, "", [])}
    for field in table:
        if field.name in given:
            _check_value(field, given[field.name])
        elif field.mandatory:
            raise ims_refusal(field.missing, f"{field.name} is mandatory.")
    return given


def _check_value(field: Field, value: t.Any) -> None:
    if not _KINDS[field.kind](value):
        raise ims_refusal(field.wrong, f"{field.name} must be of type {field.kind}.")
    if field.kind in _CHECKS:
        _CHECKS[field.kind](field, value)
    if field.choices and value not in field.choices:
        raise ims_refusal(field.wrong, f"{field.name} must be one of {', '.join(field.choices)}.")


def _is_integer(value: t.Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_strings(value: t.Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _is_objects(value: t.Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _is_tags(value: t.Any) -> bool:
    return _is_objects(value) and all(
        set(item) <= {"key", "value"} and all(isinstance(part, str) for part in item.values()) for item in value
    )


_KINDS: t.Mapping[str, t.Callable[[t.Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "id": lambda value: isinstance(value, str),
    "file": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "integer": _is_integer,
    "strings": _is_strings,
    "tags": _is_tags,
    "objects": _is_objects,
}


def _check_string(field: Field, value: str) -> None:
    if field.longest is not None and len(value) > field.longest:
        raise ims_refusal(field.too_long, f"{field.name} may have {field.longest} characters.")
    if field.pattern and not re.fullmatch(field.pattern, value):
        raise ims_refusal(field.wrong, f"{field.name} has characters or a form that are not allowed.")


def _check_id(field: Field, value: str) -> None:
    if not is_id(value) or value == NIL_ID:
        raise ims_refusal(field.wrong, f"{field.name}: there is no {value}.")


def _check_integer(field: Field, value: int) -> None:
    if (field.least is not None and value < field.least) or (field.most is not None and value > field.most):
        raise ims_refusal(field.wrong, f"{field.name} must be from {field.least} to {field.most}.")


def _check_tags(field: Field, value: list[t.Any]) -> None:
    if len(value) > 10:
        raise ims_refusal("IMG.0116", f"{field.name} may have 10 tags.")
    for tag in value:
        key = tag.get("key", "") if isinstance(tag, dict) else tag
        if not 0 < len(key) <= 80:
            raise ims_refusal(field.wrong, f"{field.name} has a tag with an empty or too long key.")


def _check_file(field: Field, value: str) -> None:
    split_file(value)


_CHECKS: t.Mapping[str, t.Callable[[Field, t.Any], None]] = {
    "string": _check_string,
    "id": _check_id,
    "integer": _check_integer,
    "tags": _check_tags,
    "file": _check_file,
}


def split_file(value: str) -> tuple[str, str]:
    """The bucket and the name of the file in `bucket:file`, which is not a URL."""
    bucket, _colon, name = value.partition(":")
    if not bucket:
        raise ims_refusal("IMG.0068")
    if not name:
        raise ims_refusal("IMG.0073")
    if not _BUCKET.fullmatch(bucket):
        raise ims_refusal("IMG.0109", f"It is {bucket!r}.")
    if len(name) > _LONGEST_FILE_NAME:
        raise ims_refusal("IMG.0074")
    if re.search(r"\s", name):
        raise ims_refusal("IMG.0175")
    if _FORBIDDEN_IN_FILES.search(name):
        raise ims_refusal("IMG.0075")
    return bucket, name
