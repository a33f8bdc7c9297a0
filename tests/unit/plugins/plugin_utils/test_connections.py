# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that live as long as a process: shared by equals, bounded, and never handed to others."""

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._options import Options
from ansible_collections.huaweicloud.ims.plugins.plugin_utils import _connections
from ansible_collections.huaweicloud.ims.plugins.plugin_utils._connections import MAX_KEPT, Connections

OPTIONS = Options(
    auth_type="token",
    endpoint="https://ims.example",
    iam_endpoint=None,
    region="r1",
    project_id="p1",
    validate_certs=True,
    ca_path=None,
    request_timeout=30.0,
    auth_token="t1",
)


@dataclasses.dataclass
class Client:
    closed: int = 0

    def close(self) -> None:
        self.closed += 1


@dataclasses.dataclass
class Opened:
    client: Client


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[t.Any]:
    """All connections that were opened."""
    made: list[t.Any] = []

    def open_connection(*_args: t.Any) -> Opened:
        made.append(Opened(Client()))
        return made[-1]

    monkeypatch.setattr(_connections, "open_connection", open_connection)
    return made


def test_equal_options_share_a_connection(opened: list[t.Any]) -> None:
    connections = Connections()
    first = connections.open(OPTIONS, {"A": "1"})
    assert connections.open(dataclasses.replace(OPTIONS), {"A": "1"}) is first
    assert len(opened) == 1


@pytest.mark.parametrize("field", ["auth_token", "project_id", "endpoint", "region", "ca_path", "secret_key", "password"])
def test_another_option_is_another_connection(opened: list[t.Any], field: str) -> None:
    connections = Connections()
    first = connections.open(OPTIONS, {})
    assert connections.open(dataclasses.replace(OPTIONS, **{field: "other"}), {}) is not first


def test_another_environment_or_call_is_another_connection(opened: list[t.Any]) -> None:
    connections = Connections()
    first = connections.open(OPTIONS, {})
    assert connections.open(OPTIONS, {"HTTPS_PROXY": "http://p:1"}) is not first
    assert connections.open(OPTIONS, {}, "show_job_progress") is not first


def test_only_the_last_ones_are_kept_and_the_others_closed(opened: list[t.Any]) -> None:
    connections = Connections()
    first = connections.open(OPTIONS, {"N": "0"})
    for number in range(1, MAX_KEPT):
        connections.open(OPTIONS, {"N": str(number)})
    assert connections.open(OPTIONS, {"N": "0"}) is first
    connections.open(OPTIONS, {"N": "one more"})
    assert [connection.client.closed for connection in opened] == [0, 1, 0, 0, 0]
    assert connections.open(OPTIONS, {"N": "0"}) is first
    assert connections.open(OPTIONS, {"N": "1"}) is not opened[1]


def test_another_process_has_connections_of_its_own(opened: list[t.Any], monkeypatch: pytest.MonkeyPatch) -> None:
    connections = Connections()
    first = connections.open(OPTIONS, {})
    monkeypatch.setattr(_connections.os, "getpid", lambda: -1)
    assert connections.open(OPTIONS, {}) is not first
    assert opened[0].client.closed == 0
