# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as one object, for tests in Python."""

from __future__ import annotations

import dataclasses
import threading
import types
import typing as t

from .account import Account
from .clock import Clock, RealClock
from .control.control import Control
from .exchange import Exchange
from .faults import Faults
from .gateway import Gateway, iam_routes, ims_routes, metadata_routes
from .iam.calls import Iam
from .iam.identity import Identity
from .iam.metadata import Metadata
from .ims.cloud import Cloud
from .settings import Settings
from .wire.request_log import RequestLog
from .wire.server import Server


class Simulator:
    """IMS, IAM, the metadata service and the control interface on one loopback port.

    Use it as a context manager, or call start() and stop(); its state outlives a stop and its port too.
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
        self.host, self.port = host, port
        self.faults = Faults()
        self.requests = RequestLog()
        self.cloud = Cloud(self.clock, self.account, lambda: self.settings)
        self.identity = Identity(self.clock, self.account, lambda: self.settings)
        self._first_settings = self.settings
        self._certificate = (certfile, keyfile)
        self._note = note
        self._metadata = Metadata(self.clock, self.identity, lambda: self.settings)
        self._server: Server | None = None
        self._exchange = self._new_exchange()

    def _new_exchange(self) -> Exchange:
        iam = Iam(self.account, self.identity, lambda: self.settings)
        routes = [*ims_routes(self.cloud), *iam_routes(iam), *metadata_routes(self._metadata)]
        return Exchange(
            clock=self.clock,
            gateway=Gateway(self.cloud, self.identity, routes),
            control=Control(self).answer,
            faults=self.faults,
            log=self.requests,
        )

    @property
    def url(self) -> str:
        """Without a slash at its end; the endpoint of IMS, of IAM and of the metadata service."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{'https' if self._certificate[0] else 'http'}://{host}:{self.port}"

    @property
    def internal_errors(self) -> list[str]:
        """Tracebacks of mistakes in the simulator itself."""
        return self._exchange.internal_errors

    def start(self) -> Simulator:
        """Listen; OSError if the port is taken."""
        self._exchange.stopping.clear()
        server = Server((self.host, self.port), self._exchange, self._note)
        certfile, keyfile = self._certificate
        if certfile:
            server.wrap(certfile, keyfile)
        self.port = server.server_port
        self._server = server
        threading.Thread(target=server.run, name="ims-simulator", daemon=True).start()
        return self

    def stop(self) -> None:
        """Close the port and all connections."""
        if self._server is not None:
            self._server.stop()
            self._server = None

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
