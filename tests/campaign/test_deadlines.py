# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Ending
from ansible_collections.huaweicloud.ims.tests.campaign.deadlines import CASES, Measured, measure_all

TIMEOUT = 1.0


@pytest.fixture(scope="module")
def measured() -> dict[str, Measured]:
    return {row.case.name: row for row in measure_all(TIMEOUT)}


@pytest.mark.parametrize("name", [case.name for case in CASES])
def test_no_wait_goes_on_past_its_deadline(measured: dict[str, Measured], name: str) -> None:
    row = measured[name]
    assert row.ending is Ending.TIMED_OUT
    assert TIMEOUT <= row.elapsed <= TIMEOUT + 1
    assert row.wall <= TIMEOUT + 1.1
