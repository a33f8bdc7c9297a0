# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keep secrets out of every text that leaves the core."""

from __future__ import annotations

import json
import re
import typing as t

MASK = "********"
# A refused signature makes the gateway echo the canonical request, credentials' headers included (api-sign-errorcode).
_ECHOED_CREDENTIAL = re.compile(
    r"(?i)\b(x-security-token|x-auth-token|x-subject-token|authorization)(\s*[:=]\s*)[^|\s\"']+"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def mask(text: str, secrets: t.Iterable[str | None]) -> str:
    """Return ``text`` with each secret value, and each echoed credential header, replaced by stars."""
    for secret in secrets:
        if secret:
            # In what was read as JSON, quotes and backslashes of a secret stand escaped.
            text = text.replace(secret, MASK).replace(json.dumps(secret)[1:-1], MASK)
    return _ECHOED_CREDENTIAL.sub(rf"\1\2{MASK}", text)


def printable(text: str, limit: int) -> str:
    """Return ``text`` on one line, without control characters, cut to ``limit`` characters."""
    line = _CONTROL.sub(" ", text).strip()
    return line if len(line) <= limit else line[: limit - 3].rstrip() + "..."


def sentence(text: str) -> str:
    """Return ``text`` with a capital letter at its beginning and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
