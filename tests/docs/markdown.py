# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests read in the pages: blocks of code, headings, links."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\S*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^(#{1,6}) (.+)$", re.MULTILINE)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_INLINE_CODE = re.compile(r"`[^`\n]+`")


@dataclasses.dataclass(frozen=True)
class Block:
    """A piece of code in a page."""

    page: str
    number: int
    language: str
    text: str

    @property
    def name(self) -> str:
        return f"{self.page.replace('/', '-').replace('.', '-')}-{self.number}"

    @property
    def plays(self) -> list[dict[str, t.Any]]:
        """Return the plays; tasks alone become a play, and what is neither becomes none."""
        data = yaml.safe_load(self.text)
        items = data if isinstance(data, list) and all(isinstance(item, dict) for item in data) else []
        if items and all("hosts" in item and "sources" not in item for item in items):
            return items
        if items and all(any("." in key for key in item) or "block" in item for item in items):
            return [{"name": "Tasks", "hosts": "localhost", "gather_facts": False, "tasks": items}]
        return []


def pages() -> list[str]:
    """Return all pages for users, in a stable order."""
    found = [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/*.md"),
        *ROOT.glob("roles/*/README.md"),
        *ROOT.glob("cookbook/*/README.md"),
    ]
    found.append(ROOT / "tests" / "simulator" / "README.md")
    return sorted(path.relative_to(ROOT).as_posix() for path in found if not path.name.startswith("CHANGELOG"))


def text_of(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str) -> list[Block]:
    found = _FENCE.findall(text_of(page))
    return [Block(page, number, language, text) for number, (language, text) in enumerate(found)]


def prose(page: str) -> str:
    """Return the page without its blocks of code."""
    return _FENCE.sub("", text_of(page))


def headings(page: str) -> list[tuple[int, str]]:
    return [(len(marks), words) for marks, words in _HEADING.findall(prose(page))]


def anchors(page: str) -> set[str]:
    """Return the anchors that GitHub gives to the headings."""
    return {re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-") for dummy, words in headings(page)}


def links(page: str) -> list[str]:
    return _LINK.findall(_INLINE_CODE.sub("``", prose(page)))


def inline_code(page: str) -> list[str]:
    return _INLINE_CODE.findall(prose(page))
