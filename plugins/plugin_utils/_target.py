# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask for jobs on the task's host, by ims_job_info: for networks where only that host reaches the cloud."""

from __future__ import annotations

import typing as t

from ..module_utils._error_facts import error_from
from ..module_utils._ims.api.job import Job
from ..module_utils._ims.api.protocol import Answer
from ..module_utils._ims.errors import ImsError, NoAnswerError, UnreadableAnswerError
from ..module_utils._ims.schema.deviations import Deviation
from ._task import HostLostError, Result, Task

_JOBS_AT_ONCE = 50


class TargetFetch:
    """Asks by a run of ims_job_info on the task's host: one run for all jobs that are due. Is a Fetch.

    ``arguments`` are those of the module that say whose jobs are asked for, and where.
    """

    batch_size = _JOBS_AT_ONCE

    def __init__(self, task: Task, arguments: t.Mapping[str, t.Any], request_timeout: float) -> None:
        self._task = task
        self._arguments = dict(arguments)
        self._request_timeout = request_timeout
        self._answers: dict[str, Answer] = {}
        self.requests = 0

    def submit(self, job_ids: t.Sequence[str], timeout: float) -> None:
        """Ask, and be done when the module has run: nothing is under way afterwards."""
        self._answers.update(self._ask(job_ids, max(0.001, min(self._request_timeout, timeout))))

    def collect(self, timeout: float) -> t.Mapping[str, Answer]:
        answers, self._answers = self._answers, {}
        return answers

    def _ask(self, job_ids: t.Sequence[str], timeout: float) -> t.Mapping[str, Answer]:
        """Return an answer for each id. A host that is away for a moment is an outage, as a cloud that is."""
        arguments = {**self._arguments, "job_ids": list(job_ids), "request_timeout": f"{timeout:.3f}"}
        try:
            result = self._task.try_module("ims_job_info", arguments)
            self.requests += _number(result.get("requests"))
            return _answers(result, job_ids)
        except HostLostError as exc:
            return dict.fromkeys(job_ids, NoAnswerError(f"the task's host is out of reach: {exc}"))
        except Exception as exc:
            said = f"ims_job_info on the task's host gave an answer that could not be dealt with ({exc!r})"
            return dict.fromkeys(job_ids, UnreadableAnswerError(said))


def _answers(result: Result, job_ids: t.Sequence[str]) -> dict[str, Answer]:
    if "jobs" not in result:
        return dict.fromkeys(job_ids, _error_of_run(result))
    found: dict[str, Answer] = dict.fromkeys(result["missing"])
    found.update({error["job_id"]: error_from(error) for error in result["errors"]})
    odd = tuple(filter(None, map(Deviation.from_text, result.get("schema_violations") or ())))
    found.update({job["job_id"]: Job.from_result(job, odd) for job in result["jobs"]})
    silence = UnreadableAnswerError("ims_job_info on the task's host said nothing about the job")
    return {job_id: found.get(job_id, silence) for job_id in job_ids}


def _error_of_run(result: Result) -> ImsError:
    """Return the error of a run that brought no answer for any job."""
    said = str(result.get("msg") or "without a message")
    if not result.get("failed"):
        return UnreadableAnswerError(f"ims_job_info on the task's host returned no jobs: {said}")
    return error_from({**result, "kind": "other", "msg": said})


def _number(value: t.Any) -> int:
    return value if isinstance(value, int) else 0
