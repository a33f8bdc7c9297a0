# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Frozen dataclasses from JSON and back, with errors that a user of the control interface understands."""

from __future__ import annotations

import dataclasses
import typing as t

_T = t.TypeVar("_T")


def built_by(build: t.Callable[[t.Any], t.Any]) -> dict[str, t.Any]:
    """The metadata of a dataclass field whose JSON form must be converted."""
    return {"build": build}


def from_json(kind: type[_T], data: t.Any) -> _T:
    """An instance of the dataclass; ValueError names what does not fit."""
    return kind(**_arguments(kind, data))


def changed(value: _T, data: t.Any) -> _T:
    """The same value with the fields that data names replaced."""
    return dataclasses.replace(value, **_arguments(type(value), data))  # type: ignore[type-var]


def to_json(value: t.Any) -> t.Any:
    """The fields as JSON values."""
    return dataclasses.asdict(value)


def listed(build: t.Callable[[t.Any], t.Any]) -> t.Callable[[t.Any], t.Any]:
    """A converter of a JSON list, item by item, into a tuple; null stays null."""

    def convert(value: t.Any) -> t.Any:
        if value is None:
            return None
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"{value!r} is not a list.")
        return tuple(build(item) for item in value)

    return convert


def one_of(name: str, value: str, choices: t.Iterable[str]) -> None:
    """ValueError unless value is among the choices."""
    if value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(sorted(choices))}, not {value!r}.")


def number(name: str, value: t.Any, *, least: float | None = None) -> None:
    """ValueError unless value is a number of at least that."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"{name} must be a number, not {value!r}.")
    if least is not None and value < least:
        raise ValueError(f"{name} must be at least {least}, not {value}.")


def _arguments(kind: t.Any, data: t.Any) -> dict[str, t.Any]:
    if not isinstance(data, t.Mapping):
        raise ValueError(f"{kind.__name__} must be a JSON object, not {data!r}.")
    fields = {field.name: field for field in dataclasses.fields(kind)}
    unknown = sorted(set(data) - set(fields))
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(unknown)}; it has {', '.join(fields)}.")
    return {name: _converted(fields[name], value) for name, value in data.items()}


def _converted(field: dataclasses.Field[t.Any], value: t.Any) -> t.Any:
    build = field.metadata.get("build")
    return build(value) if build else value
