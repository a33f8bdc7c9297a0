# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Scripts of jobs: how long a job takes, what it shows meanwhile and how it ends."""

from __future__ import annotations

import dataclasses
import typing as t

from .values import built_by, from_json, listed, number, one_of

SUCCESS = "SUCCESS"
FAIL = "FAIL"
NEVER = "NEVER"
INIT = "INIT"
RUNNING = "RUNNING"

FAILURE_LEVELS = ("top", "entities", "sub_job", "results", "none")
PERCENT_STYLES = ("documented", "honest", "coarse", "stale", "absent", "null", "out_of_100", "empty")
TIME_FORMATS = ("iso", "legacy")


@dataclasses.dataclass(frozen=True)
class Failure:
    """Where in its answer the cloud tells why a job failed."""

    level: str = "top"
    code: str | None = "IMG.0061"
    reason: str | None = "An unknown system error has occurred."
    # How far the job gets before it fails, as a share of 1.
    progress: float = 0.6

    def __post_init__(self) -> None:
        one_of("level", self.level, FAILURE_LEVELS)
        number("progress", self.progress, least=0)


@dataclasses.dataclass(frozen=True)
class SubJob:
    """A job inside a job; without an image id of its own it gets a new one."""

    job_type: str = "imsImportImageJob"
    outcome: str = SUCCESS
    image_id: str | None = None
    image_name: str | None = None
    job_id: str | None = None
    code: str | None = None
    reason: str | None = None


@dataclasses.dataclass(frozen=True)
class Result:
    """One item of a batch."""

    status: str = "success"
    image_id: str | None = None
    project_id: str | None = None

    def to_json(self) -> dict[str, t.Any]:
        """Only what is known: the samples of 2024 have no project_id."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value is not None}


@dataclasses.dataclass(frozen=True)
class StatusAt:
    """From so many seconds after the start, the job shows this status until the next one or its end."""

    at: float
    status: str


def _failure(value: t.Any) -> Failure | None:
    return None if value is None else from_json(Failure, value)


@dataclasses.dataclass(frozen=True)
class JobScript:
    """How a job goes. Times are seconds after its start; what is None is filled in by the type of the job."""

    init_seconds: float | None = None
    duration: float | None = None
    # SUCCESS, FAIL, NEVER (runs for ever), or any other word, which the job then shows for ever.
    outcome: str = SUCCESS
    percent: str = "documented"
    stale_at: float = 0.2
    tasks: tuple[str, ...] | None = dataclasses.field(default=None, metadata=built_by(listed(str)))
    statuses: tuple[StatusAt, ...] = dataclasses.field(
        default=(), metadata=built_by(listed(lambda item: from_json(StatusAt, item)))
    )
    failure: Failure | None = dataclasses.field(default=None, metadata=built_by(_failure))
    # Of a batch: how many of its items fail, whatever the outcome.
    failed_results: int = 0
    results: tuple[Result, ...] | None = dataclasses.field(
        default=None, metadata=built_by(listed(lambda item: from_json(Result, item)))
    )
    sub_jobs: tuple[SubJob, ...] | None = dataclasses.field(
        default=None, metadata=built_by(listed(lambda item: from_json(SubJob, item)))
    )
    time_format: str = "iso"
    # Added to, or put in place of, what `entities` would have.
    entities: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)

    def __post_init__(self) -> None:
        one_of("percent", self.percent, PERCENT_STYLES)
        one_of("time_format", self.time_format, TIME_FORMATS)
        for name in ("init_seconds", "duration"):
            if getattr(self, name) is not None:
                number(name, getattr(self, name), least=0)
        number("stale_at", self.stale_at, least=0)
        number("failed_results", self.failed_results, least=0)
        if not isinstance(self.outcome, str) or not self.outcome:
            raise ValueError(f"outcome must be a status word, not {self.outcome!r}.")
        if not isinstance(self.entities, t.Mapping):
            raise ValueError(f"entities must be a JSON object, not {self.entities!r}.")

    def filled(self, duration: float) -> JobScript:
        """The same with its times settled."""
        whole = duration if self.duration is None else self.duration
        init = min(2.0, whole / 10) if self.init_seconds is None else min(self.init_seconds, whole)
        failure = self.failure or (Failure() if self.outcome == FAIL else None)
        return dataclasses.replace(self, duration=whole, init_seconds=init, failure=failure)
