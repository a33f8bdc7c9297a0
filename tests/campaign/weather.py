# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bad weather: faults of every kind that the simulator knows, an attacker's among them, and their effects."""

from __future__ import annotations

import json
import random
import typing as t

from ansible_collections.huaweicloud.ims.tests.campaign.world import REQUEST_TIMEOUT
from ansible_collections.huaweicloud.ims.tests.simulator import Fault
from ansible_collections.huaweicloud.ims.tests.simulator.faults import ABSURDITIES, ALL_KINDS, BODIES, FORMS, PHASES

_TRANSIENT = (408, 429, 429, 500, 502, 503, 503, 504)
_FATAL = (400, 401, 403, 404)
_CHANGES: tuple[dict[str, t.Any], ...] = (
    {"status": None},
    {"status": 7},
    {"status": "  "},
    {"status": "PENDING_PAYMENT"},
    {"job_id": None},
    {"entities": "none"},
    {"entities": {"process_percent": "half"}},
    {"entities": {"process_percent": -3}},
    {"entities": {"sub_jobs_result": [{"status": []}]}},
    {"begin_time": "yesterday", "end_time": "31-Feb-2026 99:00:00:000"},
    {"added": {"by": ["a", "newer", "version"]}},
)
_HEADERS: tuple[dict[str, str], ...] = (
    {"Retry-After": "soon"},
    {"Retry-After": "-5"},
    {"Retry-After": "1e999"},
    {"X-Request-Id": "\x1b[31mred"},
    {"Date": "some day"},
    {"Content-Type": "text/plain; charset=klingon"},
)
# Texts that decide nothing, by their paths; others would make another job of it.
_TEXTS = (
    "fail_reason",
    "error_code",
    "job_type",
    r"entities\.(error|current_task|image_name)",
    "error_msg",
    r"error\..*",
)
# The cloud's answer then says no, and asking again would only meet it again; nobody can tell that it is a fault.
ENDS_A_WAIT = ("redirect", "wrong_clock")


def weather(draw: random.Random, secrets: t.Sequence[str]) -> list[Fault]:
    """Return up to four faults; a fifth of all waits has fair weather."""
    return [fault(draw, draw.choice(ALL_KINDS), secrets) for _turn in range(draw.choice((0, 1, 1, 2, 4)))]


def fault(draw: random.Random, kind: str, secrets: t.Sequence[str]) -> Fault:
    """Return one of a kind: a lasting one that hits now and then, or some hits in a row."""
    when: dict[str, t.Any] = {"seed": draw.randrange(2**32), "skip": draw.choice((0, 0, 1, 3, 10))}
    if draw.random() < 0.5:
        when["probability"] = draw.choice((0.05, 0.2, 0.5))
    else:
        when["count"] = draw.choice((1, 1, 2, 5, 20))
    return Fault(kind, **{**when, **_details(draw, kind, draw.choice(secrets or ("x",)))})


def may_end_a_wait(fault: Fault) -> bool:
    """Return whether an answer with this fault is one that must not be asked for again."""
    return fault.kind in ENDS_A_WAIT or (fault.kind in ("status", "content") and (fault.status or 503) in _FATAL)


def _details(draw: random.Random, kind: str, secret: str) -> dict[str, t.Any]:
    details = _DETAILS.get(kind)
    return details(draw, secret) if details else {}


def _status(draw: random.Random, secret: str) -> dict[str, t.Any]:
    status = draw.choice(_TRANSIENT) if draw.random() < 0.85 else draw.choice(_FATAL)
    # 404 in the words of the gateway: the API is not published; in others, the job is not known.
    body = "documented" if status == 404 else draw.choice(BODIES)
    message = draw.choice(("", f"no such thing as {secret}, x-auth-token:{secret}|", f"Authorization={secret}"))
    later = draw.choice((None, None, 1, 30, 4000))
    return {
        "status": status,
        "body": body,
        "message": message or None,
        "retry_after": later,
        "retry_after_as_date": draw.random() < 0.5,
    }


def _content(draw: random.Random, secret: str) -> dict[str, t.Any]:
    contents = (
        "",
        "[]",
        "null",
        "{",
        secret,
        json.dumps({"job_id": 7, "status": secret}),
        "\ufeff{}",
        "1e999",
        "[" * 5000,
    )
    return {"content": draw.choice(contents)}


def _delay(draw: random.Random, secret: str) -> dict[str, t.Any]:
    return {"seconds": draw.choice((0.001, 0.01, 0.01, REQUEST_TIMEOUT * 1.3)), "count": draw.choice((1, 2, 3))}


def _trickle(draw: random.Random, secret: str) -> dict[str, t.Any]:
    return {"phase": draw.choice(PHASES), "seconds": draw.choice((0.0, 0.00005, 0.02)), "count": draw.choice((1, 2, 3))}


def _texts(draw: random.Random, secret: str) -> dict[str, t.Any]:
    return {"fields": (draw.choice(_TEXTS),) if draw.random() < 0.5 else _TEXTS, "form": draw.choice(FORMS)}


# Answers to GET only: no client can tell that the id of a job that was just started is another one.
_DETAILS: t.Mapping[str, t.Callable[[random.Random, str], dict[str, t.Any]]] = {
    "status": _status,
    "content": _content,
    "delay": _delay,
    "html": lambda draw, secret: {"message": draw.choice((None, f"Hello {secret}"))},
    "redirect": lambda draw, secret: {"status": draw.choice((301, 302, 307)), "count": 1, "skip": 5},
    "wrong_clock": lambda draw, secret: {"seconds": draw.choice((-4000, -60, 60, 4000))},
    "trickle": _trickle,
    "cut": lambda draw, secret: {"share": draw.random()},
    "change": lambda draw, secret: {"merge": draw.choice(_CHANGES), "method": "GET"},
    "wrong_job_id": lambda draw, secret: {"method": "GET"},
    "oversize": lambda draw, secret: {"count": 1, "method": "GET"},
    "gzip_bomb": lambda draw, secret: {"count": 1, "method": "GET"},
    "interim": lambda draw, secret: {"interim": draw.choice(((103,), (102, 103), (100,) * 5, (199,), (103,) * 2000))},
    "absurd": lambda draw, secret: {"what": draw.choice(ABSURDITIES)},
    "deep": lambda draw, secret: {"depth": draw.choice((50, 400, 100_000)), "count": 2, "method": "GET"},
    "many_sub_jobs": lambda draw, secret: {"items": 2000, "content": "RUNNING", "count": 1, "method": "GET"},
    "echo": _texts,
    "control_characters": _texts,
    "headers": lambda draw, secret: {"headers": draw.choice(_HEADERS)},
}
