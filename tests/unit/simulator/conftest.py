# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulator whose clock the tests turn, and clients for it that know nothing but HTTP."""

from __future__ import annotations

import dataclasses
import hashlib
import hmac
import http.client
import json
import pathlib
import time
import typing as t
import urllib.parse

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import SimulatedClock, Simulator

STARTS = (pathlib.Path(__file__).parent / "data" / "starts.json").read_text("utf-8")


@dataclasses.dataclass(frozen=True)
class Reply:
    """An answer as it came."""

    status: int
    headers: t.Mapping[str, str]
    body: bytes

    def json(self) -> t.Any:
        return json.loads(self.body)

    @property
    def code(self) -> t.Any:
        """The error code, in whatever shape it is."""
        body = self.json()
        return body["error_code"] if "error_code" in body else next(iter(body.values()))["code"]

    @property
    def outcome(self) -> tuple[int, t.Any]:
        """The status, and the error code where there is one."""
        return self.status, None if self.status < 300 else self.code


class Client:
    """Sends requests over one connection to one region, with a token of one account unless told otherwise."""

    def __init__(self, sim: Simulator, account: str = "main", region: str | None = None) -> None:
        self.sim = sim
        self.account = sim.accounts[account]
        self.region = region or self.account.region
        self.project_id = self.account.projects[self.region]
        self.host = sim.url_of(self.region).rpartition("/")[2]
        self.connection = http.client.HTTPConnection(self.host, timeout=10)

    def raw(
        self, method: str, path: str, body: bytes | None = None, headers: t.Mapping[str, str] | None = None
    ) -> Reply:
        """A request just as given."""
        self.connection.request(method, path, body, dict(headers or {}))
        response = self.connection.getresponse()
        return Reply(response.status, dict(response.getheaders()), response.read())

    def send(self, method: str, path: str, body: t.Any = None, headers: t.Mapping[str, str] | None = None) -> Reply:
        """A request with a valid token."""
        token = self.sim.identity.issue_token(project_name=self.region, account=self.account)
        told = {"X-Auth-Token": token.value, **(headers or {})}
        return self.raw(method, path, None if body is None else json.dumps(body).encode(), told)

    def control(self, method: str, path: str, body: t.Any = None) -> Reply:
        """A request to the control interface."""
        return self.raw(method, f"/_simulator/{path}", None if body is None else json.dumps(body).encode())

    def signed(self, method: str, path: str, body: t.Any = None, **changes: t.Any) -> Reply:
        """A request signed with the account's keys."""
        data = b"" if body is None else json.dumps(body).encode()
        return self.raw(method, path, data, self.sign(method, path, data, **changes))

    def sign(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        access_key: str | None = None,
        secret_key: str | None = None,
        age: float = 0.0,
        headers: t.Mapping[str, str] | None = None,
        unsigned: t.Sequence[str] = (),
    ) -> dict[str, str]:
        """The headers of a signed request, by the vendor's rules."""
        account = self.account
        date = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() - age))
        told = {"Host": self.host, "X-Sdk-Date": date, **(headers or {})}
        lower = sorted((name.lower(), value) for name, value in told.items() if name not in unsigned)
        names = ";".join(name for name, _value in lower)
        plain, _mark, query = path.partition("?")
        pairs = sorted(urllib.parse.parse_qsl(query, keep_blank_values=True))
        canonical = "\n".join(
            (
                method,
                plain if plain.endswith("/") else f"{plain}/",
                urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote, safe="~"),
                "".join(f"{name}:{value}\n" for name, value in lower),
                names,
                hashlib.sha256(body).hexdigest(),
            )
        )
        text = f"SDK-HMAC-SHA256\n{date}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new((secret_key or account.secret_key).encode(), text.encode(), "sha256").hexdigest()
        key = access_key or account.access_key
        return {**told, "Authorization": f"SDK-HMAC-SHA256 Access={key}, SignedHeaders={names}, Signature={signature}"}


@pytest.fixture
def calls(client: Client) -> t.Mapping[str, t.Any]:
    """A call of each kind that starts a job, with a body of the documentation."""
    names = {"own": client.sim.account.project_id}
    names.update({image.name: image.image_id for image in client.sim.cloud.images.values()})
    text = STARTS
    for name, value in names.items():
        text = text.replace("{" + name + "}", value)
    return t.cast("dict[str, t.Any]", json.loads(text))


@pytest.fixture
def start(client: Client, calls: t.Mapping[str, t.Any]) -> t.Callable[..., Reply]:
    """Sends one of these calls, changed as told."""

    def send(call: str, *, path: str = "", without: t.Sequence[str] = (), **changes: t.Any) -> Reply:
        told = calls["calls"][call]
        body = {name: value for name, value in {**told["body"], **changes}.items() if name not in without}
        return client.send(told["method"], path or told["path"], body)

    return send


@pytest.fixture(scope="session")
def one_simulator() -> t.Iterator[Simulator]:
    with Simulator(clock=SimulatedClock()) as simulator:
        yield simulator


@pytest.fixture
def sim(one_simulator: Simulator) -> t.Iterator[Simulator]:
    """The simulator as at its start; its own mistakes fail the test."""
    one_simulator.reset()
    yield one_simulator
    assert one_simulator.internal_errors == []


@pytest.fixture
def client(sim: Simulator) -> t.Iterator[Client]:
    client = Client(sim)
    yield client
    client.connection.close()


@pytest.fixture
def make_client(sim: Simulator) -> t.Iterator[t.Callable[..., Client]]:
    """Makes clients of other accounts, and for other regions."""
    made: list[Client] = []

    def make(account: str = "main", region: str | None = None) -> Client:
        made.append(Client(sim, account, region))
        return made[-1]

    yield make
    for client in made:
        client.connection.close()


@pytest.fixture
def partner(make_client: t.Callable[..., Client]) -> Client:
    """Another customer."""
    return make_client("partner")


@pytest.fixture
def limited(make_client: t.Callable[..., Client]) -> Client:
    """A user with rights in one enterprise project only."""
    return make_client("limited")


@pytest.fixture
def job_reader(client: Client) -> t.Callable[..., dict[str, t.Any]]:
    """Reads a job by ShowJob, or by ShowJobProgress."""

    def read(job_id: str, *, progress: bool = False) -> dict[str, t.Any]:
        project = client.sim.account.project_id
        path = f"/v1/cloudimages/job/{job_id}" if progress else f"/v1/{project}/jobs/{job_id}"
        reply = client.send("GET", path)
        assert reply.status == 200, reply
        return t.cast("dict[str, t.Any]", reply.json())

    return read
