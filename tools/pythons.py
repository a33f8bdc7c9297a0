# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find the Pythons of this machine, those behind the stand-ins of version managers too.

pyenv, asdf and mise put a stand-in for each command of each Python on PATH ("shims"). One whose version is not switched
on exits with an error, and whoever looks for the first python3.9 on PATH, as ansible-test does, stumbles over it.
"""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
import typing as t
from pathlib import Path

Environment = t.Mapping[str, str]

PYTHON = re.compile(r"^python\d?(\.\d+)?$")
STAND_INS = "shims"
"""The name of a folder of stand-ins, with all managers."""
# Where managers keep their Pythons, seen from their own folder. {} is a version without its last part.
INSTALLED = ("versions/{}.*/bin", "installs/python/{}.*/bin")
# Their own folders: what the environment names, and where they are when it names none.
ROOTS = {"PYENV_ROOT": ".pyenv", "ASDF_DATA_DIR": ".asdf", "MISE_DATA_DIR": ".local/share/mise"}


@functools.cache
def runs(candidate: str) -> bool:
    """Try it out."""
    try:
        done = subprocess.run([candidate, "-c", ""], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except OSError:
        return False
    return done.returncode == 0


def folders_of(path: str) -> list[Path]:
    """Split PATH, without repeats."""
    return list(dict.fromkeys(Path(folder) for folder in path.split(os.pathsep) if folder))


def is_command(candidate: Path) -> bool:
    return candidate.is_file() and os.access(candidate, os.X_OK)


def roots(environ: Environment, home: Path) -> list[Path]:
    """Return the folders of version managers: from the environment, in HOME, and around the stand-ins on PATH."""
    found = [Path(environ.get(name) or home / default) for name, default in ROOTS.items()]
    found += [folder.parent for folder in folders_of(environ.get("PATH", "")) if has_stand_ins(folder)]
    return list(dict.fromkeys(found))


def newest_first(folders: t.Iterable[Path]) -> list[Path]:
    return sorted(folders, key=lambda folder: [int(n) for n in re.findall(r"\d+", folder.parent.name)], reverse=True)


def find_python(*versions: str, environ: Environment | None = None, home: Path | None = None) -> str | None:
    """Find an interpreter of the first of these versions that is there, a stand-in only for want of a real one."""
    environ = os.environ if environ is None else environ
    on_path = folders_of(environ.get("PATH", ""))
    managers = roots(environ, home or Path.home())
    for version in versions:
        folders = [folder for folder in on_path if not has_stand_ins(folder)]
        for pattern in INSTALLED:
            folders += newest_first(folder for root in managers for folder in root.glob(pattern.format(version)))
        folders += filter(has_stand_ins, on_path)
        for candidate in (folder / f"python{version}" for folder in folders):
            if is_command(candidate) and runs(str(candidate)):
                return str(candidate)
    return None


def has_stand_ins(folder: Path) -> bool:
    return folder.name == STAND_INS


def hidden_in(folder: Path, environ: Environment, home: Path | None) -> list[str]:
    """Return the Pythons in a folder that are not to be seen: those that do not run, and stand-ins for real ones."""
    hidden = []
    for name in [entry.name for entry in folder.iterdir() if PYTHON.match(entry.name)] if folder.is_dir() else []:
        if not has_stand_ins(folder):
            seen = not is_command(folder / name) or runs(str(folder / name))
        else:
            # Trying out stand-ins is slow, and tells about this folder only: they obey files in it.
            seen = "." in name and find_python(name[len("python") :], environ=environ, home=home) == str(folder / name)
        if not seen:
            hidden.append(name)
    return hidden


def path_without_stand_ins(
    mirrors: Path, versions: t.Iterable[str], *, environ: Environment | None = None, home: Path | None = None
) -> str:
    """Return a PATH on which each Python runs, and those of these versions are that the machine has at all.

    In place of a folder with a Python to be hidden there is a copy of it (of links) without.
    """
    environ = os.environ if environ is None else environ
    shutil.rmtree(mirrors, ignore_errors=True)
    folders = folders_of(environ.get("PATH", ""))
    shown = []
    for number, folder in enumerate(folders):
        hidden = hidden_in(folder, environ, home)
        shown.append(mirror(folder, mirrors / str(number), hidden) if hidden else folder)
    for version in versions:
        python = find_python(version, environ=environ, home=home)
        if python is not None and Path(python).parent not in folders:
            shown.append(Path(python).parent)  # behind the others, for it holds more than a Python
    return os.pathsep.join(str(folder) for folder in shown)


def mirror(folder: Path, copy: Path, hidden: t.Collection[str]) -> Path:
    """Make a copy of a folder, of links, without these entries."""
    copy.mkdir(parents=True)
    for entry in folder.iterdir():
        if entry.name not in hidden:
            (copy / entry.name).symlink_to(entry)
    return copy
