# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTTP server: sockets, threads, and the ways in which a delivery can go wrong."""

from __future__ import annotations

import contextlib
import http.server
import socket
import socketserver
import ssl
import struct
import threading
import typing as t

from ..exchange import Exchange
from .delivery import pieces
from .messages import CUT, RESET, Response

_IDLE_SECONDS = 60
_POLL_SECONDS = 0.02
# With this set, closing a socket sends a reset instead of an orderly end.
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)


class Handler(http.server.BaseHTTPRequestHandler):
    """One connection; requests on it come one after the other."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS
    server: Server

    def serve(self) -> None:
        """Answer one request, whatever its method."""
        body = self._received_body()
        if body is None:
            return
        exchange = self.server.exchange
        server = self.server
        response = exchange.respond(
            self.command, self.path, self.headers.items(), body, region=server.region, secure=server.secure
        )
        self.server.note(f"{self.command} {self.path} -> {response.status or 'reset'}")
        self._deliver(response)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = serve

    def log_message(self, format: str, *args: t.Any) -> None:
        """Nothing on the terminal: the requests are in the log."""

    def _received_body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self.send_error(411)
            return None
        return self.rfile.read(int(length))

    def _deliver(self, response: Response) -> None:
        how = response.delivery.how
        if how == RESET:
            self._reset()
            return
        if how == CUT:
            self.close_connection = True
        stopping = self.server.exchange.stopping
        try:
            for data, pause in pieces(response, closing=self.close_connection, without_body=self.command == "HEAD"):
                self.wfile.write(data)
                if pause and stopping.wait(pause):
                    break
        except OSError:
            # The client has gone: with some faults that is what it should do.
            self.close_connection = True

    def _reset(self) -> None:
        self.close_connection = True
        self.server.reset_later(self.connection)


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    """A thread for each connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(
        self, address: tuple[str, int], exchange: Exchange, note: t.Callable[[str], None], region: str
    ) -> None:
        self.exchange = exchange
        self.region = region
        self.secure = False
        self.note = note
        self.connections = 0
        """How many were accepted so far."""
        self._open: set[socket.socket] = set()
        self._to_reset: set[socket.socket] = set()
        self._tidying = threading.Lock()
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        super().__init__(address, Handler)

    def server_bind(self) -> None:
        # HTTPServer's own looks up the name of the host, which can take seconds.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[0], self.server_address[1]  # type: ignore[assignment]

    def wrap(self, certfile: str, keyfile: str | None) -> None:
        """Speak TLS; handshakes take place in the threads of their connections."""
        self.secure = True
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certfile, keyfile)
        self.socket = context.wrap_socket(self.socket, server_side=True, do_handshake_on_connect=False)

    def run(self) -> None:
        """Serve until stop() is called."""
        self.serve_forever(_POLL_SECONDS)

    def stop(self) -> None:
        """End, with all connections."""
        self.exchange.stopping.set()
        self.shutdown()
        self.server_close()
        with self._tidying:
            remaining = list(self._open)
        for connection in remaining:
            _shut(connection)

    def verify_request(self, request: t.Any, client_address: t.Any) -> bool:
        return not self.exchange.drops_connection()

    def process_request(self, request: t.Any, client_address: t.Any) -> None:
        with self._tidying:
            self.connections += 1
            self._open.add(request)
        super().process_request(request, client_address)

    def reset_later(self, connection: socket.socket) -> None:
        """Let the end of this connection be a reset."""
        with self._tidying:
            self._to_reset.add(connection)

    def shutdown_request(self, request: t.Any) -> None:
        with self._tidying:
            self._open.discard(request)
            reset = request in self._to_reset
            self._to_reset.discard(request)
        if reset:
            # An orderly shutdown first would send the end of the stream, and no reset would follow.
            request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: t.Any, client_address: t.Any) -> None:
        """Broken connections and handshakes are the business of clients."""


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
