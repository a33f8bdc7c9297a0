# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role awx_setup makes in AWX, and the workflow that comes of it, played node by node."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.awx.harness import BIN, Awx, Job, read_yaml, run
from ansible_collections.huaweicloud.ims.tests.simulator import Image, JobScript, Simulator

MODULES = read_yaml(Path(__file__).parent / "data" / "awx_modules.yml")
IMAGE = "10000000-0000-4000-8000-000000000001"
OPTIONS: dict[str, t.Any] = {
    "awx_setup_project_url": "https://git.example.com/ims.git",
    "awx_setup_execution_environment_image": "registry.example.com/ims-ee:1",
    "awx_setup_credential_inputs": {
        "access_key": "AK01",
        "secret_key": "{{ 'its-' ~ 'secret' }}",
        "region": "cn-north-4",
    },
}
# awx/main/constants.py, SURVEY_TYPE_MAPPING; awx/main/utils/ansible.py.
SURVEY_TYPES = {"text": str, "integer": int, "multiplechoice": str}
PLAYBOOK = re.compile(
    r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?include|(ansible\.builtin\.)?import_playbook):\s*?.*?$"
)
STAND_IN = """
import json
from ansible.module_utils.basic import AnsibleModule
module = AnsibleModule(argument_spec={spec!r})
given = {{name: value for name, value in module.params.items() if value is not None}}
with open({record!r}, "a", encoding="utf-8") as file:
    file.write(json.dumps([{name!r}, given]) + "\\n")
module.exit_json(changed=True)
"""
Made = list[tuple[str, dict[str, t.Any]]]


def lay_stand_ins(folder: Path, record: Path) -> None:
    """Lay a collection awx.awx whose modules take what the real ones take, and write down what they were given."""
    collection = folder / "ansible_collections" / "awx" / "awx"
    (collection / "plugins" / "modules").mkdir(parents=True)
    for name, spec in MODULES.items():
        text = STAND_IN.format(spec=spec, record=str(record), name=name)
        (collection / "plugins" / "modules" / f"{name}.py").write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def set_up(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> t.Callable[[dict[str, t.Any]], Made]:
    def play(options: dict[str, t.Any]) -> Made:
        folder = tmp_path_factory.mktemp("setup")
        record = folder / "record"
        lay_stand_ins(folder, record)
        role = {"role": "huaweicloud.ims.awx_setup", "vars": options}
        play = {"hosts": "localhost", "gather_facts": False, "roles": [role]}
        (folder / "setup.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
        paths = {"ANSIBLE_COLLECTIONS_PATH": f"{folder}:{collections}", "HOME": folder}
        run(BIN / "ansible-playbook", folder / "setup.yml", env=paths)
        return [tuple(line) for line in map(json.loads, record.read_text(encoding="utf-8").splitlines())]

    return play


@pytest.fixture(scope="module")
def made(set_up: t.Callable[[dict[str, t.Any]], Made]) -> Made:
    return set_up(OPTIONS)


def all_of(made: Made, module: str) -> list[dict[str, t.Any]]:
    return [given for name, given in made if name == module]


def test_all_is_made_in_an_order_that_awx_can_follow(made: Made, collections: Path) -> None:
    assert list(dict.fromkeys(name for name, _given in made)) == [
        "credential_type",
        "credential",
        "execution_environment",
        "project",
        "inventory",
        "job_template",
        "workflow_job_template",
    ]
    assert set(MODULES) == {name for name, _given in made}
    (credential,) = all_of(made, "credential")
    assert credential["inputs"]["secret_key"] == "its-secret"
    project = collections / "ansible_collections/huaweicloud/ims/roles/awx_setup/files/project"
    for template in all_of(made, "job_template"):
        assert template["execution_environment"] == "IMS execution environment"
        assert template["credentials"] == ["IMS credential"]
        assert not template["ask_credential_on_launch"]
        lines = (project / template["playbook"]).read_text(encoding="utf-8").splitlines()
        assert any(PLAYBOOK.match(line) for line in lines)
    assert read_yaml(project / "collections" / "requirements.yml") == {"collections": [{"name": "huaweicloud.ims"}]}


def test_the_braces_of_the_credential_type_reach_awx_as_they_are(made: Made, awx: Awx) -> None:
    (credential_type,) = all_of(made, "credential_type")
    assert {name: credential_type[name] for name in ("inputs", "injectors")} == awx.credential_type
    assert credential_type["kind"] == "cloud"
    assert credential_type["injectors"]["env"]["HW_ACCESS_KEY"] == "{{ access_key }}"


def test_the_least_that_can_be_given_is_enough(set_up: t.Any) -> None:
    made = set_up({"awx_setup_project_url": "https://git.example.com/ims.git"})
    assert not all_of(made, "credential") and not all_of(made, "execution_environment")
    for template in all_of(made, "job_template"):
        assert "credentials" not in template and "execution_environment" not in template
        assert template["ask_credential_on_launch"]


def test_the_surveys_are_such_as_awx_accepts_and_leave_nothing_empty(made: Made) -> None:
    templates = [*all_of(made, "job_template"), *all_of(made, "workflow_job_template")]
    surveys = [template["survey_spec"] for template in templates if template["survey_enabled"]]
    assert len(surveys) == 5
    for survey in surveys:
        assert set(survey) == {"name", "description", "spec"}
        for question in survey["spec"]:
            assert {"question_name", "question_description", "variable", "type", "required"} <= set(question)
            assert question["required"] is True
            if "default" in question:
                assert isinstance(question["default"], SURVEY_TYPES[question["type"]])
                assert question["default"] in question.get("choices", [question["default"]])


def launch(awx: Awx, template: dict[str, t.Any], runtime: dict[str, t.Any]) -> Job:
    """Launch a job template: awx/main/models/mixins.py, _update_unified_job_kwargs."""
    questions = template["survey_spec"].get("spec", [])
    defaults = {q["variable"]: q["default"] for q in questions if "default" in q}
    extra_vars = {**template["extra_vars"], **defaults, **runtime}
    missing = {q["variable"] for q in questions} - set(extra_vars)
    assert not missing
    return awx.launch(template["playbook"], extra_vars=extra_vars).end()


def play_workflow(awx: Awx, made: Made, answers: dict[str, t.Any]) -> dict[str, Job]:
    """Play the nodes one after the other, as awx/main/models/workflow.py does: artifacts first, then the answers."""
    (workflow,) = all_of(made, "workflow_job_template")
    templates = {template["name"]: template for template in all_of(made, "job_template")}
    defaults = {q["variable"]: q["default"] for q in workflow["survey_spec"]["spec"] if "default" in q}
    nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
    jobs: dict[str, Job] = {}
    artifacts: dict[str, t.Any] = {}
    upcoming: str | None = workflow["workflow_nodes"][0]["identifier"]
    while upcoming is not None:
        node = nodes[upcoming]
        template = templates[node["unified_job_template"]["name"]]
        job = jobs[upcoming] = launch(awx, template, {**artifacts, **defaults, **answers})
        artifacts |= job.artifacts
        following = node.get("related", {}).get("success_nodes", []) if job.status == "successful" else []
        upcoming = following[0]["identifier"] if following else None
    return jobs


ANSWERS = {"image_id": IMAGE, "bucket_url": "ims-image:a.qcow2"}


def test_the_workflow_hands_the_job_and_then_the_images_over(awx: Awx, made: Made, simulator: Simulator) -> None:
    jobs = play_workflow(awx, made, ANSWERS)
    assert [(name, job.status) for name, job in jobs.items()] == [
        ("export", "successful"),
        ("wait", "successful"),
        ("next", "successful"),
    ]
    assert jobs["export"].artifacts == {"job_ids": list(simulator.cloud.jobs)}
    assert jobs["wait"].artifacts["ims_image_ids"] == [IMAGE]
    assert f"Images: {IMAGE}" in jobs["next"].output
    assert f"{list(simulator.cloud.jobs)[0]}: SUCCESS" in jobs["next"].output
    again = play_workflow(awx, made, {**ANSWERS, "existing_object": "keep"})
    assert again["export"].artifacts == {"job_ids": []}
    assert again["next"].status == "successful"
    assert len(simulator.cloud.jobs) == 1


def test_the_workflow_ends_where_the_export_fails(awx: Awx, made: Made, simulator: Simulator) -> None:
    simulator.cloud.set_script(JobScript(duration=0.2, outcome="FAIL"))
    jobs = play_workflow(awx, made, ANSWERS)
    assert [(name, job.status) for name, job in jobs.items()] == [("export", "successful"), ("wait", "failed")]
    assert "failed after" in jobs["wait"].output


def test_the_other_templates_do_what_their_names_say(awx: Awx, made: Made, simulator: Simulator) -> None:
    templates = {template["name"]: template for template in all_of(made, "job_template")}
    job = launch(awx, templates["IMS export image"], ANSWERS)
    assert (job.status, job.artifacts["ims_image_ids"]) == ("successful", [IMAGE])
    simulator.cloud.add_image(Image(image_id="20000000-0000-4000-8000-000000000001", name="tonight"))
    answers = {"golden_image_name": "tonight", "golden_image_instance_id": "877a2cda-ba63-4e1e-b95f-e67e48b6129a"}
    job = launch(awx, templates["IMS golden image"], answers)
    assert job.status == "successful", job.output
    assert job.artifacts["ims_image_ids"] == ["20000000-0000-4000-8000-000000000001"]
