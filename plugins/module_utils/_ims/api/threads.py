# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Several questions at once: a few threads, which do not keep the process from ending."""

from __future__ import annotations

import queue
import threading
import typing as t

from ..errors import ImsError, UnreadableAnswerError

_A = t.TypeVar("_A")


class Threads(t.Generic[_A]):
    """Calls ``ask(job_id, timeout)`` in at most ``most`` threads of its own, made when they are first needed.

    The threads are daemons: one that hangs is left behind when the process ends, which a pool of the standard library
    would wait for.
    """

    def __init__(self, ask: t.Callable[[str, float], _A], most: int) -> None:
        self._ask = ask
        self._most = most
        self._threads = 0
        self._questions: queue.SimpleQueue[tuple[str, float] | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[tuple[str, _A | ImsError]] = queue.SimpleQueue()

    def submit(self, job_ids: t.Iterable[str], timeout: float) -> None:
        for job_id in job_ids:
            self._questions.put((job_id, timeout))
            if self._threads < self._most:
                self._threads += 1
                threading.Thread(target=self._work, name="ims-poll", daemon=True).start()

    def collect(self, timeout: float) -> dict[str, _A | ImsError]:
        """Return what has been answered; wait up to ``timeout`` seconds for the first answer."""
        found: dict[str, _A | ImsError] = {}
        try:
            job_id, answer = self._answers.get(timeout=timeout) if timeout > 0 else self._answers.get_nowait()
            found[job_id] = answer
            while True:
                job_id, answer = self._answers.get_nowait()
                found[job_id] = answer
        except queue.Empty:
            return found

    def close(self) -> None:
        """Let the threads end, each when it is done with what it asks."""
        for _thread in range(self._threads):
            self._questions.put(None)

    def _work(self) -> None:
        while (question := self._questions.get()) is not None:
            job_id, timeout = question
            self._answers.put((job_id, answer_or_error(self._ask, job_id, timeout)))


def answer_or_error(ask: t.Callable[[str, float], _A], job_id: str, timeout: float) -> _A | ImsError:
    """Return what was answered, or the error. What nobody thought of is an answer that could not be read, too."""
    try:
        return ask(job_id, timeout)
    except ImsError as exc:
        return exc
    except Exception as exc:
        return UnreadableAnswerError(f"The cloud's answer could not be dealt with ({type(exc).__name__}: {exc})")
