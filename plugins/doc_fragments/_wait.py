# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation of the options that say how to wait for jobs."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  timeout:
    description:
      - How long to wait for all the jobs together. With V(0) each job is polled once.
      - This and all other times are numbers of seconds, or spans such as V(90s), V(15m), V(2h), V(1d) or V(1h30m).
        Results are in seconds.
      - Exports take from minutes to hours, depending on the image's size and on what else the cloud exports.
      - A timeout does not stop the jobs. They go on in the cloud, and can be waited for again by the same ids.
    type: str
    default: 2h
  delay:
    description: How long to wait before the first poll. It counts towards O(timeout).
    type: str
    default: 0s
  interval:
    description: The shortest pause between two polls of the same job, V(0.001) at least.
    type: str
    default: 2s
  max_interval:
    description: The longest pause between two polls of the same job, a day at most.
    type: str
    default: 30s
  backoff:
    description:
      - How the pause between two polls of the same job changes.
      - V(adaptive) polls less often as the job gets older, and more often again when the progress that it reports says
        that its end is near.
      - V(exponential) doubles the pause from O(interval) to O(max_interval).
      - V(fixed) polls each O(interval).
      - Pauses vary by a tenth at random, so that jobs that started together are not asked for together.
    type: str
    choices: [adaptive, exponential, fixed]
    default: adaptive
  max_requests_per_second:
    description: How many polls a second at the most, over all jobs of the task, from V(0.001) to V(100000).
    type: float
    default: 10.0
  wait_for:
    description:
      - V(all) waits until every job has ended, V(any) until one has ended well.
    type: str
    choices: [all, any]
    default: all
  fail_fast:
    description:
      - Whether one failed job ends the wait. The others are then returned as they stand.
      - With V(false) the wait goes on for the others, and fails when they have ended.
    type: bool
    default: true
  ignore_partial_failure:
    description:
      - Whether a job that ended with V(SUCCESS), but with failed items in its batch or failed sub jobs, counts as a
        success.
      - Only C(ShowJob) tells the items of a batch; it needs a project id, or a region to look it up by.
    type: bool
    default: false
  error_timeout:
    description:
      - How long the cloud may be unreachable or broken in a row before the wait gives up, counted from the last valid
        response about a job. Refused connections, interrupted TLS handshakes, HTTP statuses 429 and 5xx, unreadable
        answers and answers that do not fit the schema are waited through.
      - Refused credentials, missing permissions and wrong requests end the wait at once.
    type: str
    default: 5m
  stall_timeout:
    description:
      - End the wait when status, step and percent of a job have not changed for that long. V(0s) is off.
      - Many jobs report no percent, or one that stands still for long.
    type: str
    default: 0s
  show_progress:
    description:
      - Whether to print progress lines, on standard error so that they are live in pipes, too. The first one names the
        job as soon as it is known. Nothing is printed for tasks with C(no_log).
    type: bool
    default: true
  artifacts:
    description:
      - Whether to publish C(ims_jobs) (the jobs in short form), C(ims_image_ids), C(ims_failed_jobs) and
        C(ims_pending_jobs) (ids) to the AWX workflow, where the next nodes find them among their variables. It is what
        C(ansible.builtin.set_stats) would do.
      - With very many jobs C(ims_jobs) has fewer keys, then only the jobs that did not succeed; C(ims_left_out) says
        what was left out, and is null otherwise.
      - Ansible takes them from a task that went well only. After a failure they are in the result, as
        RV(ignore:ansible_stats).
    type: bool
    default: false
  poll_from:
    description:
      - V(controller) asks the cloud from where Ansible runs (in AWX, from the execution environment), whatever C(hosts)
        says.
      - V(target) asks from the task's host, for networks where only that one reaches the cloud. Each poll is a run of
        M(huaweicloud.ims.ims_job_info) there, which costs some tenths of a second, and hands it the credentials. Where
        neither the task nor the controller's environment has any, those of the host's own environment count.
    type: str
    choices: [controller, target]
    default: controller
"""
