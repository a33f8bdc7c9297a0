# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What stands in the way of setting up is said in a sentence, with the remedy."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tools import make_venv


def test_without_ensurepip_as_on_debian_the_package_to_install_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    monkeypatch.setattr(sys, "argv", ["make_venv.py", str(tmp_path / "venv")])
    assert make_venv.main() == 1
    said = capsys.readouterr().err
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f"apt install python{version}-venv" in said
    assert said.count("\n") == 1
    assert not (tmp_path / "venv").exists()


def test_with_an_old_python_the_wanted_one_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(make_venv, "OLDEST", (9, 9))
    monkeypatch.setattr(sys, "argv", ["make_venv.py", str(tmp_path / "venv")])
    assert make_venv.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("Python 9.9 or newer is needed, and ")
    assert said.endswith("run `make PYTHON=python9.9`.\n")
