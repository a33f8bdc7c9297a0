# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What of a task is private to ansible-core, and what users see of a module: the same on each core."""

from __future__ import annotations

import datetime
import importlib
import typing as t

import pytest
from ansible import constants as C
from ansible.errors import AnsibleConnectionFailure

from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import ArgumentSpec
from ansible_collections.huaweicloud.ims.plugins.plugin_utils._task import Checked, HostLostError, Task, plain
from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage

SPEC = ArgumentSpec(
    {
        "name": {"type": "str", "aliases": ["title"]},
        "count": {"type": "int", "default": 3},
        "ratio": {"type": "float"},
        "flag": {"type": "bool"},
        "items": {"type": "list", "elements": "str"},
        "path": {"type": "path"},
        "token": {"type": "str", "no_log": True},
        "kind": {"type": "str", "choices": ["a", "b"], "default": "a"},
        "disks": {"type": "list", "elements": "dict", "options": {"size": {"type": "int", "required": True}}},
    },
    mutually_exclusive=(("name", "items"),),
    required_by={"flag": ("name",)},
)


@pytest.fixture
def acts(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def task(acts: Stage, args: dict[str, t.Any], variables: dict[str, t.Any] | None = None, **keywords: t.Any) -> Task:
    return Task(acts.plugin(acts.task("ims_job_info", args, **keywords), variables), variables)


def checked(acts: Stage, environ: dict[str, str] | None = None, **args: t.Any) -> Checked:
    return task(acts, args).checked(SPEC, environ or {})


def test_options_get_types_defaults_and_both_names(acts: Stage) -> None:
    found = checked(acts, title="x", ratio="0.5", flag="yes", count="7", disks=[{"size": "40"}])
    assert found.error is None
    assert found.params == {
        "title": "x",
        "name": "x",
        "ratio": 0.5,
        "flag": True,
        "count": 7,
        "disks": [{"size": 40}],
        "items": None,
        "path": None,
        "token": None,
        "kind": "a",
    }
    assert checked(acts, items="a,b").params["items"] == ["a", "b"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"name": "x", "items": ["y"]}, "parameters are mutually exclusive: name|items"),
        ({"flag": True}, "missing parameter(s) required by 'flag': name"),
        ({"kind": "c"}, "value of kind must be one of: a, b, got: c"),
        ({"disks": [{}]}, "missing required arguments: size found in disks"),
        ({"count": "x"}, "argument 'count' is of type "),
    ],
)
def test_a_mistake_is_told_as_a_module_tells_it(acts: Stage, args: dict[str, t.Any], message: str) -> None:
    assert (checked(acts, **args).error or "").startswith(message)


def test_of_several_mistakes_the_first_is_told(acts: Stage) -> None:
    assert "kind" not in str(checked(acts, name="x", items=["y"], kind="c").error)


def test_an_option_and_its_alias_are_warned_about(acts: Stage) -> None:
    assert checked(acts, name="x", title="y").warnings == ("Both option name and its alias title are set.",)


def test_a_path_is_read_by_the_tasks_environment(acts: Stage) -> None:
    environ = {"HOME": "/home/task", "NAME": "n"}
    assert checked(acts, environ, path="~/a").params["path"] == "/home/task/a"
    assert checked(acts, environ, path="~").params["path"] == "/home/task"
    assert checked(acts, environ, path="/x/$NAME/${NAME}.pem").params["path"] == "/x/n/n.pem"
    assert checked(acts, environ, path="/x/$OTHER_NAME").params["path"] == "/x/$OTHER_NAME"


def test_secrets_are_masked_like_in_a_module(acts: Stage) -> None:
    found = checked(acts, token="s3cret-token")
    assert found.secrets == {"s3cret-token"}
    result = {"msg": "it is s3cret-token!", "list": ["s3cret-token"], "changed": True, "none": None, "number": 7}
    assert task(acts, {}).masked(result, found) == {
        "msg": "it is ********!",
        "list": ["VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"],
        "changed": True,
        "none": None,
        "number": 7,
    }


def test_what_says_yes_no_or_nothing_survives_a_short_secret(acts: Stage) -> None:
    for secret in ("e", "True", "False", "None"):
        found = checked(acts, token=secret)
        result = {"changed": True, "failed": False, "job_id": None}
        masked = task(acts, {}).masked(result, found)
        assert masked == result
        assert all(type(masked[name]) is type(value) for name, value in result.items())


def has_setting() -> bool:
    """Return whether this ansible-core lets users choose whether they want ``invocation``: from 2.21 on."""
    return "INJECT_INVOCATION" in C.config.get_configuration_definitions()


def test_invocation_is_there_where_a_module_has_it(acts: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    found = checked(acts, token="s3cret-token", name="x")
    result = task(acts, {}).as_of_module({"changed": False}, found)
    assert ("invocation" in result) is not has_setting()
    if has_setting():
        monkeypatch.setenv("ANSIBLE_INJECT_INVOCATION", "true")
        result = task(acts, {}).as_of_module({"changed": False}, found)
    args = result["invocation"]["module_args"]
    assert (args["name"], args["count"], args["token"]) == ("x", 3, "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER")


def test_the_invocation_of_a_module_is_kept(acts: Stage) -> None:
    result = task(acts, {}).as_of_module({"invocation": "of the module"}, checked(acts))
    assert result["invocation"] == "of the module"


def test_the_environment_of_a_task_is_over_our_own(acts: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONE", "ours")
    monkeypatch.setenv("TWO", "ours")
    keywords = {"environment": [{"TWO": "{{ value }}", "THREE": 3, "FOUR": True, "FIVE": None}]}
    environ = task(acts, {}, {"value": "theirs"}, **keywords).environment()
    assert (environ["ONE"], environ["TWO"], environ["THREE"], environ["FOUR"]) == ("ours", "theirs", "3", "True")
    assert environ.get("FIVE", "") in ("", "None")


def test_facts_of_the_task(acts: Stage) -> None:
    found = task(acts, {"a": 1}, {"inventory_hostname": "h2"}, check_mode=True, no_log=True, async_val=5)
    assert (found.check_mode, found.no_log, found.async_seconds, found.host) == (True, True, 5, "h2")
    assert (found.args, found.action) == ({"a": 1}, "huaweicloud.ims.ims_job_info")
    assert task(acts, {}).host == "localhost"


def test_attempts_have_one_identity_and_items_of_a_loop_have_not(acts: Stage) -> None:
    one, two = acts.task("ims_job_info", {}), acts.task("ims_job_info", {})
    assert Task(acts.plugin(one), {}).identity is Task(acts.plugin(one), {}).identity
    assert Task(acts.plugin(one), {}).identity is not Task(acts.plugin(two), {}).identity


def test_the_arguments_handed_to_a_module_are_a_copy(acts: Stage) -> None:
    """ansible-core writes its own keys into what it gets, and another attempt would find them among the options."""

    def answer(name: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        args["_ansible_check_mode"] = True
        return {}

    acts.host.answer = answer
    found = task(acts, {"a": 1})
    found.run_module("ims_job_info", found.args)
    assert found.args == {"a": 1}


@pytest.mark.parametrize("way", ["raised", "returned"])
def test_a_host_is_lost_whichever_way_ansible_says_so(acts: Stage, way: str) -> None:
    def lost(name: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        if way == "raised":
            raise AnsibleConnectionFailure("broken pipe")
        return {"unreachable": True, "msg": "broken pipe"}

    acts.host.answer = lost
    with pytest.raises(HostLostError, match="broken pipe"):
        task(acts, {}).try_module("ims_job_info", {})


def test_values_are_plain_ones() -> None:
    class Text(str):
        """As Ansible marks texts: with a class of its own, which may show itself otherwise."""

        def __str__(self) -> str:
            return "marked"

    class Number(int):
        pass

    marked = {Text("a"): [Text("b"), Number(1), (True, None, 0.5), {Text("c")}]}
    found = plain(marked)
    assert found == {"a": ["b", 1, [True, None, 0.5], ["c"]]}
    (key,) = found
    assert {type(key), type(found["a"][0])} == {str}
    assert [type(one) for one in found["a"][1:2]] == [int]
    assert plain(datetime.date(2026, 3, 1)) == "2026-03-01"
    assert plain(importlib) == str(importlib)
