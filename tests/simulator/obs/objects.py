# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OBS in small: HEAD of an object (obs_04_0084), by its own signature.

The bucket is the first label of the host name, or, as on one address of loopback, the first part of the path.
"""

from __future__ import annotations

import calendar
import email.utils
import typing as t
import urllib.parse

from ..clock import Clock
from ..iam.identity import Identity
from ..ims.cloud import Cloud
from ..settings import Settings
from ..wire.messages import Request, Response, http_date
from ..wire.refusals import Refused
from . import signature

_SERVICE_LABEL = "obs"


class Objects:
    """Tells whether an object is there, with its size and ETag."""

    def __init__(self, cloud: Cloud, clock: Clock, identity: Identity, settings: t.Callable[[], Settings]) -> None:
        self._cloud = cloud
        self._clock = clock
        self._identity = identity
        self._settings = settings

    def takes(self, request: Request) -> bool:
        """No other service here knows HEAD, or has this signature."""
        return request.method == "HEAD" or request.headers.get("authorization", "").startswith(signature.SCHEME)

    def answer(self, request: Request) -> Response:
        """200 with headers only; errors have no body either."""
        bucket, name = _place(request)
        code = self._refusal(request, bucket, name)
        if code is not None:
            status = {"NoSuchKey": 404, "NoSuchBucket": 404, "MethodNotAllowed": 405}.get(code, 403)
            return Response(status, b"", (*_common(request), ("x-obs-error-code", code)))
        self._cloud.settle()
        held = self._cloud.objects[f"{bucket}:{name}"]
        told = {
            "ETag": f'"{held["etag"]}"',
            "Last-Modified": http_date(held["last_modified"]),
            "Accept-Ranges": "bytes",
            "Content-Type": "binary/octet-stream",
            "Content-Length": str(held["size"]),
        }
        if held.get("storage_class"):
            told["x-obs-storage-class"] = str(held["storage_class"])
        return Response(200, b"", (*_common(request), *told.items()))

    def _refusal(self, request: Request, bucket: str, name: str) -> str | None:
        if request.method != "HEAD":
            return "MethodNotAllowed"
        refusal = self._signature_refusal(request, bucket, name)
        if refusal is not None:
            return refusal
        self._cloud.settle()
        buckets = self._settings().buckets
        if buckets is not None and bucket not in buckets:
            return "NoSuchBucket"
        return None if f"{bucket}:{name}" in self._cloud.objects else "NoSuchKey"

    def _signature_refusal(self, request: Request, bucket: str, name: str) -> str | None:
        given = signature.parse(request.headers.get("authorization", ""))
        if given is None:
            return "AccessDenied"
        try:
            _account, secret = self._identity.secret_of(given.access_key, request.headers.get("x-obs-security-token"))
        except Refused:
            return "InvalidAccessKeyId"
        date = _date(request.headers.get("x-obs-date") or request.headers.get("date", ""))
        if date is None or abs(request.wall - date) > self._settings().date_tolerance:
            return "RequestTimeTooSkewed"
        return None if signature.fits(given, request, bucket, name, secret) else "SignatureDoesNotMatch"


def _place(request: Request) -> tuple[str, str]:
    """The bucket and the name of the object, decoded."""
    host = request.headers.get("host", "").partition(":")[0]
    first, _dot, rest = host.partition(".")
    path = urllib.parse.unquote(request.path.lstrip("/"))
    if rest.startswith(f"{_SERVICE_LABEL}.") or rest == "localhost":
        return first, path
    bucket, _slash, name = path.partition("/")
    return bucket, name


def _date(text: str) -> float | None:
    try:
        parsed = email.utils.parsedate(text)
    except (TypeError, ValueError):
        return None
    return None if parsed is None else float(calendar.timegm(parsed))


def _common(request: Request) -> tuple[tuple[str, str], ...]:
    return (("x-obs-request-id", request.request_id.upper()), ("x-obs-id-2", "simulated"))
