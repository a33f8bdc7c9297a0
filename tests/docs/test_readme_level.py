# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The two READMEs say the same, and are short."""

from __future__ import annotations

import pytest

from ansible_collections.huaweicloud.ims.tests.docs.markdown import blocks, headings, inline_code, links, text_of

ENGLISH, CHINESE = "README.md", "README.zh-CN.md"


@pytest.mark.parametrize("page", [ENGLISH, CHINESE])
def test_a_readme_is_short(page: str) -> None:
    assert len(text_of(page).splitlines()) <= 120


def test_headings_have_the_same_levels_in_the_same_order() -> None:
    assert [level for level, dummy in headings(ENGLISH)] == [level for level, dummy in headings(CHINESE)]


def test_blocks_of_code_are_the_same() -> None:
    assert [(block.language, block.text) for block in blocks(ENGLISH)] == [
        (block.language, block.text) for block in blocks(CHINESE)
    ]


def test_commands_and_names_are_the_same() -> None:
    assert sorted(set(inline_code(ENGLISH))) == sorted(set(inline_code(CHINESE)))


def test_links_are_the_same() -> None:
    other = {ENGLISH: CHINESE, CHINESE: ENGLISH}
    assert sorted(links(ENGLISH)) == sorted(other.get(link, link) for link in links(CHINESE))


def test_chinese_is_in_one_and_not_in_the_other() -> None:
    def share(page: str) -> float:
        text = text_of(page)
        return sum("\u4e00" <= letter <= "\u9fff" for letter in text) / len(text)

    assert share(ENGLISH) < 0.01
    assert share(CHINESE) > 0.15
