# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The environment of the sessions: uv reaches the package index as pip does, and nothing writes into a person's HOME.

Run alone, it prints what it adds to the environment for uv, for IMS_UV_SETTINGS.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import re
import ssl
import subprocess
import sys
import typing as t
from pathlib import Path

Environment = t.Mapping[str, str]

CACHED = "IMS_UV_SETTINGS"
"""Holds for the processes of one `make` what the first of them has found."""
USER_HOME = "IMS_USER_HOME"
"""Holds the person's HOME for who needs it."""
# Settings of pip, and what uv calls them. Where pip has several values, both separate them by blanks; but see below.
NAMES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}
SEPARATORS = {"UV_FIND_LINKS": ","}
INDEXES = ("index-url", "extra-index-url", "find-links", "trusted-host")
"""What of them uv.toml would say, and the environment would overrule."""
UV_FILES = ("~/.config/uv/uv.toml", "/etc/uv/uv.toml", "/etc/xdg/uv/uv.toml")
# What pip itself falls back on, by way of requests.
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
SETTING = re.compile(r"^(?P<section>[^.=]+)\.(?P<name>[\w-]+)=(?P<value>.*)$")
SECTIONS = ("global", "install", ":env:")
"""Of pip's configuration, the later the stronger."""

# Settings of a person that package managers and git read in HOME, and sessions need.
SETTINGS = (".pip", ".netrc", ".gitconfig")
XDG_SETTINGS = ("pip", "uv", "git")


def pip_settings() -> dict[str, str]:
    """Ask pip how it is set, by its files and by the environment."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return parse(done.stdout)


def parse(listing: str) -> dict[str, str]:
    """Parse what `pip config list` prints: SECTION.NAME='VALUE'."""
    found = [match for line in listing.splitlines() if (match := SETTING.match(line))]
    return {
        match["name"]: str(ast.literal_eval(match["value"]))
        for section in SECTIONS
        for match in found
        if match["section"] == section
    }


def for_uv(pip: t.Mapping[str, str], environ: Environment) -> dict[str, str]:
    """Return what to add to an environment for uv to find the packages where pip, which has these settings, does."""
    wanted = {}
    for name, ours in NAMES.items():
        if pip.get(name):
            wanted[ours] = SEPARATORS.get(ours, " ").join(pip[name].split())
    if "UV_INDEX" in wanted:
        wanted["UV_INDEX_STRATEGY"] = "unsafe-best-match"  # pip's: all indexes are equal
    bundles = [environ[name] for name in CERTIFICATES if environ.get(name)]
    if bundles:
        wanted.setdefault("SSL_CERT_FILE", bundles[0])
    if has_system_certificates():
        wanted["UV_SYSTEM_CERTS"] = "true"  # as pip does since 24.2
    return {name: value for name, value in wanted.items() if not environ.get(name)}


def has_system_certificates() -> bool:
    """Without a store, uv has its own list; only on Linux may a machine have none."""
    paths = ssl.get_default_verify_paths()
    folder = Path(paths.capath or os.devnull)
    return sys.platform != "linux" or paths.cafile is not None or (folder.is_dir() and any(folder.iterdir()))


def uv_settings() -> dict[str, str]:
    """Return what to add to the environment of this process for uv."""
    if known := os.environ.get(CACHED):
        cached: dict[str, str] = json.loads(known)
        return cached
    settings = pip_settings()
    if has_settings_of_its_own(os.environ):
        settings = {name: value for name, value in settings.items() if name not in INDEXES}
    return for_uv(settings, os.environ)


def has_settings_of_its_own(environ: Environment, files: t.Iterable[str] = UV_FILES) -> bool:
    """Look whether somebody has told uv itself where the packages are."""
    config = environ.get("XDG_CONFIG_HOME")
    named = [environ.get("UV_CONFIG_FILE"), config and f"{config}/uv/uv.toml", *files]
    return any(name and Path(name).expanduser().exists() for name in named)


def caches(home: Path, environ: Environment, platform: str) -> dict[str, str]:
    """Name the folders in which the package managers keep downloads: the person's own, for the next run needs them."""
    cache = Path(environ.get("XDG_CACHE_HOME") or home / ".cache")
    pip = home / "Library" / "Caches" / "pip" if platform == "darwin" else cache / "pip"
    found = {"PIP_CACHE_DIR": str(pip), "UV_CACHE_DIR": str(cache / "uv")}
    return {name: environ.get(name) or value for name, value in found.items()}


def with_home(folder: Path, environ: Environment, platform: str = sys.platform) -> dict[str, str]:
    """Return an environment whose HOME is this folder, which only has the person's settings for pip, uv and git.

    ansible-test, ansible-core, antsibull-docs and the SDK all write into HOME.
    """
    home = Path(environ.get("HOME") or Path.home())
    if home == folder:
        return dict(environ)
    config = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
    links = {folder / name: home / name for name in SETTINGS}
    links |= {folder / ".config" / name: config / name for name in XDG_SETTINGS}
    for link, target in links.items():
        link.parent.mkdir(parents=True, exist_ok=True)
        refresh_link(link, target)
    kept = {name: value for name, value in environ.items() if not name.startswith("XDG_")}
    return {**kept, **caches(home, environ, platform), "HOME": str(folder), USER_HOME: str(home)}


def refresh_link(link: Path, target: Path) -> None:
    """Make a link that leads to the target, and none where there is no target."""
    if link.is_symlink() and (os.readlink(link) != str(target) or not target.exists()):
        link.unlink()
    if target.exists() and not link.is_symlink():
        with contextlib.suppress(FileExistsError):  # another session was faster
            link.symlink_to(target)


if __name__ == "__main__":
    print(json.dumps(uv_settings()))
