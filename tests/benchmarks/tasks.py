# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task costs: in the process of the task, by its own module, and by ansible.builtin.uri; alone and in loops.

Each figure is above that of as many tasks that do nothing (``debug``), but for plays of a single task, which are whole.
"""

from __future__ import annotations

import functools
import itertools
import statistics
import typing as t
from pathlib import Path

from ansible_collections.huaweicloud.ims.tests.benchmarks.machine import Used
from ansible_collections.huaweicloud.ims.tests.benchmarks.plays import INFO, URI, WAIT, Stage, Task

COLLECTION = "huaweicloud.ims"
EXPORT, IMAGE_INFO = f"{COLLECTION}.ims_image_export", f"{COLLECTION}.ims_image_info"
# Those that the project's demands name.
MEASURED = ("ims_job_info", "ims_image_info", "ims_image_export")
DEBUG: Task = {"ansible.builtin.debug": {"msg": ""}}
POLLS = 20
_PAUSE = 3
_LINUX, _LINUX_2 = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 2))
_SERVER = "40000000-0000-4000-8000-000000000001"
_AS_MODULE = {"vars": {f"{COLLECTION.replace('.', '_')}_in_process": False}}
_UNPACED = {
    "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).with_name("plugins") / "callback"),
    "ANSIBLE_CALLBACKS_ENABLED": "unpaced",
}
# Numbers that no other task of the run has, for names of what is made.
_NUMBERS = itertools.count(1)


class Share(t.NamedTuple):
    """Wall and CPU seconds of one task."""

    wall: float
    cpu: float


class OneTask(t.NamedTuple):
    """A task of a module, or of an action without one (``as_module`` is None)."""

    in_process: Share
    as_module: Share | None


class Tasks(t.NamedTuple):
    """One task of uri, and one of each module by its name."""

    uri: Share
    modules: dict[str, OneTask]


class Loop(t.NamedTuple):
    """A task with a loop, in seconds of wall and CPU, and what it has opened and sent."""

    wall: float
    cpu: float
    requests: int
    logins: int
    connections: int


class Night(t.NamedTuple):
    """An export and its wait, in CPU seconds: by one task with ``wait: true``, and by uri with ``until``."""

    ours: float
    polls: float
    uri: float
    second: float
    """What Ansible itself takes for each second that a task lasts, whatever it does."""


def prepare(stage: Stage) -> str:
    """Let the simulated cloud take any number of jobs, which end at once; return the id of one that has ended."""
    limits = dict.fromkeys(("concurrent_tasks", "concurrent_copies", "image_quota"), 1_000_000)
    stage.simulator.call("PATCH", "settings", {"job_seconds": 0, **limits})
    return stage.simulator.add_jobs(1, duration=0)[0]


def options(stage: Stage, done: str) -> dict[str, Task]:
    """Return options of a task of each module that the collection has; an asterisk stands for a number of its own."""
    file = {"name": "bench-*", "min_disk": 40, "os_version": "CentOS 7.5 64bit"}
    return {
        "ims_job_info": {"job_id": done},
        "ims_image_info": {"image_ids": [_LINUX]},
        "ims_image_export": {"image_id": _LINUX, "bucket_url": "ims-image:bench-*.qcow2", "file_format": "qcow2"},
        "wait_for_ims_job": {"job_id": done, "show_progress": False},
        "ims_image_create": {"source": "file", **file, "image_url": "ims-image:bench-*.qcow2"},
        "ims_image_import": {**file, "image_url": "ims-image:bench-*.zvhd2"},
        "ims_image_register": {"image_id": _new_image(stage, status="queued"), "image_url": "ims-image:bench-*.qcow2"},
        "ims_image_copy": {"image_id": _LINUX, "name": "bench-*"},
        "ims_image_share": {"state": "shared", "image_ids": [_LINUX], "project_ids": ["bench-*"]},
        "ims_image": {"image_id": _LINUX_2, "description": "bench-*"},
        "ims_image_channel": {"image_id": _LINUX_2, "channel": "bench-*", "name_regex": "^private-linux-2$"},
        "ims_image_rotation": {"name_regex": "^no-image-of-this-name$", "keep": 1},
        "ims_image_member_info": {"image_id": _LINUX},
        "ims_quota_info": {},
        "ims_os_version_info": {"tag": "x86"},
        "ecs_server_power": {"server_id": _SERVER, "state": "started"},
        "obs_object_info": {"bucket": "ims-image", "object_key": "bench.qcow2"},
    }


def numbered(given: t.Any) -> t.Any:
    """Return options with a number that no other task of the run has in place of asterisks."""
    if isinstance(given, dict):
        return {name: numbered(value) for name, value in given.items()}
    if isinstance(given, list):
        return [numbered(value) for value in given]
    return given.replace("*", str(next(_NUMBERS))) if isinstance(given, str) else given


def tasks(
    stage: Stage, done: str, runs: int, count: int, count_of_modules: int, names: t.Container[str] | None = None
) -> Tasks:
    """Return what a task costs, the mean over so many in one play; the ways take turns. ``names``: only of these."""
    found: dict[tuple[str, bool], list[Share]] = {}
    for _run in range(runs):
        idle = {number: stage.play(*[DEBUG] * number) for number in sorted({count, count_of_modules})}
        for (name, in_process), make in _ways(stage, done).items():
            if names is not None and name not in names and name != URI:
                continue
            number = count if in_process or name == URI else count_of_modules
            used = stage.play(*(make() for _task in range(number)))
            found.setdefault((name, in_process), []).append(_above(used, idle[number], number))
    shares = {way: _median(rows) for way, rows in found.items()}
    names = [name for name, in_process in shares if in_process]
    return Tasks(shares[URI, False], {name: OneTask(shares[name, True], shares.get((name, False))) for name in names})


def _ways(stage: Stage, done: str) -> dict[tuple[str, bool], t.Callable[[], Task]]:
    """Return what makes a task, by the module's name and whether it runs in the process of the task."""
    ways: dict[tuple[str, bool], t.Callable[[], Task]] = {(URI, False): lambda: {URI: stage.options(URI, [done])}}
    for name in options(stage, done):
        ways[name, True] = functools.partial(ours, stage, done, name)
        if f"{COLLECTION}.{name}" != WAIT:
            ways[name, False] = functools.partial(ours, stage, done, name, **_AS_MODULE)
    return ways


def ours(stage: Stage, done: str, name: str, **keywords: t.Any) -> Task:
    """Return a task of one of the collection's modules, by a token, whose names nothing else has."""
    given = numbered(options(stage, done)[name])
    return {f"{COLLECTION}.{name}": {**given, "auth_token": stage.token}, **keywords}


def _above(used: Used, idle: Used, number: int) -> Share:
    return Share((used.wall - idle.wall) / number, (used.cpu - idle.cpu) / number)


def _median(shares: t.Sequence[Share]) -> Share:
    return Share(*(statistics.median(values) for values in zip(*shares)))


def single(stage: Stage, done: str, runs: int) -> dict[str, Share]:
    """Return what a whole play of one task costs, Ansible's own start and all imports in it."""
    ways: dict[str, t.Callable[[], Task]] = {
        "debug": lambda: DEBUG,
        "uri": lambda: {URI: stage.options(URI, [done])},
        **{name: functools.partial(ours, stage, done, name) for name in MEASURED},
    }
    found: dict[str, list[Share]] = {name: [] for name in ways}
    for _run in range(runs):
        for name, make in ways.items():
            used = stage.play(make())
            found[name].append(Share(used.wall, used.cpu))
    return {name: _median(shares) for name, shares in found.items()}


def loops(stage: Stage, done: str, runs: int, count: int) -> dict[str, Loop]:
    """Return what a task with a loop costs: look-ups and starts after a login by password, and uri by a token."""
    account = stage.simulator.call("GET", "account")
    password = {name: account[name] for name in ("username", "password", "domain_name")}
    given = options(stage, done)

    def export() -> Task:
        made = numbered(given["ims_image_export"])
        return {EXPORT: {**made, **password, "bucket_url": made["bucket_url"].replace(".", "-{{ item }}.")}}

    ways: dict[str, t.Callable[[], Task]] = {
        INFO: lambda: {INFO: {**given["ims_job_info"], **password}},
        EXPORT: export,
        URI: lambda: {URI: stage.options(URI, [done])},
    }
    found: dict[str, list[Loop]] = {name: [] for name in ways}
    for _run in range(runs):
        idle = stage.play({**DEBUG, "loop": list(range(count))})
        for name, make in ways.items():
            found[name].append(_loop(stage, {**make(), "loop": list(range(count))}, idle))
    return {name: Loop(*map(statistics.median, zip(*rows))) for name, rows in found.items()}


def _loop(stage: Stage, task: Task, idle: Used) -> Loop:
    stage.simulator.call("DELETE", "requests")
    before = stage.simulator.call("GET", "health")
    used = stage.play(task, **_UNPACED)
    after = stage.simulator.call("GET", "health")
    logins = stage.simulator.call("GET", "requests?path=/v3/auth/tokens&limit=0")["count"]
    # Each question to the control interface opens one, too.
    connections = after["connections"] - before["connections"] - 1
    return Loop(used.wall - idle.wall, used.cpu - idle.cpu, after["requests"] - before["requests"], logins, connections)


def night(stage: Stage, runs: int, count: int, polls: int = POLLS) -> Night:
    """Return the CPU of an export that is waited for with so many polls: the mean over ``count`` in one play."""
    rows = []
    for _run in range(runs):
        idle, many_idle = stage.play(DEBUG), stage.play(*[DEBUG] * count)
        paused = stage.play({"ansible.builtin.pause": {"seconds": _PAUSE}})
        _end_after(polls, stage, count + 1)
        stage.simulator.call("DELETE", "requests")
        ours = stage.play(*(_waited(stage) for _task in range(count)))
        counted = stage.simulator.call("GET", "requests?path=/jobs/&limit=0")["count"] / count
        by_uri = stage.play(*_by_uri(stage, 2 * polls))
        own = (ours.cpu - many_idle.cpu) / count
        rows.append((own, counted, by_uri.cpu - idle.cpu, (paused.cpu - idle.cpu) / _PAUSE))
    stage.simulator.call("DELETE", "faults")
    stage.simulator.call("DELETE", "scripts")
    ours_cpu, polls_, uri_cpu, second = (statistics.median(values) for values in zip(*rows))
    return Night(ours_cpu, polls_, uri_cpu, second)


def _end_after(polls: int, stage: Stage, count: int) -> None:
    """Let so many exports, one after the other, look finished at that poll, however fast the polls come."""
    stage.simulator.call("DELETE", "faults")
    script = {"outcome": "NEVER", "init_seconds": 0}
    stage.simulator.call("POST", "scripts", {"job_type": "imsNativeExportImageJob", "script": script})
    for number in range(1, count + 1):
        fault = {"kind": "change", "path": "/jobs/", "skip": number * polls - 1, "count": 1}
        stage.simulator.call("POST", "faults", {**fault, "merge": {"status": "SUCCESS"}})


def _waited(stage: Stage) -> Task:
    pauses = {"interval": 0.01, "backoff": "fixed", "max_requests_per_second": 1000, "wait": True}
    export = numbered(options(stage, "")["ims_image_export"])
    return {EXPORT: {**export, **pauses, "image_id": _new_image(stage), "auth_token": stage.token}}


def _new_image(stage: Stage, **fields: t.Any) -> str:
    return str(stage.simulator.call("POST", "images", {"name": f"bench-{next(_NUMBERS)}", **fields})["image_id"])


def _by_uri(stage: Stage, retries: int) -> list[Task]:
    start = {
        "url": f"{stage.simulator.url}/v1/cloudimages/{_new_image(stage)}/file",
        "method": "POST",
        "headers": {"X-Auth-Token": stage.token},
        "body_format": "json",
        "body": {"bucket_url": f"ims-image:bench-{next(_NUMBERS)}.qcow2", "file_format": "qcow2"},
    }
    look = stage.options(URI, ["{{ started.json.job_id }}"])
    until = "look.json.status == 'SUCCESS'"
    return [
        {URI: start, "register": "started"},
        {URI: look, "register": "look", "until": until, "retries": retries, "delay": 0},
    ]
