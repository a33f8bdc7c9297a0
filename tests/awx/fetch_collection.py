# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Put the collection awx.awx, version 24.6.1, into .venv/collections, for the tests of the role awx_setup.

Its modules are the real ones. They come from the package index, as a part of the package "ansible", since many machines
do not reach a Galaxy server.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from ansible_collections.huaweicloud.ims.tools.locks import ensure_fresh, path_of

GROUP = "awx-collection"
FOLDER = Path(__file__).resolve().parents[2] / ".venv" / "collections"
PART = "ansible_collections/awx/awx/"


def main() -> None:
    ensure_fresh([GROUP])
    stamp, lock = FOLDER / GROUP, path_of(GROUP).read_text(encoding="utf-8")
    if stamp.exists() and stamp.read_text(encoding="utf-8") == lock:
        return
    # The package alone: what it needs is in the lock, too.
    (package,) = re.findall(r"^ansible==.*(?:\n .*)*", lock, re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        requirements = Path(folder, "requirements.txt")
        requirements.write_text(f"{package}\n", encoding="utf-8")
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", f"--dest={folder}"]
        subprocess.run([*download, "--require-hashes", "-r", str(requirements)], check=True)
        (wheel,) = Path(folder).glob("ansible-*.whl")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(FOLDER, [name for name in archive.namelist() if name.startswith(PART)])
    stamp.write_text(lock, encoding="utf-8")


if __name__ == "__main__":
    main()
