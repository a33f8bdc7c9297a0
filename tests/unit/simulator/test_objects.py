# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OBS in small: is an object there, how large is it, and who may ask?"""

from __future__ import annotations

import base64
import email.utils
import hashlib
import hmac
import time
import typing as t
import urllib.parse

import pytest

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

Head = t.Callable[..., "Reply"]


@pytest.fixture
def head(client: Client) -> Head:
    """Asks for an object, signed by the rules of OBS."""

    def ask(
        bucket: str,
        name: str,
        *,
        access_key: str = "",
        secret_key: str = "",
        age: float = 0.0,
        host: str = "",
        **own: str,
    ) -> Reply:
        date = email.utils.formatdate(time.time() - age, usegmt=True)
        told = {f"x-obs-{key.replace('_', '-')}": value for key, value in own.items()}
        resource = f"/{bucket}/{urllib.parse.quote(name)}"
        lines = ["HEAD", "", "", "" if "x-obs-date" in told else date]
        lines += [f"{key}:{value}" for key, value in sorted(told.items())]
        text = "\n".join([*lines, resource])
        secret = secret_key or client.account.secret_key
        signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()).decode()
        headers = {"Date": date, **told, "Authorization": f"OBS {access_key or client.account.access_key}:{signature}"}
        path = resource
        if host:
            headers["Host"] = f"{bucket}.{host}"
            path = f"/{urllib.parse.quote(name)}"
        return client.raw("HEAD", path, None, headers)

    return ask


def test_an_export_is_there_when_it_has_ended(client: Client, head: Head) -> None:
    image = client.sim.cloud.image_named("private-linux").image_id
    body = {"bucket_url": "ims-image:a/b c.qcow2", "file_format": "qcow2"}
    assert client.send("POST", f"/v1/cloudimages/{image}/file", body).code == "IMG.0175"
    body["bucket_url"] = "ims-image:a/b.qcow2"
    assert client.send("POST", f"/v1/cloudimages/{image}/file", body).status == 200
    reply = head("ims-image", "a/b.qcow2")
    assert (reply.status, reply.headers["x-obs-error-code"], reply.body) == (404, "NoSuchKey", b"")
    client.sim.clock.advance(20)
    reply = head("ims-image", "a/b.qcow2")
    held = client.sim.cloud.objects["ims-image:a/b.qcow2"]
    assert reply.status == 200
    assert int(reply.headers["Content-Length"]) == held["size"] == 2**30
    assert reply.headers["ETag"] == f'"{held["etag"]}"'
    at = email.utils.parsedate_to_datetime(reply.headers["Last-Modified"]).timestamp()
    assert at == int(client.sim.clock.now())
    assert "x-obs-storage-class" not in reply.headers
    assert client.sim.requests[-1].route == "/{bucket}/{object}"


@pytest.fixture
def there(client: Client) -> str:
    told = {"name": "ims-image:there é", "size": 7, "etag": "abc-2", "storage_class": "WARM"}
    assert client.control("POST", "objects", told).status == 201
    return "there é"


@pytest.mark.parametrize("host", ["", "obs.cn-north-4.myhuaweicloud.com", "localhost:80"])
def test_the_bucket_is_in_the_path_or_in_the_host(there: str, head: Head, host: str) -> None:
    headers = head("ims-image", there, host=host).headers
    told = (headers["Content-Length"], headers["ETag"], headers["x-obs-storage-class"])
    assert told == ("7", '"abc-2"', "WARM")


def test_the_date_may_be_in_a_header_of_its_own(there: str, head: Head) -> None:
    assert head("ims-image", there, age=3600, date=email.utils.formatdate(usegmt=True)).status == 200


def test_temporary_keys_come_with_a_signed_security_token(client: Client, there: str, head: Head) -> None:
    keys = client.sim.identity.issue_temporary_keys()
    told = {"access_key": keys.access_key, "secret_key": keys.secret_key}
    assert head("ims-image", there, security_token=keys.security_token, **told).status == 200
    refused = head("ims-image", there, **told)
    assert (refused.status, refused.headers["x-obs-error-code"]) == (403, "InvalidAccessKeyId")


def test_who_may_not(client: Client, there: str, head: Head) -> None:
    def code(reply: Reply) -> tuple[int, str]:
        return reply.status, reply.headers["x-obs-error-code"]

    assert code(head("ims-image", there, secret_key="wrong")) == (403, "SignatureDoesNotMatch")
    assert code(head("ims-image", there, access_key="unknown")) == (403, "InvalidAccessKeyId")
    assert code(head("ims-image", there, age=1000)) == (403, "RequestTimeTooSkewed")
    assert code(client.raw("HEAD", "/ims-image/x")) == (403, "AccessDenied")
    assert code(client.signed("HEAD", "/ims-image/x")) == (403, "AccessDenied")
    client.sim.configure(buckets=("other",))
    assert code(head("ims-image", there)) == (404, "NoSuchBucket")


def test_only_head_is_there(client: Client) -> None:
    assert client.raw("GET", "/ims-image/x", None, {"Authorization": "OBS a:b"}).status == 405


def test_objects_need_a_name(client: Client) -> None:
    assert client.control("POST", "objects", {"size": 7}).status == 400
