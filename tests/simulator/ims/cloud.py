# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The state of the simulated cloud: jobs, images, backups, servers, and the objects that exports leave in buckets."""

from __future__ import annotations

import dataclasses
import heapq
import secrets
import threading
import typing as t

from ..account import Account
from ..clock import Clock
from ..ecs.servers import Server, first_servers
from ..scripts import FAIL, SUCCESS, JobScript, Result, SubJob
from ..settings import Settings
from .images import Image, first_images, new_image_id
from .job_types import EXPORT, JobType, type_of
from .job_views import show_job
from .jobs import Job

Effect = t.Callable[[Job], None]


@dataclasses.dataclass(frozen=True)
class _WaitingScript:
    script: JobScript
    job_type: str | None

    def fits(self, job_type: str) -> bool:
        return self.job_type in (None, job_type)


class Cloud:
    """Everything that start calls and jobs change."""

    def __init__(self, clock: Clock, account: Account, partner: Account, settings: t.Callable[[], Settings]) -> None:
        self.lock = threading.RLock()
        self.jobs: dict[str, Job] = {}
        self.objects: dict[str, dict[str, t.Any]] = {}
        self.servers: dict[str, Server] = {}
        # The backups of full-ECS images, which can outlive them: ids of their images by their own.
        self.backups: dict[str, str] = {}
        self.clock = clock
        self.account = account
        self._partner = partner
        self._settings = settings
        self._images: dict[str, Image] = {}
        self._deleted: dict[str, tuple[float, Image]] = {}
        self._effects: dict[str, Effect] = {}
        self._failures: dict[str, Effect] = {}
        self._due: list[tuple[float, str]] = []
        self._open: set[str] = set()
        self._once: list[_WaitingScript] = []
        self._scripts: dict[str | None, JobScript] = {}
        self.reset()

    def reset(self) -> None:
        """As it was when the simulator started."""
        with self.lock:
            held: tuple[dict[t.Any, t.Any], ...] = (self.jobs, self.objects, self.backups, self._images, self._deleted)
            for each in (*held, self._effects, self._failures, self._scripts):
                each.clear()
            self._due.clear()
            self._open.clear()
            self._once.clear()
            self.servers = {server.server_id: server for server in first_servers()}
            for image in first_images(self.account.project_id, self._partner.project_id):
                self.add_image(image)

    @property
    def settings(self) -> Settings:
        return self._settings()

    # Jobs

    def add_job(
        self,
        *,
        job_type: str = EXPORT,
        job_id: str | None = None,
        script: JobScript | None = None,
        image_id: str | None = None,
        image_name: str | None = None,
        results: t.Sequence[Result] = (),
        sub_jobs: t.Sequence[SubJob] = (),
        facts: t.Mapping[str, t.Any] | None = None,
        on_success: Effect | None = None,
        on_failure: Effect | None = None,
        project_id: str | None = None,
    ) -> str:
        """Start a job now; the answer is its id."""
        with self.lock:
            kind = type_of(job_type)
            script = (script or self._script_for(job_type)).filled(self._duration(kind))
            job = Job(
                job_id=job_id or _new_job_id(),
                job_type=job_type,
                project_id=project_id or self.account.project_id,
                started_at=self.clock.now(),
                script=script,
                image_id=image_id or (new_image_id() if kind.image else None),
                image_name=image_name,
                sub_job_id=secrets.token_hex(16) if kind.sub_job_id and not kind.sub_job_type else None,
                results=tuple(results if script.results is None else script.results),
                sub_jobs=_settled_sub_jobs(kind, script, sub_jobs),
                facts=facts or {},
            )
            if job.job_id in self.jobs:
                raise ValueError(f"There is already a job {job.job_id}.")
            if on_success is not None:
                self._effects[job.job_id] = on_success
            if on_failure is not None:
                self._failures[job.job_id] = on_failure
            self._keep(job)
            return job.job_id

    def change_script(self, job_id: str, **changes: t.Any) -> None:
        """Let a job that has started go on by another script."""
        with self.lock:
            job = self.jobs[job_id]
            script = dataclasses.replace(job.script, **changes).filled(self._duration(job.kind))
            self._keep(
                dataclasses.replace(job, script=script, sub_jobs=_settled_sub_jobs(job.kind, script, job.sub_jobs))
            )

    def finish(self, job_id: str, outcome: str = SUCCESS, **changes: t.Any) -> None:
        """End a job now, whatever its script was."""
        with self.lock:
            elapsed = self.clock.now() - self.jobs[job_id].started_at
            self.change_script(job_id, duration=elapsed, outcome=outcome, **changes)
            self.settle()

    def forget_job(self, job_id: str) -> None:
        """Make the cloud forget a job, as it does with old ones."""
        with self.lock:
            del self.jobs[job_id]
            self._effects.pop(job_id, None)
            self._failures.pop(job_id, None)

    def job(self, job_id: str) -> dict[str, t.Any]:
        """A job as ShowJob tells it now."""
        with self.lock:
            return show_job(self.jobs[job_id], self.clock.now())

    def running(self, project_id: str | None = None) -> list[Job]:
        """The jobs that have not ended yet, of one project or of all."""
        now = self.clock.now()
        with self.lock:
            # All jobs that ever were would cost each start more than all else.
            known = (self.jobs[job_id] for job_id in self._open if job_id in self.jobs)
            running = [job for job in known if not job.at(now).is_final]
            self._open = {job.job_id for job in running}
        return [job for job in running if project_id in (None, job.project_id)]

    # Scripts of jobs that are started by calls

    def set_script(self, script: JobScript, *, job_type: str | None = None, once: bool = False) -> None:
        """Give jobs that are started from now on this script: all, those of one type, or only the next one."""
        with self.lock:
            if once:
                self._once.append(_WaitingScript(script, job_type))
            else:
                self._scripts[job_type] = script

    def clear_scripts(self) -> None:
        """Let jobs go by the defaults of their type again."""
        with self.lock:
            self._once.clear()
            self._scripts.clear()

    def _script_for(self, job_type: str) -> JobScript:
        waiting = next((item for item in self._once if item.fits(job_type)), None)
        if waiting is not None:
            self._once.remove(waiting)
            return waiting.script
        return self._scripts.get(job_type) or self._scripts.get(None) or JobScript()

    def _duration(self, kind: JobType) -> float:
        seconds = self.settings.job_seconds
        return seconds if kind.longest is None else min(seconds, kind.longest)

    # Images

    @property
    def images(self) -> dict[str, Image]:
        """Images by id, those of jobs that have ended by now included."""
        self.settle()
        return self._images

    def add_image(self, image: Image) -> Image:
        """Add an image, or put it in the place of the one with its id."""
        with self.lock:
            image = dataclasses.replace(
                image,
                image_id=image.image_id or new_image_id(),
                owner=image.owner or self.account.project_id,
                region=image.region or self.account.region,
            )
            self._images[image.image_id] = image
            if image.backup_id is not None:
                self.backups[image.backup_id] = image.image_id
            return image

    def change_image(self, image: Image, **changes: t.Any) -> Image:
        """Put a changed image in the place of the old one, and note when."""
        return self.add_image(dataclasses.replace(image, **{"updated_at": self.clock.now(), **changes}))

    def drop_image(self, image_id: str) -> None:
        """Take an image away that was never more than shown."""
        self._images.pop(image_id, None)

    def delete_image(self, image: Image) -> None:
        """Take an image away; the lists show it for as long as the settings say."""
        with self.lock:
            del self._images[image.image_id]
            until = self.clock.now() + self.settings.deleted_seconds
            status = self.settings.deleted_status or image.status
            self._deleted[image.image_id] = (until, dataclasses.replace(image, status=status))

    def ghosts(self) -> list[Image]:
        """Images that are gone and are still shown."""
        now = self.clock.now()
        return [image for until, image in self._deleted.values() if until > now]

    def server_is_running(self, server_id: str) -> bool:
        """Whether ECS has that server, and it is not stopped."""
        self.settle()
        server = self.servers.get(server_id)
        return server is not None and server.is_running

    def image_named(self, name: str) -> Image:
        """The image of that name; KeyError if there is none."""
        with self.lock:
            for image in self.images.values():
                if image.name == name:
                    return image
        raise KeyError(name)

    def settle(self) -> None:
        """Carry out what jobs do that have ended by now."""
        with self.lock:
            now = self.clock.now()
            # A little early, yet late enough for at() to see the end: otherwise finish() could miss its own moment.
            while self._due and self._due[0][0] <= now + 1e-6:
                job = self.jobs.get(heapq.heappop(self._due)[1])
                # The script may have changed since: such a job has another entry in the queue.
                status = None if job is None else job.at(now).status
                if job is None or status not in (SUCCESS, FAIL):
                    continue
                good, bad = self._effects.pop(job.job_id, None), self._failures.pop(job.job_id, None)
                effect = good if status == SUCCESS else bad
                if effect is not None:
                    effect(job)

    def _keep(self, job: Job) -> None:
        self.jobs[job.job_id] = job
        self._open.add(job.job_id)
        if job.ends_at is not None:
            heapq.heappush(self._due, (job.ends_at, job.job_id))


def _new_job_id() -> str:
    return f"9a175ac8{secrets.token_hex(12)}"


def _settled_sub_jobs(kind: JobType, script: JobScript, given: t.Sequence[SubJob]) -> tuple[SubJob, ...]:
    """Sub jobs with ids; types whose images are only there have at least one, and a failure may be told by the last."""
    failure = script.failure
    wanted = list(given if script.sub_jobs is None else script.sub_jobs)
    told_below = failure is not None and failure.level == "sub_job"
    if not wanted and (kind.sub_job_type or told_below):
        wanted = [SubJob(job_type=kind.sub_job_type or "imsGoofysExportImageJob")]
    if failure is not None and told_below:
        wanted[-1] = dataclasses.replace(wanted[-1], outcome="FAIL", code=failure.code, reason=failure.reason)
    elif script.outcome != SUCCESS and script.sub_jobs is None:
        wanted = [dataclasses.replace(sub, outcome=script.outcome) for sub in wanted]
    return tuple(
        dataclasses.replace(sub, job_id=sub.job_id or _new_job_id(), image_id=sub.image_id or new_image_id())
        for sub in wanted
    )
