# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-builder makes of the collection and of the example. The image itself is not built."""

from __future__ import annotations

import shutil
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.awx.harness import BIN, ROOT, blocks_of, read_yaml, run

EXAMPLE = ROOT / "docs" / "examples" / "execution-environment"


def create(folder: Path) -> str:
    """Return the Containerfile that the definition in the folder gives."""
    run(BIN / "ansible-builder", "create", "--output-filename", "Containerfile", cwd=folder)
    return (folder / "context" / "Containerfile").read_text(encoding="utf-8")


def test_the_collection_brings_along_what_it_needs(collections: Path) -> None:
    found = yaml.safe_load(run(BIN / "ansible-builder", "introspect", collections))
    needed = [str(line).partition("#")[0].strip() for line in found["python"]]
    assert needed == ["jsonschema>=3.2", "requests>=2.25.1", "urllib3>=1.26.5"]
    assert found["system"] == []


@pytest.fixture
def example(tmp_path: Path) -> Path:
    shutil.copytree(EXAMPLE, tmp_path / "ee")
    return tmp_path / "ee"


def test_the_example_gives_a_build_context(example: Path) -> None:
    definition = read_yaml(example / "execution-environment.yml")
    containerfile = create(example)
    assert f'ARG EE_BASE_IMAGE="{definition["images"]["base_image"]["name"]}"' in containerfile
    for package in ("ansible_core", "ansible_runner"):
        assert definition["dependencies"][package]["package_pip"] in containerfile
    assert "ansible-galaxy collection install" in containerfile
    assert read_yaml(example / "context" / "_build" / "requirements.yml") == {
        "collections": [{"name": "huaweicloud.ims"}]
    }


def test_the_artifact_goes_in_from_a_file_where_galaxy_is_out_of_reach(example: Path, artifact: Path) -> None:
    definition: dict[str, t.Any] = read_yaml(example / "execution-environment.yml")
    offline = [yaml.safe_load(text) for text in blocks_of("yaml") if artifact.name in text]
    more, requirements = offline
    (example / "execution-environment.yml").write_text(yaml.safe_dump({**definition, **more}), encoding="utf-8")
    (example / "requirements.yml").write_text(yaml.safe_dump(requirements), encoding="utf-8")
    shutil.copy(artifact, example)
    containerfile = create(example)
    assert requirements["collections"] == [{"name": f"/build/collections/{artifact.name}", "type": "file"}]
    assert (example / "context" / "_build" / "collections" / artifact.name).stat().st_size > 50_000
    assert containerfile.index("COPY _build /build") < containerfile.index("ansible-galaxy collection install")
