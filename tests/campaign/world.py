# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated cloud and its client, with one clock: real while requests are under way, skipped in sleeps."""

from __future__ import annotations

import contextlib
import datetime
import gc
import os
import random
import threading
import time
import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import VERSION, connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.client import ImsClient
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.project import Project
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.exchange import Exchange
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.metadata import MetadataSource
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.temporary import TemporaryKeys
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.transport import HttpTransport
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import resolve
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

START = datetime.datetime(2026, 3, 1, 12, 0, 0, tzinfo=datetime.timezone.utc).timestamp()
# Real seconds; a fault that delays longer is a silent server.
REQUEST_TIMEOUT = 0.25
CREDENTIALS = ("keys", "token", "password", "agency")


class FastClock:
    """The clock of both sides: the simulator's and the client's."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._skipped = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        return START + self._skipped + time.monotonic() - self._began

    wall = now

    def utc(self) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(self.now(), datetime.timezone.utc)

    def advance(self, seconds: float) -> None:
        with self._lock:
            self._skipped += seconds

    sleep = advance


class Party:
    """A client, what it warned about, and the secrets that it holds."""

    def __init__(self, simulator: Simulator, clock: FastClock, kind: str, draw: random.Random) -> None:
        self.kind = kind
        self.warnings: list[str] = []
        self._simulator = simulator
        account = simulator.account
        # Only what the client holds: it cannot mask what it does not know.
        self.given_secrets = {"keys": [account.secret_key], "password": [account.password]}.get(kind, [])
        self.expires_at: float | None = None
        if kind == "agency":
            self.client = self._by_agency(clock)
        else:
            self.client = self._by_options(clock, draw)

    def _by_options(self, clock: FastClock, draw: random.Random) -> ImsClient:
        account, url = self._simulator.account, self._simulator.url
        options: dict[str, t.Any] = {}
        if self.kind == "keys":
            options = {"access_key": account.access_key, "secret_key": account.secret_key}
        elif self.kind == "token":
            token = self._simulator.identity.issue_token(seconds=draw.choice((60, 86400, 86400, 86400)))
            self.given_secrets.append(token.value)
            self.expires_at = token.expires_at
            options = {"auth_token": token.value}
        else:
            options = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
        places = {"region": account.region, "endpoint": url, "iam_endpoint": url}
        if draw.random() < 0.7:
            places["project_id"] = account.project_id
        fixed = {"auth_type": "auto", "validate_certs": True, "request_timeout": REQUEST_TIMEOUT}
        return connect(resolve({**fixed, **places, **options}, {}), {}, clock, self.warnings.append)

    def _by_agency(self, clock: FastClock) -> ImsClient:
        account, url = self._simulator.account, self._simulator.url
        transport = HttpTransport(verify=True, ca_path=None, environ={}, user_agent=f"campaign/{VERSION}")
        keys = TemporaryKeys(clock, MetadataSource(transport, clock, url))
        exchange = Exchange(transport, clock, keys, self.warnings.append)
        known = {"project_id": account.project_id, "name": None, "iam_endpoint": None}
        project = Project(exchange, keys, clock, **known)
        return ImsClient(exchange, clock, endpoint=url, project=project, request_timeout=REQUEST_TIMEOUT)

    @property
    def secrets(self) -> list[str]:
        """Return every secret that there is by now, those that the cloud has issued included."""
        identity = self._simulator.identity
        issued = [
            secret for keys in identity.temporary_keys.values() for secret in (keys.secret_key, keys.security_token)
        ]
        return [*self.given_secrets, *identity.tokens, *issued]

    def close(self) -> None:
        self.client.close()


class Belongings(t.NamedTuple):
    """What a process holds of the system: names of its threads, its sockets and its children."""

    threads: int
    sockets: int
    children: int


def belongings() -> Belongings:
    """Count them, after all that nobody holds any more was thrown away."""
    gc.collect()
    sockets = 0
    for number in os.listdir("/proc/self/fd"):
        # The folder's own number is gone by now.
        with contextlib.suppress(OSError):
            sockets += os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
    with open(f"/proc/self/task/{threading.get_native_id()}/children", encoding="ascii") as file:
        children = len(file.read().split())
    return Belongings(threading.active_count(), sockets, children)


def settled(before: Belongings, seconds: float = 5.0) -> Belongings:
    """Return what is held once it is no more than before, or after some seconds: threads take their time to end."""
    end = time.monotonic() + seconds
    while True:
        now = belongings()
        if now <= before or all(new <= old for new, old in zip(now, before)) or time.monotonic() > end:
            return now
        time.sleep(0.05)
