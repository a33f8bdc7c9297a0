# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether the journal outlives the machine that it is kept on: in a container only a mount does."""

from __future__ import annotations

import os
from pathlib import Path

# Podman and Docker leave one of these; Kubernetes sets the variable.
_MARKS = ("/run/.containerenv", "/.dockerenv")
_KUBERNETES = "KUBERNETES_SERVICE_HOST"
_MOUNTS = "/proc/self/mountinfo"


def is_in_container() -> bool:
    """Return whether this process runs in a container, as far as that can be told."""
    return _KUBERNETES in os.environ or any(os.path.exists(mark) for mark in _MARKS)


def is_lost_with_container(folder: Path, mounts: str = _MOUNTS) -> bool:
    """Return whether a folder lies in the container's own file system, which is gone with it."""
    if not is_in_container():
        return False
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return False
    # The fifth field is the mount's place (proc(5)); blanks in it are written as \040.
    places = {line.split()[4].replace("\\040", " ") for line in lines if len(line.split()) > 4}
    own = folder.resolve()
    return not any(str(parent) in places for parent in (own, *own.parents) if parent != Path("/"))
