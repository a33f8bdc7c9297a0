# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action plugin wait_for_ims_job: what it takes, what it returns, from where it polls."""

from __future__ import annotations

import os
import typing as t

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracker import Tracker
from ansible_collections.huaweicloud.ims.plugins.plugin_utils import _parent, _waiting
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

RUNS_FOR_EVER = JobScript(outcome="NEVER", init_seconds=0)
KEPT = {"changed": False, "job_id": None, "job_ids": [], "started": False, "msg": "It was kept."}
Result = dict[str, t.Any]


def wait(stage: Stage, job_ids: t.Any, keywords: Result | None = None, **options: t.Any) -> Result:
    return stage.act("wait_for_ims_job", {"job_ids": job_ids, **options}, **(keywords or {}))


def test_it_waits_until_all_have_ended(lab: Lab, stage: Stage) -> None:
    jobs = [lab.add_job(script=JobScript(duration=seconds)) for seconds in (5, 60)]
    result = wait(stage, jobs, interval="1s", artifacts=True)
    assert (result["succeeded_jobs"], result["changed"], result["timed_out"]) == (jobs, False, False)
    assert "failed" not in result
    assert [job["job_id"] for job in result["ansible_stats"]["data"]["ims_jobs"]] == jobs
    # As set_stats has them: one value for the whole run, put in place of what was there.
    assert (result["ansible_stats"]["per_host"], result["ansible_stats"]["aggregate"]) == (False, False)
    assert result["ignored_job_ids"] == 0
    assert stage.lines


def test_it_takes_a_registered_result_as_it_is(lab: Lab, stage: Stage) -> None:
    job_id = lab.add_job(script=JobScript(duration=1))
    started = {"changed": True, "job_id": job_id, "job_ids": [job_id], "started": True}
    for value in (started, {"results": [started, KEPT, {"skipped": True}]}, job_id, f"{job_id},"):
        assert wait(stage, value)["succeeded_jobs"] == [job_id]


@pytest.mark.parametrize("value", [None, "", [], [None, ""], KEPT, {"results": [KEPT, {"skipped": True}]}])
def test_without_a_job_it_is_skipped_with_a_warning(lab: Lab, stage: Stage, value: t.Any) -> None:
    result = wait(stage, value)
    assert result == {
        "changed": False,
        "skipped": True,
        "msg": "No job ids, so there is nothing to wait for.",
    }
    assert bool(stage.warnings) is (value != [])
    assert lab.asked() == []


def test_warnings_tell_nothing_of_a_task_with_no_log(stage: Stage) -> None:
    wait(stage, KEPT, {"no_log": True})
    assert stage.warnings == []


def test_what_is_left_out_beside_others_is_warned_about_in_the_result(lab: Lab, stage: Stage) -> None:
    job_id = lab.add_job(script=JobScript(duration=1))
    result = wait(stage, [job_id, None, KEPT, job_id])
    assert result["warnings"] == [
        "job_ids: 1 entry is null or empty; only the others count.",
        "job_ids: 1 result has no job id (It was kept); only the others count.",
    ]
    assert result["ignored_job_ids"] == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"job_ids": "../x"}, 'job_ids: "../x" is not a job id '),
        ({"job_ids": "a", "timeout": "soon"}, 'timeout: "soon" is no time; '),
        ({"job_ids": "a", "region": "CN North"}, 'region: "CN North" is not a region id'),
        ({"job_ids": "a", "backoff": "slow"}, "value of backoff must be one of: "),
        ({"job_ids": "a", "ca_path": "/nowhere.pem"}, "ca_path: there is no file or folder /nowhere.pem"),
    ],
)
def test_wrong_options_end_the_task_at_once(lab: Lab, stage: Stage, options: Result, message: str) -> None:
    with pytest.raises(AnsibleActionFail) as caught:
        stage.act("wait_for_ims_job", options)
    assert str(caught.value).startswith(message)
    assert "exception" not in caught.value.result
    assert lab.asked() == []


def test_a_secret_in_a_wrong_option_is_masked(stage: Stage) -> None:
    with pytest.raises(AnsibleActionFail) as caught:
        wait(stage, "a", timeout="s3cret-s3cret", secret_key="s3cret-s3cret", access_key="k")
    assert "s3cret" not in str(caught.value)


def test_a_dry_run_polls_once(lab: Lab, stage: Stage) -> None:
    running = lab.add_job(script=RUNS_FOR_EVER)
    result = wait(stage, running, {"check_mode": True}, delay="1h")
    assert (result["timed_out"], "failed" in result) == (False, False)
    assert result["msg"] == f"Would wait up to 2h for IMS job {running} (RUNNING 0%)."
    result = wait(stage, [running, lab.add_job(script=RUNS_FOR_EVER)], {"check_mode": True})
    assert result["msg"].endswith("), and for 1 more.")
    assert len(lab.simulator.requests) == 3


def test_an_unexpected_error_is_a_failed_result(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_args: t.Any) -> t.NoReturn:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(_waiting, "result_of", broken)
    result = wait(stage, "unknown", timeout=0)
    assert result["failed"]
    assert result["msg"] == "A fault in the collection huaweicloud.ims, please report it: RuntimeError: no such thing."


def test_a_wait_that_was_cut_short_leaves_nothing_to_the_next_one(lab: Lab, stage: Stage) -> None:
    """The task keyword ``timeout`` ends an item of a loop; the next one uses the same connection."""

    class Interrupt(BaseException):
        pass

    def interrupted(self: Tracker, timeout: float) -> t.NoReturn:
        raise Interrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tracker, "collect", interrupted)
        with pytest.raises(Interrupt):
            wait(stage, lab.add_job(script=RUNS_FOR_EVER))
    done = lab.add_job(script=JobScript(duration=0))
    assert wait(stage, done)["succeeded_jobs"] == [done]


def test_a_process_without_a_parent_ends(stage: Stage, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(BaseException):
        pass

    def exit_(code: int) -> t.NoReturn:
        assert code == 1
        raise Ended

    monkeypatch.setattr(os, "_exit", exit_)
    monkeypatch.setattr(_parent.Parent, "is_gone", lambda self: True)
    with pytest.raises(Ended):
        wait(stage, lab.add_job(script=RUNS_FOR_EVER))
    assert lab.asked() == []


# -- from the task's host -------------------------------------------------------------------------------------------


@pytest.fixture
def far(lab: Lab, stage: Stage, run_module: t.Callable[..., t.Any]) -> t.Callable[..., Result]:
    """Waits from a host that really runs ims_job_info."""
    stage.host.answer = lambda name, args: run_module(name, **args).result

    def far(job_ids: t.Any, **options: t.Any) -> Result:
        args = {"job_ids": job_ids, "poll_from": "target", "interval": 1, **options}
        return stage.run(stage.task("wait_for_ims_job", args), transport="ssh")

    return far


def test_a_host_polls_in_the_name_of_this_machine(lab: Lab, stage: Stage, far: t.Any) -> None:
    jobs = [lab.add_job(script=JobScript(duration=seconds)) for seconds in (0, 5)]
    result = far(jobs, ca_path=None)
    assert result["succeeded_jobs"] == jobs
    assert result["requests"] == len(lab.simulator.requests)
    name, args = stage.host.runs[0]
    assert (name, args["job_ids"], args["auth_type"]) == ("ims_job_info", jobs, "aksk")
    assert args["secret_key"] == lab.simulator.account.secret_key
    assert "ca_path" not in args
    assert lab.simulator.account.secret_key not in str(result)


def test_the_hosts_own_credentials_do_where_this_machine_has_none(
    stage: Stage, far: t.Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HW_ACCESS_KEY")
    monkeypatch.delenv("HW_SECRET_KEY")
    far("a", timeout=0, region="cn-north-4")
    ((_name, args),) = stage.host.runs
    assert "secret_key" not in args
    assert (args["region"], args["validate_certs"]) == ("cn-north-4", True)


def test_one_dropped_connection_is_an_outage_of_that_poll(lab: Lab, stage: Stage, far: t.Any) -> None:
    job_id = lab.add_job(script=JobScript(duration=5))
    answer, failures = stage.host.answer, iter(["raised", "returned", "nonsense", "crashed"])

    def now_and_then(name: str, args: Result) -> Result:
        way = next(failures, None)
        if way == "raised":
            raise AnsibleConnectionFailure("broken pipe")
        if way == "returned":
            return {"unreachable": True, "msg": "no route to host"}
        if way == "nonsense":
            return {"changed": False, "msg": "no jobs at all"}
        if way == "crashed":
            return {"jobs": "?", "missing": 7, "errors": None}
        return answer(name, args) if answer else {}

    stage.host.answer = now_and_then
    result = far(job_id)
    assert result["succeeded_jobs"] == [job_id]
    assert result["poll_errors"]["count"] == 4


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (AnsibleConnectionFailure("broken pipe"), "the task's host is out of reach: broken pipe"),
        ({"unreachable": True, "msg": "no route"}, "the task's host is out of reach: no route"),
        ({"changed": False, "msg": "what"}, "ims_job_info on the task's host returned no jobs: what"),
        ({"changed": False}, "ims_job_info on the task's host returned no jobs: without a message"),
        ({"jobs": [], "missing": [], "errors": []}, "ims_job_info on the task's host said nothing about the job"),
        ({"jobs": 7, "missing": [], "errors": []}, "ims_job_info on the task's host gave an answer that could not be"),
    ],
)
def test_what_a_host_could_not_tell_is_told(stage: Stage, far: t.Any, result: t.Any, said: str) -> None:
    def answer(name: str, args: Result) -> Result:
        if isinstance(result, Exception):
            raise result
        return dict(result)

    stage.host.answer = answer
    assert far("a", timeout=0)["poll_errors"]["last"].startswith(said)


def test_one_bad_id_does_not_fail_its_batch(lab: Lab, stage: Stage, far: t.Any) -> None:
    good, bad = lab.add_job(script=JobScript(duration=3)), lab.add_job(script=JobScript(duration=3))
    lab.simulator.faults.add(Fault("status", status=403, code="IMG.0001", job_id=bad))
    result = far([good, bad], fail_fast=False)
    assert (result["succeeded_jobs"], result["failed_jobs"]) == ([good], [bad])


def test_a_throttled_host_is_quiet_for_as_long_as_it_was_asked_to(lab: Lab, stage: Stage, far: t.Any) -> None:
    jobs = [lab.add_job(script=JobScript(duration=0)) for _job in range(3)]
    lab.simulator.faults.add(Fault("status", status=429, retry_after=120, count=3))
    result = far(jobs, error_timeout="10m")
    assert result["succeeded_jobs"] == jobs
    # Each run on the host asks for one job alone until the cloud has answered, and is refused; then all have to wait.
    assert result["elapsed"] >= 360
    assert len(lab.simulator.requests) == 6


@pytest.mark.parametrize("said", ["The Python library is missing on h1.", "MODULE FAILURE: no JSON"])
def test_a_module_that_cannot_run_there_ends_the_wait(stage: Stage, far: t.Any, said: str) -> None:
    stage.host.answer = lambda name, args: {"failed": True, "msg": said, "transient": False}
    result = far("a")
    assert result["failed"]
    assert said.rstrip(".") in result["msg"]
    assert len(stage.host.runs) == 1
