# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose credentials count: the task's, then the environment's, then those of the official tools' files."""

from __future__ import annotations

import typing as t

from ._credential_files import from_sdk_file, from_tool_file
from ._ims.errors import OptionError

# Terraform's names first, then the official SDK's, then OpenStack's. None begins with ANSIBLE_: AWX refuses to inject
# those.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "access_key": ("HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "OS_ACCESS_KEY"),
    "secret_key": ("HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "OS_SECRET_KEY"),
    "security_token": ("HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "OS_SECURITY_TOKEN"),
    "auth_token": ("HW_AUTH_TOKEN", "OS_AUTH_TOKEN"),
    "username": ("HW_USER_NAME", "OS_USERNAME"),
    "password": ("HW_USER_PASSWORD", "OS_PASSWORD"),
    "domain_name": ("HW_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"),
    "idp_id": ("HUAWEICLOUD_SDK_IDP_ID", "HW_ASSUME_ROLE_IDP_ID"),
    "id_token_file": ("HUAWEICLOUD_SDK_ID_TOKEN_FILE", "HW_ASSUME_ROLE_ID_TOKEN_FILE"),
    "credentials_file": ("HUAWEICLOUD_SDK_CREDENTIALS_FILE",),
    "shared_config_file": ("HW_SHARED_CONFIG_FILE",),
    "profile": ("HW_PROFILE",),
    "assume_role_agency_name": ("HW_ASSUME_ROLE_AGENCY_NAME",),
    "assume_role_domain_name": ("HW_ASSUME_ROLE_DOMAIN_NAME",),
    "assume_role_domain_id": ("HW_ASSUME_ROLE_DOMAIN_ID",),
    "assume_role_duration": ("HW_ASSUME_ROLE_DURATION",),
    "cloud": ("HW_CLOUD",),
    "region": ("HW_REGION_NAME", "OS_REGION_NAME"),
    "project_id": ("HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID"),
    "project_name": ("HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"),
    "endpoint": ("HW_IMS_ENDPOINT",),
    "obs_endpoint": ("HW_OBS_ENDPOINT",),
    "iam_endpoint": ("HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"),
    "ecs_endpoint": ("HW_ECS_ENDPOINT",),
    "ca_path": ("OS_CACERT",),
}
# In the order in which auth_type: auto takes them.
KINDS: dict[str, tuple[str, ...]] = {
    "token": ("auth_token",),
    "aksk": ("access_key", "secret_key"),
    "password": ("username", "password", "domain_name"),
    "oidc": ("idp_id", "id_token_file"),
}
SECRETS = ("secret_key", "security_token", "auth_token", "password")
_NO_CREDENTIALS = (
    "No credentials: give access_key and secret_key, or auth_token, or username, password and domain_name"
    " (or HW_ACCESS_KEY and HW_SECRET_KEY in the environment)."
)
_Values = t.Mapping[str, t.Optional[str]]
_Params = t.Mapping[str, t.Any]


class NoCredentialsError(OptionError):
    """Neither the task nor the environment has any credentials."""


def credentials_of(
    auth_type: str, given: _Values, around: _Values, environ: t.Mapping[str, str]
) -> tuple[str, _Values, _Values]:
    """Return the kind that counts, its values, and what a file said where nothing else had any credentials.

    What the task gives keeps the environment's other kinds out.
    """
    if auth_type == "metadata":
        return "metadata", {}, {}
    files: _Values = {}
    begun = _begun(given) or _begun(around)
    if not begun and auth_type in ("auto", "aksk", "oidc"):
        files = _from_files({name: given[name] or around[name] for name in ENVIRONMENT}, environ)
        begun = _begun(files)
    if auth_type != "auto":
        begun = [auth_type]
    found = {
        kind: {name: given[name] or around[name] or files.get(name) for name in names} for kind, names in KINDS.items()
    }
    kind = next((kind for kind in begun if all(found[kind].values())), None)
    if kind is None:
        if not begun:
            raise NoCredentialsError(_NO_CREDENTIALS)
        raise OptionError(_incomplete(begun[0], found[begun[0]], auth_type))
    values = found[kind]
    if kind == "aksk":
        # The environment's token belongs to the environment's key.
        near = given if given["access_key"] is not None else around if around["access_key"] is not None else files
        values = {**values, "security_token": given["security_token"] or near.get("security_token")}
    return kind, values, files


def _begun(values: _Values) -> list[str]:
    return [kind for kind, names in KINDS.items() if any(values.get(name) for name in names)]


def _from_files(wanted: _Values, environ: t.Mapping[str, str]) -> _Values:
    """Return what the first file says that is there: one that was named goes before those that are usual."""
    tool, sdk = wanted["shared_config_file"], wanted["credentials_file"]
    if tool and not sdk:
        return from_tool_file(tool, wanted["profile"], environ)
    return from_sdk_file(sdk, environ) or from_tool_file(tool, wanted["profile"], environ)


def _incomplete(kind: str, values: _Params, auth_type: str) -> str:
    present = [name for name in KINDS[kind] if values[name]]
    absent = [f"{name} (or {ENVIRONMENT[name][0]} in the environment)" for name in KINDS[kind] if not values[name]]
    subject = f"{' and '.join(present)} without the rest" if present else f"auth_type: {auth_type} without credentials"
    return f"Incomplete credentials: {subject}; give {' and '.join(absent)}."


def from_environment(environ: t.Mapping[str, str], option: str) -> str | None:
    return next((text for text in (text_or_none(environ.get(name)) for name in ENVIRONMENT[option]) if text), None)


def text_or_none(value: t.Any) -> str | None:
    return str(value).strip() or None if value is not None else None
