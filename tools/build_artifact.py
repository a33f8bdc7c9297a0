# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Build the collection so that the same commit gives the same bytes: build_artifact.py [--twice] FOLDER

ansible-galaxy lists the files as the file system does, packs those that git does not know, and notes when it ran and
when each file was written. This lets it build from a copy of what git knows, and packs the outcome anew: sorted, and
dated with SOURCE_DATE_EPOCH or the last commit's date. --twice builds again, from another copy, and compares.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES, MANIFEST = "FILES.json", "MANIFEST.json"


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def date() -> int:
    """Return the date of the artifact and of all in it: of the commit, or what the reproducible builds' rule sets."""
    return int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct"))


def copy_tree(folder: Path, names: t.Iterable[str], written: float) -> None:
    """Copy files, and date the copies."""
    for name in names:
        if (ROOT / name).exists():  # not so when deleted and not yet staged
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, folder / name)
            shutil.copymode(ROOT / name, folder / name)
            os.utime(folder / name, (written, written))


def build(folder: Path, names: t.Iterable[str], written: float) -> Path:
    """Let ansible-galaxy build from a copy of these files."""
    with tempfile.TemporaryDirectory() as tree:
        copy_tree(Path(tree), names, written)
        galaxy = str(Path(sys.executable).with_name("ansible-galaxy"))
        command = [galaxy, "collection", "build", "--force", "--output-path", str(folder)]
        subprocess.run(command, cwd=tree, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    (tarball,) = folder.glob("*.tar.gz")
    return tarball


def contents_of(tarball: Path) -> dict[str, tuple[tarfile.TarInfo, bytes]]:
    with tarfile.open(tarball) as archive:
        members = [(member, archive.extractfile(member)) for member in archive.getmembers()]
        return {member.name: (member, file.read() if file else b"") for member, file in members}


def normalise(tarball: Path, when: int) -> None:
    """Pack an artifact anew, so that nothing in it depends on where and when it was built."""
    contents = contents_of(tarball)
    files = json.loads(contents[FILES][1])
    files["files"].sort(key=lambda entry: str(entry["name"]))
    listing = json.dumps(files, indent=True).encode()
    manifest = json.loads(contents[MANIFEST][1])
    manifest["file_manifest_file"]["chksum_sha256"] = hashlib.sha256(listing).hexdigest()
    written = {FILES: listing, MANIFEST: json.dumps(manifest, indent=True).encode()}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in [MANIFEST, FILES, *sorted(contents.keys() - written.keys())]:
            member, content = contents[name]
            content = written.get(name, content)
            plain = tarfile.TarInfo(name)
            plain.type, plain.mode, plain.linkname = member.type, member.mode, member.linkname
            plain.size, plain.mtime = len(content), when
            archive.addfile(plain, io.BytesIO(content))
    with tarball.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=when) as compressed:
        compressed.write(packed.getvalue())


def build_same_bytes(folder: Path, *, again: bool = False) -> Path:
    """Build into a folder; again: from a copy whose files are written in another order, and dated otherwise."""
    names = sorted(filter(None, git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")))
    tarball = build(folder, reversed(names), 1e9) if again else build(folder, names, time.time())
    normalise(tarball, date())
    return tarball


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--twice", action="store_true")
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    for older in options.folder.glob("*.tar.gz"):
        older.unlink()
    tarball = build_same_bytes(options.folder)
    if options.twice:
        with tempfile.TemporaryDirectory() as folder:
            if build_same_bytes(Path(folder), again=True).read_bytes() != tarball.read_bytes():
                print(f"Two builds differ: {tarball} {hashlib.sha256(tarball.read_bytes()).hexdigest()}")
                return 1
    print(f"{tarball} sha256:{hashlib.sha256(tarball.read_bytes()).hexdigest()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
