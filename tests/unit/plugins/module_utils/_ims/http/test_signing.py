# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Signatures are those of the vendor's SDK, and the gateway's side accepts whatever is signed."""

from __future__ import annotations

import dataclasses
import datetime
import json
import pathlib
import typing as t
import urllib.parse

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.signing import (
    KeyPair,
    canonical_query,
    canonical_request,
    sign,
)
from ansible_collections.huaweicloud.ims.tests.simulator import messages, signatures

DATA = json.loads((pathlib.Path(__file__).parents[4] / "data" / "signing_vectors.json").read_text("utf-8"))
AT = datetime.datetime.strptime(DATA["date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
KEYS = KeyPair("AK", "SK")
GET = Request("GET", "https://ims.example.com:8443/v1/x?b=2&a=1")


def text(**limits: t.Any) -> st.SearchStrategy[str]:
    return st.text(st.characters(codec="utf-8"), **limits)


@pytest.mark.parametrize("vector", DATA["vectors"], ids=lambda vector: vector["name"])
def test_signatures_equal_those_of_the_vendors_sdk(vector: t.Mapping[str, t.Any]) -> None:
    keys = KeyPair(vector["access_key"], vector["secret_key"], vector["security_token"])
    signed = sign(Request(vector["method"], vector["url"], vector["headers"], vector["body"].encode()), keys, AT)
    names = {name.lower(): value for name, value in signed.headers.items() if name != "Authorization"}
    assert canonical_request(signed, names) == vector["canonical_request"]
    assert signed.headers == vector["headers_sent"]
    assert signed.headers["Authorization"].endswith(f"Signature={vector['signature']}")


def test_signing_leaves_the_request_as_it_was() -> None:
    headers = {"Content-Type": "application/json"}
    request = Request("POST", "https://h/v1/x", headers, b"{}", 5.0)
    before = dataclasses.replace(request, headers=dict(headers))
    signed = sign(request, KEYS, AT)
    assert (request, headers) == (before, {"Content-Type": "application/json"})
    assert (signed.method, signed.url, signed.body, signed.timeout) == ("POST", "https://h/v1/x", b"{}", 5.0)
    assert signed == sign(request, KEYS, AT)


def test_the_date_is_in_utc_whatever_the_zone_of_the_given_time() -> None:
    tokyo = datetime.timezone(datetime.timedelta(hours=9))
    moment = datetime.datetime(2024, 1, 2, 12, 4, 5, tzinfo=tokyo)
    assert sign(GET, KEYS, moment).headers["X-Sdk-Date"] == "20240102T030405Z"


def test_the_host_is_signed_with_its_port() -> None:
    assert sign(GET, KEYS, AT).headers["Host"] == "ims.example.com:8443"


def test_a_temporary_keys_token_is_sent_and_signed() -> None:
    signed = sign(GET, KeyPair("AK", "SK", "TOKEN"), AT)
    assert signed.headers["X-Security-Token"] == "TOKEN"
    assert "SignedHeaders=host;x-sdk-date;x-security-token," in signed.headers["Authorization"]


@pytest.mark.parametrize(
    ("content_type", "unsigned"),
    [
        ("application/json", False),
        ("application/json;charset=utf-8", False),
        ("application/bson", False),
        ("application/octet-stream", True),
        ("text/plain", True),
    ],
)
def test_only_bodies_that_are_not_json_stay_unsigned(content_type: str, unsigned: bool) -> None:
    signed = sign(Request("POST", "https://h/v1/x", {"content-type": content_type}, b"body"), KEYS, AT)
    assert ("X-Sdk-Content-Sha256" in signed.headers) is unsigned
    other = sign(Request("POST", "https://h/v1/x", {"content-type": content_type}, b"other"), KEYS, AT)
    assert (signed.headers["Authorization"] == other.headers["Authorization"]) is unsigned


def test_headers_with_an_underscore_are_not_signed() -> None:
    assert "x_odd" not in sign(GET.with_headers({"x_odd": "1"}), KEYS, AT).headers["Authorization"]


@pytest.mark.parametrize(
    ("pairs", "query"),
    [
        ([], ""),
        ([("b", "2"), ("a", "1")], "a=1&b=2"),
        ([("a", "2"), ("a", "1"), ("a", "")], "a=&a=1&a=2"),
        ([("name", "my image~1/é+&=")], "name=my%20image~1%2F%C3%A9%2B%26%3D"),
    ],
)
def test_queries_are_written_in_the_one_form_that_is_signed(pairs: list[tuple[str, str]], query: str) -> None:
    assert canonical_query(pairs) == query


def test_secrets_are_not_in_the_text_of_keys_or_requests() -> None:
    keys = KeyPair("AK", "secret-one", "secret-two")
    shown = repr(keys) + repr(
        sign(Request("POST", "https://h/", {"X-Auth-Token": "secret-three"}, b"secret"), keys, AT)
    )
    assert "secret" not in shown
    assert "AK" in shown


# HTTP libraries resolve these two before they send: no id that consists of dots may reach a URL.
SEGMENTS = text(max_size=8).filter(lambda segment: segment not in (".", ".."))
HEADERS = st.dictionaries(
    st.sampled_from(["X-Project-Id", "x-domain-id", "Content-Type"]),
    st.sampled_from(["application/json", "text/x", "1"]),
)


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    segments=st.lists(SEGMENTS, max_size=4),
    pairs=st.lists(st.tuples(text(max_size=6), text(max_size=6)), max_size=4),
    headers=HEADERS,
    body=st.binary(max_size=40),
)
def test_the_gateway_accepts_whatever_is_signed(
    method: str, segments: list[str], pairs: list[tuple[str, str]], headers: dict[str, str], body: bytes
) -> None:
    path = "/v1/" + "/".join(urllib.parse.quote(segment, safe="") for segment in segments)
    url = f"https://ims.example.com{path}" + (f"?{canonical_query(pairs)}" if pairs else "")
    signed = sign(Request(method, url, headers, body), KEYS, AT)
    # As the HTTP library sends it, after all that it does to URLs.
    sent = requests.Request(method, signed.url, dict(signed.headers), data=signed.body).prepare()
    received = messages.Request(method, sent.path_url, tuple(sent.headers.items()), body, "id", AT.timestamp())
    told = signatures.parse_authorization(received.headers["authorization"])
    assert told is not None
    canonical = signatures.canonical_request(received, told.signed_headers)
    assert told.signature == signatures.signature_of(canonical, received.headers["x-sdk-date"], KEYS.secret_key)
    assert {"host", "x-sdk-date"} <= set(told.signed_headers)
