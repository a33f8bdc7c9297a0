# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The workflow and the job templates that the role awx_setup makes, played as AWX plays them."""

from __future__ import annotations

import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.awx.controller import Controller
from ansible_collections.huaweicloud.ims.tests.awx.harness import Awx, Job
from ansible_collections.huaweicloud.ims.tests.awx.setting_up import OPTIONS, PLAYBOOKS, SettingUp
from ansible_collections.huaweicloud.ims.tests.simulator import Image, JobScript, Simulator

_Dict = dict[str, t.Any]
IMAGE = "10000000-0000-4000-8000-000000000001"
WORKFLOW = "IMS export, wait, next"
ANSWERS = {"image_id": IMAGE, "bucket_url": "ims-image:a.qcow2"}


@pytest.fixture(scope="module")
def controller(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Controller]:
    with Controller("Default", playbooks=PLAYBOOKS) as running:
        SettingUp(tmp_path_factory.mktemp("setup"), collections).well(running, OPTIONS)
        yield running


def launch(awx: Awx, controller: Controller, template: _Dict, answers: _Dict, **more: t.Any) -> Job:
    """Launch a job template. AWX checks the answers, and adds the defaults of the questions that were left out."""
    status, made = controller.launch(template, {"extra_vars": answers})
    assert status == 201, made
    return awx.launch(template["playbook"], extra_vars=made["extra_vars"], **more).end()


def play_workflow(awx: Awx, controller: Controller, answers: _Dict) -> dict[str, Job]:
    """Play the nodes one after the other, as awx/main/models/workflow.py does: artifacts first, then the answers."""
    workflow = controller.named("workflow_job_templates", WORKFLOW)
    status, made = controller.launch(workflow, {"extra_vars": answers})
    assert status == 201, made
    nodes = controller.items["workflow_job_template_nodes"]
    followers = [number for node in nodes.values() for number in node.get("success_nodes", [])]
    (upcoming,) = [node for node in nodes.values() if node["id"] not in followers]
    jobs: dict[str, Job] = {}
    artifacts: _Dict = {}
    while True:
        template = controller.items["job_templates"][upcoming["unified_job_template"]]
        started = controller.start(template, {**artifacts, **made["extra_vars"]})
        job = awx.launch(template["playbook"], extra_vars=started["extra_vars"]).end()
        jobs[upcoming["identifier"]] = job
        artifacts |= job.artifacts
        following = upcoming.get("success_nodes", []) if job.status == "successful" else []
        if not following:
            return jobs
        upcoming = nodes[following[0]]


def test_the_workflow_hands_the_job_and_then_the_images_over_and_so_it_does_with_what_is_kept(
    awx: Awx, controller: Controller, simulator: Simulator
) -> None:
    jobs = play_workflow(awx, controller, ANSWERS)
    ends = [(name, job.status) for name, job in jobs.items()]
    assert ends == [("export", "successful"), ("wait", "successful"), ("next", "successful")]
    assert jobs["export"].artifacts == {"job_ids": list(simulator.cloud.jobs), "kept_image_ids": []}
    assert jobs["wait"].artifacts["ims_image_ids"] == [IMAGE]
    assert f"Images: {IMAGE}" in jobs["next"].output
    assert f"{list(simulator.cloud.jobs)[0]}: SUCCESS" in jobs["next"].output
    # Once more, and the object that is kept is told to the end.
    again = play_workflow(awx, controller, {**ANSWERS, "existing_object": "keep"})
    assert [job.status for job in again.values()] == ["successful"] * 3
    assert again["export"].artifacts == {"job_ids": [], "kept_image_ids": [IMAGE]}
    assert f"Images: {IMAGE}" in again["next"].output
    assert f"Kept, not exported again: {IMAGE}" in again["next"].output
    assert len(simulator.cloud.jobs) == 1


def test_the_workflow_ends_where_the_export_fails(awx: Awx, controller: Controller, simulator: Simulator) -> None:
    simulator.cloud.set_script(JobScript(duration=0.2, outcome="FAIL"))
    jobs = play_workflow(awx, controller, ANSWERS)
    assert [(name, job.status) for name, job in jobs.items()] == [("export", "successful"), ("wait", "failed")]
    assert "failed after" in jobs["wait"].output
    # The shipped wait hands what came out to a failure path, too.
    assert [job["status"] for job in jobs["wait"].artifacts["ims_jobs"]] == ["FAIL"]


def test_the_other_templates_do_what_their_names_say(awx: Awx, controller: Controller, simulator: Simulator) -> None:
    job = launch(awx, controller, controller.named("job_templates", "IMS export image"), ANSWERS)
    assert (job.status, job.artifacts["ims_image_ids"]) == ("successful", [IMAGE])
    simulator.cloud.add_image(Image(image_id="20000000-0000-4000-8000-000000000001", name="tonight"))
    answers = {"golden_image_name": "tonight", "golden_image_instance_id": "877a2cda-ba63-4e1e-b95f-e67e48b6129a"}
    job = launch(awx, controller, controller.named("job_templates", "IMS golden image"), answers)
    assert job.status == "successful", job.output
    assert job.artifacts["ims_image_ids"] == ["20000000-0000-4000-8000-000000000001"]


def test_a_span_of_time_is_answered_as_people_write_it(awx: Awx, controller: Controller, simulator: Simulator) -> None:
    job_id = simulator.cloud.add_job(script=JobScript(outcome="NEVER", init_seconds=0))
    answers = {"job_ids": job_id, "wait_timeout": "0h0m2s"}
    job = launch(awx, controller, controller.named("job_templates", "IMS wait for jobs"), answers)
    assert job.status == "failed"
    assert "Timed out after 2 s" in job.output


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"bucket_url": "a:b"}, "'image_id' value missing"),
        ({**ANSWERS, "bucket_url": ""}, "'bucket_url' value  is too small (length is 0 must be at least 1)."),
        ({**ANSWERS, "wait_timeout": 60}, "Value 60 for 'wait_timeout' expected to be a string."),
        ({**ANSWERS, "wait_timeout": ""}, "'wait_timeout' value  is too small (length is 0 must be at least 1)."),
        ({**ANSWERS, "file_format": "iso"}, "Value iso for 'file_format' expected to be one of"),
    ],
)
def test_an_answer_that_leads_nowhere_is_refused_at_launch(controller: Controller, answers: _Dict, words: str) -> None:
    for table, name in (("job_templates", "IMS export image"), ("workflow_job_templates", WORKFLOW)):
        status, made = controller.launch(controller.named(table, name), {"extra_vars": json.dumps(answers)})
        assert status == 400
        assert words in made["variables_needed_to_start"][0]
