# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is documented is what the code takes: names, types, defaults, choices, aliases, and what is secret."""

from __future__ import annotations

import functools
import importlib
import pathlib
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.plugins.doc_fragments import _auth, _job, _start, _state, _wait
from ansible_collections.huaweicloud.ims.plugins.module_utils import _argspec, _connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._identity import ENVIRONMENT

ROOT = pathlib.Path(_connect.__file__).parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
ACTIONS = sorted(path.stem for path in (ROOT / "plugins" / "action").glob("*.py"))
PREFIXES = ("ecs_", "ims_", "obs_")
FOUND = (path.stem for path in (ROOT / "plugins" / "module_utils" / "_work").glob("*.py"))
WORKS = sorted(name for name in FOUND if name.startswith(PREFIXES))
PLUGINS = "ansible_collections.huaweicloud.ims.plugins"
SECRETS = {"secret_key", "security_token", "auth_token", "password"}
Options = dict[str, dict[str, t.Any]]


ONLY_WAIT = {name: option for name, option in _argspec.STARTING.options.items() if name not in _argspec.WAITING.options}
GROUPS: dict[str, tuple[str, t.Mapping[str, t.Any]]] = {
    "_auth": (_auth.ModuleDocFragment.DOCUMENTATION, _argspec.auth_spec().options),
    "_start": (_start.ModuleDocFragment.DOCUMENTATION, ONLY_WAIT),
    "_wait": (_wait.ModuleDocFragment.DOCUMENTATION, _argspec.WAITING.options),
    "_state": (_state.ModuleDocFragment.DOCUMENTATION, _argspec.STATE_WAITING.options),
    "_job": (_job.ModuleDocFragment.DOCUMENTATION, _argspec.JOB_IDS.options),
    "_job.query_api": (_job.ModuleDocFragment.QUERY_API, _argspec.QUERY_API.options),
}
COMPARED = ("type", "elements", "default", "choices", "aliases", "required")


@functools.cache
def documented(fragment: str) -> Options:
    return t.cast("Options", yaml.safe_load(fragment)["options"])


def facts(option: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {name: option.get(name) for name in COMPARED}


def work(module: str) -> t.Any:
    return importlib.import_module(f"{PLUGINS}.module_utils._work.{module}").WORK


@functools.cache
def documentation(module: str) -> dict[str, t.Any]:
    found = importlib.import_module(f"ansible_collections.huaweicloud.ims.plugins.modules.{module}")
    return t.cast("dict[str, t.Any]", yaml.safe_load(found.DOCUMENTATION))


@pytest.mark.parametrize("group", GROUPS)
def test_documented_options_are_those_that_are_taken(group: str) -> None:
    fragment, spec = GROUPS[group]
    assert {name: facts(option) for name, option in documented(fragment).items()} == {
        name: facts(option) for name, option in spec.items()
    }


def all_facts(options: t.Mapping[str, t.Any], nested: str) -> dict[str, t.Any]:
    return {
        name: {
            **facts(option),
            "choices": sorted(option.get("choices") or ()),
            "nested": all_facts(option.get(nested) or {}, nested),
        }
        for name, option in options.items()
    }


@pytest.mark.parametrize("module", WORKS)
def test_the_options_that_a_module_documents_itself_are_its_own(module: str) -> None:
    own = work(module).own.options
    shared = set(_argspec.QUERY_API.options)
    documented_ = all_facts(documentation(module).get("options", {}), "suboptions")
    assert documented_ == all_facts({name: own[name] for name in own if name not in shared}, "options")


@pytest.mark.parametrize("module", WORKS)
def test_a_module_and_its_action_have_one_work(module: str) -> None:
    assert work(module).name == module
    assert importlib.import_module(f"{PLUGINS}.modules.{module}").WORK is work(module)
    assert importlib.import_module(f"{PLUGINS}.action.{module}").ActionModule.work is work(module)


def test_every_work_has_a_module_and_an_action_and_only_the_wait_has_no_work() -> None:
    assert set(WORKS) == set(MODULES) - {"wait_for_ims_job"}
    assert ACTIONS == MODULES


@pytest.mark.parametrize("group", GROUPS)
def test_defaults_have_the_type_that_is_documented(group: str) -> None:
    kinds: dict[str, type] = {"str": str, "float": float, "bool": bool}
    for name, option in {**documented(GROUPS[group][0]), **GROUPS[group][1]}.items():
        if "default" in option:
            assert isinstance(option["default"], kinds[option["type"]]), name


@pytest.mark.parametrize("group", GROUPS)
def test_every_option_is_explained_in_sentences(group: str) -> None:
    for name, option in documented(GROUPS[group][0]).items():
        text = option["description"]
        paragraphs = [text] if isinstance(text, str) else text
        assert all(paragraph.endswith((".", ":")) for paragraph in paragraphs), name


def test_secrets_are_kept_out_of_logs() -> None:
    spec = _argspec.auth_spec().options
    assert {name for name, option in spec.items() if option.get("no_log")} == SECRETS
    # Its name looks like a secret's to Ansible, which warns unless it is told that it is none.
    assert spec["access_key"]["no_log"] is False


@pytest.mark.parametrize("option", ENVIRONMENT)
def test_each_environment_variable_is_named_with_its_option(option: str) -> None:
    text = str(documented(_auth.ModuleDocFragment.DOCUMENTATION)[option]["description"])
    assert all(f"E({name})" in text for name in ENVIRONMENT[option])


def test_no_variable_is_named_that_is_not_read() -> None:
    text = _auth.ModuleDocFragment.DOCUMENTATION
    named = {part.partition(")")[0] for part in text.split("E(")[1:]}
    read = {name for names in ENVIRONMENT.values() for name in names}
    others = {"HW_INSECURE", "OS_INSECURE", "HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}
    others |= set(_argspec.JOURNAL_VARIABLES.values())
    assert named == read | others


@pytest.mark.parametrize("module", MODULES)
def test_every_module_is_in_the_action_group(module: str) -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text("utf-8"))
    assert module in runtime["action_groups"]["ims"]


def test_nothing_is_in_the_action_group_that_is_not_there() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text("utf-8"))
    assert sorted(runtime["action_groups"]["ims"]) == sorted({*MODULES, *ACTIONS})


@pytest.mark.parametrize("module", MODULES)
def test_every_module_documents_its_name_and_the_shared_options(module: str) -> None:
    found = documentation(module)
    assert found["module"] == module
    assert "huaweicloud.ims._auth" in found["extends_documentation_fragment"]
    assert "huaweicloud.ims._attributes" in found["extends_documentation_fragment"]


def test_the_version_is_the_same_everywhere() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text("utf-8"))
    assert galaxy["version"] == _connect.VERSION


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_newer_than_the_next_release(module: str) -> None:
    added = documentation(module)["version_added"]
    next_ = (int(_connect.VERSION.partition(".")[0]) + 1, 0, 0)
    assert tuple(map(int, added.split("."))) <= next_
