# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No text of the guides is untranslated, half translated, or a translation of what is not said any more."""

from __future__ import annotations

import re
import shutil
import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT
from ansible_collections.huaweicloud.ims.tools import build_docs, site_pages, translations

STALE = "bring it up to date: python tools/build_docs.py --translations, then translate what is new or fuzzy"
CODE = re.compile(r"`[^`]+`")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def names() -> list[str]:
    """Return the page of each catalogue, without its suffix."""
    found = [path.relative_to(translations.CATALOGUES) for path in translations.CATALOGUES.rglob("*.po")]
    return sorted(path.with_suffix("").as_posix() for path in found)


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> t.Iterator[Path]:
    folder = tmp_path_factory.mktemp("texts")
    site_pages.assemble(folder / "source")
    yield build_docs.extracted(folder / "source", folder / "gettext")
    shutil.rmtree(folder)


def test_each_page_has_a_catalogue_or_a_reason_to_wait(templates: Path) -> None:
    pages = {path.relative_to(templates).with_suffix("").as_posix() for path in templates.rglob("*.pot")}
    assert set(names()) == pages - translations.PENDING
    assert pages >= translations.PENDING


def test_the_texts_are_those_that_the_pages_have_now(templates: Path) -> None:
    for name in names():
        now = set(translations.messages(templates / f"{name}.pot"))
        assert set(translations.messages(translations.CATALOGUES / f"{name}.po")) == now, f"{name}: {STALE}"


@pytest.mark.parametrize("name", names())
def test_every_text_is_translated_and_no_translation_is_a_guess(name: str) -> None:
    for text, message in translations.messages(translations.CATALOGUES / f"{name}.po").items():
        assert message.string, f"{text}: {STALE}"
        assert not message.fuzzy, f"{text}: {STALE}"


@pytest.mark.parametrize("name", names())
def test_a_translation_keeps_the_code_and_the_links(name: str) -> None:
    for text, message in translations.messages(translations.CATALOGUES / f"{name}.po").items():
        translated = str(message.string)
        assert sorted(LINK.findall(translated)) == sorted(LINK.findall(text)), translated
        assert sorted(set(CODE.findall(translated))) == sorted(set(CODE.findall(text))), translated


@pytest.mark.parametrize("name", names())
def test_what_is_bold_ends_where_markdown_sees_it_end(name: str) -> None:
    for message in translations.messages(translations.CATALOGUES / f"{name}.po").values():
        parts = str(message.string).split("**")
        assert len(parts) % 2, message.string
        for bold, after in zip(parts[1::2], parts[2::2]):
            # Between a full stop and a letter the asterisks would open something instead.
            assert not (re.search(r"\W$", bold) and re.match(r"\w", after)), message.string


def test_most_texts_are_chinese() -> None:
    for name in names():
        texts = translations.messages(translations.CATALOGUES / f"{name}.po").items()
        chinese = [text for text, message in texts if CHINESE.search(str(message.string))]
        words = [text for text, dummy in texts if not translations.is_code(text)]
        assert len(chinese) >= 0.75 * len(words), name


def test_a_text_without_words_needs_no_translation() -> None:
    for text in ("`wait: true`", "IMG.0070", "2, 30", "ansible.cfg", "128 GB", "`a`, `b`"):
        assert translations.is_code(text), text
    for text in ("Install", "`demo` runs", "[Install](install.md)"):
        assert not translations.is_code(text), text


@pytest.mark.parametrize(
    ("text", "translated"),
    [
        ("Took 2.5 s for 1,000 jobs.", "1,000 个任务耗时 2.5 秒。"),
        ("Took 3 s for 1,000 jobs.", "1,000 个任务耗时 3 秒。"),
        ("Took 3 s for 20 jobs.", "20 个任务耗时 3 秒。"),
        ("Takes 3 s for 20 jobs.", ""),
    ],
)
def test_a_text_in_which_only_figures_have_changed_keeps_its_translation(
    text: str, translated: str, tmp_path: Path
) -> None:
    catalogue, template = tmp_path / "page.po", tmp_path / "page.pot"
    catalogue.write_text(entry("Took 2.5 s for 1,000 jobs.", "1,000 个任务耗时 2.5 秒。"), encoding="utf-8")
    template.write_text(entry(text, ""), encoding="utf-8")
    translations.merge(template, catalogue)
    message = translations.messages(catalogue)[text]
    assert (message.string, message.fuzzy) == (translated, False) or not translated and message.fuzzy


def entry(text: str, translated: str) -> str:
    return f'msgid ""\nmsgstr ""\n"Language: zh_CN\\n"\n\nmsgid "{text}"\nmsgstr "{translated}"\n'


@pytest.mark.parametrize(
    ("before", "translated", "text", "expected"),
    [
        ("a 1 b 1", "甲 1 乙 1", "a 2 b 3", "甲 2 乙 3"),  # in the same order: one after the other
        ("a 1 b 2", "乙 2 甲 1", "a 3 b 3", "乙 3 甲 3"),
        ("a 1 b 1 c 2", "丙 2 甲 1 乙 1", "a 4 b 5 c 6", None),  # which of the two is which?
        ("a 1 b 2", "乙 两 甲 7", "a 3 b 4", None),
    ],
)
def test_figures_are_put_where_they_belong_or_nowhere(
    before: str, translated: str, text: str, expected: str | None
) -> None:
    assert translations.with_figures_of(text, before, translated) == expected


def test_the_catalogues_name_nobody_and_no_time() -> None:
    for name in names():
        text = (translations.CATALOGUES / f"{name}.po").read_text(encoding="utf-8")
        assert text.startswith("# Copyright (c) the huaweicloud.ims contributors\n")
        assert not re.search(r"POT-Creation-Date|Last-Translator|Generated-By", text)
    assert ROOT in translations.CATALOGUES.parents
