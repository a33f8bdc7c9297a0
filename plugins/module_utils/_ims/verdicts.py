# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What follows from an error: one table, which everything that decides about errors reads.

docs/waiting.md shows it. A change of one error's treatment is a change of one line here.

Sources: error codes (ims_03_0908), status codes (ims_03_0903), API Gateway's codes (api-sign-errorcode). The
documentation says of no code whether a repetition helps; that is derived from what it tells users to do.
"""

from __future__ import annotations

import enum
import typing as t

from .errors import (
    ApiError,
    CredentialsRefusedError,
    ImsError,
    NoAnswerError,
    NotSentError,
    OddAnswerError,
    OptionError,
    SchemaError,
    StartUnclearError,
    UnreadableAnswerError,
)


class OnPoll(enum.Enum):
    """What an error means to whoever asks for the state of something, again and again."""

    ASK_AGAIN = "ask again"
    """An outage: it may pass. Bounded by error_timeout."""
    ASK_AGAIN_ONCE_ANSWERED = "ask again, once the cloud has answered"
    """A wrong setting until the first valid response (after a few tries all is refused), an outage after it."""
    JOB_ONCE_ANSWERED = "this job only, once the cloud has answered"
    """A wrong setting until the first valid response (all is refused at once); after it, it concerns its job only."""
    REFUSED = "all is refused"
    """A permanent error: asking again cannot help, and may lock a key."""


class OnStart(enum.Enum):
    """What an error means to a request that starts a job."""

    NOT_STARTED = "not started"
    """It was refused, or never left."""
    NOT_STARTED_REPEAT = "not started, sent again"
    """A proven refusal that a moment cures: it is sent again, within a bound."""
    UNCLEAR = "may have been started"
    """Nobody can tell: never sent again."""


class Rule(t.NamedTuple):
    """A line of the table. ``statuses`` and ``codes`` narrow an ApiError down; empty ones mean any."""

    what: str
    kind: type[ImsError]
    on_poll: OnPoll
    on_start: OnStart
    statuses: t.Container[int] = ()
    codes: t.Container[str] = ()
    when: t.Callable[[t.Any], bool] = lambda error: True

    def fits(self, error: ImsError) -> bool:
        if not isinstance(error, self.kind) or not self.when(error):
            return False
        if isinstance(error, ApiError):
            return (not self.statuses or error.status in self.statuses) and (not self.codes or error.code in self.codes)
        return True


# The service is only busy: it says so with HTTP 400 and one of these codes.
BUSY_CODES = frozenset({"IMG.0023", "IMG.0060", "IMG.0149", "IMG.0187"})

_AGAIN, _ANSWERED = OnPoll.ASK_AGAIN, OnPoll.ASK_AGAIN_ONCE_ANSWERED
_JOB, _REFUSED = OnPoll.JOB_ONCE_ANSWERED, OnPoll.REFUSED
_NOT, _REPEAT, _UNCLEAR = OnStart.NOT_STARTED, OnStart.NOT_STARTED_REPEAT, OnStart.UNCLEAR

# The first rule that fits counts.
RULES: tuple[Rule, ...] = (
    Rule("the start's answer was lost", StartUnclearError, _REFUSED, _UNCLEAR),
    Rule("the cloud refuses the credentials (HTTP 401)", CredentialsRefusedError, _REFUSED, _NOT),
    Rule("a wrong option", OptionError, _REFUSED, _NOT),
    Rule(
        "unreachable: nothing was sent", NoAnswerError, _AGAIN, _NOT, when=lambda e: e.is_transient and not e.was_sent
    ),
    Rule("the answer was late, cut or lost", NoAnswerError, _AGAIN, _UNCLEAR, when=lambda e: e.is_transient),
    Rule("no such host, an untrusted certificate", NoAnswerError, _ANSWERED, _NOT, when=lambda e: not e.was_sent),
    Rule("an answer that nobody may trust", NoAnswerError, _ANSWERED, _UNCLEAR),
    Rule("a value is odd, and on_schema_violation is fail", OddAnswerError, _REFUSED, _NOT),
    Rule("the answer does not fit the schema", SchemaError, _AGAIN, _UNCLEAR),
    Rule("not JSON, too large, of another job", UnreadableAnswerError, _AGAIN, _UNCLEAR),
    Rule("HTTP 1xx as the last word", ApiError, _AGAIN, _UNCLEAR, range(100, 200)),
    Rule("HTTP 3xx: a portal, a wrong endpoint", ApiError, _ANSWERED, _UNCLEAR, range(300, 400)),
    Rule("HTTP 401", ApiError, _REFUSED, _NOT, (401,)),
    Rule("HTTP 407: the proxy wants credentials", ApiError, _ANSWERED, _NOT, (407,)),
    Rule("HTTP 408, 499: the time was up on the way", ApiError, _AGAIN, _UNCLEAR, (408, 499)),
    Rule("HTTP 425, 429: throttled", ApiError, _AGAIN, _REPEAT, (425, 429)),
    Rule("HTTP 400, and IMS is only busy", ApiError, _AGAIN, _REPEAT, (400,), BUSY_CODES),
    Rule(
        "a page for people with HTTP 4xx: of a proxy",
        ApiError,
        _ANSWERED,
        _UNCLEAR,
        range(400, 500),
        (),
        lambda e: e.is_page,
    ),
    Rule("HTTP 400, 403, 404 and other 4xx", ApiError, _JOB, _NOT, range(400, 500)),
    Rule("HTTP 5xx", ApiError, _AGAIN, _UNCLEAR),
    Rule("anything else", ImsError, _REFUSED, _NOT),
)


def rule_for(error: ImsError) -> Rule:
    """Return the line of the table that speaks of this error."""
    cause = error.cause if isinstance(error, NotSentError) else error
    return next(rule for rule in RULES if rule.fits(cause))


def on_poll(error: ImsError) -> OnPoll:
    return rule_for(error).on_poll


def on_start(error: ImsError) -> OnStart:
    """Return what is known of the start; what failed before it was sent started nothing, whatever it was."""
    if isinstance(error, NotSentError):
        return OnStart.NOT_STARTED
    return rule_for(error).on_start


def asks_the_other_call(error: ApiError, *, answered: bool) -> bool:
    """Return whether ShowJobProgress may answer where ShowJob did not.

    It is published on its own, and needs a right of its own, ims:imageJobs:getPercentage; which one ShowJob needs is
    not documented. Once ShowJob has ``answered``, its 403 is about the job.
    """
    return error.is_unpublished_api or (error.status == 403 and not error.is_page and not answered)


def is_transient(error: ImsError) -> bool:
    """Return whether the same question may be answered well a moment later."""
    return on_poll(error) is OnPoll.ASK_AGAIN


def asks_for_quiet(error: ImsError) -> bool:
    """Return whether all requests have to pause: the gateway counts requests, not jobs."""
    return bool(error.retry_after) or error.facts.get("http_status") == 429
