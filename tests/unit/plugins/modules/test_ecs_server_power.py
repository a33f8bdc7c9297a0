# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ecs_server_power as Ansible runs it: what is sent, literally, what is refused, and what comes of it."""

from __future__ import annotations

import dataclasses
import functools
import json
import pathlib
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.servers import Servers
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError, OptionError
from ansible_collections.huaweicloud.ims.plugins.modules import ecs_server_power
from ansible_collections.huaweicloud.ims.tests.simulator import Fault
from ansible_collections.huaweicloud.ims.tests.simulator.scripts import Failure, JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

WEB, DATABASE = (f"40000000-0000-4000-8000-{number:012d}" for number in (1, 2))
OWN = "a0000000000000000000000000000001"
SHOW = "GET /v1/{project_id}/cloudservers/{server_id}"
ACT = "POST /v1/{project_id}/cloudservers/action"
JOB = "GET /v1/{project_id}/jobs/{job_id}"
ACTION = "/cloudservers/action$"
Runs = t.Callable[..., t.Any]


@pytest.fixture
def run(run_module: Runs) -> Runs:
    return functools.partial(run_module, "ecs_server_power")


def server(lab: Lab, server_id: str = WEB) -> t.Any:
    lab.simulator.cloud.settle()
    return lab.simulator.cloud.servers[server_id]


def change(lab: Lab, server_id: str = WEB, **changes: t.Any) -> None:
    servers = lab.simulator.cloud.servers
    servers[server_id] = dataclasses.replace(servers[server_id], **changes)


def sent(lab: Lab) -> list[tuple[str, str, bytes]]:
    return [(entry.method, entry.path, entry.body) for entry in lab.simulator.requests if entry.method != "GET"]


# -- what is sent -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "body"),
    [
        (
            {"server_id": WEB, "state": "stopped"},
            f'{{"os-stop": {{"type": "SOFT", "servers": [{{"id": "{WEB}"}}]}}}}',
        ),
        (
            {"server_id": WEB, "state": "stopped", "stop_type": "hard"},
            f'{{"os-stop": {{"type": "HARD", "servers": [{{"id": "{WEB}"}}]}}}}',
        ),
        ({"server_id": DATABASE, "state": "started"}, f'{{"os-start": {{"servers": [{{"id": "{DATABASE}"}}]}}}}'),
    ],
)
def test_one_documented_request_switches_it(lab: Lab, run: Runs, options: dict[str, str], body: str) -> None:
    failed, result = run(**options)
    assert not failed, result
    assert sent(lab) == [("POST", f"/v1/{OWN}/cloudservers/action", body.encode())]
    assert lab.asked()[:2] == [f"{SHOW} 200", f"{ACT} 200"]
    before, after = ("ACTIVE", "SHUTOFF") if options["state"] == "stopped" else ("SHUTOFF", "ACTIVE")
    assert (result["changed"], result["status_before"], result["status"]) == (True, before, after)
    assert result["diff"] == {"before": {"status": before}, "after": {"status": after}}
    assert result["job_id"] in lab.simulator.cloud.jobs
    assert server(lab, options["server_id"]).status == after


@pytest.mark.parametrize("state", ["stopped", "started"])
def test_run_twice_it_switches_once(lab: Lab, run: Runs, state: str) -> None:
    server_id = WEB if state == "stopped" else DATABASE
    assert run(server_id=server_id, state=state).result["changed"] is True
    failed, again = run(server_id=server_id, state=state)
    assert (failed, again["changed"], again["job_id"]) == (False, False, None)
    assert again["status_before"] == again["status"]
    assert again["diff"] == {"before": {}, "after": {}}
    assert again["msg"] == f"Server {server_id} is {state} already."
    assert len(sent(lab)) == 1


def test_check_mode_tells_the_same_and_sends_nothing(lab: Lab, run: Runs) -> None:
    dry = run(server_id=WEB, state="stopped", _ansible_check_mode=True).result
    assert sent(lab) == []
    real = run(server_id=WEB, state="stopped").result
    assert (dry["changed"], dry["diff"], dry["status"]) == (real["changed"], real["diff"], real["status"])
    assert dry["msg"] == f"Would stop server {WEB}."
    assert run(server_id=WEB, state="stopped", _ansible_check_mode=True).result["changed"] is False


# -- who else is at it ------------------------------------------------------------------------------------------------


def test_what_another_has_asked_for_is_waited_for(lab: Lab, run: Runs) -> None:
    lab.client().servers.switch(WEB, "stopped", "soft")
    asked = len(sent(lab))
    failed, result = run(server_id=WEB, state="stopped")
    assert not failed, result
    assert (result["changed"], result["status"], len(sent(lab))) == (False, "SHUTOFF", asked)


def test_hard_does_not_wait_for_what_was_asked_softly(lab: Lab, run: Runs) -> None:
    lab.client().servers.switch(WEB, "stopped", "soft")
    asked = len(sent(lab))
    assert run(server_id=WEB, state="stopped", stop_type="hard").result["changed"] is True
    assert len(sent(lab)) == asked + 1


def test_another_task_of_the_server_is_waited_out_first(lab: Lab, run: Runs) -> None:
    lab.client().servers.switch(DATABASE, "started", "soft")
    failed, result = run(server_id=DATABASE, state="stopped")
    assert not failed, result
    assert (result["changed"], result["status"]) == (True, "SHUTOFF")
    assert (server(lab, DATABASE).starts, server(lab, DATABASE).stops) == (1, 1)


def test_what_is_as_wanted_once_another_task_has_ended_is_not_switched(lab: Lab, run: Runs) -> None:
    busy = {"server": {"OS-EXT-STS:task_state": "rebooting"}}
    lab.simulator.faults.add(Fault("change", path=f"/cloudservers/{WEB}$", merge=busy, count=2))
    failed, result = run(server_id=WEB, state="started")
    assert not failed, result
    assert (result["changed"], result["status"], sent(lab)) == (False, "ACTIVE", [])
    assert result["msg"] == f"Server {WEB} is started."


def test_what_is_waited_for_first_is_told(lab: Lab, stage: Stage) -> None:
    lab.client().servers.switch(DATABASE, "started", "soft")
    stage.act("ecs_server_power", {"server_id": DATABASE, "state": "stopped"})
    assert stage.lines[1].startswith("ims [h1] waits until it is idle, at most until ")
    assert any(line.startswith("ims [h1] waits until it is stopped, at most until ") for line in stage.lines)


def test_a_job_that_the_cloud_does_not_know_yet_has_not_failed(lab: Lab, run: Runs) -> None:
    idle = {"server": {"status": "ACTIVE", "OS-EXT-STS:task_state": None}}
    lab.simulator.faults.add(Fault("change", path=f"/cloudservers/{WEB}$", merge=idle, skip=1, count=2))
    lab.simulator.faults.add(Fault("status", status=404, code="Ecs.0010", path="/jobs/", count=1))
    failed, result = run(server_id=WEB, state="stopped")
    assert (failed, result["status"]) == (False, "SHUTOFF"), result


def test_a_server_that_has_not_begun_is_waited_for_while_its_job_goes_on(lab: Lab, run: Runs) -> None:
    idle = {"server": {"status": "ACTIVE", "OS-EXT-STS:task_state": None}}
    lab.simulator.faults.add(Fault("change", path=f"/cloudservers/{WEB}$", merge=idle, skip=1, count=2))
    failed, result = run(server_id=WEB, state="stopped")
    assert not failed, result
    assert (result["changed"], result["status"]) == (True, "SHUTOFF")
    assert len([line for line in lab.asked() if line.startswith(JOB)]) == 2


def test_another_task_that_never_ends_takes_no_longer_than_told(lab: Lab, run: Runs) -> None:
    change(lab, task_state="image_snapshot")
    began = lab.clock.now()
    failed, result = run(server_id=WEB, state="stopped", timeout="40s")
    assert failed
    assert 40 <= lab.clock.now() - began <= 41
    assert "it is active (image_snapshot)" in result["msg"]
    assert (result["changed"], sent(lab)) == (False, [])


def test_a_dry_run_does_not_wait_for_what_is_under_way(lab: Lab, run: Runs) -> None:
    lab.client().servers.switch(WEB, "stopped", "soft")
    began = lab.clock.now()
    result = run(server_id=WEB, state="stopped", _ansible_check_mode=True).result
    assert (result["changed"], lab.clock.now()) == (False, began)
    assert result["msg"] == f"Would wait until server {WEB} is stopped."


# -- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"status": "ERROR"}, "is in an error"),
        ({"status": "BUILD"}, "is being created"),
        ({"status": "SOFT_DELETED"}, "is in the recycle bin"),
        ({"status": "DELETED"}, "is deleted"),
        ({"status": "REBOOT"}, "is reboot. Run the task again when that is over"),
        ({"task_state": "deleting"}, "is being deleted"),
    ],
)
@pytest.mark.parametrize("check_mode", [False, True])
def test_a_server_that_cannot_be_switched_is_told_with_what_to_do(
    lab: Lab, run: Runs, changes: dict[str, str], said: str, check_mode: bool
) -> None:
    change(lab, **changes)
    failed, result = run(server_id=WEB, state="stopped", _ansible_check_mode=check_mode)
    assert failed
    assert result["msg"].startswith(f"server_id: server {WEB} {said}")
    assert sent(lab) == []


def test_an_unknown_server_is_told(lab: Lab, run: Runs) -> None:
    failed, result = run(server_id="4" * 32, state="stopped")
    assert failed
    assert "there is no server" in result["msg"]


@pytest.mark.parametrize("server_id", ["../../x", "", "a b"])
def test_what_is_no_id_never_reaches_a_url(lab: Lab, run: Runs, server_id: str) -> None:
    failed, result = run(server_id=server_id, state="stopped")
    assert failed
    assert "is not a server id" in result["msg"]
    assert lab.asked() == []


def test_a_refused_request_changes_nothing_and_is_told(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("status", status=403, code="Ecs.0015", path=ACTION))
    failed, result = run(server_id=WEB, state="stopped")
    assert failed
    assert (result["changed"], result["error_code"]) == (False, "Ecs.0015")
    assert len(sent(lab)) == 1


def test_a_refused_look_names_the_call(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("status", method="GET", status=403, code="Ecs.0015"))
    servers = lab.client().servers
    for look, call in ((servers.find, "ShowServer"), (servers.find_job, "ShowJob of ECS")):
        with pytest.raises(ImsError, match=rf"\({call}, HTTP 403, request "):
            look(WEB)


def test_a_server_is_found_with_its_name(lab: Lab) -> None:
    found = lab.client().servers.find(WEB)
    assert found is not None
    assert (found.server_id, found.name, found.status, found.task_state) == (WEB, server(lab).name, "ACTIVE", None)


def test_a_look_up_of_the_project_has_no_more_time_than_the_call_that_needs_it(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("delay", seconds=0.3, path="/v3/projects"))
    with pytest.raises(ImsError, match=r"within 0\.1 s"):
        lab.client(project_id=None).servers.find(WEB, 0.1)


def test_without_a_project_the_remedy_is_its_option(lab: Lab) -> None:
    with pytest.raises(OptionError, match="^project_id: this needs the project's id, or region to look it up by"):
        lab.client(project_id=None, region=None, iam_endpoint=None).servers.find(WEB)
    assert lab.asked() == []


def test_without_an_endpoint_of_ecs_nothing_is_sent(lab: Lab, run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HW_ECS_ENDPOINT")
    failed, result = run(server_id=WEB, state="stopped")
    assert failed
    assert result["msg"].startswith("ecs_endpoint is missing")
    assert lab.asked() == []


# -- what goes wrong on the way ---------------------------------------------------------------------------------------


def test_a_job_that_fails_is_told_with_the_clouds_reason(lab: Lab, run: Runs) -> None:
    failure = Failure(code="Ecs.0501", reason="The guest does not answer.")
    lab.simulator.cloud.set_script(JobScript(duration=30, outcome="FAIL", failure=failure))
    failed, result = run(server_id=WEB, state="stopped")
    assert failed
    (job_id,) = lab.simulator.cloud.jobs
    assert result["msg"] == (
        f"Server {WEB} is not stopped: ECS job {job_id} failed: Ecs.0501: The guest does not answer. Set stop_type:"
        " hard to switch it off without asking its system."
    )
    assert result["changed"] is True


def test_a_server_that_does_not_stop_is_not_waited_for_longer_than_told(lab: Lab, run: Runs) -> None:
    lab.simulator.cloud.set_script(JobScript(outcome="NEVER"))
    began = lab.clock.now()
    failed, result = run(server_id=WEB, state="stopped", timeout="1m")
    assert failed
    assert 60 <= lab.clock.now() - began <= 61
    assert f"Server {WEB} is not stopped after 60 s: it is active (powering-off). The same task again" in result["msg"]
    assert result["msg"].endswith("Set stop_type: hard to switch it off without asking its system.")
    assert (result["changed"], result["transient"]) == (True, True)


def test_a_server_that_breaks_meanwhile_is_told(lab: Lab, run: Runs) -> None:
    broken = {"server": {"id": WEB, "status": "ERROR"}}
    lab.simulator.faults.add(Fault("change", merge=broken, path=f"/cloudservers/{WEB}$", skip=2))
    failed, result = run(server_id=WEB, state="stopped")
    assert failed
    assert "is not stopped: its status is error" in result["msg"]


@pytest.mark.parametrize("was_heard", [True, False])
def test_a_lost_answer_is_never_sent_again_and_the_server_tells(lab: Lab, run: Runs, was_heard: bool) -> None:
    kind = "reset_after" if was_heard else "reset"
    lab.simulator.faults.add(Fault(kind, path=ACTION, method="POST"))
    failed, result = run(server_id=WEB, state="stopped", timeout="2m")
    assert len(sent(lab)) == 1
    assert failed is not was_heard
    if was_heard:
        assert (result["changed"], result["job_id"], result["status"]) == (True, None, "SHUTOFF")
    else:
        assert "The request's answer was lost: BatchStopServers was sent" in result["msg"]
        assert "it would stop the server" in result["msg"]


def test_an_outage_while_it_stops_is_outlasted(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("status", status=503, count=4, skip=2, path=f"/cloudservers/{WEB}$"))
    failed, result = run(server_id=WEB, state="stopped")
    assert not failed, result
    assert result["status"] == "SHUTOFF"


@pytest.mark.parametrize(
    "odd",
    [
        {"server": {"status": None}},
        {"server": {"OS-EXT-STS:task_state": ["x"]}},
        {"server": {"id": DATABASE}},
        {"server": None},
    ],
)
def test_an_answer_that_cannot_be_read_switches_nothing(lab: Lab, run: Runs, odd: dict[str, t.Any]) -> None:
    lab.simulator.faults.add(Fault("change", merge=odd, method="GET"))
    failed, result = run(server_id=WEB, state="stopped")
    assert failed
    assert (sent(lab), result["changed"]) == ([], False)


def test_what_is_odd_elsewhere_does_not_matter(lab: Lab, run: Runs) -> None:
    lab.simulator.faults.add(Fault("change", merge={"server": {"name": 7, "flavor": "x"}}, method="GET"))
    failed, result = run(server_id=WEB, state="stopped")
    assert not failed, result
    assert result["name"] is None


# -- both ways --------------------------------------------------------------------------------------------------------


def test_in_the_tasks_process_it_does_the_same_and_tells_live(lab: Lab, stage: Stage) -> None:
    result = stage.act("ecs_server_power", {"server_id": WEB, "state": "stopped"})
    assert (result["changed"], result["status"], result.get("failed", False)) == (True, "SHUTOFF", False)
    assert stage.host.runs == []
    assert stage.lines[0] == f"ims [h1] server {WEB}"
    assert stage.lines[2] == "ims [h1] server 40000000: active (powering-off), after 0s"
    assert stage.lines[-1].startswith("ims [h1] server 40000000: shutoff after ")


def test_every_key_of_the_result_is_documented(lab: Lab, run: Runs) -> None:
    documented = set(yaml.safe_load(ecs_server_power.RETURN)) | {"invocation", "warnings", "changed"}
    always = {name for name in documented if name in ("server_id", "name", "status_before", "status", "job_id", "msg")}
    for options in ({"state": "stopped"}, {"state": "stopped"}, {"state": "started", "_ansible_check_mode": True}):
        result = run(server_id=WEB, **options).result
        assert always <= set(result) <= documented
    lab.simulator.faults.add(Fault("status", status=403, code="Ecs.0015"))
    assert set(run(server_id=WEB, state="started").result) <= documented | {"failed"}


def test_the_service_is_asked_where_the_option_says(lab: Lab, run: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_ECS_ENDPOINT", "http://127.0.0.1:9")
    failed, result = run(server_id=WEB, state="stopped", ecs_endpoint=lab.simulator.url)
    assert not failed, result
    assert json.loads(sent(lab)[0][2])["os-stop"]["type"] == "SOFT"


# -- what it was before -----------------------------------------------------------------------------------------------


def test_a_cut_off_stop_is_remembered_and_restored(lab: Lab, run: Runs, tmp_path: pathlib.Path) -> None:
    kept = {"server_id": WEB, "journal": str(tmp_path / "journal")}
    assert run(**kept, state="stopped").result["status_before"] == "ACTIVE"
    (entry,) = [json.loads(path.read_text("utf-8")) for path in (tmp_path / "journal").glob("*.json")]
    assert (entry["stage"], entry["before"]) == ("intended", {"status": "ACTIVE"})
    again = run(**kept, state="stopped").result
    assert (again["changed"], again["status_before"], again["status"]) == (False, "ACTIVE", "SHUTOFF")
    foreseen = run(**kept, state="restored", _ansible_check_mode=True).result
    assert (foreseen["changed"], foreseen["msg"], server(lab).status) == (True, f"Would start server {WEB}.", "SHUTOFF")
    restored = run(**kept, state="restored").result
    assert (restored["changed"], restored["status"], server(lab).status) == (True, "ACTIVE", "ACTIVE")
    assert run(**kept, state="restored").result["changed"] is False


def test_what_was_written_down_before_the_stop_is_there_when_the_stop_is_sent(
    lab: Lab, run: Runs, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    switch = Servers.switch

    def watched(servers: Servers, *arguments: str) -> str:
        seen.append(len(list(tmp_path.glob("*.json"))))
        return switch(servers, *arguments)

    monkeypatch.setattr(Servers, "switch", watched)
    run(server_id=WEB, state="stopped", journal=str(tmp_path))
    assert seen == [1]


@pytest.mark.parametrize("journal", [True, False])
def test_a_server_that_nobody_stopped_here_is_not_started(
    lab: Lab, run: Runs, tmp_path: pathlib.Path, journal: bool
) -> None:
    kept = {"journal": str(tmp_path)} if journal else {}
    failed, result = run(server_id=DATABASE, state="restored", **kept)
    assert (failed, result["changed"], result["status"]) == (False, False, "SHUTOFF")
    assert result["msg"] == f"No task in the journal has stopped server {DATABASE}: it is left as it is."
    assert run(server_id=DATABASE, state="stopped", **kept).result["status_before"] == "SHUTOFF"
    assert sent(lab) == []


def test_a_start_forgets_the_stop(lab: Lab, run: Runs, tmp_path: pathlib.Path) -> None:
    kept = {"server_id": WEB, "journal": str(tmp_path)}
    run(**kept, state="stopped")
    run(**kept, state="started")
    change(lab, status="SHUTOFF")
    assert run(**kept, state="restored").result["changed"] is False
    assert run(**kept, state="stopped").result["status_before"] == "SHUTOFF"


def test_a_start_that_was_refused_leaves_the_stop_remembered(lab: Lab, run: Runs, tmp_path: pathlib.Path) -> None:
    kept = {"server_id": WEB, "journal": str(tmp_path)}
    run(**kept, state="stopped")
    lab.simulator.faults.add(Fault("status", status=403, path=ACTION, count=1))
    assert run(**kept, state="restored").failed
    assert run(**kept, state="restored").result["status"] == "ACTIVE"


def test_a_stop_that_was_refused_is_not_remembered(lab: Lab, run: Runs, tmp_path: pathlib.Path) -> None:
    lab.simulator.faults.add(Fault("status", status=403, path=ACTION, count=1))
    kept = {"server_id": WEB, "journal": str(tmp_path)}
    assert run(**kept, state="stopped").failed
    change(lab, status="SHUTOFF")
    assert run(**kept, state="restored").result["changed"] is False
