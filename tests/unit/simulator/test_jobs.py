# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs go by their scripts, and are told as the documentation tells them."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import (
    Failure,
    JobScript,
    Result,
    SimulatedClock,
    Simulator,
    StatusAt,
    SubJob,
)
from ansible_collections.huaweicloud.ims.tests.simulator.ims.job_types import JOB_TYPES

if t.TYPE_CHECKING:
    from .conftest import Client

Reader = t.Callable[..., dict[str, t.Any]]
TEN = JobScript(init_seconds=2, duration=10)


def test_from_init_to_success(sim: Simulator, job_reader: Reader) -> None:
    job_id = sim.cloud.add_job(script=TEN, image_name="web")
    seen = []
    for seconds in (0, 1, 1, 4, 3.9, 0.1):
        sim.clock.advance(seconds)
        job = job_reader(job_id)
        entities = job["entities"]
        seen.append(
            (job["status"], entities.get("process_percent"), entities.get("current_task"), job["end_time"] != "")
        )
    convert, upload = JOB_TYPES["imsNativeExportImageJob"].tasks
    assert seen == [
        ("INIT", None, None, False),
        ("INIT", None, None, False),
        ("RUNNING", 0.0, convert, False),
        ("RUNNING", 0.5, upload, False),
        ("RUNNING", 0.99, upload, False),
        ("SUCCESS", None, None, True),
    ]


def test_the_two_calls_tell_a_finished_job_differently(sim: Simulator, job_reader: Reader) -> None:
    job_id = sim.cloud.add_job(job_type="imsImportImageJob", script=TEN, image_id="i", image_name="n")
    sim.clock.advance(10)
    assert job_reader(job_id)["entities"] == {"image_id": "i", "image_name": "n"}
    told = job_reader(job_id, progress=True)["entities"]
    assert len(told.pop("subJobId")) == 32
    assert told == {"image_id": "i", "image_name": "n", "process_percent": 1, "current_task": ""}


def test_the_form_of_a_job(sim: Simulator, job_reader: Reader) -> None:
    job = job_reader(sim.cloud.add_job(job_type="somethingNewJob", job_id="ff80"))
    assert job.pop("begin_time").endswith("Z")
    assert job == {
        "job_id": "ff80",
        "job_type": "somethingNewJob",
        "end_time": "",
        "status": "INIT",
        "error_code": None,
        "fail_reason": None,
        "entities": {},
    }


@pytest.mark.parametrize(
    ("style", "running", "ended"),
    [
        ("documented", 0.5, None),
        ("honest", 0.5, 1),
        ("coarse", 0.5, 1.0),
        ("stale", 0.2, 0.2),
        ("absent", None, None),
        ("out_of_100", 50.0, 100.0),
        ("empty", "", ""),
    ],
)
def test_styles_of_percent(sim: Simulator, job_reader: Reader, style: str, running: t.Any, ended: t.Any) -> None:
    job_id = sim.cloud.add_job(script=JobScript(init_seconds=0, duration=10, percent=style))
    for seconds, expected in ((5, running), (5, ended)):
        sim.clock.advance(seconds)
        assert job_reader(job_id)["entities"].get("process_percent") == expected


def test_a_percent_of_null_is_there(sim: Simulator, job_reader: Reader) -> None:
    job_id = sim.cloud.add_job(script=JobScript(init_seconds=0, percent="null"))
    assert job_reader(job_id)["entities"]["process_percent"] is None


@pytest.mark.parametrize(
    ("level", "top", "below"),
    [
        ("top", ("IMG.1", "why"), {}),
        ("none", ("", ""), {}),
        ("entities", (None, None), {"error_code": "IMG.1", "error": "why"}),
        ("results", (None, None), {}),
    ],
)
def test_levels_of_failure(
    sim: Simulator, job_reader: Reader, level: str, top: tuple[t.Any, ...], below: dict[str, str]
) -> None:
    failure = Failure(level=level, code="IMG.1", reason="why")
    results = [Result(image_id="i", project_id="p")]
    job_id = sim.cloud.add_job(script=JobScript(outcome="FAIL", failure=failure), results=results)
    sim.clock.advance(20)
    job = job_reader(job_id)
    assert (job["status"], (job["error_code"], job["fail_reason"])) == ("FAIL", top)
    assert {name: value for name, value in job["entities"].items() if name in below} == below
    assert job["entities"]["results"][0]["status"] == ("failed" if level == "results" else "success")
    assert "error_code" not in job_reader(job_id, progress=True)["entities"]


def test_a_failure_told_by_a_sub_job_only(sim: Simulator, job_reader: Reader) -> None:
    script = JobScript(outcome="FAIL", failure=Failure(level="sub_job", code="IMG.2", reason="below"))
    job_id = sim.cloud.add_job(job_type="imsImportOvaImageJob", script=script)
    sim.clock.advance(20)
    job = job_reader(job_id)
    (sub,) = job["entities"]["sub_jobs_result"]
    assert (job["status"], job["error_code"]) == ("FAIL", None)
    assert (sub["status"], sub["error_code"], sub["fail_reason"]) == ("FAIL", "IMG.2", "below")
    assert "image_id" not in sub["entities"]


def test_a_failed_job_stops_where_it_failed(sim: Simulator, job_reader: Reader) -> None:
    script = JobScript(init_seconds=0, outcome="FAIL", failure=Failure(progress=0.3))
    job_id = sim.cloud.add_job(script=script)
    sim.clock.advance(1000)
    assert job_reader(job_id, progress=True)["entities"]["process_percent"] == 0.3


def test_images_of_these_types_are_in_their_sub_jobs_only(sim: Simulator, job_reader: Reader) -> None:
    subs = [SubJob("imsCopyVolumeToImageJob", image_id=f"i{number}", image_name="d") for number in range(2)]
    job_id = sim.cloud.add_job(job_type="imsVolumesToSysDataImagesJob", script=TEN, sub_jobs=subs)
    sim.clock.advance(5)
    running = job_reader(job_id)["entities"]
    assert set(running) == {"sub_jobs_result", "sub_jobs_list"}
    assert [sub["entities"] for sub in running["sub_jobs_result"]] == [{"image_name": "d"}] * 2
    sim.clock.advance(5)
    entities = job_reader(job_id, progress=True)["entities"]
    assert set(entities) == {"sub_jobs_result", "sub_jobs_list"}
    assert [sub["entities"]["image_id"] for sub in entities["sub_jobs_result"]] == ["i0", "i1"]
    assert [sub["job_id"] for sub in entities["sub_jobs_result"]] == entities["sub_jobs_list"]


def test_a_batch_may_succeed_in_part(sim: Simulator, job_reader: Reader) -> None:
    results = [Result(image_id="i", project_id=f"p{number}") for number in range(3)]
    script = JobScript(duration=1, failed_results=1)
    job_id = sim.cloud.add_job(job_type="imsAddImageMembersJob", script=script, results=results)
    assert "results" not in job_reader(job_id)["entities"]
    sim.clock.advance(1)
    job = job_reader(job_id)
    assert job["status"] == "SUCCESS"
    assert [item["status"] for item in job["entities"]["results"]] == ["success", "success", "failed"]
    assert job["entities"]["results"][0] == {"status": "success", "image_id": "i", "project_id": "p0"}
    assert job_reader(job_id, progress=True)["entities"] == {"process_percent": 1, "current_task": ""}


def test_a_deletion_has_empty_results(sim: Simulator, job_reader: Reader) -> None:
    job_id = sim.cloud.add_job(job_type="imsDelImageMembersJob", results=[Result()])
    sim.clock.advance(2)
    assert job_reader(job_id)["entities"] == {"results": []}


def test_the_sample_of_2015(sim: Simulator, job_reader: Reader) -> None:
    script = JobScript(percent="stale", time_format="legacy", tasks=("OnlyTask",))
    job_id = sim.cloud.add_job(job_type="createImageByInstance", script=script)
    sim.clock.advance(20)
    job = job_reader(job_id)
    assert job["entities"]["process_percent"] == 0.2
    assert job["entities"]["current_task"] == "OnlyTask"
    day, clock = job["end_time"].split(" ")
    assert (len(day), day[3:6].isalpha(), clock.count(":")) == (11, True, 3)


def test_a_job_that_never_ends(sim: Simulator, job_reader: Reader) -> None:
    job_id = sim.cloud.add_job(script=JobScript(outcome="NEVER"))
    sim.clock.advance(10**6)
    job = job_reader(job_id)
    assert (job["status"], job["end_time"], job["entities"]["process_percent"]) == ("RUNNING", "", 0.98)


def test_unknown_words_for_a_while_and_at_the_end(sim: Simulator, job_reader: Reader) -> None:
    statuses = (StatusAt(4, "PENDING_PAYMENT"), StatusAt(6, "RUNNING"))
    job_id = sim.cloud.add_job(script=JobScript(duration=10, statuses=statuses, outcome="FROZEN"))
    seen = []
    for seconds in (0, 3, 1, 2, 4, 1000):
        sim.clock.advance(seconds)
        seen.append(job_reader(job_id)["status"])
    assert seen == ["INIT", "RUNNING", "PENDING_PAYMENT", "RUNNING", "FROZEN", "FROZEN"]
    assert job_reader(job_id)["end_time"] == ""


def test_more_entities(sim: Simulator, job_reader: Reader) -> None:
    job_id = sim.cloud.add_job(script=JobScript(init_seconds=0, entities={"__data_images": "d", "image_id": None}))
    entities = job_reader(job_id)["entities"]
    assert (entities["__data_images"], entities["image_id"]) == ("d", None)


def test_scripts_can_be_changed_while_a_job_runs(sim: Simulator, job_reader: Reader) -> None:
    job_id = sim.cloud.add_job(script=JobScript(outcome="NEVER"))
    sim.clock.advance(100)
    sim.cloud.change_script(job_id, outcome="SUCCESS", duration=101)
    assert job_reader(job_id)["status"] == "RUNNING"
    sim.cloud.finish(job_id, "FAIL", failure=Failure(code="IMG.3", reason="r"))
    assert job_reader(job_id)["error_code"] == "IMG.3"


def test_jobs_start_with_the_scripts_that_wait_for_them(sim: Simulator) -> None:
    sim.cloud.set_script(JobScript(outcome="NEVER"))
    sim.cloud.set_script(JobScript(outcome="FAIL"), job_type="a")
    sim.cloud.set_script(JobScript(outcome="ONCE"), job_type="a", once=True)
    outcomes = [sim.cloud.jobs[sim.cloud.add_job(job_type=name)].script.outcome for name in ("b", "a", "a", "b")]
    assert outcomes == ["NEVER", "ONCE", "FAIL", "NEVER"]
    sim.cloud.clear_scripts()
    assert sim.cloud.jobs[sim.cloud.add_job()].script.outcome == "SUCCESS"


def test_types_know_how_long_they_take(sim: Simulator) -> None:
    durations = {name: sim.cloud.jobs[sim.cloud.add_job(job_type=name)].script.duration for name in JOB_TYPES}
    quick = [name for name in durations if name.endswith("MembersJob") or name.startswith("batch")]
    assert {durations.pop(name) for name in quick} == {2.0}
    assert set(durations.values()) == {20.0}


@pytest.mark.parametrize(
    ("answer", "status", "code"), [("404", 404, "IMG.0023"), ("400", 400, "IMG.0023"), ("itemNotFound", 404, 404)]
)
def test_unknown_jobs(client: Client, answer: str, status: int, code: t.Any) -> None:
    client.sim.configure(unknown_job=answer)
    job_id = client.sim.cloud.add_job()
    client.sim.cloud.forget_job(job_id)
    reply = client.send("GET", f"/v1/cloudimages/job/{job_id}")
    assert (reply.status, reply.code) == (status, code)


def test_calls_that_a_region_does_not_have(client: Client) -> None:
    job_id, project = client.sim.cloud.add_job(), client.sim.account.project_id
    client.sim.configure(show_job=False)
    assert client.send("GET", f"/v1/{project}/jobs/{job_id}").code == "APIGW.0101"
    assert client.send("GET", f"/v1/cloudimages/job/{job_id}").status == 200
    client.sim.configure(show_job=True, show_job_progress=False)
    assert client.send("GET", f"/v1/cloudimages/job/{job_id}").code == "APIGW.0101"


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": "other"},
        {"time_format": "other"},
        {"duration": -1},
        {"init_seconds": "1"},
        {"outcome": ""},
        {"entities": []},
    ],
)
def test_scripts_that_make_no_sense(wrong: dict[str, t.Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        JobScript(**wrong)


def test_a_second_job_of_the_same_id(sim: Simulator) -> None:
    sim.cloud.add_job(job_id="a")
    with pytest.raises(ValueError, match="already a job a"):
        sim.cloud.add_job(job_id="a")


def test_clocks_do_not_go_back() -> None:
    with pytest.raises(ValueError, match="forward"):
        SimulatedClock().advance(-1)
