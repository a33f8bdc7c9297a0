# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import auth_spec
from ansible_collections.huaweicloud.ims.plugins.module_utils._identity import ENVIRONMENT
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import Options, resolve

KEYS = {"access_key": "AK-task", "secret_key": "SK-task"}
ENV_KEYS = {"HW_ACCESS_KEY": "AK-env", "HW_SECRET_KEY": "SK-env"}
PASSWORD = {"username": "u-task", "password": "p-task", "domain_name": "d-task"}
ENV_PASSWORD = {"HW_USER_NAME": "u-env", "HW_USER_PASSWORD": "p-env", "HW_DOMAIN_NAME": "d-env"}
REGION = {"region": "cn-north-4"}
UNSET = {name: spec.get("default") for name, spec in auth_spec().options.items()}


def resolved(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> Options:
    return resolve({**UNSET, **params}, environ or {})


def mistake(params: t.Mapping[str, t.Any], environ: t.Mapping[str, str] | None = None) -> str:
    with pytest.raises(OptionError) as caught:
        resolved(params, environ)
    return str(caught.value)


def test_endpoints_follow_from_the_region() -> None:
    assert dataclasses.asdict(resolved({**KEYS, **REGION})) == {
        "auth_type": "aksk",
        "access_key": "AK-task",
        "secret_key": "SK-task",
        "security_token": None,
        "auth_token": None,
        "username": None,
        "password": None,
        "domain_name": None,
        "endpoint": "https://ims.cn-north-4.myhuaweicloud.com",
        "iam_endpoint": "https://iam.cn-north-4.myhuaweicloud.com",
        "ecs_endpoint": "https://ecs.cn-north-4.myhuaweicloud.com",
        "obs_endpoint": "https://obs.cn-north-4.myhuaweicloud.com",
        "region": "cn-north-4",
        "project_id": None,
        "validate_certs": True,
        "ca_path": None,
        "request_timeout": 30.0,
        "project_name": None,
        "is_project_told_twice": False,
        "idp_id": None,
        "id_token_file": None,
        "assume_role_agency_name": None,
        "assume_role_domain_name": None,
        "assume_role_domain_id": None,
        "assume_role_duration": 900,
        "on_schema_violation": "warn",
    }


VALUES = {
    "endpoint": "https://ims.example.com",
    "iam_endpoint": "https://iam.example.com",
    "ecs_endpoint": "https://10.0.0.1",
    "obs_endpoint": "https://obs.cn-south-1.myhuaweicloud.com",
}
_ENDPOINTS = ("endpoint", "iam_endpoint", "ecs_endpoint", "obs_endpoint")
PLACES = ("region", "project_id", "project_name", "ca_path", *_ENDPOINTS)
NEIGHBORS: dict[str, dict[str, str]] = {
    "access_key": {"HW_SECRET_KEY": "s"},
    "secret_key": {"HW_ACCESS_KEY": "a"},
    "security_token": ENV_KEYS,
    "username": {"HW_USER_PASSWORD": "p", "HW_DOMAIN_NAME": "d"},
    "password": {"HW_USER_NAME": "u", "HW_DOMAIN_NAME": "d"},
    "domain_name": {"HW_USER_NAME": "u", "HW_USER_PASSWORD": "p"},
    "idp_id": {"HUAWEICLOUD_SDK_ID_TOKEN_FILE": "/t"},
    "id_token_file": {"HUAWEICLOUD_SDK_IDP_ID": "i"},
    "assume_role_agency_name": {**ENV_KEYS, "HW_ASSUME_ROLE_DOMAIN_NAME": "d"},
    "assume_role_domain_name": {**ENV_KEYS, "HW_ASSUME_ROLE_AGENCY_NAME": "a"},
    "assume_role_domain_id": {**ENV_KEYS, "HW_ASSUME_ROLE_AGENCY_NAME": "a"},
    **dict.fromkeys(PLACES, ENV_KEYS),
}
# What is not handed on as it is: files are read, a cloud gives endpoints, a duration is a number.
USED = ("credentials_file", "shared_config_file", "profile", "cloud", "assume_role_duration")
NAMES = [
    (option, names[: index + 1])
    for option, names in ENVIRONMENT.items()
    for index in range(len(names))
    if option not in USED
]


@pytest.mark.parametrize(("option", "names"), NAMES, ids=lambda value: value if isinstance(value, str) else value[-1])
def test_each_environment_variable_is_read_where_those_before_it_are_empty(option: str, names: tuple[str, ...]) -> None:
    value = VALUES.get(option, f"value-of-{option}".replace("_", "-"))
    environ = {
        **NEIGHBORS.get(option, {}),
        **dict.fromkeys(names[:-1], " "),
        names[-1]: f" {value}\n",
        **dict.fromkeys(ENVIRONMENT[option][len(names) :], "later"),
    }
    given = {} if option in ("region", "endpoint") else REGION
    assert getattr(resolved(given, environ), option) == value


@pytest.mark.parametrize("option", PLACES)
def test_an_option_of_the_task_counts_more_than_the_environment(option: str) -> None:
    value = VALUES.get(option, "from-the-task")
    environ = dict.fromkeys(ENVIRONMENT[option], "from-the-environment")
    assert getattr(resolved({**KEYS, **REGION, option: value}, environ), option) == value


@pytest.mark.parametrize("cloud", ["", "  "])
def test_an_empty_cloud_is_none(cloud: str) -> None:
    endpoint = "https://ims.eu-de.otc.t-systems.com"
    assert resolved({**KEYS, **REGION, "cloud": cloud, "region": "eu-de", "endpoint": endpoint}).endpoint == endpoint


@pytest.mark.parametrize("empty", ["", "  ", None])
def test_an_empty_option_counts_as_absent(empty: str | None) -> None:
    options = resolved(
        {"access_key": empty, "secret_key": empty, "region": empty}, {**ENV_KEYS, "HW_REGION_NAME": "x-1"}
    )
    assert (options.access_key, options.region) == ("AK-env", "x-1")


@pytest.mark.parametrize(
    ("params", "environ", "kind"),
    [
        ({"auth_token": "T", **KEYS, **PASSWORD}, {}, "token"),
        ({**KEYS, **PASSWORD}, {}, "aksk"),
        (PASSWORD, {}, "password"),
        ({}, {"HW_AUTH_TOKEN": "T", **ENV_KEYS, **ENV_PASSWORD}, "token"),
        ({}, {"HW_AUTH_TOKEN": "", **ENV_KEYS, **ENV_PASSWORD}, "aksk"),
        ({}, {"HW_ACCESS_KEY": "half", **ENV_PASSWORD}, "password"),
        (KEYS, {"HW_AUTH_TOKEN": "T"}, "aksk"),
        (PASSWORD, {"HW_AUTH_TOKEN": "T", **ENV_KEYS}, "password"),
        ({"username": "u"}, {"HW_AUTH_TOKEN": "T", **ENV_KEYS, **ENV_PASSWORD}, "password"),
        ({"secret_key": "s"}, ENV_KEYS, "aksk"),
        ({"auth_type": "password"}, {"HW_AUTH_TOKEN": "T", **ENV_KEYS, **ENV_PASSWORD}, "password"),
        ({"auth_type": "aksk", "auth_token": "T"}, ENV_KEYS, "aksk"),
        ({"auth_type": "token", **KEYS}, {"OS_AUTH_TOKEN": "T"}, "token"),
        ({"auth_type": "metadata", **KEYS}, ENV_KEYS, "metadata"),
    ],
)
def test_which_credentials_count(params: dict[str, str], environ: dict[str, str], kind: str) -> None:
    options = resolved({**REGION, **params}, environ)
    assert options.auth_type == kind
    secrets = {
        "token": ("auth_token",),
        "aksk": ("access_key", "secret_key"),
        "password": ("username", "password", "domain_name"),
        "metadata": (),
    }
    others = {name for names in secrets.values() for name in names} - set(secrets[kind])
    assert all(getattr(options, name) for name in secrets[kind])
    assert not any(getattr(options, name) for name in others)


@pytest.mark.parametrize(
    ("params", "environ", "token"),
    [
        ({**KEYS, "security_token": "ST-task"}, {"HW_SECURITY_TOKEN": "ST-env"}, "ST-task"),
        (KEYS, {"HW_SECURITY_TOKEN": "ST-env"}, None),
        ({"access_key": "AK-task"}, {**ENV_KEYS, "HW_SECURITY_TOKEN": "ST-env"}, None),
        ({}, {**ENV_KEYS, "HW_SECURITY_TOKEN": "ST-env"}, "ST-env"),
        ({"secret_key": "SK-task"}, {**ENV_KEYS, "HW_SECURITY_TOKEN": "ST-env"}, "ST-env"),
        ({"security_token": "ST-task"}, ENV_KEYS, "ST-task"),
        ({}, {**ENV_KEYS, "HW_SECURITY_TOKEN": ""}, None),
    ],
)
def test_a_security_token_stays_with_the_key_that_it_belongs_to(
    params: dict[str, str], environ: dict[str, str], token: str | None
) -> None:
    assert resolved({**REGION, **params}, environ).security_token == token


@pytest.mark.parametrize(
    ("params", "environ", "sentence"),
    [
        (
            {},
            {},
            "No credentials: give access_key and secret_key, or auth_token, or username, password and domain_name"
            " (or HW_ACCESS_KEY and HW_SECRET_KEY in the environment).",
        ),
        (
            {"access_key": "s3cret"},
            {},
            "Incomplete credentials: access_key without the rest; give secret_key (or HW_SECRET_KEY in the"
            " environment).",
        ),
        (
            {},
            {"OS_SECRET_KEY": "s3cret"},
            "Incomplete credentials: secret_key without the rest; give access_key (or HW_ACCESS_KEY in the"
            " environment).",
        ),
        (
            {"username": "u", "password": "s3cret"},
            ENV_KEYS,
            "Incomplete credentials: username and password without the rest; give domain_name (or HW_DOMAIN_NAME in the"
            " environment).",
        ),
        (
            {"auth_type": "token", **KEYS},
            {},
            "Incomplete credentials: auth_type: token without credentials; give auth_token (or HW_AUTH_TOKEN in the"
            " environment).",
        ),
        (
            {"auth_type": "aksk"},
            {"HW_AUTH_TOKEN": "s3cret"},
            "Incomplete credentials: auth_type: aksk without credentials; give access_key (or HW_ACCESS_KEY in the"
            " environment) and secret_key (or HW_SECRET_KEY in the environment).",
        ),
        (
            {**PASSWORD, "endpoint": "https://ims.example.com"},
            {},
            "iam_endpoint is missing: with an endpoint of your own, username and password need IAM's as well.",
        ),
        (
            {**PASSWORD, "region": None, **VALUES},
            {},
            "username and password need region, project_name or project_id: the token is issued for one project.",
        ),
        ({**KEYS, "region": None}, {}, "No region: give region (or HW_REGION_NAME in the environment), or endpoint."),
        ({**KEYS, "region": "cn north 4"}, {}, 'region: "cn north 4" is not a region id such as cn-north-4.'),
        ({**KEYS, "region": "CN-NORTH-4"}, {}, 'region: "CN-NORTH-4" is not a region id such as cn-north-4.'),
        ({**KEYS, "region": "evil.com/"}, {}, 'region: "evil.com/" is not a region id such as cn-north-4.'),
        (
            {**KEYS, "project_id": "../x"},
            {},
            'project_id: "../x" is not a project id (letters, digits, - and _, at most 64).',
        ),
        ({**KEYS, "request_timeout": 0.0}, {}, "request_timeout: 0 s is not between 0.001 s and 1 day."),
        (
            {**KEYS, "request_timeout": float("nan")},
            {},
            'request_timeout: "nan" is no time; give a number of seconds, or a span such as 90s, 15m, 2h, 1d or 1h30m.',
        ),
        ({**KEYS, "request_timeout": 1e10}, {}, "request_timeout: 1e+10 s is not between 0.001 s and 1 day."),
    ],
)
def test_mistakes_are_told_with_their_mend_and_without_secrets(
    params: dict[str, t.Any], environ: dict[str, str], sentence: str
) -> None:
    text = mistake({**REGION, **params}, environ)
    assert text == sentence
    assert "s3cret" not in text


@pytest.mark.parametrize(
    ("url", "used"),
    [
        ("https://ims.example.com/", "https://ims.example.com"),
        (" https://ims.example.com:8443/prefix// ", "https://ims.example.com:8443/prefix"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://127.9.9.9", "http://127.9.9.9"),
        ("http://localhost:1", "http://localhost:1"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_endpoints_of_ones_own(url: str, used: str) -> None:
    assert resolved({**KEYS, "endpoint": url}).endpoint == used


@pytest.mark.parametrize(
    "url",
    [
        "ims.example.com",
        "ftp://ims.example.com",
        "https://",
        "https:///x",
        "https://user:s3cret@ims.example.com",
        "user:s3cret@ims.example.com",
        "https://user:s3@cret@ims.example.com",
        "https://[::1",
        "https://ims\u2100.example.com",
        "https://ims.example.com?x=1",
        "https://ims.example.com#x",
        "https://ims.example.com:99999",
        "https://ims.example.com:port",
    ],
)
@pytest.mark.parametrize("option", ["endpoint", "iam_endpoint"])
def test_what_is_no_url_is_refused(option: str, url: str) -> None:
    text = mistake({**KEYS, **REGION, option: url})
    assert text.startswith(f'{option}: "')
    assert text.endswith('" is not a URL such as https://ims.cn-north-4.myhuaweicloud.com.')
    assert "s3cret" not in text


@pytest.mark.parametrize("option", ["endpoint", "iam_endpoint"])
@pytest.mark.parametrize("host", ["ims.example.com", "10.0.0.1", "127.0.0.1.example.com", "localhost.example.com"])
def test_plain_http_is_refused_off_this_machine_unless_certificates_are_not_checked(option: str, host: str) -> None:
    params = {**KEYS, **REGION, "endpoint": "https://10.0.0.2", option: f"http://{host}"}
    assert mistake(params) == (
        f"{option}: {host} would be asked over plain http; use https (or set validate_certs: false to accept that"
        " anybody on the way can read and change what is sent)."
    )
    assert getattr(resolved({**params, "validate_certs": False}), option) == f"http://{host}"


@pytest.mark.parametrize(
    "url", ["https://iam.x.com/v3", "https://iam.x.com/v3/", "https://iam.x.com/", "https://iam.x.com"]
)
def test_iams_version_is_taken_off_its_url(url: str) -> None:
    for params, environ in (({"iam_endpoint": url}, {}), ({}, {"OS_AUTH_URL": url})):
        assert resolved({**KEYS, **REGION, **params}, environ).iam_endpoint == "https://iam.x.com"


@pytest.mark.parametrize("environ", [{}, {"HW_IMS_ENDPOINT": "https://ims.example.com"}])
def test_with_an_endpoint_of_ones_own_no_credentials_go_to_another_clouds_iam(environ: dict[str, str]) -> None:
    params = {**KEYS, **REGION, **({} if environ else {"endpoint": "https://ims.example.com"})}
    assert resolved(params, environ).iam_endpoint is None


@pytest.mark.parametrize("kind", ["password", "oidc"])
def test_a_login_needs_iam(kind: str) -> None:
    login = {"username": "u", "password": "p", "domain_name": "d"}
    identity = login if kind == "password" else {"idp_id": "idp", "id_token_file": "/run/token"}
    text = mistake({**identity, "auth_type": kind, "endpoint": "https://ims.example.com", "project_id": "p1"})
    assert text.startswith("iam_endpoint"), text


def test_a_login_needs_no_region_when_the_project_is_given() -> None:
    options = resolved({**PASSWORD, **VALUES, "project_id": "p1"})
    assert (options.auth_type, options.region, options.project_id) == ("password", None, "p1")


@pytest.mark.parametrize("project_id", ["ac234de25c6741d2b1273da49eea1b9e", "A-b_9", "x" * 64])
def test_project_ids(project_id: str) -> None:
    assert resolved({**KEYS, **REGION, "project_id": project_id}).project_id == project_id


@pytest.mark.parametrize("project_id", ["a/b", "a b", "x" * 65, "..", "a%2f", "é"])
def test_what_is_no_project_id_never_reaches_a_url(project_id: str) -> None:
    assert "is not a project id" in mistake({**KEYS, **REGION, "project_id": project_id})


def test_no_secret_is_in_the_text_of_options() -> None:
    params = {"auth_token": "s3cret1", "access_key": "AK", "secret_key": "s3cret2", "security_token": "s3cret3"}
    for auth_type in ("token", "aksk"):
        assert "s3cret" not in repr(resolved({**REGION, **params, "auth_type": auth_type}))
    assert "p-task" not in repr(resolved({**REGION, **PASSWORD}))


def test_no_variable_has_a_name_that_awx_refuses() -> None:
    assert not [name for names in ENVIRONMENT.values() for name in names if name.startswith("ANSIBLE_")]
