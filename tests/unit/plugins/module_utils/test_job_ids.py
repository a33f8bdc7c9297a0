# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._job_ids import named_jobs

STARTED = {"changed": True, "job_id": "a", "job_ids": ["a"], "started": True, "msg": "Started it."}
KEPT = {"changed": False, "job_id": None, "job_ids": [], "started": False, "msg": "It was kept."}
UNCLEAR = {"failed": True, "job_id": None, "job_ids": [], "started": None, "msg": "It may have been started."}
SKIPPED = {"changed": False, "skipped": True, "skip_reason": "Conditional result was False"}


@pytest.mark.parametrize(
    ("value", "job_ids", "left_out"),
    [
        ("a", ["a"], 0),
        (7, ["7"], 0),
        (" a , b,", ["a", "b"], 0),
        (["a", "b", "a"], ["a", "b"], 1),
        (("b", " a "), ["b", "a"], 0),
        (STARTED, ["a"], 0),
        ([STARTED, "b"], ["a", "b"], 0),
        ({"changed": True, "results": [STARTED, SKIPPED, {**STARTED, "job_id": "b", "job_ids": ["b"]}]}, ["a", "b"], 1),
        ([{"results": [STARTED]}, {"results": [], "skipped": True}, "c"], ["a", "c"], 0),
        ({"job_id": None, "job_ids": ["x", "y"], "started": True}, ["x", "y"], 0),
        ({"job_id": "a"}, ["a"], 0),
        ({"failed": True, "timed_out": True, **STARTED}, ["a"], 0),
        ([], [], 0),
        (SKIPPED, [], 1),
    ],
)
def test_jobs_are_named_by_ids_and_results_without_a_warning(value: t.Any, job_ids: list[str], left_out: int) -> None:
    named = named_jobs(value)
    assert (list(named.job_ids), named.left_out, named.warnings) == (job_ids, left_out, ())


@pytest.mark.parametrize(
    ("value", "job_ids", "warnings"),
    [
        (None, [], ["job_ids: 1 entry is null or empty; so no job is named."]),
        ("", [], ["job_ids: 1 entry is null or empty; so no job is named."]),
        ([None, " ", "a"], ["a"], ["job_ids: 2 entries are null or empty; only the others count."]),
        (KEPT, [], ["job_ids: 1 result has no job id (It was kept); so no job is named."]),
        (
            [KEPT, UNCLEAR, KEPT, STARTED],
            ["a"],
            ["job_ids: 3 results have no job id (It was kept; It may have been started); only the others count."],
        ),
        (
            ["", KEPT],
            [],
            [
                "job_ids: 1 entry is null or empty; so no job is named.",
                "job_ids: 1 result has no job id (It was kept); so no job is named.",
            ],
        ),
    ],
)
def test_what_names_no_job_is_left_out_with_a_warning(value: t.Any, job_ids: list[str], warnings: list[str]) -> None:
    named = named_jobs(value)
    assert (list(named.job_ids), list(named.warnings)) == (job_ids, warnings)


@pytest.mark.parametrize("value", ["../../x", "a b", "x" * 65, {"job_id": "../x"}, ["a", ["b"]], ["a,b"]])
def test_one_wrong_id_is_an_error(value: t.Any) -> None:
    with pytest.raises(OptionError, match=r"^job_ids: .* is not a job id \(letters, digits, - and _, at most 64\)\.$"):
        named_jobs(value)


@pytest.mark.parametrize(
    ("result", "said"),
    [({"failed": True, "msg": "no such image."}, "no such image"), ({"changed": True}, "nothing"), ({}, "nothing")],
)
def test_the_result_of_a_task_that_starts_no_jobs_is_an_error(result: dict[str, t.Any], said: str) -> None:
    with pytest.raises(OptionError) as caught:
        named_jobs(["a", result])
    assert str(caught.value) == f"job_ids: a result in the list has no job_id; its task said: {said}."


def test_what_a_task_said_is_shown_on_one_line() -> None:
    (warning,) = named_jobs({**KEPT, "msg": "kept\x1b[31m\nok: [localhost] => faked"}).warnings
    assert "\x1b" not in warning
    assert "\n" not in warning
