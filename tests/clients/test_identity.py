# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who calls: the SDK's ways to get credentials and a project, each against the simulator's IAM."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.clients.sdk import Sdk, load

if t.TYPE_CHECKING:
    import pathlib

    from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

LINUX = "10000000-0000-4000-8000-000000000001"
IDP = "simulated-idp"


def basic() -> t.Any:
    return load("huaweicloudsdkcore.auth.credentials").BasicCredentials


@pytest.fixture
def in_region(sim: Simulator, monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., t.Any]:
    """Make a client by a region, as users do; the SDK then asks IAM for the project of that name."""
    region_class, client_class = load("huaweicloudsdkcore.region.region").Region, load("huaweicloudsdkims.v2").ImsClient
    monkeypatch.setattr(basic(), "_CACHE", {})

    def make(credentials: t.Any, region: str | None = None) -> t.Any:
        name = region or sim.account.region
        builder = client_class.new_builder().with_credentials(credentials.with_iam_endpoint(sim.url))
        return builder.with_region(region_class(name, sim.url_of(name))).build()

    return make


def names(client: t.Any) -> set[str]:
    request = load("huaweicloudsdkims.v2").ListImagesRequest()
    return {image.name for image in client.list_images(request).images}


def keys_of(sim: Simulator, account: str = "main") -> t.Any:
    return basic()(sim.accounts[account].access_key, sim.accounts[account].secret_key)


def test_the_project_of_a_region_is_looked_up(sim: Simulator, in_region: t.Callable[..., t.Any]) -> None:
    credentials = keys_of(sim)
    assert "private-linux" in names(in_region(credentials))
    assert credentials.project_id == sim.account.project_id
    there = keys_of(sim)
    assert names(in_region(there, sim.account.other_region)) == set()
    assert there.project_id == sim.account.other_project_id


def test_another_project_must_be_given(sim: Simulator, in_region: t.Callable[..., t.Any]) -> None:
    credentials = keys_of(sim).with_project_id(sim.account.dev_project_id)
    assert names(in_region(credentials)) == {"public-linux"}


@pytest.mark.parametrize(("number", "words"), [(0, "Failed to get project id"), (2, "Multiple project ids found")])
def test_none_and_several_projects(sim: Simulator, in_region: t.Callable[..., t.Any], number: int, words: str) -> None:
    sim.configure(projects=number)
    with pytest.raises(load("huaweicloudsdkcore.exceptions.exceptions").SdkException, match=words):
        in_region(keys_of(sim))


def test_openid_connect_and_a_file_that_is_read_again(
    sim: Simulator, in_region: t.Callable[..., t.Any], home: pathlib.Path
) -> None:
    file = home / "token"
    file.write_text(sim.identity.issue_id_token(seconds=60), encoding="utf-8")
    credentials = basic()().with_idp_id(IDP).with_id_token_file(str(file))
    client = in_region(credentials)
    assert "private-linux" in names(client)
    first = credentials.ak
    sim.clock.advance(61)
    sim.identity.expire_temporary_keys()
    file.write_text(sim.identity.issue_id_token(), encoding="utf-8")
    credentials._expired_at = 0
    assert "private-linux" in names(client)
    assert credentials.ak != first


def test_the_profiles_file_and_the_environment(
    sim: Simulator, in_region: t.Callable[..., t.Any], home: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = load("huaweicloudsdkcore.auth.provider")
    partner, main = sim.accounts["partner"], sim.account
    folder = home / ".huaweicloud"
    folder.mkdir()
    text = f"[basic]\nak = {partner.access_key}\nsk = {partner.secret_key}\nproject_id = {partner.project_id}\n"
    (folder / "credentials").write_text(text, encoding="utf-8")
    by_file = provider.ProfileCredentialProvider.get_basic_credential_profile_provider().get_credentials()
    assert "private-linux" not in names(in_region(by_file))
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", main.access_key)
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", main.secret_key)
    by_environment = provider.EnvCredentialProvider.get_basic_credential_env_provider().get_credentials()
    assert "private-linux" in names(in_region(by_environment))


def test_an_id_token_by_the_environment(
    sim: Simulator, in_region: t.Callable[..., t.Any], home: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = load("huaweicloudsdkcore.auth.provider")
    (home / "token").write_text(sim.identity.issue_id_token(), encoding="utf-8")
    monkeypatch.setenv("HUAWEICLOUD_SDK_IDP_ID", IDP)
    monkeypatch.setenv("HUAWEICLOUD_SDK_ID_TOKEN_FILE", str(home / "token"))
    credentials = provider.EnvCredentialProvider.get_basic_credential_env_provider().get_credentials()
    assert "private-linux" in names(in_region(credentials))


def test_an_agency_as_terraforms_provider_assumes_it(sim: Simulator, sdk: Sdk) -> None:
    role = {"agency_name": "simulated-agency", "domain_name": "partner-domain", "duration_seconds": 86400}
    body = {"auth": {"identity": {"methods": ["assume_role"], "assume_role": role}}}
    given = sdk.iam("create_temporary_access_key_by_agency", body=body).credential
    project_id = sim.accounts["partner"].project_id
    credentials = basic()(given.access, given.secret, project_id).with_security_token(given.securitytoken)
    found = Sdk(sim, "partner", credentials=credentials).ims("list_images").images
    assert {image.name for image in found} == {"shared-with-me", "public-linux"}
    assert sdk.deviations() == set()


def test_temporary_keys_by_a_token(sim: Simulator, sdk: Sdk) -> None:
    account = sdk.account
    user = {"name": account.username, "password": account.password, "domain": {"name": account.domain_name}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": {"name": account.region}}}}
    token = sdk.iam("keystone_create_user_token_by_password", body=body)
    assert token.token.project.id == account.project_id
    wanted = {"methods": ["token"], "token": {"id": token.x_subject_token, "duration_seconds": 900}}
    keys = sdk.iam("create_temporary_access_key_by_token", body={"auth": {"identity": wanted}}).credential
    assert keys.access.startswith("TEMPORARY")
    domains = sdk.iam("keystone_list_auth_domains").domains
    assert [domain.id for domain in domains] == [account.domain_id]
    projects = sdk.iam("keystone_list_projects", name=account.dev_project_name).projects
    assert [project.id for project in projects] == [account.dev_project_id]
    assert sdk.deviations() == set()


def test_a_user_with_few_rights_names_the_enterprise_projects(sim: Simulator) -> None:
    limited = Sdk(sim, "limited")
    with pytest.raises(load("huaweicloudsdkcore.exceptions.exceptions").ClientRequestException) as caught:
        limited.ims("list_images")
    assert (caught.value.status_code, caught.value.error_code) == (403, "IMG.0026")
    found = limited.ims("list_images", enterprise_project_id="all_granted_eps").images
    assert {image.name for image in found} == {"public-linux", "shared-with-me"}
    assert LINUX not in {image.id for image in found}
