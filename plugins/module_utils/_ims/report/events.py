# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change of a job's status as rules get it: clean, and of bounded size."""

from __future__ import annotations

from ..masking import NO_SECRETS, Texts
from ..wait.tracked_job import State, TrackedJob
from ..wait.watch import StatusChange
from .excerpts import SHORT, SHORTEST, WHOLE, WITHOUT_ENTITIES, Result
from .messages import failure_of

MAX_JOB_CHARACTERS = 100_000


def event_of(change: StatusChange, texts: Texts = NO_SECRETS) -> Result:
    """Return the change as rules see it; every key is always there."""
    tracked = change.tracked
    return {
        "job_id": tracked.job_id,
        "job": _job(tracked, texts),
        "previous_status": None if change.previous is None else texts.line(change.previous),
        "outcome": tracked.state.value,
        "reason": failure_of(tracked, texts) if tracked.state is State.FAILED else None,
    }


def _job(tracked: TrackedJob, texts: Texts) -> Result:
    """Return the job with as many of its keys as there is room for; a rule can rely on those of SHORTEST."""
    for excerpt in (WHOLE, WITHOUT_ENTITIES, SHORT):
        copies = excerpt.copies([tracked], texts, MAX_JOB_CHARACTERS)
        if copies:
            return copies[0]
    (job,) = SHORTEST.copies([tracked], texts, 10 * MAX_JOB_CHARACTERS) or [{"job_id": tracked.job_id}]
    return job
