# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read while they wait, to the letter."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import MAX_LINE, progress_for
from ansible_collections.huaweicloud.ims.tests.unit.scripted import (
    JOB_ID,
    Reply,
    always,
    between,
    http_error,
    job,
    plan,
    running_until,
    unreachable,
    wait,
)


def lines(replies: Reply | t.Mapping[str, Reply], **options: t.Any) -> list[str]:
    """Return the lines of a whole wait, without what each begins with."""
    said: list[str] = []
    count = len(replies) if isinstance(replies, t.Mapping) else 1
    observer = progress_for(count, said.append, "localhost", lambda: 19)
    wait(replies, plan(**options), observer=observer)
    assert all(len(line) <= MAX_LINE and "\n" not in line for line in said)
    assert all(line.startswith("ims [localhost] ") for line in said)
    return [line.replace("ims [localhost] ", "").replace(f"{JOB_ID}: ", "") for line in said]


def export(now: float) -> t.Any:
    """An export that begins after 4 s and takes 100 s, seen each 2 s."""
    kind = {"job_type": "imsNativeExportImageJob"}
    if now < 4:
        return job("INIT", **kind)
    if now < 104:
        return job("RUNNING", now - 4, entities={"current_task": "ExportImageTask:"}, **kind)
    return job("SUCCESS", entities={"image_id": "d164b5df-1bc3-4c3f-893e-3e471fd16e64"}, **kind)


def test_a_wait_that_goes_well() -> None:
    said = lines(export, interval=2, timeout=5400)
    assert said[0] == "waiting until 2026-03-01T13:30:00Z (5400 s); to resume, wait for this job_id again"
    assert said[1] == "INIT, imsNativeExportImageJob, 0s"
    assert said[2] == "RUNNING 0%, ExportImageTask, 4s"
    assert said[3] == "RUNNING 6%, ExportImageTask, 10s, about 1m34s left"
    assert said[-1] == "SUCCESS after 1m44s, image d164b5df-1bc3-4c3f-893e-3e471fd16e64 (19 requests)"


def test_a_line_is_said_only_for_five_percent_a_step_or_a_status() -> None:
    said = lines(export, interval=1)
    percents = [line.split("%")[0] for line in said if line.startswith("RUNNING")]
    assert percents == [f"RUNNING {percent}" for percent in range(0, 100, 5)]


def test_a_new_step_is_said_without_a_new_percent() -> None:
    steps = {0: "One", 10: "Two"}
    said = lines(
        lambda now: job("RUNNING", 3, entities={"current_task": steps[10 if now >= 10 else 0]}), timeout=20, interval=1
    )
    assert [line for line in said if "Two" in line][0] == "RUNNING 3%, Two, 10s"


def test_a_job_that_does_not_move_gives_a_sign_of_life_each_minute() -> None:
    said = lines(always(job("RUNNING")), interval=7, timeout=200)
    assert said[1:-1] == ["RUNNING, 0s", "RUNNING, 1m00s", "RUNNING, 2m00s", "RUNNING, 3m00s"]


def test_pauses_longer_than_a_minute_do_not_silence_it() -> None:
    said = lines(always(job("RUNNING")), interval=150, max_interval=150, timeout=170)
    assert said[1:-1] == ["RUNNING, 0s", "RUNNING, 1m00s", "RUNNING, 2m00s"]


def test_the_weather_is_said_once_and_when_it_is_over() -> None:
    trouble = http_error(503)
    said = lines(between(10, 50, trouble, running_until(200)), interval=4, timeout=600)
    weather = [line for line in said if "answer" in line]
    assert weather == [
        "no good answer since 12:00:08Z (HTTP 503, request req-1); still trying, gives up at 12:05:08Z",
        "the cloud answers again after 1m02s; RUNNING, 1m10s",
    ]
    assert not [line for line in said if "FAIL" in line.upper() and "SUCCESS" not in line]


def test_an_outage_that_lasts_gives_signs_of_life() -> None:
    said = lines(between(10, 1e9, unreachable(), always(job("RUNNING", 40))), interval=2, timeout=3600)
    assert said[2].startswith("no good answer since 12:00:08Z (connection refused by ims.example:443); still trying")
    assert "RUNNING 40%, 1m10s, no good answer right now" in said
    assert said[-1] == "gave up after 5m08s: RUNNING 40% (19 requests)"


def test_a_failure_says_why() -> None:
    failing = running_until(5, then="FAIL", error_code="IMG.0070", fail_reason="the target file already exists")
    assert lines(failing)[-1] == "FAIL: IMG.0070: the target file already exists after 6s (19 requests)"


def test_a_timeout_says_where_the_job_stands() -> None:
    assert (
        lines(always(job("RUNNING", 71)), timeout=5, interval=1)[-1] == "timed out after 5s: RUNNING 71% (19 requests)"
    )


def test_what_the_cloud_names_cannot_break_a_line() -> None:
    nasty = {"current_task": "Task\n\x1b[31mFAILED\r" + "x" * 300}
    said = lines(always(job("RUNNING", entities=nasty)), timeout=2)
    assert "\x1b" not in "".join(said)
    assert said[1].startswith("RUNNING, Task [31mFAILED xxx")
    assert said[1].endswith("...")


# -- many jobs --------------------------------------------------------------------------------------------------------


def many(count: int, end: t.Callable[[int], float], then: str = "SUCCESS") -> dict[str, Reply]:
    return {f"job-{n}": running_until(end(n), then, job_id=f"job-{n}") for n in range(count)}


def test_many_jobs_give_totals_and_no_flood() -> None:
    said = lines(many(200, lambda n: 60 + n), timeout=7200)
    assert said[0] == (
        "200 jobs, waiting until 2026-03-01T14:00:00Z (7200 s), all of them, at most 10 requests/s;"
        " to resume, wait for the same job_ids again"
    )
    assert said[1] == "200 jobs: 0 done, 5 running, 195 waiting to start, 0 failed; 0s"
    assert "200 jobs: 200 succeeded, 0 failed; 4m" in said[-1]
    assert len(said) < 40


def test_totals_come_ten_seconds_apart_at_the_most() -> None:
    said = lines(many(50, lambda n: 10 + n))
    times = [line.rsplit("; ", 1)[1] for line in said[1:-1]]
    assert len(times) == len(set(times))
    assert len(times) <= 60 / 10 + 1


def test_each_failure_among_many_is_said_once() -> None:
    jobs = {**many(3, lambda n: 100), "bad": running_until(10, "FAIL", job_id="bad", error_code="IMG.0069")}
    said = lines(jobs, fail_fast=False)
    assert said.count("4 jobs: bad FAIL: IMG.0069") == 1
    assert said[-1].startswith("4 jobs: 3 succeeded, 1 failed; ")


def test_very_many_failures_are_not_listed_one_by_one() -> None:
    said = lines(many(300, lambda n: 10, then="FAIL"), fail_fast=False)
    assert len([line for line in said if "FAIL;" in line]) == 20
    assert "300 jobs: more failures follow in the result" in said


def test_the_slowest_of_many_is_named() -> None:
    jobs = {name: always(job("RUNNING", percent, job_id=name)) for name, percent in (("a", 31), ("b", 80))}
    assert lines(jobs, timeout=5)[1] == "2 jobs: 0 done, 2 running, 0 waiting to start, 0 failed; 0s, slowest at 31%"


def test_one_blip_among_many_is_no_news_and_an_outage_is() -> None:
    jobs = many(9, lambda n: 200)
    blip = {**jobs, "job-0": between(50, 52, http_error(500), jobs["job-0"])}
    assert not [line for line in lines(blip) if "answer" in line]
    outage = {name: between(50, 90, http_error(500), reply) for name, reply in jobs.items()}
    said = [line for line in lines(outage) if "answer" in line]
    assert said[0].startswith("9 jobs: no good answer since 12:00:4")
    assert said[1].startswith("9 jobs: the cloud answers again after ")


@pytest.mark.parametrize("count", [1, 2])
def test_any_wait_tells_how_to_resume_before_its_first_look(count: int) -> None:
    said: list[str] = []

    def look(now: float) -> t.Any:
        assert "to resume" in said[0]
        return job("SUCCESS", job_id="x")

    observer = progress_for(count, said.append, "h", lambda: 1)
    wait({f"job-{n}": look for n in range(count)}, plan(), observer=observer)
