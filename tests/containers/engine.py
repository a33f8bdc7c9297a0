# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Podman, with settings and a store of its own below .venv, and a base image that is made on this machine.

Run alone, it prints why containers cannot be had on this machine, or nothing where they can.
"""

from __future__ import annotations

import dataclasses
import functools
import os
import shutil
import ssl
import subprocess
import tempfile
import typing as t
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".venv" / "containers"
SUITE = "bookworm"
MIRROR = os.environ.get("IMS_DEBIAN_MIRROR") or "http://deb.debian.org/debian"
PACKAGES = ("ca-certificates", "git", "python3", "python3-pip")
BASE_IMAGE = f"localhost/ims-base:{SUITE}"
PATIENCE = 1500.0
# The defaults ask for limits and control groups that a machine may refuse which is itself a container.
CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
"""
STORAGE_CONF = """\
[storage]
driver = "overlay"
graphroot = "{folder}/store"
runroot = "{folder}/run"
"""


class EngineError(Exception):
    """Something that the tests need of the engine cannot be had."""


@dataclasses.dataclass(frozen=True)
class Engine:
    """Podman as the tests use it."""

    folder: Path = FOLDER

    @functools.cached_property
    def environment(self) -> dict[str, str]:
        """What leads podman, and whoever starts it, to these settings."""
        self.folder.mkdir(parents=True, exist_ok=True)
        named = {
            "CONTAINERS_CONF": ("containers.conf", CONTAINERS_CONF),
            "CONTAINERS_STORAGE_CONF": ("storage.conf", STORAGE_CONF.format(folder=self.folder)),
        }
        for name, text in named.values():
            (self.folder / name).write_text(text, encoding="utf-8")
        return {variable: str(self.folder / name) for variable, (name, _text) in named.items()}

    def run(self, *command: t.Any, cwd: Path | None = None, patience: float = PATIENCE) -> str:
        """Run a command that has to go well, and return what it printed."""
        done = subprocess.run(
            [str(word) for word in command],
            env={**os.environ, **self.environment},
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=patience,
            check=False,
        )
        if done.returncode:
            said = "\n".join((done.stdout + done.stderr).strip().splitlines()[-20:])
            raise EngineError(f"{' '.join(str(word) for word in command[:3])} failed: {said}")
        return done.stdout

    def has(self, image: str) -> bool:
        with_it = subprocess.run(
            ["podman", "image", "exists", image], env={**os.environ, **self.environment}, check=False
        )
        return with_it.returncode == 0

    def remove_containers(self) -> None:
        """Remove what a test has left in this store: a killed podman leaves its container, and the name of it."""
        self.run("podman", "rm", "--all", "--force", "--time=0")

    def make_base_image(self) -> None:
        """Make the base image, unless it is there already: Debian's packages, and how pip finds its index here."""
        if self.has(BASE_IMAGE):
            return
        with tempfile.TemporaryDirectory(prefix="base-", dir=self.folder) as folder:
            root = Path(folder, "root")
            wanted = f"--include={','.join(PACKAGES)}"
            self.run("debootstrap", "--variant=minbase", wanted, SUITE, root, MIRROR)
            _hand_over_settings(root)
            archive = Path(folder, "base.tar")
            self.run("tar", "--create", "--file", archive, "--directory", root, "--one-file-system", ".")
            self.run("podman", "import", "--quiet", archive, BASE_IMAGE)

    def try_base_image(self) -> None:
        """Run a container, which is where engines fail on machines that are no real ones."""
        self.run("podman", "run", "--rm", BASE_IMAGE, "python3", "-m", "pip", "--version")


def _hand_over_settings(root: Path) -> None:
    """Let pip in a container find packages as it does on this machine, behind a proxy or a TLS inspection too."""
    bundle = os.environ.get("SSL_CERT_FILE") or ssl.get_default_verify_paths().cafile
    if bundle and Path(bundle).exists():
        shutil.copy(bundle, root / "etc" / "ssl" / "certs" / "ca-certificates.crt")
    listing = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=False).stdout
    lines = ["[global]", "cert = /etc/ssl/certs/ca-certificates.crt"]
    for name in ("index-url", "proxy", "trusted-host"):
        found = [line.partition("=")[2].strip("'\"") for line in listing.splitlines() if f".{name}=" in line]
        lines += [f"{name} = {value}" for value in found[-1:]]
    (root / "etc" / "pip.conf").write_text("\n".join(lines) + "\n", encoding="utf-8")


def why_not(engine: Engine) -> str | None:
    """Return why no container can be had here. What can be had is made: the base image."""
    missing = [name for name in ("podman", "runc", "debootstrap") if shutil.which(name) is None]
    if missing:
        return f"{', '.join(missing)} not found on this machine (on Debian: apt-get install podman runc debootstrap)"
    if os.geteuid() != 0:
        return "debootstrap needs root, to make the base image"
    try:
        engine.make_base_image()
        engine.try_base_image()
    except (EngineError, OSError, subprocess.TimeoutExpired) as exc:
        return " ".join(str(exc).split())
    return None


if __name__ == "__main__":
    print(why_not(Engine()) or "", end="")
