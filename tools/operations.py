# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that says what the collection does with each operation of the API: docs/operations.md."""

from __future__ import annotations

import typing as t
from pathlib import Path

import yaml

DOCS = Path(__file__).resolve().parent.parent / "docs"
OPERATIONS = DOCS / "docsite" / "operations.yml"
PLUGINS = {"image": "plugins/lookup/image.py"}
INTRODUCTION = """\
# What the API offers

Each operation of IMS that the vendor's SDK has, and what calls it here. A test holds the names against the SDK; another
one holds what is said here against the code. Beside IMS, the collection asks IAM (tokens, projects, temporary keys),
ECS ([`ecs_server_power`](../plugins/modules/ecs_server_power.py), and the metadata service of a server), and OBS
([`obs_object_info`](../plugins/modules/obs_object_info.py)).

"""


class Operation(t.NamedTuple):
    """An operation by its name in the SDK: what calls it, or why nothing does."""

    topic: str
    name: str
    by: tuple[str, ...]
    why: str

    @property
    def api(self) -> str:
        """Return its name in the API: ``show_job`` is ShowJob."""
        return "".join(word.capitalize() for word in self.name.split("_"))


def operations() -> list[Operation]:
    topics = yaml.safe_load(OPERATIONS.read_text(encoding="utf-8"))
    return [
        Operation(topic["topic"], name, tuple(said.get("by", ())), said.get("why", ""))
        for topic in topics
        for name, said in topic["operations"].items()
    ]


def path_of(name: str) -> str:
    """Return the file of a module or another plugin, from the root of the repository."""
    return PLUGINS.get(name, f"plugins/modules/{name}.py")


def operations_page(header: str) -> str:
    known = operations()
    used = sum(bool(one.by) for one in known)
    parts = [header, INTRODUCTION, f"Used: {used} of {len(known)}.\n\n"]
    for topic in dict.fromkeys(one.topic for one in known):
        parts.append(f"## {topic}\n\n| Operation | In the SDK | What the collection does |\n|---|---|---|\n")
        parts += [row(one) for one in known if one.topic == topic]
        parts.append("\n")
    return "".join(parts).rstrip() + "\n"


def row(operation: Operation) -> str:
    links = ", ".join(f"[`{name}`](../{path_of(name)})" for name in operation.by)
    return f"| `{operation.api}` | `{operation.name}` | {links or f'not used: {operation.why}'} |\n"
