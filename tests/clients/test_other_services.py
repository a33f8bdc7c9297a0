# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Power of servers by the SDK of ECS, and objects by that of OBS, whose signature is another."""

from __future__ import annotations

import socket
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.clients.sdk import load

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.clients.sdk import Sdk
    from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

SERVER = "40000000-0000-4000-8000-000000000001"
LINUX = "10000000-0000-4000-8000-000000000001"
# Servers are shown in small: what images are made of, not how servers are connected.
NOT_SHOWN = ("ServerDetail.", "ServerFlavor.")


def test_a_server_is_stopped_and_started(sim: Simulator, sdk: Sdk) -> None:
    def state() -> tuple[str, str | None]:
        server = sdk.ecs("show_server", server_id=SERVER).server
        return server.status, server.os_ext_st_stask_state

    assert state() == ("ACTIVE", None)
    for action, running, after in (("stop", "powering-off", "SHUTOFF"), ("start", "powering-on", "ACTIVE")):
        before = state()[0]
        more = {"type": "SOFT"} if action == "stop" else {}
        body = {f"os-{action}": {"servers": [{"id": SERVER}], **more}}
        job_id = sdk.ecs(f"batch_{action}_servers", body=body).job_id
        assert state() == (before, running)
        assert sdk.ecs("show_job", job_id=job_id).status == "INIT"
        sim.clock.advance(2)
        job = sdk.ecs("show_job", job_id=job_id)
        assert (job.status, job.entities.sub_jobs[0].entities.server_id) == ("SUCCESS", SERVER)
        assert state() == (after, None)
    unknown = {deviation for deviation in sdk.deviations() if deviation.endswith("unknown")}
    assert unknown == set()
    missing = {deviation for deviation in sdk.deviations() if not deviation.startswith(NOT_SHOWN)}
    assert missing == set()


@pytest.fixture
def obs(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., t.Any]:
    """Make clients that put the bucket into the name of the host, which is where it belongs."""
    resolve = socket.getaddrinfo

    def local(host: str, *arguments: t.Any, **more: t.Any) -> t.Any:
        return resolve("127.0.0.1" if str(host).endswith(".localhost") else host, *arguments, **more)

    monkeypatch.setattr(socket, "getaddrinfo", local)

    def make(access_key: str, secret_key: str, security_token: str | None = None) -> t.Any:
        server = sim.url.replace("127.0.0.1", "localhost")
        # By a path instead of a host, this SDK signs in the way of another vendor.
        keys = {"access_key_id": access_key, "secret_access_key": secret_key, "security_token": security_token}
        return load("obs").ObsClient(**keys, server=server, signature="obs", is_signature_negotiation=False)

    return make


def test_an_exported_object_is_there(sim: Simulator, sdk: Sdk, obs: t.Callable[..., t.Any]) -> None:
    account = sdk.account
    client = obs(account.access_key, account.secret_key)
    body = {"bucket_url": "ims-image:a/b.qcow2", "file_format": "qcow2"}
    sdk.ims("export_image", image_id=LINUX, body=body)
    assert client.getObjectMetadata("ims-image", "a/b.qcow2").status == 404
    sim.clock.advance(20)
    found = client.getObjectMetadata("ims-image", "a/b.qcow2")
    held = sim.cloud.objects["ims-image:a/b.qcow2"]
    assert (found.status, found.body.contentLength) == (200, held["size"])
    assert found.body.etag == f'"{held["etag"]}"'


def test_temporary_and_wrong_keys(sim: Simulator, sdk: Sdk, obs: t.Callable[..., t.Any]) -> None:
    sim.cloud.objects["ims-image:é"] = {"size": 7, "etag": "x-2", "last_modified": sim.clock.now()}
    keys = sim.identity.issue_temporary_keys()
    good = obs(keys.access_key, keys.secret_key, keys.security_token)
    assert good.getObjectMetadata("ims-image", "é").status == 200
    assert obs(sdk.account.access_key, "wrong").getObjectMetadata("ims-image", "é").status == 403
