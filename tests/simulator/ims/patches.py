# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The operations of a JSON patch on the attributes of an image.

What the pages say: `replace` of an attribute that the image does not have is IMG.0035, which Terraform's provider reads
and answers with `add`; `add` of one that it has replaces it, or is refused, as two copies of the page contradict each
other (the setting `add_replaces`).
"""

from __future__ import annotations

import dataclasses
import re
import typing as t

from ..wire.refusals import ims_refusal
from .images import Image

WORDS = ("add", "replace", "remove")
_NAME = re.compile(r"[\w.\-]([\w .\-]*[\w.\-])?")
_DESCRIPTION = re.compile(r"[^<>\r\n]*")
_MOST_RAM = 4194304
_FLAGS = "true", "false"
# Those of the list of ims_03_0604 that are kept as they are given, with the values that they may have.
_LISTED: t.Mapping[str, tuple[str, ...]] = {
    "hw_firmware_type": ("bios", "uefi"),
    "hw_vif_multiqueue_enabled": _FLAGS,
    "__is_config_init": _FLAGS,
    "__support_fc_inject": _FLAGS,
    "os_shutdown_timeout": (),
}
_SUPPORT = re.compile(r"__support_[a-z0-9_]+")
# Attributes of the cloud; whatever else is in lower case is the user's own and free (ims_03_0604 of OTC, ims_03_0707).
_RESERVED = frozenset(
    "id status visibility owner protected min_disk size virtual_size checksum disk_format container_format"
    " virtual_env_type tags created_at updated_at active_at file self schema locations".split()
)
_CUSTOM = re.compile(r"[a-z][a-z0-9_.:\- ]{0,254}")


@dataclasses.dataclass(frozen=True)
class Operation:
    """One operation on one attribute."""

    word: str
    name: str
    value: t.Any = None


def operation_of(item: t.Any) -> Operation:
    """The operation of an item of the body."""
    if not isinstance(item, dict) or item.get("op") not in WORDS or not isinstance(item.get("path"), str):
        raise ims_refusal("IMG.0001", f"Each item has op ({', '.join(WORDS)}), path and value.")
    path = item["path"]
    name = path[1:].replace("~1", "/").replace("~0", "~")
    if not path.startswith("/") or not name:
        raise ims_refusal("IMG.0001", "path is a slash and the name of an attribute.")
    if item["op"] != "remove" and item.get("value") is None:
        raise ims_refusal("IMG.0001", "value is mandatory.")
    return Operation(item["op"], name, item.get("value"))


def is_patchable(name: str) -> bool:
    """Whether the page lists it, or it is one of the user's own."""
    if name in _SPECIAL or name in _LISTED or _SUPPORT.fullmatch(name):
        return True
    return name not in _RESERVED and not name.startswith("__") and _CUSTOM.fullmatch(name) is not None


def applied(image: Image, operation: Operation, *, add_replaces: bool) -> Image:
    """The image after the operation."""
    present = _is_present(image, operation.name)
    if operation.word != "add" and not present:
        raise ims_refusal("IMG.0035", f"{operation.name} is not set.")
    if operation.word == "add" and present and not add_replaces:
        raise ims_refusal("IMG.0035", f"{operation.name} is set already.")
    value = None if operation.word == "remove" else operation.value
    special = _SPECIAL.get(operation.name)
    return special(image, value) if special else _attribute(image, operation.name, value)


def _is_present(image: Image, name: str) -> bool:
    held: t.Mapping[str, bool] = {
        "name": True,
        "min_ram": True,
        "enterprise_project_id": True,
        "max_ram": image.max_ram is not None,
        "__description": bool(image.description),
    }
    return held.get(name, name in image.attributes)


def _name(image: Image, value: t.Any) -> Image:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise ims_refusal("IMG.0003")
    if len(value) > 128:
        raise ims_refusal("IMG.0002")
    return dataclasses.replace(image, name=value)


def _description(image: Image, value: t.Any) -> Image:
    text = "" if value is None else value
    if not isinstance(text, str) or not _DESCRIPTION.fullmatch(text):
        raise ims_refusal("IMG.0054")
    if len(text) > 1024:
        raise ims_refusal("IMG.0004")
    return dataclasses.replace(image, description=text)


def _ram(value: t.Any) -> int:
    # The pages have strings; Terraform's provider sends numbers.
    text = str(value)
    if isinstance(value, bool) or not text.isdigit() or int(text) > _MOST_RAM:
        raise ims_refusal("IMG.0055")
    return int(text)


def _enterprise_project(image: Image, value: t.Any) -> Image:
    if not isinstance(value, str) or not re.fullmatch(r"0|[0-9a-fA-F-]{36}", value):
        raise ims_refusal("IMG.0155")
    return dataclasses.replace(image, enterprise_project_id=value)


_SPECIAL: t.Mapping[str, t.Callable[[Image, t.Any], Image]] = {
    "name": _name,
    "__description": _description,
    "min_ram": lambda image, value: dataclasses.replace(image, min_ram=0 if value is None else _ram(value)),
    "max_ram": lambda image, value: dataclasses.replace(image, max_ram=None if value is None else _ram(value)),
    "enterprise_project_id": _enterprise_project,
}


def _attribute(image: Image, name: str, value: t.Any) -> Image:
    kept = {known: held for known, held in image.attributes.items() if known != name}
    if value is None:
        return dataclasses.replace(image, attributes=kept)
    if not isinstance(value, str):
        raise ims_refusal("IMG.0001", f"The value of {name} must be a string.")
    _check_listed(image, name, value)
    return dataclasses.replace(image, attributes={**kept, name: value})


def _check_listed(image: Image, name: str, value: str) -> None:
    choices = _LISTED.get(name)
    if choices and value not in choices:
        raise ims_refusal("IMG.0141" if name == "hw_firmware_type" else "IMG.0001", f"It is {value!r}.")
    if name == "hw_firmware_type" and image.architecture == "arm" and value != "uefi":
        raise ims_refusal("IMG.0141", "An image for arm has uefi.")
    if name == "os_shutdown_timeout" and not (value.isdigit() and 60 <= int(value) <= 300):
        raise ims_refusal("IMG.0001", "os_shutdown_timeout is from 60 to 300 seconds.")
