# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is read from the environment: which proxy, which CA, and what is said of those that cannot be used."""

from __future__ import annotations

import os
import pathlib
import sys
import types
import typing as t

import pytest
import urllib3

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.environment import Proxy, proxy_for, tls_options
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.transport import HttpTransport
from ansible_collections.huaweicloud.ims.tests.unit.servers import CERTIFICATE, EMPTY_JSON, RawServer

URL = "https://ims.example.com/v1"


def found(value: str, **others: str) -> Proxy:
    proxy = proxy_for(URL, {"HTTPS_PROXY": value, **others})
    assert proxy is not None
    return proxy


def mistake(value: str) -> str:
    with pytest.raises(OptionError) as caught:
        found(value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("http://proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("http://proxy.example.com", "http://proxy.example.com:80"),
        ("https://proxy.example.com/", "https://proxy.example.com:443"),
        ("HTTP://Proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("proxy.example.com:3128", "http://proxy.example.com:3128"),
        ("proxy", "http://proxy:80"),
        ("user:pw@proxy:3128", "http://proxy:3128"),
        ("http://[2001:db8::1]:3128", "http://[2001:db8::1]:3128"),
        ("http://user:pw@[2001:db8::1]", "http://[2001:db8::1]:80"),
        ("socks5h://user:pw@proxy", "socks5h://proxy:1080"),
    ],
)
def test_a_proxy_is_written_in_many_ways(value: str, url: str) -> None:
    proxy = found(value)
    assert proxy.url == url
    assert str(proxy) == f"the proxy {url.partition('//')[2]} (HTTPS_PROXY)"


@pytest.mark.parametrize(
    ("value", "username", "password"),
    [
        ("http://proxy:3128", None, None),
        ("http://user@proxy:3128", "user", None),
        ("http://user:@proxy:3128", "user", ""),
        ("http://us%65r:p%23%40%3A%2F%3F@proxy:3128", "user", "p#@:/?"),
        ("http://user:p:w@proxy:3128", "user", "p:w"),
        ("http://user:p@w@proxy:3128", "user", "p@w"),
    ],
)
def test_a_proxys_credentials_are_told_apart_from_it(value: str, username: str | None, password: str | None) -> None:
    proxy = found(value)
    assert (proxy.username, proxy.password, proxy.host) == (username, password, "proxy:3128")
    assert "Proxy-Authorization" in proxy.headers or username is None
    assert not password or password not in repr(proxy)


@pytest.mark.parametrize(
    "value",
    [
        "http://user:s3cret@",
        "http://user:s3cret@:3128",
        "http://user:s3c#ret@proxy.example.com:3128",
        "http://user:#s3cret@proxy.example.com:3128",
        "http://user:s3c/ret@proxy.example.com:3128",
        "http://user:s3c?ret@proxy.example.com:3128",
        "http://8080#s3cret@proxy.example.com:3128",
        "http://user:s3cret@proxy.example.com:99999",
        "http://user:s3cret@proxy.example.com:port",
        "http://user:s3cret",
        "http://user:s3cret@[proxy.example.com",
        "http://user:s3cret@a..b:3128",
        "user:s3c\u00e9ret@pr\u00f6xy:3128",
        "ftp://user:s3cret@proxy.example.com",
        "://s3cret",
    ],
)
def test_of_a_proxy_that_is_not_understood_nothing_is_shown(value: str) -> None:
    assert mistake(value) == (
        "HTTPS_PROXY is not the URL of a proxy, such as http://proxy.example.com:3128. In its user name and password"
        " write other characters than letters and digits as percent and code: # is %23, @ is %40."
    )


@pytest.mark.parametrize(
    ("url", "environ", "variable"),
    [
        (URL, {"https_proxy": "a", "HTTPS_PROXY": "b", "all_proxy": "c"}, "https_proxy"),
        (URL, {"https_proxy": "", "HTTPS_PROXY": "b", "all_proxy": "c"}, "HTTPS_PROXY"),
        (URL, {"http_proxy": "a", "all_proxy": "c", "ALL_PROXY": "d"}, "all_proxy"),
        (URL, {"ALL_PROXY": "d"}, "ALL_PROXY"),
        ("http://ims.example.com/", {"https_proxy": "a", "HTTP_PROXY": "b"}, "HTTP_PROXY"),
        (URL, {"http_proxy": "a"}, None),
        (URL, {}, None),
        (URL, {"https_proxy": "a", "no_proxy": "example.com"}, None),
        # A proxy that is not used does not have to be understood.
        (URL, {"https_proxy": "http://user:s3cret@", "no_proxy": "example.com"}, None),
        ("https://127.0.0.1/", {"https_proxy": "http://user:s3cret@"}, None),
        ("https://[::1]/", {"https_proxy": "a"}, None),
        ("https://localhost/", {"all_proxy": "a"}, None),
        ("https://169.254.169.254/", {"all_proxy": "a"}, None),
    ],
)
def test_the_variables_are_asked_in_the_usual_order(url: str, environ: dict[str, str], variable: str | None) -> None:
    proxy = proxy_for(url, environ)
    assert (proxy.variable if proxy else None) == variable


def test_a_socks_proxy_needs_a_library_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "urllib3.contrib.socks", None)
    sender = HttpTransport(verify=True, ca_path=None, environ={"all_proxy": "socks5://proxy"}, user_agent="unit-test/1")
    with pytest.raises(OptionError) as caught:
        sender.send(Request("GET", "http://ims.example.com/"))
    assert str(caught.value) == (
        "the proxy proxy:1080 (all_proxy) speaks SOCKS, which needs the Python library PySocks."
    )


def test_a_socks_proxy_is_handed_to_the_library_with_its_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[t.Any] = []

    class Manager(urllib3.PoolManager):
        def __init__(self, url: str, username: str | None, password: str | None, **options: t.Any) -> None:
            given.append((url, username, password))
            super().__init__(**options)

    library = types.ModuleType("urllib3.contrib.socks")
    library.SOCKSProxyManager = Manager  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "urllib3.contrib.socks", library)
    environ = {"all_proxy": "socks5h://user:p%40w@proxy:1081"}
    with RawServer(EMPTY_JSON) as server, monkeypatch.context() as patch:
        patch.setattr("socket.getaddrinfo", lambda *_args: [(2, 1, 6, "", ("127.0.0.1", server.port))])
        sender = HttpTransport(verify=True, ca_path=None, environ=environ, user_agent="unit-test/1")
        assert sender.send(Request("GET", "http://ims.example.com/v1/x")).body == b"{}"
        assert given == [("socks5h://proxy:1081", "user", "p@w")]
        assert server.received[0].startswith(b"GET /v1/x HTTP/1.1\r\n")


def test_without_a_check_no_ca_is_looked_at() -> None:
    assert tls_options(verify=False, ca_path="/nowhere", environ={"REQUESTS_CA_BUNDLE": "/nowhere"}) == {
        "cert_reqs": "CERT_NONE"
    }


@pytest.mark.parametrize(
    ("ca_path", "environ"),
    [
        (CERTIFICATE, {"REQUESTS_CA_BUNDLE": "/nowhere", "CURL_CA_BUNDLE": "/nowhere"}),
        (None, {"REQUESTS_CA_BUNDLE": CERTIFICATE, "CURL_CA_BUNDLE": "/nowhere"}),
        ("", {"REQUESTS_CA_BUNDLE": "", "CURL_CA_BUNDLE": CERTIFICATE}),
    ],
)
def test_the_first_ca_that_is_named_counts(ca_path: str | None, environ: dict[str, str]) -> None:
    found = tls_options(verify=True, ca_path=ca_path, environ=environ)
    assert found == {"cert_reqs": "CERT_REQUIRED", "ca_certs": CERTIFICATE}


def test_without_a_name_those_of_requests_are_trusted() -> None:
    found = tls_options(verify=True, ca_path=None, environ={})
    assert found["cert_reqs"] == "CERT_REQUIRED"
    assert "BEGIN CERTIFICATE" in pathlib.Path(found["ca_certs"]).read_text("utf-8")


def test_a_folder_of_cas_is_taken_as_it_is(tmp_path: pathlib.Path) -> None:
    found = tls_options(verify=True, ca_path=str(tmp_path), environ={})
    assert found == {"cert_reqs": "CERT_REQUIRED", "ca_cert_dir": str(tmp_path)}


def refusal(ca_path: str | None, environ: dict[str, str] | None = None) -> str:
    with pytest.raises(OptionError) as caught:
        HttpTransport(verify=True, ca_path=ca_path, environ=environ or {}, user_agent="unit-test/1")
    return str(caught.value)


def test_a_ca_that_is_not_there_is_a_mistake() -> None:
    assert refusal("/nowhere/ca.pem") == "ca_path: there is no file or folder /nowhere/ca.pem."
    assert refusal("/no\0where\x1b") == "ca_path: there is no file or folder /no where."
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        assert refusal(None, {variable: "/nowhere"}) == f"{variable}: there is no file or folder /nowhere."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no certificate",
        b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        b"-----BEGIN CERTIFICATE-----\nMIIB",
        b"\x30\x82\x01\x0a\x02\x82",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    ],
)
def test_a_ca_that_is_no_pem_is_a_mistake(tmp_path: pathlib.Path, content: bytes) -> None:
    path = tmp_path / "ca.pem"
    path.write_bytes(content)
    assert refusal(str(path)) == f"ca_path: {path} is not a PEM file of certificates."
    assert refusal(None, {"REQUESTS_CA_BUNDLE": str(path)}).startswith(f"REQUESTS_CA_BUNDLE: {path} is not ")


def test_a_ca_that_would_be_read_for_ever_is_a_mistake(tmp_path: pathlib.Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for path in (pipe, pathlib.Path("/dev/zero")):
        assert refusal(str(path)) == f"ca_path: {path} is neither a file nor a folder."


def test_a_ca_that_cannot_be_read_is_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_args: t.Any, **_kwargs: t.Any) -> t.NoReturn:
        raise PermissionError(13, "Permission denied")

    # Not by the file's mode: who runs this may be root.
    monkeypatch.setattr("ssl.SSLContext.load_verify_locations", fail)
    assert refusal(CERTIFICATE) == f"ca_path: {CERTIFICATE} cannot be read: Permission denied."
