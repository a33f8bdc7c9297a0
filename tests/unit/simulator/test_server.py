# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections: kept alive, many at a time, and closed with the simulator."""

from __future__ import annotations

import concurrent.futures
import socket
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import JobScript, RealClock, SimulatedClock, Simulator

if t.TYPE_CHECKING:
    from .conftest import Client


def test_many_requests_on_one_connection(client: Client) -> None:
    client.control("GET", "health")
    port = client.connection.sock.getsockname()
    for _turn in range(20):
        client.send("GET", "/v2/cloudimages")
    assert client.connection.sock.getsockname() == port


def test_many_connections_at_a_time(client: Client) -> None:
    def look(job_id: str) -> int:
        other = type(client)(client.sim)
        try:
            return other.send("GET", f"/v1/cloudimages/job/{job_id}").status
        finally:
            other.connection.close()

    jobs = [client.sim.cloud.add_job() for _turn in range(100)]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        assert set(pool.map(look, jobs)) == {200}
    assert client.sim.requests.counts()["by_job"] == dict.fromkeys(jobs, 1)


@pytest.mark.parametrize("headers", ["Transfer-Encoding: chunked", "Content-Length: many"])
def test_bodies_whose_length_is_not_known(sim: Simulator, headers: str) -> None:
    with socket.create_connection(("127.0.0.1", sim.port)) as connection:
        connection.sendall(f"POST /v3/auth/tokens HTTP/1.1\r\nHost: x\r\n{headers}\r\n\r\n".encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 411 ")


def test_it_stops_with_open_connections_and_starts_again_on_its_port() -> None:
    sim = Simulator(clock=SimulatedClock()).start()
    job_id, url = sim.cloud.add_job(), sim.url
    with socket.create_connection(("127.0.0.1", sim.port)) as connection:
        connection.sendall(b"GET /v0 HTTP/1.1\r\nHost: x\r\n\r\n")
        assert connection.recv(12) == b"HTTP/1.1 404"
        sim.stop()
        while connection.recv(4096):
            pass
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", sim.port)).close()
    with sim:
        assert (sim.url, list(sim.cloud.jobs)) == (url, [job_id])


def test_a_taken_port_is_an_error(sim: Simulator) -> None:
    with pytest.raises(OSError, match="in use"):
        Simulator(port=sim.port).start()


def test_a_fast_clock() -> None:
    sim = Simulator(clock=RealClock(speed=1000000))
    job_id = sim.cloud.add_job(script=JobScript(duration=1))
    while sim.cloud.job(job_id)["status"] != "SUCCESS":
        pass
    with pytest.raises(ValueError, match="speed"):
        RealClock(speed=0)


def test_a_turned_clock_may_turn_the_date_header_too() -> None:
    clock = SimulatedClock(start=1704164645.0, turns_wall=True)
    with Simulator(clock=clock) as sim, socket.create_connection(("127.0.0.1", sim.port)) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b"\r\nDate: Tue, 02 Jan 2024 03:04:05 GMT\r\n" in connection.makefile("rb").read()
