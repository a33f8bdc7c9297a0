# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests that start a job: one POST, repeated only after a proven refusal, paced as the API asks for.

Sources of the rates: the API Explorer's definitions of each operation (calls per seconds; no page of the documentation
names them).
"""

from __future__ import annotations

import collections
import dataclasses
import typing as t

from ..clock import Clock
from ..errors import ImsError, StartUnclearError, UnreadableAnswerError
from ..verdicts import OnStart, on_start

MAX_REPEATS = 4
MAX_REPEAT_SECONDS = 60.0
_FIRST_PAUSE = 2.0
# How many calls the cloud takes in how many seconds.
RATES: dict[str, tuple[int, float]] = {
    "CreateImage": (40, 5.0),
    "CreateDataImage": (20, 5.0),
    "CreateWholeImage": (20, 2.0),
    "ImportImageQuick": (20, 5.0),
    "ExportImage": (20, 5.0),
    "RegisterImage": (15, 5.0),
    "CopyImageInRegion": (15, 5.0),
    "CopyImageCrossRegion": (5, 5.0),
}


@dataclasses.dataclass(frozen=True)
class StartCall:
    """A request that starts a job; ``body`` is what the API's tables call for.

    ``what`` completes "Started ..."; ``if_repeated`` says what a second one would do, when the first answer was lost.
    """

    api: str
    method: str
    path: str
    body: dict[str, t.Any]
    what: str
    if_repeated: str = "a second one would start another job"


class Starter:
    """Sends start calls of one client. ``send`` sends one and returns the job's id, or raises ImsError."""

    def __init__(self, send: t.Callable[[StartCall], str], clock: Clock, *, is_paced: bool = True) -> None:
        self._send = send
        self._clock = clock
        self._is_paced = is_paced
        self._sent: dict[str, collections.deque[float]] = {}

    def start(self, call: StartCall) -> str:
        """Return the id of the job that was started.

        Raises StartUnclearError when it may have been started, and another ImsError when it surely was not.
        """
        begun = self._clock.now()
        for repeats in range(MAX_REPEATS + 1):
            self._pace(call.api)
            try:
                return self._send(call)
            except ImsError as exc:
                verdict = on_start(exc)
                if verdict is OnStart.UNCLEAR:
                    raise StartUnclearError(call.api, exc, call.if_repeated) from exc
                pause = max(exc.retry_after or 0.0, _FIRST_PAUSE * 2**repeats)
                is_last = repeats == MAX_REPEATS or self._clock.now() + pause - begun > MAX_REPEAT_SECONDS
                if verdict is not OnStart.NOT_STARTED_REPEAT or is_last:
                    raise
            except Exception as exc:
                # Nobody thought of it, so nobody knows on which side of the request it happened.
                lost = UnreadableAnswerError(f"its answer could not be dealt with ({type(exc).__name__}: {exc})")
                raise StartUnclearError(call.api, lost, call.if_repeated) from exc
            self._clock.sleep(pause)
        raise AssertionError("unreachable")

    def _pace(self, api: str) -> None:
        """Wait until one more call keeps the rate."""
        if api not in RATES or not self._is_paced:
            return
        calls, seconds = RATES[api]
        sent = self._sent.setdefault(api, collections.deque(maxlen=calls))
        if len(sent) == calls:
            self._clock.sleep(max(0.0, sent[0] + seconds - self._clock.now()))
        sent.append(self._clock.now())
