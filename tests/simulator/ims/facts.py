# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What IMS tells about itself: the quota, the versions of operating systems, and those of its API."""

from __future__ import annotations

import typing as t

from ..wire.messages import Response, as_json
from ..wire.refusals import not_published
from ..wire.routes import Call
from .cloud import Cloud
from .starts import counted_images
from .visibility import in_region

# Platform, version, bits, type, and whether it is there for x86, arm, bms and uefi.
_OS_VERSIONS: tuple[tuple[str, str, int, str, tuple[str, ...]], ...] = (
    ("Ubuntu", "Ubuntu 22.04 server 64bit", 64, "Linux", ("x86", "uefi")),
    ("Ubuntu", "Ubuntu 22.04 server 64bit with ARM", 64, "Linux", ("arm", "uefi")),
    ("CentOS", "CentOS 7.9 64bit", 64, "Linux", ("x86", "bms")),
    ("Debian", "Debian GNU/Linux 12.0.0 64bit", 64, "Linux", ("x86", "uefi")),
    ("Windows", "Windows Server 2019 Standard 64bit", 64, "Windows", ("x86", "bms", "uefi")),
    ("Other", "Other(32 bit)", 32, "Linux", ("x86",)),
)
_API_VERSIONS = (
    ("v2.2", "CURRENT", "v2"),
    ("v2.1", "SUPPORTED", "v2"),
    ("v2.0", "SUPPORTED", "v2"),
    ("v1.1", "DEPRECATED", "v1"),
    ("v1.0", "DEPRECATED", "v1"),
)


def show_quota(cloud: Cloud, call: Call) -> Response:
    """GET /v1/cloudimages/quota (ShowImageQuota, ims_03_0630)"""
    shared = sum(1 for image in in_region(cloud, call) if image.member(call.project_id) is not None)
    members = max((len(image.members) for image in counted_images(cloud, call)), default=0)
    resources = (
        ("image", len(counted_images(cloud, call)), cloud.settings.image_quota),
        ("image_shared", shared, cloud.settings.share_quota),
        ("image_member", members, cloud.settings.member_quota),
    )
    shown = [
        {"type": kind, "used": used, "quota": quota, "min": 1, "max": max(1000, quota)}
        for kind, used, quota in resources
    ]
    return as_json(200, {"quotas": {"resources": shown}})


def list_os_versions(cloud: Cloud, call: Call) -> Response:
    """GET /v1/cloudimages/os_version?tag= (ListOsVersions, ims_03_0610): a list by platform, not an object"""
    tag = call.request.parameters.get("tag")
    platforms: dict[str, list[dict[str, t.Any]]] = {}
    for platform, version, bits, kind, fitting in _OS_VERSIONS:
        if tag is None or tag in fitting:
            shown = {"platform": platform, "os_version_key": version, "os_version": version}
            platforms.setdefault(platform, []).append({**shown, "os_bit": bits, "os_type": kind})
    return as_json(200, [{"platform": name, "version_list": listed} for name, listed in platforms.items()])


def list_api_versions(cloud: Cloud, call: Call) -> Response:
    """GET / (ListVersions, ims_03_0726): the samples have status 300, the tables 200"""
    return as_json(cloud.settings.versions_status, {"versions": _versions(call)})


def show_api_version(cloud: Cloud, call: Call) -> Response:
    """GET /{version} (ShowVersion, ims_03_0727); /v2 and /v1 are those of their links"""
    wanted = call.places["version"]
    found = [version for version in _versions(call) if wanted == version["id"]]
    if not found:
        found = [version for version in _versions(call) if version["links"][0]["href"].endswith(f"/{wanted}/")]
    if not found:
        raise not_published()
    return as_json(cloud.settings.versions_status, {"versions": found})


def _versions(call: Call) -> list[dict[str, t.Any]]:
    base = call.request.base_url
    return [
        {"id": name, "status": status, "links": [{"href": f"{base}/{path}/", "rel": "self"}]}
        for name, status, path in _API_VERSIONS
    ]
