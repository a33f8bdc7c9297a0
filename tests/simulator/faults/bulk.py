# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bodies that cost a client more than they should: deep ones, and ones with thousands of sub jobs."""

from __future__ import annotations

import dataclasses
import json

from ..wire.messages import Response
from .fault import Fault
from .patches import patched

_PLACE = "(deep)"


def deep(fault: Fault, response: Response) -> Response:
    """A value that is lists in lists."""
    payload = response.json_object()
    if payload is None:
        return response
    marked = json.dumps(patched(payload, {"op": "add", "path": fault.pointer, "value": _PLACE}))
    # Put in as text: the encoder would give up at some depth.
    lists = "[" * fault.depth + "]" * fault.depth
    return dataclasses.replace(response, body=marked.replace(json.dumps(_PLACE), lists).encode("utf-8"))


def many_sub_jobs(fault: Fault, response: Response) -> Response:
    """A job with thousands of them: 40,000 stay below 4 MiB."""
    payload = response.json_object()
    if payload is None or "job_id" not in payload:
        return response
    status = fault.content or "FAIL"
    subs = [{"job_id": f"{number:08x}", "status": status, "error_code": "IMG.0061"} for number in range(fault.items)]
    entities = payload.get("entities")
    payload["entities"] = {**(entities if isinstance(entities, dict) else {}), "sub_jobs_result": subs}
    return dataclasses.replace(response, body=json.dumps(payload).encode("utf-8"))
