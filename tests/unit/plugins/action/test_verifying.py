# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Exports with verify: true: looked for before and after, here and on other hosts, and never a lost id."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.objects import Objects, Place
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab
    from ansible_collections.huaweicloud.ims.tests.unit.plugins.conftest import Run

IMAGE = "10000000-0000-4000-8000-000000000001"
OPTIONS = {"image_id": IMAGE, "bucket_url": "ims-image:x.qcow2", "file_format": "qcow2", "wait": True, "verify": True}
OBS = {"x-obs-request-id": "0000018A"}
DENIED = {**OBS, "x-obs-error-code": "AccessDenied"}
HEAD, POST, GET = "HEAD", "POST", "GET"


def methods(lab: Lab) -> list[str]:
    return [entry.method for entry in lab.simulator.requests]


def add_object(lab: Lab, size: int = 7) -> None:
    held = {"size": size, "etag": "e-2", "last_modified": lab.clock.now()}
    lab.simulator.cloud.objects["ims-image:x.qcow2"] = held


def test_an_export_that_ended_well_is_shown_to_be_there(lab: Lab, stage: Stage) -> None:
    result = stage.act("ims_image_export", dict(OPTIONS))
    held = lab.simulator.cloud.objects["ims-image:x.qcow2"]
    assert not result.get("failed")
    assert (methods(lab)[0], methods(lab)[1], methods(lab)[-1]) == (HEAD, POST, HEAD)
    assert methods(lab).count(HEAD) == 2
    assert {name: result["object"][name] for name in ("bucket", "object_key", "size", "etag")} == {
        "bucket": "ims-image",
        "object_key": "x.qcow2",
        "size": held["size"],
        "etag": held["etag"],
    }
    assert result["msg"].endswith(" ims-image:x.qcow2 is there, 1,073,741,824 bytes.")
    assert (result["changed"], result["succeeded_jobs"]) == (True, [result["job_id"]])


def test_the_bucket_and_the_key_may_be_options_of_their_own(lab: Lab, stage: Stage) -> None:
    args = {**OPTIONS, "bucket_url": None, "bucket": "ims-image", "object_key": "a/b.qcow2"}
    result = stage.act("ims_image_export", {name: value for name, value in args.items() if value is not None})
    assert (result["object"]["bucket"], result["object"]["object_key"]) == ("ims-image", "a/b.qcow2")


def test_without_verify_obs_is_not_asked(lab: Lab, stage: Stage) -> None:
    result = stage.act("ims_image_export", {**OPTIONS, "verify": False})
    assert HEAD not in methods(lab)
    assert "object" not in result


def test_verify_without_a_wait_is_refused(lab: Lab, stage: Stage, run_module: t.Callable[..., Run]) -> None:
    message = "verify: true needs wait: true, for only an export that has ended can be looked at."
    options = {**OPTIONS, "wait": False}
    for result in (stage.act("ims_image_export", dict(options)), run_module("ims_image_export", **options).result):
        assert (result["failed"], result["msg"], result["started"]) == (True, message, False)
    assert methods(lab) == []


@pytest.mark.parametrize("size", [None, 0])
def test_an_object_that_is_missing_or_empty_fails_the_task_and_keeps_the_id(
    lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch, size: int | None
) -> None:
    objects = lab.simulator.cloud.objects
    finish = lab.simulator.cloud.settle

    def settle() -> None:
        finish()
        if size is None:
            objects.clear()
        for held in objects.values():
            held["size"] = size

    monkeypatch.setattr(lab.simulator.cloud, "settle", settle)
    result = stage.act("ims_image_export", dict(OPTIONS))
    assert (result["failed"], result["changed"], result["started"]) == (True, True, True)
    assert (result["succeeded_jobs"], result["object"]) == ([result["job_id"]], None)
    assert "The export ended SUCCESS, but ims-image:x.qcow2 is " in result["msg"]
    assert ("is not there. Look for it" if size is None else "is there with 0 bytes.") in result["msg"]


def test_a_refusal_after_the_job_fails_the_task_and_keeps_the_id(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=403, method=HEAD, skip=1, headers=DENIED))
    result = stage.act("ims_image_export", dict(OPTIONS))
    assert (result["failed"], result["object"]) == (True, None)
    assert result["job_id"] in result["succeeded_jobs"]
    assert "whether ims-image:x.qcow2 is there could not be seen. AccessDenied" in result["msg"]
    assert methods(lab).count(HEAD) == 2


def test_an_outage_of_obs_is_outlasted(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=503, method=HEAD, skip=1, count=4, headers=OBS, retry_after=20))
    began = lab.clock.now()
    result = stage.act("ims_image_export", dict(OPTIONS))
    assert not result.get("failed")
    assert result["object"]["size"]
    assert methods(lab).count(HEAD) == 6
    assert lab.clock.now() - began - result["elapsed"] >= 4 * 20 - 0.1


def test_an_outage_that_lasts_is_given_up_within_error_timeout(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=503, method=HEAD, skip=1, headers=OBS))
    begin = lab.clock.now()
    lab.simulator.cloud.set_script(JobScript(duration=20))
    result = stage.act("ims_image_export", {**OPTIONS, "error_timeout": "2m"})
    assert (result["failed"], result["job_id"]) == (True, result["succeeded_jobs"][0])
    assert lab.clock.now() - begin <= result["elapsed"] + 120
    assert methods(lab).count(HEAD) > 5


def test_looking_ends_with_the_timeout_of_the_task(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=503, method=HEAD, skip=1, headers=OBS))
    lab.simulator.cloud.set_script(JobScript(duration=20))
    begin = lab.clock.now()
    assert stage.act("ims_image_export", {**OPTIONS, "timeout": 60})["failed"]
    assert lab.clock.now() - begin <= 61


def test_the_last_look_does_not_outlast_the_task(lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    seconds: list[float] = []

    def find(store: Objects, place: Place, timeout: float | None = None) -> None:
        seconds.append(store._timeout)

    monkeypatch.setattr(Objects, "find", find)
    lab.simulator.cloud.set_script(JobScript(duration=50))
    stage.act("ims_image_export", {**OPTIONS, "timeout": 60, "interval": 10, "backoff": "fixed"})
    before, after = seconds
    assert before == 30.0
    assert 1.0 <= after <= 10.0


def test_a_job_that_failed_is_not_looked_for(lab: Lab, stage: Stage) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=5, outcome="FAIL"))
    result = stage.act("ims_image_export", dict(OPTIONS))
    assert (result["failed"], methods(lab).count(HEAD)) == (True, 1)
    assert "object" not in result


# -- before anything is started ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"auth_token": "TOKEN-TOKEN-TOKEN"}, "OBS takes no tokens: give access_key and secret_key, or iam_endpoint"),
        ({"obs_endpoint": "http://obs.example.com"}, "obs_endpoint: obs.example.com would be asked over plain http"),
        ({"access_key": "UNKNOWN-KEY-1"}, "The cloud refused the access key UN...-1: InvalidAccessKeyId"),
        ({"bucket_url": "Bucket:x.qcow2"}, 'bucket: "Bucket" is not the name of a bucket'),
    ],
)
def test_what_keeps_the_proof_away_is_known_before_the_start(
    lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch, changes: dict[str, t.Any], message: str
) -> None:
    monkeypatch.delenv("HW_AUTH_URL")
    result = stage.act("ims_image_export", {**OPTIONS, **changes})
    assert result["failed"]
    assert result["msg"].startswith(message)
    assert (result["started"], result["job_id"]) == (False, None)
    assert POST not in methods(lab)


def test_without_an_endpoint_of_obs_nothing_is_started(lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HW_OBS_ENDPOINT")
    result = stage.act("ims_image_export", dict(OPTIONS))
    assert result["msg"].startswith("obs_endpoint is missing")
    assert methods(lab) == []


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault("status", status=403, method=HEAD, headers=DENIED), "AccessDenied: Forbidden"),
        (Fault("status", status=301, method=HEAD, headers=OBS), "Bucket ims-image is in another region"),
        (
            Fault("status", status=404, method=HEAD, headers={**OBS, "x-obs-error-code": "NoSuchBucket"}),
            "There is no bucket ims-image",
        ),
    ],
)
def test_what_obs_refuses_is_known_before_the_start(lab: Lab, stage: Stage, fault: Fault, message: str) -> None:
    lab.simulator.faults.add(fault)
    result = stage.act("ims_image_export", dict(OPTIONS))
    assert result["failed"]
    assert result["msg"].startswith(message)
    assert methods(lab) == [HEAD]


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_old_object_does_not_pass_for_the_new_one(lab: Lab, stage: Stage, check_mode: bool) -> None:
    add_object(lab)
    result = stage.act("ims_image_export", dict(OPTIONS), check_mode=check_mode)
    assert (result["failed"], result["started"], result["error_code"]) == (True, False, "IMG.0070")
    assert result["msg"].startswith("Object ims-image:x.qcow2 exists already (7 bytes), so nothing was started. ")
    assert methods(lab) == [HEAD]


@pytest.mark.parametrize("check_mode", [False, True])
def test_an_object_that_is_kept_is_shown_without_a_start(lab: Lab, stage: Stage, check_mode: bool) -> None:
    add_object(lab)
    result = stage.act("ims_image_export", {**OPTIONS, "existing_object": "keep"}, check_mode=check_mode)
    assert (result["changed"], result["started"], result["job_id"]) == (False, False, None)
    assert result["object"]["size"] == 7
    assert result["image_id"] == IMAGE
    assert methods(lab) == [HEAD]


def test_twice_changes_once(lab: Lab, stage: Stage) -> None:
    args = {**OPTIONS, "existing_object": "keep"}
    first, second = (stage.act("ims_image_export", dict(args)) for _turn in range(2))
    assert (first["changed"], second["changed"]) == (True, False)
    assert first["object"] == second["object"]


def test_a_dry_run_looks_and_starts_nothing(lab: Lab, stage: Stage) -> None:
    result = stage.act("ims_image_export", dict(OPTIONS), check_mode=True)
    assert (result["changed"], result["msg"][:11], methods(lab)) == (True, "Would start", [HEAD])


# -- other hosts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poll_from", ["controller", "target"])
def test_who_polls_looks(lab: Lab, stage: Stage, run_module: t.Callable[..., Run], poll_from: str) -> None:
    def answer(module: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        run = run_module(module, **args)
        return {**run.result, "failed": run.failed}

    stage.host.answer = answer
    result = stage.run(stage.task("ims_image_export", {**OPTIONS, "poll_from": poll_from}), transport="ssh")
    assert not result["failed"]
    assert result["object"]["size"] == 2**30
    ran = [module for module, _args in stage.host.runs]
    assert (ran[0], "obs_object_info" in ran) == ("ims_image_export", poll_from == "target")
    secrets = {args.get("secret_key") for module, args in stage.host.runs if module == "obs_object_info"}
    assert secrets <= {lab.simulator.account.secret_key}


def test_a_host_that_is_lost_after_the_job_is_no_lost_id(
    lab: Lab, stage: Stage, run_module: t.Callable[..., Run]
) -> None:
    def answer(module: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        if module == "obs_object_info":
            return {"unreachable": True, "msg": "gone"}
        run = run_module(module, **args)
        return {**run.result, "failed": run.failed}

    stage.host.answer = answer
    options = {**OPTIONS, "poll_from": "target", "error_timeout": "10s"}
    result = stage.run(stage.task("ims_image_export", options), transport="ssh")
    assert (result["failed"], result["succeeded_jobs"]) == (True, [result["job_id"]])
    assert "could not be seen. gone" in result["msg"]
