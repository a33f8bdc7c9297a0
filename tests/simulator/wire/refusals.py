# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Errors in the shapes of the real services."""

from __future__ import annotations

import typing as t

from .messages import Response, as_json

# Meanings of the documented codes, in our own words; the real texts differ.
IMS_MESSAGES: t.Mapping[str, str] = {
    "IMG.0001": "The format of the message is wrong.",
    "IMG.0002": "The image name is longer than 128 characters.",
    "IMG.0003": "The image name is invalid.",
    "IMG.0004": "The description is longer than 1024 characters.",
    "IMG.0008": "The server is not stopped.",
    "IMG.0009": "The image name exists.",
    "IMG.0010": "The server has running tasks.",
    "IMG.0005": "The server does not exist.",
    "IMG.0007": "The message body is empty.",
    "IMG.0012": "The id of the server is missing.",
    "IMG.0013": "The image name is missing.",
    "IMG.0015": "The quota of private images has been reached.",
    "IMG.0017": "The URL of the image file is invalid.",
    "IMG.0019": "The id of the backup is missing.",
    "IMG.0020": "The backup does not exist.",
    "IMG.0021": "The type of the source is unknown.",
    "IMG.0023": "An exception occurred while the task was being queried.",
    "IMG.0024": "The image type is invalid.",
    "IMG.0026": "You have no permission.",
    "IMG.0027": "The image id does not exist.",
    "IMG.0028": "A protected image cannot be deleted.",
    "IMG.0035": "The attribute conflicts with those that the image has.",
    "IMG.0041": "The account to share with is empty.",
    "IMG.0046": "The image is unavailable.",
    "IMG.0047": "Only the owner of the image may do that.",
    "IMG.0054": "The description is invalid.",
    "IMG.0055": "The size of memory or disk is invalid.",
    "IMG.0056": "The type of the operating system is invalid.",
    "IMG.0060": "Too many tasks are running. Try again later.",
    "IMG.0061": "An unknown system error has occurred.",
    "IMG.0066": "The image id is invalid.",
    "IMG.0067": "The project id is invalid.",
    "IMG.0068": "The name of the bucket is empty.",
    "IMG.0069": "The bucket cannot be accessed.",
    "IMG.0070": "The target file already exists in the bucket.",
    "IMG.0071": "The image cannot be exported.",
    "IMG.0072": "The file format is not supported.",
    "IMG.0073": "The name of the exported file is empty.",
    "IMG.0074": "The name of the exported file is too long.",
    "IMG.0075": "The name of the exported file has invalid characters.",
    "IMG.0076": "An image cannot be shared with its owner.",
    "IMG.0077": "A public image cannot be exported.",
    "IMG.0078": "An image based on a Marketplace image cannot be exported.",
    "IMG.0079": "An image made from a charged image cannot be exported.",
    "IMG.0080": "An image made from a backup cannot be exported.",
    "IMG.0081": "An image that was neither uploaded nor created from a file cannot be exported.",
    "IMG.0086": "No image has been found.",
    "IMG.0088": "The quota of shares has been reached.",
    "IMG.0089": "A public image cannot be shared.",
    "IMG.0090": "An image that is being created cannot be deleted.",
    "IMG.0092": "Only the owner can delete an image.",
    "IMG.0093": "A Marketplace image cannot be deleted.",
    "IMG.0094": "A public image cannot be deleted.",
    "IMG.0095": "The KMS key does not exist.",
    "IMG.0098": "An encrypted image cannot be shared.",
    "IMG.0105": "The operation is not supported.",
    "IMG.0109": "The name of the bucket is invalid.",
    "IMG.0112": "The member could not be added.",
    "IMG.0114": "The member could not be queried.",
    "IMG.0115": "The tag is invalid.",
    "IMG.0116": "The quota of tags has been reached.",
    "IMG.0120": "The data disk is not available.",
    "IMG.0123": "The address of a file is given twice.",
    "IMG.0128": "A full-ECS image cannot be exported.",
    "IMG.0130": "A full-ECS image cannot be copied.",
    "IMG.0141": "The firmware type is invalid.",
    "IMG.0142": "The target region must differ from the source region.",
    "IMG.0143": "An encrypted image cannot be copied to another region.",
    "IMG.0145": "The name of the project is invalid.",
    "IMG.0146": "The image is too large to be copied to another region.",
    "IMG.0147": "The region is invalid.",
    "IMG.0148": "The image is being exported.",
    "IMG.0149": "Too many copies to other regions are running. Try again later.",
    "IMG.0151": "The agency lacks the permission.",
    "IMG.0155": "The enterprise project is invalid.",
    "IMG.0158": "Only RAW files with a bitmap file and ZVHD2 files can be imported quickly.",
    "IMG.0159": "A quick import needs the version of the operating system.",
    "IMG.0160": "An image over 128 GB can only be exported quickly.",
    "IMG.0166": "An ISO image needs the version of the operating system.",
    "IMG.0167": "The operation is not supported for ISO images.",
    "IMG.0168": "An image of a data disk cannot be updated.",
    "IMG.0175": "Path and file name must not contain blanks.",
    "IMG.0176": "The image was deleted, but its backup could not be.",
    "IMG.0184": "The vault does not exist.",
    "IMG.0194": "Too many images in one import.",
    "IMG.0212": "The architecture must be x86 or arm.",
}


class Refused(Exception):
    """The cloud says no; knows the response that says so."""

    def __init__(self, status: int, payload: t.Mapping[str, t.Any], headers: t.Mapping[str, str] | None = None) -> None:
        super().__init__(f"HTTP {status}: {payload}")
        self.status = status
        self.payload = payload
        self.headers = headers or {}

    def response(self, request_id: str) -> Response:
        """API Gateway repeats the request id in its bodies."""
        payload = {**self.payload, "request_id": request_id} if "error_msg" in self.payload else self.payload
        return as_json(self.status, payload, self.headers)


def ims_refusal(code: str, detail: str = "", *, status: int = 400) -> Refused:
    """IMS answers 400 with an IMG code for nearly everything."""
    message = IMS_MESSAGES.get(code, "The request was refused.")
    return Refused(status, {"error": {"code": code, "message": f"{message} {detail}".strip()}})


def no_right(action: str) -> Refused:
    """A user whose rights do not reach there; the words are presumed."""
    return ims_refusal("IMG.0026", f"Policy does not allow {action} to be performed.", status=403)


def gateway_refusal(status: int, code: str, message: str) -> Refused:
    """API Gateway stands in front of every service."""
    return Refused(status, {"error_msg": message, "error_code": code})


def iam_refusal(status: int, message: str, title: str) -> Refused:
    """IAM's codes are numbers."""
    return Refused(status, {"error": {"code": status, "message": message, "title": title}})


def native_refusal(status: int, name: str, message: str) -> Refused:
    """The native OpenStack calls wrap the error in its name, such as itemNotFound."""
    return Refused(status, {name: {"code": status, "message": message}})


def not_published() -> Refused:
    """Unknown paths, and calls that a region does not have."""
    return gateway_refusal(404, "APIGW.0101", "The API does not exist or has not been published in the environment.")


def not_authenticated(detail: str) -> Refused:
    """All failures of keys and tokens but an expired token."""
    return gateway_refusal(401, "APIGW.0301", f"Incorrect IAM authentication information: {detail}")
