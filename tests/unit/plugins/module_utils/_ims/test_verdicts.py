# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of errors, as people read it."""

from __future__ import annotations

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import RULES


def test_each_rule_has_words_of_its_own() -> None:
    words = [rule.what for rule in RULES]
    assert len(set(words)) == len(words) > 10
    assert all(len(text) > 7 and text.isascii() and text.strip() == text for text in words)
