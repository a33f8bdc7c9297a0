# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check that a built collection holds what its users need, and nothing else: check_artifact.py TARBALL"""

from __future__ import annotations

import sys
import tarfile
from pathlib import PurePosixPath

SHIPPED = (
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "FILES.json",
    "LICENSE",
    "LICENSES",
    "MANIFEST.json",
    "README.md",
    "README.zh-CN.md",
    "SECURITY.md",
    "changelogs",
    "docs",
    "extensions",
    "meta",
    "playbooks",
    "plugins",
    "roles",
    "tests/simulator",
)
NEEDED = (
    "LICENSE",
    "README.md",
    "extensions/eda/plugins/event_source/ims_jobs.py",
    "meta/ee-requirements.txt",
    "meta/execution-environment.yml",
    "meta/runtime.yml",
    "playbooks/demo.yml",
    "plugins/action/wait_for_ims_job.py",
    "roles/awx_setup/files/credential_type/inputs.yml",
    "tests/simulator/__main__.py",
)


def is_shipped(name: str) -> bool:
    path = PurePosixPath(name)
    if any(part.startswith(".") or part == "__pycache__" for part in path.parts):
        return False
    return any(path.is_relative_to(shipped) for shipped in SHIPPED)


def main() -> int:
    with tarfile.open(sys.argv[1]) as artifact:
        names = {member.name for member in artifact.getmembers() if not member.isdir()}
    mistakes = [f"to be added to build_ignore in galaxy.yml: {name}" for name in names if not is_shipped(name)]
    mistakes += [f"missing: {name}" for name in NEEDED if name not in names]
    print("\n".join(sorted(mistakes)) or f"{len(names)} files, as intended")
    return int(bool(mistakes))


if __name__ == "__main__":
    sys.exit(main())
