# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pictures in the guide show what jobs really print."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.ims.tests.awx.harness import Awx
from ansible_collections.huaweicloud.ims.tests.awx.pictures import PICTURES, SCENES, Line, draw, play, recorded, shape
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator


def shapes(lines: list[Line]) -> list[str]:
    """Return what is printed in each run, however quick the machine is: all but the progress in between."""
    found = [shape(line.text) for line in lines if len(line.text) < 1000]
    return [text for text in found if text and ("ims [" not in text or "after" not in text or "SUCCESS" in text)]


@pytest.mark.parametrize("scene", SCENES)
def test_each_is_drawn_from_the_recording(scene: str) -> None:
    picture = (PICTURES / f"{scene}.svg").read_text(encoding="utf-8")
    assert picture == draw(SCENES[scene].title, recorded()[scene])


@pytest.mark.parametrize("scene", SCENES)
def test_the_recording_is_what_such_a_job_prints_today(awx: Awx, simulator: Simulator, scene: str) -> None:
    assert shapes(recorded()[scene]) == shapes(play(awx, simulator, scene))
