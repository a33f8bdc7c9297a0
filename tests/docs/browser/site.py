# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the built site consists of, read without a browser: its pages, with their links and anchors."""

from __future__ import annotations

import dataclasses
import functools
import html.parser
import posixpath
import typing as t
import urllib.parse
from pathlib import Path

SITE = Path(__file__).resolve().parents[3] / ".venv" / "docs" / "html"


class _Reader(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in ("href", "src") and value is not None:
                self.links.append(value)
            if name == "id" and value:
                self.anchors.add(value)


@dataclasses.dataclass(frozen=True)
class Parsed:
    links: list[str]
    anchors: set[str]


def pages() -> list[str]:
    """Return the paths of all pages below the site's root."""
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))


def is_own(page: str) -> bool:
    """Tell whether a page differs from its twin in the other language in more than the frame around it."""
    return not page.startswith("zh_CN/collections/")


@functools.cache
def parsed(page: str) -> Parsed:
    reader = _Reader()
    reader.feed((SITE / page).read_text(encoding="utf-8"))
    return Parsed(reader.links, reader.anchors)


def dead_links(page: str) -> t.Iterator[str]:
    """Yield each link of a page that leads to a file or a place that is not there."""
    for link in parsed(page).links:
        parts = urllib.parse.urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        path = urllib.parse.unquote(parts.path)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page
        if (
            not (SITE / target).is_file()
            or target.startswith("..")
            or parts.fragment
            and target.endswith(".html")
            and not has_anchor(target, parts.fragment)
        ):
            yield link


def has_anchor(page: str, fragment: str) -> bool:
    return urllib.parse.unquote(fragment) in parsed(page).anchors
