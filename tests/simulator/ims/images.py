# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Images, and the ones that are there from the start."""

from __future__ import annotations

import dataclasses
import time
import typing as t
import uuid

from ..values import built_by, listed, number

ACTIVE = "active"
QUEUED = "queued"
PUBLIC = "gold"
PRIVATE = "private"
SHARED = "shared"


@dataclasses.dataclass(frozen=True)
class Member:
    """A project with which an image is shared; it must accept."""

    project_id: str
    status: str = "pending"


@dataclasses.dataclass(frozen=True)
class Image:
    """An image with the attributes by which the cloud decides what may be done with it."""

    image_id: str = ""
    name: str = "image"
    status: str = ACTIVE
    image_type: str = PRIVATE
    owner: str | None = None
    region: str | None = None
    size_gb: int = 40
    os_type: str = "Linux"
    os_version: str = "Debian GNU/Linux 12.0.0 64bit"
    disk_format: str = "zvhd2"
    # ECS (FusionCompute in the answers), DataImage, IsoImage, ...
    kind: str = "FusionCompute"
    whole: bool = False
    cmk_id: str | None = None
    architecture: str = "x86"
    description: str = ""
    created_at: float = 1704164645.0
    tags: tuple[str, ...] = dataclasses.field(default=(), metadata=built_by(listed(str)))
    members: tuple[Member, ...] = dataclasses.field(default=(), metadata=built_by(listed(lambda item: Member(**item))))
    # The IMG code with which an export is refused, of images whose origin forbids it.
    export_refusal: str | None = None

    def __post_init__(self) -> None:
        number("size_gb", self.size_gb, least=0)

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


def first_images() -> list[Image]:
    """One image for each way in which the cloud treats them."""
    return [
        _known(1, "private-linux", tags=("demo",)),
        _known(2, "private-linux-2"),
        _known(3, "public-linux", image_type=PUBLIC, owner="cloud"),
        _known(4, "full-ecs", whole=True),
        _known(5, "encrypted-linux", cmk_id="20000000-0000-4000-8000-000000000001"),
        _known(6, "installer-iso", kind="IsoImage", disk_format="iso"),
        _known(7, "big-linux", size_gb=200),
        _known(8, "data-disk", kind="DataImage"),
        _known(9, "windows-from-public", os_type="Windows", export_refusal="IMG.0071"),
        _known(10, "market-based", export_refusal="IMG.0078"),
        _known(11, "metadata-only", status=QUEUED),
        _known(12, "shared-with-me", image_type=SHARED, owner="other-project", members=_SHARED_WITH_ME),
    ]


# The project is put in by the cloud, which knows the account.
OWN_PROJECT = "(own)"
_SHARED_WITH_ME = (Member(OWN_PROJECT),)


def to_api(image: Image) -> dict[str, t.Any]:
    """The image as the list shows it: OpenStack's attributes and, with two underscores, those of IMS."""
    created = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(image.created_at))
    shown = {
        "id": image.image_id,
        "name": image.name,
        "status": image.status,
        "visibility": {PUBLIC: "public", SHARED: "shared"}.get(image.image_type, "private"),
        "owner": image.owner or "",
        "protected": image.image_type == PUBLIC,
        "min_disk": image.size_gb,
        "min_ram": 0,
        "disk_format": image.disk_format,
        "container_format": "bare",
        "virtual_env_type": image.kind,
        "architecture": image.architecture,
        "tags": list(image.tags),
        "created_at": created,
        "updated_at": created,
        "file": f"/v2/images/{image.image_id}/file",
        "self": f"/v2/images/{image.image_id}",
        "schema": "/v2/schemas/image",
        "__imagetype": image.image_type,
        "__isregistered": "true" if image.status == ACTIVE else "false",
        "__image_source_type": "uds",
        "__image_size": str(image.size_gb * 2**30),
        "__os_type": image.os_type,
        "__os_version": image.os_version,
        "__platform": image.os_version.split(" ")[0],
        "__os_bit": "64",
        "__description": image.description,
    }
    optional = {"__whole_image": "true" if image.whole else None, "__system__cmkid": image.cmk_id}
    return {**shown, **{name: value for name, value in optional.items() if value is not None}}
