# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_image_share does."""

from __future__ import annotations

import typing as t

from .._argspec import ArgumentSpec
from .._ims.api.client import ImsClient
from .._ims.api.starts import StartCall
from .._ims.errors import OptionError
from .reading import Params
from .starting import Starting, images_to_use

_PATH = "/v1/cloudimages/members"
_CALLS = {
    "shared": ("BatchAddMembers", "POST", "the sharing of {images} with {projects}"),
    "unshared": ("BatchDeleteMembers", "DELETE", "the end of the sharing of {images} with {projects}"),
    "accepted": ("BatchUpdateMembers", "PUT", "the acceptance of {images} by {projects}"),
    "rejected": ("BatchUpdateMembers", "PUT", "the rejection of {images} by {projects}"),
}


def build(client: ImsClient, params: Params, dry: bool) -> StartCall:
    """Return BatchAddMembers (ims_03_0624), BatchUpdateMembers (ims_03_0625) or BatchDeleteMembers (ims_03_0623)."""
    state, vault_id = params["state"], params["vault_id"]
    api, method, what = _CALLS[state]
    images = images_to_use(params["image_ids"], dry)
    if vault_id and state != "accepted":
        raise OptionError(f"state: {state} does not go with vault_id.")
    projects = _projects(params)
    body: dict[str, t.Any] = {"images": images, "projects": projects}
    if method == "PUT":
        projects = _own_project(client, state, projects, dry)
        body = {"images": images, "project_id": "".join(projects), "status": state}
        body.update({"vault_id": vault_id} if vault_id else {})
    names = f"project {', '.join(projects)}" if projects else "this project"
    what = what.format(images=f"image {', '.join(images)}", projects=names)
    return StartCall(api=api, method=method, path=_PATH, body=body, what=what)


def _projects(params: Params) -> list[str]:
    projects = [str(project).strip() for project in params["project_ids"] or []]
    if not all(projects) or (not projects and params["state"] in ("shared", "unshared")):
        raise OptionError("project_ids: give at least one project, and no empty one.")
    return projects


def _own_project(client: ImsClient, state: str, given: list[str], dry: bool) -> list[str]:
    """Return the one project that answers; none in a dry run that would have to ask for it."""
    if len(given) > 1:
        raise OptionError(f"state: {state} takes one of project_ids: each project answers for itself.")
    if given or dry:
        return given
    project_id = client.find_project_id()
    if project_id is None:
        raise OptionError(f"state: {state} needs project_id, or region to look it up by.")
    return [project_id]


def _only_image(params: Params) -> str | None:
    images = params["image_ids"] or []
    return str(images[0]).strip() if len(images) == 1 else None


WORK = Starting(
    "ims_image_share",
    ArgumentSpec(
        {
            "state": {"type": "str", "required": True, "choices": ["shared", "accepted", "rejected", "unshared"]},
            "image_ids": {"type": "list", "elements": "str", "required": True, "aliases": ["image_id"]},
            "project_ids": {"type": "list", "elements": "str"},
            "vault_id": {"type": "str"},
        },
        required_if=(("state", "shared", ("project_ids",)), ("state", "unshared", ("project_ids",))),
    ),
    build,
    image=_only_image,
)
