# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs that a task names: ids, registered results of tasks that start jobs, or those of loops of them."""

from __future__ import annotations

import dataclasses
import typing as t

from ._ims.api.job import checked_job_id
from ._ims.errors import OptionError
from ._ims.masking import NO_SECRETS

_MAX_TOLD = 3


@dataclasses.dataclass(frozen=True)
class NamedJobs:
    """``job_ids`` has each id once, in order; ``left_out`` counts the entries that are not among them.

    ``warnings`` says which of them name no job. Repeats and the skipped items of a loop are no mistake.
    """

    job_ids: tuple[str, ...]
    left_out: int
    warnings: tuple[str, ...]


def named_jobs(value: t.Any) -> NamedJobs:
    """Return the jobs that the option ``job_ids`` names. Raises OptionError for what is neither an id nor a result."""
    found: dict[str, None] = {}
    entries = _entries(value)
    named = [_jobs_of(entry) for entry in entries]
    for ids in named:
        found.update(dict.fromkeys(checked_job_id(job_id) for job_id in ids))
    idle = [said for entry, ids in zip(entries, named) if not ids and (said := _said(entry)) is not None]
    empty = sum(_is_empty(entry) for entry in entries)
    left_out = sum(max(1, len(ids)) for ids in named) - len(found)
    return NamedJobs(tuple(found), left_out, tuple(_warnings(empty, idle, bool(found))))


def _entries(value: t.Any) -> list[t.Any]:
    """Return the entries of a list, of a comma-separated text, and of the results of loops; all else is one entry."""
    if isinstance(value, str):
        return [part for part in value.split(",") if part.strip()] or [value]
    entries = list(value) if isinstance(value, (list, tuple)) else [value]
    return [one for entry in entries for one in (entry["results"] if _is_loop(entry) else [entry])]


def _is_loop(entry: t.Any) -> bool:
    return isinstance(entry, t.Mapping) and isinstance(entry.get("results"), (list, tuple)) and "job_id" not in entry


def _jobs_of(entry: t.Any) -> list[t.Any]:
    """Return the ids of an entry."""
    if isinstance(entry, t.Mapping):
        ids = entry.get("job_ids")
        return [job_id for job_id in (ids if isinstance(ids, list) and ids else [entry.get("job_id")]) if job_id]
    return [] if _is_empty(entry) else [entry]


def _is_empty(entry: t.Any) -> bool:
    return entry is None or (not isinstance(entry, (t.Mapping, list)) and not str(entry).strip())


def _said(entry: t.Any) -> str | None:
    """Return what the task of a result without a job said; None where nothing has to be said about the entry."""
    if not isinstance(entry, t.Mapping) or entry.get("skipped"):
        return None
    said = NO_SECRETS.line(entry.get("msg") or "nothing", 200).rstrip(".")
    if "job_id" not in entry and entry.get("started") is not False:
        raise OptionError(f"job_ids: a result in the list has no job_id; its task said: {said}.")
    return said


def _warnings(empty: int, idle: list[str], are_others: bool) -> t.Iterator[str]:
    rest = "only the others count" if are_others else "so no job is named"
    if empty:
        yield f"job_ids: {_counted(empty, 'entry is', 'entries are')} null or empty; {rest}."
    if idle:
        told = "; ".join(dict.fromkeys(idle[:_MAX_TOLD])).rstrip(".")
        yield f"job_ids: {_counted(len(idle), 'result has', 'results have')} no job id ({told}); {rest}."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
