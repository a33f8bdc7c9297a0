# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong. Each error's text is a sentence for people; ``facts`` is the same for programs."""

from __future__ import annotations

import typing as t

if t.TYPE_CHECKING:
    import datetime

# Queries meet these IMG codes with HTTP 400 when the service is only busy (error codes page, ims_03_0908).
BUSY_CODES = frozenset({"IMG.0023", "IMG.0060", "IMG.0187"})
NOT_PUBLISHED_CODES = frozenset({"APIGW.0101", "APIG.0101"})


class ImsError(Exception):
    """Base of all errors of the core."""

    is_transient = False
    """The same question may be answered well a moment later."""

    before_sending = False
    """It happened while credentials were got, so the request that needed them never left."""

    retry_after: float | None = None
    """Seconds that the server asked to wait for before the next try."""

    def __init__(self, message: str, **facts: t.Any) -> None:
        super().__init__(message)
        self.facts: dict[str, t.Any] = facts


class OptionError(ImsError):
    """An option is missing, wrong, or contradicts another one."""


class MissingLibraryError(ImsError):
    """A Python library that the collection needs is not installed where it runs."""


class NoAnswerError(ImsError):
    """No whole HTTP answer arrived: unreachable, too slow, cut, or not to be trusted.

    ``was_sent`` is false only when the request certainly never left this machine.
    """

    def __init__(self, message: str, *, is_transient: bool = True, was_sent: bool = True) -> None:
        super().__init__(message)
        self.is_transient = is_transient
        self.was_sent = was_sent


class UnreadableAnswerError(ImsError):
    """An answer with a good HTTP status that cannot be used: not JSON, too large, of another job."""

    is_transient = True


class SchemaError(UnreadableAnswerError):
    """The answer is JSON and does not fit the documented shape. ``violations`` holds one sentence for each place."""

    def __init__(self, message: str, violations: list[str], **facts: t.Any) -> None:
        super().__init__(message, violations=violations, **facts)
        self.violations = violations


class ApiError(ImsError):
    """The cloud answered, and the answer was no."""

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
        self.is_transient = status in (408, 429) or status >= 500 or (status == 400 and code in BUSY_CODES)

    @property
    def refuses_credentials(self) -> bool:
        return self.status == 401

    @property
    def is_unpublished_api(self) -> bool:
        return self.status == 404 and self.code in NOT_PUBLISHED_CODES


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
