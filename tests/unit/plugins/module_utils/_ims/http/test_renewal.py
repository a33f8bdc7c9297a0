# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How one proof is shared by threads, none of which may wait longer than it has time."""

from __future__ import annotations

import concurrent.futures
import contextlib
import datetime
import threading
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    CredentialsRefusedError,
    ImsError,
    NoAnswerError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.renewal import Proof, Renewal
from ansible_collections.huaweicloud.ims.tests.unit.scripted import EPOCH, FakeClock

HOUR = datetime.timedelta(hours=1)


class Issuer:
    """Issues numbers that hold for an hour; fails with ``error``, and waits for ``gate`` if it is closed."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.error: ImsError | None = None
        self.timeouts: list[float] = []

    def __call__(self, timeout: float) -> Proof[int]:
        self.timeouts.append(timeout)
        self.entered.set()
        assert self.gate.wait(10)
        error = self.error
        if error is not None:
            raise error
        now = self._clock.utc()
        return Proof(len(self.timeouts), now + HOUR * 0.75, now + HOUR)

    @contextlib.contextmanager
    def at_work(self, work: t.Callable[[], int]) -> t.Iterator[concurrent.futures.Future[int]]:
        """Have another thread wait for a proof, inside of the lock."""
        self.gate.clear()
        self.entered.clear()
        with concurrent.futures.ThreadPoolExecutor(1) as threads:
            future = threads.submit(work)
            assert self.entered.wait(10)
            try:
                yield future
            finally:
                self.gate.set()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def issuer(clock: FakeClock) -> Issuer:
    return Issuer(clock)


@pytest.fixture
def renewal(clock: FakeClock, issuer: Issuer) -> Renewal[int]:
    return Renewal(clock, issuer, lambda error: isinstance(error, NoAnswerError))


def test_nothing_is_there_before_it_is_needed(renewal: Renewal[int], issuer: Issuer) -> None:
    assert renewal.value is None
    assert issuer.timeouts == []
    assert renewal.get(5.0) == renewal.get(5.0) == renewal.value == 1
    assert issuer.timeouts == [5.0]


def test_nobody_waits_longer_for_another_threads_proof_than_there_is_time(
    renewal: Renewal[int], issuer: Issuer
) -> None:
    with issuer.at_work(lambda: renewal.get(5.0)) as other:
        for wait in (renewal.get, lambda timeout: renewal.replace(lambda value: True, timeout)):
            with pytest.raises(NoAnswerError) as caught:
                wait(0.02)
            assert str(caught.value) == "no time left: another request was waiting for new credentials"
            assert (caught.value.was_sent, caught.value.is_transient) == (False, True)
    assert other.result() == 1
    assert len(issuer.timeouts) == 1


def test_while_one_thread_renews_the_others_use_what_still_holds(
    renewal: Renewal[int], issuer: Issuer, clock: FakeClock
) -> None:
    assert renewal.get(5.0) == 1
    clock.pass_(0.8 * 3600)
    with issuer.at_work(lambda: renewal.get(5.0)) as other:
        assert renewal.get(0.0) == 1
    assert (other.result(), renewal.value) == (2, 2)
    assert issuer.timeouts == [5.0, 2.5]


def test_after_a_failed_renewal_nobody_asks_for_a_while(
    renewal: Renewal[int], issuer: Issuer, clock: FakeClock
) -> None:
    assert renewal.get(5.0) == 1
    clock.pass_(0.8 * 3600)
    issuer.error = NoAnswerError("silent")
    asked = []
    for _turn in range(60):
        assert renewal.get(5.0) == 1
        asked.append(len(issuer.timeouts))
        clock.pass_(1.0)
    assert asked == [2] * 30 + [3] * 30


def test_the_pause_ends_with_the_old_proof(renewal: Renewal[int], issuer: Issuer, clock: FakeClock) -> None:
    assert renewal.get(5.0) == 1
    clock.pass_(3590.0)
    issuer.error = NoAnswerError("silent")
    assert renewal.get(5.0) == 1
    clock.pass_(10.0)
    issuer.error = None
    assert renewal.get(5.0) == 3


def test_an_error_that_a_proof_does_not_outlive_is_raised(
    renewal: Renewal[int], issuer: Issuer, clock: FakeClock
) -> None:
    assert renewal.get(5.0) == 1
    clock.pass_(0.8 * 3600)
    issuer.error = ImsError("no")
    with pytest.raises(ImsError, match="no"):
        renewal.get(5.0)


def test_a_refusal_holds_for_a_while(renewal: Renewal[int], issuer: Issuer, clock: FakeClock) -> None:
    issuer.error = CredentialsRefusedError("refused", http_status=401)
    for seconds in (0.0, 29.0):
        clock.pass_(seconds)
        with pytest.raises(CredentialsRefusedError) as caught:
            renewal.get(5.0)
        assert (str(caught.value), caught.value.facts) == ("refused", {"http_status": 401})
        assert len(issuer.timeouts) == 1
    clock.pass_(1.0)
    issuer.error = None
    assert renewal.get(5.0) == 2


def test_only_what_was_refused_is_replaced(renewal: Renewal[int]) -> None:
    assert renewal.get(5.0) == 1
    assert renewal.replace(lambda value: value == 7, 5.0) == 1
    assert renewal.replace(lambda value: value == 1, 5.0) == 2


def test_a_refused_proof_is_not_used_again_when_there_is_no_other_one(renewal: Renewal[int], issuer: Issuer) -> None:
    assert renewal.get(5.0) == 1
    issuer.error = NoAnswerError("silent")
    with pytest.raises(NoAnswerError, match="silent"):
        renewal.replace(lambda value: True, 5.0)
    with pytest.raises(NoAnswerError, match="silent"):
        renewal.get(5.0)


@pytest.mark.parametrize(
    ("expires_at", "renew_after", "ends_after"),
    [
        ("2026-03-02T12:00:00Z", 24 * 3600 - 40 * 60, 24 * 3600),
        ("2026-03-01T13:00:00Z", 45 * 60, 3600),
        ("2026-03-01T12:00:00Z", 3600, 3600),
        ("soon", 3600, 3600),
    ],
)
def test_a_proof_is_renewed_before_it_ends(expires_at: str, renew_after: float, ends_after: float) -> None:
    proof = Proof.until("x", expires_at, EPOCH)
    assert (proof.renew_at - EPOCH).total_seconds() == renew_after
    assert (proof.expires_at - EPOCH).total_seconds() == ends_after
