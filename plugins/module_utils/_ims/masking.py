# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one way out for texts that this collection did not write: secrets out, control characters out, then cut.

What decides (a status, an id, a change) compares raw values. What people or other programs get to see goes through
``Texts``, whichever way it leaves: progress line, message, result, warning, log line, event.
"""

from __future__ import annotations

import base64
import html
import json
import math
import re
import typing as t
import urllib.parse
from collections.abc import Mapping

MASK = "********"
LEFT_OUT = "... (left out)"

# A shorter secret is looked for as it is (and JSON-escaped); its other forms could be anybody's letters.
_MIN_FORM = 8
# A beginning of a form this long is no chance hit: an echo that was cut on its way here.
_MIN_PREFIX = 16
# No text is shown at a greater length than a limit of some thousand characters, so no more of it is handled.
_MAX_HANDLED = 65_536
_TREE_LIMIT = 8_192
_MAX_ITEMS = 250_000
_MAX_CHARACTERS = 4_000_000
_MAX_DEPTH = 32
# Those of now, and the latest before them: a secret that was renewed stays valid for a while, not for hours.
_MAX_SECRETS = 12

# C0, DEL, C1; marks, embeddings, overrides and isolates of bidirectional text; line and paragraph separator; lone
# surrogates, which no terminal, log or file takes.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
# What a token may be written with: where an echo of it goes on in an unforeseen form, it goes on with these.
_TOKEN_RUN = re.compile(r"[\w+/=%\\~.&;#:-]*", re.ASCII)
# Numbers of characters in HTML, URLs, JSON, JSON in JSON, and that in what is told of an odd answer: JSON again.
_SIGNS = ("&#{};", "&#x{:x};", "%{:02x}", "\\u{:04x}", "\\\\u{:04x}", "\\\\\\\\u{:04x}")
# A refused signature makes the gateway echo the canonical request, credentials' headers included (api-sign-errorcode).
_ECHOED_CREDENTIAL = re.compile(
    r"""\b(x-security-token|x-auth-token|x-subject-token|authorization)([\\"']*\s*[:=]\s*[\\"']*"""
    r"""(?:(?:basic|bearer|sdk-hmac-sha256)\s+)?)[^|\s"'\\]+""",
    re.IGNORECASE,
)


class Texts:
    """Cleans the texts of one connection. ``secrets`` is asked anew at each call: tokens are renewed.

    Secrets of the past are masked as well: a text of an earlier answer may hold one that is still valid.
    """

    def __init__(self, secrets: t.Callable[[], t.Iterable[str | None]] = lambda: ()) -> None:
        self._secrets = secrets
        self._known: tuple[tuple[str, ...], _Needles] = ((), _Needles(()))

    def learn(self) -> None:
        """Note the secrets of the moment. To be called before they are sent: they may be others when texts come out."""
        self._needles()

    def line(self, text: t.Any, limit: int = 300) -> str:
        """Return ``text`` on one line of at most ``limit`` characters."""
        return _cut(_clean(_as_text(text), self._needles()).strip(), limit)

    def tree(self, value: t.Any) -> t.Any:
        """Return a copy of a JSON-like value with every text in it cleaned, keys too.

        Items, depth and size are bounded, against floods: LEFT_OUT stands in place of what is beyond. A number that
        JSON has no word for becomes None.
        """
        return _Tree(self._needles()).copy(value, _MAX_DEPTH)

    def _needles(self) -> _Needles:
        known, needles = self._known
        current = tuple(secret for secret in self._secrets() if secret)
        if any(secret not in known for secret in current):
            past = (secret for secret in known if secret not in current)
            secrets = tuple(dict.fromkeys((*current, *past)))[: max(_MAX_SECRETS, len(current))]
            needles = _Needles(secrets)
            # One assignment: threads see the old pair or the new one.
            self._known = secrets, needles
        return needles


class _Needles:
    """All forms of some secrets, ready to be looked for."""

    def __init__(self, secrets: t.Iterable[str]) -> None:
        self._short: set[str] = set()
        # Folded forms by what they begin with: few needles, although a secret has a dozen forms.
        self._forms: dict[str, set[str]] = {}
        for secret in secrets:
            if len(secret) < _MIN_FORM:
                self._short |= {secret, _json_escaped(secret)}
                continue
            for form in map(_folded, _forms_of(secret)):
                self._forms.setdefault(form[:_MIN_PREFIX], set()).add(form)
        # In most texts, such as keys and words, nothing can be.
        self._shortest = min(map(len, (*self._short, *self._forms, "authorization:")))

    def mask(self, text: str) -> str:
        if len(text) < self._shortest:
            return text
        folded = _folded(text)
        spans = [span for secret in self._short if secret in text for span in _occurrences(secret, text)]
        for head, forms in self._forms.items():
            if head in folded:
                spans += _extents(head, forms, folded)
        masked = _with_masks(text, spans) if spans else text
        if "token" in folded or "authorization" in folded:
            return _ECHOED_CREDENTIAL.sub(rf"\1\2{MASK}", masked)
        return masked


class _Tree:
    """One copy of a JSON-like value."""

    def __init__(self, needles: _Needles) -> None:
        self._needles = needles
        self._cleaned: dict[str, str] = {}
        self._items = _MAX_ITEMS
        self._characters = _MAX_CHARACTERS

    def copy(self, value: t.Any, depth: int) -> t.Any:
        # By frequency: a result of thousands of jobs is copied in a fraction of a second.
        if isinstance(value, str):
            return self._text(value)
        if value is None or value is True or value is False:
            return value
        if isinstance(value, (int, float)):
            return _json_number(value)
        if isinstance(value, (dict, Mapping)):
            return self._mapping(value, depth - 1)
        if isinstance(value, (list, tuple, set, frozenset)):
            return self._sequence(value, depth - 1)
        return self._text(_as_text(value))

    def _mapping(self, value: Mapping[t.Any, t.Any], depth: int) -> dict[t.Any, t.Any]:
        copied: dict[t.Any, t.Any] = {}
        for key, item in value.items():
            if not self._has_room(depth):
                copied[LEFT_OUT] = None
                break
            copied.setdefault(self.copy(key, 0) if isinstance(key, str) else key, self.copy(item, depth))
        return copied

    def _sequence(self, value: t.Iterable[t.Any], depth: int) -> list[t.Any]:
        copied: list[t.Any] = []
        for item in value:
            if not self._has_room(depth):
                copied.append(LEFT_OUT)
                break
            copied.append(self.copy(item, depth))
        return copied

    def _has_room(self, depth: int) -> bool:
        self._items -= 1
        return depth > 0 and self._items >= 0 and self._characters >= 0

    def _text(self, text: str) -> str:
        cleaned = self._cleaned.get(text)
        if cleaned is None:
            cleaned = self._cleaned[text] = _cut(_clean(text, self._needles), _TREE_LIMIT)
        self._characters -= len(cleaned)
        return cleaned


NO_SECRETS = Texts()


def _clean(text: str, needles: _Needles) -> str:
    masked = needles.mask(text[:_MAX_HANDLED])
    if not masked.isprintable():
        # Once more: a secret that has blanks may have been hidden by control characters in their places.
        masked = needles.mask(_CONTROL.sub(" ", masked))
    return masked if len(text) <= _MAX_HANDLED else f"{masked}..."


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: max(0, limit - 3)].rstrip() + "..."[:limit]


def _as_text(value: t.Any) -> str:
    return value if isinstance(value, str) else str(value)


def _json_number(value: float) -> float | None:
    try:
        return value if math.isfinite(value) else None
    except OverflowError:  # an integer beyond a float's range
        return None


def _folded(text: str) -> str:
    """Return ``text`` without differences of case, and of the same length."""
    if text.isascii():
        return text.lower()
    # The only letters whose lower case is longer, or depends on its neighbors.
    return text.replace("\u0130", "i").lower().replace("\u03c2", "\u03c3")


def _forms_of(secret: str) -> t.Iterator[str]:
    """Yield the forms in which a secret may come back: all that a program on the way may have made of it."""
    raw = secret.encode("utf-8", "surrogatepass")
    escaped = {_json_escaped(secret), json.dumps(secret, ensure_ascii=False)[1:-1]}
    escaped |= {form.replace("/", "\\/") for form in escaped}
    quoted = {urllib.parse.quote(raw, safe=""), urllib.parse.quote(raw), urllib.parse.quote_plus(raw)}
    marked_up = html.escape(secret)
    yield from (secret, secret.upper())
    yield from escaped
    yield from map(_json_escaped, escaped)
    yield from map(_json_escaped, map(_json_escaped, escaped))
    yield from quoted
    yield from (urllib.parse.quote(form, safe="") for form in quoted)
    yield from (marked_up, html.escape(secret, quote=False))
    yield marked_up.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")
    yield from (_spelled(secret, sign) for sign in _SIGNS)
    yield from _base64_forms(raw)


def _spelled(secret: str, sign: str) -> str:
    """Return it as cautious encoders write it: whatever is no letter and no digit by its number."""
    return "".join(letter if letter.isascii() and letter.isalnum() else sign.format(ord(letter)) for letter in secret)


def _base64_forms(raw: bytes) -> t.Iterator[str]:
    """Yield what base64 makes of a secret behind 0, 1 or 2 other bytes (``user:secret``), in both alphabets."""
    for before in range(3):
        # The characters at the ends hold bits of the neighbors, too.
        first, end = (before * 8 + 5) // 6, (before + len(raw)) * 8 // 6
        core = base64.b64encode(b"\0" * before + raw).decode()[first:end]
        yield core
        yield core.replace("+", "-").replace("/", "_")


def _json_escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def _occurrences(needle: str, text: str) -> t.Iterator[tuple[int, int]]:
    start = text.find(needle)
    while start >= 0:
        yield start, start + len(needle)
        start = text.find(needle, start + len(needle))


def _extents(head: str, forms: t.Iterable[str], folded: str) -> t.Iterator[tuple[int, int]]:
    """Yield where a form stands, as far as it is there: the whole of it, or a beginning and what follows unbroken."""
    start = folded.find(head)
    while start >= 0:
        whole = max((len(form) for form in forms if folded.startswith(form, start)), default=0)
        if whole:
            end = start + whole
        else:
            longest = max(_common(form, folded[start : start + len(form)]) for form in forms)
            run = _TOKEN_RUN.match(folded, start + longest)
            end = run.end() if run else start + longest
        yield start, end
        start = folded.find(head, end)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginnings."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _with_masks(text: str, spans: list[tuple[int, int]]) -> str:
    parts: list[str] = []
    shown_to = 0
    for start, end in sorted(spans):
        if start >= shown_to:
            parts += [text[shown_to:start], MASK]
        shown_to = max(shown_to, end)
    return "".join([*parts, text[shown_to:]])
