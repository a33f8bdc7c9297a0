# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source ims_jobs, as ansible-rulebook loads it, in the simulator's time."""

from __future__ import annotations

import asyncio
import contextlib
import pathlib
import re
import runpy
import threading
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

SOURCE = pathlib.Path(__file__).parents[3] / "extensions" / "eda" / "plugins" / "event_source" / "ims_jobs.py"
RUNS_FOR_EVER = JobScript(outcome="NEVER", init_seconds=0)
DONE = JobScript(duration=0)
_Dict = dict[str, t.Any]


class Source:
    """The source, and what it has emitted and told."""

    def __init__(self, lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
        self.names: _Dict = runpy.run_path(str(SOURCE))
        self._caplog = caplog
        self._clock = lab.clock

    @property
    def log(self) -> list[str]:
        return [record.getMessage() for record in self._caplog.records]

    def to_the_end(self, **options: t.Any) -> list[_Dict]:
        """Return all events of a source that ends when all is done."""

        async def play() -> list[_Dict]:
            queue: asyncio.Queue[_Dict] = asyncio.Queue()
            await asyncio.wait_for(self.names["main"](queue, {"stop_when_done": True, **options}), 20)
            return [queue.get_nowait() for _number in range(queue.qsize())]

        return asyncio.run(play())

    def first(
        self, count: int, meanwhile: t.Callable[[int], None] = lambda number: None, **options: t.Any
    ) -> list[_Dict]:
        """Return the first events, then cancel the source; ``meanwhile`` is called after each."""

        async def play() -> list[_Dict]:
            queue: asyncio.Queue[_Dict] = asyncio.Queue()
            task = asyncio.create_task(self.names["main"](queue, options))
            events = []
            for number in range(count):
                events.append(await asyncio.wait_for(queue.get(), 20))
                meanwhile(number)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            return events

        return asyncio.run(play())


@pytest.fixture
def source(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, bare_environment: None
) -> Source:
    for name, value in lab.simulator.account.environment(lab.simulator.url).items():
        monkeypatch.setenv(name, value)
    found = Source(lab, caplog)
    monkeypatch.setattr(found.names["clock"], "SystemClock", lambda: lab.clock)
    return found


def test_its_documented_options_are_those_it_takes(source: Source) -> None:
    documented = yaml.safe_load(source.names["DOCUMENTATION"])["options"]
    spec = source.names["argument_spec"]({}).options
    text = str(documented["access_key"])
    for name, option in spec.items():
        if name not in documented:
            assert f"C({name})" in text, name
            continue
        assert documented[name]["type"] == option["type"], name
        assert documented[name].get("default") == option.get("default"), name
        assert documented[name].get("choices") == option.get("choices"), name
    assert set(documented) <= set(spec)
    yaml.safe_load(source.names["EXAMPLES"])


def test_each_change_is_an_event_and_the_source_ends_when_all_is_done(lab: Lab, source: Source) -> None:
    good = lab.add_job(script=JobScript(duration=30, init_seconds=0))
    bad = lab.add_job(script=JobScript(duration=30, init_seconds=0, outcome="FAIL"))
    events = source.to_the_end(job_ids=[good, bad], eda_feedback_queue=None, interval="1s")
    for job_id, outcome, reason in ((good, "succeeded", None), (bad, "failed", "FAIL: IMG.0061: An unknown")):
        first, last = (event for event in events if event["job_id"] == job_id)
        assert (first["previous_status"], first["job"]["status"], first["outcome"]) == (None, "RUNNING", "pending")
        assert (last["previous_status"], last["outcome"]) == ("RUNNING", outcome)
        assert (last["reason"] or "").startswith(reason or "")
    assert len(events) == 4
    assert set(events[0]) == set(yaml.safe_load(source.names["RETURN"]))


def test_jobs_may_be_named_by_a_registered_result_and_what_names_none_is_told(lab: Lab, source: Source) -> None:
    job_id = lab.add_job(script=DONE)
    (event,) = source.to_the_end(job_ids=[{"job_id": job_id}, None])
    assert event["job_id"] == job_id
    assert source.log == ["job_ids: 1 entry is null or empty; only the others count."]


def test_jobs_join_by_files_and_a_wrong_name_is_told_once(lab: Lab, source: Source, tmp_path: pathlib.Path) -> None:
    for name in ("no id", ".hidden", "\x1b[31m", lab.add_job(script=RUNS_FOR_EVER)):
        (tmp_path / name).touch()

    def add(number: int) -> None:
        if number == 0:
            (tmp_path / lab.add_job(script=DONE)).touch()

    events = source.first(2, add, job_ids_dir=str(tmp_path))
    assert [event["outcome"] for event in events] == ["pending", "succeeded"]
    assert sorted(text[:40] for text in source.log) == 2 * ["A file name in job_ids_dir is left out: "]
    assert "\x1b" not in "".join(source.log)


def test_a_folder_that_is_not_there_yet_is_waited_for_and_told_once(
    lab: Lab, source: Source, tmp_path: pathlib.Path
) -> None:
    (event,) = source.first(1, job_ids=[lab.add_job(script=RUNS_FOR_EVER)], job_ids_dir=str(tmp_path / "later"))
    assert event["outcome"] == "pending"
    assert [text[:29] for text in source.log] == ["job_ids_dir cannot be read no"]


def test_a_name_that_no_folder_can_have_is_told_as_any_other(lab: Lab, source: Source) -> None:
    (event,) = source.first(1, job_ids=[lab.add_job(script=RUNS_FOR_EVER)], job_ids_dir="a\0b")
    assert event["outcome"] == "pending"
    assert source.log == ["job_ids_dir cannot be read now: embedded null byte"]


def test_outages_are_outlasted_and_told_once_each(lab: Lab, source: Source) -> None:
    lab.simulator.faults.add(Fault("status", status=503, count=2))
    lab.simulator.faults.add(Fault("html", count=1))
    lab.simulator.faults.add(Fault("reset", count=1))
    (event,) = source.to_the_end(job_ids=lab.add_job(script=DONE))
    assert event["outcome"] == "succeeded"
    assert [text[:25] for text in source.log] == ["No valid response from th", "The cloud answers again"]


@pytest.mark.parametrize(
    ("status", "code"), [(400, "IMG.0001"), (403, "APIGW.0302"), (405, "405"), (404, "APIGW.0101")]
)
def test_one_id_that_the_cloud_refuses_does_not_end_the_watch_of_the_others(
    lab: Lab, source: Source, status: int, code: str
) -> None:
    good, bad = lab.add_job(script=JobScript(duration=60)), lab.add_job(script=JobScript(duration=60))
    lab.simulator.faults.add(Fault("status", status=status, code=code, job_id=bad))
    events = source.to_the_end(job_ids=[bad, good], interval="1s")
    assert [event["outcome"] for event in events if event["job_id"] == good][-1] == "succeeded"
    (refused,) = [event for event in events if event["job_id"] == bad]
    assert (refused["outcome"], refused["job"]["status"]) == ("failed", None)
    assert f"HTTP {status}" in refused["reason"]


@pytest.mark.thorough
def test_a_redirect_of_one_id_is_an_outage_of_it_only(lab: Lab, source: Source) -> None:
    good, bad = lab.add_job(script=JobScript(duration=60)), lab.add_job(script=DONE)
    lab.simulator.faults.add(Fault("status", status=302, job_id=bad, count=5))
    events = source.to_the_end(job_ids=[bad, good], interval="1s")
    assert {event["job_id"]: event["outcome"] for event in events} == {good: "succeeded", bad: "succeeded"}


def test_a_setting_that_is_wrong_for_all_is_told_and_tried_on(lab: Lab, source: Source) -> None:
    lab.simulator.faults.add(Fault("status", status=403, count=5))
    (event,) = source.to_the_end(job_ids=lab.add_job(script=DONE), interval="1s")
    assert event["outcome"] == "succeeded"
    assert "HTTP 403" in source.log[0]


@pytest.mark.thorough
def test_a_pause_of_a_year_is_cut_short(lab: Lab, source: Source) -> None:
    lab.simulator.faults.add(Fault("status", status=429, retry_after=365 * 86400, count=1))
    began = lab.clock.now()
    (event,) = source.to_the_end(job_ids=lab.add_job(script=DONE))
    assert event["outcome"] == "succeeded"
    assert 500 < lab.clock.now() - began < 700


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"job_ids": "x", "secret_key": "wr0ng-wr0ng"}, "The cloud refused the access key"),
        ({"job_ids": "../x"}, "is not a job id"),
        ({}, "Nothing to watch: give job_ids, or job_ids_dir."),
        ({"job_ids": "x", "retries": 3}, "Unsupported option: retries. Supported are access_key,"),
        ({"job_id": "x", "intervall": 3}, "Did you mean interval?"),
        ({"job_ids": "x", "interval": 0}, "interval: 0 s is not between 0.001 s and 1 day."),
        ({"job_ids": "x", "interval": "soon"}, 'interval: "soon" is no time; '),
        ({"job_ids": "x", "interval": "1m"}, "interval: 60 s is above max_interval, 30 s;"),
        ({"job_ids": "x", "backoff": "slow"}, "value of backoff must be one of: adaptive, exponential, fixed"),
    ],
)
def test_what_would_only_be_met_again_ends_the_source(lab: Lab, source: Source, options: _Dict, text: str) -> None:
    if "secret_key" in options:
        options = {**options, "access_key": lab.simulator.account.access_key}
    with pytest.raises(Exception, match=re.escape(text)) as found:
        source.to_the_end(**options)
    assert lab.simulator.requests.total == (1 if "secret_key" in options else 0)
    assert "wr0ng" not in str(found.value)


def test_an_error_that_nobody_thought_of_ends_the_source(
    lab: Lab, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: t.Any) -> t.NoReturn:
        raise RuntimeError("broken")

    monkeypatch.setattr(source.names["watches"].Watch, "poll", broken)
    with pytest.raises(RuntimeError, match="broken"):
        source.to_the_end(job_ids="x")


def test_an_odd_value_is_told_once_and_the_watch_goes_on(lab: Lab, source: Source) -> None:
    jobs = [lab.add_job(script=JobScript(duration=30)) for _number in range(2)]
    odd = {"op": "replace", "path": "/entities/image_name", "value": 7}
    lab.simulator.faults.add(Fault("change", path="/jobs/", patch=(odd,)))
    events = source.to_the_end(job_ids=jobs, interval="1s")
    assert {event["job_id"] for event in events if event["outcome"] == "succeeded"} == set(jobs)
    (line,) = (text for text in source.log if "Odd answer" in text)
    assert line.startswith("Odd answer of the cloud: $.entities.image_name: expected a string or null, found 7 (")


def test_no_thread_keeps_rulebooks_from_ending(source: Source) -> None:
    in_thread = source.names["_in_thread"]
    assert asyncio.run(in_thread(lambda: threading.current_thread().daemon)) is True


def test_an_odd_value_ends_the_source_where_that_is_wanted(lab: Lab, source: Source) -> None:
    odd = {"op": "add", "path": "/entities", "value": 7}
    lab.simulator.faults.add(Fault("change", path="/jobs/", patch=(odd,)))
    with pytest.raises(source.names["errors"].ImsError, match="on_schema_violation is fail"):
        source.to_the_end(job_ids=[lab.add_job(script=DONE)], on_schema_violation="fail")
