# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An error in sentences for people: what happened, and the remedy. docs/troubleshooting.md shows the same remedies."""

from __future__ import annotations

import typing as t

from ..errors import (
    ApiError,
    CredentialsRefusedError,
    ImsError,
    NotSentError,
    OptionError,
    SchemaError,
    StartUnclearError,
    UnreadableAnswerError,
)
from ..masking import NO_SECRETS, Texts
from . import codes_of_changes, codes_of_files, codes_of_images

_MAX_EXPLANATION = 2000
_NOT_THE_API = "Something else than the API may have answered: check endpoint, the proxies and NO_PROXY."


class Advice(t.NamedTuple):
    """An error code, in words."""

    topic: str
    meaning: str
    remedy: str


ADVICE = {
    code: Advice(topic, meaning, remedy)
    for topics in (codes_of_files.TOPICS, codes_of_changes.TOPICS, codes_of_images.TOPICS)
    for topic, codes in topics.items()
    for code, (meaning, remedy) in codes.items()
}


def hint_for(code: str | None) -> str | None:
    """Return a sentence that says what to do, or None."""
    advice = ADVICE.get((code or "").replace("APIG.", "APIGW."))
    return advice.remedy if advice else None


def explain(error: ImsError, texts: Texts = NO_SECRETS) -> str:
    """Return an error as sentences for people: what happened and, where it is known, what to do."""
    cause = error.cause if isinstance(error, NotSentError) else error
    said = texts.line(str(cause), _MAX_EXPLANATION)
    if isinstance(cause, OptionError):
        # It begins with the option's name, which has no capital letter.
        return said
    return " ".join(text for text in (sentence(said), _remedy(cause)) if text)


def sentence(text: str) -> str:
    """Return ``text`` with a capital letter at its beginning and a full stop at its end."""
    text = text.strip()
    return with_stop(text[:1].upper() + text[1:])


def with_stop(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _remedy(error: ImsError) -> str | None:
    if isinstance(error, (CredentialsRefusedError, StartUnclearError)):
        # These say by themselves what to do about the credentials that were used, and about the start.
        return None
    hint = hint_for(error.facts.get("error_code"))
    return hint or (_NOT_THE_API if _is_no_answer_of_the_api(error) else None)


def _is_no_answer_of_the_api(error: ImsError) -> bool:
    if isinstance(error, ApiError):
        return error.is_page
    return isinstance(error, UnreadableAnswerError) and not isinstance(error, SchemaError)
