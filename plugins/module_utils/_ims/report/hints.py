# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What error codes mean, and what a user can do: the remedy that a failure's message ends with.

The meanings are those of the IMS error codes (ims_03_0908) and of API Gateway's (api-sign-errorcode), in other words.
docs/troubleshooting.md is made from this table.
"""

from __future__ import annotations

import typing as t

from ..errors import CredentialsRefusedError, ImsError, OptionError
from ..masking import sentence

# A topic in brackets, then for each code a line with its meaning and one with the remedy.
_TABLE = """\
[Exporting]
IMG.0058 The bucket is in another region.
    Use a bucket in the region of the image.
IMG.0068 The bucket's name is empty.
    Give the bucket's name: bucket_url is bucket:object.
IMG.0069 The bucket cannot be accessed.
    Check that the bucket exists in the image's region and that the user may write to it.
IMG.0070 The target file exists already.
    Choose another object name, delete the object, or set existing_object: keep on the export.
IMG.0071 This image cannot be exported.
    Look at the image with ims_image_info: only private images that are no full-ECS or ISO ones can be exported.
IMG.0072 The file format is not supported.
    Choose another file_format.
IMG.0073 The name of the file is empty.
    Give object_key, or bucket_url as bucket:object.
IMG.0074 The name of the file is too long.
    Choose a shorter object name.
IMG.0075 The name of the file has characters that are not allowed.
    Choose an object name of letters, digits, - _ and dots.
IMG.0077 A public image was to be exported.
    A public image cannot be exported: make a private one of it first.
IMG.0078 The image is based on one of the Marketplace.
    Such an image cannot be exported; nothing on this side changes that.
IMG.0079 The image was made of a server whose image is charged for.
    Such an image cannot be exported; nothing on this side changes that.
IMG.0080 The image was made of a backup.
    Make a system disk image of the server instead, and export that.
IMG.0081 The image was neither uploaded nor made of a file, as this export needs it.
    Ask the cloud's support, with the request id, whether this region can export the image.
IMG.0109 The bucket's name is not valid.
    Check the bucket's name: bucket_url is bucket:object.
IMG.0128 A full-ECS image was to be exported.
    A full-ECS image cannot be exported: make a system disk image of the server instead.
IMG.0148 The image is being exported.
    The image is being exported already: wait for that job.
IMG.0160 The image is larger than 128 GB, too large to be converted.
    Export an image above 128 GB with quick_export: true.
IMG.0175 The path or the name of the file has blanks in it.
    Choose an object name without blanks.
[Creating from a server, a volume or a backup]
IMG.0005 There is no such server.
    Check instance_id, and that the server is in this region and project.
IMG.0006 The system disk of the server cannot be used.
    Look at the server's system disk in the console; it has to be in use and without errors.
IMG.0008 The server is not stopped.
    Stop the server first.
IMG.0010 The server has tasks that are still running.
    Start the job again when those tasks have ended.
IMG.0020 There is no such backup.
    Check backup_id, and that the backup is in this region and project.
IMG.0029 The backup has been used for an image already.
    Use the image that was made of the backup, or make a new backup.
IMG.0032 The backup is not available.
    Start the job again when the backup is available.
IMG.0110 The system disk is busy.
    Start the job again when nothing else works on the server's disk.
IMG.0111 The system disk is too large.
    The cloud makes no image of so large a disk; a smaller one is needed.
IMG.0119 The server has no system disk.
    Check instance_id.
IMG.0120 The id of a data disk cannot be used.
    Check the volume ids in data_images, and that the volumes are in this region and project.
IMG.0126 The server's state does not allow a full-ECS image.
    Look at the server's state in the console, and start the job again when nothing works on it.
IMG.0132 The backup's state does not allow it.
    Start the job again when the backup is complete.
IMG.0136 The server is being backed up.
    Start the job again when the backup is complete.
IMG.0139 Other disks of the server are busy.
    Start the job again when nothing else works on the server's disks.
IMG.0182 The vault is full.
    Make room in the vault, or have it enlarged.
IMG.0183 The server belongs to a vault already.
    Give the id of that vault in vault_id.
IMG.0184 There is no such vault.
    Give the id of a vault in vault_id.
IMG.0188 The vault is not available.
    Look at the vault in the console, and start the job again when it is available.
IMG.0198 The backup's id and its type do not go together.
    Set whole_image_type to CBR for a backup of CBR, to CSBS for one of CSBS.
[Creating from a file, importing and registering]
IMG.0055 The size of the memory or of the disk is not valid.
    Check min_disk, min_ram and max_ram.
IMG.0056 The type of the operating system is not valid.
    Check os_type.
IMG.0057 The file is missing, is empty, or has a wrong format.
    Check that image_url names an object that exists, as bucket:object, and the format of its content.
IMG.0059 The file is larger than 128 GB.
    Import it with ims_image_import, which takes zvhd2, or raw with its bitmap file.
IMG.0121 The object was not found.
    Check image_url: it is bucket:object, in the image's region.
IMG.0123 The same file is named twice.
    Give each file once in image_url and data_images.
IMG.0141 The firmware type is not valid.
    Set hw_firmware_type to bios or uefi.
IMG.0158 The file cannot be imported quickly.
    Import zvhd2, or raw with its bitmap file; ims_image_create takes files of other formats.
IMG.0159 The version of the operating system is missing.
    Give os_version.
IMG.0166 An ISO image needs the version of its operating system.
    Give os_version.
IMG.0194 One import has too many images.
    Give fewer data_images.
IMG.0212 The architecture is not valid.
    Set architecture to x86 or arm.
[Copying]
IMG.0104 The target region has several projects.
    Give project_name.
IMG.0130 A full-ECS image cannot be copied like this.
    A full-ECS image can only be copied to another region: set target_region.
IMG.0142 The target region is the image's own.
    Leave target_region out to copy inside the region.
IMG.0143 An encrypted image cannot be copied to another region.
    Copy an image that is not encrypted, or copy inside the region.
IMG.0145 The name of the project is wrong.
    Check project_name, which is a project of the target region.
IMG.0146 The image is too large to be copied to another region.
    Export it with quick_export: true, bring the file to a bucket there, and use ims_image_import.
IMG.0147 The region is wrong.
    Check target_region.
IMG.0149 Too many copies to other regions are running.
    The cloud runs too many copies to other regions: wait for one of them.
IMG.0150 The backup has been copied already.
    Use the copy that exists in the target region.
IMG.0151 The agency lacks permissions.
    Check agency_name, and what the agency allows.
IMG.0152 The full-ECS image is usable in one availability zone only, so far.
    Start the job again some minutes later.
[Sharing]
IMG.0076 An image cannot be shared with its owner.
    Leave the image's own project out of project_ids.
IMG.0088 No more projects can be added.
    Share with fewer projects, or have the quota raised.
IMG.0089 A public or Marketplace image cannot be shared.
    Only private images of this project can be shared.
IMG.0098 An encrypted image cannot be shared.
    Share an image that is not encrypted.
IMG.0108 The tenant is not known in this region.
    Check project_ids: they are ids of projects in this region.
IMG.0135 This full-ECS image cannot be shared.
    Share a system disk image of the server instead.
IMG.0196 The shared image has not been accepted yet.
    Let the other project accept it: ims_image_share with state: accepted.
[Images, quotas and keys]
IMG.0009 An image of this name exists.
    Choose another name, or use the image that exists: ims_image_info finds it by name.
IMG.0015 The quota of private images is used up.
    Delete private images that nobody needs, or have the quota raised.
IMG.0027 There is no such image.
    Check the image's id, and that the image is in this region and project.
IMG.0028 The image is protected.
    Take the protection off the image first.
IMG.0046 The image is not available.
    The image has to be active: wait for the job that makes it.
IMG.0086 No image was found.
    Check the image's id, and that the image is in this region and project.
IMG.0095 There is no such KMS key.
    Check cmk_id, and that the key is in this region and project.
IMG.0097 The KMS key is disabled.
    Enable the key, or give another one in cmk_id.
IMG.0099 The KMS key cannot be used.
    Check that the user may use the key in cmk_id.
IMG.0115 A tag is not valid.
    Check keys and values of tags.
IMG.0187 KMS is throttled.
    Start the job again later.
[Permissions, projects and the service itself]
IMG.0023 The service failed to look the job up.
    A wait looks again by itself. If it lasts, ask the cloud's support with the request id.
IMG.0026 The user lacks permission, or the account's real-name authentication.
    Check the user's permissions for IMS in IAM, and the account's real-name authentication.
IMG.0030 Project id and token do not go together.
    Get a token for this project, or leave project_id out.
IMG.0060 Too many tasks are running.
    The cloud runs too many tasks of yours: try again later.
IMG.0067 The project id is wrong.
    Check project_id; without it, IAM is asked for the project that has the name of the region.
IMG.0155 The check of the enterprise project failed.
    Check enterprise_project_id, and that the user may use it.
[The gateway]
APIGW.0101 The gateway does not know this path, or the call is not published there.
    Check region and endpoint.
APIGW.0201 The request was too large or not readable, or the service behind the gateway did not answer.
    A wait looks again by itself. If it lasts, check endpoint and proxies.
APIGW.0301 The access key, the signature or the token was refused.
    Check access_key, secret_key, security_token or auth_token, and this machine's clock.
APIGW.0302 The user may not call this API.
    The user may not call this API: check its permissions in IAM.
APIGW.0307 The token has expired, or is one of another region.
    Get a token for this region and project.
APIGW.0308 The gateway throttles.
    The gateway throttles: lower max_requests_per_second.
"""


class Advice(t.NamedTuple):
    """An error code, in words."""

    topic: str
    meaning: str
    remedy: str


def _read(table: str) -> dict[str, Advice]:
    advice: dict[str, Advice] = {}
    topic = ""
    lines = iter(table.splitlines())
    for line in lines:
        if line.startswith("["):
            topic = line.strip("[]")
        else:
            code, dummy, meaning = line.partition(" ")
            advice[code] = Advice(topic, meaning, next(lines).strip())
    return advice


ADVICE = _read(_TABLE)


def hint_for(code: str | None) -> str | None:
    """Return a sentence that says what to do, or None."""
    advice = ADVICE.get((code or "").replace("APIG.", "APIGW."))
    return advice.remedy if advice else None


def explain(error: ImsError) -> str:
    """Return an error as sentences for people: what happened and, where it is known, what to do."""
    if isinstance(error, OptionError):
        # It begins with the option's name, which has no capital letter.
        return str(error)
    # A refusal of credentials says by itself what to do about those that were used.
    hint = None if isinstance(error, CredentialsRefusedError) else hint_for(error.facts.get("error_code"))
    return " ".join(text for text in (sentence(str(error)), hint) if text)
