# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each secret, in each form, through each field of a job and each text of an error, out by each way of reporting."""

from __future__ import annotations

import base64
import dataclasses
import html
import json
import typing as t
import urllib.parse

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.protocol import Answer
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import (
    ApiError,
    CredentialsRefusedError,
    ImsError,
    NoAnswerError,
    NotSentError,
    OptionError,
    SchemaError,
    StartUnclearError,
    UnreadableAnswerError,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import Texts
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.events import event_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.hints import explain
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.messages import message
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.progress import progress_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.results import artifacts_of, result_of
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.deviations import Deviation
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.watch import StatusChange
from ansible_collections.huaweicloud.ims.tests.unit.scripted import JOB_ID, always, between, job, plan, wait

SECRETS = {
    "password": 'Zq7/+x"w\\Rv&k<Lé=m9T~b%c D',
    "token": "MIIEdQYJKoZIhvcNAQcCoIIEZjCCBGICAQExDTALBglghkgBZQMEAgEwggIzBgkqhkiG9w0BBwGgggIkBIICIHsi+/aa==" * 3,
}
TEXTS = Texts(lambda: [None, *SECRETS.values()])
each_secret = pytest.mark.parametrize(
    "secret",
    [
        pytest.param(SECRETS["password"], id="password"),
        pytest.param(SECRETS["token"], id="token", marks=pytest.mark.thorough),
    ],
)


def json_escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


FORMS: dict[str, t.Callable[[str], str]] = {
    "exact": lambda secret: secret,
    "lower": str.lower,
    "upper": str.upper,
    "json": json_escaped,
    "json twice": lambda secret: json_escaped(json_escaped(secret)),
    "percent": lambda secret: urllib.parse.quote(secret, safe=""),
    "html": html.escape,
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64, shifted": lambda secret: base64.b64encode(b"u:" + secret.encode()).decode(),
    "base64, urlsafe": lambda secret: base64.urlsafe_b64encode(b"u" + secret.encode()).decode(),
    "beginning": lambda secret: secret[:24],
}

Build = t.Callable[[str], Answer]


def of_job(**fields: t.Any) -> Build:
    """Return what builds a job of which these fields are the text; ``X`` stands for it, in keys and below as well."""

    def filled(value: t.Any, text: str) -> t.Any:
        if isinstance(value, str):
            return value.replace("X", text)
        if isinstance(value, list):
            return [filled(item, text) for item in value]
        if isinstance(value, dict):
            return {filled(key, text): filled(item, text) for key, item in value.items()}
        return value

    def build(text: str) -> Answer:
        found = filled(fields, text)
        return job(found.pop("status", "RUNNING"), job_id=found.pop("job_id", JOB_ID), **found)

    return build


def of_item(ended: str, **item: t.Any) -> Build:
    return of_job(status=ended, entities={"results": [{"status": "failed", **item}, {"status": "success"}]})


def of_sub_job(ended: str, **fields: t.Any) -> Build:
    failed = {"job_id": "sub", "status": "FAIL", **fields}
    return of_job(status=ended, entities={"sub_jobs_result": [failed, {"job_id": "s2", "status": "SUCCESS"}]})


FIELDS: dict[str, Build] = {
    "status": of_job(status="X"),
    "job_id": of_job(job_id="X"),
    "job_type": of_job(job_type="X"),
    "job_type of a failure": of_job(status="FAIL", job_type="X"),
    "error_code": of_job(status="FAIL", error_code="X"),
    "fail_reason": of_job(status="FAIL", fail_reason="X"),
    "fail_reason of a success": of_job(status="SUCCESS", fail_reason="X"),
    "current_task": of_job(entities={"current_task": "X"}),
    "current_task, its end": of_job(entities={"current_task": "ExportImageTask:X"}),
    "image_id": of_job(status="SUCCESS", entities={"image_id": "X"}),
    "image_name": of_job(status="SUCCESS", entities={"image_name": "X"}),
    "entities.error": of_job(status="FAIL", entities={"error": "X"}),
    "entities.error_code": of_job(status="FAIL", entities={"error_code": "X"}),
    "entities.addition_error_msg": of_job(status="FAIL", entities={"addition_error_msg": "X"}),
    "entities, any key": of_job(entities={"X": 1}),
    "entities, below": of_job(entities={"a": [{"b": {"X": ["X"]}}]}),
    "item's status": of_item("SUCCESS", status="X"),
    "item's image": of_item("SUCCESS", image_id="X"),
    "item's project": of_item("SUCCESS", project_id="X"),
    "item's code": of_item("FAIL", error_code="X"),
    "item's reason": of_item("SUCCESS", fail_reason="X"),
    "item's error": of_item("FAIL", error="X"),
    "item's other key": of_item("SUCCESS", other="X"),
    "sub job's id": of_sub_job("SUCCESS", job_id="X"),
    "sub job's type": of_sub_job("FAIL", job_type="X"),
    "sub job's code": of_sub_job("SUCCESS", error_code="X"),
    "sub job's reason": of_sub_job("FAIL", fail_reason="X"),
    "sub job's image": of_sub_job("SUCCESS", entities={"image_id": "X"}),
}


def of_odd_answer(text: str) -> Answer:
    return dataclasses.replace(job("RUNNING"), deviations=(Deviation("ShowJob", "$.x", "a string", text),))


FIELDS["what was odd"] = of_odd_answer


def api_error(text: str, status: int) -> ApiError:
    error = ApiError(api="ShowJob", status=status, code=f"C{text}", reason=f"it said {text}", request_id=f"r-{text}")
    error.facts["encoded_authorization_message"] = text
    return error


ERRORS: dict[str, t.Callable[[str], ImsError]] = {
    "HTTP 503": lambda text: api_error(text, 503),
    "HTTP 403": lambda text: api_error(text, 403),
    "no answer": lambda text: NoAnswerError(f"the proxy {text} is not there"),
    "wrong host": lambda text: NoAnswerError(f"no host {text}", is_transient=False, was_sent=False),
    "not JSON": lambda text: UnreadableAnswerError(f"The answer is not JSON: {text}", request_id=text),
    "schema": lambda text: SchemaError(f"It does not fit: {text}", [f"$.x: found {text}"], request_id=text),
    "credentials": lambda text: CredentialsRefusedError(f"The cloud refused {text}", error_msg=text),
    "not sent": lambda text: NotSentError(api_error(text, 403)),
    "option": lambda text: OptionError(f"region: {text} is none"),
    "start": lambda text: StartUnclearError("ExportImage", api_error(text, 503), text),
}


def texts_in(value: t.Any) -> t.Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from texts_in(key)
            yield from texts_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from texts_in(item)


def ways_out(answer: Answer, is_error: bool) -> dict[str, t.Any]:
    """Return everything that two waits, for one job and for two, hand to people and programs."""
    found: dict[str, t.Any] = {}
    reply = between(1, 1e9, answer, always(job("RUNNING"))) if is_error else always(answer)
    for name, jobs in {"one": {JOB_ID: reply}, "many": {JOB_ID: reply, "b": always(answer)}}.items():
        said: list[str] = []
        observer = progress_for(len(jobs), said.append, "localhost", lambda: 1, TEXTS)
        outcome, _cloud, _clock = wait(
            jobs, plan(interval=3, timeout=6, error_timeout=4, fail_fast=False), observer=observer
        )
        found |= {
            f"lines of {name}": [line.partition("] ")[2] for line in said],
            f"message of {name}": message(outcome, TEXTS),
            f"result of {name}": result_of(outcome, 1, TEXTS),
            f"artifacts of {name}": artifacts_of(outcome, TEXTS),
            f"events of {name}": [
                event_of(StatusChange(tracked, tracked.job and tracked.job.status_text), TEXTS)
                for tracked in outcome.jobs
            ],
        }
    return found


def leaks(found: dict[str, t.Any], text: str) -> list[str]:
    """Return the ways by which a text came out, or 16 letters from its inside; lines are read as if never broken."""
    piece = "".join(text.split())[4:20].lower()
    out = []
    for way, value in found.items():
        read = ["".join(value)] if way.startswith("lines") else list(texts_in(value))
        if any(piece in "".join(one.split()).lower() for one in read):
            out.append(way)
    return out


def unclean(found: dict[str, t.Any]) -> list[str]:
    return [way for way, value in found.items() if not all(text.isprintable() for text in texts_in(value))]


@each_secret
@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_no_field_of_a_job_lets_a_secret_out(field: Build, secret: str) -> None:
    for name, form in FORMS.items():
        assert leaks(ways_out(field(form(secret)), is_error=False), form(secret)) == [], name


@pytest.mark.parametrize("field", FIELDS.values(), ids=FIELDS)
def test_no_field_of_a_job_lets_control_characters_out(field: Build) -> None:
    secret = SECRETS["password"]
    found = ways_out(field(f"\x1b[2J{secret}\x07\r\n\u202eok: [localhost]\ud800"), is_error=False)
    assert (unclean(found), leaks(found, secret)) == ([], [])


@each_secret
@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_no_error_lets_a_secret_out(error: t.Callable[[str], ImsError], secret: str) -> None:
    for name, form in FORMS.items():
        raised = error(f"\x1b[2J{form(secret)}\r\n")
        found = ways_out(raised, is_error=True) | {"explained": explain(raised, TEXTS)}
        assert leaks(found, form(secret)) == [], name
        assert unclean(found) == [], name


def test_the_test_would_notice() -> None:
    for form in FORMS.values():
        for secret in SECRETS.values():
            shown = form(secret)
            assert leaks({"result": {"jobs": [{shown: 1}]}}, shown) == ["result"]
            assert leaks({"lines of one": [shown[:30], shown[30:]]}, shown) == ["lines of one"]
    assert unclean({"result": {"a": ["\x1b"]}}) == ["result"]


@pytest.mark.parametrize("field", ["fail_reason", "job_type", "status", "item's reason", "image_id"])
def test_what_is_no_secret_comes_out(field: str) -> None:
    found = ways_out(FIELDS[field]("this-is-what-the-cloud-said"), is_error=False)
    assert leaks(found, "this-is-what-the-cloud-said")
