# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a work, wherever that is: what it returns and whatever it raises becomes a result."""

from __future__ import annotations

import typing as t

from ._connect import Connection
from ._failures import Result
from ._options import Options, resolve, texts_of
from ._work.reading import Params, Receipt, Work

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
    try:
        connection = connect(resolve(params, environ), environ, params.get("query_api") or "auto")
        texts, warnings = connection.client.texts, connection.warnings
        result = work.run(connection.client, params, receipt, dry=dry)
    except Exception as exc:
        result = work.failure(exc, params, receipt, texts)
    told = [*warnings, *result.pop("warnings", ())]
    warnings.clear()
    return {**result, "warnings": told} if told else result
