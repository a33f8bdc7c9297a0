# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator with a clock that the tests turn, and other people's clients for it, which get a home of their own."""

from __future__ import annotations

import os
import typing as t
import warnings

import pytest

from ansible_collections.huaweicloud.ims.tests.clients.sdk import Sdk
from ansible_collections.huaweicloud.ims.tests.simulator import SimulatedClock, Simulator

if t.TYPE_CHECKING:
    import pathlib

_NAMES = ("HW_", "OS_", "HUAWEICLOUD_", "HC_")


@pytest.fixture(autouse=True)
def home(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> pathlib.Path:
    """The SDK writes into the home directory, and all of them read there; none sees the machine's own."""
    for name in list(os.environ):
        if name.startswith(_NAMES):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture(autouse=True)
def _quiet() -> t.Iterator[None]:
    with warnings.catch_warnings():
        # The vendor calls some of what is driven here deprecated, which is known.
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="session")
def one_simulator() -> t.Iterator[Simulator]:
    with Simulator(clock=SimulatedClock()) as simulator:
        yield simulator


@pytest.fixture
def sim(one_simulator: Simulator) -> t.Iterator[Simulator]:
    one_simulator.reset()
    yield one_simulator
    assert one_simulator.internal_errors == []


@pytest.fixture
def sdk(sim: Simulator) -> Sdk:
    """The vendor's SDK, as the simulator's account."""
    return Sdk(sim)


@pytest.fixture
def partner(sim: Simulator) -> Sdk:
    """The same as another customer."""
    return Sdk(sim, "partner")
