# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a check of a belief ends: it returns, or raises one of these. What they say may be sent to others."""

from __future__ import annotations

import typing as t

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import SchemaError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.deviations import Deviation
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.parts import Schema
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.validation import read
from ansible_collections.huaweicloud.ims.tests.live.anonymous import shown_path

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.live.cloud import Answer


class WrongBelief(Exception):
    """The cloud works another way. The text says what was seen, in words of the API only."""


class NotTold(Exception):
    """It could not be checked here, and now. The text says why."""


def expect(answer: Answer, *statuses: int) -> Answer:
    """Return the answer if it has one of these statuses; else the belief is wrong."""
    if answer.status not in statuses:
        raise WrongBelief(str(answer))
    return answer


def needed(answer: Answer, *statuses: int) -> Answer:
    """Return the answer if it has one of these statuses; else nothing can be told by it."""
    if answer.status not in statuses:
        raise NotTold(f"what it needs was answered with {answer}")
    return answer


def fits(answer: Answer, schema: Schema) -> t.Any:
    """Return the body of an answer that fits a schema in every place. The values that do not are not told."""
    needed(answer, 200)
    try:
        checked = read(answer.body, schema, "", NO_SECRETS)
    except SchemaError as exc:
        listed = (text.partition(", found")[0].partition(": ") for text in exc.violations)
        raise WrongBelief("; ".join(f"{shown_path(path)}: {what}" for path, _colon, what in listed)) from None
    if checked.deviations:
        raise WrongBelief(places_of(checked.deviations))
    return checked.body


def places_of(odd: t.Iterable[Deviation]) -> str:
    """Return where answers were odd, and what was expected there; never what was found."""
    return "; ".join(f"{shown_path(one.path)}: expected {one.expected}" for one in odd)
