# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a job's status means, and how the values beside it are read.

Whoever reads here takes nothing for granted: a value of another type than documented is none.
"""

from __future__ import annotations

import enum
import math
import typing as t

from ..times import parse_time

Raw = t.Mapping[str, t.Any]

_FAILURES = ("FAIL", "ERROR", "CANCEL")


class JobStatus(enum.Enum):
    """What a job's ``status`` means. An undocumented word is UNKNOWN: reported, waited on, never taken for success."""

    INIT = "INIT"
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAIL = "FAIL"
    UNKNOWN = "UNKNOWN"

    @classmethod
    def from_api(cls, word: str | None, has_ended: bool = False) -> JobStatus:
        """Return what a word means; ``has_ended`` says whether the job is known to have ended (it has an end time).

        Of undocumented words, one that begins like a failure (FAILED, ERROR, CANCELLED) is FAIL once the job has ended.
        """
        word = (word or "").strip().upper()
        if word in _STATUSES:
            return _STATUSES[word]
        return cls.FAIL if has_ended and word.startswith(_FAILURES) else cls.UNKNOWN

    @classmethod
    def of(cls, job: Raw) -> JobStatus:
        """Return the status of a job as the cloud says it."""
        status = cls.from_api(text_of(job, "status"), has_ended=True)
        if status is cls.FAIL and parse_time(text_of(job, "end_time")) is None:
            return cls.from_api(text_of(job, "status"))
        return status

    @property
    def is_final(self) -> bool:
        return self in (JobStatus.SUCCESS, JobStatus.FAIL)


_STATUSES = {status.value: status for status in JobStatus}


def is_failure(word: str, job_has_ended: bool) -> bool:
    """Return whether a result's status is a failure.

    Only ``success`` is documented: after the job's end any other word is a failure, before it few are.
    """
    return word.lower() != "success" if job_has_ended else word.upper().startswith(_FAILURES)


def text_of(raw: Raw, name: str) -> str | None:
    """Return a text without blanks around it; nothing, and what is no text, is None."""
    value = raw.get(name)
    return value.strip() or None if isinstance(value, str) else None


def code_of(raw: Raw, name: str) -> str | None:
    """Return an error code, which may come as a number."""
    value = raw.get(name)
    if isinstance(value, bool):
        return None
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return str(int(value))
    return text_of(raw, name)


def percent_of(raw: Raw, name: str) -> float | None:
    """Return 0 to 100. Every documented value is a fraction; one above 1 can only have been meant out of 100."""
    value = raw.get(name)
    if not isinstance(value, (int, float, str)) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    if not math.isfinite(number) or not 0 <= number <= 100:
        return None
    return round(number * 100 if number <= 1 else number, 2)


def object_of(raw: Raw, name: str) -> dict[str, t.Any]:
    """Return an object, empty where there is none."""
    value = raw.get(name)
    return value if isinstance(value, dict) else {}


def objects_of(raw: Raw, name: str) -> list[dict[str, t.Any]]:
    """Return the objects in a list."""
    value = raw.get(name)
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
