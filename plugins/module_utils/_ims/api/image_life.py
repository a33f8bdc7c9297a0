# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What happens to an image beside its jobs: it gets a row, is changed, tagged, shared, deleted.

Sources: GlanceCreateImageMetadata (ims_03_0707), UpdateImage (ims_03_0604), GlanceDeleteImage (ims_03_0706),
ListImageTags (ims_03_0620), BatchAddOrDeleteTags (ims_03_0617), ListImageByTags (ims_03_0616), ListImageMembers
(ims_03_0661), GlanceListImageMembers (ims_03_0723), ShowImageQuota (ims_03_0630), ListOsVersions (ims_03_0610). Each
change can be repeated, as what it says about an image is so afterwards; each new row is one more.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ..errors import ApiError, UnreadableAnswerError
from ..http.signing import canonical_query
from ..schema.image_parts import MEMBERS_SCHEMA, OS_VERSIONS_SCHEMA, QUOTA_SCHEMA, TAGGED_SCHEMA, TAGS_SCHEMA
from ..schema.images import IMAGE_SCHEMA
from ..times import iso, parse_time
from .calls import Calls, quoted
from .image import Image, Listing

ALL_GRANTED = "all_granted_eps"
_NOT_SET = "IMG.0035"
_MAX_PAGES = 100
_TAGGED_AT_ONCE = 1000
_Rows = list[dict[str, t.Any]]


@dataclasses.dataclass(frozen=True)
class Member:
    """One with whom an image is shared: a project, or what ``member_type`` says."""

    member_id: str
    status: str
    member_type: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    urn: str | None = None

    @classmethod
    def from_api(cls, row: t.Mapping[str, t.Any]) -> Member:
        return cls(
            row["member_id"].strip(),
            row["status"].strip().lower(),
            row.get("member_type") or None,
            iso(parse_time(row.get("created_at"))),
            iso(parse_time(row.get("updated_at"))),
            row.get("urn") or None,
        )

    def to_result(self) -> dict[str, t.Any]:
        return dataclasses.asdict(self)


class ImageLife:
    """Part of ImsClient. All methods raise ImsError."""

    def __init__(
        self,
        calls: Calls,
        show: t.Callable[[str, float | None], Image | None],
        listed: t.Callable[[t.Mapping[str, str], float | None], Listing],
    ) -> None:
        self._calls = calls
        self._show = show
        self._list = listed

    # -- one image ----------------------------------------------------------------------------------------------------

    def find_listed(self, image_id: str, timeout: float | None = None) -> Image | None:
        """Return the image as the list by its id has it: unknown and deleted ones are not in it.

        ``timeout`` bounds the whole, in seconds; without it, each page has request_timeout.
        """
        listing = self._list({"id": image_id, "enterprise_project_id": ALL_GRANTED}, timeout)
        for image in listing.images:
            if image.image_id.lower() == image_id.lower():
                return None if image.status == "deleted" else image
        if listing.images or listing.deviations:
            raise UnreadableAnswerError(f"The cloud's list for image {image_id} cannot be read (ListImages)")
        return None

    def find(self, image_id: str, timeout: float | None = None) -> tuple[Image | None, bool]:
        """Return the image, and whether lists have it: unregistered and rejected ones are shown by their ids only."""
        began = self._calls.clock.now()
        image = self.find_listed(image_id, timeout)
        if image is not None:
            return image, True
        image = self._show(image_id, None if timeout is None else timeout - (self._calls.clock.now() - began))
        return (None if image is None or image.status == "deleted" else image), False

    def change_attribute(self, image: Image, name: str, value: str | int | None) -> Image:
        """Set an attribute, or take it away with None, and return the image after it.

        ``replace`` of what is not there is refused with IMG.0035, and pages contradict each other about ``add`` of what
        is there: the fresh ``image`` decides, and the other one is tried on that code.
        """
        first, second = ("replace", "add") if image.attributes.get(name) not in (None, "") else ("add", "replace")
        if value is None:
            return self._patch(image.image_id, "remove", name, "")
        try:
            return self._patch(image.image_id, first, name, value)
        except ApiError as exc:
            if exc.code != _NOT_SET:
                raise
        return self._patch(image.image_id, second, name, value)

    def _patch(self, image_id: str, word: str, name: str, value: str | int) -> Image:
        path = "/" + name.replace("~", "~0").replace("/", "~1")
        body = [{"op": word, "path": path, "value": value}]
        checked = self._calls.change("PATCH", f"/v2/cloudimages/{quoted(image_id)}", body, IMAGE_SCHEMA, "UpdateImage")
        return Image.from_checked(checked)

    def make_row(self, body: t.Mapping[str, t.Any]) -> Image:
        """Make the metadata of an image, and return it: it is queued until a file is registered for it. Sent once."""
        checked = self._calls.change("POST", "/v2/images", body, IMAGE_SCHEMA, "GlanceCreateImageMetadata")
        return Image.from_checked(checked)

    def delete(self, image_id: str, *, delete_backup: bool) -> None:
        """Ask for the deletion. 204 is no proof of it, and 404 says that there is nothing to delete."""
        try:
            path = f"/v2/images/{quoted(image_id)}"
            self._calls.tell("DELETE", path, {"delete_backup": delete_backup}, "GlanceDeleteImage")
        except ApiError as exc:
            if exc.status != 404 or exc.is_unpublished_api:
                raise

    # -- its tags -----------------------------------------------------------------------------------------------------

    def tags(self, image_id: str) -> dict[str, str]:
        """Return keys and values. Rows of lists have texts that cannot be told apart: a.b is a key, or a key and b."""
        path = self._calls.path_in_project(f"/v2/{{project_id}}/images/{quoted(image_id)}/tags")
        rows: _Rows = self._calls.ask(path, TAGS_SCHEMA, "ListImageTags").body["tags"]
        return {row["key"]: row.get("value") or "" for row in rows}

    def ids_by_tags(self, tags: t.Mapping[str, str | None]) -> set[str]:
        """Return the ids of the images that have all these tags; None stands for any value."""
        path = self._calls.path_in_project("/v2/{project_id}/images/resource_instances/action")
        wanted = [{"key": key, "values": [] if value is None else [value]} for key, value in tags.items()]
        found: set[str] = set()
        for page in range(_MAX_PAGES):
            place = {"limit": str(_TAGGED_AT_ONCE), "offset": str(page * _TAGGED_AT_ONCE)}
            body = {"action": "filter", "tags": wanted, **place}
            rows: _Rows = self._calls.change("POST", path, body, TAGGED_SCHEMA, "ListImageByTags").body["resources"]
            found.update(row["resource_id"].strip() for row in rows)
            if len(rows) < _TAGGED_AT_ONCE:
                return found
        raise UnreadableAnswerError("The cloud's list of images by tags has no end (ListImageByTags)")

    def add_tags(self, image_id: str, tags: t.Mapping[str, str]) -> None:
        self._change_tags(image_id, "create", [{"key": key, "value": value} for key, value in tags.items()])

    def remove_tags(self, image_id: str, tags: t.Mapping[str, str]) -> None:
        self._change_tags(image_id, "delete", [{"key": key, "value": value} for key, value in tags.items()])

    def _change_tags(self, image_id: str, action: str, tags: list[dict[str, str]]) -> None:
        path = self._calls.path_in_project(f"/v2/{{project_id}}/images/{quoted(image_id)}/tags/action")
        self._calls.tell("POST", path, {"action": action, "tags": tags}, "BatchAddOrDeleteTags")

    # -- its members --------------------------------------------------------------------------------------------------

    def members(self, image_id: str) -> list[Member]:
        """Return all members that the cloud shows to this project: to the owner all, to a receiver itself."""
        path = self._calls.path_in_project(f"/v1/{{project_id}}/cloudimages/{quoted(image_id)}/members")
        try:
            return self._members(path, "ListImageMembers")
        except ApiError as exc:
            # Not all clouds have the newer call.
            if not exc.is_unpublished_api:
                raise
        return self._members(f"/v2/images/{quoted(image_id)}/members", "GlanceListImageMembers")

    def _members(self, path: str, api: str) -> list[Member]:
        found: dict[str, Member] = {}
        marker: str | None = None
        for _page in range(_MAX_PAGES):
            query = f"?{canonical_query([('marker', marker)])}" if marker else ""
            body = self._calls.ask(path + query, MEMBERS_SCHEMA, api).body
            before = len(found)
            found.update({row["member_id"].strip(): Member.from_api(row) for row in body["members"]})
            info = body.get("page_info")
            marker = info.get("next_marker") if isinstance(info, dict) else None
            if not marker or len(found) == before:
                return list(found.values())
        raise UnreadableAnswerError(f"The cloud's list of members has no end ({api})")

    # -- what images may be -------------------------------------------------------------------------------------------

    def quotas(self) -> _Rows:
        checked = self._calls.ask("/v1/cloudimages/quota", QUOTA_SCHEMA, "ShowImageQuota")
        rows: _Rows = checked.body["quotas"]["resources"]
        return rows

    def os_versions(self, tag: str | None) -> _Rows:
        """Return the systems of all platforms; ``tag`` narrows them down to one kind of server."""
        query = f"?{canonical_query([('tag', tag)])}" if tag else ""
        rows: _Rows = self._calls.ask(f"/v1/cloudimages/os_version{query}", OS_VERSIONS_SCHEMA, "ListOsVersions").body
        return rows
