# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SDK-HMAC-SHA256 from the side of the gateway: what a request's signature should have been."""

from __future__ import annotations

import calendar
import dataclasses
import hashlib
import hmac
import time
import typing as t
import urllib.parse

from ..wire.messages import Request

ALGORITHM = "SDK-HMAC-SHA256"
DATE_HEADER = "x-sdk-date"
HASH_HEADER = "x-sdk-content-sha256"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"


@dataclasses.dataclass(frozen=True)
class Authorization:
    """The parts of the header of that name."""

    access_key: str
    signed_headers: tuple[str, ...]
    signature: str


def parse_authorization(value: str) -> Authorization | None:
    """None if it is not of this scheme; the older one of the same name has Credential= instead of Access=."""
    algorithm, _blank, rest = value.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    if algorithm != ALGORITHM or set(parts) != {"Access", "SignedHeaders", "Signature"}:
        return None
    return Authorization(parts["Access"], tuple(parts["SignedHeaders"].split(";")), parts["Signature"])


def parse_date(value: str) -> float | None:
    """Seconds since 1970 of YYYYMMDDTHHMMSSZ."""
    try:
        return float(calendar.timegm(time.strptime(value, "%Y%m%dT%H%M%SZ")))
    except ValueError:
        return None


def canonical_request(request: Request, signed_headers: t.Sequence[str]) -> str:
    """The request in the one form over which both sides compute the signature."""
    headers = "".join(f"{name}:{request.headers.get(name, '')}\n" for name in signed_headers)
    parts = (
        request.method,
        _canonical_path(request.path),
        _canonical_query(request.query),
        headers,
        ";".join(signed_headers),
        _payload_hash(request, signed_headers),
    )
    return "\n".join(parts)


def signature_of(canonical: str, date: str, secret_key: str) -> str:
    """The signature of a canonical request: one HMAC, without a derived key."""
    digest = hashlib.sha256(canonical.encode("utf-8")).hexdigest()
    text = f"{ALGORITHM}\n{date}\n{digest}"
    return hmac.new(secret_key.encode("utf-8"), text.encode("utf-8"), hashlib.sha256).hexdigest()


def fits(given: str, expected: str) -> bool:
    """Compare two signatures."""
    return hmac.compare_digest(given.encode("utf-8"), expected.encode("utf-8"))


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="~")


def _canonical_path(path: str) -> str:
    quoted = "/".join(_quoted(part) for part in urllib.parse.unquote(path).split("/"))
    return quoted if quoted.endswith("/") else f"{quoted}/"


def _canonical_query(query: str) -> str:
    # A plus is a plus: the vendor's rule writes a blank as %20.
    pairs = [part.partition("=")[::2] for part in query.split("&") if part]
    decoded = sorted((urllib.parse.unquote(name), urllib.parse.unquote(value)) for name, value in pairs)
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in decoded)


def _payload_hash(request: Request, signed_headers: t.Sequence[str]) -> str:
    actual = hashlib.sha256(request.body).hexdigest()
    # Only "unsigned" is taken from the header, and only if it is signed: a hash must be that of the body received.
    told = request.headers.get(HASH_HEADER) if HASH_HEADER in signed_headers else None
    return UNSIGNED_PAYLOAD if told == UNSIGNED_PAYLOAD and request.body else actual
