# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How much of an answer is read: so much that no answer costs more than a moment, whatever a server sends."""

from __future__ import annotations

import typing as t

from .parts import READ_AT_MOST, Schema, resolved

MAX_DEPTH = 32
MAX_ITEMS = 1000
MAX_UNKNOWN = 1000
Path = tuple[t.Union[str, int], ...]


class Cut(t.NamedTuple):
    """A place where part of an answer was not read, and why."""

    path: Path
    expected: str


def bounded(answer: t.Any, schema: Schema) -> tuple[t.Any, list[Cut]]:
    """Return a copy of what is read of an answer, and where it was cut against its schema.

    A list that the schema knows may be long: its first items are read (``x-read-at-most``; all lists of one place have
    that number together), and that is no violation. Nesting without an end, and a flood of what the schema does not
    know, are.
    """
    reader = _Reader(schema)
    return reader.known(answer, schema, (), 0), list(dict.fromkeys(reader.cuts))


class _Room:
    """How many values may still be read."""

    def __init__(self, most: int) -> None:
        self.left = most

    def take(self) -> bool:
        self.left -= 1
        return self.left >= 0


class _Reader:
    def __init__(self, root: Schema) -> None:
        self.cuts: list[Cut] = []
        self._root = root
        self._rooms: dict[int, _Room] = {}

    def known(self, value: t.Any, schema: t.Any, path: Path, depth: int) -> t.Any:
        """Copy a value that a schema speaks of."""
        schema = resolved(schema, self._root)
        if isinstance(value, dict) and depth < MAX_DEPTH:
            return self._object(value, schema.get("properties", {}), path, depth)
        if isinstance(value, list) and "items" in schema and depth < MAX_DEPTH:
            room = self._rooms.setdefault(id(schema), _Room(schema.get(READ_AT_MOST, MAX_ITEMS)))
            read = value[: max(0, room.left)]
            room.left -= len(read)
            return [self.known(item, schema["items"], (*path, index), depth + 1) for index, item in enumerate(read)]
        return self._other(value, _Room(MAX_UNKNOWN), path, depth)

    def _object(self, value: dict[str, t.Any], properties: Schema, path: Path, depth: int) -> dict[str, t.Any]:
        room = _Room(MAX_UNKNOWN)
        copied = {}
        for name, item in value.items():
            if name in properties:
                copied[name] = self.known(item, properties[name], (*path, name), depth + 1)
            elif room.take():
                copied[name] = self._unknown(item, room, path, depth + 1)
        self._note(room, path)
        return copied

    def _other(self, value: t.Any, room: _Room, path: Path, depth: int) -> t.Any:
        copied = self._unknown(value, room, path, depth)
        self._note(room, path)
        return copied

    def _note(self, room: _Room, path: Path) -> None:
        if room.left < 0:
            self.cuts.append(Cut(path, f"at most {MAX_UNKNOWN} undocumented values"))

    def _unknown(self, value: t.Any, room: _Room, path: Path, depth: int) -> t.Any:
        """Copy a value that the schema does not know; ``path`` is of the object that has it."""
        if not isinstance(value, (dict, list)):
            return value
        if depth >= MAX_DEPTH:
            self.cuts.append(Cut(path, f"at most {MAX_DEPTH} levels of objects and lists"))
            return None
        if isinstance(value, list):
            return [self._unknown(item, room, path, depth + 1) for item in value if room.take()]
        return {name: self._unknown(item, room, path, depth + 1) for name, item in value.items() if room.take()}
