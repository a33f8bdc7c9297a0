# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How jobs and states are asked for, whoever asks: the client, or the module on the task's host."""

from __future__ import annotations

import typing as t

from ..errors import ImsError
from .job import Job
from .reading import Reading

Answer = t.Union[Job, None, ImsError]
"""A job, None for an id that the cloud does not know, or why there is no answer."""
Polled = t.Union[Reading, None, ImsError]
"""The same for anything that can be waited for."""


class Fetch(t.Protocol):
    """Asks for jobs or other states, several at once, and hands over the answers as they arrive.

    Used by one thread at a time.
    """

    @property
    def batch_size(self) -> int:
        """Return how many of them may be under way at once, for now."""

    @property
    def requests(self) -> int:
        """Return how many HTTP requests were sent, logins included."""

    def submit(self, job_ids: t.Sequence[str], timeout: float) -> None:
        """Begin to ask for these; each answer arrives within ``timeout`` seconds. Never raises ImsError."""

    def collect(self, timeout: float) -> t.Mapping[str, Polled]:
        """Return the answers that have arrived; wait up to ``timeout`` seconds for the first of them."""
