# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A worker does not outlive the process that started it."""

from __future__ import annotations

import os
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims import clock
from ansible_collections.huaweicloud.ims.plugins.plugin_utils import _parent


class Ended(BaseException):
    pass


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The sleeps of the machine's clock, which take no time here."""
    sleeps: list[float] = []

    def end(code: int) -> t.NoReturn:
        assert code == 1
        raise Ended

    monkeypatch.setattr(clock.SystemClock, "now", lambda self: sum(sleeps))
    monkeypatch.setattr(clock.SystemClock, "sleep", lambda self, seconds: sleeps.append(seconds))
    monkeypatch.setattr(_parent.os, "_exit", end)
    return sleeps


def test_a_parent_that_is_there_is_not_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = _parent.Parent()
    assert not parent.is_gone()
    gone = os.getppid() + 1
    monkeypatch.setattr(_parent.os, "getppid", lambda: gone)
    assert parent.is_gone()


def test_a_sleep_lasts_as_long_as_it_should(slept: list[float]) -> None:
    _parent.WorkerClock(_parent.Parent()).sleep(3.25)
    assert slept == [1.0, 1.0, 1.0, 0.25]


def test_a_sleep_of_nothing_or_less_returns_at_once(slept: list[float]) -> None:
    _parent.WorkerClock(_parent.Parent()).sleep(0.0)
    _parent.WorkerClock(_parent.Parent()).sleep(-1.0)
    assert slept == []


def test_a_sleep_ends_with_the_process_a_second_after_the_parent_has_gone(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = _parent.Parent()
    monkeypatch.setattr(parent, "is_gone", lambda: sum(slept) >= 2.5)
    with pytest.raises(Ended):
        _parent.WorkerClock(parent).sleep(55.0)
    assert sum(slept) == 3.0
