# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The credential type follows AWX's rules, and the collection takes what it injects as meant."""

from __future__ import annotations

import importlib
import re
import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from jinja2 import StrictUndefined, sandbox

from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import auth_spec
from ansible_collections.huaweicloud.ims.plugins.module_utils._identity import ENVIRONMENT
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import Options, resolve
from ansible_collections.huaweicloud.ims.tests.awx.harness import ROOT, injected, read_yaml

FOLDER = ROOT / "roles" / "awx_setup" / "files" / "credential_type"
TYPE = {name: read_yaml(FOLDER / f"{name}.yml") for name in ("inputs", "injectors")}
FIELDS = {field["id"]: field for field in TYPE["inputs"]["fields"]}
VARIABLES = TYPE["injectors"]["env"]
# awx/main/fields.py and awx/main/constants.py.
FIELD_KEYS = {
    "id",
    "label",
    "type",
    "format",
    "choices",
    "help_text",
    "multiline",
    "secret",
    "ask_at_runtime",
    "default",
}
ENV_BLOCKLIST = set(
    "VIRTUAL_ENV PATH PYTHONPATH JOB_ID INVENTORY_ID INVENTORY_SOURCE_ID INVENTORY_UPDATE_ID AD_HOC_COMMAND_ID"
    " REST_API_URL REST_API_TOKEN MAX_EVENT_RES CALLBACK_QUEUE CALLBACK_CONNECTION CACHE JOB_CALLBACK_DEBUG"
    " INVENTORY_HOSTVARS AWX_HOST PROJECT_REVISION SUPERVISOR_CONFIG_PATH".split()
)
KEYS = {"access_key": "AK01", "secret_key": "its-secret"}
USER = {"username": "me", "password": "my-password", "domain_name": "mine"}
HERE = {"region": "cn-north-4"}
# What the credential type of 1.0.0 asked for: credentials that were made with it must go on working.
FIRST_FIELDS = {
    "access_key",
    "secret_key",
    "security_token",
    "auth_token",
    "username",
    "password",
    "domain_name",
    "region",
    "project_id",
    "endpoint",
    "iam_endpoint",
}
# Variables that the official SDK and other tools have no option of the connection for.
OTHERS = {
    "enterprise_project_id": ("HW_ENTERPRISE_PROJECT_ID",),
    "obs_endpoint": ("HW_OBS_ENDPOINT",),
    "ecs_endpoint": ("HW_ECS_ENDPOINT",),
}
ELSEWHERE = {"endpoint": "https://ims.eu-de.otc.example.com", "iam_endpoint": "https://iam.eu-de.otc.example.com/v3"}


def resolved(**inputs: str) -> Options:
    """Return what the collection makes of a credential with these inputs, when a task gives no option."""
    environ = injected(TYPE, inputs)
    spec = auth_spec(environ).options
    return resolve(ArgumentSpecValidator(spec).validate({}).validated_parameters, environ)


def test_the_inputs_are_such_as_awx_accepts() -> None:
    assert set(TYPE["inputs"]) <= {"fields", "required"}
    assert len(FIELDS) == len(TYPE["inputs"]["fields"])
    for name, field in FIELDS.items():
        assert re.fullmatch(r"[a-zA-Z_]+[a-zA-Z0-9_]*", name) and name != "tower"
        assert set(field) <= FIELD_KEYS
        assert field["label"] and field["type"] == "string"


def test_all_that_is_secret_is_hidden() -> None:
    secret = {name for name, option in auth_spec({}).options.items() if option.get("no_log")}
    assert {name for name, field in FIELDS.items() if field.get("secret")} == secret


def test_the_variables_are_such_as_awx_accepts() -> None:
    assert set(TYPE["injectors"]) == {"env"}
    strict = sandbox.ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for name, template in VARIABLES.items():
        assert re.fullmatch(r"[a-zA-Z_]+[a-zA-Z0-9_]*", name)
        assert not name.startswith("ANSIBLE_") and name not in ENV_BLOCKLIST
        assert template.isascii()
        strict.from_string(template).render(dict.fromkeys(FIELDS, "EXAMPLE"))


def test_each_field_has_the_variable_that_counts_first() -> None:
    known = {**OTHERS, **ENVIRONMENT}
    assert {name: "{{ " + option + " }}" for option, (name, *_others) in known.items() if option in FIELDS} == VARIABLES
    assert set(FIELDS) <= set(known)
    # Files of the execution environment, which its image or a mount brings along with their variables.
    files = {"ca_path", "credentials_file", "shared_config_file", "profile"}
    assert set(ENVIRONMENT) - set(FIELDS) == files


def test_inputs_left_empty_give_empty_variables() -> None:
    assert injected(TYPE, {**KEYS, "project_id": ""}) == {
        **dict.fromkeys(VARIABLES, ""),
        "HW_ACCESS_KEY": "AK01",
        "HW_SECRET_KEY": "its-secret",
    }


@pytest.mark.parametrize("project", [{}, {"project_id": "p1"}])
@pytest.mark.parametrize("place", [HERE, ELSEWHERE, {**HERE, **ELSEWHERE}])
@pytest.mark.parametrize(
    ("kind", "secrets"),
    [
        ("aksk", KEYS),
        ("aksk", {**KEYS, "security_token": "temporary"}),
        ("token", {"auth_token": "MIIB" + "x" * 2000}),
        ("password", USER),
    ],
)
def test_each_kind_of_credential_is_taken_as_meant(
    kind: str, secrets: dict[str, str], place: dict[str, str], project: dict[str, str]
) -> None:
    if kind == "password" and not project and "region" not in place:
        pytest.raises(OptionError, resolved, **secrets, **place).match("need region, project_name or project_id")
        return
    options = resolved(**secrets, **place, **project)
    assert options.auth_type == kind
    # The cloud shows in the endpoints only, and the duration has a default.
    hidden = {"cloud", "assume_role_duration", *OTHERS}
    values: dict[str, t.Any] = {name: getattr(options, name) for name in set(FIELDS) - hidden}
    given = {name for name, value in values.items() if value is not None} - {"endpoint", "iam_endpoint"}
    assert given == {*secrets, *place, *project} - {"endpoint", "iam_endpoint"}
    assert all(values[name] == text for name, text in secrets.items())
    assert options.region == place.get("region")
    assert options.project_id == project.get("project_id")
    own = "endpoint" in place
    assert options.endpoint == (place["endpoint"] if own else "https://ims.cn-north-4.myhuaweicloud.com")
    assert options.iam_endpoint == f"https://iam.{'eu-de.otc.example' if own else 'cn-north-4.myhuaweicloud'}.com"


def test_credentials_of_the_first_version_are_taken_as_before() -> None:
    assert set(FIELDS) > FIRST_FIELDS
    assert "required" not in TYPE["inputs"]
    assert not [name for name, field in FIELDS.items() if "default" in field]
    options = resolved(**KEYS, **HERE)
    assert (options.endpoint, options.iam_endpoint) == (
        "https://ims.cn-north-4.myhuaweicloud.com",
        "https://iam.cn-north-4.myhuaweicloud.com",
    )
    assert (options.project_name, options.assume_role_agency_name) == (None, None)


def test_cloud_project_name_and_agency_are_taken_as_meant() -> None:
    options = resolved(**KEYS, region="eu-de", cloud="otc.t-systems.com", project_name="eu-de_dev")
    assert options.endpoint == "https://ims.eu-de.otc.t-systems.com"
    assert options.iam_endpoint == "https://iam.eu-de.otc.t-systems.com"
    assert options.project_name == "eu-de_dev"
    agency = {"assume_role_agency_name": "images", "assume_role_domain_name": "other"}
    options = resolved(**KEYS, **HERE, **agency)
    assert (options.assume_role_agency_name, options.assume_role_domain_name) == ("images", "other")


def test_an_identity_provider_and_an_agency_by_its_id_are_taken_as_meant() -> None:
    options = resolved(**HERE, idp_id="ci", id_token_file="/run/secrets/id_token")
    assert (options.auth_type, options.idp_id, options.id_token_file) == ("oidc", "ci", "/run/secrets/id_token")
    agency = {"assume_role_agency_name": "images", "assume_role_domain_id": "d1", "assume_role_duration": "1h"}
    options = resolved(**KEYS, **HERE, **agency)
    assert (options.assume_role_domain_id, options.assume_role_duration) == ("d1", 3600)


def test_an_enterprise_project_narrows_lists_and_moves_no_image() -> None:
    environ = injected(TYPE, {**KEYS, "enterprise_project_id": "e1"})
    read, change = (_work(name).spec(environ) for name in ("ims_image_info", "ims_image_copy"))
    lists, starts = (
        ArgumentSpecValidator(spec.options).validate({"image_id": "i", "name": "n"}) for spec in (read, change)
    )
    assert lists.validated_parameters["enterprise_project_id"] == "e1"
    assert starts.validated_parameters["enterprise_project_id"] is None


def _work(module: str) -> t.Any:
    name = f"ansible_collections.huaweicloud.ims.plugins.module_utils._work.{module}"
    return importlib.import_module(name).WORK


@pytest.mark.parametrize(
    ("inputs", "text"),
    [
        ({}, "No credentials"),
        ({"idp_id": "ci", **HERE}, "Incomplete credentials: idp_id without the rest"),
        (KEYS, "No region"),
        ({**KEYS, **HERE, "assume_role_agency_name": "images"}, "assume_role_domain_name is missing"),
        ({"access_key": "AK01", **HERE}, "Incomplete credentials: access_key without the rest"),
        ({**USER, "endpoint": ELSEWHERE["endpoint"], **HERE}, "iam_endpoint is missing"),
    ],
)
def test_a_credential_that_lacks_something_is_told_in_one_sentence(inputs: dict[str, str], text: str) -> None:
    pytest.raises(OptionError, resolved, **inputs).match(text)
