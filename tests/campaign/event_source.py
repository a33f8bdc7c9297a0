# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source in a process of its own, as ansible-rulebook has it: each event is a line of JSON on stdout.

``python event_source.py PATH_OF_IMS_JOBS.PY OPTIONS_AS_JSON``; it runs until it is ended.
"""

from __future__ import annotations

import asyncio
import json
import runpy
import sys
import typing as t


class Rules:
    """In the place of ansible-rulebook's queue."""

    async def put(self, event: dict[str, t.Any]) -> None:
        job = event["job"] or {}
        told = {name: event[name] for name in ("job_id", "previous_status", "outcome", "reason")}
        print(json.dumps({**told, "status": job.get("status")}), flush=True)


if __name__ == "__main__":
    asyncio.run(runpy.run_path(sys.argv[1])["main"](Rules(), json.loads(sys.argv[2])))
