# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""uv finds packages where pip does, and sessions write into a HOME of their own."""

from __future__ import annotations

import contextlib
import functools
import http.server
import os
import ssl
import subprocess
import sys
import threading
import typing as t
import zipfile
from pathlib import Path

import pytest
import trustme

from ansible_collections.huaweicloud.ims.tools import environment
from ansible_collections.huaweicloud.ims.tools.environment import caches, for_uv, parse, with_home
from ansible_collections.huaweicloud.ims.tools.groups import ROOT

BIN = ROOT / ".venv" / "bin"

LISTING = """\
:env:.cert='/of/the/environment.pem'
:env:.timeout='20'
global.cert='/of/the/file.pem'
global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'
global.index-url='https://global.example/simple'
install.index-url="https://o'hara.example/simple"
download.index-url='https://not-for-install.example/simple'
"""


def test_pips_listing_is_read_and_the_environment_is_the_strongest() -> None:
    assert parse(LISTING) == {
        "cert": "/of/the/environment.pem",
        "timeout": "20",
        "extra-index-url": "https://one.example/simple\nhttps://two.example/simple",
        "index-url": "https://o'hara.example/simple",
    }


def test_pip_itself_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "pip.conf"
    settings.write_text("[global]\nindex-url = https://mirror.example/simple\n", encoding="utf-8")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(settings))
    monkeypatch.setenv("PIP_TRUSTED_HOST", "mirror.example")
    monkeypatch.setattr(sys, "executable", str(BIN / "python"))
    found = environment.pip_settings()
    assert found["index-url"] == "https://mirror.example/simple"
    assert found["trusted-host"] == "mirror.example"


def added(pip: t.Mapping[str, str], **environ: str) -> dict[str, str]:
    """Return what is added, but for the certificates of the system."""
    return {name: value for name, value in for_uv(pip, environ).items() if name != "UV_SYSTEM_CERTS"}


@pytest.mark.parametrize(
    ("pip", "uv"),
    [
        ({}, {}),
        ({"index-url": "https://m.example/simple"}, {"UV_DEFAULT_INDEX": "https://m.example/simple"}),
        (
            {"extra-index-url": "https://a.example\nhttps://b.example"},
            {"UV_INDEX": "https://a.example https://b.example", "UV_INDEX_STRATEGY": "unsafe-best-match"},
        ),
        ({"find-links": "/wheels\n/more"}, {"UV_FIND_LINKS": "/wheels,/more"}),
        ({"trusted-host": "a.example b.example"}, {"UV_INSECURE_HOST": "a.example b.example"}),
        ({"cert": "/ca.pem", "client-cert": "/me.pem"}, {"SSL_CERT_FILE": "/ca.pem", "SSL_CLIENT_CERT": "/me.pem"}),
        ({"proxy": "http://proxy.example:3128"}, {"ALL_PROXY": "http://proxy.example:3128"}),
        ({"default-timeout": "180"}, {"UV_HTTP_TIMEOUT": "180"}),
        ({"quiet": "1", "constraint": "/c.txt"}, {}),
    ],
)
def test_uv_is_told_what_pip_is_set_to(pip: dict[str, str], uv: dict[str, str]) -> None:
    assert added(pip) == uv


def test_certificates_for_requests_are_uvs_too_unless_pip_has_its_own() -> None:
    assert added({}, REQUESTS_CA_BUNDLE="/r.pem", CURL_CA_BUNDLE="/c.pem") == {"SSL_CERT_FILE": "/r.pem"}
    assert added({}, CURL_CA_BUNDLE="/c.pem") == {"SSL_CERT_FILE": "/c.pem"}
    assert added({"cert": "/p.pem"}, REQUESTS_CA_BUNDLE="/r.pem") == {"SSL_CERT_FILE": "/p.pem"}


def test_what_uv_was_told_itself_stays() -> None:
    pip = {"index-url": "https://pip.example", "cert": "/p.pem"}
    assert added(pip, UV_DEFAULT_INDEX="https://uv.example", SSL_CERT_FILE="/s.pem") == {}


def test_where_uv_has_a_file_of_its_own_pips_indexes_are_not_handed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pip = {"index-url": "https://pip.example", "cert": "/p.pem"}
    monkeypatch.setattr(environment, "pip_settings", lambda: pip)
    for name in (environment.CACHED, "UV_DEFAULT_INDEX", "SSL_CERT_FILE", "UV_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert environment.uv_settings()["UV_DEFAULT_INDEX"] == "https://pip.example"
    (tmp_path / "uv").mkdir()
    (tmp_path / "uv" / "uv.toml").touch()
    found = environment.uv_settings()
    assert "UV_DEFAULT_INDEX" not in found
    assert found["SSL_CERT_FILE"] == "/p.pem"


def test_the_systems_certificates_are_used_where_there_are_some(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "has_system_certificates", lambda: True)
    assert for_uv({}, {}) == {"UV_SYSTEM_CERTS": "true"}
    monkeypatch.setattr(environment, "has_system_certificates", lambda: False)
    assert for_uv({}, {}) == {}


@contextlib.contextmanager
def index_behind(authority: trustme.CA, folder: Path) -> t.Iterator[str]:
    """Serve a package index whose certificate only this authority has signed, as TLS inspection does."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"https://127.0.0.1:{server.server_address[1]}/simple"
        finally:
            server.shutdown()


def test_uv_gets_through_tls_inspection_with_pips_settings_only(tmp_path: Path) -> None:
    package = tmp_path / "index" / "simple" / "tiny"
    package.mkdir(parents=True)
    with zipfile.ZipFile(package / "tiny-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.py", "")
        wheel.writestr("tiny-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        wheel.writestr("tiny-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr("tiny-1.0.dist-info/RECORD", "")
    (package / "index.html").write_text('<a href="tiny-1.0-py3-none-any.whl">tiny</a>', encoding="utf-8")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    plain = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "NO_PROXY": "127.0.0.1"}
    with index_behind(authority, tmp_path / "index") as url:
        without = install_tiny(tmp_path / "without", {**plain, **for_uv({"index-url": url}, {})})
        assert without.returncode != 0
        assert "certificate" in without.stderr.lower()
        pip = {"index-url": url, "cert": str(tmp_path / "ca.pem")}
        done = install_tiny(tmp_path / "with", {**plain, **for_uv(pip, {})})
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "with" / "tiny.py").exists()


def install_tiny(target: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [
        str(BIN / "uv"),
        "pip",
        "install",
        "--no-cache",
        "--no-config",
        "--python",
        sys.executable,
        "--target",
        str(target),
    ]
    return subprocess.run([*command, "tiny"], env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_a_home_of_its_own_has_the_settings_and_none_of_the_rest(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "own"
    for name in (".netrc", ".config/pip/pip.conf", ".ansible.cfg", ".config/other/x"):
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(name, encoding="utf-8")
    environ = {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "LANG": "C"}
    changed = with_home(folder, environ, "linux")
    assert changed == {
        "HOME": str(folder),
        "IMS_USER_HOME": str(home),
        "LANG": "C",
        "PIP_CACHE_DIR": str(home / ".cache" / "pip"),
        "UV_CACHE_DIR": str(home / ".cache" / "uv"),
    }
    assert sorted(path.name for path in folder.iterdir()) == [".config", ".netrc"]
    assert (folder / ".config" / "pip" / "pip.conf").read_text(encoding="utf-8") == ".config/pip/pip.conf"
    assert [path.name for path in (folder / ".config").iterdir()] == ["pip"]


def test_settings_that_come_and_go_are_followed(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "own"
    (home / ".config" / "pip").mkdir(parents=True)
    with_home(folder, {"HOME": str(home)}, "linux")
    (home / ".config" / "pip").rmdir()
    (home / ".netrc").touch()
    with_home(folder, {"HOME": str(home)}, "linux")
    assert not (folder / ".config" / "pip").is_symlink()
    assert (folder / ".netrc").exists()


def test_within_a_session_nothing_changes(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "IMS_USER_HOME": "/home/me", "UV_CACHE_DIR": "/cache"}
    assert with_home(tmp_path, environ, "linux") == environ
    assert list(tmp_path.iterdir()) == []


def test_the_package_managers_caches_stay_where_they_are() -> None:
    home = Path("/home/me")
    assert caches(home, {"XDG_CACHE_HOME": "/big"}, "linux") == {
        "PIP_CACHE_DIR": "/big/pip",
        "UV_CACHE_DIR": "/big/uv",
    }
    assert caches(home, {"UV_CACHE_DIR": "/uv"}, "linux")["UV_CACHE_DIR"] == "/uv"
    assert caches(home, {}, "darwin")["PIP_CACHE_DIR"] == "/home/me/Library/Caches/pip"
