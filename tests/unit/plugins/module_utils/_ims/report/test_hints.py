# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError, OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.hints import explain, hint_for


@pytest.mark.parametrize(
    ("code", "hint"),
    [
        ("IMG.0070", "Choose another object name, delete the object, or set existing_object: keep on the export."),
        ("IMG.0160", "Export an image above 128 GB with quick_export: true."),
        ("APIGW.0308", "The gateway throttles: lower max_requests_per_second."),
        ("APIG.0308", "The gateway throttles: lower max_requests_per_second."),
        ("IMG.9999", None),
        ("", None),
        (None, None),
    ],
)
def test_known_codes_have_a_mend_and_others_none(code: str | None, hint: str | None) -> None:
    assert hint_for(code) == hint


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ImsError("no answer"), "No answer."),
        (ImsError("Is it there?", error_code="IMG.9999"), "Is it there?"),
        (
            ImsError("IMG.0148: being exported (ExportImage)", error_code="IMG.0148"),
            "IMG.0148: being exported (ExportImage). The image is being exported already: wait for that job.",
        ),
        (OptionError("region: is missing."), "region: is missing."),
    ],
)
def test_an_error_is_told_in_sentences_with_its_mend(error: ImsError, text: str) -> None:
    assert explain(error) == text
