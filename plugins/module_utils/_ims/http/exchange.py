# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An HTTP exchange with the cloud: authorised, bounded, checked, and explained when it fails."""

from __future__ import annotations

import datetime
import threading
import typing as t

from ..clock import Clock
from ..errors import ApiError, CredentialsRefusedError, ImsError, NoAnswerError, NotSentError
from ..masking import Texts
from ..schema.deviations import OddAnswers
from .request import Request, Response, Transport
from .responses import api_error, check_empty, read_json

if t.TYPE_CHECKING:
    from ..schema.parts import Schema
    from ..schema.validation import Checked
    from .credentials import Credentials

# The gateway accepts 15 minutes of difference; a request that was wrong by less was refused for another reason.
_PROVEN_SKEW = datetime.timedelta(minutes=10)


class Exchange:
    """Sends requests in the name of one set of credentials. Safe to use from several threads.

    ``texts`` cleans what the cloud says of the secrets of these credentials; ``odd`` is told of odd answers.
    """

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        credentials: Credentials,
        warn: t.Callable[[str], None],
        odd: OddAnswers | None = None,
    ) -> None:
        self._transport = transport
        self.clock = clock
        self._credentials = credentials
        self._warn = warn
        self.odd = odd or OddAnswers()
        self._skew = datetime.timedelta()
        self._lock = threading.Lock()
        self.texts = Texts(lambda: credentials.secrets)

    @property
    def requests(self) -> int:
        """Return how many HTTP requests the transport has carried, logins in them."""
        return self._transport.requests

    def send_json(self, request: Request, schema: Schema, api: str) -> Checked:
        """Return what can be relied on of a 2xx answer.

        ``request.timeout`` bounds the whole: a login, the request, its repetition. Raises ApiError, NoAnswerError,
        CredentialsRefusedError, UnreadableAnswerError, OptionError, and NotSentError for what was needed first.
        """
        checked = read_json(self._send(request, api), schema, api, self.texts)
        self.odd.note(checked.deviations, changes=request.method != "GET")
        return checked

    def send_empty(self, request: Request, api: str) -> None:
        """Send a request whose answer has no body (204). Raises as ``send_json`` does."""
        check_empty(self._send(request, api), api, self.texts)

    def send_head(self, request: Request, api: str) -> Response:
        """Send a request whose answer is all in its headers. Raises as ``send_json`` does."""
        return self._send(request, api)

    def _send(self, request: Request, api: str) -> Response:
        """Send; on 401, and only when something about the next try is different, send once more."""
        ends = self.clock.now() + request.timeout
        at, authorized = self._authorized(request, ends)
        response = self._transport.send(authorized)
        error = self._error_of(response, api)
        if error is not None and error.refuses_credentials and self._may_try_again(authorized, at, error, ends):
            at, authorized = self._authorized(request, ends)
            response = self._transport.send(authorized)
            error = self._error_of(response, api)
        if error is None:
            return response
        if error.refuses_credentials:
            raise self._refusal(error)
        raise error

    def _authorized(self, request: Request, ends: float) -> tuple[datetime.datetime, Request]:
        """Return the request with its proof and what is left of its time, and the time that it claims to be sent at."""
        try:
            at = self._now()
            authorized = self._credentials.authorize(self._in_time(request, ends), at)
            self.texts.learn()
            return at, self._in_time(authorized, ends)
        except ImsError as exc:
            # Not sent, or sent and refused: not carried out.
            raise NotSentError(exc) from exc

    def _in_time(self, request: Request, ends: float) -> Request:
        left = ends - self.clock.now()
        if left <= 0:
            raise NoAnswerError(
                f"no time left to ask {request.host}: what it needs first took all of it", was_sent=False
            )
        return request.within(left)

    def _now(self) -> datetime.datetime:
        return self.clock.utc() + self._skew

    def _error_of(self, response: Response, api: str) -> ApiError | None:
        if 200 <= response.status < 300:
            return None
        return api_error(response, api, self.texts, self._now())

    def _may_try_again(self, refused: Request, at: datetime.datetime, error: ApiError, ends: float) -> bool:
        if self._corrects_clock(at, error):
            return True
        try:
            return self._credentials.renew(self._in_time(refused, ends))
        except ImsError as exc:
            # A request that was refused was not carried out.
            raise NotSentError(exc) from exc

    def _corrects_clock(self, at: datetime.datetime, error: ApiError) -> bool:
        """Take over the server's time where it proves that the time in the refused signature made it invalid."""
        if error.server_time is None or not self._credentials.depends_on_clock:
            return False
        if abs(error.server_time - at) < _PROVEN_SKEW:
            return False
        skew = error.server_time - self.clock.utc()
        with self._lock:
            # Requests that were under way at the same time find the same.
            is_news = abs(skew - self._skew) >= _PROVEN_SKEW
            self._skew = skew
        if is_news:
            self._warn(_warning(skew))
        return True

    def _refusal(self, error: ApiError) -> CredentialsRefusedError:
        clock = "this machine's clock"
        if error.server_time is not None:
            skew = abs((error.server_time - self.clock.utc()).total_seconds())
            clock = f"{clock} (it differs by {skew:.0f} s)"
        remedy = self._credentials.remedy(clock)
        text = f"The cloud refused {self._credentials.description}: {error}. {remedy}"
        return CredentialsRefusedError(text, **error.facts)


def _warning(skew: datetime.timedelta) -> str:
    if abs(skew) < _PROVEN_SKEW:
        return "This machine's clock has been set while the task runs; signing with its time again."
    return (
        f"This machine's clock differs from the cloud's by {skew.total_seconds():.0f} s; signing with the cloud's"
        " time. Set the clock: the gateway refuses signatures that are more than 15 minutes off."
    )
