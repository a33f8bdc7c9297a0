# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of JSON values: merge patches, and single operations of a JSON patch."""

from __future__ import annotations

import copy
import typing as t


def merged(value: t.Any, changes: t.Any) -> t.Any:
    """JSON Merge Patch (RFC 7396): null takes a member away."""
    if not isinstance(changes, t.Mapping):
        return changes
    result = dict(value) if isinstance(value, dict) else {}
    for name, change in changes.items():
        if change is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), change)
    return result


def patched(value: t.Any, operation: t.Mapping[str, t.Any]) -> t.Any:
    """One operation of a JSON Patch (RFC 6902): add, replace or remove; it can set null, unlike a merge patch."""
    path = str(operation["path"])
    if not path:
        return operation.get("value")
    result = copy.deepcopy(value)
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    holder = result
    for part in parents:
        holder = holder[int(part)] if isinstance(holder, list) else holder.setdefault(part, {})
    key: t.Any = (len(holder) if last == "-" else int(last)) if isinstance(holder, list) else last
    if operation["op"] == "remove":
        del holder[key]
    elif isinstance(holder, list) and operation["op"] == "add":
        holder.insert(key, operation["value"])
    else:
        holder[key] = operation["value"]
    return result
