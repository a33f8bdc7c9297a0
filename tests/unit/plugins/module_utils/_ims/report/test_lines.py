# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a line looks, whatever is in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS, Texts
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.lines import (
    MAX_LINE,
    Lines,
    folded,
    short_ids,
)


def put(text: str, host: str = "localhost", texts: Texts = NO_SECRETS) -> list[str]:
    said: list[str] = []
    Lines(said.append, host, texts).put(text)
    return said


def put_ids(job_ids: list[str], host: str = "localhost", texts: Texts = NO_SECRETS) -> tuple[bool, list[str]]:
    said: list[str] = []
    return Lines(said.append, host, texts).put_ids(job_ids), said


def ids(count: int) -> list[str]:
    return [f"{number:032x}" for number in range(count)]


def test_every_line_has_less_than_eighty_columns() -> None:
    assert MAX_LINE == 79


def test_a_line_names_the_host() -> None:
    assert put("63%") == ["ims [localhost] 63%"]
    assert put("63%", "a-host-with-a-very-long-name.example.com") == ["ims [a-host-with-a-very-lo...] 63%"]


def test_a_line_has_no_secrets_control_characters_or_letters_that_a_terminal_may_lack() -> None:
    assert put("镜像 \x1b[2J s3cret-token\n", "h\x07ö", Texts(lambda: ["s3cret-token"])) == [
        "ims [h ?] ??  [2J ********"
    ]


def test_a_secret_is_masked_before_a_line_is_broken_in_it() -> None:
    secret = "a secret of many words that are broken"
    assert put(f"{'x' * 60} {secret} y", texts=Texts(lambda: [secret])) == [
        f"ims [localhost] {'x' * 60}",
        "ims [localhost] ******** y",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("", []),
        ("short; and so on", ["short; and so on"]),
        ("one of twenty chars.", ["one of twenty chars."]),
        ("one of twenty-one chr", ["one of twenty-one", "chr"]),
        ("first part of it; second part", ["first part of it", "second part"]),
        ("a; b; c and more words; d", ["a; b", "c and more words; d"]),
        ("words of (a parenthesis)", ["words of", "(a parenthesis)"]),
        ("words of (eighteen letters)", ["words of", "(eighteen letters)"]),
        ("words (of twenty letters.)", ["words", "(of twenty letters.)"]),
        ("eight of; ten letters", ["eight of", "ten letters"]),
        ("eight of; ten lettr.", ["eight of; ten lettr."]),
        ("words (parentheses that are too long)", ["words (parentheses", "that are too long)"]),
        ("x" * 45, ["x" * 20, "x" * 20, "x" * 5]),
        ("well-known", ["well-known"]),
        ("some words of well-known", ["some words of", "well-known"]),
    ],
)
def test_texts_are_broken_where_it_hurts_least(text: str, lines: list[str]) -> None:
    assert folded(text, 20) == lines


def test_no_more_than_four_lines_are_made_of_a_text() -> None:
    pieces = [f"{number} ten letters" for number in range(5)]
    assert folded("; ".join(pieces), 20) == [*pieces[:3], "3 ten letters..."]
    assert folded("; ".join(["x" * 20] * 5), 20) == [*["x" * 20] * 3, "x" * 17 + "..."]
    assert folded("; ".join(["x" * 20] * 4), 20) == ["x" * 20] * 4
    assert len(put("word " * 1000)) == 4


@given(st.text(), st.text(max_size=60))
def test_no_line_is_ever_longer_or_moves_the_cursor(text: str, host: str) -> None:
    for line in put(text, host):
        assert len(line) <= MAX_LINE
        assert line.isascii() and line.isprintable()


# -- ids ------------------------------------------------------------------------------------------------------------


def test_up_to_twenty_ids_have_a_line_each() -> None:
    assert put_ids(ids(20)) == (True, [f"ims [localhost] {job_id}" for job_id in ids(20)])


def test_up_to_two_hundred_ids_share_lines_two_by_two() -> None:
    were_told, said = put_ids(ids(200))
    assert were_told
    assert said == [f"ims {one} {other}" for one, other in zip(ids(200)[::2], ids(200)[1::2])]
    assert len(put_ids(ids(21))[1]) == 11


@pytest.mark.parametrize(
    ("job_id", "on_a_line"), [("x" * 38, 1), ("x" * 37, 2), ("x" * 24, 3), ("x" * 8 + "-" + "x" * 21, 2)]
)
def test_as_many_ids_share_a_line_as_fit_unbroken(job_id: str, on_a_line: int) -> None:
    _were_told, said = put_ids([job_id] * 30)
    assert said == ["ims " + " ".join([job_id] * on_a_line)] * (30 // on_a_line)


def test_above_two_hundred_ids_none_is_told() -> None:
    assert put_ids(ids(201)) == (False, [])


def test_an_id_is_never_broken() -> None:
    longest = "x" * 64
    assert put_ids([longest], "h") == (True, [f"ims [h] {longest}"])
    assert put_ids([longest], "h" * 9) == (True, [f"ims {longest}"])
    assert put_ids([longest], "h" * 8) == (True, [f"ims [hhhhhhhh] {longest}"])
    assert put_ids([f"{number:064x}" for number in range(30)])[1] == [f"ims {number:064x}" for number in range(30)]
    assert all(
        f"job-{number}" in line.split() for number, line in enumerate(put_ids([f"job-{n}" for n in range(9)])[1])
    )


def test_ids_are_cleaned_too() -> None:
    assert put_ids(["s3cret-token"], texts=Texts(lambda: ["s3cret-token"]))[1] == ["ims [localhost] ********"]


@pytest.mark.parametrize(
    ("job_ids", "short"),
    [
        (["edc89b490d7d4392898e19b2deb34797"], ["edc89b49"]),
        (["edc89b490d7d", "edc89b4a0d7d"], ["edc89b49", "edc89b4a"]),
        (["edc89b490d7d", "edc89b490d8d", "abcdefgh9"], ["edc89b490d7", "edc89b490d8", "abcdefgh"]),
        (["12345678x1", "12345678y", "12345678x2"], ["12345678x1", "12345678y", "12345678x2"]),
        (["job-1", "job-10"], ["job-1", "job-10"]),
        (["edc89b490d7d", "edc89b490d7dff"], ["edc89b490d7d", "edc89b490d7df"]),
        ([], []),
    ],
)
def test_short_ids_are_eight_letters_or_as_many_as_tell_them_apart(job_ids: list[str], short: list[str]) -> None:
    assert short_ids(job_ids) == dict(zip(job_ids, short))


@given(st.sets(st.text(alphabet="ab", min_size=1, max_size=14)))
def test_short_ids_tell_all_jobs_apart(job_ids: set[str]) -> None:
    short = short_ids(job_ids)
    assert len(set(short.values())) == len(job_ids)
    assert all(job_id.startswith(name) for job_id, name in short.items())
