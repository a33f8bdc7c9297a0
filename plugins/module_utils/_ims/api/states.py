# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States that are waited for as jobs are, where the cloud has no job to ask for: an image that is gone, or active."""

from __future__ import annotations

import dataclasses
import typing as t

from .threads import Threads

if t.TYPE_CHECKING:
    from ..schema.deviations import Deviation
    from .image import Image
    from .protocol import Polled
    from .reading import Reading

GONE = "GONE"


@dataclasses.dataclass(frozen=True)
class Sighting:
    """What was seen of an image or a server at one poll. Is a Reading; ``thing`` is what was seen itself."""

    status_text: str
    is_final: bool
    is_success: bool = False
    thing: t.Any = None
    current_task: str | None = None
    progress_percent: float | None = None
    failed_items_count: int = 0
    deviations: tuple[Deviation, ...] = ()

    @property
    def raw_facts(self) -> tuple[str, str | None]:
        return self.status_text, self.current_task


Look = t.Callable[[str, float], "Reading"]
"""Looks at the thing with an id, within so many seconds. Raises ImsError."""


class StateFetch:
    """Looks at things, one at a time, in a thread that a deadline can leave behind. Is a Fetch."""

    batch_size = 1

    def __init__(self, look: Look, requests: t.Callable[[], int]) -> None:
        self._threads: Threads[Reading] = Threads(look, 1)
        self._requests = requests

    @property
    def requests(self) -> int:
        return self._requests()

    def submit(self, job_ids: t.Sequence[str], timeout: float) -> None:
        self._threads.submit(job_ids, timeout)

    def collect(self, timeout: float) -> t.Mapping[str, Polled]:
        return self._threads.collect(timeout)

    def close(self) -> None:
        """Let the thread end. It is not to be used afterwards."""
        self._threads.close()


def gone(image: Image | None) -> Sighting:
    """Return what a look tells to somebody who waits until an image is gone."""
    if image is None:
        return Sighting(GONE, is_final=True, is_success=True)
    return Sighting(image.status.upper(), is_final=False, thing=image)


def made(image: Image | None, being_made: t.Container[str] = ("saving",)) -> Sighting:
    """Return what a look tells to somebody who waits until an image can be used; a killed one never can."""
    if image is None:
        return Sighting(GONE, is_final=True)
    ended = image.status not in being_made
    return Sighting(image.status.upper(), is_final=ended, is_success=image.is_active, thing=image)
