# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From options and environment to what the core needs: which credentials count, which endpoints are asked."""

from __future__ import annotations

import dataclasses
import ipaddress
import re
import typing as t
import urllib.parse

from ._ims.errors import OptionError
from ._ims.masking import Texts
from ._spans import seconds_of

# Terraform's names first, then the official SDK's, then OpenStack's. None begins with ANSIBLE_: AWX refuses to inject
# those.
ENVIRONMENT: dict[str, tuple[str, ...]] = {
    "access_key": ("HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "OS_ACCESS_KEY"),
    "secret_key": ("HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "OS_SECRET_KEY"),
    "security_token": ("HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN", "OS_SECURITY_TOKEN"),
    "auth_token": ("HW_AUTH_TOKEN", "OS_AUTH_TOKEN"),
    "username": ("HW_USER_NAME", "OS_USERNAME"),
    "password": ("HW_USER_PASSWORD", "OS_PASSWORD"),
    "domain_name": ("HW_DOMAIN_NAME", "OS_USER_DOMAIN_NAME"),
    "region": ("HW_REGION_NAME", "OS_REGION_NAME"),
    "project_id": ("HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID"),
    "endpoint": ("HW_IMS_ENDPOINT",),
    "iam_endpoint": ("HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"),
    "ca_path": ("OS_CACERT",),
}
# In the order in which auth_type: auto takes them.
KINDS: dict[str, tuple[str, ...]] = {
    "token": ("auth_token",),
    "aksk": ("access_key", "secret_key"),
    "password": ("username", "password", "domain_name"),
}
SECRETS = ("secret_key", "security_token", "auth_token", "password")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_NO_CREDENTIALS = (
    "No credentials: give access_key and secret_key, or auth_token, or username, password and domain_name"
    " (or HW_ACCESS_KEY and HW_SECRET_KEY in the environment)."
)
_Params = t.Mapping[str, t.Any]


class NoCredentialsError(OptionError):
    """Neither the task nor the environment has any credentials."""


@dataclasses.dataclass(frozen=True)
class Options:
    """Everything that a connection is made of, resolved and checked. ``auth_type`` is a key of KINDS, or ``metadata``.

    Equal ones can share a connection.
    """

    auth_type: str
    endpoint: str
    iam_endpoint: str | None
    region: str | None
    project_id: str | None
    validate_certs: bool
    ca_path: str | None
    request_timeout: float
    username: str | None = None
    domain_name: str | None = None
    access_key: str | None = None
    secret_key: str | None = dataclasses.field(default=None, repr=False)
    security_token: str | None = dataclasses.field(default=None, repr=False)
    auth_token: str | None = dataclasses.field(default=None, repr=False)
    password: str | None = dataclasses.field(default=None, repr=False)


def resolve(params: _Params, environ: t.Mapping[str, str]) -> Options:
    """Return the options that count: those given, then those of ``environ``; empty ones count as absent.

    Raises OptionError, which names the option and the remedy, and never a secret.
    """
    given = {name: _text(params.get(name)) for name in ENVIRONMENT}
    places = {
        name: given[name] or _from(environ, name)
        for name in ("region", "project_id", "endpoint", "iam_endpoint", "ca_path")
    }
    validate_certs = params["validate_certs"] is not False
    request_timeout = seconds_of(params, "request_timeout")
    kind, secrets = _credentials(params["auth_type"], given, environ)
    region, endpoint = places["region"], places["endpoint"]
    if region and not _REGION.fullmatch(region):
        raise OptionError(f'region: "{region}" is not a region id such as cn-north-4.')
    if not region and not endpoint:
        raise OptionError("No region: give region (or HW_REGION_NAME in the environment), or endpoint.")
    iam_endpoint = places["iam_endpoint"]
    if iam_endpoint is None and endpoint is None:
        iam_endpoint = f"https://iam.{region}.myhuaweicloud.com"
    if kind == "password":
        _check_login(region, places["project_id"], iam_endpoint)
    return Options(
        auth_type=kind,
        endpoint=_url("endpoint", endpoint or f"https://ims.{region}.myhuaweicloud.com", validate_certs),
        iam_endpoint=_url("iam_endpoint", _without_version(iam_endpoint), validate_certs) if iam_endpoint else None,
        region=region,
        project_id=_project_id(places["project_id"]),
        validate_certs=validate_certs,
        ca_path=places["ca_path"],
        request_timeout=request_timeout,
        **secrets,
    )


def texts_of(params: _Params, environ: t.Mapping[str, str]) -> Texts:
    """Return what cleans texts of the secrets that a task has, whichever of them count."""
    names = [variable for option in SECRETS for variable in ENVIRONMENT[option]]
    secrets = [*(_text(params.get(option)) for option in SECRETS), *(_text(environ.get(name)) for name in names)]
    return Texts(lambda: secrets)


def _credentials(auth_type: str, given: _Params, environ: t.Mapping[str, str]) -> tuple[str, dict[str, str | None]]:
    """Return the kind that counts and its values; what the task gives keeps the environment's other kinds out."""
    if auth_type == "metadata":
        return "metadata", {}
    found = {kind: {name: given[name] or _from(environ, name) for name in names} for kind, names in KINDS.items()}
    begun = [kind for kind, names in KINDS.items() if any(given[name] for name in names)]
    begun = begun or [kind for kind, values in found.items() if any(values.values())]
    if auth_type != "auto":
        begun = [auth_type]
    kind = next((kind for kind in begun if all(found[kind].values())), None)
    if kind is None:
        if not begun:
            raise NoCredentialsError(_NO_CREDENTIALS)
        raise OptionError(_incomplete(begun[0], found[begun[0]], auth_type))
    values = found[kind]
    if kind == "aksk":
        # The environment's token belongs to the environment's key.
        own = given["access_key"] is not None
        values = {
            **values,
            "security_token": given["security_token"] or (None if own else _from(environ, "security_token")),
        }
    return kind, values


def _incomplete(kind: str, values: _Params, auth_type: str) -> str:
    present = [name for name in KINDS[kind] if values[name]]
    absent = [f"{name} (or {ENVIRONMENT[name][0]} in the environment)" for name in KINDS[kind] if not values[name]]
    subject = f"{' and '.join(present)} without the rest" if present else f"auth_type: {auth_type} without credentials"
    return f"Incomplete credentials: {subject}; give {' and '.join(absent)}."


def _check_login(region: str | None, project_id: str | None, iam_endpoint: str | None) -> None:
    if iam_endpoint is None:
        raise OptionError(
            "iam_endpoint is missing: with an endpoint of your own, username and password need IAM's as well."
        )
    if not region and not project_id:
        raise OptionError("username and password need region, or project_id: the token is issued for one project.")


def _url(name: str, text: str, validate_certs: bool) -> str:
    """Return the URL without a slash at its end; refuse what would send credentials in the clear or to nowhere."""
    try:
        parts = urllib.parse.urlsplit(text.strip().rstrip("/"))
        is_url = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_url = False
    if not is_url or "@" in parts.netloc or parts.query or parts.fragment:
        # What stands before an @ may be a password.
        shown = text.rpartition("@")[2]
        raise OptionError(f'{name}: "{shown}" is not a URL such as https://ims.cn-north-4.myhuaweicloud.com.')
    if parts.scheme == "http" and validate_certs and not _is_loopback(parts.hostname or ""):
        raise OptionError(
            f"{name}: {parts.hostname} would be asked over plain http; use https (or set validate_certs: false to"
            " accept that anybody on the way can read and change what is sent)."
        )
    return urllib.parse.urlunsplit(parts)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _without_version(url: str) -> str:
    """Return IAM's URL without the /v3 that HW_AUTH_URL and OS_AUTH_URL mostly carry."""
    return re.sub(r"/v3/?$", "", url.strip())


def _project_id(text: str | None) -> str | None:
    if text is not None and not re.fullmatch(r"[0-9A-Za-z_-]{1,64}", text, re.ASCII):
        raise OptionError(f'project_id: "{text[:80]}" is not a project id (letters, digits, - and _, at most 64).')
    return text


def _from(environ: t.Mapping[str, str], option: str) -> str | None:
    return next((text for text in (_text(environ.get(name)) for name in ENVIRONMENT[option]) if text), None)


def _text(value: t.Any) -> str | None:
    return str(value).strip() or None if value is not None else None
