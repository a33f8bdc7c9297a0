# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that name jobs and how to ask for them."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  job_ids:
    description:
      - The jobs, by the RV(ignore:job_id) that the call that started each has returned.
      - One id, a list, or ids with commas between them. Instead of an id, the registered result of a task that starts
        jobs can be given, or that of a loop of them.
      - Repeats and the skipped items of a loop are left out. So are nulls, empty texts, and results of tasks that have
        started no job (in a dry run, or because there was nothing to do), with a warning.
      - A job is known only in the region and project where it was started; a copy to another region in its source
        region.
    type: raw
    required: true
    aliases: [job_id]
"""

    QUERY_API = r"""
options:
  query_api:
    description:
      - Which of the two query calls of IMS to use.
      - V(show_job) is C(GET /v1/{project_id}/jobs/{job_id}). Only it tells the results of each image in a batch
        (image members), and it needs a project id.
      - V(show_job_progress) is C(GET /v1/cloudimages/job/{job_id}), which the documentation recommends.
      - V(auto) uses V(show_job), and V(show_job_progress) where the former is not published, where no project id can be
        had, and where the former is refused with HTTP 403 before it was ever answered. The latter needs a right that
        is documented, C(ims:imageJobs:getPercentage).
    type: str
    choices: [auto, show_job, show_job_progress]
    default: auto
"""
