# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What follows from an error is the same on both sides of the way from a module to the controller."""

from __future__ import annotations

import json

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._error_facts import error_from, facts_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ApiError,
    CredentialsRefusedError,
    ImsError,
    NoAnswerError,
    NotSentError,
    OddAnswerError,
    OptionError,
    SchemaError,
    UnreadableAnswerError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import asks_for_quiet, on_poll, on_start


def api_error(
    status: int, code: str = "APIGW.0308", *, retry_after: float | None = None, is_page: bool = False
) -> ApiError:
    return ApiError(
        api="ShowJob",
        status=status,
        code=code,
        reason="said so",
        request_id="req-1",
        retry_after=retry_after,
        is_page=is_page,
    )


ERRORS: list[ImsError] = [
    *(api_error(status) for status in (302, 400, 401, 403, 404, 405, 407, 408, 429, 499, 500, 503)),
    api_error(429, retry_after=120.0),
    api_error(400, "IMG.0023"),
    api_error(404, is_page=True),
    NoAnswerError("refused"),
    NoAnswerError("refused", was_sent=False),
    NoAnswerError("no such host", is_transient=False, was_sent=False),
    NoAnswerError("not to be trusted", is_transient=False),
    OddAnswerError("is odd", ["$.x: missing (ShowJob)"]),
    SchemaError("does not fit", ["$.status: expected a non-empty string, found 7"]),
    UnreadableAnswerError("not JSON"),
    CredentialsRefusedError("refused", http_status=401, error_code="APIGW.0301"),
    OptionError("query_api: show_job needs project_id."),
    ImsError("something else"),
    NotSentError(api_error(503, retry_after=3.0)),
    NotSentError(NoAnswerError("IAM is silent")),
    NotSentError(CredentialsRefusedError("IAM refused")),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: f"{type(error).__name__} {error}")
def test_the_same_follows_from_an_error_that_crossed_as_json(error: ImsError) -> None:
    crossed = error_from(json.loads(json.dumps(facts_of(error))))
    assert str(crossed) == str(error)
    assert (on_poll(crossed), asks_for_quiet(crossed)) == (on_poll(error), asks_for_quiet(error))
    assert crossed.retry_after == error.retry_after
    assert crossed.facts == error.facts
    if not isinstance(error, NotSentError):
        assert on_start(crossed) is on_start(error)


@pytest.mark.parametrize(
    "facts", [{}, {"kind": 7, "msg": None}, {"kind": "api", "http_status": "many", "retry_after": []}]
)
def test_facts_that_make_no_sense_are_an_error_all_the_same(facts: dict[str, object]) -> None:
    assert isinstance(error_from(facts), ImsError)


def test_a_truth_value_is_no_number() -> None:
    crossed = error_from({"kind": "api", "msg": "m", "http_status": True, "retry_after": True})
    assert isinstance(crossed, ApiError)
    assert (crossed.status, crossed.retry_after) == (0, None)
