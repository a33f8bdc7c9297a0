# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_rotation does."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.image import Image
from .._ims.api.image_life import ALL_GRANTED, Member
from .._ims.api.states import GONE, Sighting
from .._ims.errors import ImsError, NoAnswerError, OptionError
from .._ims.journal.entry import Entry
from .._ims.times import parse_time
from .._ims.verdicts import OnPoll, OnStart, on_poll, on_start
from .._spans import seconds_of
from .._wait_plan import state_plan_of
from .awaiting import Wish, await_state
from .changing import Changing
from .family import CHANNEL, FAMILY, in_channels, members_of, row
from .image_absent import (
    NEVER_SHARED,
    listed_members,
    refuse_unfit,
    refuse_used,
    unreadable_attribute,
    unshare,
)
from .journaled import unfinished
from .reading import Params, Receipt

_LEFTOVERS = ("queued", "killed")
_MAX_REPEATS = 4
_FIRST_PAUSE = 2.0
# GlanceDeleteImage takes 200 in 5 s of all that the project's users send (API Explorer): leave room for them.
_DELETION_PAUSE = 0.1
T = t.TypeVar("T")


@dataclasses.dataclass(frozen=True)
class Doomed:
    """An image that is to go, and with whom it is shared: nobody but those who may lose it."""

    image: Image
    members: tuple[Member, ...] = ()


@dataclasses.dataclass
class Choice:
    """What becomes of each image of the family; the newest first. ``spared`` are older ones, with the reason."""

    kept: list[Image]
    doomed: list[Doomed] = dataclasses.field(default_factory=list)
    spared: list[tuple[Image, str]] = dataclasses.field(default_factory=list)
    leftovers: list[Image] = dataclasses.field(default_factory=list)
    postponed: list[Image] = dataclasses.field(default_factory=list)


def change(client: ImsClient, params: Params, receipt: Receipt, dry: bool) -> Result:
    if params["keep"] < 1:
        raise OptionError(f"keep: {params['keep']} would leave no image at all. Give 1 or more.")
    most = params["max_deletions"]
    if most is not None and most < 1:
        raise OptionError(f"max_deletions: {most} would delete nothing. Give 1 or more, or leave it out.")
    oldest = datetime.timedelta(seconds=seconds_of(params, "leftovers_age"))
    if params["coming"] < 0:
        raise OptionError(f"coming: {params['coming']} is no number of images.")
    choice = _choose(client, params, max(0, params["keep"] - (params["coming"] if dry else 0)), oldest)
    if not dry and choice.doomed:
        _delete(client, params, choice.doomed, receipt)
    gone = [doomed.image for doomed in choice.doomed]
    return {
        "changed": bool(gone),
        "deleted": [row(image) for image in gone],
        "kept": [row(image) for image in choice.kept],
        "spared": [row(image, reason=reason) for image, reason in choice.spared],
        "leftovers": [row(image) for image in choice.leftovers],
        "postponed": [row(image) for image in choice.postponed],
        "diff": {"before": {"images": [_label(image) for image in gone]}, "after": {"images": []}},
        "msg": _message(choice, dry=dry),
    }


# -- the choice -------------------------------------------------------------------------------------------------------


def _choose(client: ImsClient, params: Params, keep: int, oldest: datetime.timedelta) -> Choice:
    images = members_of(client, params)
    active = [image for image in images if image.is_active]
    choice, entries = Choice(active[:keep]), unfinished(params, client.clock)
    channels = in_channels(client) if len(active) > keep else set()
    for image in active[keep:]:
        try:
            choice.doomed.append(_doomed(client, params, image, channels, entries))
        except (OptionError, _SparedError) as exc:
            choice.spared.append((image, str(exc)))
    choice.leftovers = [image for image in images if _is_left_over(image, client.clock.utc() - oldest)]
    if params["leftovers"]:
        choice.doomed += [Doomed(image) for image in choice.leftovers]
        choice.leftovers = []
    most = params["max_deletions"]
    if most is not None and len(choice.doomed) > most:
        # The oldest go first.
        choice.doomed.sort(key=lambda doomed: str(doomed.image.attributes.get("created_at")), reverse=True)
        choice.postponed = [doomed.image for doomed in choice.doomed[:-most]]
        choice.doomed = choice.doomed[-most:]
    return choice


class _SparedError(ImsError):
    """An image is not to be deleted."""


def _doomed(client: ImsClient, params: Params, image: Image, channels: set[str], entries: t.Sequence[Entry]) -> Doomed:
    """Return an image as one that may go; raise _SparedError or OptionError, with the reason, for one that may not.

    What decides and cannot be read spares the image as well.
    """
    if image.is_unreadable("tags") or image.image_id.lower() in channels or _names_channel(image):
        raise _SparedError("a channel stands for it")
    unreadable = unreadable_attribute(image)
    if unreadable is not None:
        raise _SparedError(f"its attribute {unreadable} cannot be read")
    refuse_unfit(client, image)
    refuse_used(client, entries, image.image_id)
    members = _patiently(client, lambda: client.life.members(image.image_id))
    allowed = {str(one).strip() for one in params["share_with"] or ()}
    others = [member for member in members if member.member_id not in allowed]
    if others:
        raise _SparedError(f"it is shared with {listed_members(others)}")
    return Doomed(image, tuple(members))


def _names_channel(image: Image) -> bool:
    """Return whether the row of the list has the tag: ``key=value`` or, as older ones are written, ``key.value``."""
    tags = [str(tag) for tag in image.attributes.get("tags") or ()]
    return any(tag == CHANNEL or tag.startswith((f"{CHANNEL}=", f"{CHANNEL}.")) for tag in tags)


def _is_left_over(image: Image, before: datetime.datetime) -> bool:
    """Return whether an image never became one, and nobody is about to make it: it holds quota, and is of no use."""
    changed = parse_time(image.attributes.get("updated_at")) or parse_time(image.attributes.get("created_at"))
    if image.status not in _LEFTOVERS or image.is_protected is not False or changed is None:
        return False
    return changed <= before


# -- the deletion -----------------------------------------------------------------------------------------------------


def _delete(client: ImsClient, params: Params, doomed: t.Sequence[Doomed], receipt: Receipt) -> None:
    """Delete all, then wait until none is listed any more. What is refused is told at the end: the others go."""
    plan = state_plan_of(params)
    shared: dict[tuple[Member, ...], list[str]] = {}
    for one in doomed:
        if one.members and one.image.status not in NEVER_SHARED:
            shared.setdefault(one.members, []).append(one.image.image_id)
    for members, image_ids in shared.items():
        unshare(client, image_ids, members, plan, receipt)
    asked, refused = set(), []
    for one in doomed:
        image_id = one.image.image_id
        try:
            _patiently(client, lambda: client.life.delete(image_id, delete_backup=params["delete_backup"]))  # noqa: B023
            receipt.changed = True
            asked.add(image_id)
        except ImsError as exc:
            if on_poll(exc) is OnPoll.REFUSED:
                raise
            refused.append(f"{_label(one.image)}: {str(exc).rstrip('.')}")
        client.clock.sleep(_DELETION_PAUSE)
    _wait_until_gone(client, params, asked, receipt)
    if refused:
        raise ImsError(f"{len(asked)} images were deleted, and {len(refused)} were not: {'; '.join(refused[:5])}.")


def _wait_until_gone(client: ImsClient, params: Params, asked: set[str], receipt: Receipt) -> None:
    if not asked:
        return
    own = client.find_project_id() or ""

    def look(_thing_id: str, timeout: float) -> Sighting:
        listing = client.list_images({"owner": own, "enterprise_project_id": ALL_GRANTED}, timeout)
        left = [image.image_id for image in listing.images if image.status != "deleted" and image.image_id in asked]
        if not left:
            return Sighting(GONE, is_final=True, is_success=True)
        return Sighting(f"{len(left)} left", is_final=False, thing=left)

    first = sorted(asked)[0]
    kind = "image" if len(asked) == 1 else f"{len(asked)} images, the first"
    last = await_state(client, Wish(kind, first, "gone"), look, state_plan_of(params), receipt)
    if not last.is_reached:
        raise NoAnswerError(
            f"the deletion of {len(asked)} images was asked for, and after {last.elapsed:.0f} s the cloud has not told"
            f" that they are gone ({last.seen}). The same task again deletes what is left"
        )


def _patiently(client: ImsClient, ask: t.Callable[[], T]) -> T:
    """Ask what may be asked again, a few times while the cloud is busy or away."""
    for repeats in range(_MAX_REPEATS + 1):
        try:
            return ask()
        except ImsError as exc:
            again = on_poll(exc) is OnPoll.ASK_AGAIN or on_start(exc) is OnStart.NOT_STARTED_REPEAT
            if repeats == _MAX_REPEATS or not again:
                raise
            client.clock.sleep(max(exc.retry_after or 0.0, _FIRST_PAUSE * 2**repeats))
    raise AssertionError("unreachable")


# -- words ------------------------------------------------------------------------------------------------------------


def _label(image: Image) -> str:
    return f"{image.attributes.get('name')} ({image.image_id})"


def _message(choice: Choice, *, dry: bool) -> str:
    gone = [_label(doomed.image) for doomed in choice.doomed]
    verb = "Would delete" if dry else "Deleted"
    listed = ", ".join(gone[:10]) + (f" and {len(gone) - 10} more" if len(gone) > 10 else "")
    told = [f"{verb} {len(gone)} of the family's images: {listed}." if gone else "No image of the family has to go."]
    told.append(f"Kept {len(choice.kept)}.")
    if choice.spared:
        first, reason = choice.spared[0]
        more = f" and {len(choice.spared) - 1} more" if len(choice.spared) > 1 else ""
        told.append(f"Spared {_label(first)}{more}: {reason.rstrip('.')}.")
    if choice.postponed:
        told.append(f"{len(choice.postponed)} more are left to later runs (max_deletions).")
    if choice.leftovers:
        told.append(f"{len(choice.leftovers)} leftovers hold quota; leftovers: true deletes them.")
    return " ".join(told)


WORK = Changing(
    "ims_image_rotation",
    FAMILY.merged(
        ArgumentSpec(
            {
                "keep": {"type": "int", "required": True},
                "coming": {"type": "int", "default": 0},
                "share_with": {"type": "list", "elements": "str"},
                "leftovers": {"type": "bool", "default": False},
                "leftovers_age": {"type": "str", "default": "1d"},
                "max_deletions": {"type": "int"},
                "delete_backup": {"type": "bool", "default": False},
            }
        )
    ),
    change,
    waits=True,
)
