# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import concurrent.futures
import datetime
import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ApiError,
    CredentialsRefusedError,
    ImsError,
    NoAnswerError,
    SchemaError,
    UnreadableAnswerError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.credentials import (
    AccessKeys,
    Credentials,
    GivenToken,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.login import Login, PasswordLogin
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.metadata import (
    METADATA_ENDPOINT,
    MetadataSource,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request, Response
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.signing import KeyPair
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.temporary import TemporaryKeys
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.hints import explain
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import is_transient
from ansible_collections.huaweicloud.ims.tests.simulator import Fault

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LOGIN = "/v3/auth/tokens"
KEYS = "/openstack/latest/securitykey"
GET = Request("GET", "https://ims.example.com/v1/x")
HOURS = 3600.0


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


def metadata(lab: Lab) -> TemporaryKeys:
    return TemporaryKeys(lab.clock, MetadataSource(lab.transport(), lab.clock, lab.simulator.url))


def use(lab: Lab, credentials: Credentials) -> Request:
    return credentials.authorize(GET, lab.clock.utc())


def asked(lab: Lab, path: str) -> int:
    return lab.simulator.requests.count(path=path)


def failure(lab: Lab, credentials: Credentials) -> ImsError:
    with pytest.raises(ImsError) as caught:
        use(lab, credentials)
    return caught.value


def test_keys_and_tokens_ask_nobody_and_cannot_be_renewed(lab: Lab) -> None:
    for credentials in (AccessKeys(lab.keys), GivenToken("T")):
        assert not credentials.renew(use(lab, credentials))
        assert credentials.find_project_id(1.0) is None
    assert use(lab, GivenToken("T")).headers == {"X-Auth-Token": "T"}
    assert "Authorization" in use(lab, AccessKeys(lab.keys)).headers
    assert lab.asked() == []


@pytest.mark.parametrize(
    ("access_key", "shown"),
    [("SIMULATEDACCESSKEY01", "the access key SI...01"), ("SHORTKEY", "the access key given")],
)
def test_a_refusal_can_name_a_key_without_giving_it_away(access_key: str, shown: str) -> None:
    assert AccessKeys(KeyPair(access_key, "s")).description == shown


def test_nobody_is_asked_before_a_token_is_needed(lab: Lab) -> None:
    credentials = password_login(lab)
    assert lab.asked() == []
    for _turn in range(3):
        use(lab, credentials)
    assert lab.asked() == ["POST /v3/auth/tokens 201"]


@pytest.mark.parametrize("scope", [{"name": "cn-north-4"}, {"id": "a0000000000000000000000000000001"}])
def test_a_login_is_scoped_to_the_project_and_leaves_the_catalog_out(lab: Lab, scope: dict[str, str]) -> None:
    credentials = password_login(lab, scope=scope)
    token = use(lab, credentials).headers["X-Auth-Token"]
    (entry,) = lab.simulator.requests
    auth = json.loads(entry.body)["auth"]
    assert entry.query == "nocatalog=true"
    assert auth["scope"] == {"project": scope}
    assert auth["identity"]["methods"] == ["password"]
    assert lab.simulator.identity.tokens[token].project_id == lab.simulator.account.project_id
    assert credentials.find_project_id(1.0) == lab.simulator.account.project_id


@pytest.mark.parametrize(
    ("life", "kept", "renewed"),
    [(24 * HOURS, 24 * HOURS - 41 * 60, 2 * 60), (1000.0, 740.0, 20.0), (4 * HOURS, 3.3 * HOURS, 0.1 * HOURS)],
)
def test_a_token_is_renewed_before_it_expires(lab: Lab, life: float, kept: float, renewed: float) -> None:
    lab.simulator.configure(token_seconds=life)
    credentials = password_login(lab)
    first = use(lab, credentials)
    lab.clock.sleep(kept)
    assert use(lab, credentials) == first
    lab.clock.sleep(renewed)
    assert use(lab, credentials) != first
    assert asked(lab, LOGIN) == 2


@pytest.mark.parametrize("expires_at", ["soon", "2001-01-01T00:00:00.000000Z"])
def test_a_token_with_an_odd_end_is_used_for_an_hour(lab: Lab, expires_at: str) -> None:
    lab.simulator.faults.add(Fault("change", path=LOGIN, merge={"token": {"expires_at": expires_at}}))
    credentials = password_login(lab)
    use(lab, credentials)
    lab.clock.sleep(HOURS - 1)
    use(lab, credentials)
    assert asked(lab, LOGIN) == 1
    lab.clock.sleep(1)
    use(lab, credentials)
    assert asked(lab, LOGIN) == 2


def test_refusals_at_the_same_time_make_one_login(lab: Lab) -> None:
    credentials = password_login(lab)
    refused = use(lab, credentials)
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        assert all(threads.map(credentials.renew, [refused] * 8))
    assert asked(lab, LOGIN) == 2
    assert use(lab, credentials) != refused


def test_first_uses_at_the_same_time_make_one_login(lab: Lab) -> None:
    credentials = password_login(lab)
    with concurrent.futures.ThreadPoolExecutor(8) as threads:
        tokens = set(threads.map(lambda _index: use(lab, credentials).headers["X-Auth-Token"], range(8)))
    assert (len(tokens), asked(lab, LOGIN)) == (1, 1)


@pytest.mark.parametrize("changes", [{"password": "wrong-s3cret"}, {"username": "nobody"}, {"domain_name": "nowhere"}])
def test_a_wrong_password_is_told_in_a_sentence(lab: Lab, changes: dict[str, str]) -> None:
    error = failure(lab, password_login(lab, **changes))
    (entry,) = lab.simulator.requests
    assert isinstance(error, CredentialsRefusedError)
    assert str(error) == (
        f"IAM refused user {changes.get('username', 'simulated-user')}: The username or password is wrong. (IAM login,"
        f" HTTP 401, request {entry.request_id}). Check username, password and domain_name, and that the user may use"
        " the project."
    )
    assert not is_transient(error)
    assert error.facts["http_status"] == 401


@pytest.mark.parametrize(("status", "transient"), [(503, True), (500, True), (429, True), (403, False), (302, False)])
def test_iams_own_troubles_are_no_refusal(lab: Lab, status: int, transient: bool) -> None:
    lab.simulator.faults.add(Fault("status", path=LOGIN, status=status, body="iam"))
    error = failure(lab, password_login(lab))
    assert isinstance(error, ApiError)
    assert (error.status, is_transient(error)) == (status, transient)


def test_after_iams_troubles_the_login_is_tried_again(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("status", path=LOGIN, status=503, count=1))
    credentials = password_login(lab)
    failure(lab, credentials)
    assert use(lab, credentials).headers["X-Auth-Token"]
    assert asked(lab, LOGIN) == 2


def test_a_token_that_still_holds_outlives_iams_troubles(lab: Lab) -> None:
    credentials = password_login(lab)
    first = use(lab, credentials)
    lab.clock.sleep(24 * HOURS - 30 * 60)
    lab.simulator.faults.add(Fault("status", path=LOGIN, status=503))
    assert use(lab, credentials) == use(lab, credentials) == first
    assert asked(lab, LOGIN) == 2
    lab.clock.sleep(29.0)
    assert use(lab, credentials) == first
    assert asked(lab, LOGIN) == 2
    lab.clock.sleep(1.0)
    assert use(lab, credentials) == first
    assert asked(lab, LOGIN) == 3
    lab.clock.sleep(30 * 60 - 31)
    assert use(lab, credentials) == first
    lab.clock.sleep(1.0)
    assert is_transient(failure(lab, credentials))
    lab.simulator.faults.clear()
    assert use(lab, credentials) != first


def test_a_token_that_still_holds_does_not_hide_that_the_password_was_changed(lab: Lab) -> None:
    credentials = password_login(lab)
    use(lab, credentials)
    lab.clock.sleep(24 * HOURS - 30 * 60)
    lab.simulator.faults.add(Fault("status", path=LOGIN, status=401, body="iam"))
    assert isinstance(failure(lab, credentials), CredentialsRefusedError)


def test_a_refused_password_is_not_tried_by_each_thread(lab: Lab) -> None:
    credentials = password_login(lab, password="wrong-s3cret")
    with concurrent.futures.ThreadPoolExecutor(5) as threads:
        errors = list(threads.map(lambda _index: failure(lab, credentials), range(5)))
    assert len({str(error) for error in errors}) == 1
    assert all(error.facts["http_status"] == 401 for error in errors)
    assert asked(lab, LOGIN) == 1
    # Somebody may unlock the user.
    lab.clock.sleep(30.0)
    failure(lab, credentials)
    assert asked(lab, LOGIN) == 2


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault("reset"), NoAnswerError),
        (Fault("html"), UnreadableAnswerError),
        (Fault("change", merge={"token": None}), SchemaError),
    ],
)
def test_a_login_without_a_usable_answer_may_work_later(lab: Lab, fault: Fault, kind: type[ImsError]) -> None:
    lab.simulator.faults.add(fault)
    error = failure(lab, password_login(lab))
    assert isinstance(error, kind)
    assert is_transient(error)
    assert "IAM login" in str(error) or kind is NoAnswerError


def test_a_login_without_a_token_is_an_error(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("headers", path=LOGIN, headers={"X-Subject-Token": ""}))
    error = failure(lab, password_login(lab))
    assert str(error) == "IAM answered the login without a token (header X-Subject-Token)."


def test_a_token_that_names_no_project_tells_none(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("change", path=LOGIN, merge={"token": {"project": None}}))
    assert password_login(lab).find_project_id(1.0) is None


@pytest.mark.parametrize("status", [200, 404, 405, 503])
def test_an_agencys_keys_are_got_with_a_session_token_or_without(lab: Lab, status: int) -> None:
    lab.simulator.configure(metadata_token_status=status)
    headers = use(lab, metadata(lab)).headers
    assert lab.asked() == [f"PUT /meta-data/latest/api/token {status}", f"GET {KEYS} 200"]
    session, keys = lab.simulator.requests
    assert session.headers["x-metadata-token-ttl-seconds"] == "21600"
    assert ("x-metadata-token" in keys.headers) == (status == 200)
    (issued,) = lab.simulator.identity.temporary_keys.values()
    assert headers["X-Security-Token"] == issued.security_token
    assert f"Access={issued.access_key}," in headers["Authorization"]


def test_an_agencys_keys_are_kept_and_renewed_before_they_expire(lab: Lab) -> None:
    credentials = metadata(lab)
    first = use(lab, credentials).headers["X-Security-Token"]
    lab.clock.sleep(24 * HOURS - 41 * 60)
    assert use(lab, credentials).headers["X-Security-Token"] == first
    lab.clock.sleep(2 * 60)
    assert use(lab, credentials).headers["X-Security-Token"] != first
    assert asked(lab, KEYS) == 2


@pytest.mark.parametrize(
    "fault",
    [Fault("reset"), Fault("status", status=500), Fault("html")],
    ids=lambda fault: fault.kind,
)
def test_an_agencys_keys_that_still_hold_outlive_troubles_of_the_metadata_service(lab: Lab, fault: Fault) -> None:
    credentials = metadata(lab)
    first = use(lab, credentials).headers["X-Security-Token"]
    lab.clock.sleep(24 * HOURS - 30 * 60)
    lab.simulator.faults.add(fault)
    assert use(lab, credentials).headers["X-Security-Token"] == first
    lab.clock.sleep(30 * 60)
    failure(lab, credentials)
    lab.simulator.faults.clear()
    assert use(lab, credentials).headers["X-Security-Token"] != first


def test_an_agencys_keys_that_were_refused_are_exchanged_for_other_ones(lab: Lab) -> None:
    credentials = metadata(lab)
    refused = use(lab, credentials)
    lab.simulator.identity.expire_temporary_keys()
    assert credentials.renew(refused)
    assert use(lab, credentials).headers["X-Security-Token"] != refused.headers["X-Security-Token"]


def test_a_server_without_an_agency_is_told_so(lab: Lab) -> None:
    lab.simulator.configure(metadata_agency=False)
    error = failure(lab, metadata(lab))
    assert str(error).startswith("Please configure Cloud Service Agency first (ECS metadata, HTTP 401, request ")
    assert not is_transient(error)


def test_keys_of_an_odd_shape_are_not_used(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("change", path=KEYS, merge={"credential": {"securitytoken": None}}))
    assert "$.credential.securitytoken: missing" in str(failure(lab, metadata(lab)))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('{"credential": ["AK", "s3cret"]}', "$.credential: expected an object, found something else"),
        ('[{"access": "AK", "secret": "s3cret"}]', "$: expected an object, found something else"),
        ('{"credential": {"secret": "s3cret"', "is not JSON: not shown, it may hold a secret"),
    ],
)
def test_keys_of_an_odd_shape_are_not_shown(lab: Lab, content: str, text: str) -> None:
    lab.simulator.faults.add(Fault("content", path=KEYS, content=content))
    error = failure(lab, metadata(lab))
    assert text in str(error)
    assert "s3cret" not in str(error) + str(error.facts)


def test_a_page_of_a_proxy_in_place_of_keys_is_told_with_what_to_look_at(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("content", path=KEYS, content="<html>Access denied</html>"))
    assert explain(failure(lab, metadata(lab))).endswith(
        "Something else than the API may have answered: check endpoint, the proxies and NO_PROXY."
    )


def test_outside_an_ecs_the_metadata_service_is_not_there(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("reset"))
    error = failure(lab, metadata(lab))
    assert str(error).startswith("auth_type: metadata works only on an ECS with an agency; its metadata service: ")
    assert not is_transient(error)


class Slow:
    """A transport that remembers how much time it was given, and takes some of it."""

    requests = 0

    def __init__(self, lab: Lab, seconds: float) -> None:
        self._lab = lab
        self._seconds = seconds
        self._transport = lab.transport()
        self.timeouts: list[float] = []

    def send(self, request: Request) -> Response:
        self.timeouts.append(round(request.timeout, 6))
        self._lab.clock.sleep(self._seconds)
        return self._transport.send(request.within(5.0))


def test_what_credentials_ask_for_is_bounded_by_what_they_are_asked_for(lab: Lab) -> None:
    slow = Slow(lab, 1.0)
    account = lab.simulator.account
    login = Login(
        lab.simulator.url, account.username, account.domain_name, {"name": account.region}, password=account.password
    )
    logins = PasswordLogin(slow, lab.clock, login)
    assert logins.find_project_id(7.0) == account.project_id
    refused = logins.authorize(GET.within(6.0), lab.clock.utc())
    assert logins.renew(refused.within(5.0))
    lab.clock.sleep(24 * HOURS - 30 * 60)
    # The old one still holds: half of the time is for what it is needed for.
    logins.authorize(GET.within(4.0), lab.clock.utc())
    assert slow.timeouts == [7.0, 5.0, 2.0]
    slow.timeouts.clear()
    keys = TemporaryKeys(lab.clock, MetadataSource(slow, lab.clock, lab.simulator.url))
    keys.authorize(GET.within(3.5), lab.clock.utc())
    assert slow.timeouts == [3.0, 2.5]


def test_the_metadata_service_is_asked_at_its_fixed_address() -> None:
    assert METADATA_ENDPOINT == "http://169.254.169.254"


@pytest.mark.parametrize("kind", ["keys", "token", "password", "metadata"])
def test_no_secret_is_in_the_text_of_credentials(lab: Lab, kind: str) -> None:
    kinds: dict[str, Credentials] = {
        "keys": AccessKeys(KeyPair("AK", "s3cret-key", "s3cret-token")),
        "token": GivenToken("s3cret-token"),
        "password": password_login(lab),
        "metadata": metadata(lab),
    }
    credentials = kinds[kind]
    assert credentials.secrets or kind == "metadata"
    authorized = use(lab, credentials)
    shown = (
        repr(credentials) + str(credentials) + credentials.description + credentials.remedy("clock") + repr(authorized)
    )
    assert credentials.secrets
    assert not any(secret in shown for secret in credentials.secrets)


def test_the_text_of_a_login_names_the_user_and_not_the_password() -> None:
    login = Login("https://iam", "user", "domain", {"name": "r"}, password="s3cret")
    assert "s3cret" not in repr(login) + repr(login.request(1.0))
    assert "user" in repr(login)


def test_secrets_are_those_of_the_moment(lab: Lab) -> None:
    credentials = password_login(lab)
    assert list(credentials.secrets) == [lab.simulator.account.password]
    token = use(lab, credentials).headers["X-Auth-Token"]
    assert list(credentials.secrets) == [lab.simulator.account.password, token]


def test_a_password_that_iam_echoes_is_masked(lab: Lab) -> None:
    message = f"no such password: {lab.simulator.account.password}"
    lab.simulator.faults.add(Fault("status", path=LOGIN, status=401, body="iam", message=message))
    error = failure(lab, password_login(lab))
    assert "no such password: ********" in str(error)
    assert lab.simulator.account.password not in str(error) + str(error.facts)


def test_times_of_tokens_are_compared_in_utc(lab: Lab) -> None:
    later = lab.clock.utc() + datetime.timedelta(hours=10)
    written = later.astimezone(datetime.timezone(datetime.timedelta(hours=8))).strftime("%Y-%m-%dT%H:%M:%S+08:00")
    lab.simulator.faults.add(Fault("change", path=LOGIN, merge={"token": {"expires_at": written}}))
    credentials = password_login(lab)
    use(lab, credentials)
    lab.clock.sleep(9 * HOURS)
    use(lab, credentials)
    assert asked(lab, LOGIN) == 1


def test_of_a_long_name_of_a_user_the_beginning_is_told(lab: Lab) -> None:
    described = [password_login(lab, username="u" * length).description for length in (64, 65)]
    assert [len(text) for text in described] == [len("the token of user ") + 64] * 2
