# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts that a hostile or careless cloud puts into its answers: the caller's own secrets, and control characters."""

from __future__ import annotations

import base64
import dataclasses
import json
import re
import typing as t

from ..wire.messages import Request, Response
from .fault import Fault

# Names whose values decide what a client does; they are spared unless a fault names them.
_DECIDING = frozenset({"job_id", "status", "id"})
# Texts that are null as a rule.
_NULL_TEXTS = frozenset({"error_code", "fail_reason", "error", "__data_origin"})
_TOKEN_HEADERS = ("x-auth-token", "x-security-token", "authorization")
_NASTY = "\x1b[31mred\x1b[0m\x07\x08\r\nok: [localhost] => faked\u202e\u2028\x9b31m"


def _escaped(text: str, form: t.Callable[[str], str]) -> str:
    return "".join(letter if letter.isascii() and letter.isalnum() else form(letter) for letter in text)


_FORMS: t.Mapping[str, t.Callable[[str], str]] = {
    "plain": lambda text: text,
    "base64": lambda text: base64.b64encode(text.encode("utf-8")).decode("ascii"),
    "percent": lambda text: _escaped(text, lambda letter: "".join(f"%{byte:02X}" for byte in letter.encode("utf-8"))),
    "html": lambda text: _escaped(text, lambda letter: f"&#{ord(letter)};"),
    "lower": str.lower,
    "upper": str.upper,
    "json_twice": lambda text: json.dumps(_escaped(text, lambda letter: f"\\u{ord(letter):04x}"))[1:-1],
    # A long one: most of it.
    "prefix": lambda text: text[: max(len(text) * 3 // 4, 16)],
}


def in_form(form: str, text: str) -> str:
    """A text in one of the forms in which a cloud may echo it."""
    return _FORMS[form](text)


def echoed(fault: Fault, request: Request, response: Response) -> Response:
    """The response with what the caller has sent to prove who he is, in one of its forms, in every text."""
    secret = fault.content or _secret_of(request)
    return _with_text(response, in_form(fault.form, secret), fault) if secret else response


def with_control_characters(fault: Fault, request: Request, response: Response) -> Response:
    """The response with characters that move the cursor, ring, or forge a line, in every text."""
    return _with_text(response, fault.content or _NASTY, fault)


def _secret_of(request: Request) -> str:
    for name in _TOKEN_HEADERS:
        if name in request.headers:
            return request.headers[name]
    try:
        return str(request.json()["auth"]["identity"]["password"]["user"]["password"])
    except (ValueError, KeyError, TypeError):
        return ""


def _with_text(response: Response, text: str, fault: Fault) -> Response:
    patterns = [re.compile(pattern) for pattern in fault.fields]
    try:
        payload = response.json()
    except ValueError:
        body = response.body + text.encode("utf-8")
    else:
        body = json.dumps(_filled(payload, text, patterns, ()), ensure_ascii=False).encode("utf-8")
    # A header has no ends of lines.
    flat = text.encode("latin-1", "replace").decode("latin-1").replace("\r", "").replace("\n", "")
    changed = dataclasses.replace(response, body=body)
    return changed if patterns else changed.with_headers({"X-Request-Id": flat, "X-IAM-Trace-Id": flat})


def _filled(value: t.Any, text: str, patterns: t.Sequence[re.Pattern[str]], path: tuple[str, ...]) -> t.Any:
    if isinstance(value, dict):
        return {name: _filled(inner, text, patterns, (*path, name)) for name, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, text, patterns, path) for inner in value]
    name = path[-1] if path else ""
    is_text = isinstance(value, str) or (value is None and name in _NULL_TEXTS)
    if not is_text or not _is_chosen(".".join(path), name, patterns):
        return value
    return f"{value or ''} {text}".strip(" ")


def _is_chosen(path: str, name: str, patterns: t.Sequence[re.Pattern[str]]) -> bool:
    if not patterns:
        return name not in _DECIDING
    return any(pattern.fullmatch(path) for pattern in patterns)
