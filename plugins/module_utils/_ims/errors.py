# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong. Each error's text is a sentence for people; ``facts`` is the same for programs.

An error says what happened. What follows from it is said in one place for all of them: verdicts.py.
"""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import datetime


# What OBS says with HTTP 403 of keys and clocks (obs_04_0115), where API Gateway says 401.
_OBS_REFUSALS = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "RequestTimeTooSkewed", "InvalidSecurity", "ExpiredToken"}
)


class ImsError(Exception):
    """Base of all errors of the core. ``retry_after`` is the seconds that the server asked to wait for."""

    retry_after: float | None = None

    def __init__(self, message: str, **facts: t.Any) -> None:
        super().__init__(message)
        self.facts: dict[str, t.Any] = facts


class OptionError(ImsError):
    """An option is missing, wrong, or contradicts another one."""


class MissingLibraryError(ImsError):
    """A Python library that the collection needs is not installed where it runs."""


class NoAnswerError(ImsError):
    """No whole HTTP answer arrived: unreachable, too slow, cut, or not to be trusted.

    ``was_sent`` is false only when the request certainly never left this machine. ``is_transient`` is false where
    nothing but a change on this side helps (a wrong host name, a certificate that is not trusted, ...).
    """

    def __init__(self, message: str, *, is_transient: bool = True, was_sent: bool = True) -> None:
        super().__init__(message)
        self.is_transient = is_transient
        self.was_sent = was_sent


class NotSentError(ImsError):
    """The request that was asked for never left: what it needed first (a login, new keys, a project) failed.

    ``cause`` is that failure. Text, facts and retry_after are its own.
    """

    def __init__(self, cause: ImsError) -> None:
        super().__init__(str(cause), **cause.facts)
        self.cause = cause
        self.retry_after = cause.retry_after


class UnreadableAnswerError(ImsError):
    """An answer with a good HTTP status that cannot be used: not JSON, too large, of another job."""


class SchemaError(UnreadableAnswerError):
    """The answer is JSON and does not fit the documented shape. ``violations`` holds one sentence for each place."""

    def __init__(self, message: str, violations: list[str], **facts: t.Any) -> None:
        super().__init__(message, violations=violations, **facts)
        self.violations = violations


class OddAnswerError(SchemaError):
    """The answer could be used, but for a value that decides nothing; the task wants to end for that, too."""


class ApiError(ImsError):
    """The cloud answered, and the answer was no.

    ``is_page`` says that the body was a page for people (HTML, plain text): it came from something between this machine
    and the API, and says nothing about what was asked for. ``headers`` are as they came, and not to be shown.
    """

    headers: t.Mapping[str, str] = {}

    def __init__(
        self,
        *,
        api: str,
        status: int,
        code: str,
        reason: str,
        request_id: str | None,
        retry_after: float | None = None,
        server_time: datetime.datetime | None = None,
        is_page: bool = False,
    ) -> None:
        said = f"{code}: {reason}" if code != str(status) else reason
        super().__init__(
            f"{said} ({api}, HTTP {status}, request {request_id or 'unknown'})",
            http_status=status,
            error_code=code,
            error_msg=reason,
            request_id=request_id,
        )
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after
        self.server_time = server_time
        self.is_page = is_page

    @property
    def refuses_credentials(self) -> bool:
        return self.status == 401 or (self.status in (400, 403) and self.code in _OBS_REFUSALS)

    @property
    def is_unpublished_api(self) -> bool:
        """Return whether the gateway does not know the path (api-sign-errorcode): IMS did not see the request."""
        return self.status == 404 and self.code.replace("APIG.", "APIGW.") == "APIGW.0101"


class CredentialsRefusedError(ImsError):
    """HTTP 401, and nothing that could be renewed. Never tried again: five refusals lock a key for five minutes."""


class StartUnclearError(ImsError):
    """The answer to a request that starts a job was lost: the job may run or not. Never repeated."""

    def __init__(self, api: str, cause: ImsError, if_repeated: str) -> None:
        super().__init__(
            f"{api} was sent, and its answer was lost: {cause}. The job may have been started, so it was not sent"
            f" again. Look into the console before you repeat the task: {if_repeated}.",
            **cause.facts,
        )
