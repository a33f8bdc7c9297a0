# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that start jobs, run by their action plugins: here and on other hosts, with and without a wait, again."""

from __future__ import annotations

import os
import typing as t

import pytest
from ansible.errors import AnsibleConnectionFailure

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript
from ansible_collections.huaweicloud.ims.tests.simulator.wire.server import Server

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

EXPORT = "POST /v1/cloudimages/{image_id}/file"
SHOW = "GET /v1/{project_id}/jobs/{job_id}"
IMAGE = "10000000-0000-4000-8000-000000000001"
OPTIONS = {"image_id": IMAGE, "bucket_url": "ims-image:x.qcow2", "file_format": "qcow2"}
WAIT = {**OPTIONS, "wait": True}
KEYS = ("HW_ACCESS_KEY", "HW_SECRET_KEY")


def posts(lab: Lab) -> int:
    return lab.simulator.requests.count(method="POST")


def test_a_start_returns_every_key(lab: Lab, stage: Stage) -> None:
    result = stage.act("ims_image_export", dict(OPTIONS))
    (job_id,) = lab.simulator.cloud.jobs
    assert (result["job_id"], result["job_ids"], result["started"]) == (job_id, [job_id], True)
    assert (result["changed"], result["image_id"]) == (True, IMAGE)
    assert stage.lines == []
    assert "warnings" not in result


def test_with_wait_the_job_is_named_first_then_polled_over_the_same_connections(
    lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    connections: list[t.Any] = []
    accept = Server.process_request

    def counted(server: Server, request: t.Any, address: t.Any) -> None:
        connections.append(address)
        accept(server, request, address)

    monkeypatch.setattr(Server, "process_request", counted)
    lab.simulator.cloud.set_script(JobScript(duration=60))
    result = stage.act("ims_image_export", dict(WAIT))
    job_id = result["job_id"]
    assert stage.lines[0] == f"ims [h1] started {job_id}"
    assert len(stage.lines) > 2
    assert (result["changed"], result["started"], result["succeeded_jobs"]) == (True, True, [job_id])
    assert (result["job"]["job_id"], result["image_id"]) == (job_id, IMAGE)
    assert result["requests"] == len(lab.simulator.requests) == 1 + result["polls"]
    assert len(connections) == 1


def test_an_image_that_comes_of_a_job_is_known_after_the_wait(lab: Lab, stage: Stage) -> None:
    options = {"image_id": IMAGE, "name": "copy"}
    assert stage.act("ims_image_copy", dict(options))["image_id"] is None
    result = stage.act("ims_image_copy", {**options, "wait": True})
    assert result["image_id"] == result["job"]["image_id"]
    assert result["image_id"]


@pytest.mark.parametrize("keywords", [{"no_log": True}, {}])
def test_nothing_is_printed_where_nothing_may_be(lab: Lab, stage: Stage, keywords: dict[str, t.Any]) -> None:
    options = WAIT if keywords else {**WAIT, "show_progress": False}
    assert stage.act("ims_image_export", dict(options), **keywords)["succeeded_jobs"]
    assert stage.lines == []


def test_a_failed_job_fails_the_task_and_keeps_its_id(lab: Lab, stage: Stage) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=5, outcome="FAIL"))
    result = stage.act("ims_image_export", dict(WAIT))
    assert (result["failed"], result["changed"], result["failed_jobs"]) == (True, True, [result["job_id"]])
    assert "IMG.0061" in result["msg"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"timeout": 1e12}, "timeout: 1e+12 s is not between 0 s and 365 days."),
        ({"timeout": "2 hours"}, 'timeout: "2 hours" is no time; '),
        ({"delay": 1e10}, "delay: 1e+10 s is not between 0 s and 365 days."),
        ({"interval": 1e10}, "interval: 1e+10 s is not between 0.001 s and 1 day."),
        ({"max_requests_per_second": 1e-300}, "max_requests_per_second: 1e-300 is not between 0.001 and 100000."),
        ({"request_timeout": 1e10}, "request_timeout: 1e+10 s is not between 0.001 s and 1 day."),
        ({"ca_path": "/nowhere/at/all.pem"}, "ca_path: there is no file or folder /nowhere/at/all.pem"),
        ({"auth_type": "token"}, "Incomplete credentials: auth_type: token without credentials; give auth_token"),
        ({"region": "CN North"}, 'region: "CN North" is not a region id such as cn-north-4.'),
        ({"endpoint": "http://ims.example.com"}, "endpoint: ims.example.com would be asked over plain http; "),
    ],
)
@pytest.mark.parametrize("transport", ["local", "ssh"])
def test_what_is_wrong_with_a_wait_is_said_before_the_start(
    lab: Lab, stage: Stage, changes: dict[str, t.Any], message: str, transport: str
) -> None:
    result = stage.run(stage.task("ims_image_export", {**WAIT, **changes}), transport=transport)
    assert result["failed"]
    assert result["msg"].startswith(message)
    assert (result["started"], result["job_id"], result["job_ids"]) == (False, None, [])
    assert stage.host.runs == []
    assert lab.simulator.cloud.jobs == {}


def test_missing_libraries_are_told_before_a_start_that_waits(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    lacking = {"requests": (ImportError(), "requests"), "jsonschema": (ImportError(), "'jsonschema>=3.2'")}
    monkeypatch.setattr("ansible_collections.huaweicloud.ims.plugins.module_utils._connect._LIBRARIES", lacking)
    result = stage.act("ims_image_export", dict(WAIT))
    assert result["failed"]
    assert result["msg"].startswith('The Python libraries "requests" and "jsonschema" are missing on ')
    assert "install requests 'jsonschema>=3.2' there" in result["msg"]
    assert stage.host.runs == []


def test_options_of_a_wait_without_one_are_warned_about(lab: Lab, stage: Stage) -> None:
    result = stage.act("ims_image_export", {**OPTIONS, "timeout": 60})
    assert result["warnings"] == ["timeout counts only with wait: true; this task does not wait."]
    args = {**OPTIONS, "bucket_url": "b:y", "timeout": "1h", "fail_fast": False}
    result = stage.act("ims_image_export", args, check_mode=True)
    assert result["warnings"] == ["timeout, fail_fast count only with wait: true; this task does not wait."]


def test_a_dry_run_neither_starts_nor_waits(lab: Lab, stage: Stage) -> None:
    result = stage.act("ims_image_export", dict(WAIT), check_mode=True)
    assert (result["changed"], result["started"], result["job_id"]) == (True, False, None)
    assert result["msg"] == f"Would start the export of image {IMAGE} to ims-image:x.qcow2."
    assert lab.asked() == []


def test_a_start_that_kept_an_object_does_not_wait(lab: Lab, stage: Stage) -> None:
    first = stage.act("ims_image_export", dict(WAIT))
    result = stage.act("ims_image_export", {**WAIT, "existing_object": "keep"})
    assert (result["changed"], result["started"], result["job_id"]) == (False, False, None)
    assert result["msg"] == "The object exists already and was kept."
    assert list(lab.simulator.cloud.jobs) == [first["job_id"]]


# -- async ----------------------------------------------------------------------------------------------------------


def test_async_starts_by_the_module_and_never_waits(lab: Lab, stage: Stage) -> None:
    stage.host.answer = lambda name, args: {"started": 1, "finished": 0, "ansible_job_id": "j1", "changed": True}
    result = stage.act("ims_image_export", dict(OPTIONS), async_val=30)
    assert (result["ansible_job_id"], stage.host.asyncs) == ("j1", [30])
    result = stage.act("ims_image_export", dict(WAIT), async_val=30)
    assert result["failed"]
    assert result["msg"].startswith("async does not go with wait: true: ")
    assert len(stage.host.runs) == 1
    assert lab.asked() == []


# -- on another host ------------------------------------------------------------------------------------------------


@pytest.fixture
def far(lab: Lab, stage: Stage, run_module: t.Callable[..., t.Any]) -> t.Callable[..., dict[str, t.Any]]:
    """Runs a task on a host that really runs the modules."""
    stage.host.answer = lambda name, args: run_module(name, **args).result

    def far(args: dict[str, t.Any], module: str = "ims_image_export", **keywords: t.Any) -> dict[str, t.Any]:
        return stage.run(stage.task(module, args, **keywords), transport="ssh")

    return far


def test_elsewhere_the_module_starts_the_job_and_this_process_waits(lab: Lab, stage: Stage, far: t.Any) -> None:
    result = far(dict(WAIT))
    ((module, args),) = stage.host.runs
    assert (module, args["auth_type"]) == ("ims_image_export", "aksk")
    assert args["secret_key"] == lab.simulator.account.secret_key
    assert (result["succeeded_jobs"], result["started"]) == ([result["job_id"]], True)
    assert stage.lines[0] == f"ims [h1] started {result['job_id']}"
    assert lab.simulator.account.secret_key not in str(result)


def test_without_a_wait_the_hosts_own_identity_counts(stage: Stage, far: t.Any) -> None:
    assert far(dict(OPTIONS))["started"]
    assert stage.host.runs == [("ims_image_export", OPTIONS)]


def test_start_and_wait_on_a_host_use_its_own_identity_where_this_machine_has_none(
    stage: Stage, far: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = stage.host.answer

    def on_host(name: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        for variable, value in keys.items():
            monkeypatch.setenv(variable, value)
        try:
            return t.cast("dict[str, t.Any]", kept(name, args) if kept else {})
        finally:
            for variable in keys:
                monkeypatch.delenv(variable)

    keys = {variable: os.environ[variable] for variable in KEYS}
    for variable in keys:
        monkeypatch.delenv(variable)
    stage.host.answer = on_host
    refused = far(dict(WAIT))
    assert refused["msg"].startswith("No credentials: ")
    assert stage.host.runs == []
    result = far({**WAIT, "poll_from": "target"})
    assert result["succeeded_jobs"] == [result["job_id"]]
    assert {name for name, _args in stage.host.runs} == {"ims_image_export", "ims_job_info"}
    assert all("secret_key" not in args for _name, args in stage.host.runs)


@pytest.mark.parametrize(
    "identity",
    [{"auth_type": "metadata"}, {"auth_type": "oidc", "idp_id": "ci", "id_token_file": "/run/token"}],
    ids=lambda identity: identity["auth_type"],
)
def test_an_identity_of_a_host_does_not_start_what_this_machines_would_wait_for(
    stage: Stage, far: t.Any, identity: dict[str, str]
) -> None:
    result = far({**WAIT, **identity})
    kind = identity["auth_type"]
    assert result["msg"].startswith(f"auth_type: {kind} would start the job in the name of the task's host")
    assert stage.host.runs == []


@pytest.mark.parametrize("way", ["raised", "returned", "crashed"])
@pytest.mark.parametrize("args", [OPTIONS, WAIT])
def test_a_host_lost_during_a_start_may_have_started_the_job(
    stage: Stage, far: t.Any, way: str, args: dict[str, t.Any]
) -> None:
    def lost(name: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        if way == "raised":
            raise AnsibleConnectionFailure("broken pipe")
        if way == "returned":
            return {"unreachable": True, "msg": "broken pipe"}
        return {"failed": True, "msg": "MODULE FAILURE: broken pipe", "rc": 1, "module_stdout": ""}

    stage.host.answer = lost
    result = far(dict(args))
    assert (result["failed"], result["started"], result["job_id"], result["job_ids"]) == (True, None, None, [])
    assert "broken pipe" in result["msg"]
    assert "The job may have been started, so it is not started again." in result["msg"]
    assert len(stage.host.runs) == 1


def test_a_start_that_failed_is_not_waited_for(lab: Lab, stage: Stage, far: t.Any) -> None:
    stage.host.answer = lambda name, args: {"failed": True, "msg": "1 of 2", "started": True, "job_ids": ["a"]}
    result = far(dict(WAIT))
    assert (result["failed"], result["msg"], lab.asked()) == (True, "1 of 2", [])


def test_a_host_without_the_interpreter_has_started_nothing(stage: Stage, far: t.Any) -> None:
    stage.host.answer = lambda name, args: {"failed": True, "msg": "no interpreter", "rc": 127}
    result = far(dict(WAIT))
    assert (result["failed"], result["started"], result["msg"]) == (True, False, "no interpreter")


def test_what_a_host_refuses_is_returned_as_it_is(stage: Stage, far: t.Any) -> None:
    result = far({**OPTIONS, "image_id": "10000000-0000-4000-8000-000000000003"})
    assert (result["failed"], result["error_code"], result["started"]) == (True, "IMG.0077", False)


# -- again ----------------------------------------------------------------------------------------------------------


def test_an_unclear_start_is_refused_at_the_next_attempt_of_its_task(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("reset_after", count=1))
    task = stage.task("ims_image_export", dict(OPTIONS))
    first, second, third = (stage.run(task) for _attempt in range(3))
    assert "may have been started" in first["msg"]
    assert (first["failed"], first["started"]) == (second["failed"], second["started"]) == (True, None)
    assert second["msg"].startswith("Not started again, since an earlier attempt of this task may have started a job. ")
    assert second["msg"] == third["msg"]
    assert posts(lab) == 1


def test_a_lost_host_is_not_asked_to_start_again(stage: Stage) -> None:
    def lost(name: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        raise AnsibleConnectionFailure("broken pipe")

    stage.host.answer = lost
    task = stage.task("ims_image_export", dict(OPTIONS))
    results = [stage.run(task, transport="ssh") for _attempt in range(2)]
    assert [result["started"] for result in results] == [None, None]
    assert len(stage.host.runs) == 1


def test_a_job_that_still_runs_is_waited_for_by_the_next_attempt(lab: Lab, stage: Stage) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=100))
    task = stage.task("ims_image_export", {**WAIT, "timeout": 60})
    first, second = (stage.run(task) for _attempt in range(2))
    assert (first["timed_out"], second["timed_out"]) == (True, False)
    assert first["job_id"] == second["job_id"] == second["succeeded_jobs"][0]
    assert (second["changed"], second["started"]) == (True, True)
    assert posts(lab) == 1


def test_a_job_that_failed_may_be_started_again(lab: Lab, stage: Stage) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=1, outcome="FAIL"), once=True)
    task = stage.task("ims_image_export", dict(WAIT))
    first, second = (stage.run(task) for _attempt in range(2))
    assert first["failed"]
    assert "failed" not in second
    assert posts(lab) == 2


def test_a_part_that_failed_is_no_reason_to_start_all_of_it_again(lab: Lab, stage: Stage) -> None:
    lab.simulator.cloud.set_script(JobScript(failed_results=1), once=True)
    options = {"state": "shared", "image_ids": [IMAGE], "project_ids": ["p1", "p2"], "wait": True}
    task = stage.task("ims_image_share", options)
    results = [stage.run(task) for _attempt in range(2)]
    assert ["1 of 2 items failed" in result["msg"] for result in results] == [True, True]
    assert posts(lab) == 1


def test_without_a_wait_the_next_attempt_returns_the_job_of_the_first(lab: Lab, stage: Stage) -> None:
    task = stage.task("ims_image_export", dict(OPTIONS))
    first, second = (stage.run(task) for _attempt in range(2))
    assert (second["job_id"], second["changed"], second["image_id"]) == (first["job_id"], True, IMAGE)
    assert posts(lab) == 1


def test_a_refused_start_is_started_by_the_next_attempt(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=403, count=1))
    task = stage.task("ims_image_export", dict(OPTIONS))
    first, second = (stage.run(task) for _attempt in range(2))
    assert (first["started"], second["started"]) == (False, True)


def test_items_of_a_loop_are_no_attempts_even_with_the_same_arguments(lab: Lab, stage: Stage) -> None:
    options = {"image_id": IMAGE, "name": "copy"}
    results = [stage.act("ims_image_copy", dict(options)) for _item in range(2)]
    assert len({result["job_id"] for result in results}) == posts(lab) == 2
