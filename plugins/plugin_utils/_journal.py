# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an action plugin has to do with the journal: it sees how jobs end."""

from __future__ import annotations

import os

from ..module_utils._argspec import JOURNAL_VARIABLES
from ..module_utils._ims.clock import SystemClock
from ..module_utils._ims.errors import ImsError, OptionError
from ..module_utils._ims.journal.store import End
from ..module_utils._work.journaled import journal_of, run_of
from ._task import Params, Result, Task


def note_ends(task: Task, params: Params, waited: Result) -> list[str]:
    """Note in the journal how the jobs of a wait have ended. Return warnings: a wait does not fail by its journal."""
    succeeded = set(waited.get("succeeded_jobs") or ())
    ends = {
        job["job_id"]: End(job["job_id"] in succeeded, job["image_ids"])
        for job in waited.get("jobs") or ()
        if job["finished"]
    }
    if task.check_mode or not ends:
        return []
    try:
        journal = journal_of(params, SystemClock())
        if journal is not None:
            journal.record_ends(ends)
    except ImsError as exc:
        return [f"How the jobs have ended is not in the journal: {exc}"]
    return []


def far_journal(task: Task, params: Params) -> list[str]:
    """Return warnings about the journal of a task whose job is started by a module, which keeps it on its host.

    This process, which waits, cannot write there. Raises OptionError where nobody would note how the job ends.
    """
    name = JOURNAL_VARIABLES["journal"]
    # What stands in the task's environment reaches its module.
    is_given = task.args.get("journal") or task.environment().get(name) != os.environ.get(name)
    if params["journal"] and not is_given and task.is_elsewhere:
        return [
            "journal: the folder of HUAWEICLOUD_IMS_JOURNAL is on this machine, and the job is started on another one:"
            " it is not written down. Set journal on the task to keep one there."
        ]
    if is_given and not run_of(params):
        raise OptionError(
            "journal_run is missing: this task starts its job by a module on the task's host, and keeps the journal"
            " there, where nobody notes how the job ends. Say which run this is, by a date for example."
        )
    return []
