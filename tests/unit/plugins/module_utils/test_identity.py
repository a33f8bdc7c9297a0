# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whose credentials count and which project is asked, as literal requests; the official SDK reads the same files."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import auth_spec
from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.client import ImsClient
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError, OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import Options, resolve
from ansible_collections.huaweicloud.ims.tests.simulator import Fault

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

UNSET = {name: option.get("default") for name, option in auth_spec({}).options.items()}
KEYS = {"access_key": "AK", "secret_key": "SK"}
REGION = {"region": "cn-north-4"}


def resolved(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> Options:
    return resolve({**UNSET, **params}, environ or {})


def mistake(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> str:
    with pytest.raises(OptionError) as caught:
        resolved(params, environ)
    return str(caught.value)


def connected(lab: Lab, **params: t.Any) -> ImsClient:
    account, url = lab.simulator.account, lab.simulator.url
    keys = {"access_key": account.access_key, "secret_key": account.secret_key}
    places = {"region": account.region, "endpoint": url, "iam_endpoint": url}
    given = {**UNSET, **places, **(keys if "auth_type" not in params else {}), **params}
    return connect(resolve(given, {}), {}, lab.clock, lab.warnings.append)


# -- the project ----------------------------------------------------------------------------------------------------


def test_a_named_project_is_looked_up_by_its_name_and_used(lab: Lab) -> None:
    account = lab.simulator.account
    dev = account.projects["cn-north-4_dev"]
    connected(lab, project_name="cn-north-4_dev").find_job("abc")
    by_name, show = lab.simulator.requests
    assert (by_name.path, by_name.query) == ("/v3/projects", "name=cn-north-4_dev")
    assert show.path == f"/v1/{dev}/jobs/abc"
    assert show.headers["x-project-id"] == dev


def test_a_login_is_for_the_named_project(lab: Lab) -> None:
    account = lab.simulator.account
    login = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
    client = connected(lab, auth_type="password", project_name="cn-north-4_dev", **login)
    assert client.find_project_id() == account.projects["cn-north-4_dev"]
    (entry,) = lab.simulator.requests
    assert json.loads(entry.body)["auth"]["scope"] == {"project": {"name": "cn-north-4_dev"}}


def test_an_unknown_project_is_never_the_main_one(lab: Lab) -> None:
    with pytest.raises(ImsError, match=r'no project named "cn-north-4_nope".*project_name'):
        connected(lab, project_name="cn-north-4_nope").find_job("abc")
    assert all("/jobs/" not in entry.path for entry in lab.simulator.requests)


def test_id_and_name_of_one_source_have_to_agree(lab: Lab) -> None:
    account = lab.simulator.account
    main, dev = account.projects["cn-north-4"], account.projects["cn-north-4_dev"]
    client = connected(lab, project_id=dev, project_name="cn-north-4_dev")
    assert client.find_project_id() == dev
    with pytest.raises(OptionError) as caught:
        connected(lab, project_id=main, project_name="cn-north-4_dev").find_job("abc")
    assert str(caught.value) == (
        f'project_id is {main}, and project_name "cn-north-4_dev" is {dev} for IAM: give one of them only.'
    )


def test_where_projects_may_not_be_looked_up_the_id_of_the_same_source_counts(lab: Lab) -> None:
    lab.simulator.faults.add(Fault("status", status=403, code="1", path="/v3/projects"))
    dev = lab.simulator.account.projects["cn-north-4_dev"]
    assert connected(lab, project_id=dev, project_name="cn-north-4_dev").find_project_id() == dev


def test_of_two_sources_the_nearer_one_says_which_project() -> None:
    by_name = resolved({**KEYS, **REGION, "project_name": "dev"}, {"HW_PROJECT_ID": "p1"})
    assert (by_name.project_id, by_name.project_name, by_name.is_project_told_twice) == (None, "dev", False)
    by_id = resolved({**KEYS, **REGION, "project_id": "p2"}, {"OS_PROJECT_NAME": "dev"})
    assert (by_id.project_id, by_id.project_name, by_id.is_project_told_twice) == ("p2", None, False)
    both = resolved({**KEYS, **REGION}, {"OS_PROJECT_ID": "p3", "OS_PROJECT_NAME": "dev"})
    assert (both.project_id, both.project_name, both.is_project_told_twice) == ("p3", "dev", True)


# -- other clouds by their variables --------------------------------------------------------------------------------


def test_an_openrc_of_open_telekom_cloud_is_enough() -> None:
    options = resolved(
        {},
        {
            "OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com:443/v3",
            "OS_USERNAME": "u",
            "OS_PASSWORD": "p",
            "OS_USER_DOMAIN_NAME": "OTC-EU-DE-0001",
            "OS_TENANT_NAME": "eu-de_test",
            "OS_PROJECT_NAME": "",
        },
    )
    assert (options.auth_type, options.endpoint) == ("password", "https://ims.eu-de.otc.t-systems.com")
    assert (options.iam_endpoint, options.project_name) == ("https://iam.eu-de.otc.t-systems.com:443", "eu-de_test")
    assert options.domain_name == "OTC-EU-DE-0001"


def test_a_stack_by_its_variables() -> None:
    environ = {
        "OS_AUTH_URL": "https://iam-apigateway-proxy.sa-fb-1.stack.example.com/v3",
        "OS_REGION_NAME": "sa-fb-1",
        "OS_ACCESS_KEY": "AK",
        "OS_SECRET_KEY": "SK",
        "OS_PROJECT_NAME": "sa-fb-1_x",
        "OS_DOMAIN_NAME": "ours",
    }
    options = resolved({}, environ)
    assert options.endpoint == "https://ims.sa-fb-1.stack.example.com"
    assert options.iam_endpoint == "https://iam-apigateway-proxy.sa-fb-1.stack.example.com"


def test_the_european_site_by_an_option() -> None:
    options = resolved({**KEYS, "region": "eu-west-101", "cloud": "myhuaweicloud.eu"})
    assert options.endpoint == "https://ims.eu-west-101.myhuaweicloud.eu"


@pytest.mark.parametrize("given", [{"auth_token": "T"}, KEYS], ids=["token", "keys"])
def test_a_foreign_auth_url_never_sees_a_token_of_another_cloud(given: dict[str, str]) -> None:
    text = mistake({**given, **REGION}, {"OS_AUTH_URL": "https://iam.eu-de.otc.t-systems.com/v3"})
    assert "cn-north-4" in text and "iam.eu-de.otc.t-systems.com" in text


# -- files ----------------------------------------------------------------------------------------------------------

SDK_TEXT = "[basic]\nak = FILE-AK\nsk = FILE%SK\nproject_id = p9\niam_endpoint = https://iam.eu-de.otc.t-systems.com\n"
TOOL = {
    "current": "work",
    "profiles": [
        {"name": "default", "accessKeyId": "A1", "secretAccessKey": "S1", "region": "cn-north-1"},
        {
            "name": "work",
            "accessKeyId": "A2",
            "secretAccessKey": "S2",
            "region": "cn-north-4",
            "projectId": "p2",
            "agencyName": "builders",
            "agencyDomainName": "other",
        },
    ],
}


def home(folder: pathlib.Path, sdk: str | None = None, tool: t.Any = None) -> dict[str, str]:
    for name, text in (
        (".huaweicloud/credentials", sdk),
        (".hcloud/config.json", json.dumps(tool) if tool is not None else None),
    ):
        if text is not None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    return {"HOME": str(folder)}


def test_the_file_of_the_official_sdk_is_read_where_nothing_else_is_given(tmp_path: pathlib.Path) -> None:
    options = resolved({"region": "eu-de"}, home(tmp_path, SDK_TEXT))
    assert (options.access_key, options.secret_key, options.project_id) == ("FILE-AK", "FILE%SK", "p9")
    assert options.endpoint == "https://ims.eu-de.otc.t-systems.com"
    own = resolved({**KEYS, **REGION}, home(tmp_path, SDK_TEXT))
    assert (own.access_key, own.project_id, own.iam_endpoint) == (
        "AK",
        None,
        "https://iam.cn-north-4.myhuaweicloud.com",
    )


def test_the_official_sdk_reads_the_same_from_the_same_file(
    tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = pytest.importorskip(
        "huaweicloudsdkcore.auth.provider", reason="the vendor's SDK is not there on the oldest Python"
    )
    path = tmp_path / "credentials"
    path.write_text(SDK_TEXT.replace("FILE%SK", "FILE-SK"), encoding="utf-8")
    monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(path))
    theirs = provider.ProfileCredentialProvider.get_basic().get_credentials()
    ours = resolved({"region": "eu-de"}, {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(path)})
    assert (ours.access_key, ours.secret_key, ours.project_id) == (theirs.ak, theirs.sk, theirs.project_id)
    assert ours.iam_endpoint == theirs.iam_endpoint


def test_a_profile_of_the_command_line_tool(tmp_path: pathlib.Path) -> None:
    current = resolved({}, home(tmp_path, tool=TOOL))
    assert (current.access_key, current.region, current.project_id) == ("A2", "cn-north-4", "p2")
    assert (current.assume_role_agency_name, current.assume_role_domain_name) == ("builders", "other")
    path = str(tmp_path / ".hcloud" / "config.json")
    named = resolved({"profile": "default"}, {"HW_SHARED_CONFIG_FILE": path})
    assert (named.access_key, named.region, named.assume_role_agency_name) == ("A1", "cn-north-1", None)


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "{0}/nope"}, "there is no file"),
        ({"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "{0}/odd"}, "is not a file of sections"),
        ({"HUAWEICLOUD_SDK_CREDENTIALS_FILE": "{0}/empty"}, "has no section [basic]"),
        ({"HW_SHARED_CONFIG_FILE": "{0}/odd"}, "is not the configuration"),
        ({"HW_SHARED_CONFIG_FILE": "{0}/tool", "HW_PROFILE": "x"}, 'has no profile "x"'),
        ({"HW_SHARED_CONFIG_FILE": "{0}/encrypted"}, "cli-auth-encrypt=false"),
        ({}, "No credentials"),
    ],
)
def test_files_that_are_no_help_are_named_and_not_shown(
    tmp_path: pathlib.Path, environ: dict[str, str], says: str
) -> None:
    (tmp_path / "odd").write_text("s3cret", encoding="utf-8")
    (tmp_path / "empty").write_text("", encoding="utf-8")
    (tmp_path / "tool").write_text(json.dumps(TOOL), encoding="utf-8")
    (tmp_path / "encrypted").write_text(json.dumps({**TOOL, "authEncrypt": "true"}), encoding="utf-8")
    text = mistake(REGION, {name: value.format(tmp_path) for name, value in environ.items()})
    assert says in text and "s3cret" not in text


# -- agencies and OpenID Connect ------------------------------------------------------------------------------------


def test_an_agency_is_assumed_with_the_own_keys_and_its_keys_sign(lab: Lab) -> None:
    agency = {"assume_role_agency_name": "simulated-agency", "assume_role_domain_name": "partner-domain"}
    partner = lab.simulator.accounts["partner"]
    client = connected(lab, **agency, assume_role_duration="1h")
    client.find_job("abc")
    assume, projects, show = lab.simulator.requests
    assert json.loads(assume.body) == {
        "auth": {
            "identity": {
                "methods": ["assume_role"],
                "assume_role": {
                    "agency_name": "simulated-agency",
                    "domain_name": "partner-domain",
                    "duration_seconds": 3600,
                },
            }
        }
    }
    assert f"Access={lab.simulator.account.access_key}," in assume.headers["authorization"]
    assert projects.path == "/v3/projects" and show.path == f"/v1/{partner.projects['cn-north-4']}/jobs/abc"
    assert show.headers["x-security-token"]
    lab.clock.sleep(3600)
    client.find_job("abc")
    assert lab.simulator.requests[-1].path == show.path
    assert lab.simulator.requests.count(path="/v3.0/OS-CREDENTIAL/securitytokens") == 2


def test_an_agency_that_trusts_somebody_else_is_named(lab: Lab) -> None:
    agency = {"assume_role_agency_name": "simulated-foreign-agency", "assume_role_domain_name": "partner-domain"}
    with pytest.raises(ImsError, match=r"Agency simulated-foreign-agency of partner-domain cannot be assumed"):
        connected(lab, **agency).find_job("abc")


@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_agency_that_cannot_be_assumed_is_told_with_where_to_look(lab: Lab, status: int) -> None:
    lab.simulator.faults.add(Fault("status", status=status, code="1", path="/v3.0/OS-CREDENTIAL/securitytokens"))
    agency = {"assume_role_agency_name": "ours", "assume_role_domain_name": "partner-domain"}
    with pytest.raises(ImsError, match=r"Agency ours of partner-domain cannot be assumed: .*Check assume_role_agency"):
        connected(lab, **agency).find_job("abc")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"assume_role_agency_name": "a"}, "assume_role_domain_name is missing"),
        ({"assume_role_domain_name": "d"}, "assume_role_agency_name is missing"),
        (
            {"assume_role_agency_name": "a", "assume_role_domain_id": "d", "assume_role_duration": "1m"},
            "assume_role_duration: 60 s is not between",
        ),
    ],
)
def test_half_an_agency_is_a_mistake(given: dict[str, str], says: str) -> None:
    assert says in mistake({**KEYS, **REGION, **given})


def test_an_id_token_becomes_keys_and_its_file_is_read_again_at_each_renewal(lab: Lab, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "token"
    path.write_text(lab.simulator.identity.issue_id_token(seconds=600) + "\n", encoding="utf-8")
    client = connected(lab, auth_type="oidc", idp_id="simulated-idp", id_token_file=str(path))
    client.find_job("abc")
    first, second = lab.simulator.requests[0], lab.simulator.requests[1]
    assert (first.path, first.headers["x-idp-id"]) == ("/v3.0/OS-AUTH/id-token/tokens", "simulated-idp")
    assert json.loads(first.body) == {"auth": {"id_token": {"id": path.read_text().strip()}}}
    identity = json.loads(second.body)["auth"]["identity"]
    assert (identity["methods"], identity["token"]["duration_seconds"]) == (["token"], 21600)
    lab.clock.sleep(6 * 3600)
    path.write_text(lab.simulator.identity.issue_id_token(seconds=600), encoding="utf-8")
    client.find_job("abc")
    logins = [entry for entry in lab.simulator.requests if entry.path == first.path]
    assert len(logins) == 2 and logins[0].body != logins[1].body


def test_keys_of_an_id_token_that_the_cloud_refuses_are_told_with_where_to_look(
    lab: Lab, tmp_path: pathlib.Path
) -> None:
    path = tmp_path / "token"
    path.write_text(lab.simulator.identity.issue_id_token(seconds=600), encoding="utf-8")
    lab.simulator.faults.add(Fault("status", status=401, code="APIGW.0301", path="/jobs/"))
    with pytest.raises(ImsError, match=r"Check what the identity provider's mapping allows in this project, and .*\.$"):
        connected(lab, auth_type="oidc", idp_id="simulated-idp", id_token_file=str(path)).find_job("abc")


@pytest.mark.parametrize(
    ("text", "says"), [(None, "cannot be read"), ("  ", "is empty"), ("wrong", "IAM refused the id token")]
)
def test_an_id_token_that_is_no_good_is_told_by_its_file(
    lab: Lab, tmp_path: pathlib.Path, text: str | None, says: str
) -> None:
    path = tmp_path / "token"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ImsError, match=says) as caught:
        connected(lab, auth_type="oidc", idp_id="simulated-idp", id_token_file=str(path)).find_job("abc")
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (Fault("content", content="{}", path="id-token/tokens"), "IAM answered the id token without a token"),
        (Fault("redirect", status=300, path="id-token/tokens"), "HTTP 300"),
    ],
)
def test_an_answer_to_an_id_token_that_is_no_token_is_told(
    lab: Lab, tmp_path: pathlib.Path, fault: Fault, says: str
) -> None:
    path = tmp_path / "token"
    path.write_text(lab.simulator.identity.issue_id_token(seconds=600), encoding="utf-8")
    lab.simulator.faults.add(fault)
    with pytest.raises(ImsError, match=says):
        connected(lab, auth_type="oidc", idp_id="simulated-idp", id_token_file=str(path)).find_job("abc")
