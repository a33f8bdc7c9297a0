# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import MASK, mask, printable, sentence


@pytest.mark.parametrize(
    ("text", "secrets", "masked"),
    [
        ("the key s3cret is wrong", ["s3cret"], f"the key {MASK} is wrong"),
        ("s3crets3cret", ["s3cret"], MASK * 2),
        ("one and two", ["one", "two"], f"{MASK} and {MASK}"),
        ("nothing to hide", [None, ""], "nothing to hide"),
        (r'{"key": "a\"b\\c"}', ['a"b\\c'], f'{{"key": "{MASK}"}}'),
        ("a.b", ["."], f"a{MASK}b"),
        ("|x-security-token:MIIabc|x-sdk-date:2024|", [], f"|x-security-token:{MASK}|x-sdk-date:2024|"),
        ("X-Auth-Token: MIIabc rest", [], f"X-Auth-Token: {MASK} rest"),
        ('"X-Subject-Token=MIIabc"', [], f'"X-Subject-Token={MASK}"'),
        ("x-project-id:abc", [], "x-project-id:abc"),
    ],
)
def test_secrets_and_echoed_credentials_become_stars(text: str, secrets: list[str | None], masked: str) -> None:
    assert mask(text, secrets) == masked


@given(st.text(), st.text(min_size=9))
def test_no_secret_is_left_wherever_it_stands(around: str, secret: str) -> None:
    assert secret not in mask(f"{around}{secret}{around}", [secret]).replace(MASK, "")


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("short", 10, "short"),
        ("  two\r\n\tlines\x00 ", 20, "two lines"),
        ("\x1b[31mred\x1b[0m", 20, "[31mred [0m"),
        ("a\u2028b\x85c", 20, "a b c"),
        ("0123456789", 10, "0123456789"),
        ("0123456789a", 10, "0123456..."),
        ("012345    9a", 10, "012345..."),
        ("镜像", 10, "镜像"),
    ],
)
def test_texts_fit_on_one_line(text: str, limit: int, shown: str) -> None:
    assert printable(text, limit) == shown


@given(st.text(), st.integers(min_value=3, max_value=50))
def test_no_text_is_longer_than_its_limit_or_moves_the_cursor(text: str, limit: int) -> None:
    shown = printable(text, limit)
    assert len(shown) <= limit
    assert all(character >= " " and character != "\x7f" for character in shown)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no answer", "No answer."),
        (" IMS said no. ", "IMS said no."),
        ("Really?", "Really?"),
        ("stop!", "Stop!"),
        ("IMG.0070: it exists", "IMG.0070: it exists."),
    ],
)
def test_a_sentence_begins_with_a_capital_and_ends_with_a_stop(text: str, shown: str) -> None:
    assert sentence(text) == shown
