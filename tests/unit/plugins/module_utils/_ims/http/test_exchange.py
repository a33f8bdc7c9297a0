# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import concurrent.futures
import threading
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ApiError,
    CredentialsRefusedError,
    ImsError,
    NoAnswerError,
    NotSentError,
    SchemaError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.credentials import (
    AccessKeys,
    Credentials,
    GivenToken,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.exchange import Exchange
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.login import Login, PasswordLogin
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.metadata import MetadataSource
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request, Response, Transport
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.signing import KeyPair
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.temporary import TemporaryKeys
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import OnStart, is_transient, on_start
from ansible_collections.huaweicloud.ims.tests.simulator import Fault

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

JOB_ID = "edc89b490d7d4392898e19b2deb34797"
ASK = "GET /v1/cloudimages/job/{job_id}"
LOGIN = "POST /v3/auth/tokens"
METADATA = ["PUT /meta-data/latest/api/token 200", "GET /openstack/latest/securitykey 200"]
MINUTES = 60.0


@pytest.fixture
def cloud(lab: Lab) -> Lab:
    lab.add_job(job_id=JOB_ID)
    return lab


def ask(exchange: Exchange, lab: Lab) -> t.Any:
    request = Request("GET", f"{lab.simulator.url}/v1/cloudimages/job/{JOB_ID}", timeout=5.0)
    return exchange.send_json(request, JOB_SCHEMA, "ShowJobProgress").body


def refused(exchange: Exchange, lab: Lab) -> CredentialsRefusedError:
    with pytest.raises(CredentialsRefusedError) as caught:
        ask(exchange, lab)
    assert not is_transient(caught.value)
    return caught.value


def wrong_keys(lab: Lab) -> AccessKeys:
    return AccessKeys(KeyPair(lab.simulator.account.access_key, "wrong"))


def password_login(lab: Lab, **changes: t.Any) -> PasswordLogin:
    account = lab.simulator.account
    told = {
        "iam_endpoint": lab.simulator.url,
        "username": account.username,
        "domain_name": account.domain_name,
        "scope": {"name": account.region},
        "password": account.password,
        **changes,
    }
    return PasswordLogin(lab.transport(), lab.clock, Login(**told))


def every_kind(lab: Lab) -> dict[str, Credentials]:
    temporary = lab.simulator.identity.issue_temporary_keys()
    return {
        "keys": AccessKeys(lab.keys),
        "temporary keys": AccessKeys(KeyPair(temporary.access_key, temporary.secret_key, temporary.security_token)),
        "token": GivenToken(lab.simulator.identity.issue_token().value),
        "password": password_login(lab),
        "metadata": TemporaryKeys(lab.clock, MetadataSource(lab.transport(), lab.clock, lab.simulator.url)),
    }


@pytest.mark.parametrize("kind", ["keys", "temporary keys", "token", "password", "metadata"])
def test_every_kind_of_credentials_is_accepted(cloud: Lab, kind: str) -> None:
    assert ask(cloud.exchange(every_kind(cloud)[kind]), cloud)["job_id"] == JOB_ID


def test_a_wrong_key_is_refused_once_with_a_sentence(cloud: Lab) -> None:
    error = refused(cloud.exchange(wrong_keys(cloud)), cloud)
    (entry,) = cloud.simulator.requests
    assert str(error) == (
        "The cloud refused the access key SI...01: APIGW.0301: Incorrect IAM authentication information: verify aksk"
        f" signature fail (ShowJobProgress, HTTP 401, request {entry.request_id}). Check access_key, secret_key and"
        " this machine's clock (it differs by 0 s). Not tried again: five refusals lock a key."
    )
    assert error.facts == {
        "http_status": 401,
        "error_code": "APIGW.0301",
        "error_msg": "Incorrect IAM authentication information: verify aksk signature fail",
        "request_id": entry.request_id,
    }


def test_the_sentence_tells_how_wrong_the_clock_is(cloud: Lab) -> None:
    cloud.clock.wrong_by = -120.0
    assert "this machine's clock (it differs by 120 s)" in str(refused(cloud.exchange(wrong_keys(cloud)), cloud))


def test_expired_temporary_keys_are_refused_once_with_their_own_remedy(cloud: Lab) -> None:
    exchange = cloud.exchange(every_kind(cloud)["temporary keys"])
    cloud.simulator.identity.expire_temporary_keys()
    error = refused(exchange, cloud)
    assert "Temporary keys live from 15 minutes to 24 hours: check that they have not expired" in str(error)
    assert cloud.asked() == [f"{ASK} 401"]


def test_a_given_token_is_refused_once(cloud: Lab) -> None:
    exchange = cloud.exchange(every_kind(cloud)["token"])
    cloud.simulator.identity.expire_tokens()
    assert str(refused(exchange, cloud)).startswith(
        "The cloud refused auth_token: APIGW.0307: The token must be updated."
    )
    assert cloud.asked() == [f"{ASK} 401"]


def test_a_tokens_refusal_is_not_blamed_on_the_clock(cloud: Lab) -> None:
    cloud.clock.wrong_by = 60 * MINUTES
    assert "clock" not in str(refused(cloud.exchange(GivenToken("wrong")), cloud))
    assert cloud.asked() == [f"{ASK} 401"]
    assert cloud.warnings == []


def test_a_refused_token_of_a_login_is_renewed_once(cloud: Lab) -> None:
    exchange = cloud.exchange(password_login(cloud))
    ask(exchange, cloud)
    cloud.simulator.identity.expire_tokens()
    assert ask(exchange, cloud)["job_id"] == JOB_ID
    assert cloud.asked() == [f"{LOGIN} 201", f"{ASK} 200", f"{ASK} 401", f"{LOGIN} 201", f"{ASK} 200"]


def test_a_new_token_that_is_refused_too_ends_it(cloud: Lab) -> None:
    cloud.simulator.faults.add(Fault("status", status=401, path="/job/"))
    error = refused(cloud.exchange(password_login(cloud)), cloud)
    assert cloud.asked() == [f"{LOGIN} 201", f"{ASK} 401", f"{LOGIN} 201", f"{ASK} 401"]
    assert str(error).startswith("The cloud refused the token of user simulated-user: ")
    assert str(error).endswith(". Check username, password and domain_name, and that the user may use the project.")


def test_expired_keys_of_an_agency_are_renewed_once(cloud: Lab) -> None:
    exchange = cloud.exchange(every_kind(cloud)["metadata"])
    ask(exchange, cloud)
    cloud.simulator.identity.expire_temporary_keys()
    assert ask(exchange, cloud)["job_id"] == JOB_ID
    assert cloud.asked() == [*METADATA, f"{ASK} 200", f"{ASK} 401", *METADATA, f"{ASK} 200"]


def test_keys_of_an_agency_that_are_still_the_same_are_not_tried_again(cloud: Lab) -> None:
    cloud.simulator.faults.add(Fault("status", status=401, path="/job/"))
    error = refused(cloud.exchange(every_kind(cloud)["metadata"]), cloud)
    assert cloud.asked() == [*METADATA, f"{ASK} 401", *METADATA]
    assert str(error).startswith("The cloud refused the temporary keys of this server's agency: ")


@pytest.mark.parametrize("minutes", [-20.0, 20.0, 1000.0])
def test_a_wrong_clock_is_corrected_once_and_warned_about(cloud: Lab, minutes: float) -> None:
    cloud.clock.wrong_by = minutes * MINUTES
    exchange = cloud.exchange(AccessKeys(cloud.keys))
    for _turn in range(3):
        assert ask(exchange, cloud)["job_id"] == JOB_ID
    assert cloud.asked() == [f"{ASK} 401"] + [f"{ASK} 200"] * 3
    assert cloud.warnings == [
        f"This machine's clock differs from the cloud's by {-minutes * MINUTES:.0f} s; signing with the cloud's time."
        " Set the clock: the gateway refuses signatures that are more than 15 minutes off."
    ]


def test_a_corrected_clock_is_not_corrected_again(cloud: Lab) -> None:
    cloud.clock.wrong_by = 20 * MINUTES
    exchange = cloud.exchange(wrong_keys(cloud))
    refused(exchange, cloud)
    refused(exchange, cloud)
    assert cloud.asked() == [f"{ASK} 401"] * 3
    assert len(cloud.warnings) == 1


def test_a_clock_that_jumps_again_is_corrected_again(cloud: Lab) -> None:
    exchange = cloud.exchange(AccessKeys(cloud.keys))
    for minutes in (20.0, 0.0, -40.0):
        cloud.clock.wrong_by = minutes * MINUTES
        for _turn in range(2):
            assert ask(exchange, cloud)["job_id"] == JOB_ID
    assert cloud.asked() == [f"{ASK} 401", f"{ASK} 200", f"{ASK} 200"] * 3
    first, second, third = cloud.warnings
    assert first.startswith("This machine's clock differs from the cloud's by -1200 s; ")
    assert second == "This machine's clock has been set while the task runs; signing with its time again."
    assert third.startswith("This machine's clock differs from the cloud's by 2400 s; ")


def test_requests_under_way_at_a_jump_of_the_clock_are_all_corrected(cloud: Lab) -> None:
    exchange = cloud.exchange(AccessKeys(cloud.keys))
    ask(exchange, cloud)
    cloud.clock.wrong_by = 20 * MINUTES
    # All of them are signed before the first is refused.
    vars(exchange)["_transport"] = Together(cloud.transport(), 5)
    with concurrent.futures.ThreadPoolExecutor(5) as threads:
        found = list(threads.map(lambda _index: ask(exchange, cloud)["job_id"], range(5)))
    assert found == [JOB_ID] * 5
    assert sorted(cloud.asked()) == [f"{ASK} 200"] * 6 + [f"{ASK} 401"] * 5
    assert len(cloud.warnings) == 1


@pytest.mark.parametrize(
    "date", ["Fri, 31 Dec 9999 23:59:59 -2300", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 01 Jan 1970 00:00:00 GMT"]
)
def test_a_time_that_no_server_has_corrects_nothing(cloud: Lab, date: str) -> None:
    cloud.simulator.faults.add(Fault("status", status=401, headers={"Date": date}))
    exchange = cloud.exchange(AccessKeys(cloud.keys))
    assert "and this machine's clock. Not tried again" in str(refused(exchange, cloud))
    cloud.simulator.faults.clear()
    assert ask(exchange, cloud)["job_id"] == JOB_ID


@pytest.mark.parametrize(("seconds", "asked"), [(590.0, 1), (-590.0, 1), (610.0, 2), (-610.0, 2)])
def test_only_ten_minutes_prove_that_the_clock_is_the_cause(cloud: Lab, seconds: float, asked: int) -> None:
    cloud.clock.wrong_by = seconds
    refused(cloud.exchange(wrong_keys(cloud)), cloud)
    assert cloud.asked() == [f"{ASK} 401"] * asked


def test_a_refusal_without_a_date_proves_nothing(cloud: Lab) -> None:
    cloud.clock.wrong_by = 20 * MINUTES
    cloud.simulator.faults.add(Fault("status", status=401, headers={"Date": "yesterday"}))
    error = refused(cloud.exchange(AccessKeys(cloud.keys)), cloud)
    assert "and this machine's clock. Not tried again" in str(error)
    assert cloud.asked() == [f"{ASK} 401"]


class Together:
    """A transport that sends so many requests at once before it carries them one by one."""

    requests = 0

    def __init__(self, transport: Transport, number: int) -> None:
        self._transport = transport
        self._barrier = threading.Barrier(number)
        self._left = number

    def send(self, request: Request) -> Response:
        if self._left:
            self._barrier.wait(10)
            self._left = 0
        return self._transport.send(request)


class Slow:
    """A transport of which each request takes some seconds, and no more than it was given."""

    def __init__(self, lab: Lab, seconds: float) -> None:
        self._lab = lab
        self._seconds = seconds
        self._transport = lab.transport()
        self.timeouts: list[float] = []

    @property
    def requests(self) -> int:
        return len(self.timeouts)

    def send(self, request: Request) -> Response:
        self.timeouts.append(round(request.timeout, 6))
        self._lab.clock.sleep(min(self._seconds, request.timeout))
        if request.timeout < self._seconds:
            raise NoAnswerError("late")
        return self._transport.send(request.within(5.0))


def slow_exchange(lab: Lab, seconds: float) -> tuple[Exchange, Slow]:
    slow = Slow(lab, seconds)
    account = lab.simulator.account
    login = Login(
        lab.simulator.url, account.username, account.domain_name, {"name": account.region}, password=account.password
    )
    return Exchange(slow, lab.clock, PasswordLogin(slow, lab.clock, login), lab.warnings.append), slow


def test_a_login_and_a_repetition_take_of_the_requests_own_time(cloud: Lab) -> None:
    cloud.simulator.faults.add(Fault("status", status=401, path="/job/", count=1))
    exchange, slow = slow_exchange(cloud, 1.0)
    assert ask(exchange, cloud)["job_id"] == JOB_ID
    assert slow.timeouts == [5.0, 4.0, 3.0, 2.0]


@pytest.mark.parametrize(
    ("seconds", "timeouts", "was_sent"),
    [(6.0, [5.0], False), (5.0, [5.0], False), (3.0, [5.0, 2.0], True), (2.5, [5.0, 2.5], False)],
)
def test_no_exchange_takes_longer_than_its_bound(
    cloud: Lab, seconds: float, timeouts: list[float], was_sent: bool
) -> None:
    cloud.simulator.faults.add(Fault("status", status=401, path="/job/"))
    exchange, slow = slow_exchange(cloud, seconds)
    began = cloud.clock.now()
    with pytest.raises(ImsError) as caught:
        ask(exchange, cloud)
    assert cloud.clock.now() - began == pytest.approx(5.0)
    assert slow.timeouts == timeouts
    assert is_transient(caught.value)
    assert isinstance(caught.value, NoAnswerError if was_sent else NotSentError)
    assert on_start(caught.value) is (OnStart.UNCLEAR if was_sent else OnStart.NOT_STARTED)


def test_time_that_is_used_up_is_told(cloud: Lab) -> None:
    exchange, _slow = slow_exchange(cloud, 5.0)
    with pytest.raises(NotSentError) as caught:
        ask(exchange, cloud)
    host = f"127.0.0.1:{cloud.simulator.port}"
    assert str(caught.value) == f"no time left to ask {host}: what it needs first took all of it"


def before_sending(exchange: Exchange, lab: Lab) -> bool:
    with pytest.raises(ImsError) as caught:
        ask(exchange, lab)
    return isinstance(caught.value, NotSentError)


def test_trouble_with_a_first_login_came_before_the_request(cloud: Lab) -> None:
    cloud.simulator.faults.add(Fault("reset", path="/v3/auth"))
    assert before_sending(cloud.exchange(password_login(cloud)), cloud)


def test_trouble_with_a_new_login_leaves_the_request_refused(cloud: Lab) -> None:
    exchange = cloud.exchange(password_login(cloud))
    ask(exchange, cloud)
    cloud.simulator.identity.expire_tokens()
    cloud.simulator.faults.add(Fault("status", status=503, path="/v3/auth"))
    assert before_sending(exchange, cloud)
    assert cloud.asked() == [f"{LOGIN} 201", f"{ASK} 200", f"{ASK} 401", f"{LOGIN} 503"]


def test_trouble_with_the_request_itself_did_not_come_before_it(cloud: Lab) -> None:
    cloud.simulator.faults.add(Fault("reset", path="/job/"))
    assert not before_sending(cloud.exchange(password_login(cloud)), cloud)


def test_requests_are_counted_logins_included(cloud: Lab) -> None:
    transport = cloud.transport()
    account = cloud.simulator.account
    login = Login(
        cloud.simulator.url, account.username, account.domain_name, {"name": account.region}, password=account.password
    )
    exchange = Exchange(transport, cloud.clock, PasswordLogin(transport, cloud.clock, login), cloud.warnings.append)
    assert exchange.requests == 0
    ask(exchange, cloud)
    assert exchange.requests == 2 == len(cloud.simulator.requests)
    cloud.simulator.faults.add(Fault("reset", count=1))
    with pytest.raises(NoAnswerError):
        ask(exchange, cloud)
    assert exchange.requests == 3


@pytest.mark.parametrize(
    ("status", "code", "transient"),
    [(400, "IMG.0001", False), (403, "APIGW.0302", False), (404, "APIGW.0101", False), (429, "APIGW.0308", True)],
)
def test_other_refusals_are_handed_on_unrepeated(cloud: Lab, status: int, code: str, transient: bool) -> None:
    cloud.simulator.faults.add(Fault("status", status=status))
    with pytest.raises(ApiError) as caught:
        ask(cloud.exchange(AccessKeys(cloud.keys)), cloud)
    assert (caught.value.status, caught.value.code, is_transient(caught.value)) == (status, code, transient)
    assert len(cloud.simulator.requests) == 1


def test_a_redirect_is_a_refusal(cloud: Lab) -> None:
    cloud.simulator.faults.add(Fault("redirect"))
    with pytest.raises(ApiError) as caught:
        ask(cloud.exchange(AccessKeys(cloud.keys)), cloud)
    assert str(caught.value).startswith("Found (ShowJobProgress, HTTP 302, request ")
    assert not is_transient(caught.value)


def test_the_time_to_retry_comes_along(cloud: Lab) -> None:
    cloud.simulator.faults.add(Fault("status", status=503, retry_after=7, retry_after_as_date=True))
    with pytest.raises(ApiError) as caught:
        ask(cloud.exchange(AccessKeys(cloud.keys)), cloud)
    assert caught.value.retry_after == 7.0


def test_an_answer_that_does_not_fit_names_the_call_and_the_request(cloud: Lab) -> None:
    cloud.simulator.faults.add(Fault("change", merge={"status": 7}))
    with pytest.raises(SchemaError) as caught:
        ask(cloud.exchange(AccessKeys(cloud.keys)), cloud)
    assert str(caught.value) == (
        "The cloud's answer does not fit the schema: $.status: expected a non-empty string, found 7"
        f" (ShowJobProgress, request {cloud.simulator.requests[0].request_id})"
    )


def test_secrets_that_the_cloud_echoes_are_masked(cloud: Lab) -> None:
    credentials = every_kind(cloud)["temporary keys"]
    exchange = cloud.exchange(credentials)
    for message in ("|".join(credentials.secrets), "|x-security-token:" + credentials.secrets[1]):
        cloud.simulator.faults.add(Fault("status", status=401, count=1, message=message))
        error = refused(exchange, cloud)
        assert not any(secret in str(error) + str(error.facts) for secret in credentials.secrets)
