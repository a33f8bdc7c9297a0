# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was odd in an answer that could be used all the same: sentences for people, each place reported once."""

from __future__ import annotations

import dataclasses
import re
import threading
import typing as t

from ..errors import OddAnswerError

MAX_LISTED = 10
# There are as many places as the schemas have; this is for schemas without an end.
MAX_PLACES = 200

_SENTENCE = re.compile(
    r"(?P<path>\$\S*): (?:missing|expected (?P<expected>.+?), found (?P<found>.*?))(?P<left_out>; left out)?"
    r" \((?P<api>[^()]+?)(?:, (?P<count>\d+) times)?\)",
    re.DOTALL,
)


@dataclasses.dataclass(frozen=True)
class Deviation:
    """A place where answers did not fit their schema. Its text is a sentence, without a full stop."""

    api: str
    path: str
    """``$.entities.results[*].status``: list items of all indexes are one place."""
    expected: str
    found: str | None
    """The first of the values that were found there, fit to be shown; None where something was missing."""
    count: int = 1
    left_out: bool = False
    """The list item that it is in was left out: it cannot be used without it."""

    def __str__(self) -> str:
        what = "missing" if self.found is None else f"expected {self.expected}, found {self.found}"
        times = f", {self.count} times" if self.count > 1 else ""
        return f"{self.path}: {what}{'; left out' if self.left_out else ''} ({self.api}{times})"

    @classmethod
    def from_text(cls, sentence: str) -> Deviation | None:
        """Return the deviation that a sentence reports, where a module on another machine has found it."""
        match = _SENTENCE.fullmatch(sentence)
        if match is None:
            return None
        parts = match.groupdict()
        count = int(parts["count"] or 1)
        return cls(parts["api"], parts["path"], parts["expected"] or "", parts["found"], count, bool(parts["left_out"]))


class Deviations:
    """What was odd in many answers, each place once. Not for several threads at once."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], Deviation] = {}
        self._counts: dict[tuple[str, str], dict[str, int]] = {}
        self._left_out = 0

    def __len__(self) -> int:
        return len(self._places)

    def add(self, found: t.Iterable[Deviation], subject: str | None = None) -> list[Deviation]:
        """Note what was odd in one more answer, and return what is news: to be reported now, and never again.

        Answers about one subject (a job that is polled) are not counted twice; those about none (pages) are added up.
        """
        news = []
        for deviation in found:
            place = (deviation.api, deviation.path)
            if place not in self._places:
                if len(self._places) >= MAX_PLACES:
                    self._left_out += 1
                    continue
                news.append(deviation)
                self._places[place] = deviation
            self._count(place, deviation.count, subject)
        return news

    def listed(self) -> list[Deviation]:
        """Return all places, in the order in which they were found first, with their counts."""
        return [
            dataclasses.replace(deviation, count=sum(self._counts[place].values()))
            for place, deviation in self._places.items()
        ]

    def sentences(self) -> list[str]:
        """Return ``schema_violations`` of a result: one sentence for each place, of bounded number."""
        return sentences([str(deviation) for deviation in self.listed()], self._left_out)

    def _count(self, place: tuple[str, str], count: int, subject: str | None) -> None:
        counts = self._counts.setdefault(place, {})
        if subject is None:
            counts[""] = counts.get("", 0) + count
        else:
            counts[subject] = max(counts.get(subject, 0), count)


def sentences(found: t.Sequence[str], more: int = 0) -> list[str]:
    """Return the first of some sentences, and how many more there are."""
    more += max(0, len(found) - MAX_LISTED)
    return [*found[:MAX_LISTED], *([f"and {more} more"] if more else [])]


class OddAnswers:
    """Where all that was odd in the answers to one client goes. Safe to use from several threads.

    ``is_fatal``: it ends the task (``on_schema_violation: fail``).
    """

    def __init__(self, *, is_fatal: bool = False) -> None:
        self.is_fatal = is_fatal
        self._lock = threading.Lock()
        self._found = Deviations()

    def note(self, found: t.Sequence[Deviation], *, changes: bool = False) -> None:
        """Note what was odd in an answer. Raises OddAnswerError where that is fatal.

        Not after a request that ``changes`` something: what was done has to be told before all else.
        """
        if found:
            with self._lock:
                self._found.add(found)
            if self.is_fatal and not changes:
                raise refusal(sentences([str(deviation) for deviation in found]))

    def take(self) -> Deviations:
        """Return what was noted since the last time."""
        with self._lock:
            found, self._found = self._found, Deviations()
        return found


def refusal(listed: list[str]) -> OddAnswerError:
    """Return what ``on_schema_violation: fail`` makes of deviations: an error that names all of them."""
    message = f"The cloud's answer does not fit the schema: {'; '.join(listed)}. on_schema_violation is fail: set it to"
    return OddAnswerError(f"{message} warn to go on without these values.", listed)
