# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors as plain values and back: how an error crosses from a module on a host to the wait on the controller."""

from __future__ import annotations

import typing as t

from ._ims.errors import (
    ApiError,
    CredentialsRefusedError,
    ImsError,
    NoAnswerError,
    NotSentError,
    OddAnswerError,
    OptionError,
    SchemaError,
    UnreadableAnswerError,
)
from ._ims.verdicts import is_transient

Facts = t.Mapping[str, t.Any]
_KINDS: dict[str, type[ImsError]] = {
    "api": ApiError,
    "no_answer": NoAnswerError,
    "odd": OddAnswerError,
    "schema": SchemaError,
    "unreadable": UnreadableAnswerError,
    "credentials": CredentialsRefusedError,
    "option": OptionError,
    "other": ImsError,
}


def facts_of(error: ImsError) -> dict[str, t.Any]:
    """Return what error_from makes an equal error of; every value is JSON."""
    cause = error.cause if isinstance(error, NotSentError) else error
    facts = {
        **cause.facts,
        "kind": next(kind for kind, known in _KINDS.items() if isinstance(cause, known)),
        "msg": str(cause),
        "transient": is_transient(cause),
        "retry_after": cause.retry_after,
    }
    if isinstance(cause, ApiError):
        facts["is_page"] = cause.is_page
    if isinstance(cause, NoAnswerError):
        facts["was_sent"] = cause.was_sent and cause is error
    return facts


def error_from(facts: Facts) -> ImsError:
    """Return the error that facts_of described, so that the same follows from it as from the original."""
    kind, msg = facts.get("kind"), str(facts.get("msg") or "an error without a message")
    error = ImsError(msg)
    if kind == "api":
        error = _api_error(facts)
    elif kind == "no_answer":
        transient, sent = facts.get("transient") is not False, facts.get("was_sent") is not False
        error = NoAnswerError(msg, is_transient=transient, was_sent=sent)
    elif kind in ("odd", "schema"):
        kind_of = OddAnswerError if kind == "odd" else SchemaError
        error = kind_of(msg, [str(violation) for violation in facts.get("violations") or ()])
    elif kind in _KINDS:
        error = _KINDS[kind](msg)
    error.args = (msg,)
    error.facts = {name: facts[name] for name in _FACTS if name in facts}
    error.retry_after = _number(facts.get("retry_after"))
    return error


_FACTS = ("http_status", "error_code", "error_msg", "request_id", "violations")


def _api_error(facts: Facts) -> ApiError:
    return ApiError(
        api="",
        status=int(_number(facts.get("http_status")) or 0),
        code=str(facts.get("error_code")),
        reason=str(facts.get("error_msg")),
        request_id=facts.get("request_id"),
        is_page=bool(facts.get("is_page")),
    )


def _number(value: t.Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None
