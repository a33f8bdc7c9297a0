# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One trial: a random cloud, random weather, a start, a wait, and all that they leave behind."""

from __future__ import annotations

import dataclasses
import json
import random
import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._failures import failure
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.starts import StartCall
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import progress_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.results import artifacts_of, result_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.plan import Plan
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import BACKOFFS, schedule_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Outcome, Wait
from ansible_collections.huaweicloud.ims.tests.campaign.channels import standard_error
from ansible_collections.huaweicloud.ims.tests.campaign.weather import weather
from ansible_collections.huaweicloud.ims.tests.campaign.world import CREDENTIALS, REQUEST_TIMEOUT, FastClock, Party
from ansible_collections.huaweicloud.ims.tests.simulator import Failure, Fault, JobScript, Result, Simulator, SubJob
from ansible_collections.huaweicloud.ims.tests.simulator.scripts import FAILURE_LEVELS, PERCENT_STYLES, TIME_FORMATS

IMAGE = "10000000-0000-4000-8000-000000000001"
MEMBERS = "imsAddImageMembersJob"
UNKNOWN_ID = "0123456789abcdef"


@dataclasses.dataclass
class Start:
    """A call that was to start a job: the id or the error that came of it, and how many jobs really came of it."""

    job_id: str | None
    error: ImsError | None
    created: int


@dataclasses.dataclass
class Trial:
    """What happened; ``told`` is every text that anybody could have read, ``lines`` those on a terminal."""

    seed: int
    party: Party
    faults: list[Fault]
    struck: set[str]
    start: Start
    outcome: Outcome
    result: dict[str, t.Any]
    asked: list[str]
    told: list[str]
    lines: list[str]
    now: float
    simulator: Simulator


def run_trial(simulator: Simulator, clock: FastClock, seed: int) -> Trial:
    """Play one. The same seed makes the same one, but for the order in which threads ask."""
    draw = random.Random(seed)
    simulator.reset()
    simulator.configure(
        token_seconds=draw.choice((60.0, 300.0, 86400.0)),
        temporary_key_seconds=draw.choice((120.0, 900.0, 86400.0)),
        unknown_job=draw.choice(("404", "itemNotFound")),
        show_job=draw.random() < 0.9,
    )
    party = Party(simulator, clock, draw.choice(CREDENTIALS), draw)
    job_ids = [_add_job(simulator, draw) for _turn in range(draw.choice((1, 1, 1, 2, 4, 9)))]
    if draw.random() < 0.05:
        job_ids.append(UNKNOWN_ID)
    faults = weather(draw, party.given_secrets)
    simulator.configure(job_seconds=draw.choice((1.0, 30.0, 300.0)))
    numbers = [simulator.faults.add(fault) for fault in faults]
    start = _start(simulator, party, seed)
    if start.job_id is not None:
        job_ids.append(start.job_id)
    with standard_error(draw) as channel:
        outcome = _wait(party, clock, draw, job_ids, channel.say)
    texts = party.client.texts
    result = result_of(outcome, party.client.requests, texts)
    told = [*channel.lines, json.dumps(result), json.dumps(artifacts_of(outcome, texts)), *party.warnings]
    if start.error is not None:
        told.append(json.dumps(failure(start.error, texts)))
    struck = {faults[index].kind for index, number in enumerate(numbers) if simulator.faults.hits(number)}
    trial = Trial(
        *(seed, party, faults, struck, start, outcome, result, job_ids, told, channel.lines),
        now=clock.now(),
        simulator=simulator,
    )
    party.close()
    return trial


def _add_job(simulator: Simulator, draw: random.Random) -> str:
    batch = draw.random() < 0.15
    return simulator.cloud.add_job(
        job_type=MEMBERS if batch else "imsNativeExportImageJob",
        results=[Result(image_id=IMAGE, project_id=f"b{index}") for index in range(3)] if batch else (),
        script=_script(draw, batch),
    )


def _script(draw: random.Random, batch: bool) -> JobScript:
    outcome = draw.choices(("SUCCESS", "FAIL", "NEVER", "ARCHIVED"), (70, 20, 7, 3))[0]
    failure = None
    if outcome == "FAIL":
        told = draw.random() < 0.8
        failure = Failure(draw.choice(FAILURE_LEVELS), "IMG.0061" if told else None, "It broke." if told else None)
    sub_jobs = None
    if not batch and outcome == "SUCCESS" and draw.random() < 0.1:
        sub_jobs = (SubJob(), SubJob(outcome=draw.choice(("SUCCESS", "FAIL")), code="IMG.0001", reason="part"))
    return JobScript(
        duration=draw.choice((0.0, draw.uniform(0, 5), draw.uniform(5, 600), draw.lognormvariate(5.6, 0.8))),
        outcome=outcome,
        percent=draw.choice(PERCENT_STYLES),
        time_format=draw.choice(TIME_FORMATS),
        failure=failure,
        failed_results=draw.choice((0, 0, 1)) if batch and outcome == "SUCCESS" else 0,
        sub_jobs=sub_jobs,
    )


def _start(simulator: Simulator, party: Party, seed: int) -> Start:
    body = {"bucket_url": f"campaign:{seed}.qcow2", "file_format": "qcow2"}
    call = StartCall("ExportImage", "POST", f"/v1/cloudimages/{IMAGE}/file", body, "an export")
    before = len(simulator.cloud.jobs)
    try:
        job_id, error = party.client.start(call), None
    except ImsError as exc:
        job_id, error = None, exc
    return Start(job_id, error, len(simulator.cloud.jobs) - before)


def _wait(
    party: Party, clock: FastClock, draw: random.Random, job_ids: list[str], say: t.Callable[[str], None]
) -> Outcome:
    client = party.client
    wait = Wait(
        job_ids,
        client,
        _plan(draw),
        clock,
        observer=progress_for(len(job_ids), say, "localhost", lambda: client.requests, client.texts),
        random=draw.random,
    )
    return wait.run()


def _plan(draw: random.Random) -> Plan:
    interval, longest = draw.choice(((2.0, 30.0), (2.0, 30.0), (0.5, 5.0), (10.0, 60.0)))
    return Plan(
        schedule_for(draw.choice(BACKOFFS), interval, longest),
        timeout=draw.choice((0.0, 5.0, 60.0, 600.0, 1800.0)),
        delay=draw.choice((0.0, 0.0, 0.0, 10.0)),
        request_timeout=REQUEST_TIMEOUT,
        interval=interval,
        max_interval=longest,
        error_timeout=draw.choice((0.0, 20.0, 120.0, 300.0)),
        stall_timeout=draw.choice((0.0, 0.0, 0.0, 120.0)),
        max_requests_per_second=draw.choice((1.0, 10.0, 10.0, 100.0)),
        wait_for_any=draw.random() < 0.15,
        fail_fast=draw.random() < 0.5,
        ignore_partial_failure=draw.random() < 0.3,
    )
