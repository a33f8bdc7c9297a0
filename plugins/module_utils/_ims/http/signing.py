# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SDK-HMAC-SHA256, the signature of Huawei Cloud's API Gateway (devg-apisign, api-sign-algorithm).

The same name also denotes an older scheme with ``Credential=`` and a derived key; this is the one with ``Access=``.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import hmac
import typing as t
import urllib.parse

from .request import Request

ALGORITHM = "SDK-HMAC-SHA256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
_DATE_FORMAT = "%Y%m%dT%H%M%SZ"


@dataclasses.dataclass(frozen=True)
class KeyPair:
    """An access key; with ``security_token`` a temporary one."""

    access_key: str
    secret_key: str = dataclasses.field(repr=False)
    security_token: str | None = dataclasses.field(default=None, repr=False)


def sign(request: Request, keys: KeyPair, at: datetime.datetime) -> Request:
    """Return ``request`` with X-Sdk-Date, Host and Authorization (and X-Security-Token) added.

    Every header that the request has by now is signed, so headers that a proxy may change have to be added later.
    ``at`` is an aware datetime; the gateway refuses more than 15 minutes of difference.
    """
    request = request.with_headers(_headers_to_add(request, keys, at))
    signed = {name.lower(): value.strip() for name, value in request.headers.items() if "_" not in name}
    names = ";".join(sorted(signed))
    text = "\n".join((ALGORITHM, signed["x-sdk-date"], _sha256(canonical_request(request, signed).encode())))
    signature = hmac.new(keys.secret_key.encode(), text.encode(), hashlib.sha256).hexdigest()
    authorization = f"{ALGORITHM} Access={keys.access_key}, SignedHeaders={names}, Signature={signature}"
    return request.with_headers({"Authorization": authorization})


def canonical_request(request: Request, signed: t.Mapping[str, str]) -> str:
    """Return the text that is hashed. ``signed`` holds the signed headers, their names in lower case."""
    parts = urllib.parse.urlsplit(request.url)
    segments = [urllib.parse.quote(segment, safe="~") for segment in urllib.parse.unquote(parts.path).split("/")]
    path = "/".join(segments)
    return "\n".join(
        (
            request.method,
            path if path.endswith("/") else path + "/",
            canonical_query(urllib.parse.parse_qsl(parts.query, keep_blank_values=True)),
            "".join(f"{name}:{signed[name]}\n" for name in sorted(signed)),
            ";".join(sorted(signed)),
            _payload_hash(request, signed),
        )
    )


def canonical_query(pairs: t.Iterable[tuple[str, str]]) -> str:
    """Return the query as it is signed, and as it has to be sent: sorted, spaces as ``%20``."""
    return "&".join(
        f"{urllib.parse.quote(name, safe='~')}={urllib.parse.quote(value, safe='~')}" for name, value in sorted(pairs)
    )


def _headers_to_add(request: Request, keys: KeyPair, at: datetime.datetime) -> dict[str, str]:
    added = {
        "Host": urllib.parse.urlsplit(request.url).netloc,
        "X-Sdk-Date": at.astimezone(datetime.timezone.utc).strftime(_DATE_FORMAT),
    }
    if keys.security_token:
        added["X-Security-Token"] = keys.security_token
    content_type = next((value for name, value in request.headers.items() if name.lower() == "content-type"), "")
    if content_type and not content_type.startswith(("application/json", "application/bson")):
        added["X-Sdk-Content-Sha256"] = UNSIGNED_PAYLOAD
    return added


def _payload_hash(request: Request, signed: t.Mapping[str, str]) -> str:
    literal = signed.get("x-sdk-content-sha256")
    return literal if literal and request.body else _sha256(request.body)


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
