# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What real plays cost, one ansible-playbook each: a look, a finished job, many jobs in one task, a payload."""

from __future__ import annotations

import importlib.util
import json
import statistics
import sys
import typing as t
from pathlib import Path

from ansible_collections.huaweicloud.ims.tests.benchmarks.machine import SimulatorProcess, Used, measured
from ansible_collections.huaweicloud.ims.tests.system.processes import play_environment

Task = dict[str, t.Any]
WAIT, INFO, URI = "huaweicloud.ims.wait_for_ims_job", "huaweicloud.ims.ims_job_info", "ansible.builtin.uri"
CORE = "ansible_collections.huaweicloud.ims.plugins.module_utils._connect"
_HASTY = {"interval": 0.001, "max_interval": 0.001, "backoff": "fixed", "max_requests_per_second": 1000}
_ONCE = """
import os
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkims.v2 import ImsClient, ShowJobRequest
keys = BasicCredentials(*(os.environ[name] for name in ("HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_PROJECT_ID")))
client = ImsClient.new_builder().with_credentials(keys).with_endpoint(os.environ["HW_IMS_ENDPOINT"]).build()
assert client.show_job(ShowJobRequest(job_id=os.environ["JOB_ID"])).status == "SUCCESS"
"""


class Stage:
    """A folder, an environment that leads to the simulator only, and how to play in it."""

    def __init__(self, folder: Path, simulator: SimulatorProcess) -> None:
        self.folder = folder
        self.simulator = simulator
        self.token = simulator.token()

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **play_environment(self.folder),
            "ANSIBLE_DISPLAY_OK_HOSTS": "false",
            **self.simulator.environment,
            **more,
        }

    def play(self, *tasks: Task, **environment: str) -> Used:
        path = self.folder / "play.json"
        path.write_text(json.dumps([{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]), encoding="utf-8")
        command = [str(Path(sys.executable).parent / "ansible-playbook"), str(path)]
        return measured(command, self.environment(**environment), self.folder)

    def options(self, module: str, job_ids: t.Sequence[str]) -> Task:
        """Options of a look at jobs by a token, which costs all of them alike."""
        if module == URI:
            path = f"/v1/{self.simulator.environment['HW_PROJECT_ID']}/jobs/"
            headers = {"X-Auth-Token": self.token}
            return {"url": f"{self.simulator.url}{path}{job_ids[0]}", "headers": headers, "return_content": True}
        return {"job_ids": list(job_ids), "auth_token": self.token, **(_HASTY if module == WAIT else {})}


class Look(t.NamedTuple):
    """What one look costs. ``first_*``: a whole task that looks once, above a task that does nothing."""

    first_wall: float
    first_cpu: float
    next_cpu: float


class _Run(t.NamedTuple):
    idle: Used
    once: Used
    often: Used
    polls: int


def looks(stage: Stage, runs: int, turns: int) -> dict[str, Look]:
    """Measure a task on a finished job, and looks at one that never ends, by ``until`` or by the waiter itself."""
    (done,) = stage.simulator.add_jobs(1, duration=0)
    (endless,) = stage.simulator.add_jobs(1, outcome="NEVER", init_seconds=0)
    found: dict[str, list[_Run]] = {module: [] for module in (WAIT, INFO, URI)}
    for _turn in range(runs):
        for module, rows in found.items():
            idle = stage.play(_looped({"ansible.builtin.debug": {"msg": ""}}, turns))
            once = stage.play(_looped({module: stage.options(module, [done])}, turns))
            before = stage.simulator.requests()
            often = stage.play(_endless(stage, module, endless, turns))
            rows.append(_Run(idle, once, often, stage.simulator.requests() - before))
    return {module: _look(rows, turns) for module, rows in found.items()}


def _looped(task: Task, turns: int) -> Task:
    return {**task, "loop": list(range(turns))}


def _endless(stage: Stage, module: str, job_id: str, turns: int) -> Task:
    options = stage.options(module, [job_id])
    if module == WAIT:
        return {module: {**options, "timeout": 3}, "ignore_errors": True}
    until = "'SUCCESS' in (look.content | default(look.jobs | to_json))"
    return {module: options, "register": "look", "until": until, "retries": turns, "delay": 0, "ignore_errors": True}


def _look(rows: t.Sequence[_Run], turns: int) -> Look:
    idle_wall = statistics.median(run.idle.wall for run in rows)
    idle_cpu = statistics.median(run.idle.cpu for run in rows)
    first_cpu = statistics.median(run.once.cpu - idle_cpu for run in rows) / turns
    return Look(
        statistics.median(run.once.wall - idle_wall for run in rows) / turns,
        first_cpu,
        statistics.median((run.often.cpu - idle_cpu - first_cpu) / (run.polls - 1) for run in rows),
    )


class Many(t.NamedTuple):
    jobs: int
    wall: float
    cpu: float
    memory: float
    requests: int
    done_wall: float
    """For as many jobs that have ended already."""


def many(stage: Stage, count: int, runs: int) -> Many:
    """Wait for jobs that end within seconds, at a high rate; times above those of a task that does nothing."""
    rows = []
    for _run in range(runs):
        idle = stage.play({"ansible.builtin.debug": {"msg": ""}})
        done = stage.simulator.add_jobs(count, duration=0)
        finished = stage.play({WAIT: {**stage.options(WAIT, done), "show_progress": False}})
        running = stage.simulator.add_jobs(count, duration=4)
        before = stage.simulator.requests()
        options = {"interval": 1, "max_requests_per_second": 1000, "max_interval": 30, "backoff": "adaptive"}
        used = stage.play({WAIT: {**stage.options(WAIT, running), **options}})
        requests = stage.simulator.requests() - before
        rows.append((used.wall - idle.wall, used.cpu - idle.cpu, used.memory, requests, finished.wall - idle.wall))
    wall, cpu, memory, requests_, done_wall = (statistics.median(values) for values in zip(*rows))
    return Many(count, wall, cpu, memory, round(requests_), done_wall)


def many_at_once(stage: Stage, count: int, runs: int) -> float:
    """Return the wall seconds of one task of ims_job_info that looks at so many finished jobs."""
    done = stage.simulator.add_jobs(count, duration=0)
    whole = [stage.play({INFO: stage.options(INFO, done)}).wall for _run in range(runs)]
    idle = [stage.play({"ansible.builtin.debug": {"msg": ""}}).wall for _run in range(runs)]
    return statistics.median(whole) - statistics.median(idle)


def sdk_once(stage: Stage, runs: int) -> float | None:
    """Return the wall seconds of a script that asks once by the official SDK; None where it is not installed."""
    if importlib.util.find_spec("huaweicloudsdkims") is None:
        return None
    (done,) = stage.simulator.add_jobs(1, duration=0)
    environment = stage.environment(JOB_ID=done, PYTHONWARNINGS="ignore")
    command = [sys.executable, "-c", _ONCE]
    return statistics.median(measured(command, environment, stage.folder).wall for _run in range(runs))


def imports(stage: Stage, names: t.Sequence[str], runs: int) -> dict[str, tuple[float, float]]:
    """Return wall seconds and MiB that imports cost above a bare Python."""

    def costs(code: str) -> tuple[float, float]:
        used = [measured([sys.executable, "-c", code], stage.environment(), stage.folder) for _run in range(runs)]
        return statistics.median(each.wall for each in used), statistics.median(each.memory for each in used)

    bare = costs("pass")
    found = {name: costs(f"import {name}") for name in names}
    return {name: (wall - bare[0], memory - bare[1]) for name, (wall, memory) in found.items()}


def payload(stage: Stage, module: str) -> int:
    """Return the size in bytes of what Ansible sends to the target for a module."""
    (done,) = stage.simulator.add_jobs(1, duration=0)
    remote = stage.folder / f"remote-{module}"
    keep = {"ANSIBLE_KEEP_REMOTE_FILES": "true", "ANSIBLE_REMOTE_TEMP": str(remote)}
    as_module = {"vars": {"huaweicloud_ims_in_process": False}}
    stage.play({module: stage.options(module, [done]), **as_module}, **keep)
    (sent,) = remote.glob("*/AnsiballZ_*.py")
    return sent.stat().st_size
