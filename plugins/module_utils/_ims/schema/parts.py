# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the schemas of all APIs are made of.

They are JSON Schema, draft-07, with two annotations of our own, which other validators ignore:

``x-essential``: true where a violation spoils what it stands in: the object, and all of the answer where nothing
    essential is left. Violations elsewhere are reported, and the value is left out.
``x-read-at-most``: of a longer list only so many items are read in full.

Tolerant where the documentation contradicts itself, strict where it speaks. The schemas are Python, not JSON files,
because Ansible ships only imported Python files to the target; ``docs/schema/`` is generated from them.
"""

from __future__ import annotations

import typing as t

Schema = dict[str, t.Any]

ESSENTIAL = "x-essential"
READ_AT_MOST = "x-read-at-most"

_BASE = "https://github.com/huaweicloud-ims/ansible-collection-ims/raw/main/docs/schema/"
_DRAFT = "http://json-schema.org/draft-07/schema#"

TEXT: Schema = {"type": ["string", "null"]}
CODE: Schema = {"type": ["string", "integer", "null"]}
NON_EMPTY: Schema = {"type": "string", "minLength": 1, "pattern": "\\S"}
# One answer has numbers, and numbers in strings (ims_03_0602); which is which differs between regions and pages.
WHOLE_NUMBER: Schema = {
    "title": "a whole number",
    "type": ["integer", "string", "null"],
    "pattern": "^\\s*[0-9]*\\s*$",
}
# Booleans too: "true", "True" and true.
YES_OR_NO: Schema = {
    "title": "true or false",
    "type": ["boolean", "string", "null"],
    "pattern": "^\\s*([Tt][Rr][Uu][Ee]|[Ff][Aa][Ll][Ss][Ee])?\\s*$",
}


def document(name: str, title: str, description: str, **schema: t.Any) -> Schema:
    """Return a schema with what makes it a document: it is published as ``docs/schema/<name>.schema.json``."""
    head = {"$schema": _DRAFT, "$id": f"{_BASE}{name}.schema.json", "title": title, "description": description}
    return {**head, **schema}


def essential(schema: Schema, **more: t.Any) -> Schema:
    """Return the schema of what decides: whatever it stands in cannot be used without it."""
    return {**schema, ESSENTIAL: True, **more}


def resolved(schema: t.Any, root: Schema) -> Schema:
    """Return what a schema stands for, where it is a reference into its own document."""
    while isinstance(schema, dict) and str(schema.get("$ref", "")).startswith("#"):
        target: t.Any = root
        for step in schema["$ref"].lstrip("#/").split("/"):
            target = target.get(step, {}) if step else target
        schema = target
    return schema if isinstance(schema, dict) else {}
