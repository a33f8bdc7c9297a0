# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Servers of ECS, as far as images are made of them."""

from __future__ import annotations

import dataclasses
import typing as t

RUNNING = "ACTIVE"
STOPPED = "SHUTOFF"
# vm_state and power_state of ShowServer (ecs_02_0104): 1 is running, 4 is shut down.
_STATES: t.Mapping[str, tuple[str, int]] = {RUNNING: ("active", 1), STOPPED: ("stopped", 4)}


@dataclasses.dataclass(frozen=True)
class Server:
    """A server, and what it is doing: it stays ACTIVE while it is powering off (ecs_02_0104)."""

    server_id: str
    name: str
    status: str = RUNNING
    task_state: str | None = None
    # How often it was started and stopped; tests look at it.
    starts: int = 0
    stops: int = 0

    @property
    def is_running(self) -> bool:
        return self.status != STOPPED

    def to_api(self) -> dict[str, t.Any]:
        """The attributes of ShowServer that matter here."""
        vm_state, power_state = _STATES.get(self.status, ("error", 0))
        volume = {
            "id": f"5{self.server_id[1:]}",
            "delete_on_termination": "true",
            "device": "/dev/vda",
            "bootIndex": "0",
        }
        return {
            "id": self.server_id,
            "name": self.name,
            "status": self.status,
            "addresses": {},
            "flavor": {"id": "s3.small.1", "name": "s3.small.1", "vcpus": "1", "ram": "1024", "disk": "0"},
            "image": {"id": "10000000-0000-4000-8000-000000000003"},
            "metadata": {"image_name": "public-linux", "metering.imagetype": "gold"},
            "created": "2024-01-02T03:04:05Z",
            "updated": "2024-01-02T03:04:05Z",
            "OS-EXT-STS:task_state": self.task_state,
            "OS-EXT-STS:vm_state": vm_state,
            "OS-EXT-STS:power_state": power_state,
            "os-extended-volumes:volumes_attached": [volume],
        }


def first_servers() -> list[Server]:
    """One that runs and one that is stopped."""
    return [
        Server("40000000-0000-4000-8000-000000000001", "web"),
        Server("40000000-0000-4000-8000-000000000002", "database", STOPPED),
    ]
