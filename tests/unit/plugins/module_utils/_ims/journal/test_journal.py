# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The journal: what is written when, who takes over what, and what a broken disk or a second process does to it."""

from __future__ import annotations

import datetime
import multiprocessing
import os
import pathlib
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ImsError,
    NoAnswerError,
    OptionError,
    StartUnclearError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.journal import store
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.journal.entry import Entry, Intent, Stage
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.journal.place import is_in_container
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.journal.store import End, Journal, JournalError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.journal.takeover import (
    Begun,
    Now,
    UnclearIntentError,
    begin,
)
from ansible_collections.huaweicloud.ims.tests.unit.scripted import FakeClock, http_error

INTENT = Intent("ims.cn-north-4.myhuaweicloud.com", "p1", "ExportImage", "/v1/cloudimages/i/file", {"b": "x:y", "a": 1})


class Cloud:
    """Counts the jobs that it starts, and tells how they have ended."""

    def __init__(self, *errors: BaseException | None) -> None:
        self.started: list[str] = []
        self.ends: dict[str, End | None] = {}
        self._errors = list(errors)

    def start(self) -> str:
        error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
        self.started.append(f"job-{len(self.started)}")
        return self.started[-1]

    def look(self, job_id: str) -> End | None:
        return self.ends.get(job_id)

    def forget(self, job_id: str) -> End | None:
        raise LookupError(job_id)


def full(handle: int) -> None:
    raise OSError(28, "No space left on device")


class Desk:
    def __init__(self, folder: pathlib.Path) -> None:
        self.clock = FakeClock()
        self.folder = folder
        self.journal = Journal(str(folder), self.clock)

    def begin(self, cloud: Cloud, run: str | None = None, intent: Intent = INTENT, **now: t.Any) -> Begun:
        self.clock.pass_(1)
        known = Now(**{"run": run, "since": self.clock.utc(), "look": cloud.look, **now})
        with self.journal.hold(intent, 10) as slot:
            return begin(slot, "the export of i", known, cloud.start)

    def only_entry(self) -> Entry:
        (entry,) = self.journal.entries()
        return entry


@pytest.fixture
def desk(tmp_path: pathlib.Path) -> Desk:
    return Desk(tmp_path / "journal")


def test_a_start_is_written_down_before_it_is_sent_and_again_with_its_id(desk: Desk) -> None:
    seen = []

    def start() -> str:
        seen.append(desk.only_entry())
        return "job-1"

    with desk.journal.hold(INTENT, 1) as slot:
        now = Now("2026-03-01", desk.clock.utc(), Cloud().look)
        begun = begin(slot, "the export of i", now, start)
    assert (seen[0].stage, seen[0].job_id, seen[0].what) == (Stage.INTENDED, None, "the export of i")
    assert (begun.job_id, begun.taken_over, begun.warning) == ("job-1", False, None)
    entry = desk.only_entry()
    assert (entry.stage, entry.job_id, entry.run, entry.intent) == (Stage.STARTED, "job-1", "2026-03-01", INTENT)


def test_what_has_not_ended_is_taken_over_whatever_the_run(desk: Desk) -> None:
    cloud = Cloud()
    first = desk.begin(cloud, "monday")
    assert [desk.begin(cloud, run) for run in (None, "monday", "tuesday")] == [
        Begun(first.job_id, True, first.entry)
    ] * 3
    assert cloud.started == ["job-0"]


@pytest.mark.parametrize(
    ("earlier", "now", "succeeded", "taken_over"),
    [
        ("monday", "monday", True, True),
        ("monday", "monday", False, False),
        ("monday", "tuesday", True, False),
        (None, None, True, False),
        ("", "", True, False),
    ],
)
def test_what_has_ended_counts_under_the_same_run_only(
    desk: Desk, earlier: str | None, now: str | None, succeeded: bool, taken_over: bool
) -> None:
    cloud = Cloud()
    job_id = desk.begin(cloud, earlier).job_id
    desk.journal.record_ends({job_id: End(succeeded, ["image-1"])})
    assert desk.only_entry().image_ids == ("image-1",)
    again = desk.begin(cloud, now)
    assert again.taken_over is taken_over
    assert len(cloud.started) == (1 if taken_over else 2)


@pytest.mark.parametrize(
    ("end", "earlier", "now", "taken_over"),
    [
        (None, "monday", "tuesday", True),
        (End(True, ["image-1"]), "monday", "monday", True),
        (End(True, ["image-1"]), None, None, True),
        (End(True, ["image-1"]), "monday", "tuesday", False),
        (End(False), "monday", "monday", False),
        (End(False), None, None, False),
    ],
)
def test_the_cloud_is_asked_how_a_job_ended_whose_end_nobody_saw(
    desk: Desk, end: End | None, earlier: str | None, now: str | None, taken_over: bool
) -> None:
    cloud = Cloud()
    cloud.ends[desk.begin(cloud, earlier).job_id] = end
    again = desk.begin(cloud, now)
    assert (again.taken_over, again.is_over) == (taken_over, False)
    assert again.job_id == ("job-0" if taken_over else "job-1")


def test_a_job_that_the_cloud_forgot_is_taken_over_for_an_hour(desk: Desk) -> None:
    cloud = Cloud()
    desk.begin(cloud)
    desk.clock.pass_(3500)
    assert desk.begin(cloud, look=cloud.forget).taken_over
    desk.clock.pass_(200)
    assert not desk.begin(cloud, look=cloud.forget).taken_over


def test_what_ended_while_this_run_made_up_its_mind_is_not_started_again(desk: Desk) -> None:
    cloud = Cloud()
    since = desk.clock.utc()
    desk.journal.record_ends({desk.begin(cloud).job_id: End(True)})
    again = desk.begin(cloud, since=since)
    assert (again.taken_over, again.is_over) == (True, True)
    assert not desk.begin(cloud).taken_over


def test_an_end_is_noted_for_the_job_that_it_is_the_end_of(desk: Desk) -> None:
    cloud = Cloud()
    first = desk.begin(cloud)
    desk.journal.record_ends({first.job_id: End(True)})
    desk.begin(cloud)
    desk.journal.record_ends({first.job_id: End(False), "other": End(True)})
    assert (desk.only_entry().job_id, desk.only_entry().stage) == ("job-1", Stage.STARTED)


def test_another_intent_is_another_start(desk: Desk) -> None:
    cloud = Cloud()
    desk.begin(cloud)
    for changes in ({"cloud": "c"}, {"project_id": None}, {"api": "x"}, {"path": "/y"}, {"body": {"b": "x:z", "a": 1}}):
        fields = {**{name: getattr(INTENT, name) for name in ("cloud", "project_id", "api", "path", "body")}, **changes}
        assert not desk.begin(cloud, intent=Intent(**fields)).taken_over
    assert len(cloud.started) == 6
    same = Intent(INTENT.cloud, INTENT.project_id, INTENT.api, INTENT.path, {"a": 1, "b": "x:y"})
    assert desk.begin(cloud, intent=same).taken_over


@pytest.mark.parametrize(
    "error", [http_error(400, "IMG.0069"), http_error(429), NoAnswerError("refused", was_sent=False)], ids=str
)
def test_a_start_that_was_surely_refused_is_forgotten(desk: Desk, error: ImsError) -> None:
    cloud = Cloud(error)
    with pytest.raises(ImsError):
        desk.begin(cloud)
    assert desk.journal.entries() == []
    assert desk.begin(cloud).job_id == "job-0"


@pytest.mark.parametrize(
    "error", [StartUnclearError("Export", NoAnswerError("late"), "x"), KeyboardInterrupt()], ids=repr
)
def test_a_start_that_nobody_knows_of_is_never_repeated(desk: Desk, error: BaseException) -> None:
    cloud = Cloud(error)
    with pytest.raises(type(error)):
        desk.begin(cloud)
    for _turn in range(2):
        with pytest.raises(UnclearIntentError) as caught:
            desk.begin(cloud)
    text = str(caught.value)
    assert "the export of i" in text and f"{INTENT.key}.json" in text and "run again" in text
    assert cloud.started == []
    (desk.folder / f"{INTENT.key}.json").unlink()
    assert desk.begin(cloud).job_id == "job-0"


def test_a_disk_that_cannot_be_written_starts_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    cloud = Cloud()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(JournalError, match="No space left on device"):
        desk.begin(cloud)
    assert cloud.started == []


def test_a_disk_that_fills_up_after_the_request_does_not_lose_the_id(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start() -> str:
        monkeypatch.setattr(os, "fsync", full)
        return "job-1"

    with desk.journal.hold(INTENT, 1) as slot:
        begun = begin(slot, "w", Now(None, desk.clock.utc(), Cloud().look), start)
    assert begun.job_id == "job-1"
    assert "No space left" in (begun.warning or "") and "job-1" in (begun.warning or "")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"format": 2}', '{"format": 1}', '"x"', "\x00", "[" * 100_000]
)
def test_a_file_that_is_no_entry_is_named_and_starts_nothing(desk: Desk, text: str) -> None:
    (desk.folder / f"{INTENT.key}.json").write_text(text)
    cloud = Cloud()
    with pytest.raises(JournalError, match="cannot be read"):
        desk.begin(cloud)
    assert cloud.started == [] and desk.journal.entries() == []


def test_an_entry_reads_as_it_was_written_and_can_be_read_by_people(desk: Desk) -> None:
    desk.begin(Cloud(), "ночь")
    entry = desk.only_entry()
    assert Entry.from_json(entry.to_json()) == entry
    text = (desk.folder / f"{INTENT.key}.json").read_text(encoding="utf-8")
    assert '"what": "the export of i"' in text and "ночь" in text
    assert (desk.folder / f"{INTENT.key}.json").stat().st_mode & 0o077 == 0


def test_old_ends_are_removed_and_stale_intents_are_named(desk: Desk) -> None:
    cloud = Cloud(None, KeyboardInterrupt())
    desk.journal.record_ends({desk.begin(cloud).job_id: End(True)})
    other = Intent("c", None, "a", "/p", {})
    with pytest.raises(KeyboardInterrupt):
        desk.begin(cloud, intent=other)
    assert desk.journal.prune() == []
    desk.clock.pass_(86400 * 29)
    assert [entry.intent for entry in desk.journal.prune()] == [other]
    assert len(desk.journal.entries()) == 2
    desk.clock.pass_(86400 * 2)
    desk.journal.prune()
    assert [entry.intent for entry in desk.journal.entries()] == [other]
    assert not (desk.folder / f".{INTENT.key}.lock").exists()


def test_what_is_removed_leaves_no_file_open(desk: Desk) -> None:
    desk.journal.record_ends({desk.begin(Cloud()).job_id: End(True)})
    desk.clock.pass_(86400 * 31)
    before = len(os.listdir("/proc/self/fd"))
    desk.journal.prune()
    assert desk.journal.entries() == []
    assert len(os.listdir("/proc/self/fd")) == before


def test_what_somebody_just_uses_is_not_removed(desk: Desk) -> None:
    desk.journal.record_ends({desk.begin(Cloud()).job_id: End(True)})
    desk.clock.pass_(86400 * 31)
    with desk.journal.hold(INTENT, 1):
        desk.journal.prune()
        assert len(desk.journal.entries()) == 1
    desk.journal.prune()
    assert desk.journal.entries() == []


@pytest.mark.parametrize("mark", ["/run/.containerenv", "/.dockerenv", "KUBERNETES_SERVICE_HOST", None])
def test_a_container_is_known_by_its_marks(monkeypatch: pytest.MonkeyPatch, mark: str | None) -> None:
    monkeypatch.delenv("KUBERNETES_SERVICE_HOST", raising=False)
    if mark == "KUBERNETES_SERVICE_HOST":
        monkeypatch.setenv(mark, "10.0.0.1")
    monkeypatch.setattr(os.path, "exists", lambda path: path == mark)
    assert is_in_container() is (mark is not None)


def test_who_only_reads_makes_no_folder(tmp_path: pathlib.Path) -> None:
    journal = Journal(str(tmp_path / "none"), FakeClock(), makes=False)
    assert (journal.entries(), journal.slot(INTENT).read()) == ([], None)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_is_an_option_error(tmp_path: pathlib.Path) -> None:
    (tmp_path / "file").write_text("")
    for folder in (str(tmp_path / "file"), str(tmp_path / "file" / "below"), "a\x00b"):
        with pytest.raises(OptionError, match="journal"):
            Journal(folder, FakeClock())


def _hold(folder: str, ready: t.Any, go: t.Any) -> None:
    with Journal(folder, FakeClock()).hold(INTENT, 1):
        ready.set()
        go.wait(10)


def test_two_processes_never_hold_one_intent_together(desk: Desk) -> None:
    context = multiprocessing.get_context("fork")
    ready, go = context.Event(), context.Event()
    other = context.Process(target=_hold, args=(str(desk.folder), ready, go))
    other.start()
    try:
        assert ready.wait(10)
        with pytest.raises(JournalError, match="another run"), desk.journal.hold(INTENT, 5):
            pass
        assert desk.clock.elapsed == pytest.approx(5, abs=1)
        with desk.journal.hold(Intent("other", None, "a", "/", {}), 0):
            pass
    finally:
        go.set()
        other.join(10)
    with desk.journal.hold(INTENT, 0) as slot:
        assert slot.read() is None
    assert datetime.timedelta(days=1) == store.STALE and os.path.isdir(desk.folder)
