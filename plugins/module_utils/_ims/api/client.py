# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IMS can be asked.

Sources: ShowJob (ims_03_0905), ShowJobProgress (ims_03_0911), ListImages (ims_03_0602), GlanceShowImage (ims_03_0703).
"""

from __future__ import annotations

import dataclasses
import json
import threading
import typing as t
import urllib.parse

from ..errors import (
    ApiError,
    ImsError,
    NoAnswerError,
    OptionError,
    SchemaError,
    StartUnclearError,
    UnreadableAnswerError,
)
from ..http.exchange import Exchange
from ..http.signing import canonical_query
from ..http.transport import Request
from ..schema.iam import PROJECTS_SCHEMA
from ..schema.images import IMAGE_SCHEMA, IMAGES_SCHEMA
from ..schema.jobs import JOB_SCHEMA, START_SCHEMA
from ..verdicts import OnStart, is_transient, on_start
from .job import Job, checked_job_id

# What a look at one job has no use for is imported where it is used: a module starts anew for each task.
if t.TYPE_CHECKING:
    import multiprocessing.pool

    from ..http.credentials import Credentials
    from ..schema.parts import Schema
    from ..schema.validation import Checked
    from .image import Image, Listing

QUERY_APIS = ("auto", "show_job", "show_job_progress")
# More than five refused signatures in a row lock an access key (api-sign-errorcode): never more than that at once.
MAX_CONCURRENCY = 5

Answer = t.Union[Job, None, ImsError]
"""A job, None for an id that the cloud does not know, or why there is no answer."""


@dataclasses.dataclass(frozen=True)
class StartCall:
    """A request that starts a job; ``body`` is what the API's tables call for.

    ``what`` completes "Started ..."; ``if_repeated`` says what a second one would do, when the first answer was lost.
    """

    api: str
    method: str
    path: str
    body: dict[str, t.Any]
    what: str
    if_repeated: str = "a second one would start another job"


class Project:
    """The project id: given, told by the credentials, or looked up by the region's name in IAM."""

    def __init__(self, given: str | None, region: str | None, iam_endpoint: str | None, timeout: float) -> None:
        self._id = given
        self._region = region
        self._iam_endpoint = iam_endpoint
        self._timeout = timeout
        self._lock = threading.Lock()

    @property
    def known(self) -> str | None:
        """Return the id if it is known by now, without asking anybody."""
        return self._id

    def find(self, exchange: Exchange, credentials: Credentials) -> str | None:
        """Return the id, or None where there is no way to get it. Raises OptionError when IAM names none or several."""
        with self._lock:
            if self._id is None:
                self._id = credentials.project_id
            if self._id is None and self._region and self._iam_endpoint:
                self._id = self._look_up(exchange, self._region)
            return self._id

    def _look_up(self, exchange: Exchange, region: str) -> str | None:
        url = f"{self._iam_endpoint}/v3/projects?{canonical_query([('name', region)])}"
        try:
            request = Request("GET", url, timeout=self._timeout)
            body = exchange.send_json(request, PROJECTS_SCHEMA, "IAM ListProjects").body
        except ApiError as exc:
            if exc.status in (403, 404):
                return None
            raise
        ids = [project["id"] for project in body["projects"]]
        if len(ids) == 1:
            return str(ids[0])
        found = f"{len(ids)} projects ({', '.join(ids[:5])})" if ids else "no project"
        raise OptionError(f'IAM knows {found} named "{region}" for these credentials: set project_id, or check region.')


class ImsClient:
    """IMS in one region and project, over one pool of connections. Safe to use from several threads."""

    def __init__(
        self,
        exchange: Exchange,
        credentials: Credentials,
        *,
        endpoint: str,
        project: Project,
        request_timeout: float = 30.0,
        query_api: str = "auto",
    ) -> None:
        self._exchange = exchange
        self._credentials = credentials
        self._endpoint = endpoint
        self._project = project
        self._timeout = request_timeout
        self._query_api = query_api
        self._answered = False
        self._pool: multiprocessing.pool.ThreadPool | None = None

    @property
    def requests(self) -> int:
        """Return how many HTTP requests were sent, those to IAM in them."""
        return self._exchange.requests

    def find_job(self, job_id: str, timeout: float | None = None) -> Job | None:
        """Return the job, or None when the cloud does not know the id. ``timeout`` (seconds) can only shorten.

        Raises ImsError: ApiError, CredentialsRefusedError, NoAnswerError, UnreadableAnswerError, SchemaError,
        OptionError.
        """
        job_id = checked_job_id(job_id)
        timeout = min(self._timeout, timeout) if timeout is not None else self._timeout
        if self._query_api != "show_job_progress":
            project_id = self.find_project_id()
            if project_id is not None:
                try:
                    return self._ask(f"/v1/{quoted(project_id)}/jobs/{job_id}", "ShowJob", job_id, timeout)
                except ApiError as exc:
                    if self._query_api == "show_job" or not exc.is_unpublished_api:
                        raise
            elif self._query_api == "show_job":
                raise OptionError("query_api: show_job needs project_id, or region to look it up by.")
            self._query_api = "show_job_progress"
        return self._ask(f"/v1/cloudimages/job/{job_id}", "ShowJobProgress", job_id, timeout)

    def find_jobs(self, job_ids: t.Sequence[str], timeout: float | None = None) -> dict[str, Answer]:
        """Ask for several jobs concurrently; errors are returned in the place of their job.

        After an error that a repetition would only meet again, the jobs not asked yet get the same error unasked.
        """
        fatal: list[ImsError] = []

        def answer(job_id: str) -> Answer:
            if fatal:
                return fatal[0]
            try:
                return self.find_job(job_id, timeout)
            except ImsError as exc:
                if not is_transient(exc):
                    fatal.append(exc)
                return exc

        # Alone until the cloud has accepted the credentials once: a wrong key must not be refused five times at once.
        alone = len(job_ids) if len(job_ids) < 2 else 0 if self._answered else 1
        answers = [answer(job_id) for job_id in job_ids[:alone]]
        self._answered = self._answered or any(not _proves_nothing(found) for found in answers)
        if job_ids[alone:] and not self._answered:
            return dict.fromkeys(job_ids, answers[0])
        if job_ids[alone:]:
            import multiprocessing.pool

            self._pool = self._pool or multiprocessing.pool.ThreadPool(MAX_CONCURRENCY)
            answers += self._pool.map(answer, job_ids[alone:], chunksize=1)
        return dict(zip(job_ids, answers))

    def find_project_id(self) -> str | None:
        """Return the project's id: given, told by the credentials, or looked up; None where it cannot be had."""
        return self._project.find(self._exchange, self._credentials)

    def start(self, call: StartCall) -> str:
        """Send a request that starts a job, and return the job's id.

        Sent once and never repeated: a lost answer may hide a job that was started. Then StartUnclearError is raised.
        """
        self.find_project_id()
        body = json.dumps(call.body).encode()
        request = self._request(call.method, call.path, timeout=self._timeout, body=body)
        try:
            return str(self._exchange.send_json(request, START_SCHEMA, call.api).body["job_id"]).strip()
        except (ApiError, NoAnswerError, UnreadableAnswerError) as exc:
            if on_start(exc) is not OnStart.UNCLEAR:
                raise
            raise StartUnclearError(call.api, exc, call.if_repeated) from exc

    def find_image(self, image_id: str) -> Image | None:
        """Return the image, or None when the cloud does not know the id. Raises ImsError."""
        from .image import Image, checked_image_id

        path = f"/v2/images/{checked_image_id(image_id)}"
        try:
            image = Image.from_checked(self._read(path, IMAGE_SCHEMA, "GlanceShowImage"))
        except ApiError as exc:
            if exc.status == 404 and not exc.is_unpublished_api:
                return None
            raise
        if image.image_id.lower() != image_id.strip().lower():
            raise UnreadableAnswerError(f"The cloud answered for another image, {image.image_id} (GlanceShowImage)")
        return image

    def list_images(self, filters: t.Mapping[str, str]) -> Listing:
        """Return all images that fit the query parameters, from as many pages as there are. Raises ImsError."""
        from .image import all_images

        def page(query: t.Mapping[str, str]) -> Checked:
            return self._read(f"/v2/cloudimages?{canonical_query(query.items())}", IMAGES_SCHEMA, "ListImages")

        return all_images(page, filters)

    def _read(self, path: str, schema: Schema, api: str) -> Checked:
        self.find_project_id()
        return self._exchange.send_json(self._request("GET", path, timeout=self._timeout), schema, api)

    def _ask(self, path: str, api: str, job_id: str, timeout: float) -> Job | None:
        try:
            checked = self._exchange.send_json(self._request("GET", path, timeout=timeout), JOB_SCHEMA, api)
        except ApiError as exc:
            if exc.status == 404 and not exc.is_unpublished_api:
                return None
            raise
        job = Job.from_checked(checked)
        if job.job_id != job_id:
            raise UnreadableAnswerError(f"The cloud answered for another job, {job.job_id} instead of {job_id} ({api})")
        return job

    def _request(self, method: str, path: str, *, timeout: float, body: bytes = b"") -> Request:
        headers = {"Content-Type": "application/json;charset=utf-8" if body else "application/json"}
        project_id = self._project.known
        if project_id is not None:
            headers["X-Project-Id"] = project_id
        return Request(method, self._endpoint + path, headers, body, timeout)


def _proves_nothing(found: Answer) -> bool:
    """Return whether an answer leaves open that the cloud accepts the credentials."""
    if isinstance(found, ApiError):
        return found.status not in (400, 403, 404)
    # A page of a captive portal proves nothing; JSON of almost the right shape comes from behind the gateway.
    return isinstance(found, ImsError) and not isinstance(found, SchemaError)


def quoted(text: str) -> str:
    """Return text as one segment of a path."""
    return urllib.parse.quote(text, safe="")
