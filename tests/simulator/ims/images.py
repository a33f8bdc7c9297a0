# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images, and the ones that are there from the start."""

from __future__ import annotations

import dataclasses
import typing as t
import uuid

from ..values import built_by, listed, number

# ims_03_0901 has these statuses: metadata only, file being written, usable, failed, removed.
QUEUED = "queued"
SAVING = "saving"
ACTIVE = "active"
KILLED = "killed"
DELETED = "deleted"

PUBLIC = "gold"
PRIVATE = "private"
SHARED = "shared"
MARKET = "market"

PENDING = "pending"
ACCEPTED = "accepted"
REJECTED = "rejected"
DEFAULT_ENTERPRISE_PROJECT = "0"
_START = 1704164645.0


@dataclasses.dataclass(frozen=True)
class Member:
    """A project with which an image is shared, which must accept; or a domain or an organization."""

    project_id: str
    status: str = PENDING
    # None: a project. Only `organization` is documented beside it (ListImageMembers).
    member_type: str | None = None
    created_at: float = _START
    updated_at: float | None = None


@dataclasses.dataclass(frozen=True)
class Image:
    """An image with the attributes by which the cloud decides what may be done with it."""

    image_id: str = ""
    name: str = "image"
    status: str = ACTIVE
    image_type: str = PRIVATE
    # The id of a project.
    owner: str | None = None
    region: str | None = None
    size_gb: int = 40
    os_type: str = "Linux"
    os_version: str = "Debian GNU/Linux 12.0.0 64bit"
    disk_format: str = "zvhd2"
    # ECS (FusionCompute in the answers), DataImage, IsoImage, ...
    kind: str = "FusionCompute"
    whole: bool = False
    backup_id: str | None = None
    cmk_id: str | None = None
    architecture: str = "x86"
    description: str = ""
    protected: bool = False
    min_ram: int = 0
    max_ram: int | None = None
    enterprise_project_id: str = DEFAULT_ENTERPRISE_PROJECT
    # Where it comes from: "instance,<server>", "volume,<id>" or "file,<bucket:file>"; and the id of its parent.
    data_origin: str | None = None
    parent: str | None = None
    created_at: float = _START
    updated_at: float | None = None
    # Another name that is shown in place of its own while it is being made.
    shown_name: str | None = None
    tags: tuple[str, ...] = dataclasses.field(default=(), metadata=built_by(listed(str)))
    members: tuple[Member, ...] = dataclasses.field(default=(), metadata=built_by(listed(lambda item: Member(**item))))
    # Attributes that only some images have, by their names in the answers: hw_firmware_type, __support_kvm, ...
    attributes: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    # The IMG code with which an export is refused, of images whose origin forbids it.
    export_refusal: str | None = None

    def __post_init__(self) -> None:
        number("size_gb", self.size_gb, least=0)
        number("created_at", self.created_at)

    @property
    def changed_at(self) -> float:
        """When it was changed last."""
        return self.created_at if self.updated_at is None else self.updated_at

    def member(self, project_id: str) -> Member | None:
        """The member with that project, if there is one."""
        return next((member for member in self.members if member.project_id == project_id), None)

    def with_member(self, member: Member) -> Image:
        """The same with this member added, or changed."""
        others = self.without_member(member.project_id).members
        return dataclasses.replace(self, members=(*others, member))

    def without_member(self, project_id: str) -> Image:
        """The same no longer shared with that project."""
        kept = tuple(member for member in self.members if member.project_id != project_id)
        return dataclasses.replace(self, members=kept)


def new_image_id() -> str:
    """Image ids are UUIDs."""
    return str(uuid.uuid4())


def _known(number_: int, name: str, **attributes: t.Any) -> Image:
    return Image(image_id=f"10000000-0000-4000-8000-{number_:012d}", name=name, **attributes)


def first_images(project_id: str, other: str) -> list[Image]:
    """One image for each way in which the cloud treats them."""
    backup = "30000000-0000-4000-8000-000000000001"
    return [
        _known(1, "private-linux", tags=("demo",)),
        _known(2, "private-linux-2"),
        _known(3, "public-linux", image_type=PUBLIC, owner="cloud", protected=True),
        _known(4, "full-ecs", whole=True, backup_id=backup),
        _known(5, "encrypted-linux", cmk_id="20000000-0000-4000-8000-000000000001"),
        _known(6, "installer-iso", kind="IsoImage", disk_format="iso"),
        _known(7, "big-linux", size_gb=200),
        _known(8, "data-disk", kind="DataImage"),
        _known(9, "windows-from-public", os_type="Windows", export_refusal="IMG.0071"),
        _known(10, "market-based", export_refusal="IMG.0078"),
        _known(11, "metadata-only", status=QUEUED),
        _known(12, "shared-with-me", image_type=SHARED, owner=other, members=(Member(project_id, ACCEPTED),)),
    ]
