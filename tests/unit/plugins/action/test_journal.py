# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts with a journal: what an earlier run has begun is taken over, in the process and as a module."""

from __future__ import annotations

import json
import os
import pathlib
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image, JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

IMAGE = "10000000-0000-4000-8000-000000000001"
OWN = "a0000000000000000000000000000001"
EXPORT = {"image_id": IMAGE, "bucket_url": "ims-image:x.qcow2", "file_format": "qcow2"}
SERVER = {"source": "server", "name": "golden", "instance_id": "877a2cda-ba63-4e1e-b95f-e67e48b6129a"}
MAKERS: dict[str, dict[str, t.Any]] = {
    "ims_image_create": {**SERVER, "existing_image": "create"},
    "ims_image_copy": {"image_id": IMAGE, "name": "golden", "existing_image": "create"},
    "ims_image_export": EXPORT,
    "ims_image_share": {"state": "shared", "image_ids": [IMAGE], "project_ids": ["p1"]},
}
Result = dict[str, t.Any]


class Killed(BaseException):
    """What ends a process in the middle, here."""


class Desk:
    def __init__(self, stage: Stage, folder: pathlib.Path) -> None:
        self.stage = stage
        self.folder = folder

    def act(self, module: str, args: Result, **keywords: t.Any) -> Result:
        return self.stage.act(module, {**args, "journal": str(self.folder)}, **keywords)

    def entries(self) -> list[Result]:
        return [json.loads(path.read_text("utf-8")) for path in sorted(self.folder.glob("*.json"))]

    def only_entry(self) -> Result:
        (entry,) = self.entries()
        return entry


@pytest.fixture
def desk(lab: Lab, stage: Stage, tmp_path: pathlib.Path) -> Desk:
    return Desk(stage, tmp_path / "journal")


def posts(lab: Lab) -> int:
    return sum(1 for entry in lab.simulator.requests if entry.method in ("POST", "PUT", "DELETE", "PATCH"))


@pytest.fixture
def killed(monkeypatch: pytest.MonkeyPatch) -> t.Callable[[str], None]:
    """Ends the next start before its request is sent, or after it: a process that is killed writes nothing more."""

    def kill(when: str) -> None:
        module = "ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.client.ImsClient"
        client = __import__(module.rpartition(".")[0], fromlist=["ImsClient"]).ImsClient
        start = client.start

        def dies(self: t.Any, call: t.Any) -> str:
            monkeypatch.setattr(module + ".start", start)
            if when == "after":
                start(self, call)
            raise Killed

        monkeypatch.setattr(module + ".start", dies)

    return kill


@pytest.mark.parametrize("module", MAKERS)
def test_a_start_is_written_down_and_a_second_run_takes_it_over(lab: Lab, desk: Desk, module: str) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=60))
    first = desk.act(module, MAKERS[module])
    entry = desk.only_entry()
    assert (entry["stage"], entry["job_id"], entry["succeeded"]) == ("started", first["job_id"], None)
    assert entry["intent"]["cloud"] == lab.simulator.url
    second = desk.act(module, {**MAKERS[module], "wait": True})
    assert posts(lab) == 1
    assert (second["job_id"], second["taken_over"], second["changed"]) == (first["job_id"], True, True)
    assert (first["taken_over"], second["succeeded_jobs"]) == (False, [first["job_id"]])
    assert f"ims [h1] took over {first['job_id']}" in desk.stage.lines
    entry = desk.only_entry()
    assert (entry["stage"], entry["succeeded"]) == ("ended", True)


def test_what_is_started_and_what_is_taken_over_is_told(lab: Lab, desk: Desk) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=60))
    dry, first, dry_again, again = (
        desk.act("ims_image_copy", MAKERS["ims_image_copy"], check_mode=dry)["msg"] for dry in (True, False) * 2
    )
    what = first[len("Started ") : -1]
    assert IMAGE in what
    assert (dry, first) == (f"Would start {what}.", f"Started {what}.")
    assert dry_again == f"Would go on with {what}, which an earlier run has begun."
    assert again == f"Took over {what}, which an earlier run has begun."


def test_the_next_night_starts_anew_and_the_same_night_does_not(lab: Lab, desk: Desk) -> None:
    args = {**MAKERS["ims_image_copy"], "wait": True}
    nights = []
    for run in ("monday", "monday", "tuesday"):
        nights.append(desk.act("ims_image_copy", {**args, "journal_run": run}))
        lab.clock.sleep(1)
    assert [night["taken_over"] for night in nights] == [False, True, False]
    assert [night["changed"] for night in nights] == [True, False, True]
    assert nights[0]["image_id"] == nights[1]["image_id"] != nights[2]["image_id"]
    assert posts(lab) == 2
    assert desk.act("ims_image_copy", args)["taken_over"] is False


def test_run_and_folder_can_come_from_the_environment(lab: Lab, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUAWEICLOUD_IMS_JOURNAL", str(desk.folder))
    environment = [{"HUAWEICLOUD_IMS_JOURNAL_RUN": "monday"}]
    desk.stage.act("ims_image_export", dict(EXPORT), environment=environment)
    assert desk.only_entry()["run"] == "monday"


def test_a_failed_job_is_started_again(lab: Lab, desk: Desk) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=1, outcome="FAIL"), once=True)
    first, second = (desk.act("ims_image_export", {**EXPORT, "wait": True, "journal_run": "m"}) for _run in range(2))
    assert (first["failed"], second["taken_over"], posts(lab)) == (True, False, 2)
    assert desk.only_entry()["job_id"] == second["job_id"]


def test_a_dry_wait_notes_nothing(lab: Lab, desk: Desk) -> None:
    started = desk.act("ims_image_copy", MAKERS["ims_image_copy"])
    lab.clock.sleep(3600)
    seen = desk.act("wait_for_ims_job", {"job_ids": started["job_id"]}, check_mode=True)
    assert (seen["jobs"][0]["finished"], desk.only_entry()["stage"]) == (True, "started")


def test_a_wait_that_saw_no_end_needs_no_journal(lab: Lab, desk: Desk) -> None:
    job = lab.add_job(script=JobScript(duration=3600))
    desk.act("wait_for_ims_job", {"job_ids": job, "timeout": 10})
    assert not desk.folder.exists()


def test_a_wait_of_its_own_notes_the_end_too(lab: Lab, desk: Desk) -> None:
    started = desk.act("ims_image_copy", MAKERS["ims_image_copy"])
    desk.act("wait_for_ims_job", {"job_ids": started["job_id"]})
    entry = desk.only_entry()
    assert (entry["stage"], entry["succeeded"], len(entry["image_ids"])) == ("ended", True, 1)
    lab.clock.sleep(1)
    assert desk.act("ims_image_copy", MAKERS["ims_image_copy"])["taken_over"] is False


@pytest.mark.parametrize("module", ["ims_image_create", pytest.param("ims_image_copy", marks=pytest.mark.thorough)])
@pytest.mark.parametrize("shown", ["hidden", "name", "uuid"])
@pytest.mark.parametrize("existing", ["keep", "create"])
def test_killed_after_the_request_the_image_is_waited_for(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None], module: str, shown: str, existing: str
) -> None:
    lab.simulator.configure(creation_shown=shown)
    lab.simulator.cloud.set_script(JobScript(duration=300))
    args = {**MAKERS[module], "existing_image": existing, "wait": True}
    killed("after")
    with pytest.raises(Killed):
        desk.act(module, args)
    assert desk.only_entry()["stage"] == "intended"
    again = desk.act(module, args)
    (image,) = [image for image in lab.simulator.cloud.images.values() if image.name == "golden"]
    assert (again.get("failed"), again["image_id"], posts(lab)) == (None, image.image_id, 1)
    if (shown, existing) != ("name", "keep"):
        assert (again["taken_over"], again["started"], again["job_id"], again["changed"]) == (True, False, None, False)
        entry = desk.only_entry()
        assert (entry["stage"], entry["succeeded"], entry["image_ids"]) == ("ended", True, [image.image_id])


@pytest.mark.parametrize("module", MAKERS)
def test_killed_before_the_request_nothing_is_started_and_the_remedy_is_told(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None], module: str
) -> None:
    args = {**MAKERS[module], "wait": True, "timeout": "10m"}
    killed("before")
    with pytest.raises(Killed):
        desk.act(module, args)
    begun = lab.clock.now()
    failed = desk.act(module, args)
    waited = lab.clock.now() - begun
    assert (failed["failed"], failed["started"], failed["job_ids"], posts(lab)) == (True, None, [], 0)
    (path,) = desk.folder.glob("*.json")
    assert f"When it was not started, or is over, remove {path} and run again." in failed["msg"]
    # Nobody can see whether an export was started, unless it is to be verified.
    assert waited < 1 if module == "ims_image_export" else 600 <= waited < 601
    path.unlink()
    assert desk.act(module, args)["succeeded_jobs"]


def test_a_share_that_was_started_is_seen_at_its_members(lab: Lab, desk: Desk, killed: t.Callable[[str], None]) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=60))
    args = {**MAKERS["ims_image_share"], "wait": True}
    killed("after")
    with pytest.raises(Killed):
        desk.act("ims_image_share", args)
    again = desk.act("ims_image_share", args)
    assert (again.get("failed"), again["taken_over"], again["started"], posts(lab)) == (None, True, False, 1)
    assert desk.only_entry()["succeeded"] is True


def test_an_export_that_was_started_is_seen_in_obs_where_it_is_verified(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None]
) -> None:
    lab.simulator.cloud.set_script(JobScript(duration=60))
    args = {**EXPORT, "verify": True, "existing_object": "keep", "wait": True}
    killed("after")
    with pytest.raises(Killed):
        desk.act("ims_image_export", args)
    again = desk.act("ims_image_export", args)
    assert (again.get("failed"), again["taken_over"], posts(lab)) == (None, True, 1)


def test_an_image_that_was_there_before_is_not_what_the_cut_off_start_made(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None]
) -> None:
    lab.simulator.cloud.add_image(Image(image_id="older", name="golden", created_at=lab.clock.now() - 330))
    killed("before")
    with pytest.raises(Killed):
        desk.act("ims_image_create", MAKERS["ims_image_create"])
    assert desk.act("ims_image_create", MAKERS["ims_image_create"])["started"] is None


def test_of_several_images_of_the_name_the_active_one_is_what_the_start_made(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None]
) -> None:
    killed("before")
    with pytest.raises(Killed):
        desk.act("ims_image_create", MAKERS["ims_image_create"])
    for image_id, status in (("made", "active"), ("others", "saving")):
        lab.simulator.cloud.add_image(
            Image(image_id=image_id, name="golden", status=status, created_at=lab.clock.now() + 1)
        )
    again = desk.act("ims_image_create", MAKERS["ims_image_create"])
    assert (again["taken_over"], again["image_id"]) == (True, "made"), again


@pytest.mark.parametrize("status", ["killed", "queued"])
def test_what_never_became_an_image_is_not_what_the_start_made(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None], status: str
) -> None:
    killed("before")
    with pytest.raises(Killed):
        desk.act("ims_image_create", MAKERS["ims_image_create"])
    broken = Image(image_id="broken", name="golden", status=status, created_at=lab.clock.now() + 1)
    lab.simulator.cloud.add_image(broken)
    failed = desk.act("ims_image_create", MAKERS["ims_image_create"])
    assert (failed["failed"], failed["started"]) == (True, None)
    assert "broken" not in failed["msg"]


def test_an_image_that_does_not_become_active_is_named(lab: Lab, desk: Desk, killed: t.Callable[[str], None]) -> None:
    killed("before")
    with pytest.raises(Killed):
        desk.act("ims_image_create", MAKERS["ims_image_create"])
    made = Image(image_id="made", name="golden", status="saving", created_at=lab.clock.now() + 1)
    lab.simulator.cloud.add_image(made)
    failed = desk.act("ims_image_create", {**MAKERS["ims_image_create"], "wait": True, "timeout": 60})
    assert failed["failed"] and "made" in failed["msg"], failed["msg"]


def test_without_a_wait_an_unclear_start_is_looked_for_once(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None]
) -> None:
    killed("after")
    with pytest.raises(Killed):
        desk.act("ims_image_create", MAKERS["ims_image_create"])
    before = lab.clock.now()
    assert desk.act("ims_image_create", MAKERS["ims_image_create"])["started"] is None
    assert lab.clock.now() - before < 1
    lab.clock.sleep(60)
    assert desk.act("ims_image_create", MAKERS["ims_image_create"])["taken_over"] is True
    assert posts(lab) == 1


def test_the_cloud_may_be_away_while_an_image_is_looked_for(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None]
) -> None:
    killed("after")
    with pytest.raises(Killed):
        desk.act("ims_image_create", MAKERS["ims_image_create"])
    lab.simulator.faults.add(Fault("status", status=503, count=3))
    assert desk.act("ims_image_create", {**MAKERS["ims_image_create"], "wait": True})["taken_over"] is True


def test_a_lost_answer_is_an_intent_without_an_id(lab: Lab, desk: Desk) -> None:
    lab.simulator.faults.add(Fault("reset_after", count=1))
    first, second = (desk.act("ims_image_export", EXPORT) for _run in range(2))
    assert [first["started"], second["started"], posts(lab)] == [None, None, 1]
    assert "An earlier run was about to start the export of image" in second["msg"]


def test_a_folder_that_cannot_be_written_starts_nothing(lab: Lab, stage: Stage, tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    result = stage.act("ims_image_export", {**EXPORT, "journal": str(tmp_path / "file")})
    assert (result["failed"], result["started"], posts(lab)) == (True, False, 0)
    assert result["msg"].startswith(f"journal: '{tmp_path / 'file'}' is no folder")


def full(handle: int) -> None:
    raise OSError(28, "No space left on device")


def test_a_full_disk_starts_nothing(lab: Lab, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "fsync", full)
    result = desk.act("ims_image_export", EXPORT)
    assert (result["failed"], result["started"], posts(lab)) == (True, False, 0)
    assert "No space left on device" in result["msg"]


def test_a_disk_that_fills_up_during_the_start_costs_a_warning_only(
    lab: Lab, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, calls = os.fsync, iter(range(9))
    monkeypatch.setattr(os, "fsync", lambda handle: sync(handle) if next(calls) < 2 else full(handle))
    result = desk.act("ims_image_export", {**EXPORT, "wait": True})
    assert (result["started"], result["succeeded_jobs"]) == (True, [result["job_id"]])
    (warning,) = result["warnings"]
    assert f"The job {result['job_id']} was started, and a later run would not know of it." in warning


def test_an_end_that_cannot_be_noted_costs_a_warning_only(
    lab: Lab, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, calls = os.fsync, iter(range(9))
    monkeypatch.setattr(os, "fsync", lambda handle: sync(handle) if next(calls) < 4 else full(handle))
    result = desk.act("ims_image_export", {**EXPORT, "wait": True})
    (warning,) = result["warnings"]
    assert result["succeeded_jobs"] and warning.startswith("How the jobs have ended is not in the journal: ")


def test_a_dry_run_tells_what_would_be_taken_over_and_writes_nothing(lab: Lab, desk: Desk) -> None:
    fresh = desk.act("ims_image_export", EXPORT, check_mode=True)
    assert (fresh["msg"], desk.folder.exists()) == (
        f"Would start the export of image {IMAGE} to ims-image:x.qcow2.",
        False,
    )
    desk.act("ims_image_export", EXPORT)
    known = desk.act("ims_image_export", EXPORT, check_mode=True)
    assert (known["changed"], known["started"], posts(lab)) == (True, False, 1)
    assert known["msg"].startswith("Would go on with the export of image") and "an earlier run" in known["msg"]


def test_a_journal_in_a_container_is_warned_about(lab: Lab, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = "ansible_collections.huaweicloud.ims.plugins.module_utils._ims.journal.place"
    monkeypatch.setattr(f"{place}.is_in_container", lambda: True)
    mounts = desk.folder.parent / "mounts"
    mounts.write_text("1 0 0:1 / / rw - overlay overlay rw\n2 1 0:2 / /proc rw - proc proc rw\n")
    monkeypatch.setattr(f"{place}.is_lost_with_container.__defaults__", (str(mounts),))
    (warning,) = desk.act("ims_image_export", EXPORT)["warnings"]
    assert warning.startswith(f"journal: {desk.folder} is no mount")
    # Once for each process.
    assert "warnings" not in desk.act("ims_image_export", {**EXPORT, "bucket_url": "ims-image:y"})


def test_a_mounted_journal_in_a_container_is_not(lab: Lab, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    place = "ansible_collections.huaweicloud.ims.plugins.module_utils._ims.journal.place"
    monkeypatch.setattr(f"{place}.is_in_container", lambda: True)
    mounts = desk.folder.parent / "mounts"
    mounts.write_text(f"1 0 0:1 / / rw - overlay overlay rw\n2 1 0:2 / {desk.folder.parent} rw - ext4 /dev/a rw\n")
    monkeypatch.setattr(f"{place}.is_lost_with_container.__defaults__", (str(mounts),))
    assert "warnings" not in desk.act("ims_image_export", EXPORT)


def test_intents_that_nobody_follows_are_told(
    lab: Lab, desk: Desk, killed: t.Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    killed("before")
    with pytest.raises(Killed):
        desk.act("ims_image_export", EXPORT)
    lab.clock.sleep(86400 * 2)
    monkeypatch.setattr("ansible_collections.huaweicloud.ims.plugins.module_utils._work.journaled._tidied", set())
    (warning,) = desk.act("ims_image_export", {**EXPORT, "bucket_url": "ims-image:y"})["warnings"]
    assert "has intents that nobody has followed for a day: " in warning and "the export of image" in warning
    assert warning.endswith("). Look into the console whether they were carried out, and remove the files.")


# -- on another host ------------------------------------------------------------------------------------------------


def test_elsewhere_the_journal_is_the_hosts_and_needs_a_run(
    lab: Lab, desk: Desk, run_module: t.Callable[..., t.Any]
) -> None:
    stage = desk.stage
    stage.host.answer = lambda name, args: t.cast(Result, run_module(name, **args).result)
    args = {**EXPORT, "journal": str(desk.folder)}
    refused = stage.run(stage.task("ims_image_export", args), transport="ssh")
    assert (refused["failed"], stage.host.runs) == (True, [])
    assert refused["msg"].startswith("journal_run is missing: this task starts its job by a module")
    for taken_over in (False, True):
        result = stage.run(stage.task("ims_image_export", {**args, "journal_run": "monday"}), transport="ssh")
        assert (result["taken_over"], result["job_id"]) == (taken_over, desk.only_entry()["job_id"])
    assert posts(lab) == 1


def test_the_controllers_folder_is_not_that_of_another_host(
    lab: Lab, desk: Desk, run_module: t.Callable[..., t.Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = desk.stage

    def on_host(name: str, args: Result) -> Result:
        monkeypatch.delenv("HUAWEICLOUD_IMS_JOURNAL")
        return t.cast(Result, run_module(name, **args).result)

    stage.host.answer = on_host
    monkeypatch.setenv("HUAWEICLOUD_IMS_JOURNAL", str(desk.folder))
    result = stage.run(stage.task("ims_image_export", dict(EXPORT)), transport="ssh")
    assert result["started"] and desk.entries() == []
    assert result["warnings"][0].startswith("journal: the folder of HUAWEICLOUD_IMS_JOURNAL is on this machine")


# -- what reads the journal -----------------------------------------------------------------------------------------


def test_the_journal_can_be_listed(lab: Lab, desk: Desk) -> None:
    started = desk.act("ims_image_export", {**EXPORT, "journal_run": "monday"})
    lab.simulator.requests.clear()
    result = desk.act("ims_job_info", {"journal_entries": True})
    (entry,) = result["journal_entries"]
    assert (entry["job_id"], entry["run"], entry["stage"]) == (started["job_id"], "monday", "started")
    assert entry["file"] == str(next(desk.folder.glob("*.json")))
    assert "jobs" not in result and lab.asked() == []
    both = desk.act("ims_job_info", {"journal_entries": True, "job_ids": started["job_id"]})
    assert (len(both["jobs"]), len(both["journal_entries"])) == (1, 1)
    assert desk.stage.act("ims_job_info", {"journal_entries": True})["msg"].startswith("journal is missing: ")


def test_an_image_that_a_job_needs_is_not_deleted(lab: Lab, desk: Desk) -> None:
    lab.simulator.configure(refuse_exported=False)
    lab.simulator.cloud.set_script(JobScript(duration=60))
    started = desk.act("ims_image_export", EXPORT)
    absent = {"state": "absent", "image_id": IMAGE}
    refused = desk.act("ims_image", absent)
    assert refused["failed"] and refused["msg"].startswith(f"Image {IMAGE} is in use: the export of image")
    assert started["job_id"] in refused["msg"]
    lab.clock.sleep(61)
    assert desk.act("ims_image", absent)["changed"] is True
