# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The same play twice: in the processes that Ansible has made anyway, and by modules as everywhere else.

Whole results, messages, warnings and recorded requests are compared. Only what is in UNLIKE may differ.
"""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Failure, Fault, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.system.harness import Played, Playground, Task, task
from ansible_collections.huaweicloud.ims.tests.unit.start_cases import CASES

ROOT = Path(__file__).parents[2]
LINUX, LINUX_2, PUBLIC, WHOLE = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 2, 3, 4))
SERVER = "40000000-0000-4000-8000-000000000001"
FILE = {"name": "by-name", "image_url": "ims-image:disk.qcow2", "min_disk": 40}
EXPORT = {"image_id": LINUX, "bucket_url": "ims-image:ways.qcow2", "file_format": "qcow2"}
CHECK: Task = {"check_mode": True, "diff": True}
# What may differ: times, counts of requests (a process logs in once), and what finds a Python on the host.
UNLIKE = {"elapsed", "deadline", "requests", "polls", "timeline", "ansible_facts", "exception", "duration"}
UNLIKE |= {"begin_time", "end_time", "_ansible_parsed"}
# An id that the cloud makes up, the time of day, and the name of a temporary file.
MADE_UP = re.compile(
    r"\b9a175ac8[0-9a-f]{24}\b|\b[0-9a-f]{32}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"
    r"|\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|\b\d\d:\d\d:\d\dZ|\b\d+(?:\.\d+)? ?s\b"
)
JOBS = {
    "done": JobScript(outcome="SUCCESS", duration=0),
    "odd": JobScript(outcome="SUCCESS", duration=0),
    "failed": JobScript(outcome="FAIL", duration=0, failure=Failure("top", "IMG.0070", "The file is there.")),
}


def _starts() -> t.Iterator[Task]:
    for number, case in enumerate(CASES):
        # Names of their own, or the second one of a name would find the first.
        own = {"name": f"{case.options['name']}-{number}"} if "name" in case.options else {}
        yield task(case.module, f"start: {case.name}", **{**case.options, **own})
    for case in CASES[::4]:
        yield task(case.module, f"dry start: {case.name}", keywords=CHECK, **case.options)
    yield task("ims_image_export", "export and wait", **EXPORT, wait=True, interval=1)
    yield task("ims_image_export", "exported already", **EXPORT)
    yield task("ims_image_export", "exported and kept", **EXPORT, existing_object="keep")


def _readings() -> t.Iterator[Task]:
    yield task("ims_job_info", "jobs", job_ids=["@done", "@failed", "no-such-job"], query_api="show_job_progress")
    yield task("ims_job_info", "alias", job_id=" @done ")
    yield task("ims_image_info", "by name", name="golden-source")
    yield task("ims_image_info", "by pattern", name_regex="^Cent", newest=1)
    yield task("ims_image_info", "no such image", image_ids=["10000000-0000-4000-8000-999999999999"])
    yield task("ims_image_member_info", "members", image_id=LINUX)
    yield task("ims_quota_info", "quota")
    yield task("ims_os_version_info", "systems", tag="windows")
    yield task("obs_object_info", "no such object", bucket="ims-image", object_key="none.qcow2")


def _changes() -> t.Iterator[Task]:
    wanted = {"image_id": LINUX_2, "new_name": "renamed", "description": "by the play", "tags": {"a": "b"}}
    for name, keywords in (("in a dry run", CHECK), ("changed", {"diff": True}), ("unchanged", {"diff": True})):
        yield task("ims_image", f"image {name}", keywords=keywords, **wanted)
    yield task("ims_image", "of a name that nothing has", name="nothing", min_ram=1024)
    yield task("ims_image", "not ours", image_id=PUBLIC, state="absent")
    family = {"name_regex": "^private-"}
    for name, keywords in (("in a dry run", CHECK), ("now", {"diff": True}), ("before", {"diff": True})):
        channel = {"image_id": LINUX, "channel": "stable", **family}
        yield task("ims_image_channel", f"promoted {name}", keywords=keywords, **channel)
    yield task("ims_image_rotation", "rotated in a dry run", keywords=CHECK, **family, keep=1)
    for name, keywords in (("in a dry run", CHECK), ("now", {"diff": True}), ("before", {"diff": True})):
        yield task("ims_image", f"deleted {name}", keywords=keywords, image_id=LINUX_2, state="absent")
        yield task("ecs_server_power", f"stopped {name}", keywords=keywords, server_id=SERVER, state="stopped")
        yield task("ims_image_register", f"registered {name}", keywords=keywords, **FILE, wait=True, interval=1)
    yield task("ecs_server_power", "no such server", server_id="40000000-0000-4000-8000-999999999999", state="started")
    yield task("ims_image_register", "registered otherwise", **FILE, existing_image="fail")


def _mistakes() -> t.Iterator[Task]:
    for name, module, options in (
        ("misspelt", "ims_job_info", {"jobid": "x"}),
        ("missing", "ims_image_export", {"image_id": LINUX}),
        ("exclusive", "ims_image_export", {**EXPORT, "quick_export": True}),
        ("no URL", "ims_image_export", {**EXPORT, "bucket_url": "https://ims-image/x.qcow2"}),
        ("no id", "ims_job_info", {"job_ids": ["../../x"]}),
        ("no number", "ims_quota_info", {"request_timeout": "soon"}),
        ("no choice", "ims_image", {"image_id": LINUX, "state": "gone"}),
        ("wrong key", "ims_quota_info", {"access_key": "WRONG", "secret_key": "a-secret-of-the-task"}),
        ("refused", "ims_os_version_info", {"tag": "linux"}),
        ("no list", "ims_image_share", {"state": "shared", "image_ids": [], "project_ids": ["p1"]}),
        ("nothing to wait for", "wait_for_ims_job", {"job_id": ""}),
    ):
        yield task(module, f"mistake: {name}", **options)


def _surroundings() -> t.Iterator[Task]:
    yield task("ims_quota_info", "hidden", keywords={"no_log": True}, access_key="WRONG", secret_key="secret-of-task")
    elsewhere = {"environment": {"HW_PROJECT_ID": "b0000000000000000000000000000001"}}
    yield task("ims_job_info", "another project", keywords=elsewhere, job_id="@done")
    yield task("ims_job_info", "odd answer", job_id="@odd", on_schema_violation="warn")
    yield task("ims_job_info", "odd answer that ends it", job_id="@odd", on_schema_violation="fail")


def _tasks() -> list[Task]:
    return [*_starts(), *_readings(), *_changes(), *_mistakes(), *_surroundings()]


def _faults(simulator: Simulator, odd: str) -> None:
    simulator.faults.add(Fault("status", path="os_version", status=403, skip=1, count=1))
    simulator.faults.add(
        Fault("change", job_id=odd, merge={"fail_reason": {}, "entities": {"process_percent": "half"}})
    )


def _play(playground: Playground, tasks: list[Task], *, in_process: bool) -> tuple[Played, list[tuple[str, ...]]]:
    """Play on a simulator as new; return the results, and what was asked, each request that was repeated once."""
    simulator = playground.simulator
    simulator.reset()
    # Nothing depends on how long a task takes: whatever is started has ended.
    simulator.configure(job_seconds=0)
    ids = {name: simulator.cloud.add_job(script=script) for name, script in JOBS.items()}
    _faults(simulator, ids["odd"])
    text = json.dumps(tasks)
    for name, job_id in ids.items():
        text = text.replace(f"@{name}", job_id)
    played = playground.play(json.loads(text), vars={"huaweicloud_ims_in_process": in_process}, ignore_errors=True)
    assert played.exit_code == 0, played.output
    asked: list[tuple[str, ...]] = []
    for entry in simulator.requests:
        request = (entry.method, entry.path, entry.query, entry.body.decode("utf-8"), str(entry.status))
        if request not in asked[-1:]:
            asked.append(request)
    return played, _with_names(asked, ids)


def _with_names(asked: list[tuple[str, ...]], ids: dict[str, str]) -> list[tuple[str, ...]]:
    """Return requests with the names of known jobs; jobs that one task asks for at once are polled in any order."""
    names = {job_id: name for name, job_id in ids.items()}
    named = [tuple(names.get(part.rpartition("/")[2], part) for part in request) for request in asked]
    known = {*ids, "no-such-job"}
    polls = [place for place, request in enumerate(named) if request[1].rpartition("/")[2] in known]
    for place, request in zip(polls, sorted(named[place] for place in polls)):
        named[place] = request
    return named


def _alike(value: t.Any) -> t.Any:
    if isinstance(value, dict):
        return {key: _alike(inner) for key, inner in value.items() if key not in UNLIKE}
    return [_alike(inner) for inner in value] if isinstance(value, list) else value


def _numbered(found: t.Any) -> t.Any:
    """Return it with a number in place of all that is made up: the same for the same."""
    seen: dict[str, str] = {}
    text = MADE_UP.sub(lambda match: seen.setdefault(match[0], f"<{len(seen)}>"), json.dumps(found, sort_keys=True))
    return json.loads(text)


def _whole(entry: dict[str, t.Any]) -> t.Any:
    return _numbered([entry["outcome"], _alike(entry["result"])])


def _unlike(where: str, one: t.Any, other: t.Any) -> t.Iterator[tuple[str, t.Any, t.Any]]:
    """Return what differs, with where it stands."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            yield from _unlike(f"{where}: {key}", one.get(key, "(not there)"), other.get(key, "(not there)"))
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for index, pair in enumerate(zip(one, other)):
            yield from _unlike(f"{where}: {index}", *pair)
    elif one != other:
        yield where, one, other


def test_a_task_does_and_tells_the_same_in_both_ways(playground: Playground) -> None:
    tasks = _tasks()
    here, asked_here = _play(playground, tasks, in_process=True)
    there, asked_there = _play(playground, tasks, in_process=False)
    assert len(here.entries) == len(there.entries) == len(tasks)
    pairs = zip(here.entries, there.entries)
    assert [pair for one, other in pairs for pair in _unlike(one["task"], _whole(one), _whole(other))] == []
    assert _numbered(asked_here) == _numbered(asked_there)


def test_each_module_is_among_the_cases() -> None:
    group = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text("utf-8"))["action_groups"]["ims"]
    known = {name for one in _tasks() for name in one}
    assert {f"huaweicloud.ims.{module}" for module in group} - known == set()
