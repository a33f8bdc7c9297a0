# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import datetime
import json
import pathlib
import typing as t

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ApiError,
    ImsError,
    SchemaError,
    UnreadableAnswerError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Response
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.responses import (
    api_error,
    check_empty,
    read_json,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS, Texts
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import is_transient

ERRORS = json.loads((pathlib.Path(__file__).parents[4] / "data" / "answers.json").read_text("utf-8"))["errors"]
NOW = datetime.datetime(2026, 3, 1, 12, 0, 0, tzinfo=datetime.timezone.utc)


def refusal(
    body: t.Any, status: int = 400, headers: t.Mapping[str, str] | None = None, secrets: t.Sequence[str] = ()
) -> ApiError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return api_error(Response(status, headers or {}, raw), "ShowJob", Texts(lambda: secrets), NOW)


def unreadable(body: bytes, secrets: t.Sequence[str] = (), request_id: str = "r1") -> UnreadableAnswerError:
    with pytest.raises(UnreadableAnswerError) as caught:
        read_json(Response(200, {"x-request-id": request_id}, body), JOB_SCHEMA, "ShowJob", Texts(lambda: secrets))
    return caught.value


@pytest.mark.parametrize("sample", ERRORS, ids=lambda sample: sample["id"])
def test_every_shape_of_refusal_is_understood(sample: t.Mapping[str, t.Any]) -> None:
    error = refusal(sample["text"].encode(), sample["status"])
    assert error.facts == {
        "http_status": sample["status"],
        "error_code": sample["code"],
        "error_msg": sample["reason"],
        "request_id": sample["request_id"],
    }
    assert is_transient(error) is sample["transient"]


def test_a_refusals_text_has_code_words_call_status_and_request() -> None:
    body = {"error_msg": "The token must be updated.", "error_code": "APIGW.0307", "request_id": "body"}
    assert str(refusal(body, 401, {"x-request-id": "header"})) == (
        "APIGW.0307: The token must be updated. (ShowJob, HTTP 401, request header)"
    )
    assert str(refusal(body, 401)) == "APIGW.0307: The token must be updated. (ShowJob, HTTP 401, request body)"


def test_a_status_is_not_said_twice() -> None:
    error = refusal({"itemNotFound": {"message": "No job.", "code": 404}}, 404, {"x-iam-trace-id": "trace"})
    assert str(error) == "No job. (ShowJob, HTTP 404, request trace)"
    assert str(refusal(b"", 503)) == "Service Unavailable (ShowJob, HTTP 503, request unknown)"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><head><title>502\nBad Gateway</title></head><body>x</body></html>", "502 Bad Gateway"),
        (b"<TITLE lang='en'>Log in</TITLE>", "Log in"),
        (b"<html><title></title></html>", "Bad Gateway"),
        (b"upstream connect error", "upstream connect error"),
        (b"\xff\xfe\x00broken", "\ufffd\ufffd broken"),
        (b"word " * 100, ("word " * 24)[:117].rstrip() + "..."),
        (b" \r\n ", "Bad Gateway"),
        (b"null", "null"),
        (b"{}", "{}"),
        (b'"text"', '"text"'),
        (b"\xef\xbb\xbf" + b'{"error_code": "X.1", "error_msg": "with a byte order mark"}', "with a byte order mark"),
        (b"[" * 100_000, "[" * 117 + "..."),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, '{"a":' * 23 + '{"...'),
    ],
)
def test_bodies_that_are_not_for_programs_are_quoted(body: bytes, reason: str) -> None:
    assert refusal(body, 502).facts["error_msg"] == reason


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        ({"error_code": "A.1", "error_msg": "flat", "error": {"code": "B.2", "message": "below"}}, "A.1", "flat"),
        ({"error_code": None, "error_msg": None, "error": {"code": "B.2", "message": "below"}}, "B.2", "below"),
        ({"error_code": "", "error_msg": "x", "error": {"code": 7, "message": "below"}}, "7", "below"),
        ({"error": {"code": True, "message": "x"}}, "400", '{"error": {"code": true, "message": "x"}}'),
        ({"a": {"b": {"c": {"d": {"code": "D.5", "message": "five deep"}}}}}, "D.5", "five deep"),
        ({"a": {"b": {"c": {"d": {"e": {"code": "E.6", "message": "six"}}}}}}, "400", None),
    ],
)
def test_the_first_whole_pair_counts(body: t.Any, code: str, reason: str | None) -> None:
    error = refusal(body)
    assert error.code == code
    assert error.facts["error_msg"] == (json.dumps(body) if reason is None else reason)


def test_long_words_of_the_cloud_are_cut() -> None:
    error = refusal({"error_code": "C" * 200, "error_msg": "m" * 1000, "request_id": "r" * 200})
    assert (len(error.code), len(error.facts["error_msg"]), len(error.request_id or "")) == (64, 300, 64)


def test_an_echoed_canonical_request_is_cut_off() -> None:
    echo = "verify aksk signature fail,canonicalRequest:GET|/v1/x/||x-security-token:MIItoken||x"
    error = refusal({"error_msg": echo, "error_code": "APIGW.0301"}, 401)
    assert error.facts["error_msg"] == "verify aksk signature fail"


def test_echoed_credentials_are_masked_in_any_wording() -> None:
    echo = "bad request: GET|/v1/x/||host:h|x-security-token:MIIechoed|x-sdk-date:20240102T030405Z|"
    error = refusal({"error_msg": echo, "error_code": "APIGW.0301"}, 401)
    assert "MIIechoed" not in str(error) + str(error.facts)
    assert "x-security-token:********|x-sdk-date" in str(error)


@pytest.mark.parametrize(
    "body", [{"error_code": "X s3cret", "error_msg": "key s3cret"}, b"<title>s3cret</title>", b"s3cret " * 50]
)
def test_secrets_are_masked_wherever_the_cloud_repeats_them(body: t.Any) -> None:
    error = refusal(body, secrets=["s3cret"])
    assert "s3cret" not in str(error) + str(error.facts)
    assert "********" in str(error)


def test_half_a_character_in_the_clouds_words_can_be_printed() -> None:
    error = refusal(b'{"error_code": "X\\ud800.1", "error_msg": "a\\ud800b", "request_id": "r\\udfff1"}')
    assert str(error) == "X .1: a b (ShowJob, HTTP 400, request r 1)"


def test_an_encoded_denial_is_kept_for_decoding() -> None:
    body = {"error_code": "PAP.0001", "error_msg": "denied", "encoded_authorization_message": "abc"}
    assert refusal(body, 403).facts["encoded_authorization_message"] == "abc"
    assert "encoded_authorization_message" not in refusal({**body, "encoded_authorization_message": 1}, 403).facts


@pytest.mark.parametrize(
    ("status", "code", "transient"),
    [
        (400, "IMG.0060", True),
        (400, "IMG.0023", True),
        (400, "IMG.0187", True),
        (400, "IMG.0001", False),
        (409, "IMG.0060", False),
        (401, "APIGW.0301", False),
        (403, "APIGW.0302", False),
        (404, "IMG.0060", False),
        (302, "302", False),
        (408, "408", True),
        (429, "APIGW.0308", True),
        (500, "IMG.0061", True),
        (599, "599", True),
    ],
)
def test_what_may_go_well_a_moment_later(status: int, code: str, transient: bool) -> None:
    assert is_transient(refusal({"error_code": code, "error_msg": "m"}, status)) is transient


@pytest.mark.parametrize(
    ("status", "code", "unpublished"),
    [(404, "APIGW.0101", True), (404, "APIG.0101", True), (404, "IMG.0027", False), (400, "APIGW.0101", False)],
)
def test_an_unpublished_call_is_told_from_an_unknown_job(status: int, code: str, unpublished: bool) -> None:
    assert refusal({"error_code": code, "error_msg": "m"}, status).is_unpublished_api is unpublished


@pytest.mark.parametrize(
    ("retry_after", "date", "seconds"),
    [
        ("7", None, 7.0),
        ("1.5", None, 1.5),
        ("0", None, 0.0),
        ("-3", None, 0.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", None, 30.0),
        ("Sun, 01 Mar 2026 12:00:30 GMT", "Sun, 01 Mar 2026 12:00:10 GMT", 20.0),
        ("Sun, 01 Mar 2026 13:00:30 +0100", None, 30.0),
        ("Sun, 01 Mar 2026 12:00:30 -0000", None, 30.0),
        ("Sun, 01 Mar 2026 11:00:00 GMT", None, 0.0),
        ("soon", None, None),
        ("", None, None),
        ("nan", None, None),
        ("inf", None, None),
        ("Sun, 99 Mar 2026 12:00:30 GMT", None, None),
        (None, None, None),
        ("86400", None, 86_400.0),
        ("31536000", None, 86_400.0),
        ("9" * 300, None, 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", None, 86_400.0),
        ("Fri, 31 Dec 9999 23:59:59 -2300", None, None),
        ("7", "Fri, 31 Dec 9999 23:59:59 -2300", 7.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_date(
    retry_after: str | None, date: str | None, seconds: float | None
) -> None:
    headers = {name: value for name, value in (("retry-after", retry_after), ("date", date)) if value is not None}
    assert refusal(b"", 429, headers).retry_after == seconds


def test_the_servers_time_is_kept() -> None:
    assert refusal(b"", 401, {"date": "Sun, 01 Mar 2026 12:20:00 GMT"}).server_time == NOW + datetime.timedelta(
        minutes=20
    )
    assert refusal(b"", 401).server_time is None


@pytest.mark.parametrize(
    "date",
    [
        "yesterday",
        "Fri, 31 Dec 9999 23:59:59 -2300",
        "Fri, 31 Dec 9999 23:59:59 GMT",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "Sun, 01 Mar 2026 12:20:00 +9999999999",
        "",
    ],
)
def test_a_time_that_no_server_has_is_none(date: str) -> None:
    error = refusal({"error_code": "APIGW.0301", "error_msg": "m"}, 401, {"date": date})
    assert (error.server_time, error.retry_after) == (None, None)


@pytest.mark.parametrize(
    ("body", "is_page"),
    [
        (b"<html><title>Log in</title></html>", True),
        (b"no healthy upstream", True),
        (b"[]", True),
        (b"null", True),
        (b'"text"', True),
        (b"{", True),
        (b"[" * 100_000, True),
        (b"\xff", True),
        (b"", False),
        (b" \r\n", False),
        (b"{}", False),
        (b'\xef\xbb\xbf {"error": 1}', False),
        (b'{"error_code": "X", "error_msg": "m"}', False),
    ],
)
@pytest.mark.parametrize("status", [101, 302, 404, 502])
def test_a_page_is_told_from_an_answer_of_the_api(body: bytes, is_page: bool, status: int) -> None:
    assert refusal(body, status).is_page is is_page


TOKEN = "MIIs3cret" * 5
FORGED = "\x1b]0;x\x07\x9b2J\r\nok: [localhost] => faked\u202e" + TOKEN


@pytest.mark.parametrize("header", ["x-request-id", "x-iam-trace-id"])
def test_request_ids_cannot_forge_lines_or_carry_secrets(header: str) -> None:
    error = refusal({"error_code": "A.1", "error_msg": "m"}, 400, {header: FORGED}, [TOKEN])
    assert error.request_id == "]0;x 2J ok: [localhost] => faked ********"
    assert str(error) == f"A.1: m (ShowJob, HTTP 400, request {error.request_id})"
    assert error.facts["request_id"] == error.request_id
    unusable = unreadable(b"x", [TOKEN], FORGED)
    assert unusable.facts["request_id"] == error.request_id
    assert str(unusable) == f"The cloud's answer is not JSON: x (ShowJob, request {error.request_id})"


def test_codes_and_reasons_cannot_forge_lines_or_carry_secrets() -> None:
    body = {"error_code": FORGED, "error_msg": FORGED, "request_id": FORGED, "encoded_authorization_message": FORGED}
    error = refusal(body, 403, secrets=[TOKEN])
    assert set(error.facts.values()) == {403, "]0;x 2J ok: [localhost] => faked ********"}
    assert str(error).isprintable()
    assert "s3cret" not in str(error)


@pytest.mark.parametrize("request_id", ["", "\x07", None])
def test_no_request_id_is_unknown(request_id: str | None) -> None:
    headers = {"x-request-id": request_id} if request_id is not None else {}
    assert str(refusal(b"", 503, headers)).endswith("request unknown)")
    assert refusal({"request_id": 7}, 503, headers).request_id == ("7" if request_id != "\x07" else None)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"", "The cloud's answer is empty (ShowJob, request r1)"),
        (b" \n", "The cloud's answer is empty (ShowJob, request r1)"),
        (
            b"<html><title>Please log in</title></html>",
            "The cloud's answer is not JSON: Please log in (ShowJob, request r1)",
        ),
        (b"hello", "The cloud's answer is not JSON: hello (ShowJob, request r1)"),
        (b'{"job_id": NaN}', 'The cloud\'s answer is not JSON: {"job_id": NaN} (ShowJob, request r1)'),
        (b'{"job_id": 1e999}', 'The cloud\'s answer is not JSON: {"job_id": 1e999} (ShowJob, request r1)'),
        (b'"\xff"', 'The cloud\'s answer is not JSON: "\ufffd" (ShowJob, request r1)'),
        (b'["\\ud800"]', 'The cloud\'s answer is not JSON: ["\\ud800"] (ShowJob, request r1)'),
        (
            b'{"job_id": "x", "status": 7}',
            "The cloud's answer does not fit the schema: $.status: expected a non-empty string, found 7"
            " (ShowJob, request r1)",
        ),
    ],
)
def test_unusable_answers_say_why_and_name_the_request(body: bytes, sentence: str) -> None:
    error = unreadable(body)
    assert str(error) == sentence
    assert error.facts["request_id"] == "r1"
    assert is_transient(error)


def test_a_good_answer_is_returned_as_it_is() -> None:
    body = '\ufeff{"job_id": "x", "status": "RUNNING", "entities": {"image_name": "\\u955c"}}'.encode()
    found = read_json(Response(200, {}, body), JOB_SCHEMA, "ShowJob", NO_SECRETS).body
    assert found == {"job_id": "x", "status": "RUNNING", "entities": {"image_name": "镜"}}


def test_violations_are_listed_and_secrets_in_them_masked() -> None:
    error = unreadable(b'{"job_id": 1, "status": ["s3cret"]}', ["s3cret"])
    assert isinstance(error, SchemaError)
    assert error.violations == error.facts["violations"]
    assert error.violations == [
        "$.job_id: expected a non-empty string, found 1",
        '$.status: expected a non-empty string, found ["********"]',
    ]
    assert "s3cret" not in str(error)


def test_of_a_secret_that_is_cut_in_a_violation_no_part_is_left() -> None:
    token = "MII" + "s3cret" * 50
    error = unreadable(json.dumps({"job_id": "x", "status": [token]}).encode(), [token])
    assert isinstance(error, SchemaError)
    assert error.violations == ['$.status: expected a non-empty string, found ["********"]']


def test_an_excerpt_of_an_unusable_answer_is_masked() -> None:
    assert "s3cret" not in str(unreadable(b"token s3cret", ["s3cret"]))


def test_deep_nesting_is_unreadable() -> None:
    assert isinstance(unreadable(b"[" * 200_000 + b"]" * 200_000), UnreadableAnswerError)


HEADERS = st.dictionaries(
    st.sampled_from(["date", "retry-after", "x-request-id", "content-type"]),
    st.text(st.characters(max_codepoint=255), max_size=30)
    | st.datetimes().map(lambda moment: f"{moment:%d} Mar {moment.year} {moment:%H:%M:%S} +0930"),
)
BODIES = st.one_of(
    st.binary(max_size=40),
    st.recursive(
        st.none() | st.integers() | st.text(st.characters(codec="utf-8"), max_size=5),
        lambda inner: st.dictionaries(st.sampled_from(["error", "code", "message", "error_code", "error_msg"]), inner),
        max_leaves=6,
    ).map(lambda value: json.dumps(value).encode()),
)


@given(st.integers(min_value=100, max_value=999), HEADERS, BODIES)
def test_any_answer_is_read_or_explained(status: int, headers: dict[str, str], body: bytes) -> None:
    response = Response(status, headers, body)
    error = api_error(response, "ShowJob", NO_SECRETS, NOW)
    assert f"(ShowJob, HTTP {status}, request " in str(error)
    assert "\n" not in str(error)
    assert error.retry_after is None or error.retry_after >= 0
    try:
        read_json(response, JOB_SCHEMA, "ShowJob", NO_SECRETS)
    except ImsError as unusable:
        assert isinstance(unusable, UnreadableAnswerError)


def test_a_page_where_nothing_should_be_is_told() -> None:
    with pytest.raises(UnreadableAnswerError) as caught:
        check_empty(Response(200, {"x-request-id": "req-7"}, b"<p>Log in</p>"), "DeleteImage", NO_SECRETS)
    assert str(caught.value).endswith(" (DeleteImage, request req-7)")
    assert str(caught.value).startswith("The cloud's answer should be empty, and is: ")
    for body in (b"", b" ", b"{}"):
        check_empty(Response(200, {}, body), "DeleteImage", NO_SECRETS)
