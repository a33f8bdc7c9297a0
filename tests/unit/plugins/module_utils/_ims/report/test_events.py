# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rules of ansible-rulebook get."""

from __future__ import annotations

import dataclasses
import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import FailedItem
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.events import MAX_JOB_CHARACTERS, event_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracked_job import State, TrackedJob
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.watch import StatusChange
from ansible_collections.huaweicloud.ims.tests.unit.scripted import job

KEYS = {"job_id", "job", "previous_status", "outcome", "reason"}


def event(found: t.Any, state: State, previous: str | None = None, **facts: t.Any) -> dict[str, t.Any]:
    tracked = TrackedJob("edc89b49", 0.0, state=state, reading=found, polls=1, **facts)
    told = event_of(StatusChange(tracked, previous))
    assert set(told) == KEYS
    return told


def test_a_job_that_is_seen_first() -> None:
    found = job("RUNNING", 12, job_id="edc89b49", entities={"x": 1})
    told = event(found, State.PENDING)
    assert (told["job_id"], told["previous_status"]) == ("edc89b49", None)
    assert (told["outcome"], told["reason"]) == ("pending", None)
    assert told["job"] == found.to_result()


def test_a_job_that_failed() -> None:
    found = job("FAIL", error_code="IMG.0069", fail_reason="The bucket cannot be accessed.")
    told = event(found, State.FAILED, "RUNNING")
    assert told["previous_status"] == "RUNNING"
    assert (told["outcome"], told["reason"]) == ("failed", "FAIL: IMG.0069: The bucket cannot be accessed.")
    assert event(job("SUCCESS"), State.SUCCEEDED, "RUNNING")["reason"] is None


def test_a_job_that_the_cloud_does_not_know() -> None:
    told = event(None, State.FAILED, unknown=True)
    assert told["reason"] == "is not known to the cloud"
    assert told["job"]["job_id"] == "edc89b49"
    assert told["job"]["status"] is None


def test_a_status_before_is_cleaned_too() -> None:
    assert event(job("SUCCESS"), State.SUCCEEDED, "RUN\x1b[2J")["previous_status"] == "RUN [2J"


@pytest.mark.parametrize(("count", "kept"), [(50, 50), (101, 101), (1_000, 100), (40_000, 100)])
def test_an_event_is_bounded(count: int, kept: int) -> None:
    failed = FailedItem("failed", "image", "project", None, "IMG.0112", "r" * 40)
    found = dataclasses.replace(job("SUCCESS"), failed_items=(failed,) * count)
    told = event(found, State.FAILED)
    assert len(told["job"]["failed_items"]) == kept
    assert len(json.dumps(told)) < MAX_JOB_CHARACTERS + 5_000


@pytest.mark.parametrize(("letters", "keys"), [(200, 10), (400, 10)])
def test_an_event_of_endless_texts_has_the_keys_that_rules_rely_on(letters: int, keys: int) -> None:
    failed = FailedItem(*["镜" * letters] * 6)
    found = dataclasses.replace(job("FAIL", fail_reason="镜" * 100_000), failed_items=(failed,) * 1_000)
    told = event(found, State.FAILED)
    assert len(json.dumps(told)) < MAX_JOB_CHARACTERS + 5_000
    assert {"job_id", "status", "finished", "succeeded", "error_code", "failed_items"} <= set(told["job"])
