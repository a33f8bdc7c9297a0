# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was asked and answered, as a file that may be sent in: the unit tests replay such files.

``{"format": 1, "source": "live", "cloud": ..., "month": ..., "answers": [...]}``. An answer has ``api``, ``method``,
``path`` (with names in braces for ids), ``query`` (its names), ``status``, ``headers`` (those that decide something),
and ``body``, or ``text`` for what is no JSON.
"""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.ims.tests.live.anonymous import Anonymizer, as_json, kind_of_text

FORMAT = 1
SOURCES = ("live", "simulator", "documentation")
_HEADERS = ("content-type", "retry-after")
Recorded = dict[str, t.Any]


class Recorder:
    """Keeps one answer of each kind: of 60 equal ones that say RUNNING, one tells as much as all."""

    def __init__(self) -> None:
        self._anonymizer = Anonymizer()
        self._kinds: set[tuple[t.Any, ...]] = set()
        self.answers: list[Recorded] = []

    def add(
        self, call: tuple[str, str, str, list[str]], status: int, headers: t.Mapping[str, str], body: bytes
    ) -> None:
        """Note an answer, if it is the first of its kind. ``call``: API, method, path, names of the query."""
        try:
            said: t.Any = as_json(body)
        except ValueError:
            said = None
        kind = (*call[:3], tuple(call[3]), status, _kind(said))
        if kind in self._kinds:
            return
        self._kinds.add(kind)
        api, method, path, query = call
        answer: Recorded = {"api": api, "method": method, "path": path, "query": query, "status": status}
        answer["headers"] = {name: headers[name] for name in _HEADERS if name in headers}
        if said is None:
            answer["text"] = kind_of_text(body)
        else:
            answer["body"] = self._anonymizer.body(said)
        self.answers.append(answer)

    def to_json(self, *, source: str, cloud: str, month: str) -> Recorded:
        """Return the whole file."""
        return {"format": FORMAT, "source": source, "cloud": cloud, "month": month, "answers": self.answers}


def _kind(said: t.Any) -> str:
    if not isinstance(said, dict):
        return type(said).__name__
    error = said.get("error")
    inner: dict[str, t.Any] = error if isinstance(error, dict) else said
    return "/".join(str(inner.get(name, "")) for name in ("status", "code", "error_code"))
