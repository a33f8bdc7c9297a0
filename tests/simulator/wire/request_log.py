# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What was asked, as it was received: secrets are not masked, for tests look for them."""

from __future__ import annotations

import collections
import dataclasses
import re
import threading
import time
import typing as t

from .messages import Request

_KEPT = 20000


@dataclasses.dataclass
class LoggedRequest:
    """One request; not frozen, for it is logged when it comes in and its status is known only later."""

    method: str
    path: str
    query: str
    route: str | None
    headers: t.Mapping[str, str]
    body: bytes
    request_id: str
    job_id: str | None
    monotonic: float
    # None until it is answered, 0 if the connection was reset instead.
    status: int | None = None
    faults: tuple[str, ...] = ()

    def to_json(self) -> dict[str, t.Any]:
        """All of it as JSON values."""
        return {**dataclasses.asdict(self), "body": self.body.decode("utf-8", "replace")}


class RequestLog:
    """The latest requests to the cloud; those to the control interface are not logged."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._entries: collections.deque[LoggedRequest] = collections.deque(maxlen=_KEPT)
        self.total = 0

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> t.Iterator[LoggedRequest]:
        with self._lock:
            return iter(list(self._entries))

    def __getitem__(self, index: int) -> LoggedRequest:
        return self._entries[index]

    def add(self, request: Request, route: str | None, job_id: str | None) -> LoggedRequest:
        """Log a request that has come in."""
        entry = LoggedRequest(
            method=request.method,
            path=request.path,
            query=request.query,
            route=route,
            headers=request.headers,
            body=request.body,
            request_id=request.request_id,
            job_id=job_id,
            monotonic=time.monotonic(),
        )
        with self._lock:
            self._entries.append(entry)
            self.total += 1
        return entry

    def clear(self) -> None:
        """Forget all, counts included."""
        with self._lock:
            self._entries.clear()
            self.total = 0

    def find(
        self,
        *,
        method: str | None = None,
        path: str | None = None,
        job_id: str | None = None,
        status: int | None = None,
        route: str | None = None,
    ) -> list[LoggedRequest]:
        """Those with all that is given; the path is a regular expression that is searched for."""
        wanted = {"method": method, "job_id": job_id, "status": status, "route": route}
        told = {name: value for name, value in wanted.items() if value is not None}
        pattern = re.compile(path or "")
        return [
            entry
            for entry in self
            if all(getattr(entry, name) == value for name, value in told.items()) and pattern.search(entry.path)
        ]

    def count(self, **wanted: t.Any) -> int:
        """How many find() finds."""
        return len(self.find(**wanted))

    def counts(self, **wanted: t.Any) -> dict[str, t.Any]:
        """Numbers by route, status and job of what find() finds."""
        found = self.find(**wanted)
        return {
            "by_route": dict(collections.Counter(f"{entry.method} {entry.route or entry.path}" for entry in found)),
            "by_status": dict(collections.Counter(str(entry.status) for entry in found)),
            "by_job": dict(collections.Counter(entry.job_id for entry in found if entry.job_id)),
        }
