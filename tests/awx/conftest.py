# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.awx.harness import Awx, built_artifact, install
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator


@pytest.fixture(scope="session")
def artifact(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collection as it is published."""
    return built_artifact(tmp_path_factory.mktemp("artifact"))


@pytest.fixture(scope="session")
def collections(artifact: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that AWX installs the collections of a project into, with this one in it."""
    return install(artifact, tmp_path_factory.mktemp("collections"))


@pytest.fixture
def simulator() -> t.Iterator[Simulator]:
    with Simulator(job_seconds=2) as running:
        yield running
        assert running.internal_errors == []


@pytest.fixture
def awx(tmp_path: Path, collections: Path, simulator: Simulator) -> t.Iterator[Awx]:
    site = Awx(tmp_path, collections, simulator)
    yield site
    site.clean()
