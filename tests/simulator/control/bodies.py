# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The bodies of requests to the control interface."""

from __future__ import annotations

import typing as t

from ..wire.routes import Call


def body_of(call: Call, known: frozenset[str] | None = None) -> t.Mapping[str, t.Any]:
    """The JSON object of the body; ValueError names what does not fit."""
    body = call.request.json() if call.request.body else {}
    if not isinstance(body, dict):
        raise ValueError("The body must be a JSON object.")
    unknown = sorted(set(body) - known) if known is not None else []
    if unknown:
        raise ValueError(f"Unknown: {', '.join(unknown)}; known: {', '.join(sorted(known or ()))}.")
    return body
