# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the journal knows of one start: what was meant, which job it became, how that ended.

The API cannot list jobs, and does not promise that an image in creation is visible. So a run that was killed can only
be taken over by what it wrote down itself.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import hashlib
import json
import typing as t

from ..times import iso, parse_time

FORMAT = 1
POWER = "power"
"""The api of an entry about a server that was stopped, and is to be started again."""


class Stage(enum.Enum):
    """How far a start has come, as far as the journal was told."""

    INTENDED = "intended"
    """Written before the request was sent. Whether a job was started is not known until its id is written, too."""
    STARTED = "started"
    ENDED = "ended"


@dataclasses.dataclass(frozen=True)
class Intent:
    """What identifies a start: the same intent is the same request to the same project of the same cloud."""

    cloud: str
    project_id: str | None
    api: str
    path: str
    body: t.Mapping[str, t.Any]

    @property
    def key(self) -> str:
        """Return 32 hexadecimal digits, which are the name of the entry's file, too."""
        text = json.dumps(dataclasses.asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    @property
    def is_start(self) -> bool:
        """Return whether it is about a job, and not about a state to go back to."""
        return self.api != POWER


@dataclasses.dataclass(frozen=True)
class Entry:
    """One file of the journal. ``what`` is for people; ``run`` is journal_run, where one was given."""

    intent: Intent
    what: str
    stage: Stage
    intended_at: datetime.datetime
    changed_at: datetime.datetime
    run: str | None = None
    job_id: str | None = None
    succeeded: bool | None = None
    image_ids: tuple[str, ...] = ()
    before: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    """What has to be restored, such as the state that a server was in."""

    def to_result(self) -> dict[str, t.Any]:
        """Return the fields of the file, as users get them, too. There is no secret in it."""
        return {
            "format": FORMAT,
            "what": self.what,
            "stage": self.stage.value,
            "job_id": self.job_id,
            "succeeded": self.succeeded,
            "image_ids": list(self.image_ids),
            "run": self.run,
            "intended_at": iso(self.intended_at),
            "changed_at": iso(self.changed_at),
            "before": dict(self.before),
            "intent": dataclasses.asdict(self.intent),
        }

    def to_json(self) -> str:
        """Return the file's text, for people to read."""
        return json.dumps(self.to_result(), indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Entry:
        """Return the entry of a file; raise ValueError for anything that this version did not write."""
        try:
            fields = json.loads(text)
            if fields["format"] != FORMAT:
                raise ValueError(f"format {fields['format']}")
            intended_at, changed_at = parse_time(fields["intended_at"]), parse_time(fields["changed_at"])
            if intended_at is None or changed_at is None:
                raise ValueError("a time is missing")
            return cls(
                intent=Intent(**fields["intent"]),
                what=str(fields["what"]),
                stage=Stage(fields["stage"]),
                intended_at=intended_at,
                changed_at=changed_at,
                run=fields["run"],
                job_id=fields["job_id"],
                succeeded=fields["succeeded"],
                image_ids=tuple(fields["image_ids"]),
                before=dict(fields["before"]),
            )
        except (KeyError, TypeError, AttributeError, RecursionError) as exc:
            raise ValueError(f"not an entry of a journal ({type(exc).__name__}: {exc})") from exc
