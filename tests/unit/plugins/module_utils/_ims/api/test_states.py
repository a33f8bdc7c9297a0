# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a look at an image means to whoever waits for a state of it, and how looks are made."""

from __future__ import annotations

import threading

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.image import Image
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.states import (
    Sighting,
    StateFetch,
    gone,
    made,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import NoAnswerError, UnreadableAnswerError


def image(status: str) -> Image:
    return Image({"id": "a", "status": status})


@pytest.mark.parametrize("status", ["queued", "saving", "active", "killed", "odd"])
def test_an_image_that_is_there_is_not_gone(status: str) -> None:
    seen = gone(image(status))
    assert (seen.status_text, seen.is_final, seen.is_success) == (status.upper(), False, False)


def test_no_image_is_gone_and_was_not_made() -> None:
    assert (gone(None).status_text, gone(None).is_final, gone(None).is_success) == ("GONE", True, True)
    assert (made(None).is_final, made(None).is_success) == (True, False)


@pytest.mark.parametrize(
    ("status", "final", "success"),
    [("saving", False, False), ("queued", True, False), ("active", True, True), ("killed", True, False)],
)
def test_an_image_is_made_once_it_is_active(status: str, final: bool, success: bool) -> None:
    seen = made(image(status))
    assert (seen.is_final, seen.is_success, seen.thing) == (final, success, image(status))
    later = made(image(status), being_made=("queued", "saving"))
    assert later.is_final is (final and status != "queued")


def test_a_step_is_a_change_and_what_was_seen_is_none() -> None:
    first = Sighting("ACTIVE", is_final=False, thing=1)
    assert first.raw_facts == Sighting("ACTIVE", is_final=False, thing=2).raw_facts
    assert first.raw_facts != Sighting("ACTIVE", is_final=False, current_task="powering-off").raw_facts


def test_a_look_that_hangs_keeps_nobody_from_leaving_and_errors_are_answers() -> None:
    release = threading.Event()

    def look(thing_id: str, timeout: float) -> Sighting:
        if thing_id == "hangs":
            release.wait(30)
        if thing_id == "breaks":
            raise KeyError("status")
        raise NoAnswerError(f"not within {timeout:g} s")

    fetch = StateFetch(look, lambda: 7)
    assert (fetch.requests, fetch.batch_size) == (7, 1)
    fetch.submit(["late"], 2.0)
    assert str(fetch.collect(5)["late"]) == "not within 2 s"
    fetch.submit(["breaks"], 2.0)
    assert isinstance(fetch.collect(5)["breaks"], UnreadableAnswerError)
    fetch.submit(["hangs"], 2.0)
    assert fetch.collect(0.01) == {}
    fetch.close()
    release.set()
