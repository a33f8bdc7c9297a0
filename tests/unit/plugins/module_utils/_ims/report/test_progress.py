# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read while they wait, to the letter."""

from __future__ import annotations

import dataclasses
import datetime
import itertools
import re
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ApiError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.lines import MAX_LINE
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import BatchProgress, progress_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.deviations import Deviation
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Ending
from ansible_collections.huaweicloud.ims.tests.unit.scripted import (
    EPOCH,
    JOB_ID,
    Fatal,
    Reply,
    always,
    between,
    http_error,
    job,
    plan,
    running_until,
    unreachable,
    wait,
    wrong_host,
)

BATCH = {"batch_size", "latency", "latencies"}
SHORT = "edc89b49"
EXPORT = {"job_type": "imsNativeExportImageJob"}


def lines(
    replies: Reply | t.Mapping[str, Reply],
    *,
    requests: int = 4102,
    targets: t.Mapping[str, str] | None = None,
    **options: t.Any,
) -> list[str]:
    """Return the lines of a whole wait, without what each begins with."""
    said: list[str] = []
    count = len(replies) if isinstance(replies, t.Mapping) else 1
    observer = progress_for(count, said.append, "localhost", lambda: requests, targets=targets)
    how = {name: options.pop(name) for name in BATCH & set(options)}
    wait(replies, plan(**options), observer=observer, **how)
    assert all(len(line) <= MAX_LINE and line.isascii() and line.isprintable() for line in said)
    assert all(line.startswith("ims ") for line in said)
    return [line.removeprefix("ims ").removeprefix("[localhost] ") for line in said]


def export(now: float) -> t.Any:
    """An export that begins after 4 s and takes 100 s."""
    if now < 4:
        return job("INIT", **EXPORT)
    step = "ExportImageTask:ConvertImageTask" if now < 84 else "ExportImageTask:UploadImageTask"
    if now < 104:
        return job("RUNNING", now - 4, entities={"current_task": step}, **EXPORT)
    return job("SUCCESS", entities={"image_id": "d164b5df-1bc3-4c3f-893e-3e471fd16e64"}, **EXPORT)


def steady(percent: float, **entities: t.Any) -> Reply:
    return always(job("RUNNING", percent, entities=entities))


# -- one job --------------------------------------------------------------------------------------------------------


def test_a_wait_that_goes_well() -> None:
    said = lines(export, backoff="adaptive", timeout=5400)
    assert said == [
        JOB_ID,
        "waits until 13:30:00Z (1h30m); to resume: the same job_id again",
        f"{SHORT}: INIT, after 0s (imsNativeExportImageJob)",
        f"{SHORT}: 1%, after 5s (ConvertImageTask)",
        f"{SHORT}: 33%, about 1m06s left, after 38s (ConvertImageTask)",
        f"{SHORT}: 53%, about 46s left, after 58s (ConvertImageTask)",
        f"{SHORT}: 67%, about 32s left, after 1m12s (ConvertImageTask)",
        f"{SHORT}: 77%, about 23s left, after 1m21s (ConvertImageTask)",
        f"{SHORT}: 84%, about 16s left, after 1m28s (UploadImageTask)",
        f"{SHORT}: 92%, about 8s left, after 1m36s (UploadImageTask)",
        f"{SHORT}: 98%, about 1s left, after 1m43s (UploadImageTask)",
        f"{SHORT}: SUCCESS after 1m45s",
        "image d164b5df-1bc3-4c3f-893e-3e471fd16e64",
    ]


def test_a_success_says_where_the_object_is_when_that_is_known() -> None:
    said = lines(export, targets={JOB_ID: "ims-image:centos7_5.qcow2"})
    assert said[-1] == f"{SHORT}: SUCCESS after 1m44s: ims-image:centos7_5.qcow2"
    without_image = running_until(1)
    assert lines(without_image, targets={JOB_ID: "b:o"})[-1] == f"{SHORT}: SUCCESS after 2s: b:o"
    assert lines(without_image, targets={"another": "b:o"})[-1] == f"{SHORT}: SUCCESS after 2s"


def test_a_success_names_three_images_at_most() -> None:
    results = [{"image_id": f"image-{number}", "status": "success"} for number in range(4)]
    said = lines(always(job("SUCCESS", entities={"results": results})))
    assert said[-1] == f"{SHORT}: SUCCESS after 0s; image image-0, image-1, image-2"


def test_the_first_lines_come_before_the_first_poll() -> None:
    said: list[str] = []

    def poll(now: float) -> t.Any:
        assert said == [
            f"ims [h] {JOB_ID}",
            "ims [h] waits until 14:00:00Z (2h); to resume: the same job_id again",
        ]
        return job("SUCCESS")

    wait(poll, plan(), observer=progress_for(1, said.append, "h", lambda: 1))
    assert len(said) == 3


@pytest.mark.parametrize(
    ("timeout", "until"),
    [
        (43_199, "waits until 23:59:59Z (11h59m59s)"),
        (43_200, "waits until 2026-03-02T00:00:00Z (12h)"),
        (0.5, "waits until 12:00:00Z (0.5s); to resume: the same job_id again"),
        (0, "polls once; to resume: the same job_id again"),
    ],
)
def test_the_deadline_has_a_date_when_it_is_not_today(timeout: float, until: str) -> None:
    assert lines(always(job("SUCCESS")), timeout=timeout)[1] == until


def test_a_line_is_said_only_for_five_percent_a_step_or_a_status() -> None:
    said = lines(lambda now: job("RUNNING", now), interval=1, timeout=99)
    percents = [match[1] for line in said if (match := re.match(f"{SHORT}: ([0-9]+)%", line))]
    assert percents == [str(percent) for percent in range(0, 100, 5)]


def test_less_than_five_percent_is_no_news() -> None:
    said = lines(lambda now: job("RUNNING", now / 13), interval=1, timeout=50)
    assert said[2:-1] == [f"{SHORT}: 0%, after 0s"]


def test_a_percent_that_falls_is_news_too() -> None:
    said = lines(lambda now: job("RUNNING", 50 if now < 10 else 40), interval=1, timeout=20)
    assert said[2:-1] == [f"{SHORT}: 50%, after 0s", f"{SHORT}: 40%, after 10s"]


def test_a_percent_is_never_rounded_up_to_a_hundred() -> None:
    assert lines(steady(99.99), timeout=1)[2] == f"{SHORT}: 99%, after 0s"


def test_a_new_step_is_said_without_a_new_percent() -> None:
    steps = {0: "One", 10: "Two"}
    said = lines(
        lambda now: job("RUNNING", 3, entities={"current_task": steps[10 if now >= 10 else 0]}), timeout=20, interval=1
    )
    assert said[2:-1] == [f"{SHORT}: 3%, after 0s (One)", f"{SHORT}: 3%, after 10s (Two)"]


def test_a_status_that_nobody_knows_is_shown_as_it_is() -> None:
    assert lines(always(job("WAITING", 12)), timeout=1)[2] == f"{SHORT}: WAITING 12%, after 0s"
    assert lines(always(job("INIT", 0)), timeout=1)[2] == f"{SHORT}: INIT 0%, after 0s"


def test_an_id_that_the_cloud_does_not_know_is_told_as_unknown_until_it_is_known() -> None:
    said = lines(lambda now: None if now < 10 else job("RUNNING", 3), interval=5, timeout=15)
    assert said[2:-1] == [f"{SHORT}: not known to the cloud yet, after 0s", f"{SHORT}: 3%, after 10s"]
    assert lines(always(None))[-1] == f"{SHORT}: is not known to the cloud after 1m00s"


def test_a_job_that_does_not_move_gives_a_sign_of_life_each_minute() -> None:
    said = lines(always(job("RUNNING")), interval=7, timeout=200)
    assert said[2:-1] == [f"{SHORT}: RUNNING, after {after}" for after in ("0s", "1m00s", "2m00s", "3m00s")]


def test_pauses_longer_than_a_minute_do_not_silence_it() -> None:
    said = lines(always(job("RUNNING")), interval=150, max_interval=150, timeout=170)
    assert said[2:-1] == [f"{SHORT}: RUNNING, after {after}" for after in ("0s", "1m00s", "2m00s")]


def test_an_estimate_of_no_more_than_a_second_is_not_worth_its_place() -> None:
    moves = {0: 0, 10: 98}
    said = lines(lambda now: job("RUNNING", moves[10 if now >= 10 else 0]), interval=10, timeout=11)
    assert said[2:-1] == [f"{SHORT}: 0%, after 0s", f"{SHORT}: 98%, after 10s"]


def test_a_failure_says_why() -> None:
    failing = running_until(5, "FAIL", error_code="IMG.0070", fail_reason="the target file exists.")
    assert lines(failing)[-1] == f"{SHORT}: FAIL after 6s: IMG.0070: the target file exists."
    assert lines(running_until(5, "FAIL"))[-1] == f"{SHORT}: FAIL after 6s; the cloud gave no reason"


def test_a_long_reason_goes_on_in_a_second_line() -> None:
    reason = "the bucket cannot be accessed by this user in this region."
    failing = running_until(5, "FAIL", error_code="IMG.0069", fail_reason=reason)
    assert lines(failing)[-2:] == [
        f"{SHORT}: FAIL after 6s: IMG.0069: the bucket cannot be",
        "accessed by this user in this region.",
    ]


def test_a_batch_that_failed_in_part_says_which() -> None:
    half = job("SUCCESS", entities={"results": [{"image_id": "i", "status": "failed"}, {"status": "success"}]})
    assert lines(always(half))[-2:] == [
        f"{SHORT}: ended SUCCESS after 0s but 1 of 2 items failed: image",
        "i: failed",
    ]


def test_a_job_that_the_cloud_refuses_to_show_says_so() -> None:
    said = lines(between(5, 1e9, http_error(404, "IMG.0017"), steady(40)), interval=5)
    assert said[-2:] == [
        f"{SHORT}: cannot be polled after 5s: IMG.0017: said so",
        "(ShowJob, HTTP 404, request req-1)",
    ]


def test_a_wait_that_ends_otherwise_says_where_the_job_stands() -> None:
    assert lines(steady(71), timeout=5)[-1] == f"{SHORT}: timed out after 5s; RUNNING 71%"
    assert lines(steady(71), timeout=0)[-1] == f"{SHORT}: not finished; RUNNING 71%"
    assert lines(steady(71), stall_timeout=10)[-1] == f"{SHORT}: stalled after 10s; RUNNING 71%"
    assert lines(always(Fatal("no")), timeout=5)[-1] == f"{SHORT}: stopped after 0s; not seen yet"


def test_what_the_cloud_names_cannot_break_a_line() -> None:
    nasty = {"current_task": "Task\n\x1b[31mFAILED\r" + "x" * 300}
    said = lines(steady(1, **nasty), timeout=2)
    assert said[2:4] == [f"{SHORT}: 1%, after 0s (Task [31mFAILED", "x" * 45 + "...)"]


# -- outages --------------------------------------------------------------------------------------------------------


def test_an_outage_is_said_once_and_when_it_is_over() -> None:
    said = lines(between(10, 50, http_error(503), export), interval=4, timeout=600)
    assert said[4:7] == [
        f"{SHORT}: no valid response since 12:00:08Z (HTTP 503)",
        "still trying, gives up at 12:05:08Z",
        f"{SHORT}: the cloud answers again after 1m02s; 66%",
    ]
    assert len([line for line in said if "answer" in line or "response" in line]) == 2


def test_nobody_reads_that_something_failed_while_nothing_has() -> None:
    said = lines(between(10, 50, http_error(503), export), interval=4)
    assert not [line for line in said if "fail" in line.lower() or "error" in line.lower()]


def test_a_second_outage_is_said_again() -> None:
    twice = between(10, 20, http_error(503), between(60, 70, http_error(502), steady(40)))
    said = [line for line in lines(twice, interval=5, timeout=120) if "valid response" in line]
    assert [line[-10:] for line in said] == ["(HTTP 503)", "(HTTP 502)"]


def test_an_outage_that_lasts_gives_signs_of_life() -> None:
    said = lines(between(10, 1e9, unreachable(), steady(40)), timeout=3600)
    assert said[3:] == [
        f"{SHORT}: no valid response since 12:00:08Z",
        "(connection refused by ims.example:443)",
        "still trying, gives up at 12:05:08Z",
        *(f"{SHORT}: still no valid response, after {n}m10s; last seen: 40%" for n in range(1, 5)),
        f"{SHORT}: gave up after 5m08s; RUNNING 40%",
    ]


def test_an_outage_from_the_beginning_names_no_state() -> None:
    said = lines(always(unreachable()), timeout=3600, error_timeout=100)
    assert said[2:] == [
        f"{SHORT}: no valid response since 12:00:00Z",
        "(connection refused by ims.example:443)",
        "still trying, gives up at 12:01:40Z",
        f"{SHORT}: still no valid response, after 1m00s",
        f"{SHORT}: gave up after 1m40s; not seen yet",
    ]


def test_an_outage_that_would_outlast_the_deadline_ends_by_it() -> None:
    said = lines(between(10, 1e9, http_error(503), steady(40)), timeout=100)
    assert said[4] == "still trying until the deadline, 12:01:40Z"
    assert said[-1] == f"{SHORT}: timed out after 1m40s; RUNNING 40%"


def test_what_is_tried_a_few_times_only_is_not_said_to_go_on_until_a_time() -> None:
    said = lines(always(wrong_host()), timeout=3600)
    assert said[2:] == [
        f"{SHORT}: no valid response since 12:00:00Z",
        "(the host name of ims.example:443 cannot be resolved)",
        "still trying, a few times",
        f"{SHORT}: stopped after 6s; not seen yet",
    ]
    later = lines(between(10, 1e9, wrong_host(), steady(40)), timeout=3600)
    assert "still trying, gives up at 12:05:08Z" in later


def told_end(line: str) -> float:
    """Return the time of giving up that a line tells, in seconds after the wait began."""
    at = datetime.datetime.strptime(line.split(" gives up at ")[1][:9], "%H:%M:%SZ")
    return (EPOCH.replace(hour=at.hour, minute=at.minute, second=at.second) - EPOCH).total_seconds()


@pytest.mark.parametrize(("fail_fast", "end"), [(True, 330), (False, 400)])
def test_of_several_jobs_the_one_that_ends_the_wait_says_when_it_gives_up(fail_fast: bool, end: int) -> None:
    lost = {name: between(since, 1e9, unreachable(), always(job("RUNNING"))) for name, since in (("a", 30), ("b", 100))}
    said = lines(lost, timeout=3600, fail_fast=fail_fast)
    (line,) = [line for line in said if "gives up at" in line]
    assert told_end(line) == pytest.approx(end, abs=15)


@pytest.mark.parametrize("count", [1, 2, 7, 40])
@pytest.mark.parametrize("error", [http_error(503), http_error(429, retry_after=5), unreachable()])
@pytest.mark.parametrize("options", [{}, {"interval": 7, "error_timeout": 20}, {"fail_fast": False}, {"interval": 20}])
def test_the_wait_gives_up_at_the_very_time_that_was_told(count: int, error: t.Any, options: dict[str, t.Any]) -> None:
    jobs = {f"job-{n}": between(30, 1e9, error, always(job("RUNNING", job_id=f"job-{n}"))) for n in range(count)}
    said: list[str] = []
    observer = progress_for(count, said.append, "localhost", lambda: 1)
    outcome, _cloud, _clock = wait(jobs, plan(max_requests_per_second=20, **options), observer=observer)
    assert outcome.ending is Ending.GAVE_UP
    (line,) = [line for line in said if "gives up at" in line]
    late = outcome.elapsed - told_end(line)
    assert late >= 0
    assert line.endswith(" at the earliest") is (error.retry_after is not None and count > 1)
    if not line.endswith(" at the earliest"):
        # Told in whole seconds; among many jobs the poll that decides waits for its turn.
        assert late <= 1 + count / 20


def test_the_time_of_giving_up_is_never_one_that_has_passed() -> None:
    """The job that failed first may be overdue when another one makes the outage worth a line."""
    jobs = {f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(3)}
    late = {name: between(20, 1e9, http_error(503), reply) for name, reply in jobs.items()}
    said: list[str] = []
    clock_times: list[tuple[str, float]] = []
    observer = progress_for(3, lambda line: clock_times.append((line, clock())), "h", lambda: 1)
    elapsed = [0.0]

    def clock() -> float:
        return elapsed[0]

    def note(reply: Reply) -> Reply:
        def answer(now: float) -> t.Any:
            elapsed[0] = now
            return reply(now)

        return answer

    wait(
        {name: note(reply) for name, reply in late.items()},
        plan(interval=15, error_timeout=10, fail_fast=False),
        observer=observer,
        latencies={"job-0": 0, "job-1": 4, "job-2": 9},
    )
    for line, when in clock_times:
        if "gives up at" in line:
            assert told_end(line) >= int(when)
            said.append(line)
    assert len(said) <= 1


# -- odd answers ----------------------------------------------------------------------------------------------------


def odd(found: t.Any, *places: str) -> t.Any:
    deviations = tuple(Deviation("ShowJob", f"$.{place}", "a string", "7") for place in places)
    return dataclasses.replace(found, deviations=deviations)


def test_what_was_odd_is_said_once() -> None:
    said = lines(always(odd(job("RUNNING", 40), "x", "y")), timeout=70)
    assert said[2:-1] == [
        "odd answer: $.x: expected a string, found 7 (ShowJob)",
        "odd answer: $.y: expected a string, found 7 (ShowJob)",
        f"{SHORT}: 40%, after 0s",
        f"{SHORT}: 40%, after 1m00s",
    ]


def test_what_was_odd_is_not_said_again_in_an_outage_or_by_another_job() -> None:
    jobs = {name: between(5, 20, http_error(503), always(odd(job("RUNNING", 4, job_id=name), "x"))) for name in "ab"}
    assert len([line for line in lines(jobs, timeout=30) if "odd answer" in line]) == 1


def test_no_more_than_ten_odd_places_are_said() -> None:
    for counts in ((12,), (6, 12)):
        states = [odd(job("RUNNING", 40), *(f"x{number}" for number in range(count))) for count in counts]
        early, late = states[0], states[-1]
        said = lines(between(0, 5, early, always(late)), timeout=20)
        assert len([line for line in said if "odd answer" in line]) == 10


# -- many jobs ------------------------------------------------------------------------------------------------------


def many(count: int, end: t.Callable[[int], float], then: str = "SUCCESS") -> dict[str, Reply]:
    return {f"job-{n}": running_until(end(n), then, job_id=f"job-{n}") for n in range(count)}


def long_ids(count: int) -> list[str]:
    return [f"{number:08x}{'0' * 24}" for number in range(count)]


def test_many_jobs_name_their_ids_first() -> None:
    said = lines({job_id: always(job("SUCCESS", job_id=job_id)) for job_id in long_ids(3)}, timeout=5400)
    assert said == [
        "3 jobs until 13:30:00Z (1h30m), all of them, 10 requests/s",
        *long_ids(3),
        "to resume: the same job_ids again",
        "3 of 3 succeeded, after 0s (4,102 requests)",
    ]


def test_thousands_of_jobs_are_counted_in_groups_of_digits() -> None:
    said = lines({f"job-{n}": always(job("RUNNING")) for n in range(1200)}, timeout=1)
    assert "timed out after 1s: 0 of 1,200 succeeded, 1,200 unfinished" in " ".join(said)


def test_any_one_of_many_jobs() -> None:
    jobs = {"a": running_until(5, job_id="a"), "b": running_until(500, job_id="b")}
    said = lines(jobs, wait_for_any=True, timeout=60, max_requests_per_second=2.5)
    assert said[0] == "2 jobs until 12:01:00Z (1m), any one of them, 2.5 requests/s"
    assert said[-1] == "1 of 2 succeeded, 1 unfinished, after 6s (4,102 requests)"


def test_very_many_jobs_name_what_has_their_ids() -> None:
    said = lines({job_id: always(job("SUCCESS", job_id=job_id)) for job_id in long_ids(1201)}, timeout=0)
    assert said[:2] == [
        "1,201 jobs polled once, all of them, 10 requests/s",
        "to resume: the same job_ids (in the starting task's result)",
    ]
    assert not [line for line in said if long_ids(1)[0] in line]


def test_many_jobs_give_totals_and_no_flood() -> None:
    said = lines(many(200, lambda n: 60 + n), timeout=7200)
    assert said[0] == "200 jobs until 14:00:00Z (2h), all of them, 10 requests/s"
    totals = [line for line in said if " done" in line]
    assert totals[0] == "0 of 200 done, 105 running, 95 not seen yet"
    assert totals[1] == "0 of 200 done, 200 running"
    assert said[-1].startswith("200 of 200 succeeded, after 4m")
    assert len(totals) < 40


def test_the_first_totals_wait_until_all_jobs_were_polled() -> None:
    said = lines(many(30, lambda n: 100), timeout=200)
    assert [line for line in said if " done" in line][0] == "0 of 30 done, 30 running"


def test_totals_come_ten_seconds_apart_at_the_least() -> None:
    when: list[float] = []
    elapsed = [0.0]

    def note(line: str) -> None:
        if " done, " in line:
            when.append(elapsed[0])

    def timed(reply: Reply) -> Reply:
        def answer(now: float) -> t.Any:
            elapsed[0] = now
            return reply(now)

        return answer

    jobs = {name: timed(reply) for name, reply in many(50, lambda n: 10 + n).items()}
    wait(jobs, plan(), observer=progress_for(50, note, "h", lambda: 1))
    assert len(when) >= 4
    assert all(later - earlier >= 10 for earlier, later in zip(when, when[1:]))


def test_jobs_are_counted_by_what_is_known_of_them() -> None:
    jobs = {
        "done": always(job("SUCCESS", job_id="done")),
        "run-1": always(job("RUNNING", 30.9, job_id="run-1")),
        "run-2": always(job("RUNNING", job_id="run-2")),
        "odd": always(job("WAITING", job_id="odd")),
        "queued": always(job("INIT", job_id="queued")),
        "unknown": always(None),
        "bad": always(job("FAIL", job_id="bad")),
    }
    said = lines(jobs, timeout=5, fail_fast=False)
    assert "1 of 7 done, 1 failed, 3 running, 1 queued, 1 unknown" in said
    assert said[said.index("1 of 7 done, 1 failed, 3 running, 1 queued, 1 unknown") + 1] == "slowest run-1 30%"
    assert said[-2:] == ["timed out after 5s: 1 of 7 succeeded, 1 failed, 5 unfinished", "(4,102 requests)"]


def test_each_failure_among_many_is_said_once_with_its_short_id() -> None:
    bad = "edc89b490d7d4392898e19b2deb34797"
    jobs = {**many(3, lambda n: 100), bad: running_until(10, "FAIL", job_id=bad, error_code="IMG.0069")}
    said = lines(jobs, fail_fast=False)
    assert said.count("edc89b49 FAIL: IMG.0069") == 1
    assert said[-1].startswith("3 of 4 succeeded, 1 failed, after ")


def test_jobs_that_share_their_first_letters_are_told_apart() -> None:
    jobs = {name: always(job("FAIL", job_id=name)) for name in ("ff8080824967d13a01", "ff8080824967d13b01")}
    said = lines(jobs, fail_fast=False)
    assert "ff8080824967d13a FAIL; the cloud gave no reason" in said
    assert "ff8080824967d13b FAIL; the cloud gave no reason" in said


def test_the_first_twenty_failures_of_very_many_jobs_have_their_whole_id() -> None:
    jobs = {name: running_until(10, "FAIL", job_id=name) for name in long_ids(300)}
    said = lines(jobs, fail_fast=False)
    failures = [line for line in said if "FAIL;" in line]
    assert len(failures) == 20
    assert all(line.split(" ")[0] in long_ids(300) for line in failures)
    assert said.count("more failures follow in the result") == 1
    assert said[-1].startswith("0 of 300 succeeded, 300 failed, after ")


def test_exactly_twenty_failures_are_all() -> None:
    jobs = {name: always(job("FAIL", job_id=name)) for name in long_ids(20)}
    said = lines(jobs, fail_fast=False)
    assert len([line for line in said if "FAIL;" in line]) == 20
    assert "more failures follow in the result" not in said


def test_the_slowest_of_many_is_named() -> None:
    names = ("edc89b490d7d4392", "abcdef0123456789")
    jobs = {name: always(job("RUNNING", percent, job_id=name)) for name, percent in zip(names, (31.9, 80))}
    assert "0 of 2 done, 2 running; slowest edc89b49 31%" in lines(jobs, timeout=5)


def test_many_jobs_that_do_not_move_give_a_sign_of_life_each_minute() -> None:
    jobs = {name: always(job("RUNNING", 10, job_id=name)) for name in ("a", "b")}
    said = lines(jobs, timeout=130)
    assert said[4:-2] == [
        "0 of 2 done, 2 running; slowest a 10%",
        "0 of 2 done, 2 running, after 1m00s; slowest a 10%",
        "0 of 2 done, 2 running, after 2m00s; slowest a 10%",
    ]


def test_one_request_is_one() -> None:
    jobs = {name: always(job("SUCCESS", job_id=name)) for name in "ab"}
    assert lines(jobs, requests=1)[-1] == "2 of 2 succeeded, after 0s (1 request)"


def test_one_failed_poll_among_many_is_no_news_and_an_outage_is() -> None:
    jobs = many(9, lambda n: 200)
    blip = {**jobs, "job-0": between(50, 52, http_error(500), jobs["job-0"])}
    assert not [line for line in lines(blip) if "response" in line or "answers" in line]
    outage = {name: between(50, 90, http_error(500), reply) for name, reply in jobs.items()}
    said = lines(outage)
    about = [line for line in said if "response since" in line or "still" in line or "answers" in line]
    assert about[0] == "no valid response since 12:00:48Z (HTTP 500)"
    assert about[1].startswith("still trying, gives up at 12:05:4")
    assert re.match(r"the cloud answers again after \dm\d\ds; 0 of 9 done, 9 running$", about[-1])
    assert len([line for line in about if "since" in line or "again" in line]) == 2


@pytest.mark.parametrize(("failures", "is_told"), [(2, False), (3, True)])
def test_three_failed_polls_among_many_are_an_outage(failures: int, is_told: bool) -> None:
    polls = itertools.count()

    def reply(name: str) -> Reply:
        def answer(_now: float) -> t.Any:
            return http_error(500) if 20 <= next(polls) < 20 + failures else job("RUNNING", job_id=name)

        return answer

    said = lines({f"job-{n}": reply(f"job-{n}") for n in range(5)}, timeout=60, batch_size=1)
    assert any("no valid response since" in line for line in said) is is_told


def test_the_only_job_that_is_left_of_many_need_not_fail_three_times() -> None:
    jobs = {**many(3, lambda n: 10), "slow": between(20, 22, http_error(503), running_until(60, job_id="slow"))}
    assert "no valid response since 12:00:18Z (HTTP 503)" in lines(jobs)


def test_jobs_are_not_counted_for_each_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[int] = []
    totals = BatchProgress._totals

    def count(self: BatchProgress, jobs: t.Any) -> t.Any:
        counted.append(1)
        return totals(self, jobs)

    monkeypatch.setattr(BatchProgress, "_totals", count)
    lines({f"job-{n}": always(job("RUNNING", job_id=f"job-{n}")) for n in range(50)}, timeout=100, batch_size=1)
    assert len(counted) < 120


def test_totals_during_an_outage_say_that_they_are_old() -> None:
    jobs = {name: between(5, 1e9, http_error(503), always(job("RUNNING", job_id=name))) for name in "abc"}
    said = lines(jobs, timeout=100)
    assert "still no valid response; 0 of 3 done, 3 running, after 1m06s" in said


def test_a_job_that_is_refused_makes_no_outage() -> None:
    refused = between(5, 1e9, http_error(403, "IMG.0026"), always(job("RUNNING", job_id="a")))
    jobs = {"a": refused, "b": running_until(30, job_id="b"), "c": running_until(30, job_id="c")}
    said = lines(jobs, fail_fast=False, batch_size=1)
    assert not [line for line in said if "valid response" in line]
    assert [line for line in said if line.startswith("a cannot be polled: IMG.0026: said so")]


def test_an_error_without_a_status_is_shown_by_its_words() -> None:
    error = ApiError(api="ShowJob", status=503, code="X", reason="r" * 300, request_id=None)
    assert f"{SHORT}: no valid response since 12:00:00Z (HTTP 503)" in lines(always(error), timeout=9, error_timeout=5)


def test_a_long_pause_that_the_cloud_asks_for_is_worth_a_line_at_once() -> None:
    jobs = {name: always(job("RUNNING", job_id=name)) for name in "abcd"}
    for seconds, is_told in ((10, True), (9, False)):
        throttled = {**jobs, "a": between(10, 11, http_error(429, retry_after=seconds), jobs["a"])}
        said = lines(throttled, timeout=40, interval=5, batch_size=1)
        assert any("valid response" in line for line in said) is is_told
