# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Starts that go through the journal, where there is one: what a killed run has begun is taken over."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._ims.api.client import ImsClient
from .._ims.api.image import Image
from .._ims.api.starts import StartCall
from .._ims.api.states import Sighting
from .._ims.clock import Clock
from .._ims.errors import ImsError, NoAnswerError
from .._ims.journal.entry import Entry, Intent, Stage
from .._ims.journal.place import is_lost_with_container
from .._ims.journal.store import End, Journal
from .._ims.journal.takeover import Now, UnclearIntentError, begin, known
from .._ims.times import parse_time
from .._spans import seconds_of
from .._wait_plan import state_plan_of
from .awaiting import Wish, await_state
from .choosing import own_images
from .reading import Params, Receipt

# A start is one request with a few repeats: whoever holds the place of an intent for longer hangs.
HOLD_SECONDS = 300.0
# How much the clock of the cloud may be behind this machine's.
_SKEW = datetime.timedelta(minutes=5)
# The image that these make is in another region, where nobody looks.
_ELSEWHERE = ("CopyImageCrossRegion",)
# What these have done can be asked for: members of an image, an image that is registered.
_SEEN = ("BatchAddMembers", "BatchUpdateMembers", "BatchDeleteMembers", "RegisterImage")
_NOT_SEEN = "NOT SEEN YET"
_tidied: set[str] = set()


@dataclasses.dataclass(frozen=True)
class Start:
    """What a start came to, by whichever way. ``image_ids`` are known where the image itself was found, and no job."""

    job_id: str | None
    taken_over: bool = False
    is_over: bool = False
    image_ids: tuple[str, ...] = ()


def journal_of(params: Params, clock: Clock, *, makes: bool = True) -> Journal | None:
    """Return the journal that a task keeps; None without one. Raises OptionError for a folder that cannot be made."""
    folder = str(params.get("journal") or "").strip()
    return Journal(folder, clock, makes=makes) if folder else None


def run_of(params: Params) -> str | None:
    return str(params.get("journal_run") or "").strip() or None


class Starts:
    """Starts the calls of one task. ``warnings`` are what there is to tell beside the result."""

    def __init__(
        self, client: ImsClient, params: Params, receipt: Receipt, is_done: t.Callable[[], bool] = lambda: False
    ) -> None:
        """``is_done`` asks the cloud whether nothing is left to be started."""
        self._is_done = is_done
        self._client = client
        self._params = params
        self._receipt = receipt
        self._since = client.clock.utc()
        self.warnings: list[str] = []

    def start(self, call: StartCall) -> Start:
        """Start a job, or take over what an earlier run has started. Raises ImsError."""
        journal = self._journal()
        if journal is None:
            return Start(self._send(call))
        try:
            with journal.hold(self._intent(call), HOLD_SECONDS) as slot:
                begun = begin(slot, call.what, self._now(), lambda: self._send(call))
        except UnclearIntentError as exc:
            return self._of_unclear(journal, call, exc)
        if begun.taken_over:
            self._receipt.job_ids.append(begun.job_id)
        self.warnings += [begun.warning] if begun.warning else []
        return Start(begun.job_id, begun.taken_over, begun.is_over)

    def foreseen(self, call: StartCall) -> Entry | None:
        """Return the entry of what would be taken over. Nothing is written, and no folder is made."""
        journal = journal_of(self._params, self._client.clock, makes=False)
        return None if journal is None else known(journal.slot(self._intent(call)), self._now())

    def _send(self, call: StartCall) -> str:
        job_id = self._client.start(call)
        # Nothing stands between the answer and the receipt: an id that is known is not lost any more.
        self._receipt.job_ids.append(job_id)
        return job_id

    def _journal(self) -> Journal | None:
        journal = journal_of(self._params, self._client.clock)
        if journal is not None and str(journal.folder) not in _tidied:
            _tidied.add(str(journal.folder))
            self.warnings += told_of(journal)
        return journal

    def _intent(self, call: StartCall) -> Intent:
        return Intent(self._client.endpoint, self._client.find_project_id(), call.api, call.path, call.body)

    def _now(self) -> Now:
        return Now(run_of(self._params), self._since, lambda job_id: look(self._client, job_id))

    # -- an intent of which nobody knows whether it became a job ------------------------------------------------------

    def _of_unclear(self, journal: Journal, call: StartCall, unclear: UnclearIntentError) -> Start:
        """Wait for what the cut off start would make. Raises UnclearIntentError where it does not appear."""
        names = _names_of(call)
        if not names and not self._can_be_seen(call):
            raise unclear

        def look_for(_thing_id: str, _timeout: float) -> Sighting:
            if not names:
                return Sighting("DONE", True, True) if self._is_done() else Sighting(_NOT_SEEN, is_final=False)
            found = self._images(names, unclear.entry)
            ready = bool(found) and all(image.is_active for image in found)
            status = found[0].status.upper() if found else _NOT_SEEN
            return Sighting(status, is_final=ready, is_success=ready, thing=found)

        timeout = seconds_of(self._params, "timeout") if self._params["wait"] else 0.0
        plan = dataclasses.replace(state_plan_of(self._params), timeout=timeout)
        what = Wish("image", names[0], "active") if names else Wish("start", unclear.entry.intent.key, "seen")
        last = await_state(self._client, what, look_for, plan, self._receipt)
        found = last.sighting.thing if last.sighting is not None else None
        if not last.is_reached:
            raise _not_active(call, found) if found else unclear
        return self._found(journal, unclear.entry, found or ())

    def _can_be_seen(self, call: StartCall) -> bool:
        """Return whether the cloud shows what a call has done, though it makes no image with a name."""
        return call.api in _SEEN or bool(call.api == "ExportImage" and self._params.get("verify"))

    def _images(self, names: t.Sequence[str], entry: Entry) -> list[Image]:
        """Return an image for each name; none at all where one is not there. Raises ImsError."""
        found: list[Image] = []
        for name in names:
            images = [image for image in own_images(self._client, name) if self._may_be_of(image, entry)]
            found += sorted(images, key=lambda image: image.is_active)[-1:]
        return found if len(found) == len(names) else []

    def _may_be_of(self, image: Image, entry: Entry) -> bool:
        """Return whether an image may come of that start: with existing_image: create, older ones may be there."""
        if image.status in ("killed", "queued"):
            return False
        created = parse_time(image.attributes.get("created_at"))
        others = self._params.get("existing_image") == "create"
        return not others or (created is not None and created >= entry.intended_at - _SKEW)

    def _found(self, journal: Journal, entry: Entry, images: t.Sequence[Image]) -> Start:
        image_ids = tuple(image.image_id for image in images)
        with journal.hold(entry.intent, HOLD_SECONDS) as slot:
            slot.end(entry, End(True, image_ids))
        return Start(None, True, True, image_ids)


def look(client: ImsClient, job_id: str) -> End | None:
    """Return how a job has ended; None where it has not, or nobody can tell now. Raises LookupError: not known."""
    try:
        job = client.find_job(job_id)
    except ImsError:
        # Whoever takes the job over asks again, and tells.
        return None
    if job is None:
        raise LookupError(job_id)
    return End(job.is_success and not job.failed_items, job.image_ids) if job.is_final else None


def told_of(journal: Journal) -> list[str]:
    """Tidy the journal up, and return what its owner should know of it."""
    stale = journal.prune()
    told = []
    if is_lost_with_container(journal.folder):
        told.append(
            f"journal: {journal.folder} is no mount, so it is gone when this container is, and no later run will"
            " know what this one has started. Mount a folder of the machine there."
        )
    if stale:
        files = ", ".join(f"{entry.intent.key}.json ({entry.what})" for entry in stale[:3])
        more = f" and {len(stale) - 3} more" if len(stale) > 3 else ""
        told.append(
            f"journal: {journal.folder} has intents that nobody has followed for a day: {files}{more}. Look into the"
            " console whether they were carried out, and remove the files."
        )
    return told


def unfinished(params: Params, clock: Clock) -> list[Entry]:
    """Return what the journal of a task has that has not ended; without a journal, nothing."""
    journal = journal_of(params, clock, makes=False)
    return [] if journal is None else [entry for entry in journal.entries() if entry.stage is not Stage.ENDED]


def uses_of(entries: t.Iterable[Entry], client: ImsClient, image_id: str) -> list[Entry]:
    """Return the unfinished entries of jobs that read or make an image, and are not known to be over."""
    found = []
    for entry in entries:
        if not _is_about(entry, image_id):
            continue
        try:
            end = look(client, entry.job_id) if entry.job_id else None
        except LookupError:
            continue
        if end is None:
            found.append(entry)
    return found


def _is_about(entry: Entry, image_id: str) -> bool:
    body = entry.intent.body
    return image_id in entry.intent.path.split("/") or image_id in (body.get("images") or ())


def _names_of(call: StartCall) -> list[str]:
    if call.api in _ELSEWHERE:
        return []
    if "name" in call.body:
        return [str(call.body["name"])]
    return [str(disk["name"]) for disk in call.body.get("data_images") or () if disk.get("name")]


def _not_active(call: StartCall, images: t.Sequence[Image]) -> NoAnswerError:
    states = ", ".join(f"{image.image_id} ({image.status})" for image in images)
    return NoAnswerError(
        f"An earlier run has started {call.what} and was cut off, and its image is not active yet: {states}. The same"
        " task again waits on"
    )
