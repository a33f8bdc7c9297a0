# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The query parameters of ListImages that narrow a list down (ims_03_0602)."""

from __future__ import annotations

import typing as t

from .rows import Row

# Where a page begins, and what is judged before a row is made.
_NOT_FILTERS = frozenset({"limit", "marker", "sort_key", "sort_dir", "member_status", "enterprise_project_id"})
_TIMES = ("created_at", "updated_at")


def fits(row: Row, parameters: t.Mapping[str, str]) -> bool:
    """Whether a row has all that is asked for."""
    wanted = {name: value for name, value in parameters.items() if name not in _NOT_FILTERS and value}
    return all(_has(row, name, value) for name, value in wanted.items())


def _has(row: Row, name: str, value: str) -> bool:
    special = _SPECIAL.get(name)
    if special is not None:
        return special(row, value)
    if name in _TIMES:
        return _compares(row[name], value)
    held = row.get(name)
    if isinstance(held, bool) or name == "__whole_image":
        return value.lower() == str(held is True or held == "true").lower()
    # A filter for an attribute that no image has does not narrow the list, unless it is one of IMS's own.
    return (held is None and not name.startswith("__")) or str(held) == value


def _has_tag(row: Row, value: str) -> bool:
    # A new tag finds an old one as well: a=b is a.b (ims_03_0602).
    return any(text == value or text.replace(".", "=", 1) == value for text in row["tags"])


def _compares(held: str, value: str) -> bool:
    operator, _colon, moment = value.partition(":")
    moment = moment if "T" in moment else f"{moment.replace(' ', 'T')}Z"
    checks: t.Mapping[str, bool] = {
        "gt": held > moment,
        "gte": held >= moment,
        "lt": held < moment,
        "lte": held <= moment,
        "eq": held == moment,
        "neq": held != moment,
    }
    return checks.get(operator, False)


_SPECIAL: t.Mapping[str, t.Callable[[Row, str], bool]] = {
    "tag": _has_tag,
    # A parameter only: of images there is __support_arm.
    "architecture": lambda row, value: (row.get("__support_arm") == "true") == (value == "arm"),
    # Public images that can be used with this flavor; here, with each.
    "flavor_id": lambda row, value: bool(row["visibility"] == "public"),
}
