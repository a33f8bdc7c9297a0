# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import ast
import datetime
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims import times
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.times import iso, iso_seconds, parse_time


def utc(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=datetime.timezone.utc)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2022-05-17T14:42:20.859Z", utc(2022, 5, 17, 14, 42, 20, 859000)),
        ("2019-02-13T06:52:13.855000Z", utc(2019, 2, 13, 6, 52, 13, 855000)),
        ("2024-11-06T06:46:51Z", utc(2024, 11, 6, 6, 46, 51)),
        ("2024-11-06 06:46:51", utc(2024, 11, 6, 6, 46, 51)),
        ("2024-11-06t06:46:51z", utc(2024, 11, 6, 6, 46, 51)),
        ("2024-11-06T06:46:51,5Z", utc(2024, 11, 6, 6, 46, 51, 500000)),
        ("2024-11-06T06:46:51.123456789Z", utc(2024, 11, 6, 6, 46, 51, 123456)),
        ("2024-11-06T14:46:51.929+0800", utc(2024, 11, 6, 6, 46, 51, 929000)),
        ("2024-11-06T01:16:51-05:30", utc(2024, 11, 6, 6, 46, 51)),
        ("  2024-11-06T06:46:51Z\n", utc(2024, 11, 6, 6, 46, 51)),
        ("04-Jun-2015 18:11:06:586", utc(2015, 6, 4, 18, 11, 6, 586000)),
        ("4-DEC-2015 18:11:06.5", utc(2015, 12, 4, 18, 11, 6, 500000)),
        ("29-feb-2024 00:00:00", utc(2024, 2, 29)),
        ("0001-01-01T00:00:00Z", utc(1, 1, 1)),
    ],
)
def test_both_formats_of_the_cloud_are_read_as_utc(written: str, meant: datetime.datetime) -> None:
    assert parse_time(written) == meant


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "   ",
        "soon",
        "2024-13-01T00:00:00Z",
        "2024-02-30T00:00:00Z",
        "2024-11-06T24:00:00Z",
        "2024-12-31T23:59:60Z",
        "2024-11-06",
        "2024-11-06T06:46:51.Z",
        "2024-11-06T06:46:51Z and more",
        "٢٠٢٤-11-06T06:46:51Z",
        "0001-01-01T00:00:00+23:59",
        "9999-12-31T23:59:59-23:59",
        "0000-01-01T00:00:00Z",
        "04-Juin-2015 18:11:06:586",
        "04-Jui-2015 18:11:06:586",
        "31-Jun-2015 18:11:06:586",
        "1717430400000",
    ],
)
def test_what_is_no_time_is_none(written: str | None) -> None:
    assert parse_time(written) is None


@pytest.mark.parametrize("month", range(1, 13))
def test_months_are_english_whatever_the_locale(month: int) -> None:
    english = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()[month - 1]
    assert parse_time(f"01-{english}-2015 00:00:00:000") == utc(2015, month, 1)


def test_no_function_that_knows_the_locales_month_names_is_used() -> None:
    tree = ast.parse(pathlib.Path(times.__file__).read_text("utf-8"))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    formats = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and "%" in str(node.value)}
    assert "strptime" not in called
    assert not any(
        directive in text for text in formats for directive in ("%a", "%A", "%b", "%B", "%c", "%x", "%X", "%p")
    )


def test_times_are_written_with_three_digits_of_a_second_in_utc() -> None:
    tokyo = datetime.timezone(datetime.timedelta(hours=9))
    assert iso(datetime.datetime(2024, 11, 6, 15, 46, 51, 929999, tzinfo=tokyo)) == "2024-11-06T06:46:51.929Z"
    assert iso(utc(2024, 11, 6)) == "2024-11-06T00:00:00.000Z"
    assert iso(utc(1, 1, 1)) == "0001-01-01T00:00:00.000Z"
    assert iso(None) is None
    assert iso_seconds(utc(2024, 11, 6, 6, 46, 51, 929000)) == "2024-11-06T06:46:51Z"
    assert iso_seconds(utc(1, 1, 1)) == "0001-01-01T00:00:00Z"


@given(st.one_of(st.text(), st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[+-][0-9]{4}")))
def test_any_text_is_an_aware_time_in_utc_or_none(written: str) -> None:
    moment = parse_time(written)
    assert moment is None or moment.utcoffset() == datetime.timedelta()


@given(st.datetimes(timezones=st.just(datetime.timezone.utc)))
def test_what_is_written_is_read_again(moment: datetime.datetime) -> None:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    assert parse_time(iso(moment)) == whole
