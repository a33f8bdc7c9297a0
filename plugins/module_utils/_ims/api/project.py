# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The project id: given, told by the credentials, or looked up in IAM by a name, the region's unless one is given."""

from __future__ import annotations

import threading
import typing as t

from ..clock import Clock
from ..errors import ApiError, NoAnswerError, OptionError
from ..http.exchange import Exchange
from ..http.request import Request
from ..http.signing import canonical_query
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
        name: str | None,
        iam_endpoint: str | None,
        is_named: bool = False,
        is_told_twice: bool = False,
    ) -> None:
        self._exchange = exchange
        self._credentials = credentials
        self._clock = clock
        self._id = project_id
        # Where one source gives an id and a name, they have to agree, or nobody knows which one was meant.
        self._is_settled = project_id is not None and not is_told_twice
        self._name = name
        self._is_named = is_named
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
                self._id = self._checked(self._found(deadline))
                self._is_settled = True
            return self._id
        finally:
            self._lock.release()

    def _found(self, deadline: float) -> str | None:
        told = self._credentials.find_project_id(deadline - self._clock.now())
        if told is None and self._name and self._iam_endpoint:
            return self._look_up(self._name, deadline - self._clock.now())
        return told

    def _checked(self, found: str | None) -> str | None:
        """Return the id; never silently that of another project than the one that was named."""
        if found is None and self._is_named and self._id is None:
            raise OptionError(
                f'project_name: IAM does not tell the id of "{self._name}" to these credentials: set project_id.'
            )
        if found is not None and self._id is not None and found != self._id:
            raise OptionError(
                f'project_id is {self._id}, and project_name "{self._name}" is {found} for IAM: give one of them only.'
            )
        return found or self._id

    def _look_up(self, name: str, timeout: float) -> str | None:
        url = f"{self._iam_endpoint}/v3/projects?{canonical_query([('name', name)])}"
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
        option = "project_name" if self._is_named else "region"
        found = f"{len(ids)} projects ({', '.join(ids[:5])})" if ids else "no project"
        raise OptionError(f'IAM knows {found} named "{name}" for these credentials: set project_id, or check {option}.')
