# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read an answer by its schema: what decides is strict, anything else that is odd is left out, and reported."""

from __future__ import annotations

import dataclasses
import json
import typing as t

from ..errors import SchemaError
from .bounds import Path, bounded
from .deviations import Deviation, sentences
from .parts import ESSENTIAL, Schema, resolved

try:
    import jsonschema
except ImportError as exc:
    JSONSCHEMA_IMPORT_ERROR: ImportError | None = exc
else:
    JSONSCHEMA_IMPORT_ERROR = None

if t.TYPE_CHECKING:
    from ..masking import Texts

_MAX_SHOWN = 60
# Longer than any token: what is cut before it is cleaned must not be the beginning of a secret.
_MAX_DUMPED = 40_000
_NAMES = {"integer": "an integer", "object": "an object", "array": "an array", "null": "null"}
_OUT: dict[str | int, t.Any] = {}


@dataclasses.dataclass(frozen=True)
class Checked:
    """An answer that can be relied on."""

    body: t.Any
    """What was read of it: bounded, and null where a value was odd. List items that cannot be used are left out."""
    deviations: tuple[Deviation, ...] = ()
    unreadable: t.Mapping[Path, frozenset[str]] = dataclasses.field(default_factory=dict)
    """The names of odd values, by the place in ``body`` of the object that they are in."""
    whole: t.Any = None
    """The answer as it came: of any size, and not to be relied on."""

    def unreadable_at(self, *place: str | int) -> frozenset[str]:
        """Return the names of an object's values that were odd, lists among them of which some items were left out.

        What needs one of them to decide must not decide.
        """
        return self.unreadable.get(place, frozenset())


def read(instance: t.Any, schema: Schema, api: str, texts: Texts) -> Checked:
    """Return what can be relied on of an answer. ``texts`` cleans what is shown of it.

    Raises SchemaError, with a sentence for each place, where the answer cannot be used: what its schema marks as
    essential does not fit.
    """
    view, cuts = bounded(instance, schema)
    odd = _odd_places(view, schema)
    out = {place: _taken_out(place, schema) for place in odd}
    refused = [place for place in odd if out[place] == ()]
    if refused:
        reasons = [f"{_text_of(place, texts)}: {odd[place].text(texts)}" for place in refused]
        listed = sentences(reasons)
        raise SchemaError("the cloud's answer does not fit the schema: " + "; ".join(listed), listed)
    lost: set[Path] = set()
    body = _without(view, _tree(out.values()), (), lost) if out else view
    found = [Deviation(api, _text_of(cut.path, texts, wild=True), cut.expected, "more") for cut in cuts]
    found += _deviations(odd, out, api, texts)
    return Checked(body, tuple(found), _by_object(lost), instance)


class _Violation:
    """Why a place does not fit."""

    def __init__(self, error: t.Any, schema: Schema, *, is_missing: bool) -> None:
        self._error = error
        self._schema = schema
        self._is_missing = is_missing

    def expected(self) -> str:
        if self._is_missing:
            return ""
        types = self._schema.get("type", [])
        if "minLength" in self._schema:
            return "a non-empty string"
        if "title" in self._schema and "array" not in types and "object" not in types:
            return str(self._schema["title"])
        if self._error.validator == "type":
            names = types if isinstance(types, list) else [types]
            return " or ".join(_NAMES.get(name, f"a {name}") for name in names)
        return f"{self._error.validator} {json.dumps(self._error.validator_value)}"

    def found(self, texts: Texts) -> str | None:
        if self._is_missing:
            return None
        value = self._error.instance
        if self._schema.get("writeOnly") and not (value is None or isinstance(value, bool)):
            return "something else (not shown: it may be a secret)"
        return texts.line(_dumped(value), _MAX_SHOWN)

    def text(self, texts: Texts) -> str:
        found = self.found(texts)
        return "missing" if found is None else f"expected {self.expected()}, found {found}"


# The validator keeps its schema alive, so that an id means one schema only.
_validators: dict[int, t.Any] = {}


def _validator(schema: Schema) -> t.Any:
    """Compile a schema once: that costs as much as several validations."""
    found = _validators.get(id(schema))
    if found is None or found.schema is not schema:
        if len(_validators) >= 64:
            _validators.clear()
        found = _validators[id(schema)] = jsonschema.Draft7Validator(schema)
    return found


def _odd_places(view: t.Any, schema: Schema) -> dict[Path, _Violation]:
    """Return each place that does not fit, in the order of the paths."""
    found: dict[Path, _Violation] = {}
    for error in _validator(schema).iter_errors(view):
        path = tuple(error.absolute_path)
        if error.validator == "required":
            for name in set(error.validator_value) - set(error.instance):
                found.setdefault((*path, name), _Violation(error, error.schema, is_missing=True))
        else:
            own = error.schema if isinstance(error.schema, dict) else {}
            found.setdefault(path, _Violation(error, own, is_missing=False))
    return {place: found[place] for place in sorted(found, key=_order)}


def _order(place: Path) -> list[str]:
    return [f"{step:09}" if isinstance(step, int) else step for step in place]


def _taken_out(place: Path, schema: Schema) -> Path:
    """Return what has to be left out for an odd place: itself, or, where it is essential, what it stands in."""
    essentials = _essentials(place, schema)
    size = len(place)
    while size and essentials[size - 1]:
        size -= 1
    return place[:size]


def _essentials(place: Path, root: Schema) -> list[bool]:
    """Return for each step to a place whether what it leads to is essential.

    Only ``properties``, ``items`` and references within the document lead to something essential.
    """
    found = []
    schema = resolved(root, root)
    for step in place:
        below = schema.get("items") if isinstance(step, int) else schema.get("properties", {}).get(step)
        schema = resolved(below, root)
        found.append(bool(schema.get(ESSENTIAL)))
    return found


def _tree(places: t.Iterable[Path]) -> dict[str | int, t.Any]:
    """Return the places as a tree of steps, _OUT at the end of each."""
    tree: dict[str | int, t.Any] = {}
    for place in sorted(set(places), key=len):
        branch = tree
        for step in place[:-1]:
            branch = branch.setdefault(step, {})
            if branch is _OUT:
                break
        else:
            branch[place[-1]] = _OUT
    return tree


def _without(value: t.Any, tree: dict[str | int, t.Any], here: Path, lost: set[Path]) -> t.Any:
    """Return a copy of a value without some places. ``lost`` collects what they were in the copy, or in which list."""
    if isinstance(value, list):
        kept: list[t.Any] = []
        for index, item in enumerate(value):
            below = tree.get(index)
            if below is _OUT:
                lost.add(here)
            else:
                kept.append(_without(item, below, (*here, len(kept)), lost) if below else item)
        return kept
    copied = dict(value)
    for name, below in tree.items():
        if below is _OUT:
            lost.add((*here, name))
            if name in copied:
                copied[str(name)] = None
        else:
            copied[str(name)] = _without(value[name], below, (*here, name), lost)
    return copied


def _by_object(places: t.Iterable[Path]) -> dict[Path, frozenset[str]]:
    names: dict[Path, set[str]] = {}
    for place in places:
        if place:
            names.setdefault(place[:-1], set()).add(str(place[-1]))
    return {place: frozenset(found) for place, found in names.items()}


def _deviations(
    odd: t.Mapping[Path, _Violation], out: t.Mapping[Path, Path], api: str, texts: Texts
) -> list[Deviation]:
    """Return what was odd, each place once for all indexes."""
    found: dict[str, Deviation] = {}
    for place, violation in odd.items():
        path = _text_of(place, texts, wild=True)
        if path in found:
            found[path] = dataclasses.replace(found[path], count=found[path].count + 1)
        else:
            left_out = isinstance(out[place][-1], int)
            found[path] = Deviation(api, path, violation.expected(), violation.found(texts), 1, left_out)
    return list(found.values())


def _text_of(place: Path, texts: Texts, *, wild: bool = False) -> str:
    steps = (("[*]" if wild else f"[{step}]") if isinstance(step, int) else f".{step}" for step in place)
    return texts.line("$" + "".join(steps), 200)


def _dumped(value: t.Any) -> str:
    """Return a value as JSON, or the beginning of it where it is long."""
    text = ""
    try:
        for part in json.JSONEncoder(ensure_ascii=False).iterencode(value):
            text += part[:_MAX_DUMPED]
            if len(text) > _MAX_DUMPED:
                break
    except RecursionError:
        text += "..."
    return text
