# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated cloud on loopback for the tests of the plugins, with one clock for both sides that only tests turn."""

from __future__ import annotations

import datetime
import gc
import os
import typing as t

import pytest
from hypothesis import HealthCheck, settings

from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.client import ImsClient
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.credentials import Credentials
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.exchange import Exchange
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.signing import KeyPair
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.transport import HttpTransport
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import resolve
from ansible_collections.huaweicloud.ims.tests.simulator import SimulatedClock, Simulator

# How many examples hypothesis tries. They are the same on every machine: what fails in CI fails on the desk, too.
for _profile, _examples in (("quick", 8), ("thorough", 40)):
    settings.register_profile(
        _profile,
        max_examples=_examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow],
    )

START = datetime.datetime(2026, 3, 1, 12, 0, 0, tzinfo=datetime.timezone.utc)
_NAMES = ("HW_", "OS_", "HUAWEICLOUD_")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle", "curl_ca_bundle")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--thorough", action="store_true", help="also what takes long: all cases, and more examples")


def pytest_configure(config: pytest.Config) -> None:
    settings.load_profile("thorough" if config.option.thorough else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.thorough:
        return
    left_out = [item for item in items if item.get_closest_marker("thorough")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("thorough")]


@pytest.fixture(scope="session")
def is_thorough(pytestconfig: pytest.Config) -> bool:
    """Whether each case is to be tried, however long it takes; otherwise some of them."""
    return bool(pytestconfig.option.thorough)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: it would look through all of it again and again."""
    gc.collect()
    gc.freeze()


class LabClock:
    """The client's clock: the simulator's, but for the seconds by which its wall clock is ``wrong_by``."""

    def __init__(self, clock: SimulatedClock) -> None:
        self._clock = clock
        self.wrong_by = 0.0

    def now(self) -> float:
        return self._clock.now()

    def utc(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self._clock.now() + self.wrong_by, datetime.timezone.utc)

    def sleep(self, seconds: float) -> None:
        self._clock.advance(seconds)


class Lab:
    """A client's side of the simulated cloud: its clock, its warnings, and everything that can be connected."""

    def __init__(self, simulator: Simulator, clock: LabClock) -> None:
        self.simulator = simulator
        self.clock = clock
        self.warnings: list[str] = []

    @property
    def keys(self) -> KeyPair:
        return KeyPair(self.simulator.account.access_key, self.simulator.account.secret_key)

    def transport(self, environ: t.Mapping[str, str] | None = None, **options: t.Any) -> HttpTransport:
        told = {"verify": True, "ca_path": None, "user_agent": "unit-test/1", **options}
        return HttpTransport(environ=environ or {}, warn=self.warnings.append, **told)

    def exchange(self, credentials: Credentials) -> Exchange:
        return Exchange(self.transport(), self.clock, credentials, self.warnings.append)

    def client(self, query_api: str = "auto", **params: t.Any) -> ImsClient:
        """Return a client by the options of a task; None takes one away. The environment is empty."""
        account, url = self.simulator.account, self.simulator.url
        given = {
            "access_key": account.access_key,
            "secret_key": account.secret_key,
            "region": account.region,
            "project_id": account.project_id,
            "endpoint": url,
            "iam_endpoint": url,
            "ecs_endpoint": url,
            "auth_type": "auto",
            "validate_certs": True,
            "request_timeout": 10.0,
            **params,
        }
        return connect(resolve(given, {}), {}, self.clock, self.warnings.append, query_api)

    def add_job(self, **script: t.Any) -> str:
        """Start a job on the simulator."""
        return self.simulator.cloud.add_job(**script)

    def asked(self) -> list[str]:
        """Return what the simulator was asked, in order: method, route and status."""
        return [f"{entry.method} {entry.route or entry.path} {entry.status}" for entry in self.simulator.requests]


@pytest.fixture(scope="session")
def _lab_simulator() -> t.Iterator[Simulator]:
    with Simulator(clock=SimulatedClock(START.timestamp(), turns_wall=True)) as simulator:
        yield simulator


@pytest.fixture
def lab(_lab_simulator: Simulator) -> t.Iterator[Lab]:
    _lab_simulator.reset()
    clock = t.cast("SimulatedClock", _lab_simulator.clock)
    yield Lab(_lab_simulator, LabClock(clock))
    assert _lab_simulator.internal_errors == []


@pytest.fixture
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take away every variable of the machine that the collection reads."""
    for name in list(os.environ):
        if name.startswith(_NAMES) or name.lower() in _PROXIES:
            monkeypatch.delenv(name)
