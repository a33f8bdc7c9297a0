# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers on loopback that answer raw bytes, whole or drop by drop, and addresses at which nobody answers."""

from __future__ import annotations

import contextlib
import itertools
import pathlib
import socket
import ssl
import threading
import typing as t

CERTIFICATE = str(pathlib.Path(__file__).parent / "data" / "loopback.pem")
EMPTY_JSON = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
SILENCE = b""


class RawServer:
    """Answers every request with the same bytes, or never if there are none, and then closes unless told otherwise.

    With ``drop``, the answer goes on with that for ever, one every ``pause`` seconds. ``opening`` answers the first
    request of a connection. ``reads`` is false for a server that takes nothing in.
    """

    def __init__(
        self,
        answer: bytes,
        *,
        keeps_alive: bool = False,
        drop: bytes = b"",
        pause: float = 0.01,
        opening: bytes = b"",
        speaks_tls: bool = False,
        reads: bool = True,
    ) -> None:
        self._answer = answer
        self._keeps_alive = keeps_alive
        self._drop = drop
        self._pause = pause
        self._opening = opening
        self._tls = None
        if speaks_tls:
            self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._tls.load_cert_chain(CERTIFICATE)
        self._reads = reads
        self._ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._socket]
        self.port = self._socket.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if speaks_tls else 'http'}://{self.host}/v1/x"
        self.connections = 0
        self.closed = threading.Semaphore(0)
        self.left = threading.Semaphore(0)
        """Released each time that a client closes its connection without a request under way."""
        self.received: list[bytes] = []

    def __enter__(self) -> RawServer:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *reason: object) -> None:
        self._ended.set()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _address = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        # A client may leave at any time.
        with contextlib.suppress(OSError):
            if self._tls:
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._open.append(connection)
            opening = self._opening
            while self._reads:
                received = connection.recv(65536)
                if not received:
                    self.left.release()
                    return
                self.received.append(received)
                if opening:
                    connection.sendall(opening)
                    opening = b""
                elif self._answer or self._drop:
                    self._speak(connection)

    def _speak(self, connection: socket.socket) -> None:
        connection.sendall(self._answer)
        while self._drop and not self._ended.wait(self._pause):
            connection.sendall(self._drop)
        if not self._keeps_alive:
            connection.shutdown(socket.SHUT_RDWR)
            self.closed.release()


@contextlib.contextmanager
def nobody() -> t.Iterator[str]:
    """A host at which nobody listens."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{bound.getsockname()[1]}"


@contextlib.contextmanager
def black_hole() -> t.Iterator[str]:
    """A host that never answers to a connection: its queue of them is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _turn in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"127.0.0.1:{listener.getsockname()[1]}"


class Names:
    """A resolver for tests: some names lead to several addresses, or are looked up until ``release``."""

    def __init__(self) -> None:
        self._look_up = socket.getaddrinfo
        self._leads: dict[str, str] = {}
        self._released = threading.Event()
        self.asked: list[str] = []

    def lead(self, name: str, host: str) -> None:
        self._leads[name] = host

    def release(self) -> None:
        self._released.set()

    def getaddrinfo(self, host: str, port: int, *rest: t.Any) -> list[t.Any]:
        self.asked.append(host)
        if host.startswith("hanging."):
            self._released.wait(30)
        address, _colon, other = self._leads.get(host, host).partition(":")
        found = self._look_up(address, int(other or port), *rest)
        return list(itertools.islice(itertools.cycle(found), 3 if host.startswith("three.") else len(found)))
