# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import (
    JOB_IDS,
    STARTING,
    ArgumentSpec,
    auth_spec,
)

ONE = ArgumentSpec(
    {"a": {"type": "str"}, "b": {"type": "str"}},
    mutually_exclusive=(("a", "b"),),
    required_if=(("a", "x", ("b",)),),
    required_by={"a": ("b",)},
)
TWO = ArgumentSpec(
    {"b": {"type": "int", "default": 3}, "c": {"type": "str", "no_log": True, "aliases": ["sea"]}},
    required_together=(("b", "c"),),
    required_one_of=(("b", "c"),),
    required_by={"a": ("c",), "c": ("b",)},
)


def validated(params: dict[str, t.Any], environ: dict[str, str] | None = None) -> dict[str, t.Any]:
    result = ArgumentSpecValidator(**auth_spec(environ or {}).arguments()).validate(params)
    assert result.error_messages == []
    return t.cast("dict[str, t.Any]", result.validated_parameters)


def test_merged_specs_have_all_options_and_all_rules() -> None:
    assert ONE.merged(TWO).arguments() == {
        "argument_spec": {
            "a": {"type": "str"},
            "b": {"type": "int", "default": 3},
            "c": {"type": "str", "no_log": True, "aliases": ["sea"]},
        },
        "mutually_exclusive": [["a", "b"]],
        "required_together": [["b", "c"]],
        "required_one_of": [["b", "c"]],
        "required_if": [["a", "x", ("b",)]],
        "required_by": {"a": ["b", "c"], "c": ["b"]},
    }


@pytest.mark.parametrize("spec", [auth_spec({}), JOB_IDS, STARTING, ONE.merged(TWO)])
def test_arguments_are_made_anew_each_time(spec: ArgumentSpec) -> None:
    changed = spec.arguments()
    for option in changed["argument_spec"].values():
        option["type"] = "changed"
        option.setdefault("choices", []).append("changed")
    changed["mutually_exclusive"].append("changed")
    assert "changed" not in str(spec.arguments())


def test_secrets_are_the_values_of_options_with_no_log() -> None:
    assert ONE.merged(TWO).secrets({"a": "shown", "c": "hidden"}) == {"hidden"}
    assert TWO.secrets({"c": None}) == TWO.secrets({"c": ""}) == set()


@pytest.mark.parametrize(
    ("unknown", "suggestion"),
    [
        (["jobid"], " Did you mean job_id?"),
        (["job-ids"], " Did you mean job_ids?"),
        (["tiemout"], " Did you mean timeout?"),
        (["maxinterval", "delya"], " Did you mean delay and max_interval?"),
        (["completely_else"], ""),
    ],
)
def test_what_may_have_been_meant_is_named(unknown: list[str], suggestion: str) -> None:
    assert JOB_IDS.merged(STARTING).suggestion(unknown) == suggestion


@pytest.mark.parametrize(
    ("environ", "checked"),
    [
        ({}, True),
        ({"HW_INSECURE": ""}, True),
        ({"HW_INSECURE": "true"}, False),
        ({"HW_INSECURE": " TRUE "}, False),
        ({"HW_INSECURE": "1"}, False),
        ({"HW_INSECURE": "yes"}, False),
        ({"HW_INSECURE": "on"}, False),
        ({"HW_INSECURE": "false"}, True),
        ({"HW_INSECURE": "0"}, True),
        ({"HW_INSECURE": "nonsense"}, True),
        ({"OS_INSECURE": "true"}, False),
        ({"HW_INSECURE": "", "OS_INSECURE": "true"}, False),
        ({"HW_INSECURE": "false", "OS_INSECURE": "true"}, True),
    ],
)
def test_certificates_are_checked_unless_the_environment_clearly_says_otherwise(
    environ: dict[str, str], checked: bool
) -> None:
    assert validated({}, environ)["validate_certs"] is checked


def test_validate_certs_of_the_task_counts_more_than_the_environment() -> None:
    assert validated({"validate_certs": True}, {"HW_INSECURE": "true"})["validate_certs"] is True
    assert validated({"validate_certs": False}, {"HW_INSECURE": "false"})["validate_certs"] is False


def test_the_processs_environment_is_read_when_no_other_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HW_INSECURE", "true")
    result = ArgumentSpecValidator(**auth_spec().arguments()).validate({})
    assert result.validated_parameters["validate_certs"] is False
