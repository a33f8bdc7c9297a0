# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OBS' own signature: HMAC-SHA1 over the method, three headers, the headers x-obs-* and the resource.

It is neither of the two schemes that are called SDK-HMAC-SHA256.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import urllib.parse

from ..wire.messages import Request

SCHEME = "OBS "
_PREFIX = "x-obs-"


@dataclasses.dataclass(frozen=True)
class Given:
    """The parts of the header `Authorization: OBS access key:signature`."""

    access_key: str
    signature: str


def parse(value: str) -> Given | None:
    """None if it is not of this scheme."""
    access_key, colon, signature = value[len(SCHEME) :].strip().partition(":")
    return Given(access_key, signature) if value.startswith(SCHEME) and colon else None


def fits(given: Given, request: Request, bucket: str, name: str, secret_key: str) -> bool:
    """Whether the signature is the one that the secret key gives."""
    text = text_to_sign(request, bucket, name)
    digest = hmac.new(secret_key.encode("utf-8"), text.encode("utf-8"), hashlib.sha1).digest()
    return hmac.compare_digest(base64.b64encode(digest), given.signature.encode("utf-8"))


def text_to_sign(request: Request, bucket: str, name: str) -> str:
    """With x-obs-date among the headers, the line of the date stays empty."""
    headers = request.headers
    date = "" if "x-obs-date" in headers else headers.get("date", "")
    own = "".join(f"{key}:{headers[key]}\n" for key in sorted(headers) if key.startswith(_PREFIX))
    lines = (request.method, headers.get("content-md5", ""), headers.get("content-type", ""), date)
    return "\n".join(lines) + f"\n{own}/{bucket}/{urllib.parse.quote(name)}"
