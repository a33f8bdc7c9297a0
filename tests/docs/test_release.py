# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflow of releases calls what exists, and lets nothing out that was not checked."""

from __future__ import annotations

import re
import subprocess
import typing as t

import yaml

from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT, text_of
from ansible_collections.huaweicloud.ims.tools import release_notes

RELEASE = yaml.safe_load(text_of(".github/workflows/release.yml"))
JOBS: dict[str, t.Any] = RELEASE["jobs"]


def commands(job: str) -> str:
    return "\n".join(step["run"] for step in JOBS[job]["steps"] if "run" in step)


def test_actions_are_named_by_their_commit() -> None:
    used = re.findall(r"uses: (.+)", text_of(".github/workflows/release.yml"))
    assert used
    for action in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


def test_nothing_is_published_before_all_checks_have_passed() -> None:
    assert JOBS["publish"]["needs"] == "build"
    checks = commands("build")
    order = ["release_notes.py --check", ".ci/run", "build_artifact.py --twice", "nox -s artifact", "sha256sum"]
    assert [checks.index(name) for name in order] == sorted(checks.index(name) for name in order)
    assert "make test" in text_of(".ci/run")
    assert "sha256sum --check" in commands("publish").partition("ansible-galaxy collection publish")[0]


def test_only_the_job_that_runs_nothing_of_the_repository_may_write() -> None:
    assert RELEASE["permissions"] == {"contents": "read"}
    assert "permissions" not in JOBS["build"]
    assert not re.search(r"tools/|nox|make|\.ci/", commands("publish"))


def test_the_files_that_the_workflow_runs_exist() -> None:
    for path in re.findall(r"\b(tools/\w+\.py|\.ci/run)\b", commands("build")):
        assert (ROOT / path).is_file(), path


def test_the_notes_of_a_release_are_those_of_the_changelog() -> None:
    notes = release_notes.notes("1.0.0")
    assert notes.startswith("### Release Summary")
    assert "First release" in notes
    assert "<a id" not in notes
    assert release_notes.notes("0.0.9") == ""


def test_a_tag_that_does_not_fit_is_refused() -> None:
    said = "\n".join(release_notes.mistakes("0.0.9"))
    assert "galaxy.yml" in said
    assert "CHANGELOG.md" in said


def test_the_check_can_be_run_without_anything_installed() -> None:
    command = ["python3", "-I", "-S", str(ROOT / "tools" / "release_notes.py"), "--check", "0.0.9"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "galaxy.yml" in done.stdout
