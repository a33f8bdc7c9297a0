# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that were recorded elsewhere, read as the collection reads them: whoever sends some in gets a test by it.

A file of `make live` goes into data/recordings as it is, with a licence file beside it. What is odd in its answers is
named in ``odd``, as ``API PATH``: that is then known.
"""

from __future__ import annotations

import datetime
import json
import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.image import Image
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Response
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.responses import api_error, read_json
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.iam import PROJECTS_SCHEMA, TOKEN_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.image_parts import (
    MEMBERS_SCHEMA,
    OS_VERSIONS_SCHEMA,
    QUOTA_SCHEMA,
    TAGGED_SCHEMA,
    TAGS_SCHEMA,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.images import IMAGE_SCHEMA, IMAGES_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA, START_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.validation import Checked
from ansible_collections.huaweicloud.ims.tests.live.anonymous import Anonymizer
from ansible_collections.huaweicloud.ims.tests.live.recordings import FORMAT, SOURCES

FILES = {
    path.stem: json.loads(path.read_text("utf-8")) for path in Path(__file__).parent.glob("data/recordings/*.json")
}
Recorded = dict[str, t.Any]
JOBS = ("ShowJob", "ShowJobProgress")
SCHEMAS = {
    "GET /v1/{project_id}/jobs/{job_id}": JOB_SCHEMA,
    "GET /v1/cloudimages/job/{job_id}": JOB_SCHEMA,
    "POST /v1/cloudimages/{image_id}/file": START_SCHEMA,
    "POST /v1/cloudimages/{image_id}/copy": START_SCHEMA,
    "PUT /v1/cloudimages/{image_id}/upload": START_SCHEMA,
    "POST /v2/cloudimages/action": START_SCHEMA,
    "POST /v1/cloudimages/members": START_SCHEMA,
    "GET /v2/cloudimages": IMAGES_SCHEMA,
    "GET /v2/images/{image_id}": IMAGE_SCHEMA,
    "POST /v2/images": IMAGE_SCHEMA,
    "PATCH /v2/cloudimages/{image_id}": IMAGE_SCHEMA,
    "GET /v1/{project_id}/cloudimages/{image_id}/members": MEMBERS_SCHEMA,
    "GET /v2/images/{image_id}/members": MEMBERS_SCHEMA,
    "GET /v2/{project_id}/images/{image_id}/tags": TAGS_SCHEMA,
    "POST /v2/{project_id}/images/resource_instances/action": TAGGED_SCHEMA,
    "GET /v1/cloudimages/quota": QUOTA_SCHEMA,
    "GET /v1/cloudimages/os_version": OS_VERSIONS_SCHEMA,
    "GET /v3/projects": PROJECTS_SCHEMA,
    "POST /v3/auth/tokens": TOKEN_SCHEMA,
}
# What the collection does not ask, and what has no body.
UNREAD = {"GET /", "POST /v2/{project_id}/images/{image_id}/tags", "DELETE /v2/images/{image_id}"}


def call(answer: Recorded) -> str:
    return f"{answer['method']} {answer['path']}"


def all_answers(good: bool) -> list[t.Any]:
    return [
        pytest.param(answer, id=f"{name}-{number}-{answer['api']}-{answer['status']}".replace(" ", ""))
        for name, file in FILES.items()
        for number, answer in enumerate(file["answers"])
        if (answer["status"] < 400) is good and (not good or call(answer) not in UNREAD)
    ]


def response(answer: Recorded) -> Response:
    body = json.dumps(answer["body"]).encode() if "body" in answer else b"<p>a text of some kind</p>"
    return Response(answer["status"], answer["headers"], body)


def read(answer: Recorded) -> Checked:
    return read_json(response(answer), SCHEMAS[call(answer)], answer["api"], NO_SECRETS)


@pytest.mark.parametrize("answer", all_answers(good=True))
def test_a_recorded_answer_can_be_used(answer: Recorded) -> None:
    checked = read(answer)
    if answer["api"] in JOBS:
        job = Job.from_checked(checked)
        assert job.status_text == answer["body"]["status"].strip()
        assert job.job_id == answer["body"]["job_id"].strip()
        json.dumps(job.to_result(), allow_nan=False)
    if SCHEMAS[call(answer)] is IMAGE_SCHEMA:
        json.dumps(Image.from_checked(checked).to_result(), allow_nan=False)


@pytest.mark.parametrize("name", FILES)
def test_what_is_odd_in_recorded_answers_is_known(name: str) -> None:
    good = [one for one in FILES[name]["answers"] if one["status"] < 400 and call(one) not in UNREAD]
    found = {f"{odd.api} {odd.path}" for one in good for odd in read(one).deviations}
    assert sorted(found) == FILES[name].get("odd", [])


@pytest.mark.parametrize("answer", all_answers(good=False))
def test_a_recorded_refusal_tells_its_code_and_its_words(answer: Recorded) -> None:
    error = api_error(response(answer), answer["api"], NO_SECRETS, datetime.datetime.now(datetime.timezone.utc))
    assert error.status == answer["status"]
    assert error.code and error.facts["error_msg"]
    said = json.dumps(answer.get("body"))
    assert error.code == str(answer["status"]) or error.code in said


@pytest.mark.parametrize("name", FILES)
def test_a_file_says_where_it_comes_from_and_whose_it_was_not(name: str) -> None:
    file = FILES[name]
    assert file["format"] == FORMAT and file["source"] in SOURCES
    if file["source"] == "documentation":
        assert all(answer["page"] for answer in file["answers"])
        return
    anonymizer = Anonymizer()
    again = [
        {**answer, "body": anonymizer.body(answer["body"])} if "body" in answer else answer
        for answer in file["answers"]
    ]
    assert again == file["answers"], "not as `make live` writes it: something may tell whose account it was"
