# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import shutil
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.awx.harness import (
    BIN,
    ROOT,
    blocks_of,
    built_artifact,
    install,
    read_yaml,
)
from ansible_collections.huaweicloud.ims.tests.containers.engine import BASE_IMAGE, Engine
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

EXAMPLES = ROOT / "docs" / "examples"
# What differs from the documented definition: the base image, and where Debian's Python is.
HERE: dict[str, t.Any] = {
    "images": {"base_image": {"name": BASE_IMAGE}},
    "options": {"package_manager_path": "/usr/bin/apt-get", "skip_pip_install": True},
}
PYTHON = {"package_system": "python3", "python_path": "/usr/bin/python3"}


@pytest.fixture(scope="session")
def engine() -> t.Iterator[Engine]:
    podman = Engine()
    podman.remove_containers()
    yield podman
    podman.remove_containers()


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection as it is published."""
    return built_artifact(tmp_path_factory.mktemp("artifact"))


@pytest.fixture(scope="session")
def unpacked(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the collection in it, for the files of its roles: jobs do not get to see it."""
    return install(artifact, tmp_path_factory.mktemp("collections"))


@pytest.fixture(scope="session")
def build(engine: Engine, artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> t.Callable[[str, str], str]:
    """Build an image of a documented definition, with the artifact as the guide puts it in. Return its tag."""

    def build_it(example: str, name: str) -> str:
        folder = tmp_path_factory.mktemp(name) / "definition"
        shutil.copytree(EXAMPLES / example, folder)
        (file,) = [path for path in folder.glob("*.yml") if path.name != "requirements.yml"]
        more, requirements = [yaml.safe_load(text) for text in blocks_of("yaml") if artifact.name in text]
        definition = read_yaml(file)
        definition["dependencies"]["python_interpreter"] = PYTHON
        file.write_text(yaml.safe_dump({**definition, **more, **HERE}), encoding="utf-8")
        (folder / "requirements.yml").write_text(yaml.safe_dump(requirements), encoding="utf-8")
        shutil.copy(artifact, folder)
        tag = f"localhost/{name}:test"
        engine.run(BIN / "ansible-builder", "build", "--file", file, "--tag", tag, cwd=folder)
        return tag

    return build_it


@pytest.fixture
def simulator() -> t.Iterator[Simulator]:
    with Simulator(job_seconds=2) as running:
        yield running
        assert running.internal_errors == []
