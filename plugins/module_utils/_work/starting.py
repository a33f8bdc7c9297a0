# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The description of a module that starts a job: a module says what to send, everything else is here."""

from __future__ import annotations

import dataclasses
import typing as t

from .._argspec import STARTING, ArgumentSpec, Environ, auth_spec
from .._failures import Result, failure
from .._ims.api.client import ImsClient
from .._ims.api.image import checked_image_id
from .._ims.api.starts import StartCall
from .._ims.errors import ApiError, ImsError, OptionError, StartUnclearError
from .._ims.journal.takeover import UnclearIntentError
from .._ims.masking import Texts
from .._ims.wait.plan import Plan
from .journaled import Start, Starts
from .reading import Params, Reading, Receipt, is_nothing

NOT_KNOWN_YET = "(not known in a dry run)"


def _nothing(params: Params) -> t.Any:
    return None


@dataclasses.dataclass(frozen=True)
class NothingToDo:
    """What a work found is as it is wanted already: no job is started. ``facts`` go into the result."""

    msg: str
    image_id: str | None = None
    facts: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass(frozen=True)
class Proof:
    """How a job that ended well is shown to have done what it says.

    ``work`` is run with ``options`` beside those of the start; ``shown`` makes of its result what is added to that of
    the task, which has failed where ``failed`` is true in it.
    """

    work: Reading
    options: Params
    shown: t.Callable[[Result], Result]


@dataclasses.dataclass(frozen=True)
class First:
    """Something that has to be done or waited for before it is known what to start.

    ``do`` returns what is to be done then, and raises ImsError; ``dry`` is what a dry run tells of instead.
    """

    do: t.Callable[[ImsClient, Receipt], ToDo]
    dry: ToDo


ToDo = t.Union[StartCall, t.Sequence[StartCall], NothingToDo, First]


@dataclasses.dataclass(frozen=True)
class Starting:
    """A work that starts a job.

    ``build`` returns the request, or several where one cannot say it all; it raises OptionError for options that do not
    go together. It may ask what there is already, in a dry run as well. ``done_already`` returns
    error codes that say that there is nothing left to do, and what to tell the user then. ``image`` returns the image
    that is known before the job has ended, ``target`` where users find what the job makes. For who waits, after jobs
    that went well: ``finish`` gets the image, and waits for what else has to be so (it raises ImsError); ``proof``
    returns what has to be looked at, where ``build`` has made sure that it can be had.
    """

    name: str
    own: ArgumentSpec
    build: t.Callable[[ImsClient, Params, bool], ToDo]
    done_already: t.Callable[[Params], t.Mapping[str, str] | None] = _nothing
    image: t.Callable[[Params], str | None] = _nothing
    target: t.Callable[[Params], str | None] = _nothing
    finish: t.Callable[[ImsClient, Params, Receipt, str, Plan], None] | None = None
    proof: t.Callable[[Params], Proof | None] = _nothing

    def spec(self, environ: Environ | None = None) -> ArgumentSpec:
        return auth_spec(environ).merged(STARTING, self.own)

    def run(self, client: ImsClient, params: Params, receipt: Receipt, *, dry: bool) -> Result:
        starts = Starts(client, params, receipt, lambda: isinstance(self.build(client, params, dry), NothingToDo))
        found = self.build(client, params, dry)
        while isinstance(found, First):
            found = found.dry if dry else found.do(client, receipt)
        if isinstance(found, NothingToDo):
            known = self._started(params, receipt)
            known["image_id"] = found.image_id or known["image_id"]
            return {"changed": False, "msg": found.msg, **known, **found.facts}
        calls = [found] if isinstance(found, StartCall) else found
        if dry:
            return {**self._foreseen(starts, calls), **self._started(params, receipt)}
        try:
            made = [starts.start(call) for call in calls]
        except ApiError as exc:
            kept = (self.done_already(params) or {}).get(exc.code)
            if kept is None:
                raise
            return {"changed": False, "msg": kept, **self._started(params, receipt)}
        return {**self._made(calls, made, params, receipt), "warnings": starts.warnings}

    def _foreseen(self, starts: Starts, calls: t.Sequence[StartCall]) -> Result:
        """Return what a dry run tells."""
        entries = [starts.foreseen(call) for call in calls]
        fresh = [call.what for call, entry in zip(calls, entries) if entry is None]
        begun = [call.what for call, entry in zip(calls, entries) if entry is not None]
        told = [f"Would start {'; '.join(fresh)}."] if fresh else []
        told += [f"Would go on with {'; '.join(begun)}, which an earlier run has begun."] if begun else []
        return {"changed": not all(entry is not None and entry.succeeded for entry in entries), "msg": " ".join(told)}

    def _made(self, calls: t.Sequence[StartCall], made: t.Sequence[Start], params: Params, receipt: Receipt) -> Result:
        fresh = [call.what for call, start in zip(calls, made) if not start.taken_over]
        begun = [call.what for call, start in zip(calls, made) if start.taken_over]
        told = [f"Started {'; '.join(fresh)}."] if fresh else []
        told += [f"Took over {'; '.join(begun)}, which an earlier run has begun."] if begun else []
        result = {"changed": not all(start.is_over for start in made), "msg": " ".join(told)}
        images = [image_id for start in made for image_id in start.image_ids]
        known = {**self._started(params, receipt), "taken_over": bool(begun)}
        if len(images) == 1:
            known["image_id"] = images[0]
        return {**result, **known}

    def failure(self, error: Exception, params: Params, receipt: Receipt, texts: Texts) -> Result:
        """Return a failed result that tells what is known of the start, and each id."""
        unclear = isinstance(error, (StartUnclearError, UnclearIntentError))
        changed = {"changed": True} if receipt.job_ids or receipt.changed else {}
        result = {**failure(error, texts), **changed, **self._started(params, receipt, unclear=unclear)}
        if receipt.left is not None and not receipt.job_ids and not unclear:
            result["msg"] = f"{result['msg']} {texts.line(receipt.left)}"
        return result

    def _started(self, params: Params, receipt: Receipt, *, unclear: bool = False) -> Result:
        return {**started(receipt.job_ids, unclear=unclear), "image_id": receipt.image_id or self.image(params)}


class StartLostError(StartUnclearError):
    """The module that was to start a job was lost on the way: with its host, or by a crash."""

    def __init__(self, name: str, cause: str) -> None:
        ImsError.__init__(
            self,
            f"{name} was sent to the task's host, and its outcome was lost: {cause.rstrip('.')}. The job may have been"
            " started, so it is not started again. Look into the console before you repeat the task.",
        )


def started(job_ids: t.Sequence[str], *, unclear: bool = False) -> Result:
    """Return what each start tells: ``started`` is null where nobody knows, ``job_id`` unless there is exactly one.

    ``taken_over``: the journal knew that an earlier run had begun it.
    """
    return {
        "job_id": job_ids[0] if len(job_ids) == 1 else None,
        "job_ids": list(job_ids),
        "started": None if unclear else bool(job_ids),
        "taken_over": False,
        "image_id": None,
    }


def image_of(params: Params) -> str | None:
    """Return the image that ``image_id`` names; None where a dry run does not know it."""
    return None if is_nothing(params["image_id"]) else str(params["image_id"]).strip()


def image_to_use(value: t.Any, dry: bool, option: str = "image_id") -> str:
    """Return a checked id; a dry run may not know the image that an earlier task would have made."""
    if is_nothing(value):
        if dry:
            return NOT_KNOWN_YET
        raise OptionError(f"{option}: an image id is needed, and this is none.")
    return checked_image_id(value, option)


def images_to_use(values: t.Sequence[t.Any] | None, dry: bool, option: str = "image_ids") -> list[str]:
    """Return checked ids, as ``image_to_use``, of which there must be one at least."""
    if not values:
        if dry:
            return [NOT_KNOWN_YET]
        raise OptionError(f"{option}: give at least one image.")
    return [image_to_use(value, dry, option) for value in values]
