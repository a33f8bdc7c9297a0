# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleFilterError

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report import excerpts
from ansible_collections.huaweicloud.ims.plugins.test.jobs import TestModule as JobTests

TESTS = JobTests().tests()


def job(status: str, **entities: t.Any) -> dict[str, t.Any]:
    return Job.from_api({"job_id": "abc", "status": status, "entities": entities}).to_result()


GOOD, BAD, RUNNING, ODD = job("SUCCESS"), job("FAIL"), job("RUNNING"), job("PENDING_PAYMENT")
PARTLY = job("SUCCESS", results=[{"status": "success"}, {"status": "failed"}])
RUNNING_PARTLY = job("RUNNING", results=[{"status": "failed"}])


def looked(*jobs: dict[str, t.Any], **more: t.Any) -> dict[str, t.Any]:
    return {"changed": False, "jobs": list(jobs), "missing": [], **more}


def verdict(value: t.Any) -> tuple[bool, bool, bool]:
    return TESTS["job_finished"](value), TESTS["job_succeeded"](value), TESTS["job_failed"](value)


@pytest.mark.parametrize(
    ("value", "finished", "succeeded", "failed"),
    [
        pytest.param(GOOD, True, True, False, id="success"),
        pytest.param(BAD, True, False, True, id="failure"),
        pytest.param(RUNNING, False, False, False, id="running"),
        pytest.param(ODD, False, False, False, id="odd status"),
        pytest.param(PARTLY, True, False, True, id="part of a batch failed"),
        pytest.param(RUNNING_PARTLY, False, False, False, id="part failed, still running"),
        pytest.param([GOOD, GOOD], True, True, False, id="all succeeded"),
        pytest.param([GOOD, BAD], True, False, True, id="one of two failed"),
        pytest.param((RUNNING, BAD), False, False, True, id="one failed, one running"),
        pytest.param([GOOD, RUNNING], False, False, False, id="one still running"),
        pytest.param(looked(GOOD), True, True, False, id="result"),
        pytest.param(looked(GOOD, missing=["x"]), False, False, False, id="result with a missing job"),
        pytest.param(looked(BAD, missing=["x"]), False, False, True, id="result with a failed and a missing job"),
        pytest.param({"jobs": [GOOD], "finished": ["abc"]}, True, True, False, id="result of a wait"),
        pytest.param(
            {"jobs": [RUNNING], "finished": [], "failed": True, "timed_out": True}, False, False, False, id="timed out"
        ),
        pytest.param([], True, True, False, id="no jobs"),
        pytest.param(looked(), True, True, False, id="result without jobs"),
        pytest.param({"failed": True, "msg": "no answer"}, False, False, False, id="failed look"),
        pytest.param({"skipped": True}, False, False, False, id="skipped look"),
    ],
)
def test_verdicts(value: t.Any, finished: bool, succeeded: bool, failed: bool) -> None:
    assert verdict(value) == (finished, succeeded, failed)


@pytest.mark.parametrize("keys", [excerpts._SHORT, excerpts._SHORTEST], ids=["short", "shortest"])
@pytest.mark.parametrize("whole", [GOOD, BAD, RUNNING, ODD, PARTLY])
def test_a_job_of_a_very_large_wait_is_judged_by_what_is_left_of_it(
    whole: dict[str, t.Any], keys: tuple[str, ...]
) -> None:
    assert verdict(looked({key: whole[key] for key in keys})) == verdict(whole)


def test_in_a_large_wait_the_failed_part_of_a_job_still_counts() -> None:
    assert verdict(looked({key: PARTLY[key] for key in excerpts._SHORT})) == verdict(PARTLY)


@pytest.mark.parametrize("value", [None, 7, "RUNNING", {}, {"status": "SUCCESS"}, {"changed": True}, {"finished": 1}])
@pytest.mark.parametrize("name", TESTS)
def test_what_is_no_job_is_an_error(name: str, value: t.Any) -> None:
    with pytest.raises(AnsibleFilterError, match="^Neither a job, nor a list of jobs, nor a result of"):
        TESTS[name](value)
