# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jinja tests on jobs, so that ims_job_info with ``until`` reads like prose."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError

_Result = t.Mapping[str, t.Any]


def job_finished(value: t.Any) -> bool:
    """Every job has ended, well or badly."""
    jobs, missing = _jobs(value)
    return not missing and all(job["finished"] for job in jobs)


def job_succeeded(value: t.Any) -> bool:
    """Every job has ended well, with all its items."""
    jobs, missing = _jobs(value)
    return not missing and all(job["succeeded"] and not job.get("failed_items") for job in jobs)


def job_failed(value: t.Any) -> bool:
    """At least one job has ended badly, or with failed items."""
    return any(job["finished"] and (not job["succeeded"] or job.get("failed_items")) for job in _jobs(value)[0])


def _jobs(value: t.Any) -> tuple[list[_Result], list[str]]:
    """Return the jobs of a job, a list of jobs, or a registered result, and the ids that the cloud does not know."""
    if isinstance(value, t.Mapping):
        if "jobs" in value:
            return list(value["jobs"]), list(value.get("missing") or [])
        if "finished" in value and "succeeded" in value:
            return [value], []
        if value.get("failed") or value.get("skipped"):
            # A look that went wrong shows no job that has ended; with until it is simply taken again.
            return [], [str(value.get("msg", ""))]
    elif isinstance(value, t.Sequence) and not isinstance(value, str):
        return list(value), []
    raise AnsibleFilterError("Neither a job, nor a list of jobs, nor a result of ims_job_info or wait_for_ims_job.")


class TestModule:
    def tests(self) -> dict[str, t.Callable[[t.Any], bool]]:
        return {"job_finished": job_finished, "job_succeeded": job_succeeded, "job_failed": job_failed}
