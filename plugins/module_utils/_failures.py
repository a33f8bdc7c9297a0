# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes wrong, as a result: a sentence for people, and the same as facts for programs."""

from __future__ import annotations

import traceback
import typing as t

from ._ims.errors import ImsError, SchemaError
from ._ims.masking import NO_SECRETS, Texts
from ._ims.report.hints import explain
from ._ims.verdicts import is_transient

Result = dict[str, t.Any]


def failure(error: Exception, texts: Texts = NO_SECRETS) -> Result:
    """Return an error as a failed result; ``texts`` cleans what the collection did not write itself.

    ``transient`` says that the same task may go well a moment later.
    """
    if isinstance(error, ImsError):
        violations = {"schema_violations": error.violations} if isinstance(error, SchemaError) else {}
        return {
            **texts.tree({**error.facts, **violations}),
            "failed": True,
            "msg": explain(error, texts),
            "transient": is_transient(error),
            "retry_after": error.retry_after,
        }
    said = texts.line(f"{type(error).__name__}: {error}").rstrip(".")
    lines = "".join(traceback.format_exception(type(error), error, error.__traceback__)).splitlines()
    return {
        "failed": True,
        "msg": f"A fault in the collection huaweicloud.ims, please report it: {said}.",
        "exception": "\n".join(texts.line(line) for line in lines),
        "transient": False,
        "retry_after": None,
    }
