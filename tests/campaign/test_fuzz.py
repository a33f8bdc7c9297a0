# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a server says, only ImsError comes out: arbitrary answers, put where the network would put them.

And what is odd in an answer, where it decides nothing, changes nothing but what is reported.
"""

from __future__ import annotations

import datetime
import functools
import json
import typing as t

from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.client import ImsClient
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.image import Listing
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.project import Project
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.starts import StartCall
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.credentials import AccessKeys, Credentials
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.exchange import Exchange
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.login import Login, PasswordLogin
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.metadata import MetadataSource
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.signing import KeyPair
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.temporary import TemporaryKeys
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.transport import Request, Response
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import progress_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.results import result_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.deviations import Deviation, Deviations
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.images import IMAGES_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.plan import Plan
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.schedule import schedule_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Outcome, Wait
from ansible_collections.huaweicloud.ims.tests.campaign.world import FastClock
from ansible_collections.huaweicloud.ims.tests.unit.odd_answers import (
    JOB_STATUSES,
    Path,
    decides_nothing_in_a_job,
    decides_nothing_in_a_list,
    fitting,
    wild,
    with_odd_values,
)

URL = "https://ims.example.com"
JOB_ID = "abc"
CALL = StartCall("ExportImage", "POST", "/v1/cloudimages/x/file", {}, "an export")
SECRET = "never-to-be-shown-0123456789"

# JSON with the names that are looked for, so that more than the first check is reached.
NAMES = st.sampled_from(
    "job_id status entities results sub_jobs_result process_percent error_code error_msg code message error token"
    " expires_at project id projects credential access secret securitytoken images next page_info name title".split()
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["SUCCESS", "FAIL", "RUNNING", JOB_ID, "2026-03-01T12:00:00Z", "9999-12-31T23:59:59Z"]),
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=6),
    max_leaves=20,
)
BODIES = st.one_of(VALUES.map(lambda value: json.dumps(value).encode()), st.binary(max_size=60))
DATES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(
        [
            "Sun, 01 Mar 2026 12:00:00 GMT",
            "Sun, 01 Mar 2026 12:00:00 -9999",
            "Fri, 31 Dec 9999 23:59:59 -0100",
            "0",
            "-1",
        ]
    ),
    st.integers().map(str),
    st.floats().map(str),
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "date": DATES,
        "retry-after": DATES,
        "x-request-id": st.text(max_size=80),
        "x-subject-token": st.text(max_size=20),
        "location": st.text(max_size=20),
    },
)
STATUSES = st.one_of(st.sampled_from([200, 201, 204, 301, 400, 401, 403, 404, 429, 500, 503]), st.integers(100, 999))
ANSWERS = st.lists(st.builds(Response, STATUSES, HEADERS, BODIES), min_size=1, max_size=6)


class Scripted:
    """Gives these answers one after the other, the last one for ever."""

    def __init__(self, answers: list[Response]) -> None:
        self._answers = answers
        self.requests = 0

    def send(self, request: Request) -> Response:
        self.requests += 1
        return self._answers[min(self.requests, len(self._answers)) - 1]


def parties(answers: list[Response], kind: str, project_id: str | None) -> tuple[ImsClient, Credentials]:
    transport, clock = Scripted(answers), FastClock()
    credentials: Credentials = AccessKeys(KeyPair("AK", SECRET))
    if kind == "password":
        login = Login(URL, "user", "domain", {"name": "cn-north-4"}, SECRET)
        credentials = PasswordLogin(transport, clock, login)
    elif kind == "agency":
        credentials = TemporaryKeys(clock, MetadataSource(transport, clock, URL))
    exchange = Exchange(transport, clock, credentials, lambda text: None)
    known = {"project_id": project_id, "name": "cn-north-4", "iam_endpoint": URL}
    project = Project(exchange, credentials, clock, **known)
    return ImsClient(exchange, clock, endpoint=URL, project=project), credentials


def client(answers: list[Response], kind: str, project_id: str | None) -> ImsClient:
    return parties(answers, kind, project_id)[0]


def harmless(call: t.Callable[[], t.Any]) -> t.Any:
    """Return what a call returns, or the ImsError that it raises, which must be fit to be shown."""
    try:
        return call()
    except ImsError as exc:
        text = f"{exc} {json.dumps(exc.facts)}"
        assert SECRET not in text
        assert exc.retry_after is None or exc.retry_after >= 0
        text.encode()
        return exc


PARTIES = (st.sampled_from(["keys", "password", "agency"]), st.sampled_from([None, "p1"]))


@settings(max_examples=300)
@given(ANSWERS, *PARTIES)
def test_a_look_at_jobs(answers: list[Response], kind: str, project_id: str | None) -> None:
    asking = client(answers, kind, project_id)
    found = harmless(lambda: asking.find_jobs([JOB_ID, "def"]))
    asking.close()
    for job_id, answer in (found if isinstance(found, dict) else {}).items():
        assert answer is None or isinstance(answer, (Job, ImsError))
        if isinstance(answer, Job):
            assert answer.job_id == job_id
            json.dumps(answer.to_result(), allow_nan=False).encode()


@settings(max_examples=200)
@given(ANSWERS, *PARTIES)
def test_a_start(answers: list[Response], kind: str, project_id: str | None) -> None:
    harmless(lambda: client(answers, kind, project_id).start(CALL))


@settings(max_examples=200)
@given(ANSWERS, *PARTIES)
def test_images(answers: list[Response], kind: str, project_id: str | None) -> None:
    asking = client(answers, kind, project_id)
    one = harmless(lambda: asking.find_image("x"))
    many = harmless(lambda: asking.list_images({}))
    for image in [one, *(many.images if isinstance(many, Listing) else [])]:
        if image is not None and not isinstance(image, ImsError):
            json.dumps(image.to_result(), allow_nan=False).encode()


@settings(max_examples=300)
@given(ANSWERS, st.sampled_from(["password", "agency"]))
def test_credentials(answers: list[Response], kind: str) -> None:
    credentials = parties(answers, kind, None)[1]
    at = datetime.datetime(2026, 3, 1, tzinfo=datetime.timezone.utc)
    request = Request("GET", URL + "/v1/x")
    for _turn in range(3):
        sent = harmless(lambda: credentials.authorize(request, at))
        if isinstance(sent, Request):
            harmless(functools.partial(credentials.renew, sent))
    harmless(lambda: credentials.find_project_id(1.0))


def answering(body: t.Any) -> ImsClient:
    return client([Response(200, {}, json.dumps(body).encode())], "keys", "p1")


def assert_reported_once(found: t.Sequence[Deviation], odd: t.Sequence[Path]) -> None:
    """Fail unless each odd place is reported, once, however often the cloud answers so."""
    places = Deviations()
    news = [deviation for _turn in range(3) for deviation in places.add(found)]
    assert sorted(deviation.path for deviation in news) == sorted({wild(path) for path in odd})
    assert len(places.sentences()) == len(news)


@settings(max_examples=1000)
@given(st.data())
def test_odd_fields_of_a_job_that_decide_nothing_change_no_verdict(data: st.DataObject) -> None:
    body = {**data.draw(fitting(JOB_SCHEMA)), "job_id": JOB_ID, "status": data.draw(JOB_STATUSES)}
    changed, odd = with_odd_values(data.draw, body, JOB_SCHEMA, decides_nothing_in_a_job)
    whole, found = (answering(answer).find_job(JOB_ID) for answer in (body, changed))
    assert whole is not None
    assert found is not None
    verdict = ("status", "status_text", "is_final", "is_success", "failed_items_count")
    assert [getattr(found, name) for name in verdict] == [getattr(whole, name) for name in verdict]
    assert whole.deviations == ()
    assert_reported_once(found.deviations, odd)


# So many places are said; the result has all of them.
MOST_LINES = 10
SOON = Plan(schedule_for("fixed", 2.0, 2.0), 2.0, 2.0, 10.0, ignore_partial_failure=False, timeout=5.0)


def waited(body: t.Any) -> tuple[Outcome, list[str]]:
    """Wait for a job of which the cloud always says the same, and return what was printed, too."""
    lines: list[str] = []
    asking, clock = answering(body), FastClock()
    observer = progress_for(1, lines.append, "host", lambda: 0)
    outcome = Wait([JOB_ID], asking, SOON, clock, observer=observer, random=lambda: 0.5).run()
    asking.close()
    return outcome, lines


@settings(max_examples=1000)
@given(st.data())
def test_odd_fields_that_decide_nothing_never_change_how_a_wait_ends_and_are_told_once(data: st.DataObject) -> None:
    body = {**data.draw(fitting(JOB_SCHEMA)), "job_id": JOB_ID, "status": data.draw(JOB_STATUSES)}
    changed, odd = with_odd_values(data.draw, body, JOB_SCHEMA, decides_nothing_in_a_job)
    (whole, _lines), (found, lines) = waited(body), waited(changed)
    assert (found.ending, found.polls) == (whole.ending, whole.polls)
    places = {wild(path) for path in odd}
    told = [line.partition("odd answer: ")[2].partition(":")[0] for line in lines if "odd answer: " in line]
    assert len(told) == min(len(places), MOST_LINES)
    assert len(set(told)) == len(told)
    assert len(result_of(found, 1)["schema_violations"]) >= min(len(places), 1)


@settings(max_examples=1000)
@given(st.data())
def test_odd_attributes_that_decide_nothing_spoil_no_list(data: st.DataObject) -> None:
    body = data.draw(fitting(IMAGES_SCHEMA))
    changed, odd = with_odd_values(data.draw, body, IMAGES_SCHEMA, decides_nothing_in_a_list, most=5)
    whole, found = (answering(answer).list_images({}) for answer in (body, changed))
    assert [(image.image_id, image.status) for image in found.images] == [
        (image.image_id, image.status) for image in whole.images
    ]
    assert whole.deviations == ()
    assert_reported_once(found.deviations, odd)
    json.dumps([image.to_result() for image in found.images])
