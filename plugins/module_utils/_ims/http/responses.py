# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read what the cloud answers: JSON that fits a schema, or one of its many shapes of error.

Sources: the general response page (ims_03_0304), the error codes (ims_03_0908), API Gateway's codes
(api-sign-errorcode).
"""

from __future__ import annotations

import datetime
import email.utils
import http
import json
import math
import re
import typing as t

from ..errors import ApiError, SchemaError, UnreadableAnswerError
from ..masking import Texts
from ..schema.validation import read
from .request import Response

if t.TYPE_CHECKING:
    from ..schema.parts import Schema
    from ..schema.validation import Checked

_PAIRS = (("error_code", "error_msg"), ("errorCode", "errorMsg"), ("code", "message"))
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_MAX_REASON = 300
_MAX_EXCERPT = 120
_MAX_FOUND = 1000
_MAX_DENIAL = 8192
_MAX_CODE = 64
_MAX_DEPTH = 5
_MAX_RETRY_AFTER = 86_400.0
# A server's clock that says another one proves nothing about the clock of this machine.
_SANE_YEARS = range(2000, 2200)


def read_json(response: Response, schema: Schema, api: str, texts: Texts) -> Checked:
    """Return what can be relied on of a 2xx answer; raise UnreadableAnswerError or SchemaError, which name it."""
    request_id = _cleaned_id(response.request_id, texts)
    where = f"({api}, request {request_id or 'unknown'})"
    try:
        text = response.body.decode("utf-8-sig")
        body = json.loads(text, parse_constant=_no_json, parse_float=_finite)
        # A lone surrogate, which is legal in JSON, breaks every terminal and log that it is printed to.
        if _SURROGATE.search(text):
            json.dumps(body, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        excerpt = "not shown, it may hold a secret" if schema.get("writeOnly") else _excerpt(response, texts)
        text = "is empty" if not response.body.strip() else f"is not JSON: {excerpt}"
        raise UnreadableAnswerError(f"The cloud's answer {text} {where}", request_id=request_id) from None
    try:
        return read(body, schema, api, texts)
    except SchemaError as exc:
        message = f"The cloud's answer does not fit the schema: {'; '.join(exc.violations)} {where}"
        raise SchemaError(message, exc.violations, request_id=request_id) from None


def check_empty(response: Response, api: str, texts: Texts) -> None:
    """Raise UnreadableAnswerError for a 2xx answer that is no 204 of the API: a page of a captive portal."""
    if response.body.strip() and _json_object(response) is None:
        where = f"({api}, request {_cleaned_id(response.request_id, texts) or 'unknown'})"
        raise UnreadableAnswerError(f"The cloud's answer should be empty, and is: {_excerpt(response, texts)} {where}")


def api_error(response: Response, api: str, texts: Texts, now: datetime.datetime) -> ApiError:
    """Return the error that an answer with a bad HTTP status stands for."""
    found_body = _json_object(response)
    body = found_body or {}
    found = _code_and_reason(body, _MAX_DEPTH) or _of_headers(response)
    code, reason = found if found else (str(response.status), _excerpt(response, texts))
    date = _http_date(response.headers.get("date"))
    error = ApiError(
        api=api,
        status=response.status,
        code=texts.line(code, _MAX_CODE),
        # What follows is the canonical request: long, and full of header values.
        reason=texts.line(reason.partition(",canonicalRequest:")[0], _MAX_REASON),
        request_id=_cleaned_id(response.request_id or body.get("request_id"), texts),
        retry_after=_retry_after(response.headers.get("retry-after"), date or now),
        server_time=date if date is not None and date.year in _SANE_YEARS else None,
        is_page=found_body is None and bool(response.body.strip()),
    )
    error.headers = response.headers
    denial = body.get("encoded_authorization_message")
    if isinstance(denial, str):
        error.facts["encoded_authorization_message"] = texts.line(denial, _MAX_DENIAL)
    return error


def _no_json(word: str) -> t.NoReturn:
    raise ValueError(f"{word} is not JSON")


def _finite(digits: str) -> float:
    """Return a number; one beyond a float's range Python would read as infinity, and write as no parser reads it."""
    number = float(digits)
    return number if math.isfinite(number) else _no_json(digits)


def _json_object(response: Response) -> dict[str, t.Any] | None:
    try:
        body = json.loads(response.body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _code_and_reason(body: t.Any, depth: int) -> tuple[str, str] | None:
    """Return the first complete pair, at the top or below: ``{"error": {...}}``, ``{"itemNotFound": {...}}``, ..."""
    if not isinstance(body, dict) or not depth:
        return None
    for code, reason in _PAIRS:
        if _is_text(body.get(code)) and _is_text(body.get(reason)):
            return str(body[code]), str(body[reason])
    below = (_code_and_reason(value, depth - 1) for value in body.values())
    return next((pair for pair in below if pair), None)


def _of_headers(response: Response) -> tuple[str, str] | None:
    """Return what OBS says in headers where there can be no body: in answers to HEAD."""
    code = response.headers.get("x-obs-error-code", "").strip()
    return (code, response.headers.get("x-obs-error-message", "").strip() or _phrase(response)) if code else None


def _is_text(value: t.Any) -> bool:
    return isinstance(value, (str, int)) and not isinstance(value, bool) and str(value).strip() != ""


def _excerpt(response: Response, texts: Texts) -> str:
    """Return the first words of a body that is not for programs: an HTML page's title, a proxy's plain text."""
    text = response.body[:8192].decode("utf-8", errors="replace")
    title = _TITLE.search(text)
    return texts.line(title.group(1) if title else text, _MAX_EXCERPT) or _phrase(response)


def _phrase(response: Response) -> str:
    try:
        return http.HTTPStatus(response.status).phrase
    except ValueError:
        return "no explanation"


def _cleaned_id(request_id: t.Any, texts: Texts) -> str | None:
    return texts.line(request_id, _MAX_CODE) or None if request_id else None


def _http_date(text: str | None) -> datetime.datetime | None:
    """Return a date in UTC, or None for what is no date, or one that Python cannot reckon with."""
    try:
        moment = email.utils.parsedate_to_datetime(text or "")
        # Without a zone it is UTC, as all dates in HTTP are.
        return moment.replace(tzinfo=moment.tzinfo or datetime.timezone.utc).astimezone(datetime.timezone.utc)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _retry_after(text: str | None, now: datetime.datetime) -> float | None:
    """Return seconds, a day of them at most, from seconds or from an HTTP date (RFC 9110, section 10.2.3)."""
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        moment = _http_date(text)
        seconds = (moment - now).total_seconds() if moment else math.nan
    return min(max(0.0, seconds), _MAX_RETRY_AFTER) if math.isfinite(seconds) else None
