# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The gateway's side of signing agrees with what the vendor's SDK computes."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator.iam import signatures
from ansible_collections.huaweicloud.ims.tests.simulator.wire.messages import Request

VECTORS = json.loads((pathlib.Path(__file__).parent / "data" / "signing_vectors.json").read_text("utf-8"))["vectors"]


def request_of(vector: t.Mapping[str, t.Any]) -> Request:
    return Request(
        vector["method"], vector["target"], tuple(vector["headers"].items()), vector["body"].encode(), "id", 0.0
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_vectors_of_the_vendor(vector: t.Mapping[str, t.Any]) -> None:
    request = request_of(vector)
    authorization = signatures.parse_authorization(request.headers["authorization"])
    assert authorization is not None
    canonical = signatures.canonical_request(request, authorization.signed_headers)
    assert canonical == vector["canonical_request"]
    expected = signatures.signature_of(canonical, request.headers["x-sdk-date"], vector["secret_key"])
    assert expected == vector["signature"] == authorization.signature


@pytest.mark.parametrize(
    "value",
    [
        "",
        "Basic dXNlcjpwYXNz",
        "SDK-HMAC-SHA256 Credential=AK/20240102/region/service/sdk_request, SignedHeaders=host, Signature=00",
        "SDK-HMAC-SHA256, Access=AK, SignedHeaders=host, Signature=00",
        "SDK-HMAC-SHA256 Access=AK, Signature=00",
    ],
)
def test_other_schemes_are_not_understood(value: str) -> None:
    assert signatures.parse_authorization(value) is None


def test_a_hash_that_the_client_claims_is_not_believed() -> None:
    headers = (("X-Sdk-Content-Sha256", "0" * 64),)
    request = Request("POST", "/v1/x", headers, b"{}", "id", 0.0)
    told = signatures.canonical_request(request, ["x-sdk-content-sha256"]).rpartition("\n")[2]
    assert told == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.mark.parametrize("value", ["", "2024-01-02T03:04:05Z", "20240102T030405"])
def test_dates_in_another_format_are_none(value: str) -> None:
    assert signatures.parse_date(value) is None
