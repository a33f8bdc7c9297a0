# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogues of translated texts, one for each page: brought up to date from templates, and read for tests."""

from __future__ import annotations

import io
import re
import typing as t
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from ansible_collections.huaweicloud.ims.tools.doc_pages import DOCS

LANGUAGE = "zh_CN"
CATALOGUES = DOCS / "docsite" / "locale" / LANGUAGE / "LC_MESSAGES"
# Those that wait until their page, which is being rewritten, has settled. Their pages are English meanwhile.
PENDING: frozenset[str] = frozenset()
TAG = "SPDX-License" + "-Identifier"  # in one piece it would be taken for this file's own
# Nothing in it changes with each run, or names people.
HEADER = f"""\
# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# {TAG}: GPL-3.0-or-later

msgid ""
msgstr ""
"Language: {LANGUAGE}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
# What has no word in it outside of code: it is the same in each language.
_CODE = re.compile(
    r"`[^`]*`|\]\([^)]*\)|\b[\w-]+\.(?:yml|cfg|json)\b|[\w-]*_[\w-]*|\b(?:IMG|APIGW)\.\d+\b"
    r"|huaweicloud\.ims|ansible-core|\b(?:AWX|GB|HTTP|KiB|MiB|TB)\b"
)
_WORD = re.compile(r"[A-Za-z]{2,}")
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def update(templates: Path) -> None:
    """Merge the templates into the catalogues; a page that is gone takes its catalogue along."""
    wanted = {CATALOGUES / path.relative_to(templates).with_suffix(".po"): path for path in templates.rglob("*.pot")}
    wanted = {path: template for path, template in wanted.items() if path.stem not in PENDING}
    for path in set(CATALOGUES.rglob("*.po")) - set(wanted):
        path.unlink()
    for path, template in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        merge(template, path)


def merge(template: Path, path: Path) -> None:
    catalogue = read(path) if path.exists() else Catalog(locale=LANGUAGE)
    finished = {shape(text): (text, str(message.string)) for text, message in of(catalogue).items() if is_done(message)}
    catalogue.update(read(template))
    for text, message in of(catalogue).items():
        if is_code(text):
            translated: str | None = text
        elif is_done(message) or shape(text) not in finished:
            continue
        else:
            translated = with_figures_of(text, *finished[shape(text)])
        if translated is not None:
            message.string = translated
            message.flags.discard("fuzzy")
    written = io.BytesIO()
    write_po(written, catalogue, width=0, no_location=True, ignore_obsolete=True, omit_header=True)
    path.write_text(HEADER + written.getvalue().decode("utf-8").strip() + "\n", encoding="utf-8")


def is_code(text: str) -> bool:
    """Tell whether a text needs no translation: names, numbers and code only."""
    return not _WORD.search(_CODE.sub("", text))


def is_done(message: Message) -> bool:
    return bool(message.string) and not message.fuzzy


def shape(text: str) -> str:
    """Return a text without its figures: texts of one shape differ in those only, as measurements do."""
    return _FIGURE.sub("#", text)


def with_figures_of(text: str, before: str, translated: str) -> str | None:
    """Return the translation of ``before`` with the figures of ``text``; None where that is a guess."""
    old, new = _FIGURE.findall(before), _FIGURE.findall(text)
    if _FIGURE.findall(translated) == old:
        figures = iter(new)
        return _FIGURE.sub(lambda dummy: next(figures), translated)
    # In another order, each figure has to say by itself which one it is.
    pairs = dict(zip(old, new))
    if any(pairs[was] != now for was, now in zip(old, new)) or not pairs.keys() >= set(_FIGURE.findall(translated)):
        return None
    return _FIGURE.sub(lambda found: pairs[found[0]], translated)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, charset="utf-8")


def messages(path: Path) -> dict[str, Message]:
    return of(read(path))


def of(catalogue: Catalog) -> dict[str, Message]:
    """Return the messages of a catalogue by their English text, without its header."""
    return {t.cast("str", message.id): message for message in catalogue if message.id}
