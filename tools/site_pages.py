# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages of the site, put together from those of the repository, before Sphinx makes HTML of them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from ansible_collections.huaweicloud.ims.tools.doc_pages import DOCS

ROOT = DOCS.parent
COOKBOOK = ROOT / "cookbook"
REPOSITORY = "https://github.com/huaweicloud-ims/ansible-collection-ims/blob/main/"
# Where plugins and roles have a page of their own: in the repository, and on the site.
PAGES = (
    (re.compile(r"plugins/modules/(\w+)\.py"), "module"),
    (re.compile(r"plugins/test/(\w+)\.yml"), "test"),
    (re.compile(r"roles/(\w+)/README\.md"), "role"),
)
# Other files that have one.
GUIDES = (
    (re.compile(r"playbooks/\w+\.yml"), "playbooks.md"),
    (re.compile(r"extensions/eda/plugins/event_source/\w+\.py"), "events.md"),
    (re.compile(r"cookbook/(\w+)/README\.md"), r"cookbook/\1.md"),
    (re.compile(r"docs/(\w[\w.]*\.md)"), r"\1"),
)
LINK = re.compile(r"\]\(((?:\.\./|schema/|examples/)[^)#\s]*)")
# Headings that people search for by words that the search does not see in them: codes without their dot, and numbers.
CODE = re.compile(r"^###+ (?:HTTP |([A-Z]+)\.)(\d+)$", re.MULTILINE)
# Charts have fixed colors; at night they are turned over, which keeps the hues.
NIGHT = "<style>@media (prefers-color-scheme:dark){svg{filter:invert(.93) hue-rotate(180deg)}}</style>"
# Pages whose list of headings would be longer than the screen.
LONG = ("troubleshooting", "schemas")
LICENSE = re.compile(r"\A(?:---\n)?(?:#.*\n){3}\n?")
LANGUAGES_OF_FILES = {".yml": "yaml", ".cfg": "ini"}
COOKBOOK_PAGES = "\n```{toctree}\n:hidden:\n:glob:\n\ncookbook/*\n```\n"


def assemble(source: Path) -> None:
    """Copy the guides, with links that lead where the site has pages of its own, or to the repository."""
    site = DOCS / "docsite"
    shutil.copytree(DOCS / "images", source / "images")
    shutil.copytree(site / "templates", source / "_templates")
    shutil.copytree(site / "locale", source / "locale")  # Sphinx compiles the catalogues where they lie
    static = source / "_static"
    static.mkdir()
    for name in ("site.css", "favicon.svg"):
        shutil.copy(site / name, static)
    shutil.copy(site / "conf.py", source)
    for chart in DOCS.glob("*.svg"):
        text = chart.read_text(encoding="utf-8")
        (source / chart.name).write_text(text.replace("</title>", f"</title>{NIGHT}", 1), encoding="utf-8")
    for page in [*DOCS.glob("[!R]*.md"), site / "index.md"]:
        text = CODE.sub(indexed, linked(page.read_text(encoding="utf-8"), DOCS))
        head = "---\ntocdepth: 3\n---\n" if page.stem in LONG else ""
        tail = COOKBOOK_PAGES if page.stem == "cookbook" else ""
        (source / page.name).write_text(head + text + tail, encoding="utf-8")
    (source / "cookbook").mkdir()
    for readme in COOKBOOK.glob("*/README.md"):
        project = readme.parent
        text = linked(readme.read_text(encoding="utf-8"), project, "cookbook")
        (source / "cookbook" / f"{project.name}.md").write_text(text + files_of(project), encoding="utf-8")


def files_of(project: Path) -> str:
    """Return the files of a project of the cookbook as blocks of code, those that differ most from others first."""
    paths = sorted(project.rglob("*"), key=lambda path: (path.name in ("ansible.cfg", "requirements.yml"), path))
    parts = ["\n## Files\n"]
    for path in paths:
        if path.is_file() and path.name != "README.md":
            text = LICENSE.sub("", path.read_text(encoding="utf-8"))
            language = LANGUAGES_OF_FILES[path.suffix]
            parts.append(f"```{{code-block}} {language}\n:caption: {path.relative_to(project)}\n\n{text}```\n")
    return "\n".join(parts)


def linked(text: str, folder: Path, depth: str = ".") -> str:
    """Let the links of a page that lies in a folder of the repository lead where the site has what they lead to."""

    def lead(found: re.Match[str]) -> str:
        path = target(os.path.relpath(folder / found.group(1), ROOT))
        if path.startswith(REPOSITORY):
            return f"]({path}"
        return f"]({os.path.relpath(path, depth)}"

    return LINK.sub(lead, text)


def target(path: str) -> str:
    """Return where the site shows a file of the repository, relative to the site's root, or else its address."""
    for pattern, kind in PAGES:
        found = pattern.fullmatch(path)
        if found:
            return f"collections/huaweicloud/ims/{found.group(1)}_{kind}.rst"
    for pattern, guide in GUIDES:
        found = pattern.fullmatch(path)
        if found:
            return found.expand(guide)
    return REPOSITORY + path


def indexed(heading: re.Match[str]) -> str:
    """Add to a heading such as IMG.0070 the words that people search for: IMG0070; to HTTP 403: 403."""
    # Before the heading, so that who follows it sees the heading.
    return f"```{{index}} single: {heading.group(1) or ''}{heading.group(2)}\n```\n\n{heading.group(0)}"
