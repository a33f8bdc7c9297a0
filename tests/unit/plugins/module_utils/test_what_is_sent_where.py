# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whole clouds by their variables, files and options: each request literally, with the host that it goes to."""

from __future__ import annotations

import datetime
import itertools
import json
import pathlib
import typing as t
import urllib.parse

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils import _connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import auth_spec
from ansible_collections.huaweicloud.ims.plugins.module_utils._clouds import CLOUDS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError, OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.http.request import Request, Response
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import resolve

UNSET = {name: option.get("default") for name, option in auth_spec({}).options.items()}
PROJECT, JOB = "0605768a3300d5762f1cc01aa9b2d6e4", "edc89b490d7d4392898e19b2deb34797"
KEYS = {"HW_ACCESS_KEY": "AK", "HW_SECRET_KEY": "SK"}
# With the time and the keys of this file, for each host and path.
SHOW = f"/v1/{PROJECT}/jobs/{JOB}"
TOKEN = {
    "token": {"expires_at": "2026-03-02T12:00:00.000000Z", "project": {"id": PROJECT, "name": "eu-de_test"}},
}


class StandingClock:
    def now(self) -> float:
        return 0.0

    def utc(self) -> datetime.datetime:
        return datetime.datetime(2026, 3, 1, 12, tzinfo=datetime.timezone.utc)

    def sleep(self, seconds: float) -> None:
        raise AssertionError("nothing is waited for")


class Wire:
    """Stands where requests leave the machine: IAM and IMS of any host, and what each of them was asked."""

    def __init__(self, **options: t.Any) -> None:
        self.sent: list[Request] = []

    @property
    def requests(self) -> int:
        return len(self.sent)

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        path = urllib.parse.urlsplit(request.url).path
        if path == "/v3/auth/tokens":
            return Response(201, {"x-subject-token": "MIITOKEN"}, json.dumps(TOKEN).encode())
        body = {"projects": [{"id": PROJECT}]} if path == "/v3/projects" else {"job_id": JOB, "status": "RUNNING"}
        return Response(200, {}, json.dumps(body).encode())


def sent(environ: t.Mapping[str, str], task: t.Mapping[str, t.Any], monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """Ask for a job, and return each request that left."""
    wire = Wire()
    monkeypatch.setattr(_connect, "HttpTransport", lambda **options: wire)
    options = resolve({**UNSET, **task}, environ)
    client = _connect.connect(options, environ, StandingClock(), lambda text: None)
    found = client.find_job(JOB)
    assert found is not None
    return wire.sent


def lines(requests: t.Iterable[Request]) -> list[str]:
    """Return requests as they stand on the wire, but for signatures, which have tests of their own."""
    told = []
    for request in requests:
        headers = {
            name.lower(): value.partition(", SignedHeaders")[0]
            for name, value in request.headers.items()
            if name.lower() in ("authorization", "x-auth-token", "x-project-id", "x-sdk-date")
        }
        told.append(f"{request.method} {request.url}")
        told += [f"  {name}: {headers[name]}" for name in sorted(headers)]
        told += [f"  {request.body.decode()}"] if request.body else []
    return told


SIGNED = ["  authorization: SDK-HMAC-SHA256 Access=AK"]
AT = ["  x-sdk-date: 20260301T120000Z"]


def signed(get: str, *, project: bool) -> list[str]:
    return [f"GET https://{get}", *SIGNED, *([f"  x-project-id: {PROJECT}"] if project else []), *AT]


def test_another_project_of_the_region(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {**KEYS, "HW_REGION_NAME": "cn-north-4", "HW_PROJECT_NAME": "cn-north-4_dev"}
    assert lines(sent(environ, {}, monkeypatch)) == [
        *signed("iam.cn-north-4.myhuaweicloud.com/v3/projects?name=cn-north-4_dev", project=False),
        *signed(f"ims.cn-north-4.myhuaweicloud.com{SHOW}", project=True),
    ]


def test_an_openrc_of_the_open_telekom_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {
        "OS_USERNAME": "jane",
        "OS_PASSWORD": "secret",
        "OS_USER_DOMAIN_NAME": "OTC-EU-DE-00000000001000012345",
        "OS_TENANT_NAME": "eu-de_test",
        "OS_PROJECT_NAME": "eu-de_test",
        "OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com:443/v3",
        "OS_IDENTITY_API_VERSION": "3",
        "OS_IMAGE_API_VERSION": "2",
        "NOVA_ENDPOINT_TYPE": "publicURL",
    }
    assert lines(sent(environ, {}, monkeypatch)) == [
        "POST https://iam.eu-de.otc.t-systems.com:443/v3/auth/tokens?nocatalog=true",
        '  {"auth": {"identity": {"methods": ["password"], "password": {"user": {"name": "jane", "password": "secret",'
        ' "domain": {"name": "OTC-EU-DE-00000000001000012345"}}}}, "scope": {"project": {"name": "eu-de_test"}}}}',
        f"GET https://ims.eu-de.otc.t-systems.com{SHOW}",
        "  x-auth-token: MIITOKEN",
        f"  x-project-id: {PROJECT}",
    ]


def test_the_variables_of_a_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {
        "OS_AUTH_URL": "https://iam-apigateway-proxy.sa-fb-1.stack.example.com/v3",
        "OS_REGION_NAME": "sa-fb-1",
        "OS_ACCESS_KEY": "AK",
        "OS_SECRET_KEY": "SK",
        "OS_PROJECT_NAME": "sa-fb-1_images",
        "OS_DOMAIN_NAME": "ours",
    }
    iam = "iam-apigateway-proxy.sa-fb-1.stack.example.com"
    assert lines(sent(environ, {}, monkeypatch)) == [
        *signed(f"{iam}/v3/projects?name=sa-fb-1_images", project=False),
        *signed(f"ims.sa-fb-1.stack.example.com{SHOW}", project=True),
    ]


def test_the_file_of_the_official_sdk(tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / ".huaweicloud" / "credentials"
    file.parent.mkdir()
    file.write_text(
        f"[basic]\nak = AK\nsk = SK\nproject_id = {PROJECT}\niam_endpoint = https://iam.eu-nl.otc.t-systems.com\n"
    )
    assert lines(sent({"HOME": str(tmp_path)}, {"region": "eu-nl"}, monkeypatch)) == signed(
        f"ims.eu-nl.otc.t-systems.com{SHOW}", project=True
    )
    file.write_text("[basic]\nak = AK\nsk = SK\n")
    assert lines(sent({"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(file)}, {"region": "cn-north-1"}, monkeypatch)) == [
        *signed("iam.cn-north-1.myhuaweicloud.com/v3/projects?name=cn-north-1", project=False),
        *signed(f"ims.cn-north-1.myhuaweicloud.com{SHOW}", project=True),
    ]


def test_the_european_site(monkeypatch: pytest.MonkeyPatch) -> None:
    task = {"region": "eu-west-101", "cloud": "myhuaweicloud.eu"}
    expected = [
        *signed("iam.eu-west-101.myhuaweicloud.eu/v3/projects?name=eu-west-101", project=False),
        *signed(f"ims.eu-west-101.myhuaweicloud.eu{SHOW}", project=True),
    ]
    assert lines(sent(KEYS, task, monkeypatch)) == expected
    assert lines(sent(KEYS, {"region": "eu-west-101"}, monkeypatch)) == expected


# -- no login of one operator reaches another one -------------------------------------------------------------------

PLACES = [(cloud.iam, cloud.regions.split(",")[0], cloud.domain) for cloud in CLOUDS]
WAYS = {
    "token": {"HW_AUTH_TOKEN": "MIITOKEN"},
    "keys": KEYS,
    "password": {"HW_USER_NAME": "jane", "HW_USER_PASSWORD": "secret", "HW_DOMAIN_NAME": "ours"},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("auth_url", ["HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"])
def test_an_auth_url_of_one_cloud_never_sees_the_credentials_of_another(
    way: str, auth_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = 0
    for (iam, region, domain), (_iam, other_region, other_domain) in itertools.permutations(PLACES, 2):
        environ = {**WAYS[way], auth_url: f"https://{iam}.{region}.{domain}/v3"}
        for places in (
            {"HW_CLOUD": other_domain, "HW_REGION_NAME": other_region},
            {"HW_IMS_ENDPOINT": f"https://ims.{other_region}.{other_domain}"},
            {"HW_REGION_NAME": other_region},
        ):
            try:
                requests = sent({**environ, **places}, {}, monkeypatch)
            except OptionError:
                refused += 1
                continue
            except ImsError as exc:  # pragma: no cover
                raise AssertionError(places) from exc
            # Where nothing says that another cloud is meant, all goes to the one of the URL.
            hosts = {str(urllib.parse.urlsplit(request.url).hostname) for request in requests}
            assert all(host.endswith("." + domain) for host in hosts), (environ, places, hosts)
            assert places == {"HW_REGION_NAME": other_region}
    assert refused >= 2 * len(PLACES) * (len(PLACES) - 1)
