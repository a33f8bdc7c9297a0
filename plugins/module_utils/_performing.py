# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a work, wherever that is: what it returns and whatever it raises becomes a result."""

from __future__ import annotations

import typing as t

from ._connect import Connection
from ._failures import Result
from ._ims.schema.deviations import OddAnswers, refusal
from ._options import Options, resolve, texts_of
from ._work.reading import Params, Receipt, Work

_MAX_TOLD = 3
Connect = t.Callable[[Options, t.Mapping[str, str], str], Connection]
"""Gets the resolved options, the environment for proxies and the like, and ``query_api``."""


def performed(
    work: Work, params: Params, environ: t.Mapping[str, str], connect: Connect, receipt: Receipt, *, dry: bool
) -> Result:
    """Return the result of a work, with ``failed`` and ``warnings`` in it where there are any.

    Catches all that may be caught: no bare Python error reaches a user, and a job that was started is in the result.
    """
    warnings: list[str] = []
    texts = texts_of(params, environ)
    odd = OddAnswers()
    try:
        connection = connect(resolve(params, environ), environ, params.get("query_api") or "auto")
        texts, warnings, odd = connection.client.texts, connection.warnings, connection.client.odd
        # What an earlier item of a loop met, and did not report.
        odd.take()
        # What a work returns may hold texts of the cloud: here they get out, so here they are cleaned.
        result = texts.tree(work.run(connection.client, params, receipt, dry=dry))
    except Exception as exc:
        result = work.failure(exc, params, receipt, texts)
    result = _with_oddities(result, odd)
    told = [*warnings, *result.pop("warnings", ())]
    warnings.clear()
    return {**result, "warnings": told} if told else result


def _with_oddities(result: Result, odd: OddAnswers) -> Result:
    """Return the result with what was odd in answers that could be used all the same, each place once."""
    found = odd.take().sentences()
    if not found:
        return result
    if result.get("failed"):
        # What failed for them has named them already.
        return {**result, "schema_violations": result.get("schema_violations") or found}
    if odd.is_fatal:
        said = f"{result['msg']} " if result.get("msg") else ""
        ended = {"failed": True, "msg": f"{said}{refusal(found)}", "violations": found}
        return {**result, **ended, "schema_violations": found}
    warning = f"Odd answers of the cloud: {'; '.join(found[:_MAX_TOLD])}."
    return {**result, "schema_violations": found, "warnings": [*result.get("warnings", ()), warning]}
