# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lock files of the groups in groups.py: exact versions, with hashes, of all that a session installs.

    locks.py update [GROUP...]    write them anew, with the newest versions that the requirements admit
    locks.py update --stale       only those that do not fit their requirements any more, changing as little as can be
    locks.py arguments GROUP      print what pip and uv are to be called with to install a group
    locks.py install GROUP        install a group into the Python that runs this

With IMS_UNLOCKED=1 in the environment the locks are not used, so that a new release of anything shows what it breaks.
"""

from __future__ import annotations

import argparse
import concurrent.futures
import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

from ansible_collections.huaweicloud.ims.tools.environment import uv_settings
from ansible_collections.huaweicloud.ims.tools.groups import GROUPS, ROOT, Group, lines_of

LOCKS = ROOT / "tools" / "locks"
# Where antsibull-nox.toml finds what its sessions install: a pointer to the lock or, without locks, the requirements.
IN_USE = ROOT / ".venv" / "requirements"
HEADER = """\
{license}
# `make update` wrote this for Python {python} and newer, from the group "{name}" in tools/groups.py.
# Requirements: {digest}
"""
DIGEST = re.compile(r"^# Requirements: (\w+)$", re.MULTILINE)


class StaleError(Exception):
    """A lock does not fit its requirements; the text says what to do."""


def unlocked() -> bool:
    return os.environ.get("IMS_UNLOCKED", "") not in {"", "0"}


def path_of(name: str) -> Path:
    return LOCKS / f"{name}.txt"


def expand(lines: t.Iterable[str], folder: str = ".") -> t.Iterator[str]:
    """Replace each "-r FILE" by the lines of that file."""
    for line in lines:
        if line.startswith("-r "):
            path = os.path.normpath(os.path.join(folder, line[3:].strip()))
            yield from expand(lines_of(path), os.path.dirname(path))
        else:
            yield line


def digest_of(group: Group) -> str:
    """Return what changes when another lock is needed."""
    content = [f"python {group.python}", *sorted(set(expand(group.requirements)))]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()


def stale(names: t.Iterable[str]) -> list[str]:
    """Return which of these groups have no lock that was made from their requirements."""
    found = []
    for name in names:
        path = path_of(name)
        noted = DIGEST.search(path.read_text(encoding="utf-8")) if path.exists() else None
        if noted is None or noted[1] != digest_of(GROUPS[name]):
            found.append(name)
    return found


def ensure_fresh(names: t.Iterable[str] = GROUPS) -> None:
    if not unlocked() and (old := stale(names)):
        raise StaleError(
            f"Run `make update ARGS=--stale`: no lock in tools/locks fits the requirements of {', '.join(old)}"
            " (IMS_UNLOCKED=1 does without the locks)."
        )


def arguments_for(name: str) -> list[str]:
    """Return what to install a group with: the arguments of `pip install`."""
    if unlocked():
        return ["--upgrade", "-r", str(write_in_use(name))]
    ensure_fresh([name])
    return ["--require-hashes", "-r", str(path_of(name))]


def write_in_use(name: str) -> Path:
    """Write the file of a group in the folder of those in use."""
    path = IN_USE / f"{name}.txt"
    content = "\n".join(expand(GROUPS[name].requirements) if unlocked() else [f"-r {path_of(name)}"]) + "\n"
    if not path.exists() or path.read_text(encoding="utf-8") != content:
        IN_USE.mkdir(parents=True, exist_ok=True)
        # In one step, for sessions may run side by side.
        with tempfile.NamedTemporaryFile("w", dir=IN_USE, delete=False, encoding="utf-8") as file:
            file.write(content)
        os.replace(file.name, path)
    return path


def compile_lock(name: str, *, upgrade: bool) -> str:
    """Write the lock of a group anew, and return its name."""
    group, path = GROUPS[name], path_of(name)
    with tempfile.TemporaryDirectory() as folder:
        requirements, lock = Path(folder, "requirements.in"), Path(folder, "lock.txt")
        requirements.write_text("\n".join(expand(group.requirements)) + "\n", encoding="utf-8")
        if path.exists() and not upgrade:
            shutil.copy(path, lock)  # uv keeps the versions that it finds there
        command = ["pip", "compile", "--quiet", "--universal", f"--python-version={group.python}", "--generate-hashes"]
        command += ["--no-header", "--no-annotate", "--no-config", f"--output-file={lock}", str(requirements)]
        # A second index may have only some of the files of a version, and the lock would not know the others' hashes.
        left_out = ("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_CONSTRAINT", "UV_OVERRIDE")
        environment = {**os.environ, **uv_settings()}
        run_uv(command, {name: value for name, value in environment.items() if name not in left_out})
        license_header = "".join(Path(__file__).read_text(encoding="utf-8").splitlines(keepends=True)[:3])
        header = HEADER.format(license=license_header, name=name, python=group.python, digest=digest_of(group))
        LOCKS.mkdir(exist_ok=True)
        path.write_text(f"{header}{lock.read_text(encoding='utf-8')}", encoding="utf-8")
    return name


def run_uv(command: list[str], environment: dict[str, str]) -> None:
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([str(uv), *command], check=True, env=environment, stdin=subprocess.DEVNULL)


def update(names: list[str], *, only_stale: bool) -> None:
    wanted = stale(names or GROUPS) if only_stale else names or list(GROUPS)
    # Most of the time they wait for the package index.
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as threads:
        for name in threads.map(functools.partial(compile_lock, upgrade=not only_stale), wanted):
            print(f"tools/locks/{name}.txt", flush=True)
    if not names:
        for path in LOCKS.glob("*.txt"):
            if path.stem not in GROUPS:
                path.unlink()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    renew = commands.add_parser("update")
    renew.add_argument("--stale", action="store_true")
    renew.add_argument("groups", nargs="*", choices=[*GROUPS, []], metavar="GROUP")
    for name in ("arguments", "install"):
        commands.add_parser(name).add_argument("group", choices=GROUPS, metavar="GROUP")
    options = parser.parse_args()
    try:
        if options.command == "update":
            update(options.groups, only_stale=options.stale)
        elif options.command == "arguments":
            print(" ".join(arguments_for(options.group)))
        else:
            command = ["pip", "install", "--quiet", "--python", sys.executable, *arguments_for(options.group)]
            run_uv(command, {**os.environ, **uv_settings()})
    except StaleError as exc:
        print(exc, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as exc:
        return exc.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
