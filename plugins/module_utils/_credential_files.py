# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials as the official tools keep them in files: the SDK's, and the command line tool's.

Sources: ProfileCredentialProvider of the official SDK (auth/provider.py); the documentation of Terraform's provider
(*Shared Configuration File*), which reads the command line tool's file, too.
"""

from __future__ import annotations

import configparser
import json
import os
import typing as t

from ._ims.errors import OptionError

SDK_FILE = os.path.join("~", ".huaweicloud", "credentials")
TOOL_FILE = os.path.join("~", ".hcloud", "config.json")
_SECTION = "basic"
_MAX_BYTES = 1024 * 1024
# The names of options, by those in the files.
_SDK_NAMES = {
    "access_key": "ak",
    "secret_key": "sk",
    "security_token": "security_token",
    "project_id": "project_id",
    "iam_endpoint": "iam_endpoint",
    "idp_id": "idp_id",
    "id_token_file": "id_token_file",
}
_TOOL_NAMES = {
    "access_key": "accessKeyId",
    "secret_key": "secretAccessKey",
    "security_token": "securityToken",
    "region": "region",
    "project_id": "projectId",
    "assume_role_agency_name": "agencyName",
    "assume_role_domain_name": "agencyDomainName",
    "assume_role_domain_id": "agencyDomainId",
}
Found = dict[str, t.Optional[str]]


def from_sdk_file(path: str | None, environ: t.Mapping[str, str]) -> Found:
    """Return the options in the SDK's file; none where no path is given and the usual file is not there.

    Raises OptionError, which shows nothing of the file's content.
    """
    text = _read("credentials_file", path, SDK_FILE, environ)
    if text is None:
        return {}
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
        section = dict(parser.items(_SECTION))
    except configparser.NoSectionError:
        raise OptionError(f"credentials_file: {path or SDK_FILE} has no section [{_SECTION}].") from None
    except configparser.Error:
        raise OptionError(f"credentials_file: {path or SDK_FILE} is not a file of sections and keys.") from None
    return _named(section, _SDK_NAMES)


def from_tool_file(path: str | None, profile: str | None, environ: t.Mapping[str, str]) -> Found:
    """Return the options in a profile of the command line tool's file, its current one unless named.

    None where no path is given and the usual file is not there. Raises OptionError.
    """
    text = _read("shared_config_file", path, TOOL_FILE, environ)
    if text is None:
        return {}
    shown = path or TOOL_FILE
    try:
        whole = json.loads(text)
        name = profile or whole.get("current") or "default"
        found = next((one for one in whole.get("profiles") or () if one.get("name") == name), None)
    except (ValueError, AttributeError, TypeError, RecursionError):
        raise OptionError(f"shared_config_file: {shown} is not the configuration of the command line tool.") from None
    if found is None:
        raise OptionError(f'shared_config_file: {shown} has no profile "{name}": give profile.')
    if str(whole.get("authEncrypt", found.get("authEncrypt", ""))).lower() == "true":
        raise OptionError(
            f"shared_config_file: {shown} is encrypted. Run: hcloud configure set --cli-auth-encrypt=false"
        )
    return _named(found, _TOOL_NAMES)


def _read(option: str, path: str | None, usual: str, environ: t.Mapping[str, str]) -> str | None:
    home = environ.get("HOME") or ""
    place = path or usual
    if place.startswith("~"):
        if not home and not path:
            # Execution environments often have no home: that is no mistake.
            return None
        place = home + place[1:]
    try:
        with open(place, "rb") as file:
            return file.read(_MAX_BYTES).decode("utf-8-sig")
    except FileNotFoundError:
        if path is None:
            return None
        raise OptionError(f"{option}: there is no file {path}.") from None
    except (OSError, ValueError) as exc:
        if path is None:
            return None
        raise OptionError(f"{option}: {path} cannot be read: {type(exc).__name__}.") from None


def _named(values: t.Mapping[str, t.Any], names: t.Mapping[str, str]) -> Found:
    found = {option: values.get(name) for option, name in names.items()}
    return {option: str(value).strip() for option, value in found.items() if value is not None and str(value).strip()}
