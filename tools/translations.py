# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The catalogues of translated texts, one for each page: brought up to date from templates, and read for tests."""

from __future__ import annotations

import typing as t
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

from ansible_collections.huaweicloud.ims.tools.doc_pages import DOCS

LANGUAGE = "zh_CN"
CATALOGUES = DOCS / "docsite" / "locale" / LANGUAGE / "LC_MESSAGES"
TAG = "SPDX-License" + "-Identifier"  # in one piece it would be taken for this file's own
HEADER = f"""\
# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# {TAG}: GPL-3.0-or-later"""


def update(templates: Path) -> None:
    """Merge the templates into the catalogues; a page that is gone takes its catalogue along."""
    wanted = {CATALOGUES / path.relative_to(templates).with_suffix(".po"): path for path in templates.rglob("*.pot")}
    for path in set(CATALOGUES.rglob("*.po")) - set(wanted):
        path.unlink()
    for path, template in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        merge(template, path)


def merge(template: Path, path: Path) -> None:
    fresh = read(template)
    catalogue = read(path) if path.exists() else Catalog(locale=LANGUAGE)
    catalogue.update(fresh, update_header_comment=False)
    catalogue.obsolete.clear()
    catalogue.header_comment = HEADER
    # Nothing that changes with each run, or that names people.
    catalogue.mime_headers = [
        ("Project-Id-Version", "huaweicloud.ims"),
        ("Language", LANGUAGE),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ]
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, no_location=True, ignore_obsolete=True, omit_header=False)


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=LANGUAGE)


def messages(path: Path) -> dict[str, Message]:
    return {t.cast("str", message.id): message for message in read(path) if message.id}
