# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A proof that is got when first needed, and renewed before it expires: by one thread, and within everybody's time."""

from __future__ import annotations

import dataclasses
import datetime
import threading
import typing as t

from ..clock import Clock
from ..errors import CredentialsRefusedError, ImsError, NoAnswerError
from ..times import parse_time

T = t.TypeVar("T")

BACK_OFF = datetime.timedelta(seconds=30)
"""How long nobody asks again after a renewal that failed while the old proof holds, and after a refusal."""
_MAX_MARGIN = datetime.timedelta(minutes=40)


@dataclasses.dataclass(frozen=True)
class Proof(t.Generic[T]):
    """Something to prove with, and until when."""

    value: T
    renew_at: datetime.datetime
    expires_at: datetime.datetime

    @classmethod
    def until(cls, value: T, expires_at: str | None, now: datetime.datetime) -> Proof[T]:
        """Renew a quarter of its life before its end, at most 40 minutes (as the official SDK)."""
        expiry = parse_time(expires_at)
        if expiry is None or expiry <= now:
            # Not to be understood, or in the past by this machine's clock: the cloud will say when it refuses.
            return cls(value, now + datetime.timedelta(hours=1), now + datetime.timedelta(hours=1))
        return cls(value, expiry - min((expiry - now) / 4, _MAX_MARGIN), expiry)


class Renewal(t.Generic[T]):
    """Keeps one proof. ``obtain`` asks for a new one, within the seconds that it is told.

    ``outlives`` says of an error whether an old proof that still holds may be used in spite of it.
    """

    def __init__(
        self, clock: Clock, obtain: t.Callable[[float], Proof[T]], outlives: t.Callable[[ImsError], bool]
    ) -> None:
        self._clock = clock
        self._obtain = obtain
        self._outlives = outlives
        self._lock = threading.Lock()
        self._proof: Proof[T] | None = None
        self._refusal: tuple[datetime.datetime, CredentialsRefusedError] | None = None

    @property
    def value(self) -> T | None:
        """Return what is there by now, without asking anybody."""
        proof = self._proof
        return proof.value if proof else None

    def get(self, timeout: float) -> T:
        """Return a proof that holds, within ``timeout`` seconds; raise what kept it away."""
        proof, now = self._proof, self._clock.utc()
        if proof is None or now >= proof.expires_at:
            with self._locked(timeout) as left:
                return self._renewed(left)
        if now < proof.renew_at or not self._lock.acquire(blocking=False):
            return proof.value
        try:
            # Not all of the time: the old one holds, and what it is for has to be asked in the same time.
            return self._renewed(timeout / 2)
        finally:
            self._lock.release()

    def replace(self, is_refused: t.Callable[[T], bool], timeout: float) -> T:
        """Return another proof than one that was refused, or the present one if it is another one by now."""
        with self._locked(timeout) as left:
            if self._proof is not None and is_refused(self._proof.value):
                self._proof = None
            return self._renewed(left)

    def _locked(self, timeout: float) -> _Locked:
        return _Locked(self._lock, self._clock, timeout)

    def _renewed(self, left: float) -> T:
        now = self._clock.utc()
        proof = self._proof
        if proof is not None and now < proof.renew_at:
            return proof.value
        if self._refusal and now < self._refusal[0]:
            # A password that was refused a moment ago is not tried again by each thread: refusals lock users.
            raise CredentialsRefusedError(str(self._refusal[1]), **self._refusal[1].facts)
        try:
            proof = self._obtain(left)
        except ImsError as exc:
            if isinstance(exc, CredentialsRefusedError):
                self._refusal = now + BACK_OFF, exc
            if proof is None or now >= proof.expires_at or not self._outlives(exc):
                raise
            proof = dataclasses.replace(proof, renew_at=min(now + BACK_OFF, proof.expires_at))
        self._proof = proof
        return proof.value


class _Locked:
    """A lock for whose release nobody waits too long; says how much of the time is left."""

    def __init__(self, lock: threading.Lock, clock: Clock, timeout: float) -> None:
        self._lock = lock
        self._clock = clock
        self._timeout = timeout

    def __enter__(self) -> float:
        began = self._clock.now()
        if not self._lock.acquire(timeout=min(self._timeout, threading.TIMEOUT_MAX)):
            raise NoAnswerError("no time left: another request was waiting for new credentials", was_sent=False)
        return self._timeout - (self._clock.now() - began)

    def __exit__(self, *_reason: object) -> None:
        self._lock.release()
