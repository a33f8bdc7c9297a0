# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OddAnswerError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.deviations import (
    MAX_LISTED,
    MAX_PLACES,
    Deviation,
    Deviations,
    OddAnswers,
)

ODD = Deviation("ShowJob", "$.entities.sub_jobs_list", "an array or null", '""')


def at(path: str, count: int = 1, api: str = "ShowJob") -> Deviation:
    return Deviation(api, path, "a string or null", "7", count)


@pytest.mark.parametrize(
    ("deviation", "sentence"),
    [
        (ODD, '$.entities.sub_jobs_list: expected an array or null, found "" (ShowJob)'),
        (
            Deviation("ListImages", "$.images[*].min_disk", "a whole number", '"forty"', 3),
            '$.images[*].min_disk: expected a whole number, found "forty" (ListImages, 3 times)',
        ),
        (
            Deviation("ListImages", "$.images[*].status", "", None, 1, True),
            "$.images[*].status: missing; left out (ListImages)",
        ),
        (
            Deviation("IAM login", "$.token.expires_at", "a non-empty string", "7 (seven)", 2, True),
            "$.token.expires_at: expected a non-empty string, found 7 (seven); left out (IAM login, 2 times)",
        ),
    ],
)
def test_a_deviation_is_a_sentence_that_can_be_read_again(deviation: Deviation, sentence: str) -> None:
    assert str(deviation) == sentence
    assert Deviation.from_text(sentence) == deviation


SHOWN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=30)


@given(st.sampled_from(["$", "$.a", "$.a[*].b"]), SHOWN, st.integers(1, 10**6), st.booleans())
def test_whatever_was_found_the_sentence_can_be_read_again(path: str, found: str, count: int, left_out: bool) -> None:
    deviation = Deviation("ShowJob", path, "a string or null", found, count, left_out)
    again = Deviation.from_text(str(deviation))
    assert again is not None
    assert (str(again), again.api, again.path, again.count) == (str(deviation), "ShowJob", path, count)


@pytest.mark.parametrize("text", ["", "and 3 more", "$.a: missing", "The cloud is odd (ShowJob)"])
def test_any_other_text_is_no_deviation(text: str) -> None:
    assert Deviation.from_text(text) is None


def test_each_place_of_an_api_is_news_once() -> None:
    places = Deviations()
    assert places.add([ODD, at("$.a")]) == [ODD, at("$.a")]
    assert places.add([ODD]) == []
    assert places.add([at("$.a"), at("$.b"), at("$.a", api="ListImages")]) == [at("$.b"), at("$.a", api="ListImages")]
    assert [(found.api, found.path) for found in places.listed()] == [
        ("ShowJob", "$.entities.sub_jobs_list"),
        ("ShowJob", "$.a"),
        ("ShowJob", "$.b"),
        ("ListImages", "$.a"),
    ]
    assert len(places) == 4


def test_a_job_that_is_asked_for_again_and_again_is_counted_once() -> None:
    places = Deviations()
    for count in (1, 3, 2):
        places.add([at("$.a", count)], "job 1")
    places.add([at("$.a")], "job 2")
    assert [found.count for found in places.listed()] == [4]


def test_pages_are_added_up() -> None:
    places = Deviations()
    places.add([at("$.a", 2)])
    places.add([at("$.a", 3)])
    assert places.sentences() == ["$.a: expected a string or null, found 7 (ShowJob, 5 times)"]


def test_a_bounded_number_of_places_is_kept_and_a_smaller_one_listed() -> None:
    places = Deviations()
    for number in range(MAX_PLACES + 5):
        assert len(places.add([at(f"$.a{number}")])) == (number < MAX_PLACES)
    sentences = places.sentences()
    assert len(sentences) == MAX_LISTED + 1
    assert sentences[-1] == f"and {MAX_PLACES - MAX_LISTED + 5} more"


def test_nothing_odd_is_nothing_to_report() -> None:
    assert Deviations().sentences() == []


def test_ten_places_are_listed_without_a_remark() -> None:
    places = Deviations()
    places.add([at(f"$.a{number}") for number in range(MAX_LISTED)])
    assert len(places.sentences()) == MAX_LISTED


def test_those_who_want_deviations_to_be_errors_get_one() -> None:
    odd = OddAnswers(is_fatal=True)
    odd.note([])
    with pytest.raises(OddAnswerError) as caught:
        odd.note([ODD, at("$.a", 2)])
    error = caught.value
    assert error.violations == error.facts["violations"] == [str(ODD), str(at("$.a", 2))]
    assert str(error) == (
        f"The cloud's answer does not fit the schema: {ODD}; {at('$.a', 2)}. on_schema_violation is fail: set it to"
        " warn to go on without these values."
    )


def test_what_was_changed_is_told_before_a_deviation_ends_anything() -> None:
    odd = OddAnswers(is_fatal=True)
    odd.note([ODD], changes=True)
    assert odd.take().sentences() == [str(ODD)]
    assert odd.take().sentences() == []
