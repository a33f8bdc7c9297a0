# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ask for jobs on the task's host, by ims_job_info: for networks where only that host reaches the cloud."""

from __future__ import annotations

import typing as t

from ansible.plugins.action import ActionBase

from ..module_utils._ims.api.client import Answer
from ..module_utils._ims.api.job import Job
from ..module_utils._ims.errors import NoAnswerError
from ..module_utils._options import Options

_JOBS_AT_ONCE = 50


class TargetError(NoAnswerError):
    """ims_job_info failed on the task's host, or that host could not be reached."""

    def __init__(self, result: t.Mapping[str, t.Any]) -> None:
        facts = {key: result[key] for key in ("http_status", "error_code", "error_msg", "request_id") if key in result}
        super().__init__(str(result.get("msg", "ims_job_info failed on the task's host without a message")))
        self.facts.update(facts)
        # An unreachable host is like an unreachable cloud: it may come back.
        self.is_transient = bool(result.get("transient", result.get("unreachable", False)))
        self.retry_after = result.get("retry_after")


class AskOnTarget:
    """Asks by a run of ims_job_info on the task's host: one run for all jobs that are due."""

    batch_size = _JOBS_AT_ONCE

    def __init__(self, action: ActionBase, options: Options, task_vars: dict[str, t.Any]) -> None:
        self._action = action
        self._options = options
        self._task_vars = task_vars
        self.requests = 0

    def __call__(self, job_ids: t.Sequence[str], timeout: float) -> t.Mapping[str, Answer]:
        result = self._action._execute_module(
            module_name="huaweicloud.ims.ims_job_info",
            module_args=self._arguments(job_ids, timeout),
            task_vars=self._task_vars,
        )
        self.requests += result.get("requests", 0)
        if result.get("failed") or result.get("unreachable"):
            error = TargetError(result)
            return dict.fromkeys(job_ids, error)
        found = {job["job_id"]: Job.from_result(job) for job in result["jobs"]}
        return {job_id: found.get(job_id) for job_id in job_ids}

    def _arguments(self, job_ids: t.Sequence[str], timeout: float) -> dict[str, t.Any]:
        """Return the module's arguments: what was resolved here, so that the host's own environment does not count."""
        options = self._options
        return {
            "job_ids": list(job_ids),
            "auth_type": options.auth_type,
            "access_key": options.access_key,
            "secret_key": options.secret_key,
            "security_token": options.security_token,
            "auth_token": options.auth_token,
            "username": options.username,
            "password": options.password,
            "domain_name": options.domain_name,
            "region": options.region,
            "project_id": options.project_id,
            "endpoint": options.endpoint,
            "iam_endpoint": options.iam_endpoint,
            "validate_certs": options.validate_certs,
            "ca_path": options.ca_path,
            "request_timeout": min(options.request_timeout, timeout),
        }
