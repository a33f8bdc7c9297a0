# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is made from data is up to date, and what is drawn is true."""

from __future__ import annotations

import ast
import typing as t
import xml.etree.ElementTree
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.plugins.module_utils._clouds import CLOUDS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import JobStatus
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import CredentialsRefusedError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.hints import ADVICE, explain, hint_for
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.tracked_job import State
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait.wait import Ending
from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT
from ansible_collections.huaweicloud.ims.tools import doc_pages, drawings, operations

MADE = {**doc_pages.pages(), **drawings.drawings()}
PLUGINS = ROOT / "plugins"
# Where the files of a row lie.
FOLDERS = {
    folder: PLUGINS / folder if folder in ("plugin_utils", "module_utils") else PLUGINS / "module_utils" / folder
    for dummy, folder, dummy_names in drawings.LAYERS
    if folder
}


@pytest.mark.parametrize("path", MADE, ids=lambda path: path.name)
def test_what_is_made_from_data_is_up_to_date(path: Path) -> None:
    written = (ROOT / "docs" / path.relative_to(doc_pages.DOCS)).read_text(encoding="utf-8")
    assert written == MADE[path], "stale: run python tools/build_docs.py --pages"


@pytest.mark.parametrize("path", sorted((ROOT / "docs").rglob("*.svg")), ids=lambda path: path.name)
def test_every_picture_can_be_shown_and_has_a_title(path: Path) -> None:
    (title,) = xml.etree.ElementTree.parse(path).iter("{http://www.w3.org/2000/svg}title")
    assert title.text


def test_the_picture_of_a_wait_shows_one_from_its_deadline_to_its_success() -> None:
    text = (ROOT / "docs" / "images" / "wait.svg").read_text(encoding="utf-8")
    for words in ("waits until", "to resume:", "%", "left", "SUCCESS after"):
        assert words in text


def strings() -> str:
    """Return all texts in the source of the plugins, one a line."""
    found: list[str] = []
    for path in PLUGINS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.append(node.value)
    return "\n".join(found)


def test_every_message_that_is_explained_is_one_of_the_collection() -> None:
    source = strings()
    for topic in yaml.safe_load(doc_pages.MESSAGES.read_text(encoding="utf-8")):
        for message in topic["messages"]:
            for piece in message["says"].split("…"):
                assert piece.strip() in source, message["says"]


@pytest.mark.parametrize("code", ADVICE)
def test_each_code_has_a_meaning_and_a_mend_in_sentences(code: str) -> None:
    advice = ADVICE[code]
    assert advice.topic
    for text in (advice.meaning, advice.remedy):
        assert text[0].isupper() and text.endswith("."), text
    assert hint_for(code) == advice.remedy


def test_a_refusal_of_credentials_tells_one_mend_and_not_two() -> None:
    error = CredentialsRefusedError("The cloud refused the token. Get a new one.", error_code="APIGW.0301")
    assert explain(error) == "The cloud refused the token. Get a new one."


def test_the_drawings_of_states_have_all_of_them() -> None:
    assert set(drawings.JOB_STATES) == {status.name for status in JobStatus} - {"UNKNOWN"}
    assert set(drawings.WATCHED_STATES) == {state.name for state in State}
    assert set(drawings.WAIT_ENDINGS) == {ending.name for ending in Ending}


def luminance(color: str) -> float:
    """Return how bright a color is, as WCAG defines it."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("night", [False, True], ids=["day", "night"])
@pytest.mark.parametrize("ground", sorted(set(drawings.PALETTE) - {drawings.INK}))
def test_the_words_of_the_drawings_are_legible_by_day_and_by_night(ground: str, night: bool) -> None:
    ink, below = (luminance(drawings.PALETTE[name][night]) for name in (drawings.INK, ground))
    assert (max(ink, below) + 0.05) / (min(ink, below) + 0.05) >= 4.5


def test_the_table_of_errors_is_the_one_that_decides() -> None:
    page = (ROOT / "docs" / "waiting.md").read_text(encoding="utf-8")
    assert doc_pages.errors_table() in page, "docs/waiting.md shows another table than verdicts.py has"


def test_the_table_of_clouds_has_each_that_is_known() -> None:
    page = (ROOT / "docs" / "credentials.md").read_text(encoding="utf-8")
    for cloud in CLOUDS:
        assert f"| {cloud.name} | `{cloud.domain}` | {cloud.regions} | {cloud.source} |\n" in page


def drawn() -> dict[Path, int]:
    """Return the row of each file in the drawing of the layers, counted from above."""
    rows = enumerate(drawings.LAYERS)
    return {FOLDERS[folder] / f"{name}.py": row for row, (dummy, folder, names) in rows if folder for name in names}


def test_the_drawing_of_the_layers_has_each_file() -> None:
    files = {*(PLUGINS / "plugin_utils").rglob("*.py"), *(PLUGINS / "module_utils").rglob("*.py")}
    assert set(drawn()) == files


def imported(path: Path) -> t.Iterator[Path]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = path.parents[node.level - 1].joinpath(*(node.module or "").split("."))
            if node.module and folder.with_suffix(".py").is_file():
                yield folder.with_suffix(".py")
            else:
                for alias in node.names:
                    yield folder / f"{alias.name}.py"


@pytest.mark.parametrize("path", drawn(), ids=lambda path: path.relative_to(PLUGINS).as_posix())
def test_each_file_imports_from_its_own_row_and_from_those_below(path: Path) -> None:
    rows = drawn()
    for other in imported(path):
        assert rows[other] >= rows[path], other


# -- the table of operations -----------------------------------------------------------------------------------------

OPERATIONS = operations.operations()
SPOKEN = "\n".join(path.read_text(encoding="utf-8") for path in sorted((PLUGINS / "module_utils").rglob("*.py")))
# What a pipeline does with an image, from a server or a file to its end.
NEEDED = {
    *("create_image", "create_data_image", "create_whole_image", "import_image_quick", "register_image"),
    *("glance_create_image_metadata", "export_image", "copy_image_in_region", "copy_image_cross_region"),
    *("list_images", "glance_show_image", "list_image_by_tags", "update_image", "glance_delete_image"),
    *("list_image_tags", "batch_add_or_delete_tags", "batch_add_members", "batch_update_members"),
    *("batch_delete_members", "list_image_members", "show_image_quota", "list_os_versions", "show_job"),
}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_an_operation_is_called_by_what_is_named_or_left_out_for_a_reason(operation: operations.Operation) -> None:
    assert bool(operation.by) != bool(operation.why)
    for name in operation.by:
        assert (ROOT / operations.path_of(name)).is_file()
    # Texts of messages and names of calls, not docstrings, which cite sources.
    assert (f'"{operation.api}"' in SPOKEN) is bool(operation.by), operation.api


def test_nothing_that_a_pipeline_needs_is_left_out() -> None:
    assert {operation.name for operation in OPERATIONS if operation.by} >= NEEDED
