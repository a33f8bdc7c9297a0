# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The stand-in for AWX answers as AWX 24.6.1 did, word for word."""

from __future__ import annotations

import base64
import json
import typing as t
import urllib.error
import urllib.parse
import urllib.request

import pytest

from ansible_collections.huaweicloud.ims.tests.awx import rules
from ansible_collections.huaweicloud.ims.tests.awx.controller import Controller

_Dict = dict[str, t.Any]
TEXT: _Dict = {"variable": "wait_timeout", "type": "text", "required": True, "default": "7200"}


@pytest.fixture
def controller() -> t.Iterator[Controller]:
    with Controller("Default", "Second", playbooks=["next.yml"]) as running:
        yield running


def ask(controller: Controller, method: str, path: str, body: _Dict | None = None, user: str = "admin") -> t.Any:
    """Send a request as a user does. Return the status and the content."""
    request = urllib.request.Request(f"{controller.url}{path}", method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
    if user:
        account = base64.b64encode(f"{user}:{controller.passwords[user]}".encode()).decode()
        request.add_header("Authorization", f"Basic {account}")
    try:
        with urllib.request.build_opener().open(request, timeout=10) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.loads(refusal.read())


def organization(controller: Controller, name: str) -> int:
    number: int = controller.named("organizations", name)["id"]
    return number


def test_who_does_not_log_in_gets_nothing(controller: Controller) -> None:
    status, content = ask(controller, "GET", "/api/v2/projects/", user="")
    assert (status, content) == (401, {"detail": "Authentication credentials were not provided."})


def test_names_are_not_unique_but_within_an_organization(controller: Controller) -> None:
    kind = controller.add("credential_types", {"name": "Huawei Cloud IMS", "inputs": {"fields": []}})["id"]
    mine = {"name": "IMS credential", "credential_type": kind, "inputs": {}}
    for name in ("Default", "Second"):
        status, _made = ask(
            controller, "POST", "/api/v2/credentials/", {**mine, "organization": organization(controller, name)}
        )
        assert status == 201
    query = urllib.parse.urlencode({"name": "IMS credential"})
    assert ask(controller, "GET", f"/api/v2/credentials/?{query}")[1]["count"] == 2
    again = {**mine, "organization": organization(controller, "Second")}
    assert ask(controller, "POST", "/api/v2/credentials/", again) == (
        400,
        {"__all__": ["Credential with this Organization, Name and Credential type already exists."]},
    )


def test_names_of_execution_environments_are_unique_in_all_of_awx(controller: Controller) -> None:
    mine = {"name": "IMS execution environment", "image": "a/b:1", "organization": organization(controller, "Default")}
    status, made = ask(controller, "POST", "/api/v2/execution_environments/", mine)
    assert status == 201
    theirs = {**mine, "organization": organization(controller, "Second")}
    assert ask(controller, "POST", "/api/v2/execution_environments/", theirs) == (
        400,
        {"name": ["Execution environment with this Name already exists."]},
    )
    change = {"organization": theirs["organization"]}
    assert ask(controller, "PATCH", made["url"], change) == (
        400,
        {"organization": ["Cannot change the organization of an execution environment"]},
    )


def test_an_administrator_of_an_organization_makes_no_credential_type(controller: Controller) -> None:
    kind = {"name": "Huawei Cloud IMS", "kind": "cloud", "inputs": {"fields": []}, "injectors": {}}
    status, content = ask(controller, "POST", "/api/v2/credential_types/", kind, user="orgadmin")
    assert (status, content) == (403, {"detail": "You do not have permission to perform this action."})
    bad = {**kind, "injectors": {"env": {"ANSIBLE_HWC_USER": "x"}}}
    status, content = ask(controller, "POST", "/api/v2/credential_types/", bad)
    assert "may affect Ansible configuration so its use is not allowed in credentials." in content["injectors"][0]


def test_an_input_that_the_type_does_not_know_is_refused_by_name(controller: Controller) -> None:
    fields = {
        "fields": [{"id": "access_key", "type": "string"}, {"id": "secret_key", "type": "string", "secret": True}]
    }
    kind = controller.add("credential_types", {"name": "Huawei Cloud IMS", "inputs": fields})["id"]
    mine = {"name": "Keys", "credential_type": kind, "organization": None, "inputs": {"acess_key": "AK01"}}
    status, content = ask(controller, "POST", "/api/v2/credentials/", mine)
    words = "Additional properties are not allowed ('acess_key' was unexpected)"
    assert (status, content) == (400, {"inputs": [words]})
    status, made = ask(controller, "POST", "/api/v2/credentials/", {**mine, "inputs": {"secret_key": "its-secret"}})
    assert made["inputs"] == {"secret_key": "$encrypted$"}


def test_a_job_template_needs_a_playbook_that_the_project_was_seen_to_have(controller: Controller) -> None:
    project = {"name": "IMS project", "scm_url": "https://git.example.com/ims.git"}
    status, made = ask(controller, "POST", "/api/v2/projects/", project)
    assert status == 201
    template = {"name": "IMS next", "project": made["id"], "playbook": "next.yml"}
    refusal = (400, {"playbook": ["Playbook not found for project."]})
    assert ask(controller, "POST", "/api/v2/job_templates/", template) == refusal
    update = next(iter(controller.items["project_updates"].values()))
    ask(controller, "GET", update["url"])
    assert ask(controller, "POST", "/api/v2/job_templates/", {**template, "playbook": "other.yml"}) == refusal
    assert ask(controller, "POST", "/api/v2/job_templates/", template)[0] == 201


@pytest.mark.parametrize(
    ("question", "answers", "words"),
    [
        (TEXT, {}, ["'wait_timeout' value missing"]),
        ({**TEXT, "required": False}, {}, []),
        (TEXT, {"wait_timeout": ""}, []),
        (
            {**TEXT, "min": 1},
            {"wait_timeout": ""},
            ["'wait_timeout' value  is too small (length is 0 must be at least 1)."],
        ),
        (TEXT, {"wait_timeout": 7200}, ["Value 7200 for 'wait_timeout' expected to be a string."]),
        (
            {**TEXT, "type": "integer", "default": 7200},
            {"wait_timeout": "2h"},
            ["Value 2h for 'wait_timeout' expected to be an integer."],
        ),
    ],
)
def test_answers_to_a_survey_are_checked_as_awx_does(question: _Dict, answers: _Dict, words: list[str]) -> None:
    assert rules.answer_faults({"spec": [question]}, answers) == words


def test_the_default_of_a_question_that_is_not_required_is_used() -> None:
    assert rules.defaults_of({"spec": [{**TEXT, "required": False}]}) == {"wait_timeout": "7200"}


def test_variables_that_nobody_prompts_for_are_refused_at_launch(controller: Controller) -> None:
    template = controller.add("job_templates", {"name": "IMS next", "playbook": "next.yml"})
    answer = ask(controller, "POST", f"{template['url']}launch/", {"extra_vars": {"ansible_eda": {}}})
    words = (
        "Variables ansible_eda are not allowed on launch. Check the Prompt on Launch setting on the Job Template to"
        " include Extra Variables."
    )
    assert answer == (400, {"extra_vars": [words]})
