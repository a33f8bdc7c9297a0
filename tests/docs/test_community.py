# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the host of the repository makes of files: forms for issues, and the pages that it looks for by their names."""

from __future__ import annotations

import typing as t

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT, links

FORMS = sorted(path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")
TYPES = {"markdown", "textarea", "input", "dropdown", "checkboxes"}


def form(path: t.Any) -> dict[str, t.Any]:
    return t.cast("dict[str, t.Any]", yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.name)
def test_a_form_has_what_the_host_wants_of_it(path: t.Any) -> None:
    found = form(path)
    assert {"name", "description", "body"} <= set(found) <= {"name", "description", "body", "labels", "title"}
    ids = [part["id"] for part in found["body"] if part["type"] != "markdown"]
    assert len(ids) == len(set(ids))
    for part in found["body"]:
        assert part["type"] in TYPES
        if part["type"] == "markdown":
            assert part["attributes"]["value"]
        else:
            assert part["attributes"]["label"]


def test_a_form_that_asks_for_what_the_cloud_said_warns_of_secrets() -> None:
    for name in ("bug.yml", "answer.yml", "permission.yml"):
        text = (ROOT / ".github" / "ISSUE_TEMPLATE" / name).read_text(encoding="utf-8").lower()
        assert "keys" in text and "tokens" in text, name


def test_the_links_beside_the_forms_lead_to_pages_that_exist() -> None:
    config = form(ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml")
    for link in config["contact_links"]:
        dummy, found, path = link["url"].partition("/blob/main/")
        if found:
            assert (ROOT / path).is_file(), path


def test_the_pages_that_the_host_looks_for_are_there_and_known() -> None:
    for page in ("CODE_OF_CONDUCT.md", "CONTRIBUTING.md", "LICENSE", "README.md", "SECURITY.md"):
        assert (ROOT / page).is_file(), page
    assert "CODE_OF_CONDUCT.md" in links("CONTRIBUTING.md")
