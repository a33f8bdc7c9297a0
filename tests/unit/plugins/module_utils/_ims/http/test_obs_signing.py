# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OBS' own signature, by the examples of its documentation (obs_04_0010, tables 2 to 6)."""

from __future__ import annotations

import base64
import datetime
import hashlib
import hmac

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.obs_signing import sign_for_obs, text_to_sign
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.signing import KeyPair

HOST = "bucket.obs.cn-north-4.myhuaweicloud.com"
DATE = "Sat, 12 Oct 2015 08:12:38 GMT"
LATER = "Tue, 15 Oct 2015 07:20:09 GMT"
AT = datetime.datetime(2015, 10, 15, 9, 20, 9, tzinfo=datetime.timezone(datetime.timedelta(hours=2)))


@pytest.mark.parametrize(
    ("method", "headers", "resource", "text"),
    [
        ("GET", {"Host": HOST, "Date": DATE}, "/bucket/object.txt", f"GET\n\n\n{DATE}\n/bucket/object.txt"),
        (
            "PUT",
            {"Date": DATE, "Host": HOST, "x-obs-date": LATER, "x-obs-security-token": "YwkaRTbdY8g7q"},
            "/bucket/object.txt",
            f"PUT\n\n\n\nx-obs-date:{LATER}\nx-obs-security-token:YwkaRTbdY8g7q\n/bucket/object.txt",
        ),
        (
            "PUT",
            {"Host": HOST, "x-obs-date": LATER, "Content-MD5": "I5pU0r4+sgO9Emgl1KMQUg==", "Content-Length": "5913339"},
            "/bucket/object.txt",
            f"PUT\nI5pU0r4+sgO9Emgl1KMQUg==\n\n\nx-obs-date:{LATER}\n/bucket/object.txt",
        ),
        (
            "PUT",
            {"Host": HOST, "Date": DATE, "Content-Type": "text/plain", "X-Obs-ACL": " public-read "},
            "/bucket/object.txt",
            f"PUT\n\ntext/plain\n{DATE}\nx-obs-acl:public-read\n/bucket/object.txt",
        ),
    ],
)
def test_the_text_to_sign_is_that_of_the_documentation(
    method: str, headers: dict[str, str], resource: str, text: str
) -> None:
    assert text_to_sign(method, headers, resource) == text


@pytest.mark.parametrize("token", [None, "TOKEN"])
def test_a_request_gets_the_date_in_gmt_and_the_signature(token: str | None) -> None:
    keys = KeyPair("AK", "SK", token)
    resource, headers = "/bucket/a%20b.txt", {"Accept-Encoding": "identity"}
    request = Request("HEAD", f"https://{HOST}/a%20b.txt", headers, resource=resource)
    signed = sign_for_obs(request, keys, AT)
    own = "" if token is None else f"x-obs-security-token:{token}\n"
    text = f"HEAD\n\n\nThu, 15 Oct 2015 07:20:09 GMT\n{own}/bucket/a%20b.txt"
    signature = base64.b64encode(hmac.new(b"SK", text.encode(), hashlib.sha1).digest()).decode()
    assert signed.headers == {
        "Accept-Encoding": "identity",
        "Date": "Thu, 15 Oct 2015 07:20:09 GMT",
        **({} if token is None else {"x-obs-security-token": token}),
        "Authorization": f"OBS AK:{signature}",
    }
    assert (signed.url, signed.method, signed.body) == (request.url, request.method, request.body)


def test_signing_changes_nothing_of_what_it_gets() -> None:
    request = Request("HEAD", f"https://{HOST}/x", {}, resource="/bucket/x")
    sign_for_obs(request, KeyPair("AK", "SK"), AT)
    assert request.headers == {}
