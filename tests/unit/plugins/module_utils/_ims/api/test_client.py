# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import json
import socket
import typing as t
import urllib.parse

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.calls import quoted
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.client import MAX_CONCURRENCY, ImsClient
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.starts import (
    MAX_REPEAT_SECONDS,
    MAX_REPEATS,
    RATES,
    StartCall,
    Starter,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ApiError,
    CredentialsRefusedError,
    ImsError,
    NoAnswerError,
    OptionError,
    SchemaError,
    StartUnclearError,
    UnreadableAnswerError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import is_transient
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

SHOW = "GET /v1/{project_id}/jobs/{job_id}"
PROGRESS = "GET /v1/cloudimages/job/{job_id}"
EXPORT = "POST /v1/cloudimages/{image_id}/file"
PROJECTS = "GET /v3/projects"
LOGIN = "POST /v3/auth/tokens"
IMAGE = "10000000-0000-4000-8000-000000000001"
BODY = {"bucket_url": "ims-image:centos7_5.qcow2", "file_format": "qcow2"}
CALL = StartCall("ExportImage", "POST", f"/v1/cloudimages/{IMAGE}/file", BODY, "the export")


def by_password(lab: Lab, **params: t.Any) -> ImsClient:
    account = lab.simulator.account
    login = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
    return lab.client(**{"access_key": None, "secret_key": None, **login, **params})


def found(client: ImsClient, job_id: str) -> Job:
    job = client.find_job(job_id)
    assert job is not None
    return job


def failure(client: ImsClient, job_id: str = "abc") -> ImsError:
    with pytest.raises(ImsError) as caught:
        client.find_job(job_id)
    return caught.value


def test_a_job_is_read_by_show_job(lab: Lab) -> None:
    job_id = lab.add_job(image_id=IMAGE, script=JobScript(init_seconds=0, duration=100, percent="honest"))
    lab.clock.sleep(50)
    job = found(lab.client(), job_id)
    assert (job.job_id, job.status_text, job.progress_percent, job.image_id) == (job_id, "RUNNING", 50.0, IMAGE)
    assert lab.asked() == [f"{SHOW} 200"]


def test_every_request_carries_the_project(lab: Lab) -> None:
    client = lab.client()
    found(client, lab.add_job())
    client.start(CALL)
    found(lab.client("show_job_progress"), lab.add_job(job_type="imsCopyImageInRegionJob"))
    assert {entry.headers.get("x-project-id") for entry in lab.simulator.requests} == {lab.simulator.account.project_id}


def test_blanks_around_an_id_do_not_reach_the_cloud(lab: Lab) -> None:
    job_id = lab.add_job()
    assert found(lab.client(), f" {job_id}\n").job_id == job_id
    assert lab.simulator.requests[0].job_id == job_id


@pytest.mark.parametrize("job_id", ["../../x", "a/b", "", "a?b", "x" * 65])
def test_what_is_no_id_never_reaches_the_cloud(lab: Lab, job_id: str) -> None:
    assert isinstance(failure(lab.client(), job_id), OptionError)
    assert lab.asked() == []


@pytest.mark.parametrize("unknown_job", ["404", "itemNotFound"])
@pytest.mark.parametrize("query_api", ["show_job", "show_job_progress"])
def test_an_unknown_job_is_none(lab: Lab, query_api: str, unknown_job: str) -> None:
    lab.simulator.configure(unknown_job=unknown_job)
    assert lab.client(query_api).find_job("abc") is None


def test_a_busy_answer_about_a_job_is_no_unknown_job(lab: Lab) -> None:
    lab.simulator.configure(unknown_job="400")
    error = failure(lab.client())
    assert isinstance(error, ApiError)
    assert (error.code, is_transient(error)) == ("IMG.0023", True)


@pytest.mark.parametrize(("query_api", "route"), [("show_job", SHOW), ("show_job_progress", PROGRESS)])
def test_a_chosen_call_is_the_one_that_is_used(lab: Lab, query_api: str, route: str) -> None:
    found(lab.client(query_api), lab.add_job())
    assert lab.asked() == [f"{route} 200"]


def test_an_unpublished_show_job_is_asked_once_and_then_never_again(lab: Lab) -> None:
    lab.simulator.configure(show_job=False)
    client = lab.client()
    job_id = lab.add_job()
    assert [found(client, job_id).job_id for _turn in range(2)] == [job_id] * 2
    assert lab.asked() == [f"{SHOW} 404", f"{PROGRESS} 200", f"{PROGRESS} 200"]


FORBIDDEN = Fault("status", status=403, path="/v1/[^/]+/jobs/", code="APIGW.0302")


def test_who_may_not_show_a_job_asks_for_its_progress_from_then_on(lab: Lab) -> None:
    lab.simulator.faults.add(FORBIDDEN)
    client, job_id = lab.client(), lab.add_job()
    found(client, job_id)
    found(client, job_id)
    assert lab.asked() == [f"{SHOW} 403", f"{PROGRESS} 200", f"{PROGRESS} 200"]


def test_who_may_use_neither_call_is_told_of_the_one_whose_right_is_documented(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("status", status=403))
    client, job_id = lab.client(), lab.add_job()
    for _turn in range(2):
        assert "ShowJobProgress, HTTP 403" in str(failure(client, job_id))
    assert lab.asked() == [f"{SHOW} 403", f"{PROGRESS} 403", f"{PROGRESS} 403"]


@pytest.mark.parametrize("settings", [{"show_job_progress": False}, {}], ids=["not published", "unknown there"])
def test_where_the_other_call_knows_nothing_the_refusal_stands(lab: Lab, settings: dict[str, bool]) -> None:
    lab.simulator.configure(**settings)
    lab.simulator.faults.add(FORBIDDEN)
    error = failure(lab.client(), "abc" if not settings else lab.add_job())
    assert "ShowJob, HTTP 403" in str(error)


def test_a_refusal_after_an_answer_is_about_the_job(lab: Lab) -> None:
    client, job_id = lab.client(), lab.add_job()
    found(client, job_id)
    lab.simulator.faults.add(FORBIDDEN)
    assert "ShowJob, HTTP 403" in str(failure(client, job_id))


def test_a_chosen_call_is_not_replaced_when_it_is_refused(lab: Lab) -> None:
    lab.simulator.faults.add(FORBIDDEN)
    assert "ShowJob, HTTP 403" in str(failure(lab.client("show_job"), lab.add_job()))


@pytest.mark.parametrize(
    ("query_api", "setting"), [("show_job", "show_job"), ("show_job_progress", "show_job_progress")]
)
def test_a_chosen_call_that_is_not_published_is_an_error(lab: Lab, query_api: str, setting: str) -> None:
    lab.simulator.configure(**{setting: False})
    error = failure(lab.client(query_api), lab.add_job())
    assert isinstance(error, ApiError)
    assert error.is_unpublished_api
    assert len(lab.asked()) == 1


def test_without_any_project_id_the_call_without_one_is_used(lab: Lab) -> None:
    token = lab.simulator.identity.issue_token().value
    client = lab.client(
        access_key=None, secret_key=None, auth_token=token, project_id=None, region=None, iam_endpoint=None
    )
    found(client, lab.add_job())
    assert lab.asked() == [f"{PROGRESS} 200"]
    assert "x-project-id" not in lab.simulator.requests[0].headers


def test_where_only_the_call_with_a_project_is_published_the_remedy_is_the_project(lab: Lab) -> None:
    lab.simulator.configure(show_job_progress=False)
    client = lab.client(project_id=None, region=None, iam_endpoint=None)
    for _turn in range(2):
        text = str(failure(client))
        assert text.startswith("project_id is missing (or HW_PROJECT_ID in the environment): ShowJobProgress is not")
        assert "APIGW.0101" in text
    chosen = failure(lab.client("show_job_progress", project_id=None, region=None, iam_endpoint=None))
    assert isinstance(chosen, ApiError) and chosen.is_unpublished_api


def test_show_job_without_any_project_id_is_a_clear_error(lab: Lab) -> None:
    client = lab.client("show_job", project_id=None, iam_endpoint=None)
    error = failure(client)
    assert isinstance(error, OptionError)
    assert str(error) == "query_api: show_job needs project_id, or region to look it up by."
    assert lab.asked() == []


def test_a_project_is_looked_up_once_by_the_regions_name(lab: Lab) -> None:
    client = lab.client(project_id=None)
    job_id = lab.add_job()
    for _turn in range(2):
        found(client, job_id)
    assert lab.asked() == [f"{PROJECTS} 200", f"{SHOW} 200", f"{SHOW} 200"]
    projects, asked, _again = lab.simulator.requests
    assert projects.query == f"name={lab.simulator.account.region}"
    assert asked.headers["x-project-id"] == lab.simulator.account.project_id
    assert client.requests == 3


@pytest.mark.parametrize("number", [0, 2, 7])
def test_no_project_or_several_are_a_clear_error(lab: Lab, number: int) -> None:
    lab.simulator.configure(projects=number)
    error = failure(lab.client(project_id=None))
    assert isinstance(error, OptionError)
    assert str(error).startswith(f"IAM knows {f'{number} projects (' if number else 'no project '}")
    assert str(error).endswith(' named "cn-north-4" for these credentials: set project_id, or check region.')
    assert lab.asked() == [f"{PROJECTS} 200"]


@pytest.mark.parametrize("status", [403, 404])
def test_where_projects_may_not_be_looked_up_the_call_without_one_is_used(lab: Lab, status: int) -> None:
    lab.simulator.faults.add(Fault("status", status=status, path="/v3/projects", body="iam"))
    client = lab.client(project_id=None)
    job_id = lab.add_job()
    for _turn in range(2):
        found(client, job_id)
    assert lab.asked() == [f"{PROJECTS} {status}", f"{PROGRESS} 200", f"{PROGRESS} 200"]


def test_trouble_while_a_project_is_looked_up_is_handed_on(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("status", status=503, path="/v3/projects", count=1))
    client = lab.client(project_id=None)
    job_id = lab.add_job()
    assert is_transient(failure(client, job_id))
    assert found(client, job_id).job_id == job_id


def test_a_login_tells_the_project(lab: Lab) -> None:
    client = by_password(lab, project_id=None)
    found(client, lab.add_job())
    assert lab.asked() == [f"{LOGIN} 201", f"{SHOW} 200"]
    assert client.requests == 2


def test_an_answer_about_another_job_is_not_taken(lab: Lab) -> None:
    job_id = lab.add_job()
    lab.simulator.faults.add(Fault("wrong_job_id", content="fff"))
    error = failure(lab.client(), job_id)
    assert isinstance(error, UnreadableAnswerError)
    assert str(error) == f"The cloud answered for another job, fff instead of {job_id} (ShowJob)"
    assert is_transient(error)


def test_an_answer_that_does_not_fit_is_not_taken(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("change", merge={"status": None}))
    error = failure(lab.client(), lab.add_job())
    assert isinstance(error, SchemaError)
    assert error.violations == ["$.status: missing"]


def test_a_timeout_can_only_be_made_shorter(lab: Lab) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}"
        for request_timeout, timeout in ((0.05, 60.0), (10.0, 0.05)):
            client = lab.client(endpoint=endpoint, request_timeout=request_timeout)
            with pytest.raises(NoAnswerError, match=r"within 0\.05 s$"):
                client.find_job("abc", timeout)


def test_several_jobs_are_found_in_the_order_asked(lab: Lab) -> None:
    job_ids = [lab.add_job() for _turn in range(12)]
    answers = lab.client().find_jobs([*job_ids, "unknown"])
    assert list(answers) == [*job_ids, "unknown"]
    assert [answer.job_id if isinstance(answer, Job) else answer for answer in answers.values()] == [*job_ids, None]
    assert len(lab.asked()) == 13


def test_no_jobs_are_no_requests(lab: Lab) -> None:
    assert lab.client().find_jobs([]) == {}
    assert lab.asked() == []


def test_several_jobs_are_asked_for_at_the_same_time_but_never_more_than_five(lab: Lab) -> None:
    assert MAX_CONCURRENCY == 5
    job_ids = [lab.add_job() for _turn in range(11)]
    client = lab.client()
    client.find_jobs(job_ids[:1])
    delay = 0.03
    lab.simulator.faults.add(Fault("delay", seconds=delay))
    client.find_jobs(job_ids[1:])
    times = [entry.monotonic for entry in list(lab.simulator.requests)[1:]]
    # One after the other there would be no two of them within the delay, and with more at once no such gap.
    assert min(later - earlier for earlier, later in zip(times, times[1:])) < delay
    assert times[MAX_CONCURRENCY] - times[0] >= delay


def test_a_wrong_key_is_shown_to_the_cloud_once_however_many_jobs_there_are(lab: Lab) -> None:
    job_ids = [lab.add_job() for _turn in range(20)]
    answers = lab.client(secret_key="wrong").find_jobs(job_ids)
    assert lab.asked() == [f"{SHOW} 401"]
    assert all(isinstance(answer, CredentialsRefusedError) for answer in answers.values())
    assert list(answers) == job_ids


def test_a_wrong_key_is_shown_to_the_cloud_once_after_bad_weather_too(lab: Lab) -> None:
    job_ids = [lab.add_job() for _turn in range(10)]
    lab.simulator.faults.add(Fault("status", status=503, count=1))
    client = lab.client(secret_key="wrong")
    answers = client.find_jobs(job_ids)
    assert lab.asked() == [f"{SHOW} 503"]
    assert all(isinstance(answer, ApiError) and is_transient(answer) for answer in answers.values())
    answers = client.find_jobs(job_ids)
    assert lab.asked() == [f"{SHOW} 503", f"{SHOW} 401"]
    assert list(answers) == job_ids
    assert all(isinstance(answer, CredentialsRefusedError) for answer in answers.values())


@pytest.mark.parametrize(
    ("fault", "requests"),
    [
        (Fault("reset", count=1), 1),
        (Fault("status", status=429, count=1), 1),
        (Fault("status", status=502, count=1), 1),
        (Fault("status", status=400, code="IMG.0023", count=1), 6),
        (Fault("status", status=404, code="IMG.0027", count=1), 6),
        (Fault("change", merge={"status": None}, count=1), 6),
    ],
    ids=lambda value: f"{value.kind} {value.status}" if isinstance(value, Fault) else "",
)
def test_one_job_is_asked_for_alone_until_the_cloud_has_looked_at_the_key(
    lab: Lab, fault: Fault, requests: int
) -> None:
    job_ids = [lab.add_job() for _turn in range(6)]
    client = lab.client()
    lab.simulator.faults.add(fault)
    assert list(client.find_jobs(job_ids)) == job_ids
    assert len(lab.simulator.requests) == requests
    assert all(isinstance(answer, Job) for answer in client.find_jobs(job_ids).values())


@pytest.mark.parametrize(("status", "batch_size"), [(401, 1), (403, MAX_CONCURRENCY), (500, 1)])
def test_a_missing_right_tells_that_the_key_is_known(lab: Lab, status: int, batch_size: int) -> None:
    lab.simulator.faults.add(Fault("status", status=status, code="IMG.0026"))
    client = lab.client("show_job")
    client.find_jobs(["abc"])
    assert client.batch_size == batch_size


def test_after_an_error_that_stays_nothing_more_is_asked(lab: Lab) -> None:
    job_ids = [lab.add_job() for _turn in range(40)]
    client = lab.client()
    client.find_jobs(job_ids[:1])
    lab.simulator.faults.add(Fault("status", status=403))
    answers = client.find_jobs(job_ids)
    assert len(lab.simulator.requests) <= 1 + MAX_CONCURRENCY
    assert all(isinstance(answer, ApiError) and answer.status == 403 for answer in answers.values())


def test_nothing_is_waited_for_when_all_was_refused_at_once(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    client, collected = lab.client(), []
    collect = client.collect

    def counted(timeout: float) -> t.Mapping[str, t.Any]:
        collected.append(timeout)
        assert len(collected) == 1, "a second call would wait in vain, for the whole of request_timeout"
        return collect(timeout)

    monkeypatch.setattr(client, "collect", counted)
    lab.simulator.faults.add(Fault("status", status=403))
    answers = client.find_jobs(["a", "b", "c"])
    # One job, by both calls.
    assert len(lab.simulator.requests) == 2
    assert [isinstance(answer, ApiError) for answer in answers.values()] == [True] * 3


def test_an_error_that_passes_concerns_its_own_job_only(lab: Lab) -> None:
    job_ids = [lab.add_job() for _turn in range(6)]
    lab.simulator.faults.add(Fault("status", status=503, job_id=job_ids[3]))
    answers = lab.client().find_jobs(job_ids)
    assert [isinstance(answer, Job) for answer in answers.values()] == [True, True, True, False, True, True]
    assert len(lab.asked()) == 6


def test_one_refused_token_makes_one_login_for_all_jobs(lab: Lab) -> None:
    client = by_password(lab)
    job_ids = [lab.add_job() for _turn in range(10)]
    client.find_jobs(job_ids)
    lab.simulator.identity.expire_tokens()
    assert all(isinstance(answer, Job) for answer in client.find_jobs(job_ids).values())
    assert lab.simulator.requests.count(route="/v3/auth/tokens") == 2


def test_an_export_is_one_request_with_the_body_as_given(lab: Lab) -> None:
    job_id = lab.client().start(CALL)
    assert lab.asked() == [f"{EXPORT} 200"]
    (entry,) = lab.simulator.requests
    assert json.loads(entry.body) == BODY
    assert entry.headers["content-type"] == "application/json;charset=utf-8"
    assert list(lab.simulator.cloud.jobs) == [job_id]


def test_a_job_id_with_blanks_around_it_is_cleaned(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("content", content='{"job_id": " b912fb4a "}'))
    assert lab.client().start(CALL) == "b912fb4a"


def test_an_export_looks_the_project_up_before_it_is_sent(lab: Lab) -> None:
    lab.client(project_id=None).start(CALL)
    assert lab.asked() == [f"{PROJECTS} 200", f"{EXPORT} 200"]


def export_failure(client: ImsClient) -> ImsError:
    with pytest.raises(ImsError) as caught:
        client.start(CALL)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "started"),
    [
        (Fault("reset_after"), 1),
        (Fault("cut"), 1),
        (Fault("change", merge={"job_id": None}), 1),
        (Fault("wrong_job_id", content=" "), 1),
        (Fault("reset"), 0),
        (Fault("status", status=500), 0),
        (Fault("status", status=503, retry_after=1), 0),
        (Fault("html"), 0),
        (Fault("invalid_utf8"), 1),
    ],
    ids=lambda value: f"{value.kind} {value.status}" if isinstance(value, Fault) else "",
)
def test_a_start_whose_answer_is_lost_is_unclear_and_never_repeated(lab: Lab, fault: Fault, started: int) -> None:
    lab.simulator.faults.add(fault)
    error = export_failure(lab.client())
    assert isinstance(error, StartUnclearError)
    assert str(error).startswith("ExportImage was sent, and its answer was lost: ")
    assert "Look into the console before you repeat the task: a second one would start another job." in str(error)
    assert not is_transient(error)
    assert len(lab.simulator.requests) == 1
    assert len(lab.simulator.cloud.jobs) == started


def test_an_unclear_start_carries_the_facts_of_its_cause(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("status", status=500))
    error = export_failure(lab.client())
    assert error.facts["http_status"] == 500
    assert error.facts["request_id"] == lab.simulator.requests[0].request_id


@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, ApiError), (401, CredentialsRefusedError), (403, ApiError), (409, ApiError)],
)
def test_a_refused_start_is_clear(lab: Lab, status: int, kind: type[ImsError]) -> None:
    lab.simulator.faults.add(Fault("status", status=status))
    error = export_failure(lab.client())
    assert isinstance(error, kind)
    assert len(lab.simulator.requests) == 1


@pytest.mark.parametrize("answer", [{"status": 429}, {"status": 400, "code": "IMG.0060"}], ids=str)
def test_a_proven_refusal_that_passes_is_sent_again(lab: Lab, answer: dict[str, t.Any]) -> None:
    lab.simulator.faults.add(Fault("status", count=2, **answer))
    assert lab.client().start(CALL) in lab.simulator.cloud.jobs
    assert len(lab.simulator.requests) == 3
    assert len(lab.simulator.cloud.jobs) == 1


def test_a_proven_refusal_that_lasts_is_not_sent_again_without_end(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("status", status=429))
    begun = lab.clock.now()
    error = export_failure(lab.client())
    assert isinstance(error, ApiError)
    assert len(lab.simulator.requests) == MAX_REPEATS + 1
    assert lab.clock.now() - begun <= MAX_REPEAT_SECONDS


def test_a_pause_that_is_too_long_is_not_waited_for(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("status", status=429, retry_after=3600))
    assert isinstance(export_failure(lab.client()), ApiError)
    assert len(lab.simulator.requests) == 1


def test_starts_keep_the_rate_of_their_api(lab: Lab) -> None:
    times: list[float] = []

    def send(call: StartCall) -> str:
        times.append(lab.clock.now())
        return "job-1"

    starter = Starter(send, lab.clock)
    for _turn in range(45):
        starter.start(CALL)
    calls, seconds = RATES["ExportImage"]
    assert all(later - earlier >= seconds - 1e-6 for earlier, later in zip(times, times[calls:]))
    assert times[calls - 1] == times[0]


def test_the_rates_are_those_of_the_documentation() -> None:
    assert RATES == {
        "CreateImage": (40, 5.0),
        "CreateDataImage": (20, 5.0),
        "CreateWholeImage": (20, 2.0),
        "ImportImageQuick": (20, 5.0),
        "ExportImage": (20, 5.0),
        "RegisterImage": (15, 5.0),
        "CopyImageInRegion": (15, 5.0),
        "CopyImageCrossRegion": (5, 5.0),
    }


def test_the_clouds_own_reason_against_an_export_is_told(lab: Lab) -> None:
    client = lab.client()
    client.start(CALL)
    error = export_failure(client)
    assert isinstance(error, ApiError)
    assert error.code == "IMG.0148"
    assert len(lab.simulator.cloud.jobs) == 1


def test_a_start_that_never_left_this_machine_is_clear(lab: Lab) -> None:
    with socket.socket() as nobody_listens:
        nobody_listens.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{nobody_listens.getsockname()[1]}"
        error = export_failure(lab.client(endpoint=endpoint))
    assert isinstance(error, NoAnswerError)
    assert "connection refused" in str(error)


@pytest.mark.parametrize(
    "fault", [Fault("status", status=503), Fault("reset"), Fault("html")], ids=lambda fault: fault.kind
)
def test_a_start_for_which_no_token_was_got_was_never_sent(lab: Lab, fault: Fault) -> None:
    lab.simulator.faults.add(dataclasses.replace(fault, path="/v3/auth"))
    error = export_failure(by_password(lab))
    assert not isinstance(error, StartUnclearError)
    assert is_transient(error)
    assert lab.simulator.requests.count(route="/v3/auth/tokens") == len(lab.simulator.requests) == 1


def test_a_refused_start_for_which_no_new_token_was_got_is_clear(lab: Lab) -> None:
    client = by_password(lab)
    client.find_job("abc")
    lab.simulator.identity.expire_tokens()
    lab.simulator.faults.add(Fault("status", path="/v3/auth", status=503))
    error = export_failure(client)
    assert not isinstance(error, StartUnclearError)
    assert lab.asked() == [f"{LOGIN} 201", f"{SHOW} 404", f"{EXPORT} 401", f"{LOGIN} 503"]
    assert lab.simulator.cloud.jobs == {}


def test_a_start_with_a_token_that_http_cannot_carry_was_never_sent(lab: Lab) -> None:
    error = export_failure(lab.client(access_key=None, secret_key=None, auth_token="s3c\nret"))
    assert isinstance(error, NoAnswerError)
    assert "s3c" not in str(error)
    assert lab.asked() == []


@pytest.mark.parametrize("text", ["../../v1/x", "a b", "a%2Fb", "a?b#c", "镜像"])
def test_a_text_in_a_path_is_one_segment(text: str) -> None:
    assert urllib.parse.unquote(quoted(text)) == text
    assert not set(quoted(text)) & set("/?# ")


def test_a_token_that_has_expired_is_renewed_for_a_start(lab: Lab) -> None:
    client = by_password(lab)
    found(client, lab.add_job(job_type="imsCopyImageInRegionJob"))
    lab.simulator.identity.expire_tokens()
    client.start(CALL)
    assert lab.asked() == [f"{LOGIN} 201", f"{SHOW} 200", f"{EXPORT} 401", f"{LOGIN} 201", f"{EXPORT} 200"]
    assert len(lab.simulator.cloud.jobs) == 2


def test_the_connections_secrets_are_what_its_texts_are_cleaned_of(lab: Lab) -> None:
    secret = lab.simulator.account.secret_key
    assert lab.client().texts.line(f"not {secret}") == "not ********"
