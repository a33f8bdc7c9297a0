# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_job_info does."""

from __future__ import annotations

from .._argspec import JOB_IDS, QUERY_API
from .._error_facts import facts_of
from .._failures import Result, failure
from .._ims.api.client import ImsClient
from .._ims.api.job import Job
from .._ims.errors import ImsError
from .._job_ids import named_jobs
from .reading import Params, Reading


def read_jobs(client: ImsClient, params: Params) -> Result:
    """Return the jobs that were found, and each error in the place of its job: one bad id does not hide the others."""
    named = named_jobs(params["job_ids"])
    answers = client.find_jobs(named.job_ids)
    errors = {job_id: answer for job_id, answer in answers.items() if isinstance(answer, ImsError)}
    first = next(iter(errors.values()), None)
    jobs = [answer for answer in answers.values() if isinstance(answer, Job)]
    return {
        **(failure(first, client.texts) if first is not None else {}),
        "jobs": [job.to_result() for job in jobs],
        "missing": [job_id for job_id, answer in answers.items() if answer is None],
        "errors": [{"job_id": job_id, **facts_of(error)} for job_id, error in errors.items()],
        "warnings": named.warnings,
    }


WORK = Reading("ims_job_info", JOB_IDS.merged(QUERY_API), read_jobs)
