# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""wait_for_ims_job in real plays: what it takes, what it returns, and how it fits into Ansible."""

from __future__ import annotations

import json

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Result, Simulator
from ansible_collections.huaweicloud.ims.tests.system.harness import UNSET, Playground, task, wait_for

IGNORE = {"ignore_errors": True}
RUNS_FOR_EVER = JobScript(outcome="NEVER", init_seconds=0)
DONE = JobScript(duration=0)
FAILED = JobScript(duration=0, outcome="FAIL")
IMAGE = "10000000-0000-4000-8000-000000000001"


def test_export_then_wait(playground: Playground, simulator: Simulator) -> None:
    export = task("ims_image_export", "export", image_id=IMAGE, bucket_url="ims-image:a.qcow2", file_format="qcow2")
    played = playground.play([{**export, "register": "export"}, wait_for("{{ export.job_id }}", interval=0.5)])
    assert played.exit_code == 0, played.output
    waited = played.result("wait")
    assert waited["succeeded_jobs"] == [played.result("export")["job_id"]]
    assert waited["job"]["image_id"] == IMAGE
    assert waited["changed"] is False
    assert waited["requests"] == simulator.requests.count(path="/jobs/") == waited["polls"]
    assert list(simulator.cloud.objects) == ["ims-image:a.qcow2"]


def test_each_ending_is_a_result_of_one_shape_that_ansible_can_work_with(
    playground: Playground, simulator: Simulator
) -> None:
    done, failed = simulator.cloud.add_job(script=DONE), simulator.cloud.add_job(script=FAILED)
    running = simulator.cloud.add_job(script=RUNS_FOR_EVER)
    rescued = {
        "block": [wait_for([failed], "in a block")],
        "rescue": [{"name": "rescue", "ansible.builtin.debug": {"msg": "{{ ansible_failed_result.msg }}"}}],
    }
    until = {"register": "w", "until": "w is succeeded", "retries": 1, "delay": 0, **IGNORE}
    played = playground.play(
        [
            wait_for([done], "success"),
            wait_for([failed], "failure", keywords=IGNORE),
            wait_for([running], "timeout", timeout=1, interval=0.5, keywords=IGNORE),
            wait_for([running], "stall", stall_timeout=1, interval=0.5, keywords=IGNORE),
            wait_for([failed], "failed_when", keywords={"register": "f", "failed_when": "f.failed_jobs | length > 1"}),
            wait_for([failed], "until", keywords=until),
            rescued,
        ]
    )
    assert played.exit_code == 0, played.output
    endings = [played.result(name) for name in ("success", "failure", "timeout", "stall")]
    keys = set(endings[0])
    assert keys >= {
        "job",
        "jobs",
        "succeeded_jobs",
        "pending_jobs",
        "failed_jobs",
        "timed_out",
        "stalled",
        "msg",
        "timeline",
    }
    assert all(set(ending) - {"failed", "exception"} == keys - {"failed"} for ending in endings)
    outcomes = [played.outcome(name) for name in ("success", "failure", "timeout", "stall")]
    assert outcomes == ["ok", "failed", "failed", "failed"]
    assert [ending["timed_out"] for ending in endings] == [False, False, True, False]
    assert [ending["stalled"] for ending in endings] == [False, False, False, True]
    assert "IMG.0061: An unknown system error has occurred" in endings[1]["msg"]
    assert played.outcome("failed_when") == "ok"
    assert played.result("until")["attempts"] >= 1
    assert "IMG.0061" in played.result("rescue")["msg"]


def test_the_results_of_a_loop_are_taken_as_they_are(playground: Playground, simulator: Simulator) -> None:
    export = task(
        "ims_image_export",
        "export",
        image_id="{{ item.image }}",
        bucket_url="ims-image:{{ item.image }}.{{ item.name }}",
        file_format="qcow2",
        keywords={"loop": "{{ images }}", "register": "exports", "when": "item.name != 'skipped'"},
    )
    images = [
        {"image": IMAGE, "name": "one"},
        {"image": IMAGE, "name": "skipped"},
        {"image": IMAGE[:-1] + "2", "name": "two"},
    ]
    played = playground.play([export, wait_for("{{ exports.results }}", interval=0.5)], vars={"images": images})
    assert played.exit_code == 0, played.output
    assert len(played.result("wait")["succeeded_jobs"]) == 2
    assert played.result("wait")["ignored_job_ids"] == 1
    assert "ims [localhost] 2 of 2 succeeded, after" in played.progress[-1]


def test_any_and_fail_fast(playground: Playground, simulator: Simulator) -> None:
    done, failed = simulator.cloud.add_job(script=DONE), simulator.cloud.add_job(script=FAILED)
    running = simulator.cloud.add_job(script=RUNS_FOR_EVER)
    soon = simulator.cloud.add_job(script=JobScript(duration=12))
    played = playground.play(
        [
            wait_for([running, done], "any", wait_for="any"),
            wait_for([soon, failed], "fail fast", keywords=IGNORE),
            wait_for([soon, failed], "to the end", fail_fast=False, interval=0.5, keywords=IGNORE),
        ]
    )
    assert played.exit_code == 0, played.output
    assert played.result("any")["pending_jobs"] == [running]
    assert (played.result("fail fast")["pending_jobs"], played.result("fail fast")["failed_jobs"]) == ([soon], [failed])
    assert (played.result("to the end")["succeeded_jobs"], played.result("to the end")["failed_jobs"]) == (
        [soon],
        [failed],
    )


def test_partial_failures_are_failures_unless_accepted(playground: Playground, simulator: Simulator) -> None:
    half = simulator.cloud.add_job(
        job_type="imsAddImageMembersJob",
        script=JobScript(duration=0, failed_results=1),
        results=[Result(image_id=IMAGE, project_id="089b"), Result(image_id=IMAGE, project_id="089c")],
    )
    played = playground.play(
        [wait_for([half], "strict", keywords=IGNORE), wait_for([half], "lenient", ignore_partial_failure=True)]
    )
    assert played.exit_code == 0, played.output
    assert "ended SUCCESS but 1 of 2 items failed" in played.result("strict")["msg"]
    assert played.result("lenient")["job"]["failed_items"]


# -- bad weather over real HTTP -------------------------------------------------------------------------------------


def test_a_stumbling_cloud_is_waited_through(playground: Playground, simulator: Simulator) -> None:
    job = simulator.cloud.add_job(script=JobScript(duration=0))
    for place, kind in enumerate(("cut", "invalid_utf8", "wrong_job_id", "gzip_bomb", "oversize", "change")):
        simulator.faults.add(Fault(kind, count=1, skip=place, merge={"status": 7}))
    simulator.faults.add(Fault("reset", count=1))
    simulator.faults.add(Fault("html", count=1))
    simulator.faults.add(Fault("status", status=503, retry_after=0.2, count=1))
    simulator.faults.add(Fault("status", status=502, body="html", count=1))
    played = playground.play([wait_for([job], interval=0.1, max_interval=0.2)])
    assert played.exit_code == 0, played.output
    assert played.result("wait")["poll_errors"]["count"] == 10
    assert [line for line in played.progress if "no valid response since" in line]
    assert [line for line in played.progress if "the cloud answers again" in line]


def test_a_schema_violation_that_lasts_is_told_place_by_place(playground: Playground, simulator: Simulator) -> None:
    job = simulator.cloud.add_job(script=DONE)
    simulator.faults.add(Fault("change", merge={"status": 7, "entities": []}))
    played = playground.play([wait_for([job], interval=0.2, error_timeout=0.5, keywords=IGNORE)])
    text = played.result("wait")["msg"]
    assert "$.status: expected a non-empty string, found 7" in text
    assert "(ShowJob, request " in text


def test_a_token_that_expires_is_renewed(playground: Playground, simulator: Simulator) -> None:
    job = simulator.cloud.add_job(script=JobScript(duration=6))
    simulator.faults.add(Fault("status", status=401, code="APIGW.0307", count=1, skip=1, path="/jobs/"))
    account = simulator.account
    login = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
    played = playground.play([wait_for([job], interval=0.5, **login)])
    assert played.exit_code == 0, played.output
    assert simulator.requests.count(path="/v3/auth/tokens") == 2
    assert played.result("wait")["requests"] == len(simulator.requests)


@pytest.mark.parametrize("poll_from", ["controller", "target"])
def test_refused_keys_are_tried_once(playground: Playground, simulator: Simulator, poll_from: str) -> None:
    jobs = [simulator.cloud.add_job(script=DONE) for dummy in range(8)]
    played = playground.play([wait_for(jobs, poll_from=poll_from, secret_key="not-the-right-one", keywords=IGNORE)])
    result = played.result("wait")
    assert simulator.requests.total == 1
    assert result["http_status"] == 401
    assert result["msg"].startswith("The cloud refused the access key SI...01: APIGW.0301: ")
    assert "Check access_key, secret_key and this machine's clock" in result["msg"]


# -- how it fits into Ansible ---------------------------------------------------------------------------------------


def inventory(playground: Playground, *hosts: str) -> str:
    path = playground.folder / "inventory.ini"
    path.write_text("".join(f"{host} ansible_connection=local\n" for host in hosts), encoding="utf-8")
    return str(path)


def test_environment_module_defaults_and_delegation(playground: Playground, simulator: Simulator) -> None:
    job = simulator.cloud.add_job(script=DONE)
    account = simulator.account
    nothing = dict.fromkeys(account.environment(""), UNSET)
    where = {"region": account.region, "endpoint": simulator.url, "project_id": account.project_id}
    keys = {"HW_ACCESS_KEY": "{{ key }}", "HW_SECRET_KEY": account.secret_key}
    played = playground.play(
        [
            wait_for([job], "by environment", keywords={"environment": keys}),
            task("ims_job_info", "info", job_id=job, keywords={"environment": keys}),
            wait_for([job], "delegated", keywords={"environment": keys, "delegate_to": "somewhere.invalid"}),
            wait_for([job], "once", keywords={"environment": keys, "run_once": True}),
            wait_for(["{{ item }}"], "loop", keywords={"environment": keys, "loop": [job, job]}),
        ],
        env=nothing,
        module_defaults={"group/huaweicloud.ims.ims": where},
        vars={"key": account.access_key},
    )
    assert played.exit_code == 0, played.output
    assert played.result("delegated")["succeeded_jobs"] == [job]
    assert [item["succeeded_jobs"] for item in played.result("loop")["results"]] == [[job], [job]]
    assert played.result("info")["jobs"][0]["job_id"] == job


def test_hosts_of_their_own_pace(playground: Playground, simulator: Simulator) -> None:
    jobs = {"one": simulator.cloud.add_job(script=DONE), "two": simulator.cloud.add_job(script=JobScript(duration=2))}
    played = playground.play(
        [wait_for(["{{ jobs[inventory_hostname] }}"], interval=0.5)],
        "-i",
        inventory(playground, *jobs),
        hosts="all",
        strategy="free",
        vars={"jobs": jobs},
    )
    assert played.exit_code == 0, played.output
    for host, job in jobs.items():
        assert played.result("wait", host)["succeeded_jobs"] == [job]
        assert [line for line in played.progress if line.startswith(f"ims [{host}] {job[:8]}: SUCCESS")]


def test_polling_from_the_target(playground: Playground, simulator: Simulator) -> None:
    running, failed = simulator.cloud.add_job(script=JobScript(duration=3)), simulator.cloud.add_job(script=FAILED)
    simulator.faults.add(Fault("status", status=503, count=1))
    played = playground.play(
        [
            wait_for([running], "good", poll_from="target", interval=0.5, max_interval=0.5),
            wait_for([running, failed], "bad", poll_from="target", keywords=IGNORE),
            wait_for(["unknown"], "unknown", poll_from="target", timeout=0, keywords=IGNORE),
        ]
    )
    assert played.exit_code == 0, played.output
    assert played.result("good")["poll_errors"]["count"] == 1
    assert played.result("good")["job"]["duration"] == 3
    assert "IMG.0061" in played.result("bad")["msg"]
    assert played.result("unknown")["timed_out"] is True
    assert "python-requests" not in simulator.requests[0].headers["user-agent"]


def test_a_dry_run_looks_once_and_never_blocks(playground: Playground, simulator: Simulator) -> None:
    running, failed = simulator.cloud.add_job(script=RUNS_FOR_EVER), simulator.cloud.add_job(script=FAILED)
    export = task("ims_image_export", "export", image_id=IMAGE, bucket_url="b:o", quick_export=True)
    played = playground.play(
        [
            {**export, "register": "export"},
            wait_for("{{ export.job_id }}", "nothing yet"),
            wait_for("{{ export }}", "nothing in it yet"),
            wait_for([running], "running", delay=60),
            wait_for([failed], "failed", keywords=IGNORE),
        ],
        "--check",
    )
    assert played.exit_code == 0, played.output
    assert played.result("export")["msg"] == f"Would start the export of image {IMAGE} to b:o."
    assert played.outcome("nothing yet") == played.outcome("nothing in it yet") == "skipped"
    assert "job_ids: 1 result has no job id (Would start the export of image" in " ".join(played.stderr.split())
    state = f"RUNNING {int(played.result('running')['job']['progress_percent'])}%"
    assert played.result("running")["msg"] == f"Would wait up to 2h for IMS job {running} ({state})."
    assert played.outcome("failed") == "failed"
    assert simulator.requests.count(method="POST") == 0
    assert simulator.requests.total == 2


def test_the_task_keyword_timeout_ends_it(playground: Playground, simulator: Simulator) -> None:
    running = simulator.cloud.add_job(script=RUNS_FOR_EVER)
    played = playground.play([wait_for([running], interval=0.5, keywords={"timeout": 2, **IGNORE})])
    assert played.outcome("wait") == "failed"
    assert simulator.requests[-1].monotonic - simulator.requests[0].monotonic < 2.5


def test_async_is_refused(playground: Playground, simulator: Simulator) -> None:
    job = simulator.cloud.add_job(script=DONE)
    played = playground.play([wait_for([job], keywords={"async": 10, "poll": 1, **IGNORE})])
    assert played.outcome("wait") == "failed"


def test_artifacts_reach_the_stats_of_the_play(playground: Playground, simulator: Simulator) -> None:
    job = simulator.cloud.add_job(script=DONE, image_id=IMAGE)
    played = playground.play([wait_for([job], artifacts=True)], env={"ANSIBLE_SHOW_CUSTOM_STATS": "true"})
    stats = played.stdout.split("RUN: ", 1)[1]
    assert json.loads(stats[: stats.rindex("}") + 1])["ims_image_ids"] == [IMAGE]


def test_a_thousand_jobs_in_one_task(playground: Playground, simulator: Simulator) -> None:
    jobs = [simulator.cloud.add_job(script=JobScript(duration=1)) for dummy in range(1000)]
    played = playground.play([wait_for(jobs, max_requests_per_second=500)])
    assert played.exit_code == 0, played.stderr
    result = played.result("wait")
    assert result["succeeded_jobs"] == jobs
    assert len(json.dumps(result)) < 700_000
    assert len(played.progress) < 12


# -- ims_job_info with Ansible's own until --------------------------------------------------------------------------


def test_the_jinja_tests_read_like_prose(playground: Playground, simulator: Simulator) -> None:
    soon = simulator.cloud.add_job(script=JobScript(duration=2))
    failed = simulator.cloud.add_job(script=FAILED)
    until = {"register": "looked", "until": "looked is huaweicloud.ims.job_finished", "retries": 20, "delay": 1}
    checks = [
        "looked is huaweicloud.ims.job_finished",
        "looked.jobs[0] is huaweicloud.ims.job_succeeded",
        "looked is not huaweicloud.ims.job_failed",
        "bad is huaweicloud.ims.job_failed",
        "bad.jobs is not huaweicloud.ims.job_succeeded",
    ]
    played = playground.play(
        [
            task("ims_job_info", job_id=soon, keywords=until),
            task("ims_job_info", job_ids=[failed, None, "unknown"], keywords={"register": "bad"}),
            {"name": "check", "ansible.builtin.assert": {"that": checks}},
        ]
    )
    assert played.exit_code == 0, played.output
    assert played.entries[1]["result"]["missing"] == ["unknown"]
