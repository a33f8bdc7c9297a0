# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one poll costs in CPU, by client, in one process: ``python -m ...polls URL ROUNDS POLLS`` prints JSON.

The account comes from the environment (HW_ACCESS_KEY, ...), the token and the job from TOKEN and JOB_ID.
"""

from __future__ import annotations

import http.client
import importlib
import json
import os
import sys
import time
import typing as t
import urllib.parse
import warnings

import requests

from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.client import ImsClient
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.clock import SystemClock
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import Silence
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.plan import Plan
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import schedule_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Wait
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import resolve

Poll = t.Callable[[], t.Any]
_BASE = {"auth_type": "auto", "validate_certs": True, "request_timeout": 30.0}


def floor(url: str, path: str, token: str) -> Poll:
    """Keep one connection, send one header, read the body, look at nothing."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(url).netloc)
    headers = {"X-Auth-Token": token}

    def poll() -> None:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        if answer.status != 200 or not answer.read():
            raise RuntimeError(f"HTTP {answer.status}")

    return poll


def bare_session(url: str, path: str, token: str) -> Poll:
    session = requests.Session()
    headers = {"X-Auth-Token": token}

    def poll() -> None:
        answer = session.get(url + path, headers=headers, timeout=30)
        answer.raise_for_status()

    return poll


def our_client(**given: t.Any) -> ImsClient:
    names = ("region", "project_id", "endpoint", "iam_endpoint")
    variables = ("HW_REGION_NAME", "HW_PROJECT_ID", "HW_IMS_ENDPOINT", "HW_AUTH_URL")
    places = {name: os.environ[variable] for name, variable in zip(names, variables)}
    return connect(resolve({**_BASE, **places, **given}, {}), {}, SystemClock(), lambda text: None)


def our_keys() -> dict[str, str]:
    return {"access_key": os.environ["HW_ACCESS_KEY"], "secret_key": os.environ["HW_SECRET_KEY"]}


class Hasty(SystemClock):
    """Sleeps are skipped, so that the loop does nothing but poll."""

    skipped = 0.0

    def now(self) -> float:
        return super().now() + self.skipped

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds


def our_loop(client: ImsClient, job_id: str, polls: int) -> int:
    """Wait, with the loop of wait_for_ims_job, for a job that never ends, until it was polled that often."""
    plan = Plan(schedule_for("fixed", 2, 30), 2.0, 30.0, 1000.0, False, timeout=2.0 * polls, error_timeout=300.0)
    outcome = Wait([job_id], client, plan, Hasty(), observer=Silence(), random=lambda: 0.5).run()
    if outcome.poll_errors:
        raise RuntimeError(str(outcome.last_error))
    return outcome.polls


def official_sdk(url: str, job_id: str) -> Poll | None:
    """Return the plain loop's body: show_job, and a look at the status. None where the SDK is not installed."""
    try:
        sdk: t.Any = importlib.import_module("huaweicloudsdkims.v2")
        core: t.Any = importlib.import_module("huaweicloudsdkcore.auth.credentials")
    except ImportError:
        return None
    warnings.simplefilter("ignore", DeprecationWarning)
    keys = our_keys()
    credentials = core.BasicCredentials(keys["access_key"], keys["secret_key"], os.environ["HW_PROJECT_ID"])
    client = sdk.ImsClient.new_builder().with_credentials(credentials).with_endpoint(url).build()

    def poll() -> None:
        if client.show_job(sdk.ShowJobRequest(job_id=job_id)).status == "SUCCESS":
            raise RuntimeError("The job that never ends has ended.")

    return poll


def cost_of(poll: Poll, polls: int) -> tuple[float, float]:
    """Return CPU and wall seconds per poll."""
    cpu, wall = time.process_time(), time.perf_counter()
    for _turn in range(polls):
        poll()
    return (time.process_time() - cpu) / polls, (time.perf_counter() - wall) / polls


def cost_of_loop(client: ImsClient, job_id: str, polls: int) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    done = our_loop(client, job_id, polls)
    return (time.process_time() - cpu) / done, (time.perf_counter() - wall) / done


def main(url: str, rounds: int, polls: int) -> dict[str, list[tuple[float, float]]]:
    """Return costs by client, one pair for each round; the clients take turns, so that noise hits all of them."""
    token, job_id = os.environ["TOKEN"], os.environ["JOB_ID"]
    path = f"/v1/{os.environ['HW_PROJECT_ID']}/jobs/{job_id}"
    signed, with_token = our_client(**our_keys()), our_client(auth_token=token)
    clients: dict[str, Poll | None] = {
        "floor": floor(url, path, token),
        "session": bare_session(url, path, token),
        "token": lambda: with_token.find_job(job_id),
        "signed": lambda: signed.find_job(job_id),
        "sdk": official_sdk(url, job_id),
    }
    present = {name: poll for name, poll in clients.items() if poll is not None}
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in (*present, "loop")}
    for poll in present.values():
        cost_of(poll, 20)
    for _round in range(rounds):
        for name, poll in present.items():
            found[name].append(cost_of(poll, polls))
        found["loop"].append(cost_of_loop(signed, job_id, polls))
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))))
