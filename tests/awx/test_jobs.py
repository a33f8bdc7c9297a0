# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs as AWX runs them: what arrives of them and when, how they end, and what they leave."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.awx.harness import BIN, Awx, blocks_of, processes_of, run
from ansible_collections.huaweicloud.ims.tests.simulator import JobScript, Simulator

IMAGE = "10000000-0000-4000-8000-000000000001"
DONE = JobScript(duration=0)
RUNS_FOR_EVER = JobScript(outcome="NEVER", init_seconds=0, percent="absent")
MOVES = JobScript(duration=20, init_seconds=0, percent="honest")
MOVES_FOR_EVER = JobScript(duration=1000, init_seconds=0, percent="honest")
SOMEBODY = 1234567
"""A user that no machine knows."""


def wait_for(job_ids: t.Any, **options: t.Any) -> dict[str, t.Any]:
    return {"name": "Wait", "huaweicloud.ims.wait_for_ims_job": {"job_ids": job_ids, **options}}


def test_each_line_is_an_event_of_its_task_and_arrives_while_the_task_runs(awx: Awx, simulator: Simulator) -> None:
    job_id = simulator.cloud.add_job(script=MOVES)
    job = awx.play(
        {"name": "Before", "ansible.builtin.debug": {"msg": "x"}},
        wait_for(job_id, interval=0.5, backoff="fixed", artifacts=True),
    )
    # They arrive before the job is told to end, so they cannot have been held back until then.
    job.await_progress(6)
    simulator.cloud.finish(job_id)
    assert job.end().status == "successful", job.output
    task = job.named("playbook_on_task_start")[-1]
    assert task.details["task"] == "Wait"
    for event in job.progress:
        assert event.name == "verbose"
        assert event.stdout.count("ims [") == 1 and "\n" not in event.stdout
        assert (event.details["task"], event.data["parent_uuid"]) == ("Wait", task.data["uuid"])
    running = [event.arrived for event in job.progress if "%, " in event.stdout]
    assert running[-1] - running[0] > 2
    assert job.named("runner_on_ok")[-1].arrived - running[0] > 2
    assert [one["job_id"] for one in job.artifacts["ims_jobs"]] == [job_id]


def test_the_lines_are_clean_on_a_node_with_an_old_ansible_runner(awx: Awx, simulator: Simulator) -> None:
    """Its callback does not know of the processes of ansible-core 2.19: what these print by other ways is a mess."""
    node = {"PYTHONPATH": os.environ["IMS_AWX_NODE"]}
    version = run(BIN / "ansible-runner", "--version", env=node).strip()
    assert version == "2.4.0"
    job_id = simulator.cloud.add_job(script=JobScript(duration=4, init_seconds=0, percent="honest"))
    job = awx.play(wait_for(job_id, interval=0.5, backoff="fixed"), node=node).end()
    assert job.status == "successful", job.output
    assert "errantly" not in job.output
    start = job.named("playbook_on_task_start")[-1]
    begin, end = job.events.index(start), job.events.index(job.named("runner_on_ok")[-1])
    lines = [event for event in job.events[begin + 1 : end] if event.name != "runner_on_start"]
    assert len(lines) >= 4
    for event in lines:
        assert event in job.progress
        assert (event.name, event.data["parent_uuid"]) == ("verbose", start.data["uuid"])


def test_the_outcome_of_each_kind_of_wait_reaches_the_workflow(awx: Awx, simulator: Simulator) -> None:
    simulator.cloud.set_script(JobScript(duration=0.5))
    exported = {"image_id": IMAGE, "bucket_url": "ims-image:a.qcow2", "file_format": "qcow2"}
    job = awx.play(
        {"name": "Start", "huaweicloud.ims.ims_image_export": {**exported, "wait": True, "artifacts": True}}
    ).end()
    assert job.artifacts["ims_image_ids"] == [IMAGE]
    assert [(one["status"], one["succeeded"]) for one in job.artifacts["ims_jobs"]] == [("SUCCESS", True)]
    job = awx.launch(
        "export_image.yml", extra_vars={**exported, "bucket_url": "ims-image:b.qcow2", "artifacts": True}
    ).end()
    assert job.artifacts["ims_image_ids"] == [IMAGE]
    assert [one["outcome"] for one in job.artifacts["image_export_outcome"]] == ["exported"]
    assert "/requirements_collections/" in job.named("runner_on_ok")[0].details["task_path"]


def test_a_failure_reaches_the_workflow_by_way_of_a_rescue(awx: Awx, simulator: Simulator) -> None:
    """Ansible itself takes nothing from a task that has failed."""
    job_id = simulator.cloud.add_job(script=JobScript(duration=0, outcome="FAIL"))
    (guide,) = [text for text in blocks_of("yaml") if "rescue:" in text]
    job = awx.play(*yaml.safe_load(guide), extra_vars={"job_ids": job_id}).end()
    assert job.status == "failed"
    assert [one["error_code"] for one in job.artifacts["ims_jobs"]] == ["IMG.0061"]
    assert job.artifacts["ims_image_ids"] == []


def test_a_cancelled_job_leaves_how_to_resume_and_no_process(awx: Awx, simulator: Simulator) -> None:
    job_id = simulator.cloud.add_job(script=RUNS_FOR_EVER)
    job = awx.play(wait_for(job_id, interval=0.5, max_interval=1))
    job.await_output("RUNNING")
    os.kill(job.worker.pid, signal.SIGTERM)  # what the button does; the runner goes on with SIGKILL
    job.end(10)
    assert job.status == "canceled"
    job.await_nobody(3)
    looks = simulator.requests.total
    time.sleep(1.5)
    assert simulator.requests.total == looks
    assert job_id in job.progress[0].stdout
    assert "to resume: the same job_id again" in job.progress[1].stdout
    assert not job.named("runner_on_failed")


def test_a_job_that_awx_kills_at_once_leaves_no_process(awx: Awx, simulator: Simulator) -> None:
    job = awx.play(wait_for(simulator.cloud.add_job(script=RUNS_FOR_EVER), interval=0.5, max_interval=1))
    job.await_output("RUNNING")
    os.killpg(job.worker.pid, signal.SIGKILL)  # a pod that is deleted, but for the session of ansible-playbook
    for pid in [pid for pid in processes_of(job.folder) if os.getpgid(pid) == pid]:
        os.kill(pid, signal.SIGKILL)
    job.await_nobody(4)


def test_the_timeout_of_the_job_template_ends_a_wait(awx: Awx, simulator: Simulator) -> None:
    job_id = simulator.cloud.add_job(script=RUNS_FOR_EVER)
    # Long enough for a busy machine to come to the task.
    job = awx.play(wait_for(job_id), settings={"job_timeout": 15}).end()
    assert job.status == "timeout"
    assert "to resume" in job.progress[1].stdout
    job.await_nobody(3)


def test_an_idle_timeout_ends_a_wait_that_says_nothing_and_no_other(awx: Awx, simulator: Simulator) -> None:
    job_id = simulator.cloud.add_job(script=MOVES_FOR_EVER)
    idle = {"idle_timeout": 10}  # a busy machine needs some of it before the first line
    silent = awx.play(wait_for(job_id, timeout=60, show_progress=False), settings=idle)
    # The sign of life comes each 60 seconds. Here the copy of the collection that the job brings along has a quicker
    # pulse, and a job that never changes is waited for, so that nothing else is printed.
    sent = awx.project([wait_for(simulator.cloud.add_job(script=RUNS_FOR_EVER), timeout=22, interval=1)])
    progress = sent.joinpath(
        "requirements_collections/ansible_collections/huaweicloud/ims/plugins/module_utils/_ims/report/progress.py"
    )
    text = progress.read_text(encoding="utf-8")
    assert text.count("\nSIGN_OF_LIFE = 60.0\n") == 1
    progress.write_text(text.replace("\nSIGN_OF_LIFE = 60.0\n", "\nSIGN_OF_LIFE = 2.0\n"), encoding="utf-8")
    alive = awx.launch(sent=sent, settings=idle)
    assert silent.end().status == "timeout"
    assert alive.end().status == "failed"
    assert alive.result("Wait")["timed_out"] is True
    assert len([event for event in alive.progress if "RUNNING" in event.stdout]) >= 4


def test_what_thousands_of_jobs_leave_is_bounded_and_told(awx: Awx, simulator: Simulator) -> None:
    images = [f"{number:08d}-0000-4000-8000-000000000001" for number in range(2900)]
    job_ids = [simulator.cloud.add_job(script=DONE, image_id=image) for image in images]
    job = awx.play(wait_for(job_ids, max_requests_per_second=1000, artifacts=True)).end()
    assert job.status == "successful", job.output
    result = job.result("Wait")
    assert len(json.dumps(result)) < 700_000
    assert sorted(result["succeeded_jobs"]) == sorted(job_ids)
    assert result["left_out"] == "timeline, most keys of jobs, jobs that succeeded"
    assert result["jobs"] == []
    assert sorted(job.artifacts["ims_image_ids"]) == images
    assert job.artifacts["ims_left_out"] == "most keys of ims_jobs, jobs that succeeded"
    assert job.artifacts["ims_jobs"] == []
    assert len(job.progress) < 50
    following = awx.launch("next.yml", extra_vars=job.artifacts).end()
    assert "Not handed over, for want of room: most keys of ims_jobs, jobs that succeeded" in following.output


@pytest.mark.parametrize(
    "playbook",
    [
        *("export_image.yml", "start_export.yml", "wait_for_jobs.yml", "golden_image.yml"),
        *("rotate_images.yml", "promote_image.yml"),
    ],
)
def test_a_dry_run_never_waits(awx: Awx, simulator: Simulator, playbook: str) -> None:
    extra_vars = {
        "image_id": IMAGE,
        "bucket_url": "ims-image:a.qcow2",
        "file_format": "qcow2",
        "job_ids": simulator.cloud.add_job(script=RUNS_FOR_EVER),
        "golden_image_name": "tonight",
        "golden_image_instance_id": "877a2cda-ba63-4e1e-b95f-e67e48b6129a",
        "artifacts": True,
        "name_regex": "^private-linux$",
        "keep": 1,
        "channel": "stable",
    }
    job = awx.launch(playbook, extra_vars=extra_vars, command_line="--check").end()
    assert job.status == "successful", job.output
    # The job would run for ever, and with it whoever waits for it.
    assert len(simulator.cloud.jobs) == 1


def as_somebody() -> list[str]:
    """Return a prefix for commands. It leaves the right to read: this Python may lie in somebody's home.

    Without the rights of root the job runs as whoever runs the test.
    """
    setpriv = shutil.which("setpriv")
    if os.geteuid() != 0 or not setpriv:
        return []
    ids = [f"--reuid={SOMEBODY}", "--regid=0", "--clear-groups"]
    reads = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search", "--securebits=+no_setuid_fixup"]
    return [setpriv, *ids, *reads]


def test_a_user_without_a_name_and_a_home_is_fine(awx: Awx, simulator: Simulator) -> None:
    job_id = simulator.cloud.add_job(script=JobScript(duration=1))
    who = {"name": "Who", "ansible.builtin.command": "id -u", "changed_when": False}
    job = awx.play(
        who,
        {"name": "Ask", "huaweicloud.ims.ims_job_info": {"job_ids": job_id}},
        wait_for(job_id),
        runs_as=as_somebody(),
    ).end()
    assert job.status == "successful", job.output
    assert job.result("Wait")["succeeded_jobs"] == [job_id]
    expected = SOMEBODY if as_somebody() else os.geteuid()
    assert job.result("Who")["stdout"] == str(expected)
