# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._spans import number_of, parse_span, seconds_of


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (90, 90.0),
        (0.5, 0.5),
        ("90", 90.0),
        ("0.25", 0.25),
        ("90s", 90.0),
        ("15m", 900.0),
        ("2h", 7200.0),
        ("1d", 86400.0),
        ("1h30m", 5400.0),
        ("1d 2h 3m 4.5s", 93784.5),
        (" 1H30M ", 5400.0),
        ("1.5h", 5400.0),
        ("1e3", 1000.0),
        ("0s", 0.0),
        ("-1", -1.0),
    ],
)
def test_spans_and_numbers_are_seconds(value: t.Any, seconds: float) -> None:
    assert parse_span(value) == seconds


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "h",
        "30m1h",
        "1h1h",
        "2 hours",
        "2hours",
        "-1h",
        "1,5h",
        "nan",
        "inf",
        True,
        None,
        [],
        "\u0663s",
        "1h\n30",
    ],
)
def test_what_is_no_span_is_none(value: t.Any) -> None:
    assert parse_span(value) is None


def test_what_is_no_time_is_told_with_the_forms() -> None:
    with pytest.raises(OptionError) as caught:
        seconds_of({"timeout": "2 hours"}, "timeout")
    assert str(caught.value) == (
        'timeout: "2 hours" is no time; give a number of seconds, or a span such as 90s, 15m, 2h, 1d or 1h30m.'
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("timeout", 1e12, "timeout: 1e+12 s is not between 0 s and 365 days."),
        ("timeout", "-1", "timeout: -1 s is not between 0 s and 365 days."),
        ("delay", 1e10, "delay: 1e+10 s is not between 0 s and 365 days."),
        ("interval", 1e10, "interval: 1e+10 s is not between 0.001 s and 1 day."),
        ("interval", 0, "interval: 0 s is not between 0.001 s and 1 day."),
        ("max_interval", "2d", "max_interval: 172800 s is not between 0.001 s and 1 day."),
        ("error_timeout", "366d", "error_timeout: 3.16224e+07 s is not between 0 s and 365 days."),
        ("stall_timeout", "-1s", 'stall_timeout: "-1s" is no time; give a number of seconds, or a span such as 90s,'),
        ("request_timeout", 1e10, "request_timeout: 1e+10 s is not between 0.001 s and 1 day."),
        ("request_timeout", "0", "request_timeout: 0 s is not between 0.001 s and 1 day."),
    ],
)
def test_each_time_is_bounded_and_the_option_named(name: str, value: t.Any, sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        seconds_of({name: value}, name)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("name", ["timeout", "delay", "error_timeout", "stall_timeout", "leftovers_age"])
def test_some_times_may_be_none_at_all(name: str) -> None:
    assert seconds_of({name: "0"}, name) == 0


@pytest.mark.parametrize("value", [1e-300, 0.0, -1.0, float("nan"), float("inf"), 1e300])
def test_a_rate_is_bounded(value: float) -> None:
    with pytest.raises(OptionError) as caught:
        number_of({"max_requests_per_second": value}, "max_requests_per_second")
    assert str(caught.value) == f"max_requests_per_second: {value:g} is not between 0.001 and 100000."


@pytest.mark.parametrize("value", [0.001, 10, "10", 100_000])
def test_rates_within_the_bounds_are_taken(value: t.Any) -> None:
    assert number_of({"max_requests_per_second": value}, "max_requests_per_second") == float(value)
