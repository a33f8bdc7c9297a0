# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""See that a job that ended well has done what it says, where the user wants to know."""

from __future__ import annotations

from ..module_utils._argspec import Environ
from ..module_utils._performing import performed
from ..module_utils._spans import seconds_of
from ..module_utils._work.reading import Receipt
from ..module_utils._work.starting import Proof, Starting
from ._connections import CONNECTIONS
from ._parent import Parent, WorkerClock
from ._reading import with_warnings
from ._task import Params, Result
from ._waiting import PreparedWait

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
# Seconds that the only look has at least, where the wait has left nothing of the time.
_LEAST = 1.0


def proved(waiting: PreparedWait, work: Starting, params: Params, environ: Environ, result: Result) -> Result:
    """Return the result of a wait with what is seen of what the job has made. Each id stays in it.

    While the cloud is out of reach it is asked again, for ``error_timeout`` at most and not beyond ``timeout``.
    """
    proof = work.proof(params)
    if proof is None or result.get("failed"):
        return result
    found = _looked(waiting, proof, params, environ, waiting.timeout - result["elapsed"])
    shown = proof.shown(found)
    warnings = [*result.get("warnings", ()), *found.get("warnings", ())]
    return with_warnings({**result, **shown, "msg": f"{result['msg']} {shown['msg']}"}, warnings)


def _looked(waiting: PreparedWait, proof: Proof, params: Params, environ: Environ, seconds: float) -> Result:
    clock = WorkerClock(Parent())
    began = clock.now()
    gives_up, pause = began + min(seconds_of(params, "error_timeout"), seconds), _FIRST_PAUSE
    while True:
        left = max(_LEAST, began + seconds - clock.now())
        bound = {"request_timeout": left} if left < seconds_of(params, "request_timeout") else {}
        found = _look(waiting, proof, params, environ, bound)
        wait = max(pause, found.get("retry_after") or 0.0)
        if not (found.get("failed") and found.get("transient")) or clock.now() + wait >= gives_up:
            return found
        clock.sleep(wait)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _look(waiting: PreparedWait, proof: Proof, params: Params, environ: Environ, bound: Params) -> Result:
    """Ask from where the job was asked for: this machine, or the task's host."""
    if waiting.connection is not None:
        options = {**params, **proof.options, **bound}
        return performed(proof.work, options, environ, CONNECTIONS.open, Receipt(), dry=False)
    try:
        return waiting.task.try_module(proof.work.name, {**waiting.identity, **proof.options, **bound})
    except Exception as exc:
        return {"failed": True, "msg": str(exc), "transient": True}
