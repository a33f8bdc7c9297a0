# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prove that `make test` writes nothing into HOME: leftovers.py before|after FILE

"before" notes in the file what is there, "after" tells what has come since. The package managers' caches do not count.
On a machine where people work other programs write there as well, so it fails only where CI is set.
"""

from __future__ import annotations

import os
import sys
import typing as t
from pathlib import Path

# Where programs put what is theirs: folders that are listed, and those of Ansible with all that is in them.
LISTED = ("*", ".cache/*", ".config/*", ".local/*", ".local/share/*", ".local/state/*", ".ansible*/**/*")
# Of package managers; each brings its own, and a session that installs with another one adds its own here.
CACHES = (".cache", ".cache/pip", ".cache/uv", "Library", ".npm", ".local/share/uv")


def listing(home: Path) -> set[str]:
    found = {str(path.relative_to(home)) for pattern in LISTED for path in home.glob(pattern)}
    return found - set(CACHES)


def new_in(before: t.Iterable[str], after: t.Iterable[str]) -> list[str]:
    """Return what is new; of a new folder, not what is in it."""
    new = set(after) - set(before)
    return sorted(name for name in new if not any(str(parent) in new for parent in Path(name).parents))


def main() -> int:
    when, note = sys.argv[1], Path(sys.argv[2])
    home = Path.home()
    if when == "before":
        note.write_text("\n".join(sorted(listing(home))), encoding="utf-8")
        return 0
    new = new_in(note.read_text(encoding="utf-8").splitlines(), listing(home))
    if new:
        print(f"New in {home} since the tests began, which are not to write there: {', '.join(new)}")
    return int(bool(new) and bool(os.environ.get("CI")))


if __name__ == "__main__":
    sys.exit(main())
