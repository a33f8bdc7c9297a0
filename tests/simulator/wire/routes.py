# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Paths with places in braces, and the functions that answer them."""

from __future__ import annotations

import dataclasses
import re
import typing as t
import urllib.parse

from ..iam.identity import Caller
from .messages import Request, Response


@dataclasses.dataclass(frozen=True)
class Call:
    """A request with what its path and its credentials tell."""

    request: Request
    places: t.Mapping[str, str]
    caller: Caller

    @property
    def region(self) -> str:
        """The region that was asked."""
        return self.request.region

    @property
    def project_id(self) -> str:
        """The caller's project."""
        return self.caller.project_id or ""


Answer = t.Callable[[Call], Response]


@dataclasses.dataclass(frozen=True)
class Route:
    """One method on one path; `open` ones need no credentials, `project` ones need those of a project.

    Where `action` is set, rights in enterprise projects only are not enough for that action.
    """

    method: str
    path: str
    answer: Answer
    access: str = "project"
    action: str | None = None


class Routes:
    """Finds the route of a request."""

    def __init__(self, routes: t.Iterable[Route]) -> None:
        self._by_length: dict[tuple[str, int], list[tuple[re.Pattern[str], Route]]] = {}
        for route in routes:
            key = (route.method, route.path.count("/"))
            self._by_length.setdefault(key, []).append((_pattern(route.path), route))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        """The route and the values of its places."""
        for pattern, route in self._by_length.get((method, path.count("/")), ()):
            match = pattern.fullmatch(path)
            if match:
                return route, {name: urllib.parse.unquote(value) for name, value in match.groupdict().items()}
        return None


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path.replace(".", r"\.")))
