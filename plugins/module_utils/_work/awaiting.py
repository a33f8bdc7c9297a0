# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wait, within a work, until something is as it is wanted: by the tracker that jobs are waited for with."""

from __future__ import annotations

import dataclasses
import typing as t

from .._ims.api.client import ImsClient
from .._ims.api.states import Look, Sighting, StateFetch
from .._ims.errors import ImsError
from .._ims.report.progress import Silence, progress_for
from .._ims.report.state_progress import StateProgress
from .._ims.wait.plan import Plan
from .._ims.wait.wait import Ending, Observer, Outcome, Wait
from .reading import Receipt


@dataclasses.dataclass(frozen=True)
class Last:
    """What was seen last when a wait for a state has ended."""

    is_reached: bool
    sighting: Sighting | None
    error: ImsError | None
    elapsed: float
    """Seconds."""

    @property
    def seen(self) -> str:
        """Return it in words that follow a semicolon or stand in parentheses."""
        if self.error is not None:
            return str(self.error)
        return f"its status is {self.sighting.status_text.lower()}" if self.sighting else "it was not seen"


@dataclasses.dataclass(frozen=True)
class Wish:
    """What is waited for: of which thing, as lines of progress call it, and its state in a word."""

    kind: str
    thing_id: str
    state: str


def await_state(client: ImsClient, wish: Wish, look: Look, plan: Plan, receipt: Receipt) -> Last:
    """Wait until what ``look`` sees is final. Outages are outlasted; raises ImsError for a permanent error."""
    observer: Observer = Silence()
    began, audience = client.requests, receipt.audience
    if audience is not None:
        observer = StateProgress(
            audience.say,
            audience.host,
            lambda: client.requests - began,
            client.texts,
            kind=wish.kind,
            wish=wish.state,
        )
    fetch = StateFetch(look, lambda: client.requests)
    try:
        outcome = Wait([wish.thing_id], fetch, plan, client.clock, observer=observer).run()
    finally:
        fetch.close()
    return _last_of(outcome)


def await_job(client: ImsClient, job_id: str, plan: Plan, receipt: Receipt) -> Outcome:
    """Wait for a job that a work has started on its way."""
    observer: Observer = Silence()
    began, audience = client.requests, receipt.audience
    if audience is not None:
        audience.say(f"ims [{audience.host}] started {job_id}")
        observer = progress_for(1, audience.say, audience.host, lambda: client.requests - began, client.texts)
    return Wait([job_id], client, plan, client.clock, observer=observer).run()


def _last_of(outcome: Outcome) -> Last:
    (tracked,) = outcome.jobs
    if outcome.ending is Ending.REFUSED and outcome.last_error is not None:
        raise outcome.last_error
    if outcome.ending is Ending.FAILED and tracked.error is not None:
        raise tracked.error
    sighting = t.cast("Sighting | None", tracked.reading)
    return Last(outcome.ending is Ending.DONE, sighting, tracked.error, outcome.elapsed)
