# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-test on a copy of this checkout: ansible_test.py [--shipped] FOLDER ARGUMENT...

ansible-test wants to lie under ansible_collections/NAMESPACE/NAME, and to find there the files that git knows.
With --shipped, the copy has only what the artifact has. It keeps its tests/output, so that a second run is a warm one.
"""

from __future__ import annotations

import fnmatch
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import yaml

CHECKOUT = Path(__file__).resolve().parent.parent
# ansible-test ends well when it found nothing to do.
NOTHING_DONE = "All targets skipped"
# Not shipped, but ansible-test reads them.
SETTINGS = {"tests/config.yml", ".gitignore"}


def refresh(tree: Path, left_out: t.Sequence[str] = ()) -> None:
    """Make the tree hold what the checkout holds, uncommitted work included, and ignored files and patterns not."""
    tree.mkdir(parents=True, exist_ok=True)
    for entry in tree.iterdir():
        if entry.name not in {".git", "tests"}:
            remove(entry)
    for entry in tree.glob("tests/*"):
        if entry.name != "output":
            remove(entry)
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=CHECKOUT, check=True, stdout=subprocess.PIPE, text=True).stdout
    for name in filter(None, set(names.split("\0"))):
        if name not in SETTINGS and matches(name, left_out):
            continue
        source, target = CHECKOUT / name, tree / name
        if source.is_symlink() or source.is_file():  # not so when deleted and not yet staged
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    # Of its own, for in the checkout's git the copy is an ignored folder.
    subprocess.run(["git", "init", "--quiet"], cwd=tree, check=True)


def matches(name: str, patterns: t.Sequence[str]) -> bool:
    """Tell whether a file, or a folder that it lies in, fits a pattern of galaxy.yml."""
    return any(fnmatch.fnmatch(name, each) for pattern in patterns for each in (pattern, f"{pattern}/*"))


def remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def run(tree: Path, arguments: list[str]) -> int:
    """Run ansible-test, pass on what it says, and fail when it did nothing."""
    command = [str(Path(sys.executable).with_name("ansible-test")), *arguments]
    nothing_done = False
    with subprocess.Popen(
        command, cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        for line in process.stdout:
            print(line, end="", flush=True)
            nothing_done = nothing_done or NOTHING_DONE in line
    if nothing_done:
        print("ansible-test ran nothing: that is a failure here.")
    return process.returncode or int(nothing_done)


def main() -> int:
    left_out: list[str] = []
    if sys.argv[1] == "--shipped":
        left_out = yaml.safe_load((CHECKOUT / "galaxy.yml").read_text(encoding="utf-8"))["build_ignore"]
        del sys.argv[1]
    folder, *arguments = sys.argv[1:]
    tree = Path(folder).resolve() / "ansible_collections" / "huaweicloud" / "ims"
    refresh(tree, left_out)
    return run(tree, arguments)


if __name__ == "__main__":
    sys.exit(main())
