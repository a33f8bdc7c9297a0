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
PENDING = frozenset({"awx", "benchmarks"})
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
    r"`[^`]*`|\]\([^)]*\)|\b[\w-]+\.(?:yml|cfg|json)\b|[\w-]*_[\w-]*|\b(?:IMG|APIGW)\.\d+\b|huaweicloud\.ims|ansible-core"
    r"|\b(?:AWX|GB|HTTP|TB)\b"
)
_WORD = re.compile(r"[A-Za-z]{2,}")


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
    catalogue.update(read(template))
    for message in catalogue:
        if isinstance(message.id, str) and message.id and is_code(message.id):
            message.string = message.id
            message.flags.discard("fuzzy")
    written = io.BytesIO()
    write_po(written, catalogue, width=0, no_location=True, ignore_obsolete=True, omit_header=True)
    path.write_text(HEADER + written.getvalue().decode("utf-8").strip() + "\n", encoding="utf-8")


def is_code(text: str) -> bool:
    """Tell whether a text needs no translation: names, numbers and code only."""
    return not _WORD.search(_CODE.sub("", text))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE, charset="utf-8")


def messages(path: Path) -> dict[str, Message]:
    return {t.cast("str", message.id): message for message in read(path) if message.id}
