# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An HTTP exchange with the cloud: authorised, checked, and explained when it fails."""

from __future__ import annotations

import datetime
import typing as t

from ..clock import Clock
from ..errors import ApiError, CredentialsRefusedError, ImsError, NotSentError
from .responses import api_error, read_json
from .transport import Request, Response, Transport

if t.TYPE_CHECKING:
    from ..schema.parts import Schema
    from ..schema.validation import Checked
    from .credentials import Credentials

# The gateway accepts 15 minutes of difference; a machine that is wrong by less was refused for another reason.
_PROVEN_SKEW = datetime.timedelta(minutes=10)


class Exchange:
    """Sends requests in the name of one set of credentials. Safe to use from several threads."""

    def __init__(
        self, transport: Transport, clock: Clock, credentials: Credentials, warn: t.Callable[[str], None]
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._credentials = credentials
        self._warn = warn
        self._skew = datetime.timedelta()

    @property
    def requests(self) -> int:
        """Return how many HTTP requests the transport has carried, logins in them."""
        return self._transport.requests

    def send_json(self, request: Request, schema: Schema, api: str) -> Checked:
        """Return what can be relied on of a 2xx answer. Raises ApiError, CredentialsRefusedError, NoAnswerError, ..."""
        return read_json(self._send(request, api), schema, api, self._credentials.secrets)

    def _send(self, request: Request, api: str) -> Response:
        """Send; on 401, and only when something about the next try is different, send once more."""
        authorized = self._authorized(request)
        response = self._transport.send(authorized)
        error = self._error_of(response, api)
        if error is not None and error.refuses_credentials and self._may_try_again(authorized, error):
            response = self._transport.send(self._authorized(request))
            error = self._error_of(response, api)
        if error is None:
            return response
        if error.refuses_credentials:
            raise self._refusal(error)
        raise error

    def _authorized(self, request: Request) -> Request:
        try:
            return self._credentials.authorize(request, self._now())
        except ImsError as exc:
            raise NotSentError(exc) from exc

    def _now(self) -> datetime.datetime:
        return self._clock.utc() + self._skew

    def _error_of(self, response: Response, api: str) -> ApiError | None:
        if 200 <= response.status < 300:
            return None
        return api_error(response, api, self._credentials.secrets, self._now())

    def _may_try_again(self, refused: Request, error: ApiError) -> bool:
        try:
            return self._corrects_clock(error) or self._credentials.renew(refused)
        except ImsError as exc:
            # A request that was refused was not carried out.
            raise NotSentError(exc) from exc

    def _corrects_clock(self, error: ApiError) -> bool:
        """Take over the server's time, once, where it proves that this machine's clock made the signature invalid."""
        if error.server_time is None or self._skew or not self._credentials.depends_on_clock:
            return False
        skew = error.server_time - self._clock.utc()
        if abs(skew) < _PROVEN_SKEW:
            return False
        self._skew = skew
        self._warn(
            f"This machine's clock differs from the cloud's by {skew.total_seconds():.0f} s; signing with the cloud's"
            " time. Set the clock: the gateway refuses signatures that are more than 15 minutes off."
        )
        return True

    def _refusal(self, error: ApiError) -> CredentialsRefusedError:
        text = f"The cloud refused {self._credentials.description}: {error}. {self._credentials.remedy}"
        if error.server_time is not None and self._credentials.depends_on_clock:
            skew = abs((error.server_time - self._clock.utc()).total_seconds())
            text = text.replace("this machine's clock", f"this machine's clock (it differs by {skew:.0f} s)")
        return CredentialsRefusedError(text, **error.facts)
