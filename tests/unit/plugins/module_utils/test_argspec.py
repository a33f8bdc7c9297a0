# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import (
    auth_argument_spec,
    check_wait_options,
    clean_job_ids,
    job_ids_argument_spec,
    query_api_argument_spec,
    wait_argument_spec,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError

DEFAULTS = {name: spec["default"] for name, spec in wait_argument_spec().items()}


def validated(params: dict[str, t.Any], environ: dict[str, str] | None = None) -> dict[str, t.Any]:
    result = ArgumentSpecValidator(auth_argument_spec(environ or {})).validate(params)
    assert result.error_messages == []
    return t.cast("dict[str, t.Any]", result.validated_parameters)


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
    result = ArgumentSpecValidator(auth_argument_spec()).validate({})
    assert result.validated_parameters["validate_certs"] is False


@pytest.mark.parametrize(
    "spec", [auth_argument_spec, job_ids_argument_spec, query_api_argument_spec, wait_argument_spec]
)
def test_specs_are_fresh_each_time(spec: t.Callable[[], dict[str, t.Any]]) -> None:
    changed = spec()
    for option in changed.values():
        option["type"] = "changed"
        option.setdefault("choices", []).append("changed")
    assert "changed" not in str(spec())


@pytest.mark.parametrize(
    ("values", "job_ids", "left_out"),
    [
        (["a", "b"], ["a", "b"], 0),
        ([" a ", "b\n"], ["a", "b"], 0),
        (["b", "a", "b", " a"], ["b", "a"], 2),
        ([None, "a", "", "  "], ["a"], 3),
        ([{"job_id": "a", "changed": True}, "b"], ["a", "b"], 0),
        ([{"job_id": "a"}, {"skipped": True}, {"job_id": None}], ["a"], 2),
        ([{"changed": True, "started": False, "msg": "Would start the export."}, "b"], ["b"], 1),
        ([12345], ["12345"], 0),
        ([], [], 0),
        ([None], [], 1),
    ],
)
def test_results_of_a_loop_can_be_given_as_they_are(values: list[t.Any], job_ids: list[str], left_out: int) -> None:
    assert clean_job_ids(values) == (job_ids, left_out)


@pytest.mark.parametrize("value", ["../../x", "a,b", "a b", "x" * 65, {"job_id": "../x"}, ["a"]])
def test_one_wrong_id_is_an_error(value: t.Any) -> None:
    with pytest.raises(OptionError, match=r"^job_ids: .* is not a job id \(letters, digits, - and _, at most 64\)\.$"):
        clean_job_ids(["a", value])


@pytest.mark.parametrize(
    ("result", "said"),
    [({"failed": True, "msg": "no such image"}, "no such image"), ({"changed": True}, "nothing"), ({}, "nothing")],
)
def test_a_result_without_a_job_id_is_an_error_that_says_what_its_task_said(
    result: dict[str, t.Any], said: str
) -> None:
    with pytest.raises(OptionError) as caught:
        clean_job_ids(["a", result])
    assert str(caught.value) == f"job_ids: a result in the list has no job_id; its task said: {said}."


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"timeout": 0.0, "delay": 0.0, "error_timeout": 0.0, "stall_timeout": 0.0},
        {"interval": 0.01, "max_interval": 0.01},
        {"max_requests_per_second": 0.1},
    ],
)
def test_waits_that_can_be_made(changes: dict[str, float]) -> None:
    check_wait_options({**DEFAULTS, **changes})


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"timeout": -1.0}, "timeout: -1 is not 0 or a number above it."),
        ({"delay": float("nan")}, "delay: nan is not 0 or a number above it."),
        ({"error_timeout": float("inf")}, "error_timeout: inf is not 0 or a number above it."),
        ({"stall_timeout": -0.5}, "stall_timeout: -0.5 is not 0 or a number above it."),
        ({"interval": 0.0}, "interval: 0 is not a number above 0."),
        ({"max_interval": -2.0}, "max_interval: -2 is not a number above 0."),
        ({"max_requests_per_second": 0.0}, "max_requests_per_second: 0 is not a number above 0."),
        (
            {"interval": 60.0},
            "interval: 60 is above max_interval, 30; lower the one or raise the other.",
        ),
    ],
)
def test_waits_that_cannot_be_made_are_told_in_a_sentence(changes: dict[str, float], sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        check_wait_options({**DEFAULTS, **changes})
    assert str(caught.value) == sentence
