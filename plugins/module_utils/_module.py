# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shell of every module: options in, one call, result out. The only file that calls fail_json."""

from __future__ import annotations

import os
import typing as t

from ._connect import connect
from ._ims.api.client import ImsClient
from ._ims.clock import SystemClock
from ._ims.errors import ImsError
from ._ims.report.hints import explain
from ._ims.verdicts import is_transient
from ._options import resolve

if t.TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule


def run(module: AnsibleModule, work: t.Callable[[ImsClient], dict[str, t.Any]]) -> t.NoReturn:
    """Call ``work`` with a client made of the module's options, and turn what it returns or raises into a result."""
    try:
        options = resolve(module.params, os.environ)
        query_api = module.params.get("query_api", "auto")
        result = work(connect(options, os.environ, SystemClock(), module.warn, query_api))
    except ImsError as exc:
        module.fail_json(**failure(exc))
    module.exit_json(**result)


def failure(error: ImsError) -> dict[str, t.Any]:
    """Return an error as a result: ``transient`` says that the same task may go well a moment later."""
    return {
        **error.facts,
        "msg": explain(error),
        "transient": is_transient(error),
        "retry_after": error.retry_after,
    }
