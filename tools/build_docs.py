# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation's site: the guides of docs/, and a page for each plugin and role. Warnings are errors.

With --pages, only write anew what in docs/ is made from data.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from ansible_collections.huaweicloud.ims.tools.doc_pages import DOCS, pages
from ansible_collections.huaweicloud.ims.tools.drawings import drawings

ROOT = DOCS.parent
REPOSITORY = "https://github.com/huaweicloud-ims/ansible-collection-ims/blob/main/"
COLLECTION = "huaweicloud.ims"
# Where plugins and roles have a page of their own: in the repository, and on the site.
PAGES = (
    (re.compile(r"plugins/modules/(\w+)\.py"), "module"),
    (re.compile(r"plugins/test/(\w+)\.yml"), "test"),
    (re.compile(r"roles/(\w+)/README\.md"), "role"),
)
# What the pages of antsibull-docs have, and this site does not need or has in another place: a list of headings on each
# page, a list of all collections, and titles that fill the menu.
CHANGES = (
    (re.compile(r"^\.\. contents::\n(?:   .*\n)+", re.MULTILINE), ""),
    (re.compile(r"^\.\. seealso::\n\n +List of :ref:`collections.*\n", re.MULTILINE), ""),
    (re.compile(r"^    (\w+)_(module|test|role)$", re.MULTILINE), r"    \1 <\1_\2>"),
)
LINK = re.compile(r"\]\(((?:\.\./|schema/|examples/)[^)#\s]*)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", action="store_true", help="write the generated pages and drawings, build nothing")
    parser.add_argument("--output", type=Path, default=ROOT / ".venv" / "docs", help="where the site goes")
    options = parser.parse_args()
    if options.pages:
        for path, text in {**pages(), **drawings()}.items():
            path.write_text(text, encoding="utf-8")
        return 0
    source, site = options.output / "source", options.output / "html"
    for folder in (source, site):
        shutil.rmtree(folder, ignore_errors=True)
    assemble(source)
    run("antsibull-docs", "collection", "--use-current", "--dest-dir", str(source), COLLECTION)
    adapt(source / "collections")
    run("sphinx-build", "-W", "--keep-going", "-q", "-b", "html", str(source), str(site))
    print(f"The site is {site / 'index.html'}")
    return 0


def assemble(source: Path) -> None:
    """Copy the guides, with links that lead where the site has pages of its own, or to the repository."""
    shutil.copytree(DOCS / "images", source / "images")
    static = source / "_static"
    static.mkdir()
    shutil.copy(DOCS / "docsite" / "wide.css", static)
    shutil.copy(DOCS / "docsite" / "conf.py", source)
    for drawing in DOCS.glob("*.svg"):
        shutil.copy(drawing, source)
    for page in [*DOCS.glob("[!R]*.md"), DOCS / "docsite" / "index.md"]:
        text = LINK.sub(lambda found: f"]({target(found.group(1))}", page.read_text(encoding="utf-8"))
        # The list of a page's headings would be longer than the screen there.
        head = "---\ntocdepth: 3\n---\n" if page.stem in ("troubleshooting", "schemas") else ""
        (source / page.name).write_text(head + text, encoding="utf-8")


def adapt(collections: Path) -> None:
    """Make the pages of antsibull-docs fit into a site that is about one collection."""
    for page in [*collections.glob("*.rst"), collections / "huaweicloud" / "index.rst"]:
        page.unlink()
    for page in collections.rglob("*.rst"):
        text = page.read_text(encoding="utf-8")
        for pattern, replacement in CHANGES:
            text = pattern.sub(replacement, text)
        page.write_text(text, encoding="utf-8")


def target(link: str) -> str:
    path = os.path.relpath(DOCS / link, ROOT)
    for pattern, kind in PAGES:
        found = pattern.fullmatch(path)
        if found:
            return f"collections/huaweicloud/ims/{found.group(1)}_{kind}.rst"
    return REPOSITORY + path


def run(*command: str) -> None:
    """Run a program of this Python's environment; collections are looked for there only."""
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        "ANSIBLE_COLLECTIONS_PATH": sysconfig.get_path("purelib"),
    }
    subprocess.run(command, check=True, cwd=ROOT, env=environment)


if __name__ == "__main__":
    sys.exit(main())
