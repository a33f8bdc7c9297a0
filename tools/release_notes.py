# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the notes of a release, from CHANGELOG.md: release_notes.py [--check] VERSION

With --check, see instead that the tag may become a release: it is the version of galaxy.yml, it has notes, and its
commit is on main. It needs nothing but Python and git.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAIN = "origin/main"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="see whether it may be released, print nothing else")
    parser.add_argument("version")
    options = parser.parse_args()
    if options.check:
        found = list(mistakes(options.version))
        print("\n".join(found) or f"{options.version} may be released")
        return int(bool(found))
    print(notes(options.version))
    return 0


def mistakes(version: str) -> t.Iterator[str]:
    if f"\nversion: {version}\n" not in (ROOT / "galaxy.yml").read_text(encoding="utf-8"):
        yield f"galaxy.yml has another version than {version}"
    if not notes(version):
        yield f"CHANGELOG.md says nothing about {version}: antsibull-changelog release"
    if list((ROOT / "changelogs" / "fragments").glob("*.y*ml")):
        yield "changelogs/fragments is not empty: antsibull-changelog release"
    if subprocess.run(["git", "merge-base", "--is-ancestor", "HEAD", MAIN], cwd=ROOT, check=False).returncode:
        yield "the commit is not on main"


def notes(version: str) -> str:
    """Return the section of the changelog about a version, without its title."""
    parts = re.split(r"^## v(.+)$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    # antsibull-changelog escapes all that might mean something in Markdown, dots as well.
    sections = {title.replace("\\", ""): text for title, text in zip(parts[1::2], parts[2::2])}
    return re.sub(r"<a id=\"[^\"]*\"></a>\n?", "", sections.get(version, "")).strip()


if __name__ == "__main__":
    sys.exit(main())
