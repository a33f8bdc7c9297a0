# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of an exchange that failed: the cause in a sentence, whatever library it came from."""

from __future__ import annotations

import http.client
import socket
import ssl

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.environment import Proxy
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.failures import explained
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request

PROXY = Proxy("HTTPS_PROXY", "http://proxy.example:3128", "proxy.example:3128")
REQUEST = Request("GET", "https://ims.example/x", timeout=2.5)


class WrapperError(Exception):
    """As libraries wrap what they met."""


def wrapped(cause: BaseException) -> BaseException:
    error = WrapperError("from below")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("status", "is_transient"), [(407, False), (403, False), (408, True), (429, True), (502, True)]
)
def test_a_proxy_that_refuses_is_named_with_its_status(status: int, is_transient: bool) -> None:
    refusal = OSError(f"Tunnel connection failed: {status} no")
    error = explained(wrapped(refusal), REQUEST, PROXY, was_sent=False)
    assert str(error) == (
        f"the proxy proxy.example:3128 (HTTPS_PROXY) did not let the request to ims.example:443 through (HTTP {status})"
    )
    assert (error.is_transient, error.was_sent) == (is_transient, False)


@pytest.mark.parametrize(
    ("cause", "before", "after"),
    [
        (
            socket.timeout("slow"),
            "no connection to ims.example:443 within 2.5 s",
            "no answer from ims.example:443 within 2.5 s",
        ),
        (
            ConnectionRefusedError(),
            "connection refused by ims.example:443",
            "the connection to ims.example:443 broke: ConnectionRefusedError",
        ),
        (
            ssl.SSLError("bad record"),
            "the TLS connection to ims.example:443 broke: ('bad record',)",
            "the TLS connection to ims.example:443 broke: ('bad record',)",
        ),
        (
            ConnectionResetError(),
            "the connection to ims.example:443 was closed before anything was sent",
            "ims.example:443 reset the connection",
        ),
        (
            http.client.RemoteDisconnected("gone"),
            "the connection to ims.example:443 was closed before anything was sent",
            "ims.example:443 closed the connection before the answer was whole",
        ),
        (
            http.client.IncompleteRead(b""),
            "no connection to ims.example:443: IncompleteRead",
            "ims.example:443 closed the connection before the answer was whole",
        ),
        (
            http.client.BadStatusLine("x"),
            "no connection to ims.example:443: BadStatusLine",
            "no valid HTTP answer from ims.example:443 (BadStatusLine)",
        ),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_each_cause_has_its_sentence(cause: BaseException, before: str, after: str) -> None:
    assert str(explained(wrapped(cause), REQUEST, None, was_sent=False)) == before
    assert str(explained(wrapped(cause), REQUEST, None, was_sent=True)) == after
