# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.hosts import is_host, is_link_local, is_loopback


@pytest.mark.parametrize(
    "host",
    [
        "ims.cn-north-4.myhuaweicloud.com",
        "IMS.example.com",
        "localhost",
        "a",
        "a_b.example.com",
        "xn--bcher-kva.example",
        "example.com.",
        "1.2.3.4",
        "::1",
        "fe80::1%eth0",
        "a" * 63 + ".b",
        ".".join(["a" * 60] * 4) + ".12345678",
    ],
)
def test_names_that_hosts_have(host: str) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    [
        "",
        ".",
        "a..b",
        ".a",
        "a.b..",
        "-a.b",
        "a-.b",
        "a b",
        "a\n",
        "bücher.example",
        "a.１.b",
        "*.example.com",
        "user:pw",
        "[::1]",
        "a" * 64,
        ".".join(["a" * 60] * 4) + ".1234567890",
    ],
)
def test_names_that_no_host_has(host: str) -> None:
    assert not is_host(host)


@pytest.mark.parametrize(
    ("host", "loopback", "link_local"),
    [
        ("localhost", True, False),
        ("LOCALHOST.", True, False),
        ("127.0.0.1", True, False),
        ("127.9.9.9", True, False),
        ("::1", True, False),
        ("169.254.169.254", False, True),
        ("fe80::1", False, True),
        ("127.0.0.1.example.com", False, False),
        ("localhost.example.com", False, False),
        ("169.254.example.com", False, False),
        ("192.0.2.1", False, False),
        ("", False, False),
    ],
)
def test_hosts_that_are_near(host: str, loopback: bool, link_local: bool) -> None:
    assert (is_loopback(host), is_link_local(host)) == (loopback, link_local)
