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

from ._clouds import Given, endpoint_beside, endpoints_of
from ._identity import ENVIRONMENT, SECRETS, credentials_of, from_environment, text_or_none
from ._ims.errors import OptionError
from ._ims.masking import Texts
from ._spans import seconds_of

_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)
_ENDPOINTS = ("endpoint", "iam_endpoint", "ecs_endpoint", "obs_endpoint")
_PLACES = ("cloud", "region", "project_id", "project_name", "ca_path", *_ENDPOINTS)
_AGENCY = tuple(name for name in ENVIRONMENT if name.startswith("assume_role_"))
_Params = t.Mapping[str, t.Any]
_Values = t.Mapping[str, t.Optional[str]]


@dataclasses.dataclass(frozen=True)
class Options:
    """Everything that a connection is made of, resolved and checked. ``auth_type`` is a key of KINDS, or ``metadata``.

    Equal ones can share a connection. ``is_project_told_twice``: id and name of the project come from one source, so
    they have to agree.
    """

    auth_type: str
    endpoint: str
    iam_endpoint: str | None
    region: str | None
    project_id: str | None
    validate_certs: bool
    ca_path: str | None
    request_timeout: float
    ecs_endpoint: str | None = None
    obs_endpoint: str | None = None
    project_name: str | None = None
    is_project_told_twice: bool = False
    username: str | None = None
    domain_name: str | None = None
    access_key: str | None = None
    secret_key: str | None = dataclasses.field(default=None, repr=False)
    security_token: str | None = dataclasses.field(default=None, repr=False)
    auth_token: str | None = dataclasses.field(default=None, repr=False)
    password: str | None = dataclasses.field(default=None, repr=False)
    idp_id: str | None = None
    id_token_file: str | None = None
    assume_role_agency_name: str | None = None
    assume_role_domain_name: str | None = None
    assume_role_domain_id: str | None = None
    assume_role_duration: int = 900
    on_schema_violation: str = "warn"


def resolve(params: _Params, environ: t.Mapping[str, str]) -> Options:
    """Return the options that count: those given, then those of ``environ``, then of files; empty ones are absent.

    Raises OptionError, which names the option and the remedy, and never a secret.
    """
    given = {name: text_or_none(params.get(name)) for name in ENVIRONMENT}
    around: dict[str, str | None] = {name: from_environment(environ, name) for name in ENVIRONMENT}
    kind, secrets, files = credentials_of(params["auth_type"], given, around, environ)
    # A file counts where nothing nearer says anything.
    around = {name: around[name] or files.get(name) for name in ENVIRONMENT}
    places = Given({name: given[name] for name in _PLACES}, {name: around[name] for name in _PLACES})
    validate_certs = params["validate_certs"] is not False
    region = places["region"]
    if region and not _REGION.fullmatch(region):
        raise OptionError(f'region: "{region}" is not a region id such as cn-north-4.')
    for name in _ENDPOINTS:
        if places[name]:
            _url(name, places[name] or "", validate_certs)
    endpoint, iam_endpoint = endpoints_of(places, region)
    project = _project(places)
    if kind in ("password", "oidc"):
        _check_login(kind, region, project, iam_endpoint)
    return Options(
        auth_type=kind,
        endpoint=_url("endpoint", endpoint, validate_certs),
        iam_endpoint=_url("iam_endpoint", _without_version(iam_endpoint), validate_certs) if iam_endpoint else None,
        region=region,
        ecs_endpoint=_beside(places, endpoint, "ecs", region, validate_certs),
        obs_endpoint=_beside(places, endpoint, "obs", region, validate_certs),
        validate_certs=validate_certs,
        ca_path=places["ca_path"],
        request_timeout=seconds_of(params, "request_timeout"),
        on_schema_violation=params.get("on_schema_violation") or "warn",
        **project,
        **t.cast("dict[str, t.Any]", secrets),
        **_agency({name: given[name] or around[name] for name in _AGENCY}, iam_endpoint),
    )


def _beside(places: Given, endpoint: str, service: str, region: str | None, validate_certs: bool) -> str | None:
    url = endpoint_beside(places, endpoint, service, region)
    return _url(f"{service}_endpoint", url, validate_certs) if url else None


def texts_of(params: _Params, environ: t.Mapping[str, str]) -> Texts:
    """Return what cleans texts of the secrets that a task has, whichever of them count."""
    names = [variable for option in SECRETS for variable in ENVIRONMENT[option]]
    secrets = [
        *(text_or_none(params.get(option)) for option in SECRETS),
        *(text_or_none(environ.get(name)) for name in names),
    ]
    return Texts(lambda: secrets)


def _project(places: Given) -> dict[str, t.Any]:
    """Return id and name of the project: both only where one source says both, else those of the nearer source."""
    for source in (places.task, places.environ):
        project_id, name = source.get("project_id"), source.get("project_name")
        if project_id or name:
            return {
                "project_id": _project_id(project_id),
                "project_name": name,
                "is_project_told_twice": bool(project_id and name),
            }
    return {"project_id": None}


def _agency(values: _Values, iam_endpoint: str | None) -> dict[str, t.Any]:
    """Return the options of an agency that is to be assumed, or none."""
    name, domain = values["assume_role_agency_name"], values["assume_role_domain_name"]
    if not name:
        if domain or values["assume_role_domain_id"]:
            raise OptionError("assume_role_agency_name is missing: give the agency's name, too.")
        return {}
    if not domain and not values["assume_role_domain_id"]:
        raise OptionError("assume_role_domain_name is missing: give the account that the agency is of, or its id.")
    if iam_endpoint is None:
        raise OptionError("iam_endpoint is missing: with an endpoint of your own, an agency needs IAM's as well.")
    seconds = seconds_of({"assume_role_duration": values["assume_role_duration"] or "15m"}, "assume_role_duration")
    return {**values, "assume_role_duration": int(seconds)}


def _check_login(kind: str, region: str | None, project: _Params, iam_endpoint: str | None) -> None:
    what = "username and password need" if kind == "password" else "auth_type: oidc needs"
    if iam_endpoint is None:
        raise OptionError(f"iam_endpoint is missing: with an endpoint of your own, {what} IAM's as well.")
    if kind == "password" and not region and not project["project_id"] and not project.get("project_name"):
        raise OptionError(f"{what} region, project_name or project_id: the token is issued for one project.")


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
