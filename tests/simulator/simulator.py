# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as one object, for tests in Python."""

from __future__ import annotations

import dataclasses
import threading
import types
import typing as t

from .account import Account, region_of
from .clock import Clock, RealClock
from .control.control import Control
from .ecs.calls import ecs_routes
from .exchange import Exchange
from .faults import Faults
from .gateway import Gateway
from .iam.calls import Iam
from .iam.identity import Identity
from .iam.metadata import Metadata
from .ims.calls import ims_routes
from .ims.cloud import Cloud
from .obs.objects import Objects
from .settings import Settings
from .wire.request_log import RequestLog
from .wire.server import Server


class Simulator:
    """IMS, IAM, ECS, OBS, the metadata service and the control interface on one loopback port.

    Use it as a context manager, or call start() and stop(); its state outlives a stop and its port too. Each further
    region is on a port of its own, from when its url is asked for.
    """

    def __init__(
        self,
        *,
        clock: Clock | None = None,
        account: Account | None = None,
        job_seconds: float = 20.0,
        host: str = "127.0.0.1",
        port: int = 0,
        certfile: str | None = None,
        keyfile: str | None = None,
        note: t.Callable[[str], None] = lambda line: None,
    ) -> None:
        self.clock: Clock = clock or RealClock()
        self.account = account or Account()
        self.settings = Settings(job_seconds=job_seconds)
        self.host = host
        self.faults = Faults()
        self.requests = RequestLog()
        self.identity = Identity(self.clock, self.account, lambda: self.settings)
        self.cloud = Cloud(self.clock, self.account, self.accounts["partner"], lambda: self.settings)
        self._first_settings = self.settings
        self._certificate = (certfile, keyfile)
        self._note = note
        self._metadata = Metadata(self.clock, self.identity, lambda: self.settings)
        self._ports = {self.account.region: port}
        self._servers: dict[str, Server] = {}
        self._exchange = self._new_exchange()

    def _new_exchange(self) -> Exchange:
        iam = Iam(self.account, self.identity, lambda: self.settings)
        obs = Objects(self.cloud, self.clock, self.identity, lambda: self.settings)
        # IAM first: IMS answers to any one word, as the version of its API.
        routes = [*iam.routes(), *self._metadata.routes(), *ecs_routes(self.cloud), *ims_routes(self.cloud)]
        return Exchange(
            clock=self.clock,
            gateway=Gateway(self.cloud, self.identity, obs, routes),
            control=Control(self).answer,
            faults=self.faults,
            log=self.requests,
        )

    @property
    def accounts(self) -> t.Mapping[str, Account]:
        """`main` is the account; `partner` is another customer, `limited` a user with few rights."""
        return self.identity.directory.accounts

    @property
    def regions(self) -> tuple[str, ...]:
        """The regions of the accounts' projects, the main one first."""
        return tuple(dict.fromkeys(map(region_of, self.account.projects)))

    @property
    def port(self) -> int:
        """The port of the main region."""
        return self._ports[self.account.region]

    @property
    def url(self) -> str:
        """Without a slash at its end; the endpoint of all services in the main region."""
        return self._url(self.account.region)

    def url_of(self, region: str) -> str:
        """The same for one of the regions, which begins to listen if it does not yet; KeyError for others."""
        if region not in self.regions:
            raise KeyError(region)
        if region not in self._servers and self._servers:
            self._listen(region)
        return self._url(region)

    @property
    def internal_errors(self) -> list[str]:
        """Tracebacks of mistakes in the simulator itself."""
        return self._exchange.internal_errors

    @property
    def connections(self) -> int:
        """How many connections were accepted since the start, those of the control interface in them."""
        return sum(server.connections for server in self._servers.values())

    def start(self) -> Simulator:
        """Listen; OSError if the port is taken."""
        self._exchange.stopping.clear()
        self._listen(self.account.region)
        return self

    def stop(self) -> None:
        """Close the ports and all connections."""
        self._exchange.stopping.set()
        while self._servers:
            self._servers.popitem()[1].stop()

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        self.stop()

    def configure(self, **changes: t.Any) -> None:
        """Change settings by name."""
        self.settings = dataclasses.replace(self.settings, **changes)

    def reset(self) -> None:
        """All as at the start, but for the clock, which never goes back."""
        self.settings = self._first_settings
        self.cloud.reset()
        self.identity.reset()
        self._metadata.reset()
        self.faults.clear()
        self.requests.clear()
        self.internal_errors.clear()

    def _url(self, region: str) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._certificate[0] else 'http'}://{host}:{self._ports.get(region, 0)}"

    def _listen(self, region: str) -> None:
        server = Server((self.host, self._ports.get(region, 0)), self._exchange, self._note, region)
        certfile, keyfile = self._certificate
        if certfile:
            server.wrap(certfile, keyfile)
        self._ports[region] = server.server_port
        self._servers[region] = server
        threading.Thread(target=server.run, name=f"ims-simulator-{region}", daemon=True).start()
