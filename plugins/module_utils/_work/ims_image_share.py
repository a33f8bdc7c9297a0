# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_share does."""

from __future__ import annotations

import dataclasses
import typing as t

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.starts import StartCall
from .._ims.api.states import Sighting
from .._ims.errors import ApiError, OptionError
from .._wait_plan import state_plan_of
from .awaiting import Wish, await_state
from .reading import Params, Receipt
from .starting import NOT_KNOWN_YET, First, NothingToDo, Starting, ToDo, images_to_use

_PATH = "/v1/cloudimages/members"
# How long what was shared a moment ago is waited for; how soon it shows is not documented.
_PENDING_SECONDS = 60.0
_CALLS = {
    "shared": ("BatchAddMembers", "POST", "the sharing of {images} with {projects}"),
    "unshared": ("BatchDeleteMembers", "DELETE", "the end of the sharing of {images} with {projects}"),
    "accepted": ("BatchUpdateMembers", "PUT", "the acceptance of {images} by {projects}"),
    "rejected": ("BatchUpdateMembers", "PUT", "the rejection of {images} by {projects}"),
}


_TARGETS = {
    "project_ids": ("projects", "project"),
    "domains": ("domains", "domain"),
    "organizations": ("organizations", "organization"),
}
_Targets = tuple[tuple[str, str], ...]
"""Names of the body's lists, each with an id in it."""


def build(client: ImsClient, params: Params, dry: bool) -> ToDo:
    """Return BatchAddMembers (ims_03_0624), BatchUpdateMembers (ims_03_0625) or BatchDeleteMembers (ims_03_0623).

    What is shared, or answered, as it is wanted already, is left out.
    """
    state, vault_id = params["state"], params["vault_id"]
    images = list(dict.fromkeys(images_to_use(params["image_ids"], dry)))
    if vault_id and state != "accepted":
        raise OptionError(f"state: {state} does not go with vault_id.")
    if state in ("shared", "unshared"):
        return _owners_calls(client, state, images, _targets(params))
    return _receivers_call(client, params, images, dry)


# -- the owner's side -------------------------------------------------------------------------------------------------


def _targets(params: Params) -> _Targets:
    found = []
    for option, (listed, _word) in _TARGETS.items():
        ids = [str(one).strip() for one in params[option] or []]
        if not all(ids) or (params[option] is not None and not ids):
            raise OptionError(f"{option}: give at least one {_word}, and no empty one.")
        found += [(listed, one) for one in ids]
    return tuple(dict.fromkeys(found))


def _owners_calls(client: ImsClient, state: str, images: list[str], targets: _Targets) -> ToDo:
    """Return a call for all images that lack the same members, or have the same ones too many."""
    groups: dict[_Targets, list[str]] = {}
    for image_id in images:
        left = targets
        if image_id != NOT_KNOWN_YET:
            held = _held(client, state, image_id)
            left = tuple(target for target in targets if (target[1] in held) is (state == "unshared"))
        if left:
            groups.setdefault(left, []).append(image_id)
    if not groups:
        shared = "shared" if state == "shared" else "not shared"
        return NothingToDo(f"{_images(images, capital=True)} {_is(images)} {shared} with {_named(targets)} already.")
    return [_owners_call(state, group, left) for left, group in groups.items()]


def _held(client: ImsClient, state: str, image_id: str) -> set[str]:
    """Return the ids of those who have the image. One that is gone is shared with nobody any more."""
    try:
        return {member.member_id for member in client.life.members(image_id)}
    except ApiError as exc:
        if state == "unshared" and exc.status in (400, 404) and client.life.find(image_id)[0] is None:
            return set()
        raise


def _owners_call(state: str, images: list[str], targets: _Targets) -> StartCall:
    api, method, what = _CALLS[state]
    body: dict[str, t.Any] = {"images": images}
    for listed, one in targets:
        body.setdefault(listed, []).append(one)
    what = what.format(images=_images(images), projects=_named(targets))
    return StartCall(api=api, method=method, path=_PATH, body=body, what=what)


def _named(targets: _Targets) -> str:
    found = []
    for listed, word in _TARGETS.values():
        ids = [one for name, one in targets if name == listed]
        found += [f"{word} {', '.join(ids)}"] if ids else []
    return ", ".join(found)


# -- the receiver's side ----------------------------------------------------------------------------------------------


def _receivers_call(client: ImsClient, params: Params, images: list[str], dry: bool) -> ToDo:
    state, vault_id = params["state"], params["vault_id"]
    api, method, what = _CALLS[state]
    given = _given_project(params)
    own = client.find_project_id()
    if given is None and own is None and not dry:
        raise OptionError(f"state: {state} needs project_id, or region to look it up by.")
    project = given or own
    left, is_own = images, own is not None and project == own and images != [NOT_KNOWN_YET]
    if is_own:
        done = _with_status(client, state)
        left = [image_id for image_id in images if image_id not in done]
    named = f"project {project}" if project else "this project"
    if not left:
        return NothingToDo(f"{_images(images, capital=True)} {_is(images)} {state} by {named} already.")
    body = {"images": left, "project_id": project or "", "status": state}
    body.update({"vault_id": vault_id} if vault_id else {})
    what = what.format(images=_images(left), projects=named)
    call = StartCall(api=api, method=method, path=_PATH, body=body, what=what)
    return _once_shared(client, params, left, call) if is_own and params["wait"] else call


def _with_status(client: ImsClient, status: str, timeout: float | None = None) -> set[str]:
    """Return the ids of what others share, and this project has answered so, or not yet (ims_03_0602)."""
    query = {"member_status": status, "visibility": "shared", "__imagetype": "shared"}
    return {image.image_id for image in client.list_images(query, timeout).images}


def _once_shared(client: ImsClient, params: Params, images: list[str], call: StartCall) -> ToDo:
    """Return the call, after a wait for what was shared a moment ago and does not show yet.

    The cloud has the last word: what still does not show after that is answered all the same.
    """
    other = "rejected" if params["state"] == "accepted" else "accepted"
    shown = _with_status(client, "pending") | _with_status(client, other)
    missing = [image_id for image_id in images if image_id not in shown]

    def look(image_id: str, timeout: float) -> Sighting:
        shows = image_id in _with_status(client, "pending", timeout)
        return Sighting("PENDING" if shows else "NOT SHARED YET", is_final=shows, is_success=shows)

    def wait_for_those(client: ImsClient, receipt: Receipt) -> ToDo:
        plan = state_plan_of(params)
        ends = client.clock.now() + min(plan.timeout, _PENDING_SECONDS)
        for image_id in missing:
            left = dataclasses.replace(plan, timeout=max(0.0, ends - client.clock.now()), delay=0.0)
            await_state(client, Wish("image", image_id, "pending"), look, left, receipt)
        return call

    return First(wait_for_those, call) if missing else call


def _given_project(params: Params) -> str | None:
    """Return the one project that answers, where the task names it."""
    state, given = params["state"], [str(project).strip() for project in params["project_ids"] or []]
    if not all(given):
        raise OptionError("project_ids: give at least one project, and no empty one.")
    if len(given) > 1:
        raise OptionError(f"state: {state} takes one of project_ids: each project answers for itself.")
    if params["domains"] or params["organizations"]:
        raise OptionError(f"state: {state} does not go with domains and organizations: a project answers for itself.")
    return given[0] if given else None


def _images(images: t.Sequence[str], *, capital: bool = False) -> str:
    return f"{'Image' if capital else 'image'} {', '.join(images)}"


def _is(images: t.Sequence[str]) -> str:
    return "is" if len(images) == 1 else "are"


def _only_image(params: Params) -> str | None:
    images = params["image_ids"] or []
    return str(images[0]).strip() if len(images) == 1 else None


WORK = Starting(
    "ims_image_share",
    ArgumentSpec(
        {
            "state": {"type": "str", "required": True, "choices": ["shared", "accepted", "rejected", "unshared"]},
            "image_ids": {"type": "list", "elements": "str", "required": True, "aliases": ["image_id"]},
            **{name: {"type": "list", "elements": "str"} for name in _TARGETS},
            "vault_id": {"type": "str"},
        },
        required_if=(("state", "shared", tuple(_TARGETS), True), ("state", "unshared", tuple(_TARGETS), True)),
    ),
    build,
    image=_only_image,
)
