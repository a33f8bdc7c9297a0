# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A line is printed live, whole or not at all, and whatever standard error is, it costs the run nothing."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.plugin_utils import _output

LINE = "ims [h1] edc89b49: 12%"


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, t.Any]]]:
    """What was handed to Display: by which method, which text, with which arguments."""
    calls: list[tuple[str, str, dict[str, t.Any]]] = []
    for name in ("display", "verbose"):
        monkeypatch.setattr(
            _output.display, name, lambda text, name=name, **keywords: calls.append((name, text, keywords))
        )
    monkeypatch.delenv("AWX_ISOLATED_DATA_DIR", raising=False)
    return calls


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> t.Iterator[tuple[int, int]]:
    """A pipe of which the writing end is our duplicate of standard error."""
    reader, writer = os.pipe()
    monkeypatch.setattr(_output, "_STDERR", writer)
    yield reader, writer
    for end in (reader, writer):
        with contextlib.suppress(OSError):  # a test may have closed it
            os.close(end)


def test_a_line_goes_to_the_duplicate_and_to_the_log(shown: t.Any, pipe: tuple[int, int]) -> None:
    _output.say(LINE)
    assert os.read(pipe[0], 100) == f"{LINE}\n".encode()
    assert shown == [("display", LINE, {"log_only": True})]


def test_under_ansible_runner_it_is_a_verbose_line_of_level_0(
    shown: t.Any, pipe: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWX_ISOLATED_DATA_DIR", "/runner/artifacts/1")
    _output.say(LINE)
    assert shown == [("verbose", LINE, {"caplevel": -1})]
    os.set_blocking(pipe[0], False)
    with pytest.raises(BlockingIOError):
        os.read(pipe[0], 100)


def test_without_a_duplicate_display_writes_it(shown: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_output, "_STDERR", None)
    _output.say(LINE)
    assert shown == [("display", LINE, {"stderr": True})]


def test_a_reader_that_died_loses_the_line_and_nothing_else(shown: t.Any, pipe: tuple[int, int]) -> None:
    os.close(pipe[0])
    assert _output.write(pipe[1], LINE) is False
    _output.say(LINE)
    assert shown == [("display", LINE, {"log_only": True})]


def test_a_reader_that_stalls_is_not_waited_for(shown: t.Any, pipe: tuple[int, int]) -> None:
    os.set_blocking(pipe[1], False)
    with pytest.raises(BlockingIOError):
        while True:
            os.write(pipe[1], b"x" * 4096)
    os.set_blocking(pipe[1], True)
    _output.say(LINE)
    assert len(shown) == 1


def test_a_full_disk_loses_the_line_and_nothing_else(shown: t.Any, monkeypatch: pytest.MonkeyPatch) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        monkeypatch.setattr(_output, "_STDERR", full)
        assert _output.write(full, LINE) is False
        _output.say(LINE)
    finally:
        os.close(full)
    assert len(shown) == 1


def test_a_closed_channel_loses_the_line_and_nothing_else(shown: t.Any, pipe: tuple[int, int]) -> None:
    os.close(pipe[1])
    _output.say(LINE)
    assert len(shown) == 1


def test_a_long_line_is_cut_to_what_a_pipe_takes_at_once(shown: t.Any, pipe: tuple[int, int]) -> None:
    _output.say("x" * 10_000)
    assert os.read(pipe[0], 20_000) == b"x" * 4095 + b"\n"


def test_a_duplicate_is_made_in_the_main_process_only(monkeypatch: pytest.MonkeyPatch) -> None:
    made = _output._duplicate()
    assert made is not None
    os.close(made)
    monkeypatch.setattr(multiprocessing, "parent_process", object)
    assert _output._duplicate() is None


def test_without_standard_error_there_is_no_duplicate(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(channel: int) -> int:
        raise OSError

    monkeypatch.setattr(os, "dup", closed)
    assert _output._duplicate() is None


def test_nothing_is_said_where_nothing_may_be() -> None:
    assert _output.say_for(show_progress=True, no_log=False) is _output.say
    assert _output.say_for(show_progress=True, no_log=True) is None
    assert _output.say_for(show_progress=False, no_log=False) is None
