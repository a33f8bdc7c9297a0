# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata service of a server with an agency."""

from __future__ import annotations

import datetime
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

TOKEN = "/meta-data/latest/api/token"
KEYS = "/openstack/latest/securitykey"


def token(client: Client, seconds: str = "21600") -> Reply:
    return client.raw("PUT", TOKEN, None, {"X-Metadata-Token-Ttl-Seconds": seconds})


def keys(client: Client, value: str = "") -> Reply:
    return client.raw("GET", KEYS, None, {"X-Metadata-Token": value or token(client).body.decode()})


def test_keys_of_the_agency(client: Client) -> None:
    credential = keys(client).json()["credential"]
    expires = datetime.datetime.strptime(credential["expires_at"], "%Y-%m-%dT%H:%M:%S.%fZ")
    left = expires.replace(tzinfo=datetime.timezone.utc).timestamp() - client.sim.clock.now()
    assert 86399 < left <= 86400
    headers = {"X-Security-Token": credential["securitytoken"]}
    told = {"access_key": credential["access"], "secret_key": credential["secret"], "headers": headers}
    assert client.signed("GET", "/v2/cloudimages", **told).status == 200


def test_keys_are_exchanged_when_half_of_their_life_is_over(client: Client) -> None:
    first = keys(client).json()
    assert keys(client).json() == first
    client.sim.clock.advance(43201)
    assert keys(client).json() != first


def test_keys_that_were_made_to_expire_are_not_handed_out_again(client: Client) -> None:
    first = keys(client).json()
    client.sim.identity.expire_temporary_keys()
    assert keys(client).json() != first


@pytest.mark.parametrize("seconds", ["", "0", "21601", "x"])
def test_lifetimes_of_tokens(client: Client, seconds: str) -> None:
    assert token(client, seconds).status == 400


def test_tokens_are_needed_and_expire(client: Client) -> None:
    value = token(client, "60").body.decode()
    assert keys(client, value).status == 200
    assert keys(client, "wrong").status == client.raw("GET", KEYS).status == 401
    client.sim.clock.advance(60)
    assert keys(client, value).status == 401


@pytest.mark.parametrize("status", [404, 405, 503])
def test_a_service_without_tokens(client: Client, status: int) -> None:
    client.sim.configure(metadata_token_status=status)
    assert token(client).status == status
    assert client.raw("GET", KEYS).status == 200


def test_a_service_that_does_not_insist_on_tokens(client: Client) -> None:
    client.sim.configure(metadata_token_required=False)
    assert client.raw("GET", KEYS).status == 200


def test_a_server_without_an_agency(client: Client) -> None:
    client.sim.configure(metadata_agency=False)
    reply = keys(client)
    assert reply.status == 401
    assert b"Please configure Cloud Service Agency first" in reply.body


def test_no_metadata_service(client: Client) -> None:
    client.sim.configure(metadata_present=False)
    assert token(client).status == keys(client, "x").status == 404
