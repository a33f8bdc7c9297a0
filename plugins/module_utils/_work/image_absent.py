# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Delete an image, carefully: never one that is protected, shared or another's, nor where that cannot be read."""

from __future__ import annotations

import typing as t

from .._failures import Result
from .._ims.api.client import ImsClient
from .._ims.api.image import Image
from .._ims.api.image_life import Member
from .._ims.api.starts import StartCall
from .._ims.api.states import Sighting, gone
from .._ims.errors import ImsError, NoAnswerError, OptionError, UnreadableAnswerError
from .._ims.journal.entry import Entry
from .._ims.report.messages import message
from .._ims.wait.plan import Plan
from .._ims.wait.wait import Ending
from .._wait_plan import state_plan_of
from .awaiting import Last, Wish, await_job, await_state
from .journaled import unfinished, uses_of
from .reading import Params, Receipt

_LISTS = {None: "projects", "domain": "domains", "organization": "organizations"}
# In these an image cannot be shared: that takes an active one (ims_01_0306).
NEVER_SHARED = ("queued", "saving", "killed")


def absent(client: ImsClient, image: Image, params: Params, receipt: Receipt, *, dry: bool, is_listed: bool) -> Result:
    plan = state_plan_of(params)
    refuse_unfit(client, image)
    refuse_used(client, unfinished(params, client.clock), image.image_id)
    members = [] if image.status in NEVER_SHARED else client.life.members(image.image_id)
    if members and not params["unshare"]:
        raise OptionError(
            f"Image {image.image_id} is shared with {listed_members(members)}, who could not use it any more. Set"
            " unshare: true to end that first, or use ims_image_share with state: unshared."
        )
    result = {
        "changed": True,
        "image_id": image.image_id,
        "image": image.to_result(),
        "tags": None,
        "diff": {"before": {"name": image.attributes.get("name"), "status": image.status}, "after": {}},
    }
    if dry:
        return {**result, "msg": f"Would delete image {image.image_id}."}
    if members:
        unshare(client, [image.image_id], members, plan, receipt)
    client.life.delete(image.image_id, delete_backup=params["delete_backup"])
    receipt.changed = True
    last = _wait_until_gone(client, image.image_id, plan, receipt, is_listed=is_listed)
    if not last.is_reached:
        raise _not_gone(image.image_id, last)
    return {**result, "msg": f"Deleted image {image.image_id}."}


def unreadable_attribute(image: Image) -> str | None:
    """Return an attribute that decides whether the image may be deleted, and cannot be read."""
    return next((attribute for attribute in ("owner", "protected") if image.is_unreadable(attribute)), None)


def refuse_unfit(client: ImsClient, image: Image) -> None:
    """Raise for an image that must not be deleted, or of which nobody can tell."""
    unreadable = unreadable_attribute(image)
    if unreadable is not None:
        raise UnreadableAnswerError(f"Image {image.image_id} is not deleted: its attribute {unreadable} cannot be read")
    own, owner = client.find_project_id(), image.attributes.get("owner")
    if image.image_type in ("public", "market") or (own is not None and owner and owner != own):
        raise OptionError(
            f"Image {image.image_id} belongs to {owner or 'the cloud'}: only its owner may delete it. One that another"
            " project shares is put aside by ims_image_share with state: rejected."
        )
    if image.is_protected:
        raise OptionError(
            f"Image {image.image_id} is protected from deletion. Take the protection away first (in the console, or,"
            " for an image of the marketplace, by taking it off there)."
        )


def refuse_used(client: ImsClient, entries: t.Iterable[Entry], image_id: str) -> None:
    """Raise OptionError for an image that a job needs, of which the journal has one of these unfinished entries."""
    uses = uses_of(entries, client, image_id)
    if uses:
        raise OptionError(
            f"Image {image_id} is in use: {uses[0].what} (job {uses[0].job_id or 'unknown'}) has not ended, as far as"
            " the journal and the cloud know. Wait for that first."
        )


def listed_members(members: t.Sequence[Member]) -> str:
    more = f" and {len(members) - 5} more" if len(members) > 5 else ""
    return ", ".join(f"{member.member_type or 'project'} {member.member_id}" for member in members[:5]) + more


def unshare(
    client: ImsClient, image_ids: t.Sequence[str], members: t.Sequence[Member], plan: Plan, receipt: Receipt
) -> None:
    """End the sharing of images with these members by BatchDeleteMembers (ims_03_0623), and wait for its job."""
    named = ", ".join(image_ids)
    body: dict[str, t.Any] = {"images": list(image_ids)}
    for member in members:
        if member.member_type not in _LISTS:
            raise OptionError(f"Image {named} is shared with {listed_members([member])}: end that in the console.")
        body.setdefault(_LISTS[member.member_type], []).append(member.member_id)
    what = f"the end of the sharing of image {named}"
    job_id = client.start(StartCall("BatchDeleteMembers", "DELETE", "/v1/cloudimages/members", body, what))
    receipt.job_ids.append(job_id)
    receipt.changed = True
    outcome = await_job(client, job_id, plan, receipt)
    if outcome.ending is not Ending.DONE:
        raise ImsError(f"Image {named} is not deleted, for its sharing has not ended. {message(outcome)}")


def _wait_until_gone(client: ImsClient, image_id: str, plan: Plan, receipt: Receipt, *, is_listed: bool) -> Last:
    def look(thing_id: str, timeout: float) -> Sighting:
        life = client.life
        return gone(life.find_listed(thing_id, timeout) if is_listed else life.find(thing_id, timeout)[0])

    return await_state(client, Wish("image", image_id, "gone"), look, plan, receipt)


def _not_gone(image_id: str, last: Last) -> NoAnswerError:
    return NoAnswerError(
        f"the deletion of image {image_id} was asked for, and after {last.elapsed:.0f} s the cloud has not told that"
        f" it is gone ({last.seen}). The same task again waits on"
    )
