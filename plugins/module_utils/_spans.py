# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Spans of time and numbers as users write them: one parser for all of them, and the bounds of each option."""

from __future__ import annotations

import math
import re
import typing as t

from ._ims.errors import OptionError

_DAY = 86400.0
_UNITS = {"d": _DAY, "h": 3600.0, "m": 60.0, "s": 1.0}
_NUMBER = r"\d+(?:\.\d+)?"
_PARTS = re.compile(r"\s*".join(rf"(?:({_NUMBER})\s*{unit})?" for unit in _UNITS), re.ASCII)
_FORMS = "a number of seconds, or a span such as 90s, 15m, 2h, 1d or 1h30m"

# The least and the largest value of each option, in seconds. Above them sockets, dates or the loop's arithmetic give
# up, and nobody waits that long.
SPANS: dict[str, tuple[float, float]] = {
    "timeout": (0.0, 365 * _DAY),
    "delay": (0.0, 365 * _DAY),
    "interval": (0.001, _DAY),
    "max_interval": (0.001, _DAY),
    "error_timeout": (0.0, 365 * _DAY),
    "stall_timeout": (0.0, 365 * _DAY),
    "request_timeout": (0.001, _DAY),
    "leftovers_age": (0.0, 365 * _DAY),
    "assume_role_duration": (900.0, _DAY),
}
NUMBERS: dict[str, tuple[float, float]] = {"max_requests_per_second": (0.001, 100_000.0)}


def parse_span(value: t.Any) -> float | None:
    """Return the seconds of ``90``, ``90s``, ``15m``, ``2h``, ``1d`` or ``1h30m``; None for what is no span."""
    text = str(value).strip().lower()
    try:
        seconds = float(text)
    except ValueError:
        match = _PARTS.fullmatch(text)
        if not text or not match:
            return None
        seconds = sum(float(number or 0) * unit for number, unit in zip(match.groups(), _UNITS.values()))
    return seconds if math.isfinite(seconds) else None


def seconds_of(options: t.Mapping[str, t.Any], name: str) -> float:
    """Return the span that an option holds. Raises OptionError for what is none, and for one out of bounds."""
    seconds = parse_span(options[name])
    if seconds is None:
        raise OptionError(f'{name}: "{str(options[name])[:80]}" is no time; give {_FORMS}.')
    return _bounded(name, seconds, SPANS[name], " s")


def number_of(options: t.Mapping[str, t.Any], name: str) -> float:
    """Return the number that an option holds. Raises OptionError for one out of bounds."""
    return _bounded(name, float(options[name]), NUMBERS[name], "")


def _bounded(name: str, value: float, bounds: tuple[float, float], unit: str) -> float:
    least, largest = bounds
    if not least <= value <= largest:
        raise OptionError(f"{name}: {value:g}{unit} is not between {least:g}{unit} and {_shown(largest, unit)}.")
    return value


def _shown(value: float, unit: str) -> str:
    """Return ``1 day`` or ``365 days`` for spans, which nobody counts in seconds."""
    if not unit:
        return f"{value:g}"
    days = int(value / _DAY)
    return f"{days} day" if days == 1 else f"{days} days"
