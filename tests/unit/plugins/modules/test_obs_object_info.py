# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects in OBS by obs_object_info: there or not, and everything else that OBS, or something before it, may say."""

from __future__ import annotations

import email.utils
import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api import objects
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.objects import (
    Place,
    checked_place,
    stored_object,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import NoAnswerError, OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.modules import obs_object_info
from ansible_collections.huaweicloud.ims.tests.simulator import Fault

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab
    from ansible_collections.huaweicloud.ims.tests.unit.plugins.conftest import Run

Runs = t.Callable[..., "Run"]
FILE = {"bucket": "ims-image", "object_key": "a/b é.qcow2"}
OBS = {"x-obs-request-id": "0000018A", "x-obs-error-code": "AccessDenied"}
ETAG = "9b2cf535f27731c974343645a3985328-2"


@pytest.fixture
def there(lab: Lab) -> None:
    lab.simulator.cloud.objects["ims-image:a/b é.qcow2"] = {
        "size": 7,
        "etag": ETAG,
        "last_modified": lab.clock.now(),
    }


def test_the_request_and_its_answer_are_those_of_the_documentation(lab: Lab, there: None, run_module: Runs) -> None:
    failed, result = run_module("obs_object_info", **FILE)
    (entry,) = lab.simulator.requests
    assert (entry.method, entry.path, entry.query) == ("HEAD", "/ims-image/a/b%20%C3%A9.qcow2", "")
    assert entry.headers["date"] == email.utils.format_datetime(lab.clock.utc(), usegmt=True)
    assert entry.headers["authorization"].startswith(f"OBS {lab.simulator.account.access_key}:")
    assert not failed
    assert {name: value for name, value in result.items() if name not in ("invocation", "requests")} == {
        "changed": False,
        "exists": True,
        "bucket_exists": True,
        "bucket": "ims-image",
        "object_key": "a/b é.qcow2",
        "size": 7,
        "etag": ETAG,
        "last_modified": f"{lab.clock.utc():%Y-%m-%dT%H:%M:%SZ}",
        "storage_class": "STANDARD",
        "schema_violations": [],
        "msg": "ims-image:a/b é.qcow2 is there.",
    }


def test_every_key_is_documented(lab: Lab, there: None, run_module: Runs) -> None:
    documented = set(yaml.safe_load(obs_object_info.RETURN))
    for headers in ({}, {"Content-Length": "x"}):
        lab.simulator.faults.add(Fault("headers", headers=headers))
        result = run_module("obs_object_info", **FILE).result
        assert set(result) - {"changed", "invocation", "warnings"} <= documented


def test_what_is_not_there_is_no_failure(lab: Lab, run_module: Runs) -> None:
    failed, result = run_module("obs_object_info", **FILE)
    assert not failed
    assert (result["exists"], result["bucket_exists"], result["size"], result["etag"]) == (False, True, None, None)
    assert result["msg"] == "There is no object ims-image:a/b é.qcow2."
    lab.simulator.configure(buckets=("other",))
    failed, result = run_module("obs_object_info", **FILE)
    assert (failed, result["exists"], result["bucket_exists"]) == (False, False, False)
    assert result["msg"] == "There is no bucket ims-image."


@pytest.mark.parametrize("check_mode", [False, True])
def test_both_ways_return_the_same(lab: Lab, there: None, run_module: Runs, stage: Stage, check_mode: bool) -> None:
    beyond = {"module_args", "invocation", "warnings"}
    ran = run_module("obs_object_info", **FILE, _ansible_check_mode=check_mode).result
    here = stage.act("obs_object_info", dict(FILE), check_mode=check_mode)
    assert {k: v for k, v in here.items() if k not in beyond} == {k: v for k, v in ran.items() if k not in beyond}


def test_a_refusal_is_told_with_the_right_that_is_missing(lab: Lab, there: None, run_module: Runs) -> None:
    lab.simulator.faults.add(Fault("status", status=403, headers=OBS))
    failed, result = run_module("obs_object_info", **FILE)
    assert failed
    assert (result["http_status"], result["error_code"], result["request_id"]) == (403, "AccessDenied", "0000018A")
    assert "obs:object:GetObject" in result["msg"]
    assert result["transient"] is False


@pytest.mark.parametrize(
    ("told", "region"),
    [
        ({"Location": "https://ims-image.obs.cn-south-1.myhuaweicloud.com/x"}, "cn-south-1"),
        ({"Location": "https://ims-image.oss.eu-west-0.prod-cloud-ocb.orange-business.com/x"}, "eu-west-0"),
        ({"x-obs-bucket-location": "cn-north-1", "Location": "https://x.example"}, "cn-north-1"),
        ({"Location": "https://[x"}, None),
        ({}, None),
    ],
)
@pytest.mark.parametrize("status", [301, 307])
def test_a_bucket_of_another_region_is_told_with_it(
    lab: Lab, run_module: Runs, told: dict[str, str], region: str | None, status: int
) -> None:
    headers = {**OBS, "x-obs-error-code": "PermanentRedirect", **told}
    lab.simulator.faults.add(Fault("status", status=status, headers=headers))
    failed, result = run_module("obs_object_info", **FILE)
    assert failed
    assert result["bucket_region"] == region
    assert f"Bucket ims-image is in another region, {region or 'which the answer does not name'} (" in result["msg"]
    assert "Set region or obs_endpoint" in result["msg"]
    assert len(lab.simulator.requests) == 1


@pytest.mark.parametrize("status", [200, 302, 403, 404, 407])
def test_an_answer_of_something_else_is_no_answer(lab: Lab, there: None, run_module: Runs, status: int) -> None:
    lab.simulator.faults.add(Fault("status", status=status))
    failed, result = run_module("obs_object_info", **FILE)
    assert failed
    assert result["msg"].startswith("The answer is none of OBS")
    assert "check endpoint, the proxies and NO_PROXY" in result["msg"]


@pytest.mark.parametrize("status", [500, 503])
def test_an_outage_may_pass(lab: Lab, run_module: Runs, status: int) -> None:
    lab.simulator.faults.add(Fault("status", status=status, retry_after=7))
    failed, result = run_module("obs_object_info", **FILE)
    assert (failed, result["transient"], result["retry_after"]) == (True, True, 7.0)


@pytest.mark.parametrize("date", ["Sun, 01 Mar 2026 14:00:00 +0200", "Sun, 01 Mar 2026 12:00:00 -0000"])
def test_a_date_is_told_in_utc(lab: Lab, there: None, run_module: Runs, date: str) -> None:
    lab.simulator.faults.add(Fault("headers", headers={"Last-Modified": date}))
    assert run_module("obs_object_info", **FILE).result["last_modified"] == "2026-03-01T12:00:00Z"


def test_odd_headers_are_left_out_and_told(lab: Lab, there: None, run_module: Runs) -> None:
    odd = {"Content-Length": "many", "ETag": '""', "Last-Modified": "yesterday"}
    lab.simulator.faults.add(Fault("headers", headers=odd))
    failed, result = run_module("obs_object_info", **FILE)
    assert not failed
    assert (result["exists"], result["size"], result["etag"], result["last_modified"]) == (True, None, None, None)
    assert result["schema_violations"] == [
        "content-length: expected a number of bytes, found many (OBS HeadObject)",
        'etag: expected a text, found "" (OBS HeadObject)',
        "last-modified: expected a date, found yesterday (OBS HeadObject)",
    ]
    assert result["warnings"]


def test_headers_that_are_missing_are_told_as_missing() -> None:
    found = stored_object({}, NO_SECRETS)
    assert (found.size, found.etag, found.last_modified, found.storage_class) == (None, None, None, "STANDARD")
    assert [str(odd) for odd in found.deviations] == [
        "content-length: missing (OBS HeadObject)",
        "etag: missing (OBS HeadObject)",
        "last-modified: missing (OBS HeadObject)",
    ]


def test_a_size_of_any_object_is_no_body_to_be_read(lab: Lab, run_module: Runs) -> None:
    lab.simulator.cloud.objects["ims-image:x"] = {"size": 10**13, "etag": "e", "last_modified": lab.clock.now()}
    result = run_module("obs_object_info", bucket="ims-image", object_key="x").result
    assert result["size"] == 10**13


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ({"bucket": "Ims"}, 'bucket: "Ims" is not the name of a bucket'),
        ({"bucket": "a/b"}, 'bucket: "a/b" is not the name of a bucket'),
        ({"object_key": ""}, 'object_key: "" is not the name of an object'),
        ({"object_key": "é" * 513}, "object_key: "),
        ({"object_key": "a\nb"}, "object_key: "),
        ({"object_key": "\ud800"}, "object_key: "),
        ({"object_key": "/a"}, 'object_key: "/a" begins with /'),
        ({"object_key": "a/../b"}, 'object_key: "a/../b" begins with / or has . or ..'),
    ],
)
def test_what_cannot_be_asked_for_is_refused(place: dict[str, str], message: str) -> None:
    with pytest.raises(OptionError) as refused:
        checked_place(Place(**{**FILE, **place}))
    assert str(refused.value).startswith(message)


# -- who asks ----------------------------------------------------------------------------------------------------------


def test_a_wrong_key_is_refused_once(lab: Lab, run_module: Runs) -> None:
    failed, result = run_module("obs_object_info", **FILE, access_key="AKAKAKAKAKAK", secret_key="wrong")
    assert failed
    assert result["error_code"] == "InvalidAccessKeyId"
    assert result["msg"].startswith("The cloud refused the access key AK...AK: InvalidAccessKeyId")
    assert len(lab.simulator.requests) == 1


def test_a_wrong_clock_is_corrected(lab: Lab, there: None, run_module: Runs) -> None:
    lab.clock.wrong_by = -3600.0
    failed, result = run_module("obs_object_info", **FILE)
    assert (failed, result["exists"], len(lab.simulator.requests)) == (False, True, 2)
    assert "This machine's clock differs" in result["warnings"][0]


def test_a_password_and_a_token_get_temporary_keys(lab: Lab, there: None, run_module: Runs) -> None:
    account = lab.simulator.account
    user = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
    token = lab.simulator.identity.issue_token().value
    for who, calls in ((user, 3), ({"auth_token": token}, 2)):
        lab.simulator.requests.clear()
        failed, result = run_module("obs_object_info", **FILE, **who)
        assert (failed, result["exists"], result["requests"]) == (False, True, calls)
        keys, head = list(lab.simulator.requests)[-2:]
        assert (keys.method, keys.path) == ("POST", "/v3.0/OS-CREDENTIAL/securitytokens")
        assert keys.body == b'{"auth": {"identity": {"methods": ["token"], "token": {"duration_seconds": 3600}}}}'
        assert head.headers["x-obs-security-token"]


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_token_without_temporary_keys_is_refused_with_the_remedy(lab: Lab, run_module: Runs, status: int) -> None:
    token = lab.simulator.identity.issue_token().value
    lab.simulator.faults.add(Fault("status", status=status, path="securitytokens", body="iam"))
    failed, result = run_module("obs_object_info", **FILE, auth_token=token)
    assert failed
    assert result["msg"].startswith("No temporary keys for the token: ")
    assert result["msg"].endswith("OBS takes no tokens: give access_key and secret_key.")
    assert token not in str(result)


@pytest.mark.parametrize("fault", [{"status": 503}, {"status": 404, "body": "html"}])
def test_an_outage_of_iam_is_no_refusal_of_the_token(lab: Lab, run_module: Runs, fault: dict[str, t.Any]) -> None:
    token = lab.simulator.identity.issue_token().value
    lab.simulator.faults.add(Fault("status", path="securitytokens", **fault))
    failed, result = run_module("obs_object_info", **FILE, auth_token=token)
    assert failed
    assert "No temporary keys" not in result["msg"]


def test_where_iam_or_obs_is_not_known_nothing_is_sent(
    lab: Lab, run_module: Runs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HW_AUTH_URL")
    failed, result = run_module("obs_object_info", **FILE, auth_token="TOKEN-TOKEN-TOKEN")
    assert failed
    assert result["msg"].startswith("OBS takes no tokens: give access_key and secret_key, or iam_endpoint, where")
    monkeypatch.delenv("HW_OBS_ENDPOINT")
    failed, result = run_module("obs_object_info", **FILE)
    assert failed
    assert result["msg"].startswith("obs_endpoint is missing: with an endpoint of your own, OBS needs its own as well")
    assert len(lab.simulator.requests) == 0


def test_when_the_time_is_up_obs_is_not_asked(lab: Lab, there: None) -> None:
    client = lab.client(obs_endpoint=lab.simulator.url)
    with pytest.raises(NoAnswerError, match="the time was up before the request could be sent") as caught:
        client.objects.find(Place(**FILE), timeout=0)
    assert (caught.value.was_sent, lab.asked()) == (False, [])


def test_temporary_keys_that_expired_are_renewed(lab: Lab, there: None) -> None:
    lab.simulator.configure(temporary_key_seconds=3600)
    account = lab.simulator.account
    client = lab.client(
        access_key=None,
        secret_key=None,
        username=account.username,
        password=account.password,
        domain_name=account.domain_name,
        obs_endpoint=lab.simulator.url,
    )
    place = Place(**FILE)
    assert client.objects.find(place)
    lab.simulator.identity.expire_temporary_keys()
    assert client.objects.find(place)
    assert sum(entry.path.endswith("securitytokens") for entry in lab.simulator.requests) == 2


@pytest.mark.parametrize(
    ("bucket", "endpoint", "url"),
    [
        (
            "ims-image",
            "https://obs.cn-north-4.myhuaweicloud.com",
            "https://ims-image.obs.cn-north-4.myhuaweicloud.com/x",
        ),
        ("a.b", "https://obs.cn-north-4.myhuaweicloud.com", "https://obs.cn-north-4.myhuaweicloud.com/a.b/x"),
        ("ims-image", "https://obs.example.com:8443/p", "https://ims-image.obs.example.com:8443/p/x"),
        ("ims-image", "https://192.0.2.1:8443", "https://192.0.2.1:8443/ims-image/x"),
        ("ims-image", "http://localhost:1", "http://localhost:1/ims-image/x"),
        ("ims-image", "http://[::1]:1", "http://[::1]:1/ims-image/x"),
    ],
)
def test_the_bucket_is_in_the_host_where_a_host_can_have_it(bucket: str, endpoint: str, url: str) -> None:
    assert objects._url(endpoint, bucket, "x") == url
