# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project id: given, told by the credentials, or looked up by the region's name in IAM."""

from __future__ import annotations

import threading
import typing as t

from ..clock import Clock
from ..errors import ApiError, NoAnswerError, OptionError
from ..http.exchange import Exchange
from ..http.signing import canonical_query
from ..http.request import Request
from ..schema.iam import PROJECTS_SCHEMA

if t.TYPE_CHECKING:
    from ..http.credentials import Credentials


class Project:
    """Finds the id once, for all threads."""

    def __init__(
        self,
        exchange: Exchange,
        credentials: Credentials,
        clock: Clock,
        *,
        project_id: str | None,
        region: str | None,
        iam_endpoint: str | None,
    ) -> None:
        self._exchange = exchange
        self._credentials = credentials
        self._clock = clock
        self._id = project_id
        self._is_settled = project_id is not None
        self._region = region
        self._iam_endpoint = iam_endpoint
        self._lock = threading.Lock()

    @property
    def known(self) -> str | None:
        """Return the id if it is known by now, without asking anybody."""
        return self._id

    def find(self, timeout: float) -> str | None:
        """Return the id, or None where there is no way to get it, after at most ``timeout`` seconds.

        Raises OptionError when IAM names no project or several, and what the exchange raises.
        """
        deadline = self._clock.now() + timeout
        if not self._lock.acquire(timeout=max(0.0, timeout)):
            raise NoAnswerError(f"the project was not found within {timeout:g} s", was_sent=False)
        try:
            if not self._is_settled:
                self._id = self._credentials.find_project_id(deadline - self._clock.now())
                if self._id is None and self._region and self._iam_endpoint:
                    self._id = self._look_up(self._region, deadline - self._clock.now())
                self._is_settled = True
            return self._id
        finally:
            self._lock.release()

    def _look_up(self, region: str, timeout: float) -> str | None:
        url = f"{self._iam_endpoint}/v3/projects?{canonical_query([('name', region)])}"
        try:
            request = Request("GET", url, timeout=timeout)
            body = self._exchange.send_json(request, PROJECTS_SCHEMA, "IAM ListProjects").body
        except ApiError as exc:
            if exc.status in (403, 404) and not exc.is_page:
                return None
            raise
        ids = [project["id"] for project in body["projects"]]
        if len(ids) == 1:
            return str(ids[0])
        found = f"{len(ids)} projects ({', '.join(ids[:5])})" if ids else "no project"
        raise OptionError(f'IAM knows {found} named "{region}" for these credentials: set project_id, or check region.')
