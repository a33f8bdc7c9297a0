# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pathlib
import re

import pytest

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
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report import (
    codes_of_changes,
    codes_of_files,
    codes_of_images,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.hints import (
    ADVICE,
    explain,
    hint_for,
    sentence,
    with_stop,
)
from ansible_collections.huaweicloud.ims.tests.unit.scripted import http_error

OPTIONS = {"obs_endpoint", "ecs_endpoint"}
NAMES = re.compile(r"\b(?:(?:ims|ecs|obs)_[a-z_]+|wait_for_[a-z_]+)\b")
MODULES = {path.stem for path in (pathlib.Path(__file__).parents[6] / "plugins" / "modules").glob("*.py")} | OPTIONS
HELD = (codes_of_files, codes_of_changes, codes_of_images)
NOT_THE_API = "Something else than the API may have answered: check endpoint, the proxies and NO_PROXY."


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("IMG.0070", "Choose another object name, delete the object, or set existing_object: keep on the export."),
        ("IMG.0160", "Export an image above 128 GB with quick_export: true."),
        ("IMG.0066", "Give the id of the image, not its name: ims_image_info finds it by name."),
        ("APIGW.0308", "The gateway throttles: lower max_requests_per_second."),
        ("APIG.0308", "The gateway throttles: lower max_requests_per_second."),
        ("IMG.9999", None),
        ("", None),
        (None, None),
    ],
)
def test_known_codes_have_a_remedy_and_others_none(code: str | None, hint: str | None) -> None:
    assert hint_for(code) == hint


@pytest.mark.parametrize("code", ["IMG.0027", "IMG.0086", "IMG.0106", "IMG.0005", "APIGW.0307", "IMG.0030"])
def test_what_may_be_in_another_project_names_the_option(code: str) -> None:
    assert "project_id" in (hint_for(code) or "")


@pytest.mark.parametrize(
    ("code", "module"),
    [
        ("IMG.0008", "ecs_server_power"),
        ("IMG.0009", "ims_image_info"),
        ("IMG.0015", "ims_quota_info"),
        ("IMG.0015", "ims_image"),
        ("IMG.0027", "ims_image_info"),
        ("IMG.0028", "ims_image_info"),
        ("IMG.0046", "wait_for_ims_job"),
        ("IMG.0057", "obs_object_info"),
        ("IMG.0069", "obs_object_info"),
        ("IMG.0086", "ims_image_info"),
        ("IMG.0088", "ims_quota_info"),
        ("IMG.0088", "ims_image_member_info"),
        ("IMG.0090", "wait_for_ims_job"),
        ("IMG.0092", "ims_image_share"),
        ("IMG.0116", "ims_image"),
        ("IMG.0121", "obs_object_info"),
        ("IMG.0146", "ims_image_import"),
        ("IMG.0148", "wait_for_ims_job"),
        ("IMG.0159", "ims_os_version_info"),
        ("IMG.0196", "ims_image_share"),
    ],
)
def test_where_a_module_helps_it_is_named(code: str, module: str) -> None:
    assert module in NAMES.findall(hint_for(code) or "")


def test_only_modules_that_there_are_and_options_are_named() -> None:
    named = {name for advice in ADVICE.values() for name in NAMES.findall(advice.remedy)}
    assert named <= MODULES
    assert len(named) > 8


def test_no_code_is_explained_twice() -> None:
    topics = [(topic, codes) for held in HELD for topic, codes in held.TOPICS.items()]
    assert len(ADVICE) == sum(len(codes) for _topic, codes in topics)
    assert len({topic for topic, _codes in topics}) == len(topics)
    assert ADVICE["IMG.0070"].topic == "Exporting"
    assert ADVICE["IMG.0070"].meaning == "The target file exists already."


def test_each_code_is_explained_in_sentences() -> None:
    for code, advice in ADVICE.items():
        assert re.fullmatch(r"[A-Z]+\.\d{4}|[A-Z][A-Za-z]{5,}", code), code
        assert re.fullmatch(r"[A-Z][a-zA-Z ,]+", advice.topic), code
        for text in (advice.meaning, advice.remedy):
            assert re.fullmatch(r"[A-Za-z].{10,}\.", text), (code, text)


@pytest.mark.parametrize("topic", [codes for held in HELD for codes in held.TOPICS.values()])
def test_codes_stand_in_their_order(topic: dict[str, tuple[str, str]]) -> None:
    assert list(topic) == sorted(topic)


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ImsError("no answer"), "No answer."),
        (ImsError("Is it there?", error_code="IMG.9999"), "Is it there?"),
        (
            ImsError("IMG.0148: being exported (ExportImage)", error_code="IMG.0148"),
            "IMG.0148: being exported (ExportImage). The image is being exported already: wait for that job with"
            " wait_for_ims_job.",
        ),
        (OptionError("region: is missing."), "region: is missing."),
        (NotSentError(OptionError("region: is missing.")), "region: is missing."),
        (
            NotSentError(http_error(403, "APIGW.0302")),
            "APIGW.0302: said so (ShowJob, HTTP 403, request req-1). The user may not call this API: check its"
            " permissions in IAM.",
        ),
        (
            CredentialsRefusedError("The cloud refused the token. Get a new one.", error_code="APIGW.0301"),
            "The cloud refused the token. Get a new one.",
        ),
        (
            NotSentError(
                CredentialsRefusedError("The cloud refused the token. Get a new one.", error_code="APIGW.0301")
            ),
            "The cloud refused the token. Get a new one.",
        ),
        (UnreadableAnswerError("The answer is empty"), f"The answer is empty. {NOT_THE_API}"),
        (SchemaError("The answer does not fit", ["$.x: missing"]), "The answer does not fit."),
        (NoAnswerError("no answer within 3 s"), "No answer within 3 s."),
    ],
)
def test_an_error_is_told_in_sentences_with_its_remedy(error: ImsError, text: str) -> None:
    assert explain(error) == text


def test_a_page_in_place_of_an_answer_has_a_remedy() -> None:
    def page(is_page: bool, code: str = "502") -> ApiError:
        return ApiError(api="A", status=502, code=code, reason="Portal", request_id="r", is_page=is_page)

    assert explain(page(True)) == f"Portal (A, HTTP 502, request r). {NOT_THE_API}"
    assert explain(page(False)) == "Portal (A, HTTP 502, request r)."
    assert explain(page(True, "APIGW.0201")).endswith(" If it lasts, check endpoint and proxies.")


def test_a_start_that_may_have_happened_says_by_itself_what_to_do() -> None:
    error = StartUnclearError("ExportImage", http_error(502, "APIGW.0201"), "a second one is refused")
    assert explain(error).endswith("before you repeat the task: a second one is refused.")


def test_explanations_are_cut() -> None:
    assert len(explain(ImsError("x" * 9_000))) <= 2_001


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no answer", "No answer."),
        (" IMS said no. ", "IMS said no."),
        ("Really?", "Really?"),
        ("stop!", "Stop!"),
        ("and so on...", "And so on..."),
        ("IMG.0070: it exists", "IMG.0070: it exists."),
    ],
)
def test_a_sentence_begins_with_a_capital_and_ends_with_a_stop(text: str, shown: str) -> None:
    assert sentence(text) == shown


def test_a_text_that_ends_a_sentence_has_one_stop() -> None:
    assert (with_stop("it is"), with_stop("it is."), with_stop("it...")) == ("it is.", "it is.", "it...")
