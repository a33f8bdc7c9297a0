# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the role awx_setup makes in AWX: by the real modules of awx.awx, on a stand-in that answers as AWX did."""

from __future__ import annotations

import json
import re
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.awx.controller import Controller
from ansible_collections.huaweicloud.ims.tests.awx.harness import ROOT, read_yaml
from ansible_collections.huaweicloud.ims.tests.awx.setting_up import LEAST, OPTIONS, PLAYBOOKS, ROLE, Played, SettingUp

_Dict = dict[str, t.Any]
HOMES = ("Default", "Second")
MADE = ("credentials", "execution_environments", "projects", "inventories", "job_templates", "workflow_job_templates")
# awx/main/utils/ansible.py: what a file needs to be offered as a playbook.
PLAYBOOK = re.compile(
    r"^\s*?-?\s*?(?:hosts|(ansible\.builtin\.)?include|(ansible\.builtin\.)?import_playbook):\s*?.*?$"
)


@pytest.fixture(scope="module")
def setting_up(collections: Path, tmp_path_factory: pytest.TempPathFactory) -> SettingUp:
    return SettingUp(tmp_path_factory.mktemp("setup"), collections)


class Site(t.NamedTuple):
    controller: Controller
    runs: dict[str, Played]

    def all_of(self, table: str, organization: str) -> list[_Dict]:
        home = self.controller.named("organizations", organization)["id"]
        return [item for item in self.controller.items[table].values() if item.get("organization") == home]


@pytest.fixture(scope="module")
def site(setting_up: SettingUp) -> t.Iterator[Site]:
    """Two organizations set up with the same prefix, and the first of them once more."""
    with Controller(*HOMES, playbooks=PLAYBOOKS) as controller:
        second = {**OPTIONS, "awx_setup_organization": "Second"}
        runs = {
            "first": setting_up.well(controller, OPTIONS),
            "second": setting_up.well(controller, second),
            "again": setting_up.well(controller, OPTIONS),
        }
        yield Site(controller, runs)


@pytest.fixture
def fresh() -> t.Iterator[Controller]:
    with Controller(*HOMES, playbooks=PLAYBOOKS) as controller:
        yield controller


def writes(controller: Controller) -> list[tuple[str, str]]:
    """Return what was asked for but to look; each module logs in, and out, by a token of its own."""
    return [(method, path) for method, path in controller.requests if method != "GET" and "/tokens/" not in path]


def has_credential_type(controller: Controller) -> _Dict:
    """Lay the credential type, as a system administrator has made it."""
    folder = ROLE / "files" / "credential_type"
    content = {name: read_yaml(folder / f"{name}.yml") for name in ("inputs", "injectors")}
    return controller.add("credential_types", {"name": "Huawei Cloud IMS", "kind": "cloud", **content})


# Side by side.


def test_two_organizations_have_all_of_their_own(site: Site) -> None:
    assert len(site.controller.items["credential_types"]) == 1
    for organization in HOMES:
        assert [len(site.all_of(table, organization)) for table in MADE] == [1, 1, 1, 1, 7, 1]
    names = [item["name"] for item in site.controller.items["execution_environments"].values()]
    assert names == [f"IMS execution environment ({organization})" for organization in HOMES]


@pytest.mark.parametrize("organization", HOMES)
def test_what_belongs_together_is_of_one_organization(site: Site, organization: str) -> None:
    own = {table: {item["id"] for item in site.all_of(table, organization)} for table in MADE}
    for template in site.all_of("job_templates", organization):
        assert template["project"] in own["projects"]
        assert template["inventory"] in own["inventories"]
        assert template["execution_environment"] in own["execution_environments"]
        assert set(template["credentials"]) == own["credentials"]
    (workflow,) = site.all_of("workflow_job_templates", organization)
    nodes = [
        node
        for node in site.controller.items["workflow_job_template_nodes"].values()
        if node["workflow_job_template"] == workflow["id"]
    ]
    assert [node["identifier"] for node in nodes] == ["export", "wait", "next"]
    assert {node["unified_job_template"] for node in nodes} <= own["job_templates"]


def test_a_second_run_writes_nothing_but_the_credential(site: Site) -> None:
    assert site.runs["again"].count("changed") == 1
    assert "The field inputs of credential 200 has encrypted data" in site.runs["again"].words


def test_what_was_given_is_what_awx_has(site: Site) -> None:
    (credential,) = site.all_of("credentials", "Default")
    assert credential["inputs"] == {"access_key": "AK01", "secret_key": "its-secret", "region": "cn-north-4"}
    assert not any("its-secret" in run.text for run in site.runs.values())
    (project,) = site.all_of("projects", "Default")
    assert (project["scm_url"], project["scm_revision"]) == (LEAST["awx_setup_project_url"], "89c1141f")
    for template in site.all_of("job_templates", "Default"):
        assert not template["ask_credential_on_launch"]
        prompts = ("ask_job_type_on_launch", "ask_variables_on_launch", "allow_simultaneous")
        assert [template[name] for name in prompts] == [True] * 3
        lines = (ROLE / "files" / "project" / template["playbook"]).read_text(encoding="utf-8").splitlines()
        assert any(PLAYBOOK.match(line) for line in lines)


def test_the_braces_of_the_credential_type_reach_awx_as_they_are(site: Site) -> None:
    (credential_type,) = site.controller.items["credential_types"].values()
    folder = ROLE / "files" / "credential_type"
    for name in ("inputs", "injectors"):
        assert credential_type[name] == read_yaml(folder / f"{name}.yml")
    assert credential_type["kind"] == "cloud"
    assert credential_type["injectors"]["env"]["HW_ACCESS_KEY"] == "{{ access_key }}"


def test_the_surveys_ask_for_what_has_no_default_and_leave_nothing_empty(site: Site) -> None:
    templates = [*site.all_of("job_templates", "Default"), *site.all_of("workflow_job_templates", "Default")]
    surveys = [template["survey_spec"] for template in templates if template["survey_enabled"]]
    assert len(surveys) == 7
    for question in [question for survey in surveys for question in survey["spec"]]:
        assert question["required"] is ("default" not in question)
        assert question["type"] == "multiplechoice" or (question["type"], question["min"]) == ("text", 1)


# The least, and what is there already.


def test_the_least_that_can_be_given_is_enough(setting_up: SettingUp, fresh: Controller) -> None:
    played = setting_up.well(fresh, LEAST)
    assert not fresh.items["credentials"] and not fresh.items["execution_environments"]
    for template in fresh.items["job_templates"].values():
        assert not template.get("credentials") and not template.get("execution_environment")
        assert template["ask_credential_on_launch"]
    assert not fresh.items["workflow_job_templates"]
    assert "No workflow, since its jobs need a credential and a workflow cannot ask for one" in played.words


def test_a_credential_and_an_environment_that_are_there_can_be_named(setting_up: SettingUp, fresh: Controller) -> None:
    """By the administrator of an organization, who may not make the credential type; behind AAP's gateway."""
    fresh.prefix = "/api/controller/"
    kind = has_credential_type(fresh)["id"]
    home = fresh.named("organizations", "Second")["id"]
    mine = {"name": "Shared keys", "credential_type": kind, "inputs": {}, "organization": home}
    others = {**mine, "organization": fresh.named("organizations", "Default")["id"]}
    fresh.add("credentials", others)
    credential = fresh.add("credentials", mine)
    environment = fresh.add("execution_environments", {"name": "Everybody's", "organization": None, "image": "a/b:1"})
    options = {
        **LEAST,
        "awx_setup_organization": "Second",
        "awx_setup_manage_credential_type": False,
        "awx_setup_credential": "Shared keys",
        "awx_setup_execution_environment": "Everybody's",
    }
    setting_up.well(fresh, options, user="orgadmin")
    for template in fresh.items["job_templates"].values():
        assert template["credentials"] == [credential["id"]]
        assert template["execution_environment"] == environment["id"]
    assert fresh.named("workflow_job_templates", "IMS export, wait, next", "Second")
    assert (len(fresh.items["credentials"]), len(fresh.items["execution_environments"])) == (2, 1)


def test_nothing_in_the_project_needs_galaxy() -> None:
    folder = ROLE / "files" / "project"
    assert [path for path in folder.rglob("requirements.y*ml") if path.suffix in (".yml", ".yaml")] == []
    example = read_yaml(folder / "collections" / "requirements.yml.example")
    version = read_yaml(ROOT / "galaxy.yml")["version"]
    assert example == {"collections": [{"name": "huaweicloud.ims", "version": version}]}


# Dry runs.


def test_a_dry_run_of_a_fresh_setup_names_what_is_not_there_yet(setting_up: SettingUp, fresh: Controller) -> None:
    played = setting_up.well(fresh, OPTIONS, "--check")
    absent = "credential type, credential, execution environment, project, inventory"
    assert f"so that the job templates and the workflow could not be tried: {absent}." in played.words
    assert not writes(fresh)


def test_a_dry_run_where_all_is_there_changes_nothing(setting_up: SettingUp, site: Site) -> None:
    before = len(writes(site.controller))
    played = setting_up.well(site.controller, OPTIONS, "--check")
    assert "could not be tried" not in played.text
    # The credential, which AWX does not show, and the update of the project, which a dry run leaves out.
    assert played.count("changed") == 2
    assert len(writes(site.controller)) == before


# What it fails with.

MISTAKES: dict[str, tuple[_Dict, str]] = {
    "an input that the type does not know": (
        {"awx_setup_credential_inputs": {"acess_key": "AK01", "secret_key": "its-secret"}},
        "awx_setup_credential_inputs has acess_key, which the credential type does not know. It knows access_key, ",
    ),
    "an organization that is not there": (
        {"awx_setup_organization": "Thrid"},
        "AWX has no organization Thrid that this user may see. Make it, or set awx_setup_organization to one that is",
    ),
    "a credential that is not there": (
        {"awx_setup_credential": "Keys", "awx_setup_credential_inputs": {}},
        "AWX has no credential Keys of the type Huawei Cloud IMS that this user may see.",
    ),
    "an environment that is not there": (
        {"awx_setup_execution_environment": "EE", "awx_setup_execution_environment_image": ""},
        "AWX has no execution environment EE that this user may see.",
    ),
    "two ways at once": (
        {"awx_setup_credential": "Keys"},
        "Give awx_setup_credential or awx_setup_credential_inputs, not both.",
    ),
    "a value that AWX does not take": (
        {"awx_setup_credential_inputs": {"access_key": "AK01", "secret_key": "its-secret", "region": 7}},
        "AWX did not take the credential: ",
    ),
    "an address that is none": (
        {"awx_setup_project_url": "here", "awx_setup_credential_inputs": {}},
        "AWX did not take the project IMS project: ",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(setting_up: SettingUp, fresh: Controller, mistake: str) -> None:
    options, words = MISTAKES[mistake]
    played = setting_up.play(fresh, {**OPTIONS, **options})
    assert played.code == 2, played.text
    assert words in played.words
    assert "its-secret" not in played.text


def test_credentials_of_the_same_name_are_told_apart_by_their_id(setting_up: SettingUp, fresh: Controller) -> None:
    kind = has_credential_type(fresh)["id"]
    credential = {"name": "Keys", "credential_type": kind, "inputs": {}, "organization": None}
    for user in (1, 2):
        fresh.add("credentials", {**credential, "user": user})
    options = {**LEAST, "awx_setup_credential": "Keys"}
    played = setting_up.play(fresh, options)
    assert "returned 2 items, expected 1" in played.words
    assert "Set awx_setup_credential to the ID of one of them." in played.words
    setting_up.well(fresh, {**options, "awx_setup_credential": "201"})
    assert all(template["credentials"] == [201] for template in fresh.items["job_templates"].values())


def test_who_may_not_make_the_credential_type_is_told_who_can(setting_up: SettingUp, fresh: Controller) -> None:
    played = setting_up.play(fresh, OPTIONS, user="orgadmin")
    assert "You don't have permission to POST to /api/v2/credential_types/ (HTTP 403)." in played.words
    assert "let one run this role once, then set awx_setup_manage_credential_type to false." in played.words
    played = setting_up.play(fresh, {**OPTIONS, "awx_setup_manage_credential_type": False}, user="orgadmin")
    assert "AWX has no credential type Huawei Cloud IMS." in played.words


JOURNAL = {**OPTIONS, "awx_setup_journal": "/var/lib/ims-journal"}
MOUNT = "/var/lib/ims-journal:/var/lib/ims-journal:rw"


def test_the_journal_is_mounted_beside_what_awx_mounts_already(setting_up: SettingUp, fresh: Controller) -> None:
    setting_up.well(fresh, JOURNAL)
    assert fresh.settings["AWX_ISOLATION_SHOW_PATHS"] == ["/etc/pki/ca-trust:/etc/pki/ca-trust:O", MOUNT]
    for name, has_journal in (("golden image", True), ("rotate images", True), ("export image", False)):
        given = json.loads(fresh.named("job_templates", f"IMS {name}")["extra_vars"])
        assert (given.get("ims_journal") == "/var/lib/ims-journal") is has_journal
    before = len([path for method, path in writes(fresh) if "settings" in path])
    setting_up.well(fresh, JOURNAL)
    assert len([path for method, path in writes(fresh) if "settings" in path]) == before


def test_who_may_not_mount_the_journal_is_told_who_can(setting_up: SettingUp, fresh: Controller) -> None:
    has_credential_type(fresh)
    own = {**JOURNAL, "awx_setup_manage_credential_type": False}
    played = setting_up.play(fresh, own, user="orgadmin")
    assert "Only one of its system administrators can set that: Settings > Jobs" in played.words
    setting_up.well(fresh, {**own, "awx_setup_manage_journal": False}, user="orgadmin")


UPDATES: dict[str, tuple[_Dict, str]] = {
    "no such branch": (
        {"task": "Update project using git", "res": {"msg": "Failed to checkout branch nowhere", "stderr_lines": []}},
        "IMS project: Update project using git: Failed to checkout branch nowhere.",
    ),
    "a Galaxy without the collection": (
        {
            "task": "Fetch galaxy collections from collections/requirements.(yml/yaml)",
            "res": {
                "msg": "non-zero return code",
                "stderr_lines": ["[WARNING]: Skipping", "ERROR! Failed to resolve the requested dependencies map.", ""],
            },
        },
        "requirements.(yml/yaml): ERROR! Failed to resolve the requested dependencies map.",
    ),
}


@pytest.mark.parametrize("reason", UPDATES)
def test_a_project_that_cannot_be_updated_is_named_with_the_reason(
    setting_up: SettingUp, fresh: Controller, reason: str
) -> None:
    failure, words = UPDATES[reason]
    fresh.failing_update = failure
    played = setting_up.play(fresh, LEAST)
    assert played.code == 2
    assert "AWX could not update the project IMS project: " in played.words
    assert words in played.words
    assert re.search(r"The whole of it is in AWX under Jobs \(number 8\d\d\)\.", played.words)


def test_the_playbook_of_the_readme_says_where_awx_is(setting_up: SettingUp, fresh: Controller) -> None:
    """Its module_defaults reach every task of the role, with nothing in the environment."""
    text = (ROLE / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    plays = yaml.safe_load(block)
    defaults = plays[0]["module_defaults"]["group/awx.awx.controller"]
    assert defaults["controller_host"] == "https://awx.example.com"
    plays[0]["vars"] = {"vault_awx_password": fresh.passwords["admin"]}
    defaults["controller_host"] = fresh.url
    nothing = dict.fromkeys(fresh.environment(), "")
    played = setting_up.play_text(fresh, plays, "--check", **nothing)
    assert played.code == 0, played.text
