# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people read while a state is waited for, to the letter."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.states import Sighting
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import Texts
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.lines import MAX_LINE
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report.state_progress import StateProgress
from ansible_collections.huaweicloud.ims.tests.unit.scripted import (
    Fatal,
    Reply,
    always,
    between,
    plan,
    unreachable,
    wait,
)

IMAGE = "d164b5df-1bc3-4c3f-893e-3e471fd16e64"
GONE = Sighting("GONE", is_final=True, is_success=True)
SAVING = Sighting("SAVING", is_final=False)


def lines(reply: Reply, *, secret: str = "", **options: t.Any) -> list[str]:
    """Return the lines of a whole wait, without what each begins with."""
    said: list[str] = []
    observer = StateProgress(said.append, "localhost", lambda: 1, Texts(lambda: [secret]), kind="image", wish="gone")
    wait({IMAGE: reply}, plan(**{"timeout": 600.0, **options}), observer=observer)
    assert all(len(line) <= MAX_LINE and line.isascii() and line.isprintable() for line in said)
    assert all(line.startswith("ims [localhost] ") for line in said)
    return [line.removeprefix("ims [localhost] ") for line in said]


def until(end: float, first: Sighting = SAVING, last: Sighting = GONE) -> Reply:
    return lambda now: last if now >= end else first


def test_what_is_so_already_makes_no_line() -> None:
    assert lines(always(GONE)) == []


def test_a_wait_that_goes_well_names_the_image_once() -> None:
    assert lines(until(12)) == [
        f"image {IMAGE}",
        "waits until it is gone, at most until 12:10:00Z (10m)",
        "image d164b5df: saving, after 0s",
        "image d164b5df: gone after 12s",
    ]


def test_a_change_is_told_with_the_step() -> None:
    off = Sighting("ACTIVE", is_final=False, current_task="powering-off")

    def reply(now: float) -> Sighting:
        return SAVING if now < 4 else off if now < 8 else GONE

    assert lines(reply)[2:] == [
        "image d164b5df: saving, after 0s",
        "image d164b5df: active (powering-off), after 4s",
        "image d164b5df: gone after 8s",
    ]


def test_a_sign_of_life_comes_each_minute() -> None:
    assert lines(until(150))[3:5] == [
        "image d164b5df: saving, after 1m00s",
        "image d164b5df: saving, after 2m00s",
    ]


def test_a_timeout_is_told_with_what_was_seen_last() -> None:
    assert lines(always(SAVING), timeout=30.0)[-1] == "image d164b5df: timed out, saving after 30s"


def test_an_outage_is_told_once_and_when_it_is_over() -> None:
    said = lines(between(4, 30, unreachable(), until(60)))
    assert [line for line in said if "saving, after" not in line][2:-1] == [
        "image d164b5df: no valid response since 12:00:02Z",
        "(connection refused by ims.example:443)",
        "still trying, gives up at 12:05:02Z",
        "image d164b5df: the cloud answers again after 32s; saving",
    ]


def test_an_outage_that_lasts_is_told_each_minute() -> None:
    said = lines(between(4, 200, unreachable(), until(260)))
    assert "image d164b5df: still no valid response, after 1m04s" in said, said


def test_an_outage_without_an_end_is_given_up() -> None:
    said = lines(between(4, 10_000, unreachable(), until(60)), error_timeout=60.0, timeout=3600.0)
    assert said[-1] == "image d164b5df: gave up after 1m02s"


def test_a_permanent_error_is_left_to_the_tasks_own_message() -> None:
    assert lines(always(Fatal("no right"))) == []


def test_a_secret_in_a_status_is_masked() -> None:
    odd = Sighting("S3CRET-S3CRET", is_final=False)
    assert not any("s3cret" in line.lower() for line in lines(until(4, odd), secret="S3CRET-S3CRET"))
