# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is let in, and what the gateway says to the others."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

if t.TYPE_CHECKING:
    from .conftest import Client

IMAGES = "/v2/cloudimages"


def message(reply: t.Any) -> str:
    body = reply.json()
    assert (reply.status, body["error_code"]) == (401, "APIGW.0301")
    assert body["request_id"] == reply.headers["X-Request-Id"]
    prefix = "Incorrect IAM authentication information: "
    assert body["error_msg"].startswith(prefix)
    return str(body["error_msg"][len(prefix) :])


def test_a_signed_request_is_let_in(client: Client) -> None:
    assert client.signed("GET", f"{IMAGES}?name=a%20b&limit=5&__imagetype=private").status == 200


def test_a_signed_body_is_let_in_and_a_changed_one_is_not(client: Client) -> None:
    headers = client.sign("POST", "/v2/cloudimages/action", b"{}")
    assert client.raw("POST", "/v2/cloudimages/action", b"{}", headers).code == "IMG.0007"
    assert "verify aksk signature fail" in message(client.raw("POST", "/v2/cloudimages/action", b"{ }", headers))


def test_nothing_at_all(client: Client) -> None:
    assert message(client.raw("GET", IMAGES)) == "x-auth-token not found"


def test_an_unknown_key(client: Client) -> None:
    reply = client.signed("GET", IMAGES, access_key="NOBODY")
    assert message(reply) == "Get secretKey failed,ak:NOBODY,err:ak not exist"


def test_a_wrong_key_is_told_the_canonical_request(client: Client) -> None:
    told = message(client.signed("GET", IMAGES, secret_key="wrong", headers={"X-Security-Token": "geheim"}))
    assert told.startswith("verify aksk signature fail,canonicalRequest:GET|/v2/cloudimages/||host:127.0.0.1:")
    assert "|x-security-token:geheim|" in told


def test_a_header_changed_on_the_way(client: Client) -> None:
    headers = client.sign("GET", IMAGES, headers={"X-Project-Id": client.sim.account.project_id})
    headers["X-Project-Id"] = "another"
    assert message(client.raw("GET", IMAGES, None, headers)).startswith("verify aksk signature fail")


def test_headers_need_not_be_signed(client: Client) -> None:
    headers = {"X-Project-Id": client.sim.account.project_id}
    assert client.signed("GET", IMAGES, headers=headers, unsigned=["X-Project-Id"]).status == 200


def test_the_date_must_be_signed(client: Client) -> None:
    assert message(client.signed("GET", IMAGES, unsigned=["X-Sdk-Date"])).startswith("verify aksk signature fail")


@pytest.mark.parametrize("age", [901 + 5, -901 - 5])
def test_a_date_more_than_fifteen_minutes_off(client: Client, age: float) -> None:
    assert message(client.signed("GET", IMAGES, age=age)) == "calc ak sk signature fail:signature expired"


@pytest.mark.parametrize("age", [890, -890])
def test_a_date_less_than_fifteen_minutes_off(client: Client, age: float) -> None:
    assert client.signed("GET", IMAGES, age=age).status == 200


def test_the_older_scheme_of_the_same_name(client: Client) -> None:
    value = "SDK-HMAC-SHA256 Credential=A/20240102/r/ims/sdk_request, SignedHeaders=host, Signature=0"
    assert "Authorization" in message(client.raw("GET", IMAGES, None, {"Authorization": value}))


def test_more_than_five_failures_lock_the_key_for_five_minutes(client: Client) -> None:
    for _turn in range(6):
        assert "verify aksk" in message(client.signed("GET", IMAGES, secret_key="wrong"))
    locked = "AK access failed to reach the limit,forbidden."
    assert message(client.signed("GET", IMAGES)) == locked
    client.sim.clock.advance(299)
    assert message(client.signed("GET", IMAGES)) == locked
    client.sim.clock.advance(1)
    assert client.signed("GET", IMAGES).status == 200


def test_a_success_ends_the_row_of_failures(client: Client) -> None:
    for _row in range(3):
        for _turn in range(5):
            client.signed("GET", IMAGES, secret_key="wrong")
        assert client.signed("GET", IMAGES).status == 200


def test_temporary_keys_need_their_token_and_expire(client: Client) -> None:
    keys = client.sim.identity.issue_temporary_keys(seconds=900)

    def ask(**headers: str) -> t.Any:
        return client.signed("GET", IMAGES, access_key=keys.access_key, secret_key=keys.secret_key, headers=headers)

    good = {"X-Security-Token": keys.security_token}
    assert ask(**good).status == 200
    assert message(ask()) == message(ask(**{"X-Security-Token": "wrong"})) == "decrypt token fail"
    client.sim.clock.advance(900)
    assert message(ask(**good)) == "decrypt token fail"


def test_an_unknown_token(client: Client) -> None:
    assert message(client.send("GET", IMAGES, headers={"X-Auth-Token": "MII"})) == "decrypt token fail"


def _expired(sim: Simulator) -> str:
    token = sim.identity.issue_token(seconds=60)
    sim.clock.advance(60)
    return token.value


@pytest.mark.parametrize(
    "token",
    [
        _expired,
        lambda sim: sim.identity.issue_token(scoped=False).value,
        lambda sim: sim.identity.issue_token(project_name=sim.account.other_region).value,
    ],
    ids=["expired", "without a project", "of another region"],
)
def test_tokens_that_must_be_updated(client: Client, token: t.Callable[[Simulator], str]) -> None:
    reply = client.send("GET", IMAGES, headers={"X-Auth-Token": token(client.sim)})
    assert (reply.status, reply.code) == (401, "APIGW.0307")


def test_the_project_of_the_path_and_of_the_header_must_be_that_of_the_keys(client: Client) -> None:
    job_id = client.sim.cloud.add_job()
    reply = client.signed("GET", f"/v1/another/jobs/{job_id}")
    assert (reply.status, reply.code) == (403, "APIGW.0302")
    assert client.signed("GET", IMAGES, headers={"X-Project-Id": "another"}).status == 403


def test_unknown_paths_and_methods(client: Client) -> None:
    for method, path in (("GET", "/v1/nothing"), ("PATCH", IMAGES), ("GET", f"{IMAGES}/")):
        reply = client.send(method, path)
        assert (reply.status, reply.code) == (404, "APIGW.0101")


def test_a_body_over_twelve_megabytes(client: Client) -> None:
    reply = client.send("POST", "/v2/cloudimages/action", "x" * (12 * 2**20))
    assert (reply.status, reply.code) == (413, "APIGW.0201")


def test_every_answer_has_a_date_and_an_id(client: Client) -> None:
    for path, name in ((IMAGES, "X-Request-Id"), ("/v3/projects", "X-IAM-Trace-Id"), ("/nothing", "X-Request-Id")):
        reply = client.send("GET", path)
        assert reply.headers[name] == client.sim.requests[-1].request_id
        assert reply.headers["Date"].endswith(" GMT")
