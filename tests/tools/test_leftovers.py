# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What `make test` leaves in HOME is noticed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tools import leftovers


def run(home: Path, when: str, note: Path, ci: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, leftovers.__file__, when, str(note)]
    environ = {"HOME": str(home), "CI": ci}
    return subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize("new", [".ansible_async", "antsibull.log", ".cache/ansible-compat", ".ansible/test/cache"])
def test_what_has_come_is_named_and_fails_in_ci_only(tmp_path: Path, new: str) -> None:
    home, note = tmp_path / "home", tmp_path / "note"
    (home / ".ansible" / "tmp").mkdir(parents=True)
    run(home, "before", note, "")
    (home / new).mkdir(parents=True)
    for ci in ("", "true"):
        done = run(home, "after", note, ci)
        assert done.stdout.rstrip().endswith((f": {new}", f": {Path(new).parent}"))
        assert done.returncode == int(bool(ci))


def test_what_was_there_and_the_package_managers_caches_do_not_count(tmp_path: Path) -> None:
    home, note = tmp_path / "home", tmp_path / "note"
    (home / ".ansible").mkdir(parents=True)
    run(home, "before", note, "true")
    for name in (".cache/uv/x", ".cache/pip/y"):
        (home / name).mkdir(parents=True)
    done = run(home, "after", note, "true")
    assert (done.returncode, done.stdout) == (0, "")
