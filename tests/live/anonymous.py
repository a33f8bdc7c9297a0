# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers of a real cloud without anything that tells whose they are.

Kept are shapes: keys that the schemas know, numbers, times, and words of the API (statuses, types, codes). Ids become
other ids of the same form, equal ones equal; every other text becomes ``text-1``, ``text-2``, ...
"""

from __future__ import annotations

import json
import re
import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.published import PUBLISHED

MOST_ITEMS = 3
_TIMES = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?Z?|\d\d-[A-Z][a-z]{2}-\d{4} \d\d:\d\d:\d\d:\d{3}", re.ASCII
)
_PLAIN = re.compile(r"true|false|[0-9]{1,5}", re.IGNORECASE | re.ASCII)
_HEX = re.compile(r"[0-9a-f]{32}", re.IGNORECASE | re.ASCII)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9 _.:()-]{0,63}", re.ASCII)
_ALIAS = re.compile(r"(text|key)-[0-9]+", re.ASCII)
# Whose values are words of the API, not of its users.
_WORDS = frozenset(
    """status job_type error_code code title type visibility disk_format container_format virtual_env_type current_task
    hw_firmware_type member_type platform os_type os_version os_version_key __imagetype __os_type
    __os_version __platform __image_source_type __root_origin __support_agent_list __isregistered""".split()
)
_BYTES = frozenset(["__image_size", "size", "virtual_size"])
# Keys that no schema of the collection has: those of errors, of pages, of starts, and of version discovery.
_OTHER_KEYS = frozenset(
    """error error_code error_msg request_id code message title errorCode errorMsg itemNotFound badRequest forbidden
    encoded_authorization_message images page_info next_marker current_count job_id versions version id links href rel
    status min_version updated media-types base type quotas resources""".split()
)


def _names(schema: t.Any) -> t.Iterator[str]:
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from _names(part)
    elif isinstance(schema, (list, tuple)):
        for part in schema:
            yield from _names(part)


KNOWN_KEYS = frozenset(name for schema in PUBLISHED.values() for name in _names(schema)) | _OTHER_KEYS


def is_known(name: str) -> bool:
    return name in KNOWN_KEYS or name.startswith("__")


def shown_path(path: str) -> str:
    """Return a path into an answer without the names of keys that nobody knows."""
    return re.sub(r"\.([^.\[]+)", lambda found: found[0] if is_known(found[1]) else ".key", path)


def shown_word(text: t.Any) -> str:
    """Return a word of the API as it is; anything else may be somebody's."""
    found = str(text)
    return found if re.fullmatch(r"[A-Za-z]{2,40}(_[A-Za-z]{2,20})?", found, re.ASCII) else "another word"


class Anonymizer:
    """One for all answers of a run, so that what was equal stays equal."""

    def __init__(self) -> None:
        self._aliases: dict[tuple[str, str], str] = {}

    def body(self, value: t.Any, key: str = "") -> t.Any:
        """Return a JSON value of the same shape. Of a list the first items stand for all."""
        if isinstance(value, dict):
            # What stands under a key that nobody knows may be anything.
            return {self._key(name): self.body(item, name if is_known(name) else "") for name, item in value.items()}
        if isinstance(value, list):
            return [self.body(item, key) for item in value[:MOST_ITEMS]]
        return self._text(value, key) if isinstance(value, str) else value

    def _key(self, name: str) -> str:
        return name if is_known(name) else self._alias("key", name)

    def _text(self, text: str, key: str) -> str:
        bare = text.strip()
        is_word = key in _WORDS and _WORD.fullmatch(bare) and not _ALIAS.fullmatch(bare)
        is_size = key in _BYTES and bare.isdigit()
        if not bare or is_word or is_size or _TIMES.fullmatch(bare) or _PLAIN.fullmatch(bare):
            return text
        if _HEX.fullmatch(bare):
            return text.replace(bare, self._alias("hex", bare.lower()))
        if _UUID.fullmatch(bare):
            return text.replace(bare, self._alias("uuid", bare.lower()))
        return self._alias("text", text)

    def _alias(self, kind: str, text: str) -> str:
        if (kind, text) not in self._aliases:
            number = 1 + sum(known == kind for known, _text in self._aliases)
            forms = {"hex": f"{number:032x}", "uuid": f"00000000-0000-4000-8000-{number:012x}"}
            self._aliases[kind, text] = forms.get(kind, f"{kind}-{number}")
        return self._aliases[kind, text]


def kind_of_text(body: bytes) -> str:
    """Return what a body is that is no JSON."""
    start = body.lstrip()[:200].lower()
    for name, beginning in (("html", (b"<!doctype html", b"<html")), ("xml", (b"<",))):
        if start.startswith(beginning):
            return name
    return "text" if start else "empty"


def as_json(body: bytes) -> t.Any:
    """Return the JSON value of a body. Raises ValueError."""
    return json.loads(body.decode("utf-8-sig"))
