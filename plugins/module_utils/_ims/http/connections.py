# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that keep one deadline for all that an exchange does, whatever the other side does.

A timeout of sockets bounds the silence between two bytes, not the whole. Here each read and each write gets what is
left of the exchange's time. What cannot be interrupted (the look-up of a name, one address after the other, a TLS
handshake) runs in a thread of its own, which is left to itself when the time is up.
"""

from __future__ import annotations

import contextlib
import dataclasses
import http.client
import io
import socket
import threading
import typing as t

from ..clock import SystemClock

MAX_RAW_BYTES = 5 * 1024 * 1024
"""Above what a whole answer of an honest server has, its headers and the framing of chunks in it."""
MAX_CONNECTING = 10
"""How many threads of one pool may be connecting, those that nobody waits for any more in them."""
MAX_INTERIM = 20
"""How many interim answers (1xx, RFC 9110, section 15.2) are skipped; http.client skips those with 100 itself."""
_INTERIM = frozenset(range(100, 200)) - {http.HTTPStatus.SWITCHING_PROTOCOLS}
# Beyond some days, the clocks of the operating system overflow.
_LONGEST = 86_400.0
_now = SystemClock().now
_here = threading.local()


class Late(Exception):
    """The time of an exchange is up. No OSError, so that no library takes it for another one."""


class TooLong(Exception):
    """There are more bytes than an answer can have."""


@dataclasses.dataclass
class Budget:
    """The time of one exchange, and whether the request has begun to leave this machine."""

    ends: float
    is_sent: bool = False

    @classmethod
    def of(cls, seconds: float) -> Budget:
        return cls(_now() + min(seconds, _LONGEST))

    def left(self) -> float:
        """Return how many seconds are left, never 0: with 0, sockets do not wait but fail in another way."""
        left = self.ends - _now()
        if left <= 0:
            raise Late
        return left

    @contextlib.contextmanager
    def in_force(self) -> t.Iterator[None]:
        """Bind all connections that this thread uses to it."""
        _here.budget = self
        try:
            yield
        finally:
            del _here.budget


def bounded(kind: type[http.client.HTTPConnection]) -> type[http.client.HTTPConnection]:
    """Return ``kind``, the class of one pool's connections, bound to what is in force in the threads that use them."""
    slots = threading.BoundedSemaphore(MAX_CONNECTING)
    return type(f"Bounded{kind.__name__}", (_BoundedConnection, kind), {"slots": slots})


class _Reader(io.RawIOBase):
    """Bytes of a socket, as long as there is time."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._raw: t.Any = sock.makefile("rb", buffering=0)
        self._bytes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: t.Any) -> int | None:
        self._socket.settimeout(_here.budget.left())
        try:
            count: int | None = self._raw.readinto(buffer)
        except socket.timeout:
            raise Late from None
        self._bytes += count or 0
        if self._bytes > MAX_RAW_BYTES:
            raise TooLong
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Source:
    """All that http.client wants of the socket that a response is read from."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._socket))


class _BoundedResponse(http.client.HTTPResponse):
    """A response that is read in time, and begins with its last status: 103 Early Hints is no answer yet."""

    # None before the headers have been read.
    headers: t.Any
    msg: t.Any

    def __init__(self, sock: t.Any, *args: t.Any, **kwargs: t.Any) -> None:
        super().__init__(_Source(sock), *args, **kwargs)  # type: ignore[arg-type]

    def begin(self, *args: t.Any, **kwargs: t.Any) -> None:
        super().begin(*args, **kwargs)
        for _turn in range(MAX_INTERIM):
            if self.status not in _INTERIM:
                break
            interim, self.headers = self.headers, None
            try:
                super().begin(*args, **kwargs)
            except http.client.RemoteDisconnected:
                # It was the last word.
                self.headers = self.msg = interim
                break
        # After 101 the connection speaks something else.
        self.will_close = self.will_close or self.status < 200


class _Attempt:
    """What the thread that connects and the one that waits for it have to agree about."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = threading.Event()
        self.is_abandoned = False
        self.error: BaseException | None = None

    def wait(self, seconds: float) -> bool:
        """Return whether the attempt ended in time. If not, and after a signal, it is abandoned."""
        try:
            self._done.wait(seconds)
        finally:
            with self._lock:
                self.is_abandoned = not self._done.is_set()
        return not self.is_abandoned

    def finish(self) -> bool:
        """Return whether somebody still waits for the attempt."""
        with self._lock:
            self._done.set()
            return not self.is_abandoned


class _BoundedConnection(http.client.HTTPConnection):
    """What a connection does in another way; ``bounded`` puts it before a class of urllib3's."""

    response_class = _BoundedResponse
    slots: t.ClassVar[threading.BoundedSemaphore]
    _attempt: _Attempt | None = None

    def connect(self) -> None:
        """Connect by a thread. One that nobody waits for any more closes what it has opened, and ends by itself."""
        budget: Budget = _here.budget
        if not self.slots.acquire(timeout=budget.left()):
            raise Late
        attempt = self._attempt = _Attempt()
        try:
            name = f"connect to {self.host}"
            threading.Thread(target=self._connect, args=(attempt, budget.ends), name=name, daemon=True).start()
        except BaseException:
            self.slots.release()
            raise
        if not attempt.wait(budget.ends - _now()):
            raise Late
        if attempt.error is not None:
            raise attempt.error

    def _connect(self, attempt: _Attempt, ends: float) -> None:
        try:
            # Of its own: what is sent to a proxy meanwhile is not yet the request.
            with Budget(ends).in_force():
                super().connect()
        except BaseException as exc:
            attempt.error = exc
        finally:
            self.slots.release()
            if not attempt.finish():
                super().close()

    def send(self, data: t.Any) -> None:
        if self.sock is None and self.auto_open:
            self.connect()
        budget: Budget = _here.budget
        if self.sock is not None:
            self.sock.settimeout(budget.left())
        budget.is_sent = True
        try:
            super().send(data)
        except socket.timeout:
            raise Late from None

    def close(self) -> None:
        # A socket that is closed here while a handshake goes on there may become somebody else's under its feet.
        if self._attempt is None or not self._attempt.is_abandoned:
            super().close()
