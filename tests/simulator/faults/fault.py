# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults: what is to go wrong, with which requests, and how often."""

from __future__ import annotations

import collections
import dataclasses
import random
import re
import threading
import typing as t

from ..values import built_by, listed, number, one_of
from ..wire.delivery import PHASES
from ..wire.messages import Request

# Instead of carrying the request out; of these only the first that fits is used.
# With `after_work` they replace the answer to a request that was carried out.
INSTEAD = ("status", "redirect", "html", "content", "reset")
# Before it is carried out.
BEFORE = ("delay", "wrong_clock")
# Done to the response of a request that was carried out.
AFTER = (
    "reset_after",
    "cut",
    "trickle",
    "change",
    "wrong_job_id",
    "oversize",
    "gzip",
    "gzip_bomb",
    "invalid_utf8",
    "headers",
)
# When a connection is made, before there is a request.
AT_CONNECT = ("drop_connection",)
KINDS = (*INSTEAD, *BEFORE, *AFTER, *AT_CONNECT)
# What an attacker would do beside these.
HOSTILE = ("interim", "absurd", "deep", "many_sub_jobs", "echo", "control_characters")
ALL_KINDS = (*KINDS, *HOSTILE)
# Done to every answer, also to one that another fault has put in the place of the true one.
TO_ANY_ANSWER = ("trickle", "interim", "absurd", "echo", "control_characters")
ABSURDITIES = ("content_length", "chunk_size", "date", "retry_after")
FORMS = ("plain", "base64", "percent", "html", "lower", "upper", "json_twice", "prefix")
BODIES = ("documented", "ims", "iam", "native", "html", "text", "empty")
_WORDS = {"kind": ALL_KINDS, "body": BODIES, "phase": PHASES, "what": ABSURDITIES, "form": FORMS}


@dataclasses.dataclass(frozen=True)
class Fault:
    """One thing that goes wrong. The first fields choose the requests, the others are for some kinds only."""

    kind: str
    method: str | None = None
    # A regular expression that is searched for in the path.
    path: str | None = None
    job_id: str | None = None
    # How many requests it hits; without a number all, until it is cleared.
    count: int | None = None
    # How many fitting requests it lets pass first.
    skip: int = 0
    probability: float = 1.0
    seed: int | None = None
    # delay: how long; wrong_clock: by how much; trickle: the pause between two bytes.
    seconds: float = 0.0
    # status, redirect, content
    status: int | None = None
    body: str = "documented"
    code: str | None = None
    message: str | None = None
    content: str = ""
    content_type: str = "application/json"
    retry_after: float | None = None
    retry_after_as_date: bool = False
    location: str = "http://elsewhere.invalid/"
    # change: a JSON merge patch, then JSON patch operations (add, replace, remove)
    merge: t.Mapping[str, t.Any] | None = None
    patch: tuple[t.Mapping[str, t.Any], ...] = dataclasses.field(default=(), metadata=built_by(listed(dict)))
    # cut: the share of the body that is sent; oversize, gzip_bomb: the size of the decoded body
    share: float = 0.5
    size: int = 5 * 2**20
    # status, redirect, html, content, reset: the request is carried out all the same, and only then answered so.
    after_work: bool = False
    # trickle: which part of the answer is slow; some of them never end.
    phase: str = "whole"
    # interim: the statuses before the true answer
    interim: tuple[int, ...] = dataclasses.field(default=(103,), metadata=built_by(listed(int)))
    # absurd: which header
    what: str = "content_length"
    # deep: where, as a JSON pointer, and how many lists; many_sub_jobs: how many
    pointer: str = "/entities/deep"
    depth: int = 400
    items: int = 40000
    # echo: in which form; echo, control_characters: in which fields (regular expressions of paths such as
    # entities.error), in every text otherwise
    form: str = "plain"
    fields: tuple[str, ...] = dataclasses.field(default=(), metadata=built_by(listed(str)))
    # Every kind with an answer: more headers for it.
    headers: t.Mapping[str, str] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, words in _WORDS.items():
            one_of(name, getattr(self, name), words)
        try:
            re.compile(self.path or "")
        except re.error as error:
            raise ValueError(f"path is not a regular expression: {error}.") from None
        for name in ("skip", "probability", "share", "size", "depth", "items"):
            number(name, getattr(self, name), least=0)
        number("seconds", self.seconds)
        for name in ("count", "status", "retry_after", "seed"):
            if getattr(self, name) is not None:
                number(name, getattr(self, name), least=0)
        if not isinstance(self.headers, t.Mapping):
            raise ValueError(f"headers must be a JSON object, not {self.headers!r}.")

    def fits(self, request: Request, job_id: str | None) -> bool:
        """Whether it is meant for this request."""
        return (
            (self.method is None or self.method == request.method)
            and (self.job_id is None or self.job_id == job_id)
            and (self.path is None or re.search(self.path, request.path) is not None)
        )


@dataclasses.dataclass
class ActiveFault:
    """A fault and how often it has hit; changes with each request."""

    fault_id: str
    fault: Fault
    remaining: int | None
    passing: int
    chance: random.Random
    hits: int = 0

    def to_json(self) -> dict[str, t.Any]:
        """With the fields that were not left at their defaults."""
        defaults = Fault("status")
        told = {
            field.name: getattr(self.fault, field.name)
            for field in dataclasses.fields(Fault)
            if field.name == "kind" or getattr(self.fault, field.name) != getattr(defaults, field.name)
        }
        return {"id": self.fault_id, "hits": self.hits, "remaining": self.remaining, "fault": told}

    def strikes(self) -> bool:
        """Whether it hits a request that fits; counts it."""
        if self.remaining == 0:
            return False
        if self.passing > 0:
            self.passing -= 1
            return False
        if self.chance.random() >= self.fault.probability:
            return False
        self.hits += 1
        if self.remaining is not None:
            self.remaining -= 1
        return True


class Faults:
    """The faults that are set, in the order in which they were added."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._active: collections.OrderedDict[str, ActiveFault] = collections.OrderedDict()
        self._added = 0

    def __iter__(self) -> t.Iterator[ActiveFault]:
        with self._lock:
            return iter(list(self._active.values()))

    def add(self, fault: Fault) -> str:
        """Set a fault; the answer is its id."""
        with self._lock:
            self._added += 1
            fault_id = f"fault-{self._added}"
            chance = random.Random(fault.seed)
            self._active[fault_id] = ActiveFault(fault_id, fault, fault.count, fault.skip, chance)
            return fault_id

    def hits(self, fault_id: str) -> int:
        """How many requests that fault has hit."""
        return self._active[fault_id].hits

    def remove(self, fault_id: str) -> None:
        """Take one away."""
        with self._lock:
            del self._active[fault_id]

    def clear(self) -> None:
        """Take all away."""
        with self._lock:
            self._active.clear()

    def strike(self, request: Request, job_id: str | None) -> list[Fault]:
        """The faults that hit this request: at most one that replaces its answer, and then few that change it."""
        with self._lock:
            if not self._active:
                return []
            fitting = [active for active in self._active.values() if active.fault.fits(request, job_id)]
            struck = [active.fault for active in fitting if active.fault.kind in BEFORE and active.strikes()]
            instead = next((a.fault for a in fitting if a.fault.kind in INSTEAD and a.strikes()), None)
            later = (*AFTER, *HOSTILE) if instead is None else TO_ANY_ANSWER
            struck += [] if instead is None else [instead]
            return struck + [active.fault for active in fitting if active.fault.kind in later and active.strikes()]

    def strike_connection(self) -> bool:
        """Whether a new connection is to be dropped."""
        with self._lock:
            return any(active.fault.kind in AT_CONNECT and active.strikes() for active in self._active.values())
