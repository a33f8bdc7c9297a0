# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_job_info does."""

from __future__ import annotations

from .._argspec import QUERY_API, ArgumentSpec
from .._error_facts import facts_of
from .._failures import Result, failure
from .._ims.api.client import ImsClient
from .._ims.api.job import Job
from .._ims.errors import ImsError, OptionError
from .._job_ids import named_jobs
from .journaled import journal_of
from .reading import Params, Reading


def read(client: ImsClient, params: Params) -> Result:
    """Return jobs, or the journal's entries, or both, as asked for."""
    found = read_jobs(client, params) if params["job_ids"] is not None or not params["journal_entries"] else {}
    return {**found, **(_entries(client, params) if params["journal_entries"] else {})}


def _entries(client: ImsClient, params: Params) -> Result:
    journal = journal_of(params, client.clock, makes=False)
    if journal is None:
        raise OptionError("journal is missing: give the folder (or HUAWEICLOUD_IMS_JOURNAL in the environment).")
    listed = [{**entry.to_result(), "file": str(journal.path_of(entry.intent))} for entry in journal.entries()]
    return {"journal_entries": listed}


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


WORK = Reading(
    "ims_job_info",
    ArgumentSpec(
        {
            "job_ids": {"type": "raw", "aliases": ["job_id"]},
            "journal_entries": {"type": "bool"},
        },
        required_one_of=(("job_ids", "journal_entries"),),
    ).merged(QUERY_API),
    read,
)
