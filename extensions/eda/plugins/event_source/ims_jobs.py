# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An event source of ansible-rulebook: watches jobs of IMS, and emits an event for each change of their status."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import sys
import threading
import types
import typing as t
from pathlib import Path

DOCUMENTATION = r"""
short_description: Watch asynchronous jobs of Huawei Cloud IMS
version_added: 1.0.0
author:
  - the huaweicloud.ims contributors (@huaweicloud-ims)
description:
  - Emits an event for each change of a job's status, so that rules can act on it while no playbook has to wait.
  - The first poll of a job is a change, too, with a null C(previous_status). So after a restart all jobs that are still
    given are told again, those that have ended in the meantime as well; take away what was dealt with.
  - Outages are outlasted, however long they take, and told in the log, once each. A permanent error that concerns all
    jobs, such as refused credentials, ends the source with an error, and with it the rulebook. One that concerns a
    single job, once the cloud has answered for any, is an event with the C(outcome) V(failed).
  - Waits between two polls exactly as M(huaweicloud.ims.wait_for_ims_job) does.
requirements:
  - ansible-core >= 2.16, requests and jsonschema >= 3.2, in the Python of ansible-rulebook
options:
  job_ids:
    description: Ids of jobs, or one id.
    type: raw
  job_ids_dir:
    description:
      - A folder whose file names are job ids, looked through all the time. What is in the files does not matter, and
        names that begin with a dot do not count.
      - It may appear later. Making and removing a file are single steps, so anybody can add jobs at any time without a
        lock, and the rule that has dealt with a job can remove its file. Removing one does not end its watch.
    type: path
  stop_when_done:
    description:
      - Whether the source, and with it the rulebook, ends when all jobs have ended. Actions that take longer than the
        option C(--shutdown-delay) of ansible-rulebook are cut short then.
    type: bool
    default: false
  interval:
    description:
      - Shortest pause between two polls of a job, and the pause between two looks into the folder.
      - It is a number of seconds, or a span such as V(90s) or V(2m), as in the other options here.
    type: str
    default: 2s
  max_interval:
    description: Longest pause between two polls of a job.
    type: str
    default: 30s
  backoff:
    description: How the pauses grow, as for M(huaweicloud.ims.wait_for_ims_job).
    type: str
    choices: [adaptive, exponential, fixed]
    default: adaptive
  max_requests_per_second:
    description: How often the cloud is asked at most, for all jobs together.
    type: float
    default: 10
  ignore_partial_failure:
    description: Whether a job that ended with C(SUCCESS) although items of it failed has C(outcome) V(succeeded).
    type: bool
    default: false
  access_key:
    description:
      - As all other options for credentials and endpoints that M(huaweicloud.ims.wait_for_ims_job) has (C(secret_key),
        C(security_token), C(auth_token), C(username), C(password), C(domain_name), C(auth_type), C(idp_id), C(profile),
        C(id_token_file), C(credentials_file), C(shared_config_file), C(assume_role_agency_name),
        C(assume_role_domain_name), C(assume_role_domain_id), C(assume_role_duration), C(cloud), C(region),
        C(project_id), C(project_name), C(endpoint), C(iam_endpoint), C(ecs_endpoint), C(obs_endpoint),
        C(validate_certs), C(ca_path), C(request_timeout), C(on_schema_violation)). What is not given comes from the
        environment of ansible-rulebook, for example from E(HW_ACCESS_KEY).
      - C(journal) and C(journal_run) are taken, and mean nothing here, where nothing is started.
    type: str
"""

EXAMPLES = r"""
- name: Deal with the jobs that others put into a folder
  hosts: localhost
  sources:
    - huaweicloud.ims.ims_jobs:
        job_ids_dir: /var/lib/ims/jobs
        region: cn-north-4
  rules:
    - name: It is there
      condition: event.outcome == "succeeded"
      action:
        run_playbook:
          name: on_success.yml
    - name: It failed
      condition: event.outcome == "failed"
      action:
        run_playbook:
          name: on_failure.yml
"""

RETURN = r"""
job_id:
  description: The job.
  type: str
job:
  description: The job, as M(huaweicloud.ims.ims_job_info) returns it. One that is not known has a null status.
  type: dict
previous_status:
  description: Its status before, null at the first look.
  type: str
outcome:
  description:
    - V(pending) while it has not ended, then V(succeeded) or V(failed). V(failed) are also a batch of which a part
      failed, and an id that the cloud does not know a minute after it was first asked for.
  type: str
reason:
  description: Why it failed, in the cloud's own words, else null.
  type: str
"""

_SHARED = "huaweicloud_ims_shared"


def _shared(name: str) -> t.Any:
    """Import a module of this collection's module_utils.

    ansible-rulebook runs this file by its path and without Ansible's loader, so that the name ansible_collections leads
    nowhere, or to another copy of the collection.
    """
    if _SHARED not in sys.modules:
        package = types.ModuleType(_SHARED)
        package.__path__ = [str(Path(__file__).resolve().parents[4] / "plugins" / "module_utils")]
        sys.modules[_SHARED] = package
    return importlib.import_module(f"{_SHARED}.{name}")


if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.plugins.module_utils import (
        _argspec,
        _connect,
        _job_ids,
        _options,
        _wait_plan,
    )
    from ansible_collections.huaweicloud.ims.plugins.module_utils._ims import clock, errors, masking
    from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api import job as jobs
    from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.report import events
    from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema import deviations
    from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.wait import watch as watches
else:
    _argspec, _connect, _job_ids, _options, _wait_plan = map(
        _shared, ("_argspec", "_connect", "_job_ids", "_options", "_wait_plan")
    )
    clock, errors, masking = (_shared(f"_ims.{name}") for name in ("clock", "errors", "masking"))
    jobs, events, watches = (_shared(f"_ims.{name}") for name in ("api.job", "report.events", "wait.watch"))
    deviations = _shared("_ims.schema.deviations")

_WAIT_OPTIONS = ("interval", "max_interval", "backoff", "max_requests_per_second", "ignore_partial_failure")
# ansible-rulebook adds it when a source is to learn what became of its events; this one does not need to.
_FEEDBACK = "eda_feedback_queue"
_Params = dict[str, t.Any]

log = logging.getLogger("huaweicloud.ims.ims_jobs")


class Queue(t.Protocol):
    async def put(self, event: _Params) -> None:
        """Hand an event over to the rules."""


async def main(queue: Queue, args: _Params) -> None:
    """Watch until cancelled, or until all is done where that was asked for. Raises ImsError."""
    params = _validated({name: value for name, value in args.items() if name != _FEEDBACK})
    plan = _wait_plan.endless_plan_of(params)
    client = _connect.connect(_options.resolve(params, os.environ), os.environ, clock.SystemClock(), _warn(params))
    watch = watches.Watch(client, plan, clock.SystemClock())
    folder = JobIdsFolder(params["job_ids_dir"], client.texts)
    named = _job_ids.named_jobs(params["job_ids"] or [])
    for warning in named.warnings:
        log.warning("%s", client.texts.line(warning))
    watch.add(named.job_ids)
    had_outage = False
    odd = deviations.Deviations()
    while True:
        watch.add(await _in_thread(folder.read))
        for change in await _in_thread(lambda: watch.poll(plan.interval)):
            await queue.put(events.event_of(change, client.texts))
        for news in odd.add(client.odd.take().listed()):
            log.warning("Odd answer of the cloud: %s", client.texts.line(news))
        if watch.refused is not None:
            raise watch.refused
        had_outage = _report_outage(watch.outage, had_outage, client.texts)
        if params["stop_when_done"] and not watch.pending:
            return


def argument_spec(environ: t.Mapping[str, str] | None = None) -> _argspec.ArgumentSpec:
    waiting = {name: _argspec.WAITING.options[name] for name in _WAIT_OPTIONS}
    own: dict[str, dict[str, t.Any]] = {
        "job_ids": {"type": "raw", "aliases": ["job_id"]},
        "job_ids_dir": {"type": "path"},
        "stop_when_done": {"type": "bool", "default": False},
    }
    return _argspec.auth_spec(environ).merged(_argspec.ArgumentSpec({**waiting, **own}))


def _validated(args: _Params) -> _Params:
    """Return the options with their types and defaults, as a module would get them. Raises OptionError."""
    from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

    spec = argument_spec()
    arguments = spec.arguments()
    checked = ArgumentSpecValidator(arguments.pop("argument_spec"), **arguments).validate(args)
    unknown = sorted(str(name) for name in checked.unsupported_parameters)
    if unknown:
        supported = ", ".join(sorted(spec.options))
        meant = spec.suggestion(unknown)
        raise errors.OptionError(f"Unsupported option: {', '.join(unknown)}.{meant} Supported are {supported}.")
    if checked.error_messages:
        raise errors.OptionError("; ".join(checked.error_messages))
    params: _Params = checked.validated_parameters
    if not params["job_ids"] and not params["job_ids_dir"]:
        raise errors.OptionError("Nothing to watch: give job_ids, or job_ids_dir.")
    return params


def _warn(params: _Params) -> t.Callable[[str], None]:
    """Return how the core warns: by a line of the log, without secrets."""
    texts = _options.texts_of(params, os.environ)
    return lambda text: log.warning("%s", texts.line(text, 1000))


class JobIdsFolder:
    """A folder that others put files named by job ids into."""

    def __init__(self, path: str | None, texts: masking.Texts = masking.NO_SECRETS) -> None:
        self._path = path
        self._texts = texts
        self._told: set[str] = set()

    def read(self) -> list[str]:
        """Return the ids that are there now. A wrong name must not end the watch of the others: it is told, once."""
        try:
            names = os.listdir(self._path) if self._path else []
        except (OSError, ValueError) as exc:
            self._tell("job_ids_dir cannot be read now: %s", exc)
            return []
        return [name for name in names if not name.startswith(".") and self._is_job_id(name)]

    def _is_job_id(self, name: str) -> bool:
        try:
            return jobs.checked_job_id(name) == name
        except errors.OptionError as exc:
            self._tell("A file name in job_ids_dir is left out: %s", exc)
            return False

    def _tell(self, text: str, error: Exception) -> None:
        if str(error) not in self._told:
            self._told.add(str(error))
            log.warning(text, self._texts.line(error))


def _report_outage(outage: errors.ImsError | None, before: bool, texts: masking.Texts) -> bool:
    """Log when valid responses cease to come, and when they come again."""
    if outage is not None and not before:
        log.warning("No valid response from the cloud (%s); still trying", texts.line(outage))
    if outage is None and before:
        log.warning("The cloud answers again")
    return outage is not None


_Found = t.TypeVar("_Found")


async def _in_thread(work: t.Callable[[], _Found]) -> _Found:
    """Run what blocks in a thread of its own: one that does not keep the process from ending, as a pool's would."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[_Found] = loop.create_future()

    def settle(found: t.Any, error: BaseException | None) -> None:
        if future.cancelled():
            return
        if error is None:
            future.set_result(found)
        else:
            future.set_exception(error)

    def run() -> None:
        found, error = None, None
        try:
            found = t.cast(t.Any, work())
        except Exception as exc:
            error = exc
        with contextlib.suppress(RuntimeError):  # the loop was closed meanwhile
            loop.call_soon_threadsafe(settle, found, error)

    threading.Thread(target=run, name="ims_jobs", daemon=True).start()
    return await future
