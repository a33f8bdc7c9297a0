# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Charts as SVG, drawn by hand: points and lines on two logarithmic axes."""

from __future__ import annotations

import dataclasses
import html
import itertools
import math
import typing as t

WIDTH, HEIGHT = 560, 400
_LICENSE = """<!--
Copyright (c) the huaweicloud.ims contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
TAG: GPL-3.0-or-later
-->""".replace("TAG", "SPDX-License" + "-Identifier")  # in one piece it would be taken for this file's own
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 20, 44, 54
_INK, _GRID = "#24292f", "#d0d7de"
_TICKS = (1, 2, 5)
_Box = tuple[float, float, float]
"""Where a label begins and ends, and its height."""


@dataclasses.dataclass(frozen=True)
class Series:
    """Points, with a name each; ``line`` joins them."""

    points: t.Sequence[tuple[float, float, str]]
    color: str
    line: bool = False
    dashed: bool = False


@dataclasses.dataclass(frozen=True)
class Panel:
    title: str
    x_title: str
    y_title: str
    series: t.Sequence[Series]


class _Axis:
    """From values to pixels, logarithmically."""

    def __init__(self, values: t.Iterable[float], start: float, end: float) -> None:
        known = list(values)
        self._low, self._high = math.log(min(known) * 0.8), math.log(max(known) * 1.35)
        self._start, self._end = start, end

    def __call__(self, value: float) -> float:
        share = (math.log(value) - self._low) / (self._high - self._low)
        return round(self._start + share * (self._end - self._start), 1)

    def ticks(self) -> list[float]:
        decades = range(math.floor(self._low / math.log(10)), math.ceil(self._high / math.log(10)) + 1)
        steps = (float(f"{tick}e{decade}") for decade in decades for tick in _TICKS)
        return [step for step in steps if self._low <= math.log(step) <= self._high]


def svg(panels: t.Sequence[Panel]) -> str:
    """Return a document with the panels side by side."""
    size = f'width="{WIDTH * len(panels)}" height="{HEIGHT}" viewBox="0 0 {WIDTH * len(panels)} {HEIGHT}"'
    parts = [
        _LICENSE,
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="12" fill="{_INK}">',
        f"<title>{html.escape('; '.join(panel.title for panel in panels))}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
    ]
    for index, panel in enumerate(panels):
        parts += [f'<g transform="translate({index * WIDTH} 0)">', *_panel(panel), "</g>"]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _panel(panel: Panel) -> t.Iterator[str]:
    points = [point for series in panel.series for point in series.points]
    across = _Axis((x for x, _y, _name in points), _LEFT, WIDTH - _RIGHT)
    up = _Axis((y for _x, y, _name in points), HEIGHT - _BOTTOM, _TOP)
    yield _text(WIDTH / 2, 20, panel.title, 'text-anchor="middle" font-weight="bold" font-size="14"')
    yield _text(WIDTH / 2, HEIGHT - 12, panel.x_title, 'text-anchor="middle"')
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    yield _text(16, middle, panel.y_title, f'text-anchor="middle" transform="rotate(-90 16 {middle:g})"')
    for value in across.ticks():
        yield _line(across(value), _TOP, across(value), HEIGHT - _BOTTOM)
        yield _text(across(value), HEIGHT - _BOTTOM + 16, f"{value:g}", 'text-anchor="middle"')
    for value in up.ticks():
        yield _line(_LEFT, up(value), WIDTH - _RIGHT, up(value))
        yield _text(_LEFT - 6, up(value) + 4, f"{value:g}", 'text-anchor="end"')
    taken: list[_Box] = []
    for series in panel.series:
        taken += [(across(x) - 5, across(x) + 5, up(y) + 4) for x, y, name in series.points if name]
    for series in panel.series:
        yield from _drawn(series, across, up, taken)


def _drawn(series: Series, across: _Axis, up: _Axis, taken: list[_Box]) -> t.Iterator[str]:
    places = [(across(x), up(y), name) for x, y, name in series.points]
    if series.line:
        path = " ".join(f"{x:g},{y:g}" for x, y, _name in places)
        dash = ' stroke-dasharray="5 4"' if series.dashed else ""
        yield f'<polyline points="{path}" fill="none" stroke="{series.color}" stroke-width="1.5"{dash}/>'
    for x, y, name in places:
        yield f'<circle cx="{x:g}" cy="{y:g}" r="{4 if name else 2.5}" fill="{series.color}"/>'
        if name:
            yield _label(x, y + 4, name, series.color, taken)


def _label(x: float, y: float, name: str, color: str, taken: list[_Box]) -> str:
    """Write a name beside its point where nothing stands yet: to the right, to the left, or a line above or below."""
    width = 6.6 * len(name)
    for up, left in itertools.product((0, 13, -13, 26, -26), (False, True)):
        start = x - 8 - width if left else x + 8
        box = (start, start + width, y + up)
        inside = box[0] > _LEFT and box[1] < WIDTH - _RIGHT
        if inside and not any(_overlap(box, other) for other in taken):
            break
    taken.append(box)
    return _text(box[0], box[2], name, f'fill="{color}"')


def _overlap(one: _Box, other: _Box) -> bool:
    return one[0] < other[1] and other[0] < one[1] and abs(one[2] - other[2]) < 12


def _text(x: float, y: float, text: str, more: str = "") -> str:
    return f'<text x="{x:g}" y="{y:g}" {more}>{html.escape(text)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" stroke="{_GRID}" stroke-width="0.7"/>'
