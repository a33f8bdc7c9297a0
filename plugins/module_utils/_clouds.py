# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which cloud is asked: endpoints of clouds that run this software, and what belongs together.

The endpoints of IMS and IAM of one request always belong to one operator: a login or a token that goes to another one
is a secret given away.
"""

from __future__ import annotations

import dataclasses
import re
import typing as t
import urllib.parse

from ._ims.errors import OptionError

DEFAULT_CLOUD = "myhuaweicloud.com"
EUROPE = "myhuaweicloud.eu"
_EUROPEAN_REGION = re.compile(r"eu-west-1\d\d", re.ASCII)


class Cloud(t.NamedTuple):
    """A cloud whose endpoints are known: ``https://SERVICE.REGION.DOMAIN``. ``source`` says from where."""

    name: str
    domain: str
    regions: str
    source: str
    iam: str = "iam"
    obs: str = "obs"

    def name_of(self, service: str) -> str:
        """Return what the service's hosts begin with at this cloud."""
        return {"iam": self.iam, "obs": self.obs}.get(service, service)


# docs/credentials.md shows this table.
CLOUDS: tuple[Cloud, ...] = (
    Cloud("Huawei Cloud", DEFAULT_CLOUD, "cn-north-4, ap-southeast-1, ...", "the regions page of the cloud"),
    Cloud("Huawei Cloud in Europe", EUROPE, "eu-west-101", "Terraform's provider"),
    Cloud("Open Telekom Cloud", "otc.t-systems.com", "eu-de, eu-nl", "its API reference"),
    Cloud(
        "Swiss Open Telekom Cloud", "sc.otc.t-systems.com", "eu-ch2", "its console; IMS' name is presumed", "iam-pub"
    ),
    Cloud("FlexibleEngine", "prod-cloud-ocb.orange-business.com", "eu-west-0", "its API reference", obs="oss"),
    Cloud("G42 Cloud", "g42cloud.com", "ae-ad-1", "presumed from its IAM's name"),
    Cloud("Cloud.ru Advanced", "hc.sbercloud.ru", "ru-moscow-1", "its Terraform provider"),
)
_BY_DOMAIN = {cloud.domain: cloud for cloud in CLOUDS}
# The names that IAM's hosts begin with; Huawei Cloud Stack has the last two.
_IAM_NAMES = ("iam", "iam-pub", "iam-apigateway-proxy", "iam-cache-proxy")
_SERVICE_NAMES = ("ims", "ecs", "obs", "oss", *_IAM_NAMES)


class Site(t.NamedTuple):
    """A host, taken apart. ``domain`` is the cloud's, ``region`` None where the host's name has none."""

    service: str
    region: str | None
    domain: str

    def host_of(self, service: str, region: str | None) -> str:
        """Return another service's host at this cloud; a region comes in where this cloud's hosts have one."""
        needs_region = self.region is not None or self.domain in _BY_DOMAIN
        place = region or self.region
        return ".".join(part for part in (service, place if needs_region else None, self.domain) if part)


@dataclasses.dataclass(frozen=True)
class Given:
    """The options that say which cloud, by where they come from: the task, or the environment."""

    task: t.Mapping[str, str | None]
    environ: t.Mapping[str, str | None]

    def __getitem__(self, name: str) -> str | None:
        return self.task.get(name) or self.environ.get(name)

    def says(self, name: str) -> bool:
        """Return whether the task itself says it."""
        return bool(self.task.get(name))


class Endpoints(t.NamedTuple):
    endpoint: str
    iam_endpoint: str | None


def endpoints_of(given: Given, region: str | None) -> Endpoints:
    """Return the URLs of IMS and IAM. Raises OptionError where they cannot be told, or belong to two clouds."""
    endpoint, iam_endpoint = given["endpoint"], given["iam_endpoint"]
    if endpoint is None:
        endpoint = _derived_endpoint(given, region)
    site = site_of(endpoint)
    # Of an endpoint that the user gave, only a known cloud tells where its IAM is.
    if iam_endpoint is None and site is not None and (given["endpoint"] is None or site.domain in _BY_DOMAIN):
        iam_endpoint = _derived(site, "iam", region)
    _check_operators(given, endpoint, iam_endpoint)
    _check_cloud(given, {"endpoint": endpoint, "iam_endpoint": iam_endpoint})
    _check_region(given, iam_endpoint, region)
    return Endpoints(endpoint, iam_endpoint)


def endpoint_beside(given: Given, endpoint: str, service: str, region: str | None) -> str | None:
    """Return the URL of another service of the cloud that IMS' ``endpoint`` is of; None where it cannot be told.

    Raises OptionError where what the environment has belongs to another operator; what the task itself says wins.
    """
    name = f"{service}_endpoint"
    site = site_of(endpoint)
    if given[name] is None:
        is_known = site is not None and (given["endpoint"] is None or site.domain in _BY_DOMAIN)
        return _derived(site, service, region) if site is not None and is_known else None
    other = site_of(given[name])
    if site is not None and other is not None and not given.says(name) and _operator(site) != _operator(other):
        raise OptionError(
            f"Two clouds in one task: IMS at {_host(endpoint)} ({_source_of(given, 'endpoint')}) and"
            f" {service.upper()} at {_host(given[name])} ({_source_of(given, name)}). Give endpoint and {name} of one"
            " cloud, or take away the one that does not belong."
        )
    _check_cloud(given, {name: given[name]})
    return given[name]


def region_of(endpoint: str) -> str | None:
    """Return the region that an endpoint of IMS is of, where its host tells."""
    site = site_of(endpoint)
    return site.region if site is not None else None


def cloud_for(region: str) -> str:
    """Return the domain of a region's cloud, where nothing else names one."""
    return EUROPE if _EUROPEAN_REGION.fullmatch(region) else DEFAULT_CLOUD


def site_of(url: str | None) -> Site | None:
    """Return what a URL's host tells of its cloud; None where it tells nothing (an address, a VPC endpoint)."""
    try:
        host = (urllib.parse.urlsplit(url or "").hostname or "").lower()
    except ValueError:
        return None
    service, _dot, rest = host.partition(".")
    if service not in _SERVICE_NAMES or "." not in rest:
        return None
    for domain in sorted(_BY_DOMAIN, key=len, reverse=True):
        if rest == domain:
            return Site(service, None, domain)
        if rest.endswith("." + domain) and "." not in rest[: -len(domain) - 1]:
            return Site(service, rest[: -len(domain) - 1], domain)
    return Site(service, None, rest)


def _derived_endpoint(given: Given, region: str | None) -> str:
    iam_endpoint, cloud = given["iam_endpoint"], given["cloud"]
    if iam_endpoint is not None and cloud is None:
        site = site_of(iam_endpoint)
        if site is None:
            raise OptionError(
                f"endpoint is missing: {_source_of(given, 'iam_endpoint')} names no cloud that IMS' endpoint could be"
                " derived from. Give endpoint (or HW_IMS_ENDPOINT), or cloud (or HW_CLOUD)."
            )
        if site.region is None and region is None and site.domain in _BY_DOMAIN:
            raise OptionError(_NO_REGION)
        return f"https://{site.host_of('ims', region)}"
    if region is None:
        raise OptionError(_NO_REGION)
    return f"https://ims.{region}.{cloud or cloud_for(region)}"


def _derived(site: Site, service: str, region: str | None) -> str:
    known = _BY_DOMAIN.get(site.domain)
    return f"https://{site.host_of(known.name_of(service) if known else service, region)}"


def _check_operators(given: Given, endpoint: str, iam_endpoint: str | None) -> None:
    """Refuse what would send a login to one operator and the token to another, unless the task says both itself."""
    ims, iam = site_of(endpoint), site_of(iam_endpoint)
    said = given.says("endpoint") and given.says("iam_endpoint")
    if ims is not None and iam is not None and not said and _operator(ims) != _operator(iam):
        raise OptionError(
            f"Two clouds in one task: IMS at {_host(endpoint)} ({_source_of(given, 'endpoint')}) and IAM at"
            f" {_host(iam_endpoint)} ({_source_of(given, 'iam_endpoint')}). Give endpoint and iam_endpoint of one"
            " cloud, or take away the one that does not belong."
        )


def _check_cloud(given: Given, urls: t.Mapping[str, str | None]) -> None:
    cloud = given["cloud"]
    for name, url in urls.items():
        site = site_of(url)
        if cloud is not None and site is not None and not given.says(name) and not _belongs(site, cloud):
            raise OptionError(
                f"Two clouds in one task: {_source_of(given, 'cloud')} is {cloud}, and {_source_of(given, name)} is at"
                f" {_host(url)}. Give {name} of {cloud}, or take away the one that does not belong."
            )


def _check_region(given: Given, iam_endpoint: str | None, region: str | None) -> None:
    """Outside of Huawei Cloud, where IAM serves all regions, a foreign region tells of a foreign variable."""
    site = site_of(iam_endpoint)
    if site is None or site.region is None or region in (None, site.region) or given["endpoint"] is not None:
        return
    if site.domain not in (DEFAULT_CLOUD, EUROPE) and not given.says("iam_endpoint") and given["iam_endpoint"]:
        raise OptionError(
            f"Two regions in one task: region is {region}, and IAM is at {_host(iam_endpoint)}"
            f" ({_source_of(given, 'iam_endpoint')}). Give iam_endpoint or cloud of {region}, or take away the one that"
            " does not belong."
        )


def _operator(site: Site) -> str:
    """Return what two sites of one operator have in common: the domain, and of an unknown cloud what ends it."""
    return site.domain if site.domain in _BY_DOMAIN else ".".join(site.domain.split(".")[-2:])


def _belongs(site: Site, cloud: str) -> bool:
    return site.domain == cloud or site.domain.endswith("." + cloud) or cloud.endswith("." + site.domain)


_VARIABLES = {
    "iam_endpoint": "HW_AUTH_URL or OS_AUTH_URL",
    "cloud": "HW_CLOUD",
    "endpoint": "HW_IMS_ENDPOINT",
    "ecs_endpoint": "HW_ECS_ENDPOINT",
    "obs_endpoint": "HW_OBS_ENDPOINT",
}
_NO_REGION = "No region: give region (or HW_REGION_NAME in the environment), or endpoint."


def _source_of(given: Given, name: str) -> str:
    if given.says(name):
        return name
    return f"{name} from the environment, {_VARIABLES[name]}" if given[name] else f"{name}, as derived"


def _host(url: str | None) -> str:
    return urllib.parse.urlsplit(url or "").hostname or "nowhere"
