# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IMS can be asked.

Sources: ShowJob (ims_03_0905), ShowJobProgress (ims_03_0911), ListImages (ims_03_0602), GlanceShowImage (ims_03_0703).
"""

from __future__ import annotations

import typing as t

from ..clock import Clock
from ..errors import ApiError, ImsError, OptionError, SchemaError, UnreadableAnswerError
from ..http.exchange import Exchange
from ..http.signing import canonical_query
from ..masking import Texts
from ..schema.deviations import OddAnswers
from ..schema.images import IMAGE_SCHEMA, IMAGES_SCHEMA
from ..schema.jobs import JOB_SCHEMA
from ..schema.validation import Checked
from ..verdicts import OnPoll, asks_the_other_call, on_poll
from .calls import Calls, quoted
from .image import Image, Listing, all_images, checked_image_id
from .image_life import ImageLife
from .job import Job, checked_job_id
from .objects import Objects
from .project import Project
from .protocol import Answer
from .servers import Servers
from .starts import StartCall, Starter
from .threads import Threads

JOB_APIS = ("ShowJob", "ShowJobProgress")
QUERY_APIS = ("auto", "show_job", "show_job_progress")
# More than five refused signatures in a row lock an access key (api-sign-errorcode): never more than that at once.
MAX_CONCURRENCY = 5


class ImsClient:
    """IMS in one region and project, over one pool of connections. Safe to use from several threads.

    It is a Fetch (protocol.py), too. ``timeout`` of a method is the total bound of all that it needs, in seconds.
    """

    def __init__(
        self,
        exchange: Exchange,
        clock: Clock,
        *,
        endpoint: str,
        project: Project,
        request_timeout: float = 30.0,
        query_api: str = "auto",
        is_paced: bool = True,
        region: str | None = None,
        ecs_endpoint: str | None = None,
        objects: Objects | None = None,
    ) -> None:
        self.clock = clock
        self.endpoint = endpoint
        self.region = region
        self._exchange = exchange
        self._project = project
        self._calls = Calls(exchange, clock, project, endpoint, request_timeout)
        self._timeout = request_timeout
        self._query_api = query_api
        self._accepted = False
        self._shown = False
        self._threads = Threads(self._answer, MAX_CONCURRENCY)
        self._starter = Starter(self._calls.start, clock, is_paced=is_paced)
        self._servers: Servers | None = None
        if ecs_endpoint is not None:
            self._servers = Servers(Calls(exchange, clock, project, ecs_endpoint, request_timeout), clock)
        self.objects = objects or Objects(exchange, None, request_timeout)
        self.life = ImageLife(self._calls, self.find_image, self.list_images)

    @property
    def requests(self) -> int:
        """Return how many HTTP requests were sent, those to IAM in them."""
        return self._exchange.requests

    @property
    def texts(self) -> Texts:
        """Return what cleans texts of this connection's secrets, renewed ones included, on their way out."""
        return self._exchange.texts

    @property
    def servers(self) -> Servers:
        """Return what ECS can be asked. Raises OptionError where its endpoint is not known."""
        if self._servers is None:
            raise OptionError("ecs_endpoint is missing: with an endpoint of your own, give that of ECS as well.")
        return self._servers

    @property
    def odd(self) -> OddAnswers:
        """Return where all that was odd in the cloud's answers is noted."""
        return self._exchange.odd

    def close(self) -> None:
        """Let the threads end. The client is not to be used afterwards."""
        self._threads.close()

    # -- jobs --------------------------------------------------------------------------------------------------------

    @property
    def batch_size(self) -> int:
        """Return 1 until the cloud has accepted the credentials: a wrong key must not be refused five times at once."""
        return MAX_CONCURRENCY if self._accepted else 1

    def submit(self, job_ids: t.Sequence[str], timeout: float) -> None:
        self._threads.submit(job_ids, timeout)

    def collect(self, timeout: float) -> t.Mapping[str, Answer]:
        answers = self._threads.collect(timeout)
        self._accepted = self._accepted or any(not _proves_nothing(found) for found in answers.values())
        return answers

    def find_job(self, job_id: str, timeout: float | None = None) -> Job | None:
        """Return the job, or None when the cloud does not know the id. ``timeout`` can only shorten request_timeout.

        Raises ImsError: ApiError, CredentialsRefusedError, NoAnswerError, UnreadableAnswerError, SchemaError,
        OptionError, NotSentError.
        """
        job_id = checked_job_id(job_id)
        deadline = self._calls.deadline(timeout)
        if self._query_api != "show_job_progress":
            project_id = self._calls.project_id(deadline)
            if project_id is not None:
                path = f"/v1/{quoted(project_id)}/jobs/{job_id}"
                try:
                    found = self._ask_for(path, "ShowJob", job_id, deadline)
                    self._shown = True
                    return found
                except ApiError as exc:
                    if self._query_api == "show_job" or not asks_the_other_call(exc, answered=self._shown):
                        raise
                    return self._found_otherwise(job_id, deadline, exc)
            if self._query_api == "show_job":
                raise OptionError("query_api: show_job needs project_id, or region to look it up by.")
            return self._found_without_project(job_id, deadline)
        return self._show_progress(job_id, deadline)

    def _found_without_project(self, job_id: str, deadline: float) -> Job | None:
        """Return what the call says that needs no project; raise OptionError where only the other one is published."""
        try:
            return self._show_progress(job_id, deadline)
        except ApiError as exc:
            if not exc.is_unpublished_api:
                raise
            raise OptionError(
                "project_id is missing (or HW_PROJECT_ID in the environment): ShowJobProgress is not published here,"
                f" and ShowJob needs the project's id, which nobody tells ({exc})."
            ) from exc

    def _found_otherwise(self, job_id: str, deadline: float, refusal: ApiError) -> Job | None:
        """Return what ShowJobProgress says of a job, and use it from now on; or raise what ShowJob has said."""
        try:
            found = self._show_progress(job_id, deadline)
        except ApiError as exc:
            if exc.is_unpublished_api and not refusal.is_unpublished_api:
                raise refusal from None
            self._query_api = "show_job_progress"
            raise
        if found is None and not refusal.is_unpublished_api:
            raise refusal
        self._query_api = "show_job_progress"
        return found

    def _show_progress(self, job_id: str, deadline: float) -> Job | None:
        return self._ask_for(f"/v1/cloudimages/job/{job_id}", "ShowJobProgress", job_id, deadline)

    def find_jobs(self, job_ids: t.Sequence[str]) -> dict[str, Answer]:
        """Ask for several jobs, several at once; errors are returned in the place of their job.

        After a permanent error that concerns all, the jobs not asked yet get the same error unasked.
        """
        answers: dict[str, Answer] = {}
        waiting = list(job_ids)
        under_way: set[str] = set()
        while waiting or under_way:
            refused = next((found for found in answers.values() if self._refuses_all(found, answers)), None)
            if refused is not None:
                answers.update(dict.fromkeys(waiting, refused))
                waiting = []
            batch = waiting[: max(0, self.batch_size - len(under_way))]
            waiting = waiting[len(batch) :]
            if not (batch or under_way):
                break
            self.submit(batch, self._timeout)
            under_way.update(batch)
            if not under_way:
                break
            # Others may have asked for jobs over this connection, and not have waited for the answers.
            found = {job_id: answer for job_id, answer in self.collect(self._timeout).items() if job_id in under_way}
            under_way -= found.keys()
            answers.update(found)
        return {job_id: answers[job_id] for job_id in job_ids}

    def _refuses_all(self, found: Answer, answers: t.Mapping[str, Answer]) -> bool:
        """Return whether the answer for one job makes it useless to ask for the others."""
        if not isinstance(found, ImsError):
            return False
        verdict = on_poll(found)
        if verdict is OnPoll.REFUSED or not self._accepted:
            return True
        return verdict is not OnPoll.ASK_AGAIN and not any(isinstance(answer, Job) for answer in answers.values())

    def _answer(self, job_id: str, timeout: float) -> Answer:
        return self.find_job(job_id, timeout)

    def _ask_for(self, path: str, api: str, job_id: str, deadline: float) -> Job | None:
        # ShowJobProgress needs no project, so none is looked up for it.
        checked = self._calls.read(path, JOB_SCHEMA, api, deadline, self._project.known)
        if checked is None:
            return None
        job = Job.from_checked(checked)
        if job.job_id != job_id:
            raise UnreadableAnswerError(f"The cloud answered for another job, {job.job_id} instead of {job_id} ({api})")
        return job

    def find_project_id(self) -> str | None:
        """Return the project's id: given, told by the credentials, or looked up; None where it cannot be had."""
        return self._project.find(self._timeout)

    # -- starts ------------------------------------------------------------------------------------------------------

    def start(self, call: StartCall) -> str:
        """Send a request that starts a job, and return the job's id.

        Raises StartUnclearError when the job may have been started, and another ImsError when it surely was not.
        """
        return self._starter.start(call)

    # -- images ------------------------------------------------------------------------------------------------------

    def find_image(self, image_id: str, timeout: float | None = None) -> Image | None:
        """Return the image, or None when the cloud does not know the id. Raises ImsError."""
        path = f"/v2/images/{checked_image_id(image_id)}"
        deadline = self._calls.deadline(timeout)
        checked = self._calls.read(path, IMAGE_SCHEMA, "GlanceShowImage", deadline, self._calls.project_id(deadline))
        if checked is None:
            return None
        image = Image.from_checked(checked)
        if image.image_id.lower() != image_id.strip().lower():
            raise UnreadableAnswerError(f"The cloud answered for another image, {image.image_id} (GlanceShowImage)")
        return image

    def list_images(self, filters: t.Mapping[str, str], timeout: float | None = None) -> Listing:
        """Return all images that fit the query parameters, from as many pages as there are. Raises ImsError.

        ``timeout`` bounds all pages together; without it, each has request_timeout.
        """
        ends = None if timeout is None else self.clock.now() + timeout

        def page(query: t.Mapping[str, str]) -> Checked:
            left = None if ends is None else ends - self.clock.now()
            path = f"/v2/cloudimages?{canonical_query(query.items())}"
            return self._calls.ask(path, IMAGES_SCHEMA, "ListImages", left)

        return all_images(page, filters)


def _proves_nothing(found: Answer) -> bool:
    """Return whether an answer leaves open that the cloud accepts the credentials."""
    if isinstance(found, ApiError):
        return found.is_page or found.status not in (400, 403, 404)
    # A page of a captive portal proves nothing; JSON of almost the right shape comes from behind the gateway.
    return isinstance(found, ImsError) and not isinstance(found, SchemaError)
