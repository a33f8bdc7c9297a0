# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page about the inclusion checklist says of this repository holds."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT, text_of
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

BIN = Path(sys.executable).parent
# Of the types that the requirements allow, those that are in use here, and what only supports them.
PLUGIN_TYPES = {
    "action",
    "doc_fragments",
    "filter",
    "inventory",
    "lookup",
    "module_utils",
    "modules",
    "plugin_utils",
    "test",
}
NEEDED = {"meta", "plugins", "roles", "playbooks"}
GALAXY = yaml.safe_load(text_of("galaxy.yml"))


def test_only_allowed_types_of_plugins_are_there() -> None:
    assert {path.name for path in (ROOT / "plugins").iterdir() if path.is_dir()} <= PLUGIN_TYPES | {"__pycache__"}


def test_the_metadata_is_as_galaxy_wants_it() -> None:
    assert GALAXY["tags"]
    assert GALAXY["dependencies"] == {}
    assert re.fullmatch(r"[1-9]\d*\.\d+\.\d+", GALAXY["version"])
    assert yaml.safe_load(text_of("meta/runtime.yml"))["requires_ansible"] == ">=2.16.0"


def test_fragments_are_named_in_full() -> None:
    for path in (ROOT / "plugins").rglob("*.py"):
        for names in re.findall(r"extends_documentation_fragment:\n((?:  - .+\n)+)", path.read_text(encoding="utf-8")):
            assert all(name.startswith("huaweicloud.ims.") for name in re.findall(r"- (.+)", names)), path


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the collection, install it, and delete from it what a packager might leave out."""
    folder = tmp_path_factory.mktemp("bare")
    ansible_galaxy(folder, "build", "--output-path", str(folder), str(ROOT))
    (tarball,) = folder.glob("*.tar.gz")
    assert tarball.stat().st_size < 2_000_000
    ansible_galaxy(folder, "install", "--offline", "--force", "--collections-path", str(folder), str(tarball))
    installed = folder / "ansible_collections" / "huaweicloud" / "ims"
    assert set(NEEDED) <= {path.name for path in installed.iterdir()}
    for path in installed.iterdir():
        if path.name not in NEEDED:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder


def ansible_galaxy(folder: Path, *arguments: str) -> None:
    environment = {"HOME": str(folder), "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    subprocess.run(
        [str(BIN / "ansible-galaxy"), "collection", *arguments], env=environment, check=True, capture_output=True
    )


PLAYS: dict[str, tuple[str, ...]] = {
    "demo": (),
    "export_image": (
        "image_id=10000000-0000-4000-8000-000000000002",
        "bucket_url=ims-image:bare.qcow2",
        "file_format=qcow2",
        "wait_timeout=60",
    ),
    "golden_image": ("golden_image_name=bare", "golden_image_instance_id=877a2cda-ba63-4e1e-b95f-e67e48b6129a"),
}


@pytest.mark.parametrize("playbook", PLAYS)
def test_playbooks_roles_and_plugins_need_nothing_that_lies_elsewhere(bare: Path, playbook: str) -> None:
    with Simulator(job_seconds=1) as simulator:
        environment: dict[str, t.Any] = {
            "HOME": str(bare),
            "PATH": os.environ["PATH"],
            "LC_ALL": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(bare),
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            **simulator.account.environment(simulator.url),
        }
        command = [str(BIN / "ansible-playbook"), f"huaweicloud.ims.{playbook}"]
        command += [part for variable in PLAYS[playbook] for part in ("-e", variable)]
        done = subprocess.run(command, env=environment, cwd=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
