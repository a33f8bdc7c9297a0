# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proxy that knows CONNECT only, and remembers what it was asked and what it could read of what went through."""

from __future__ import annotations

import contextlib
import select
import socket
import threading
import types


class Tunnel:
    """Listens on loopback. Every name leads to one port of this machine, whose own names need no proxy.

    With ``refusal`` it answers that instead of connecting; with ``drop``, it goes on with that for ever.
    """

    def __init__(self, leads_to: int, refusal: bytes = b"", drop: bytes = b"") -> None:
        self._leads_to = leads_to
        self._refusal = refusal
        self._drop = drop
        self._ended = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = [self._socket]
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.asked: list[bytes] = []
        self.carried = bytearray()

    def __enter__(self) -> Tunnel:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: types.TracebackType | None
    ) -> None:
        self._ended.set()
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self._socket.accept()
                self._open.append(client)
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        head = b""
        with contextlib.suppress(OSError, ValueError):
            while b"\r\n\r\n" not in head:
                received = client.recv(4096)
                if not received:
                    return
                head += received
            self.asked.append(head)
            if self._refusal or not head.startswith(b"CONNECT "):
                client.sendall(self._refusal or b"HTTP/1.1 405 CONNECT only\r\nContent-Length: 0\r\n\r\n")
                while self._drop and not self._ended.wait(0.05):
                    client.sendall(self._drop)
                client.shutdown(socket.SHUT_RDWR)
                return
            server = socket.create_connection(("127.0.0.1", self._leads_to))
            self._open.append(server)
            client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            self._carry(client, server)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        others = {client: server, server: client}
        while True:
            for ready in select.select(list(others), [], [])[0]:
                data = ready.recv(65536)
                if not data:
                    others[ready].shutdown(socket.SHUT_WR)
                    return
                self.carried += data
                others[ready].sendall(data)
