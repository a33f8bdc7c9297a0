# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same files give an artifact of the same bytes, whenever and wherever it is built."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from pathlib import Path

from ansible_collections.huaweicloud.ims.tools.build_artifact import normalise

CONTENT = {"README.md": b"Read me.", "plugins/a.py": b"", "plugins/b.py": b"b"}


def artifact(path: Path, names: list[str], when: float) -> Path:
    """Build as ansible-galaxy does: in the order in which the file system lists, with the times of files."""
    entries = [{"name": ".", "ftype": "dir"}, {"name": "plugins", "ftype": "dir"}]
    entries += [{"name": name, "ftype": "file", "chksum_sha256": sha256(CONTENT[name])} for name in names]
    files = json.dumps({"files": entries, "format": 1}, indent=True).encode()
    manifest = {"collection_info": {}, "file_manifest_file": {"chksum_sha256": sha256(files)}, "format": 1}
    with tarfile.open(path, "w:gz") as archive:
        for name, content in {"MANIFEST.json": json.dumps(manifest).encode(), "FILES.json": files}.items():
            add(archive, name, content, when)
        folder = tarfile.TarInfo("plugins")
        folder.type, folder.mode, folder.mtime = tarfile.DIRTYPE, 0o755, when
        archive.addfile(folder)
        for name in names:
            add(archive, name, CONTENT[name], when)
    return path


def add(archive: tarfile.TarFile, name: str, content: bytes, when: float) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode, member.uname = len(content), when, 0o644, "me"
    archive.addfile(member, io.BytesIO(content))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_order_and_times_leave_no_trace_and_the_checksums_fit(tmp_path: Path) -> None:
    one = artifact(tmp_path / "one.tar.gz", sorted(CONTENT), 1_700_000_000)
    two = artifact(tmp_path / "two.tar.gz", sorted(CONTENT, reverse=True), 1_800_000_000.5)
    assert one.read_bytes() != two.read_bytes()
    for path in (one, two):
        normalise(path, 1_600_000_000)
    assert one.read_bytes() == two.read_bytes()
    with tarfile.open(one) as archive:
        members = {member.name: member for member in archive.getmembers()}
        contents = {name: archive.extractfile(name).read() for name, member in members.items() if member.isfile()}  # type: ignore[union-attr]
    assert {member.mtime for member in members.values()} == {1_600_000_000}
    assert list(members) == ["MANIFEST.json", "FILES.json", "README.md", "plugins", "plugins/a.py", "plugins/b.py"]
    assert {name: contents[name] for name in CONTENT} == CONTENT
    assert json.loads(contents["MANIFEST.json"])["file_manifest_file"]["chksum_sha256"] == sha256(
        contents["FILES.json"]
    )
    listed = json.loads(contents["FILES.json"])["files"]
    assert {e["name"]: e["chksum_sha256"] for e in listed if e["ftype"] == "file"} == {
        name: sha256(content) for name, content in CONTENT.items()
    }


def test_another_content_gives_other_bytes(tmp_path: Path) -> None:
    one = artifact(tmp_path / "one.tar.gz", ["README.md"], 0)
    two = artifact(tmp_path / "two.tar.gz", ["plugins/b.py"], 0)
    for path in (one, two):
        normalise(path, 0)
    assert one.read_bytes() != two.read_bytes()
