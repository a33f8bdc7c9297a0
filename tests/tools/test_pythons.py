# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Pythons are found behind stand-ins that do not run, and such stand-ins are hidden."""

from __future__ import annotations

import os
import subprocess
import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tools.pythons import find_python, path_without_stand_ins, runs

WORKS, FAILS = 0, 127


@pytest.fixture(autouse=True)
def forget() -> None:
    runs.cache_clear()


def put(path: Path, status: int = WORKS) -> Path:
    """Put a command there that ends with this status, whatever it is asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {status}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def path(*folders: Path) -> dict[str, str]:
    return {"PATH": os.pathsep.join(map(str, folders))}


def first(name: str, shown: str) -> Path | None:
    """Return what is run by this name, as ansible-test finds it."""
    found = [Path(folder, name) for folder in shown.split(os.pathsep) if os.access(Path(folder, name), os.X_OK)]
    return found[0].resolve() if found else None


def test_a_python_on_path_is_found(tmp_path: Path) -> None:
    python = put(tmp_path / "bin" / "python3.9")
    assert find_python("3.9", environ=path(tmp_path / "bin"), home=tmp_path) == str(python)


def test_the_first_version_that_is_there_is_taken(tmp_path: Path) -> None:
    python = put(tmp_path / "bin" / "python3.12")
    assert find_python("3.13", "3.12", "3.11", environ=path(tmp_path / "bin"), home=tmp_path) == str(python)
    assert find_python("3.13", environ=path(tmp_path / "bin"), home=tmp_path) is None


@pytest.mark.parametrize("installed", ["versions/3.9.18/bin", "installs/python/3.9.18/bin"])
def test_behind_a_stand_in_that_does_not_run_the_real_python_is_found(tmp_path: Path, installed: str) -> None:
    """Its folder follows from the stand-in's: neither HOME nor PYENV_ROOT has to lead there."""
    put(tmp_path / "manager" / "shims" / "python3.9", FAILS)
    real = put(tmp_path / "manager" / installed / "python3.9")
    environ = path(tmp_path / "manager" / "shims")
    assert find_python("3.9", environ=environ, home=tmp_path / "other home") == str(real)


@pytest.mark.parametrize("variable", ["PYENV_ROOT", None])
def test_a_version_manager_off_path_is_found(tmp_path: Path, variable: str | None) -> None:
    root = tmp_path / ("elsewhere" if variable else ".pyenv")
    real = put(root / "versions" / "3.10.13" / "bin" / "python3.10")
    environ = {"PATH": "", **({variable: str(root)} if variable else {})}
    assert find_python("3.10", environ=environ, home=tmp_path) == str(real)


def test_the_newest_of_a_version_is_taken_by_number_and_no_virtual_environment(tmp_path: Path) -> None:
    versions = tmp_path / ".pyenv" / "versions"
    for name in ("3.9.9", "3.9.18", "3.9-of-mine"):
        put(versions / name / "bin" / "python3.9")
    assert find_python("3.9", environ={"PATH": ""}, home=tmp_path) == str(versions / "3.9.18" / "bin" / "python3.9")


def test_a_stand_in_that_runs_is_taken_only_for_want_of_a_real_one(tmp_path: Path) -> None:
    stand_in = put(tmp_path / "shims" / "python3.9")
    assert find_python("3.9", environ=path(tmp_path / "shims"), home=tmp_path) == str(stand_in)
    real = put(tmp_path / "bin" / "python3.9")
    assert find_python("3.9", environ=path(tmp_path / "shims", tmp_path / "bin"), home=tmp_path) == str(real)


def hide(tmp_path: Path, environ: t.Mapping[str, str], *versions: str) -> str:
    return path_without_stand_ins(tmp_path / "mirrors", versions, environ=environ, home=tmp_path / "home")


@pytest.mark.parametrize("folder", ["manager/shims", "usr/local/bin"])
def test_a_python_that_does_not_run_is_hidden_wherever_it_lies(tmp_path: Path, folder: str) -> None:
    put(tmp_path / folder / "python3.9", FAILS)
    tool = put(tmp_path / folder / "git")
    real = put(tmp_path / "bin" / "python3.9")
    shown = hide(tmp_path, path(tmp_path / folder, tmp_path / "bin"), "3.9")
    assert first("python3.9", shown) == real
    assert first("git", shown) == tool


def test_a_python_that_does_not_run_is_hidden_where_there_is_no_other(tmp_path: Path) -> None:
    put(tmp_path / "shims" / "python3.8", FAILS)
    assert first("python3.8", hide(tmp_path, path(tmp_path / "shims"), "3.8")) is None


def test_what_was_found_off_path_is_on_it_behind_all_else(tmp_path: Path) -> None:
    put(tmp_path / "manager" / "shims" / "python3.9", FAILS)
    real = put(tmp_path / "manager" / "versions" / "3.9.18" / "bin" / "python3.9")
    put(real.with_name("git"))
    tool = put(tmp_path / "bin" / "git")
    shown = hide(tmp_path, path(tmp_path / "manager" / "shims", tmp_path / "bin"), "3.9")
    assert first("python3.9", shown) == real
    assert first("git", shown) == tool


def test_a_stand_in_is_kept_where_it_is_the_only_one_that_runs(tmp_path: Path) -> None:
    stand_in = put(tmp_path / "shims" / "python3.9")
    shown = hide(tmp_path, path(tmp_path / "shims"), "3.9")
    assert first("python3.9", shown) == stand_in


def test_a_path_without_stand_ins_stays_as_it_is(tmp_path: Path) -> None:
    put(tmp_path / "bin" / "python3.9")
    environ = path(tmp_path / "bin", tmp_path / "not there")
    assert hide(tmp_path, environ, "3.9") == environ["PATH"]


def test_a_second_run_sees_what_has_changed(tmp_path: Path) -> None:
    put(tmp_path / "shims" / "python3.9", FAILS)
    hide(tmp_path, path(tmp_path / "shims"), "3.9")
    tool = put(tmp_path / "shims" / "new")
    assert first("new", hide(tmp_path, path(tmp_path / "shims"), "3.9")) == tool


def test_this_machines_pythons_run_on_the_path_that_the_sessions_get(tmp_path: Path) -> None:
    versions = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
    shown = path_without_stand_ins(tmp_path / "mirrors", versions)
    for version in versions:
        python = first(f"python{version}", shown)
        if python is not None:
            said = subprocess.run([python, "--version"], capture_output=True, text=True, check=True, timeout=30).stdout
            assert said.startswith(f"Python {version}.")
