# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What faults do to responses."""

from __future__ import annotations

import dataclasses
import gzip
import json
import typing as t
import zlib

from ..wire.messages import CUT, RESET, TRICKLE, Delivery, Request, Response, as_json, as_text, http_date
from ..wire.refusals import (
    Refused,
    gateway_refusal,
    iam_refusal,
    ims_refusal,
    native_refusal,
    not_authenticated,
    not_published,
)
from . import bulk, texts
from .fault import Fault
from .patches import merged, patched

_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"
_TITLES: t.Mapping[int, str] = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
# What a foreign proxy or a wrong id could put there.
OTHER_JOB_ID = "ffffffffffffffffffffffffffffffff"


def instead(fault: Fault, request: Request) -> Response:
    """The response of a fault that keeps the request from being carried out."""
    response = _INSTEAD[fault.kind](fault, request)
    if fault.retry_after is not None:
        later = http_date(request.wall + fault.retry_after) if fault.retry_after_as_date else f"{fault.retry_after:g}"
        response = response.with_headers({"Retry-After": later})
    return response.with_headers(fault.headers)


def after(fault: Fault, request: Request, response: Response) -> Response:
    """The response of a request that was carried out, damaged."""
    if fault.kind in _TEXTS:
        response = _TEXTS[fault.kind](fault, request, response)
    damage = _AFTER.get(fault.kind)
    return (damage(fault, response) if damage else response).with_headers(fault.headers)


def _status(fault: Fault, request: Request) -> Response:
    status = 503 if fault.status is None else fault.status
    if fault.body == "html":
        return as_text(status, _HTML.format(f"{status} {fault.message or 'Error'}"), "text/html")
    if fault.body == "text":
        return as_text(status, fault.message or f"upstream error {status}")
    if fault.body == "empty":
        return Response(status)
    refusal = _REFUSALS.get(fault.body, _documented)(fault, status)
    return refusal.response(request.request_id)


def _documented(fault: Fault, status: int) -> Refused:
    refusal = _DOCUMENTED.get(status, lambda: ims_refusal("IMG.0061", status=status))()
    payload = dict(refusal.payload)
    if "error_msg" in payload:
        payload.update(error_code=fault.code or payload["error_code"], error_msg=fault.message or payload["error_msg"])
    else:
        inner = payload["error"]
        payload["error"] = {"code": fault.code or inner["code"], "message": fault.message or inner["message"]}
    return Refused(status, payload)


_DOCUMENTED: t.Mapping[int, t.Callable[[], Refused]] = {
    400: lambda: ims_refusal("IMG.0001"),
    401: lambda: not_authenticated("decrypt token fail"),
    403: lambda: gateway_refusal(403, "APIGW.0302", "The user is not allowed to access the API."),
    404: not_published,
    429: lambda: gateway_refusal(
        429, "APIGW.0308", "The throttling threshold has been reached: policy user over ratelimit,limit:10"
    ),
    502: lambda: gateway_refusal(502, "APIGW.0201", "Backend unavailable."),
    504: lambda: gateway_refusal(504, "APIGW.0201", "Backend timeout."),
}
_REFUSALS: t.Mapping[str, t.Callable[[Fault, int], Refused]] = {
    "ims": lambda fault, status: Refused(
        status, {"error": {"code": fault.code or "IMG.0061", "message": fault.message or "A simulated error."}}
    ),
    "iam": lambda fault, status: iam_refusal(
        status, fault.message or "A simulated error.", _TITLES.get(status, "Internal Server Error")
    ),
    "native": lambda fault, status: native_refusal(
        status, "itemNotFound" if status == 404 else "badRequest", fault.message or "A simulated error."
    ),
}
_INSTEAD: t.Mapping[str, t.Callable[[Fault, Request], Response]] = {
    "status": _status,
    "redirect": lambda fault, request: Response(fault.status or 302, b"", (("Location", fault.location),)),
    "html": lambda fault, request: as_text(200, _HTML.format(fault.message or "Please log in"), "text/html"),
    "content": lambda fault, request: as_text(fault.status or 200, fault.content, fault.content_type),
    "reset": lambda fault, request: Response(0, delivery=Delivery(RESET)),
}


def _change(fault: Fault, response: Response) -> Response:
    payload: t.Any = response.json_object()
    if payload is None:
        return response
    if fault.merge is not None:
        payload = merged(payload, fault.merge)
    for operation in fault.patch:
        payload = patched(payload, operation)
    return dataclasses.replace(response, body=as_json(200, payload).body)


def _oversize(fault: Fault, response: Response) -> Response:
    payload = {**(response.json_object() or {}), "padding": "x" * fault.size}
    return dataclasses.replace(response, body=json.dumps(payload).encode("utf-8"))


def _zipped(response: Response, body: bytes) -> Response:
    return dataclasses.replace(response, body=body).with_headers({"Content-Encoding": "gzip"})


def _bomb(fault: Fault, response: Response) -> Response:
    # Compressed piece by piece: the decoded body may be larger than what the simulator wants to hold.
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    piece = b" " * 2**16
    pieces = [packer.compress(piece[: min(len(piece), fault.size - at)]) for at in range(0, fault.size, len(piece))]
    return _zipped(response, b"".join(pieces) + packer.compress(response.body) + packer.flush())


def _delivered(how: str) -> t.Callable[[Fault, Response], Response]:
    def deliver(fault: Fault, response: Response) -> Response:
        return _with_delivery(response, how=how, share=fault.share, pause=fault.seconds, phase=fault.phase)

    return deliver


def _with_delivery(response: Response, **changes: t.Any) -> Response:
    return dataclasses.replace(response, delivery=dataclasses.replace(response.delivery, **changes))


_ABSURD: t.Mapping[str, t.Callable[[Response], Response]] = {
    "content_length": lambda response: response.with_headers({"Content-Length": "9" * 5000}),
    "chunk_size": lambda response: _with_delivery(response, chunk_size="-5"),
    "date": lambda response: response.with_headers({"Date": "Fri, 31 Dec 9999 23:59:59 -2300"}),
    "retry_after": lambda response: response.with_headers({"Retry-After": str(365 * 86400)}),
}


_AFTER: t.Mapping[str, t.Callable[[Fault, Response], Response]] = {
    "reset_after": _delivered(RESET),
    "cut": _delivered(CUT),
    "trickle": _delivered(TRICKLE),
    "change": _change,
    "wrong_job_id": lambda fault, response: _change(
        dataclasses.replace(fault, merge={"job_id": fault.content or OTHER_JOB_ID}), response
    ),
    "interim": lambda fault, response: _with_delivery(response, interim=fault.interim),
    "absurd": lambda fault, response: _ABSURD[fault.what](response),
    "deep": bulk.deep,
    "many_sub_jobs": bulk.many_sub_jobs,
    "oversize": _oversize,
    "gzip": lambda fault, response: _zipped(response, gzip.compress(response.body)),
    "gzip_bomb": _bomb,
    "invalid_utf8": lambda fault, response: dataclasses.replace(response, body=response.body[:-1] + b'\xff\xfe"}'),
}
_TEXTS: t.Mapping[str, t.Callable[[Fault, Request, Response], Response]] = {
    "echo": texts.echoed,
    "control_characters": texts.with_control_characters,
}
