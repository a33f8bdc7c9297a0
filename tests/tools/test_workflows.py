# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflows run actions that cannot be changed behind their backs, and once a week what is new."""

from __future__ import annotations

import re
import typing as t
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.tools.groups import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"^ *- uses: [\w.-]+/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$")


def read(path: Path) -> dict[t.Any, t.Any]:
    return t.cast("dict[t.Any, t.Any]", yaml.safe_load(path.read_text(encoding="utf-8")))


def test_each_action_is_named_by_its_commit_and_its_version() -> None:
    lines = [line for path in WORKFLOWS for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert lines
    assert [line for line in lines if not PINNED.match(line)] == []


def test_the_weekly_run_does_without_the_locks_and_no_other_does() -> None:
    workflow = read(ROOT / ".github" / "workflows" / "ci.yml")
    assert "schedule" in workflow[True]  # YAML's "on"
    assert workflow["env"]["IMS_UNLOCKED"] == "${{ github.event_name == 'schedule' && '1' || '' }}"
