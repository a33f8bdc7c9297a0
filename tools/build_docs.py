# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the documentation's site: the guides of docs/, and a page for each plugin and role. Warnings are errors.

The site is built twice: in English, and below zh_CN in Chinese. With --pages, only write anew what in docs/ is made
from data. With --translations, only bring the catalogues of docs/docsite/locale up to date: what is new in them has an
empty translation, and what has changed is marked as fuzzy.
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

from ansible_collections.huaweicloud.ims.tools import site_pages, translations
from ansible_collections.huaweicloud.ims.tools.doc_pages import DOCS, pages
from ansible_collections.huaweicloud.ims.tools.drawings import drawings

ROOT = DOCS.parent
COLLECTION = "huaweicloud.ims"
LANGUAGES = {"en": "", "zh_CN": "zh_CN"}
# What the pages of antsibull-docs have, and this site does not need or has in another place: a list of headings on each
# page, a list of all collections, and titles that fill the menu.
CHANGES = (
    (re.compile(r"^\.\. contents::\n(?:   .*\n)+", re.MULTILINE), ""),
    (re.compile(r"^\.\. seealso::\n\n +List of :ref:`collections.*\n", re.MULTILINE), ""),
    (re.compile(r"^    (\w+)_(module|test|role)$", re.MULTILINE), r"    \1 <\1_\2>"),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", action="store_true", help="write the generated pages and drawings, build nothing")
    parser.add_argument("--translations", action="store_true", help="update the catalogues, build nothing")
    parser.add_argument(
        "--if-stale", action="store_true", help="build only when the site is older than a file of git's"
    )
    parser.add_argument("--output", type=Path, default=ROOT / ".venv" / "docs", help="where the site goes")
    options = parser.parse_args()
    if options.pages:
        for path, text in {**pages(), **drawings()}.items():
            path.write_text(text, encoding="utf-8")
        return 0
    source, site = options.output / "source", options.output / "html"
    if options.if_stale and is_fresh(site / "index.html"):
        return 0
    shutil.rmtree(source, ignore_errors=True)
    site_pages.assemble(source)
    if options.translations:
        translations.update(extracted(source, options.output / "gettext"))
        return 0
    shutil.rmtree(site, ignore_errors=True)
    run("antsibull-docs", "collection", "--use-current", "--dest-dir", str(source), COLLECTION)
    adapt(source / "collections")
    for language, folder in LANGUAGES.items():
        sphinx("html", source, site / folder, f"--define=language={language}")
    print(f"The site is {site / 'index.html'}")
    return 0


def is_fresh(index: Path) -> bool:
    """Tell whether the site is newer than all that it may be made of."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True).stdout
    files = [ROOT / name for name in listed.split("\0") if name and not name.startswith("tests/")]
    return index.exists() and all(path.stat().st_mtime < index.stat().st_mtime for path in files if path.exists())


def extracted(source: Path, folder: Path) -> Path:
    """Extract the texts of the guides into templates of catalogues, and return their folder."""
    shutil.rmtree(folder, ignore_errors=True)
    # Pages of plugins are not translated, so one stands for all. Links to the others lead nowhere for once.
    index = source / "collections" / "huaweicloud" / "ims" / "index.rst"
    index.parent.mkdir(parents=True)
    index.write_text("Collection\n==========\n", encoding="utf-8")
    sphinx("gettext", source, folder, "--define=suppress_warnings=ref.ref,myst.xref_missing")
    shutil.rmtree(folder / "collections")
    return folder


def sphinx(builder: str, source: Path, target: Path, *arguments: str) -> None:
    # Trees of documents hold translated texts, so each language has its own, outside of what is published.
    trees = target.parent / f"trees-{builder}-{target.name}"
    shutil.rmtree(trees, ignore_errors=True)
    run(
        "sphinx-build",
        "-W",
        "--keep-going",
        "-q",
        "-b",
        builder,
        "-d",
        str(trees),
        *arguments,
        str(source),
        str(target),
    )


def adapt(collections: Path) -> None:
    """Make the pages of antsibull-docs fit into a site that is about one collection."""
    for page in [*collections.glob("*.rst"), collections / "huaweicloud" / "index.rst"]:
        page.unlink()
    for page in collections.rglob("*.rst"):
        text = page.read_text(encoding="utf-8")
        for pattern, replacement in CHANGES:
            text = pattern.sub(replacement, text)
        page.write_text(text, encoding="utf-8")


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
