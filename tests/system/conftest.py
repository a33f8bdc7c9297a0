# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Simulator
from ansible_collections.huaweicloud.ims.tests.system.harness import Playground
from ansible_collections.huaweicloud.ims.tests.system.processes import heed_interrupts

heed_interrupts()


@pytest.fixture
def simulator() -> t.Iterator[Simulator]:
    with Simulator(job_seconds=2) as running:
        yield running
        assert running.internal_errors == []


@pytest.fixture
def playground(tmp_path: Path, simulator: Simulator) -> Playground:
    return Playground(tmp_path, simulator)
