# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each link inside leads somewhere."""

from __future__ import annotations

import re

import pytest

from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT, anchors, headings, links, pages, prose

REPOSITORY = "https://github.com/huaweicloud-ims/ansible-collection-ims"


@pytest.mark.parametrize("page", pages())
def test_each_link_leads_to_a_file_and_to_a_heading_that_exist(page: str) -> None:
    for link in links(page):
        path, dummy, anchor = link.partition("#")
        if path.startswith(("http://", "https://")):
            assert path.startswith("https://"), link
            continue
        target = ((ROOT / page).parent / path).resolve() if path else ROOT / page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor:
            assert anchor in anchors(target.relative_to(ROOT).as_posix()), link


@pytest.mark.parametrize("page", pages())
def test_no_two_headings_of_a_page_have_the_same_anchor(page: str) -> None:
    assert len(headings(page)) == len(anchors(page))


@pytest.mark.parametrize("page", pages())
def test_a_page_begins_with_one_title_and_leaves_no_level_out(page: str) -> None:
    levels = [level for level, dummy in headings(page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(levels, levels[1:]))


def test_every_guide_is_in_both_indexes_and_the_readme_leads_there() -> None:
    guides = {path.stem for path in (ROOT / "docs").glob("*.md")} - {"README"}
    index = (ROOT / "docs" / "docsite" / "index.md").read_text(encoding="utf-8").split()
    assert guides <= set(index)
    assert "docs/README.md" in links("README.md")
    assert {f"{guide}.md" for guide in guides} == {link for link in links("docs/README.md") if "/" not in link}


@pytest.mark.parametrize("page", pages())
def test_the_benchmarks_are_called_so_everywhere(page: str) -> None:
    for words in re.findall(r"\[([^\]]+)\]\((?:docs/)?benchmarks\.md\)", prose(page)):
        assert words.lower() in ("benchmarks", "what a wait costs", "性能测试")


def test_every_project_of_the_cookbook_is_in_its_index() -> None:
    projects = {path.parent.name for path in (ROOT / "cookbook").glob("*/README.md")}
    assert {f"../cookbook/{project}/README.md" for project in projects} <= set(links("docs/cookbook.md"))
