# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS for real: certificates of a CA made here, expired ones and those of others, a proxy in between, redirects."""

from __future__ import annotations

import dataclasses
import datetime
import socket
import time
import typing as t
from pathlib import Path

import pytest
import trustme

from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.client import ImsClient
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.clock import SystemClock
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ApiError, NoAnswerError, OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import resolve
from ansible_collections.huaweicloud.ims.tests.campaign.tunnel import Tunnel
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.system.harness import Playground, task, wait_for

DONE = JobScript(duration=0)
YESTERDAY = datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=1)
# No proxy is asked for what is on this machine, so the simulator has another name as well.
ELSEWHERE = "https://ims.example.com"
THERE = {"endpoint": ELSEWHERE, "iam_endpoint": ELSEWHERE}
FORBIDDEN = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclasses.dataclass(frozen=True)
class Authority:
    """A CA that nobody but these tests knows."""

    ca: trustme.CA
    folder: Path

    @property
    def path(self) -> str:
        path = self.folder / "ca.pem"
        self.ca.cert_pem.write_to_path(str(path))
        return str(path)

    def simulator(self, *names: str, not_after: datetime.datetime | None = None) -> Simulator:
        """Return a simulator with a certificate for these names."""
        path = self.folder / f"{'-'.join(names)}.pem"
        self.ca.issue_cert(*names, not_after=not_after).private_key_and_cert_chain_pem.write_to_path(str(path))
        return Simulator(certfile=str(path), job_seconds=1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(trustme.CA(), tmp_path)


@pytest.fixture
def simulator(authority: Authority) -> t.Iterator[Simulator]:
    with authority.simulator("127.0.0.1", "localhost", "ims.example.com") as running:
        yield running
        assert running.internal_errors == []


def client(simulator: Simulator, environ: t.Mapping[str, str] | None = None, **options: t.Any) -> ImsClient:
    account = simulator.account
    given = {
        "access_key": account.access_key,
        "secret_key": account.secret_key,
        "region": account.region,
        "project_id": account.project_id,
        "endpoint": simulator.url,
        "iam_endpoint": simulator.url,
        "auth_type": "auto",
        "validate_certs": True,
        "request_timeout": 5.0,
        **options,
    }
    return connect(resolve(given, {}), environ or {}, SystemClock(), lambda text: None)


def refused(simulator: Simulator, **options: t.Any) -> NoAnswerError:
    """Return why a look failed, and make sure that no request has left."""
    with pytest.raises(NoAnswerError) as caught:
        client(simulator, **options).find_job(simulator.cloud.add_job(script=DONE))
    assert len(simulator.requests) == 0
    return caught.value


def succeeds(simulator: Simulator, environ: t.Mapping[str, str] | None = None, **options: t.Any) -> bool:
    job = client(simulator, environ, **options).find_job(simulator.cloud.add_job(script=DONE))
    return job is not None and job.succeeded


# -- who is trusted -------------------------------------------------------------------------------------------------


def test_a_private_ca_is_trusted_by_ca_path(simulator: Simulator, authority: Authority) -> None:
    assert simulator.url.startswith("https://")
    assert succeeds(simulator, ca_path=authority.path)


def test_a_private_ca_is_trusted_by_the_environment(simulator: Simulator, authority: Authority) -> None:
    assert succeeds(simulator, {"REQUESTS_CA_BUNDLE": authority.path})


def test_nobody_is_trusted_without_a_reason(simulator: Simulator) -> None:
    error = refused(simulator)
    assert "certificate" in str(error)
    assert "ca_path" in str(error)
    assert (error.is_transient, error.was_sent) == (False, False)


def test_another_ca_is_not_trusted(simulator: Simulator, tmp_path: Path) -> None:
    other = Authority(trustme.CA(), tmp_path / "other")
    other.folder.mkdir()
    assert "not trusted" in str(refused(simulator, ca_path=other.path))


def test_what_is_no_ca_is_a_mistake_before_anything_is_sent(simulator: Simulator, tmp_path: Path) -> None:
    path = tmp_path / "ca.der"
    path.write_bytes(b"\x30\x82")
    with pytest.raises(OptionError, match="not a PEM file of certificates"):
        client(simulator, ca_path=str(path))
    assert len(simulator.requests) == 0


def test_validate_certs_false_trusts_anybody(simulator: Simulator) -> None:
    assert succeeds(simulator, validate_certs=False)


def test_an_expired_certificate_is_refused(authority: Authority) -> None:
    with authority.simulator("127.0.0.1", not_after=YESTERDAY) as simulator:
        error = refused(simulator, ca_path=authority.path)
    assert "expired" in str(error)
    assert not error.is_transient


def test_the_certificate_of_another_host_is_refused(authority: Authority) -> None:
    with authority.simulator("ims.example.com") as simulator:
        error = refused(simulator, ca_path=authority.path)
    assert "127.0.0.1" in str(error)
    assert "not trusted" in str(error)
    assert not error.is_transient


def test_a_handshake_that_breaks_off_is_bad_weather(simulator: Simulator, authority: Authority) -> None:
    simulator.faults.add(Fault("drop_connection", count=1))
    asking = client(simulator, ca_path=authority.path)
    job_id = simulator.cloud.add_job(script=DONE)
    with pytest.raises(NoAnswerError) as caught:
        asking.find_job(job_id)
    assert caught.value.is_transient
    assert asking.find_job(job_id) is not None


# -- where requests go ----------------------------------------------------------------------------------------------


def test_a_proxy_carries_what_it_cannot_read(simulator: Simulator, authority: Authority) -> None:
    with Tunnel(simulator.port) as proxy:
        assert succeeds(simulator, {"HTTPS_PROXY": proxy.url}, ca_path=authority.path, **THERE)
        (asked,) = proxy.asked
        assert asked.startswith(b"CONNECT ims.example.com:443 ")
        seen = asked + bytes(proxy.carried)
        assert len(proxy.carried) > 1000
        for secret in (b"Authorization", b"X-Sdk-Date", simulator.account.access_key.encode(), b"job_id"):
            assert secret not in seen


def test_a_certificate_is_checked_through_a_proxy_too(simulator: Simulator) -> None:
    with Tunnel(simulator.port) as proxy:
        with pytest.raises(NoAnswerError, match="not trusted"):
            succeeds(simulator, {"HTTPS_PROXY": proxy.url}, **THERE)
        assert len(proxy.asked) == 1
    assert len(simulator.requests) == 0


def test_a_proxy_that_refuses_is_named(simulator: Simulator, authority: Authority) -> None:
    with Tunnel(simulator.port, FORBIDDEN) as proxy, pytest.raises(NoAnswerError, match=r"the proxy .* \(HTTP 403\)"):
        succeeds(simulator, {"HTTPS_PROXY": proxy.url}, ca_path=authority.path, **THERE)
    assert len(simulator.requests) == 0


def test_no_proxy_is_obeyed(simulator: Simulator, authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda _host, _port, *rest: look_up("127.0.0.1", simulator.port, *rest))
    with Tunnel(simulator.port) as proxy:
        environ = {"HTTPS_PROXY": proxy.url, "NO_PROXY": "ims.example.com"}
        assert succeeds(simulator, environ, ca_path=authority.path, **THERE)
        assert proxy.asked == []


def test_no_proxy_is_asked_for_this_machine(simulator: Simulator, authority: Authority) -> None:
    with Tunnel(simulator.port) as proxy:
        assert succeeds(simulator, {"HTTPS_PROXY": proxy.url, "ALL_PROXY": proxy.url}, ca_path=authority.path)
        assert proxy.asked == []


# -- how long --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("refusal", "drop"),
    [(b"HTTP/1.1 200 O", b"K"), (b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"), (b"HTTP/1.1 200 OK\r\n\r\n", b"\x16")],
    ids=["status line", "headers", "handshake behind it"],
)
def test_a_proxy_that_trickles_is_waited_for_no_longer_than_request_timeout(
    simulator: Simulator, authority: Authority, refusal: bytes, drop: bytes
) -> None:
    with Tunnel(simulator.port, refusal, drop) as proxy:
        began = time.monotonic()
        with pytest.raises(NoAnswerError) as caught:
            succeeds(simulator, {"HTTPS_PROXY": proxy.url}, ca_path=authority.path, request_timeout=0.5, **THERE)
        assert time.monotonic() - began < 1.5
    assert (caught.value.is_transient, caught.value.was_sent) == (True, False)
    assert len(simulator.requests) == 0


def test_a_silent_handshake_is_waited_for_no_longer_than_request_timeout(
    simulator: Simulator, authority: Authority
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}"
        began = time.monotonic()
        with pytest.raises(NoAnswerError, match="no connection to .* within"):
            succeeds(simulator, ca_path=authority.path, request_timeout=0.5, endpoint=url)
        assert time.monotonic() - began < 1.5


@pytest.mark.parametrize("option", ["endpoint", "iam_endpoint"])
@pytest.mark.parametrize("url", ["http://ims.example.com", "http://192.0.2.1:8080", "http://127.0.0.1.example.com"])
def test_plain_http_is_refused_off_loopback(simulator: Simulator, option: str, url: str) -> None:
    with pytest.raises(OptionError, match="plain http"):
        client(simulator, {}, **{option: url})


def test_a_redirect_to_another_host_is_not_followed_and_tells_it_nothing(
    simulator: Simulator, authority: Authority
) -> None:
    with authority.simulator("localhost") as elsewhere:
        simulator.faults.add(Fault("redirect", status=307, location=f"https://localhost:{elsewhere.port}/v1/x"))
        job_id = simulator.cloud.add_job(script=DONE)
        with pytest.raises(ApiError) as caught:
            client(simulator, ca_path=authority.path).find_job(job_id)
        assert caught.value.status == 307
        assert len(simulator.requests) == 1
        assert len(elsewhere.requests) == 0


# -- in plays -------------------------------------------------------------------------------------------------------


def test_plays_speak_tls_and_say_what_is_wrong_with_it(
    simulator: Simulator, authority: Authority, tmp_path: Path
) -> None:
    playground = Playground(tmp_path, simulator)
    job_id = simulator.cloud.add_job(script=DONE)
    untrusted = {"ignore_errors": True}
    with Tunnel(simulator.port) as proxy:
        tunnelled = {"environment": {"HTTPS_PROXY": proxy.url}}
        there = {"ca_path": authority.path, **THERE}
        played = playground.play(
            [
                wait_for([job_id], "wait", ca_path=authority.path),
                task("ims_job_info", "info", job_ids=[job_id], ca_path=authority.path),
                wait_for([job_id], "wait by proxy", keywords=tunnelled, **there),
                task("ims_job_info", "info by proxy", keywords=tunnelled, job_ids=[job_id], **there),
                wait_for([job_id], "untrusted wait", keywords=untrusted),
                task("ims_job_info", "untrusted info", keywords=untrusted, job_ids=[job_id]),
            ]
        )
        assert len(proxy.asked) == 2
    assert played.exit_code == 0, played.output
    assert played.result("wait")["succeeded_jobs"] == played.result("wait by proxy")["succeeded_jobs"] == [job_id]
    assert played.result("info")["jobs"] == played.result("info by proxy")["jobs"]
    for name in ("untrusted wait", "untrusted info"):
        assert played.outcome(name) == "failed"
        assert "is not trusted" in played.result(name)["msg"]
        assert "ca_path" in played.result(name)["msg"]
    assert simulator.requests.count(job_id=job_id) == 4
