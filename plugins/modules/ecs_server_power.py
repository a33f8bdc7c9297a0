#!/usr/bin/python

# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: ecs_server_power
short_description: Start or stop a server of Huawei Cloud ECS
version_added: 2.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Starts or stops one server of the Elastic Cloud Server service (ECS), and waits until it is so. An image of a server
    that runs has what was on its disks at some moment, and not what its programs still held in memory; stop it first
    where that matters.
  - Run twice, it switches once. What counts is the server's status.
extends_documentation_fragment:
  - huaweicloud.ims._auth
  - huaweicloud.ims._state
  - huaweicloud.ims._attributes
  - huaweicloud.ims._attributes.in_process
attributes:
  check_mode:
    support: full
    details:
      - It reads the server's status, and sends no change.
  diff_mode:
    support: full
options:
  server_id:
    description: The server.
    type: str
    required: true
  state:
    description:
      - Whether the server is to run.
      - With O(journal), V(stopped) writes down that the server ran before it stops it, and V(started) notes that there
        is nothing to go back to any more. V(restored) starts the server where the journal knows that a task has stopped
        it and nobody has started it since, for example because the play was killed in between; else it does nothing.
    type: str
    choices: [started, stopped, restored]
    required: true
  stop_type:
    description:
      - How to stop it. V(soft) asks its operating system to shut down, which may refuse or take long. V(hard) switches
        it off, as by its plug; what was not written is lost.
      - For O(state=stopped).
    type: str
    choices: [soft, hard]
    default: soft
notes:
  - A server that is being stopped or started by somebody else is waited for, and not switched again. While it does
    something else (a reboot, an image is made of it), the task waits until that is over, and switches it then.
  - A server that is being created, in an error, in the recycle bin or being deleted is refused.
  - When the answer to the request is lost, the request is not repeated. The server's status tells then whether it was
    heard, up to O(timeout).
  - A stopped server may go on costing; that depends on how it is billed.
seealso:
  - module: huaweicloud.ims.ims_image_create
  - name: Stopping servers in a batch
    description: The API's documentation (ecs_02_0104, ecs_02_0301, ecs_02_0303).
    link: https://support.huaweicloud.com/intl/en-us/api-ecs/ecs_02_0303.html
"""

EXAMPLES = r"""
- name: Stop the server that the image is made of
  huaweicloud.ims.ecs_server_power:
    server_id: 877a2cda-ba63-4e1e-b95f-e67e48b6129a
    state: stopped
  register: power

- name: Make the image, and start the server again whatever comes of it
  block:
    - name: Make the image
      huaweicloud.ims.ims_image_create:
        source: server
        name: golden-2026-03-01
        instance_id: 877a2cda-ba63-4e1e-b95f-e67e48b6129a
        wait: true
  always:
    - name: Start it, if it ran before
      huaweicloud.ims.ecs_server_power:
        server_id: 877a2cda-ba63-4e1e-b95f-e67e48b6129a
        state: started
      when: power.status_before == 'ACTIVE'
"""

RETURN = r"""
server_id:
  description: The server.
  returned: success
  type: str
  sample: 877a2cda-ba63-4e1e-b95f-e67e48b6129a
name:
  description: The server's name, or null.
  returned: success
  type: str
  sample: web
status_before:
  description:
    - The server's status when the task began, in the cloud's words; V(ACTIVE) runs, V(SHUTOFF) is stopped.
    - With O(state=stopped) and O(journal), what it was before an earlier run has stopped it that was cut off before it
      could start it again.
  returned: success
  type: str
  sample: ACTIVE
status:
  description: Its status now; in a dry run, the one that it would get.
  returned: success
  type: str
  sample: SHUTOFF
job_id:
  description: The job of ECS that has switched it, null where none was started. It is none of IMS, so that
    M(huaweicloud.ims.wait_for_ims_job) cannot wait for it.
  returned: success
  type: str
  sample: 70a599e0-31e7-49b7-b260-868f441e862b
diff:
  description: What differs.
  returned: success
  type: dict
  contains:
    before:
      description: The status before, where it is another one.
      type: dict
    after:
      description: The status after it, likewise.
      type: dict
msg:
  description: What was done, or would be.
  returned: always
  type: str
  sample: Stopped (soft) server 877a2cda-ba63-4e1e-b95f-e67e48b6129a.
requests:
  description: How many HTTP requests were sent, logins in them.
  returned: success
  type: int
  sample: 3
http_status:
  description: HTTP status of the answer that made the task fail.
  returned: failure, when the cloud answered
  type: int
  sample: 403
error_code:
  description: The cloud's code for it.
  returned: failure, when the cloud answered
  type: str
  sample: Ecs.0114
error_msg:
  description: The cloud's words for it.
  returned: failure, when the cloud answered
  type: str
request_id:
  description: Id of the request, for a ticket to the cloud's support.
  returned: failure, when the cloud answered
  type: str
violations:
  description: Each place where the answer does not fit the schema, as a JSON path with what was expected and what was
    found.
  returned: failure, when the answer does not fit the schema
  type: list
  elements: str
transient:
  description: Whether the same task may go well a moment later (the cloud was unreachable, busy or broken).
  returned: failure
  type: bool
retry_after:
  description: Seconds that the cloud asked to wait for before the next try, or null.
  returned: failure
  type: float
"""

from ..module_utils._module import run_module
from ..module_utils._work.ecs_server_power import WORK


def main() -> None:
    run_module(WORK)


if __name__ == "__main__":
    main()
