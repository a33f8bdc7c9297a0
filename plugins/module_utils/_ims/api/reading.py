# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be waited for: anything whose state is asked for again and again until it has ended."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    from ..schema.deviations import Deviation


class Reading(t.Protocol):
    """One answer about the state of something. Its texts are the cloud's own: whoever shows them cleans them first."""

    @property
    def is_final(self) -> bool:
        """Return whether it has ended, well or badly."""

    @property
    def is_success(self) -> bool:
        """Return whether it has ended well; items of it may have failed all the same."""

    @property
    def failed_items_count(self) -> int:
        """Return how many of its items did not end well."""

    @property
    def status_text(self) -> str:
        """Return the status as the cloud says it, in upper case."""

    @property
    def progress_percent(self) -> float | None:
        """Return 0 to 100, None where the cloud does not say."""

    @property
    def current_task(self) -> str | None:
        """Return the step that it is at, None where the cloud does not say."""

    @property
    def raw_facts(self) -> t.Hashable:
        """Return what distinguishes one state from another: two answers that differ in it are a change."""

    @property
    def deviations(self) -> tuple[Deviation, ...]:
        """Return what was odd in the answer, and was left out."""
