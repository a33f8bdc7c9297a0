# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The soak in real time, in short: it works, and finds what it looks for."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.campaign import long_watch
from ansible_collections.huaweicloud.ims.tests.campaign.endurance import endure
from ansible_collections.huaweicloud.ims.tests.campaign.pieces import Piece
from ansible_collections.huaweicloud.ims.tests.campaign.random_plays import RandomPlays


def test_nothing_breaks_and_nothing_is_left_behind(capsys: pytest.CaptureFixture[str]) -> None:
    assert endure(12, 40, 2, seed=1) == []
    told = capsys.readouterr().out
    assert "event source: " in told
    assert "plays: 2, " in told


def test_an_end_that_was_never_told_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(long_watch.LongWatch, "_take", lambda watch, event: None)
    monkeypatch.setattr(long_watch, "PATIENCE", -10.0)
    found = long_watch.LongWatch(tmp_path, 20, 4, seed=1).run()
    assert any(sentence.endswith("untold") for sentence in found.broken)


BAD = """
- hosts: localhost
  gather_facts: false
  tasks:
    - ansible.builtin.shell: sleep 300 >&- 2>&- & touch $TMPDIR/left; echo Traceback '(most recent call last)'
      register: shell
    - ansible.builtin.debug:
        msg: "{{ shell }}"
"""


def test_what_a_play_leaves_behind_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def draw_piece(draw: random.Random, simulator: object, folder: Path) -> Piece:
        (folder / "playbook.yml").write_text(BAD, encoding="utf-8")
        return Piece("bad", str(folder / "playbook.yml"), ())

    module = "ansible_collections.huaweicloud.ims.tests.campaign.random_plays"
    monkeypatch.setattr(f"{module}.draw_piece", draw_piece)
    monkeypatch.setattr(f"{module}.weather", lambda draw, secrets: [])
    monkeypatch.setattr(f"{module}._INTERRUPTED", 0.0)
    monkeypatch.setattr(f"{module}._AFTERWARDS", 0.5)
    plays = RandomPlays(1)
    plays.play_next()
    for what in ("left the process", "left tmp/left", "a traceback reached the user"):
        assert any(what in sentence for sentence in plays.found.broken), (what, plays.found.broken)
