# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts are asked, and that a login of one cloud never goes with the IMS of another."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._clouds import (
    CLOUDS,
    Given,
    endpoint_beside,
    endpoints_of,
    region_of,
    site_of,
)
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import OptionError

OTC = "https://iam.eu-de.otc.t-systems.com/v3"
HUAWEI = "https://iam.cn-north-1.myhuaweicloud.com:443/v3"
STACK = "https://iam-apigateway-proxy.sa-fb-1.stack.example.com"


def hosts(region: str | None = None, task: t.Any = None, **environ: str) -> tuple[str, str | None]:
    found = endpoints_of(Given(task or {}, environ), region)
    return found.endpoint, found.iam_endpoint


def mistake(region: str | None = None, task: t.Any = None, **environ: str) -> str:
    with pytest.raises(OptionError) as caught:
        hosts(region, task, **environ)
    return str(caught.value)


@pytest.mark.parametrize(
    ("region", "given", "ims", "iam"),
    [
        ("cn-north-4", {}, "ims.cn-north-4.myhuaweicloud.com", "iam.cn-north-4.myhuaweicloud.com"),
        ("eu-west-101", {}, "ims.eu-west-101.myhuaweicloud.eu", "iam.eu-west-101.myhuaweicloud.eu"),
        ("eu-west-0", {}, "ims.eu-west-0.myhuaweicloud.com", "iam.eu-west-0.myhuaweicloud.com"),
        ("eu-de", {"cloud": "otc.t-systems.com"}, "ims.eu-de.otc.t-systems.com", "iam.eu-de.otc.t-systems.com"),
        (
            "eu-ch2",
            {"cloud": "sc.otc.t-systems.com"},
            "ims.eu-ch2.sc.otc.t-systems.com",
            "iam-pub.eu-ch2.sc.otc.t-systems.com",
        ),
        ("r1", {"cloud": "stack.example.com"}, "ims.r1.stack.example.com", "iam.r1.stack.example.com"),
    ],
)
def test_endpoints_follow_from_region_and_cloud(region: str, given: t.Any, ims: str, iam: str) -> None:
    assert hosts(region, given) == (f"https://{ims}", f"https://{iam}")
    assert hosts(region, **given) == (f"https://{ims}", f"https://{iam}")


@pytest.mark.parametrize(
    ("auth_url", "region", "ims"),
    [
        (OTC, None, "ims.eu-de.otc.t-systems.com"),
        (OTC, "eu-de", "ims.eu-de.otc.t-systems.com"),
        (HUAWEI, "cn-north-4", "ims.cn-north-4.myhuaweicloud.com"),
        ("https://iam.myhuaweicloud.com/v3", "cn-north-4", "ims.cn-north-4.myhuaweicloud.com"),
        ("https://iam-pub.eu-ch2.sc.otc.t-systems.com/v3", "eu-ch2", "ims.eu-ch2.sc.otc.t-systems.com"),
        (STACK, "sa-fb-1", "ims.sa-fb-1.stack.example.com"),
        ("https://iam-apigateway-proxy.stack.example.com", "sa-fb-1", "ims.stack.example.com"),
    ],
)
def test_iam_from_the_environment_tells_the_cloud_of_ims(auth_url: str, region: str | None, ims: str) -> None:
    assert hosts(region, iam_endpoint=auth_url) == (f"https://{ims}", auth_url)


def test_an_endpoint_of_a_known_cloud_tells_its_iam_and_another_one_does_not() -> None:
    assert hosts(None, {"endpoint": "https://ims.eu-de.otc.t-systems.com"})[1] == "https://iam.eu-de.otc.t-systems.com"
    assert hosts(None, {"endpoint": "https://ims.example.com"}) == ("https://ims.example.com", None)
    assert hosts("r1", {"endpoint": "https://10.0.0.1"}) == ("https://10.0.0.1", None)


@pytest.mark.parametrize(
    ("region", "task", "environ", "names"),
    [
        (
            "cn-north-4",
            {"endpoint": "https://ims.cn-north-4.myhuaweicloud.com"},
            {"iam_endpoint": OTC},
            "iam.eu-de.otc",
        ),
        (None, {}, {"endpoint": "https://ims.cn-north-4.myhuaweicloud.com", "iam_endpoint": OTC}, "iam.eu-de.otc"),
        ("cn-north-4", {}, {"cloud": "myhuaweicloud.com", "iam_endpoint": OTC}, "myhuaweicloud.com"),
        ("eu-west-101", {"cloud": "myhuaweicloud.eu"}, {"iam_endpoint": HUAWEI}, "myhuaweicloud.eu"),
        ("eu-de", {"cloud": "otc.t-systems.com"}, {"endpoint": "https://ims.cn-north-4.myhuaweicloud.com"}, "otc"),
        ("cn-north-4", {}, {"iam_endpoint": OTC}, "region is cn-north-4"),
        ("cn-north-4", {}, {"iam_endpoint": "https://10.0.0.1:5000/v3"}, "endpoint is missing"),
        (None, {}, {"iam_endpoint": "https://iam.myhuaweicloud.com/v3"}, "No region"),
        (None, {}, {}, "No region"),
    ],
)
def test_what_does_not_belong_together_is_refused(region: t.Any, task: t.Any, environ: t.Any, names: str) -> None:
    assert names in mistake(region, task, **environ)


def test_what_the_task_itself_says_wins() -> None:
    task = {"endpoint": "https://ims.cn-north-4.myhuaweicloud.com", "iam_endpoint": OTC}
    assert hosts("cn-north-4", task) == (task["endpoint"], OTC)
    proxy = {"endpoint": "https://ims.proxy.local.example", "iam_endpoint": HUAWEI}
    assert hosts("cn-north-4", proxy) == (proxy["endpoint"], HUAWEI)
    vpc = {"endpoint": "https://10.0.0.1"}
    assert hosts("cn-north-4", vpc, iam_endpoint=HUAWEI) == ("https://10.0.0.1", HUAWEI)


@pytest.mark.parametrize("cloud", CLOUDS, ids=lambda cloud: cloud.domain)
def test_a_host_of_each_known_cloud_is_taken_apart(cloud: t.Any) -> None:
    region = cloud.regions.partition(",")[0]
    assert site_of(f"https://{cloud.iam}.{region}.{cloud.domain}/v3") == (cloud.iam, region, cloud.domain)
    assert site_of(f"https://{cloud.iam}.{cloud.domain}") == (cloud.iam, None, cloud.domain)
    assert site_of(f"https://ims.{region}.{cloud.domain}") == ("ims", region, cloud.domain)


@pytest.mark.parametrize("rest", ["a.b.myhuaweicloud.com", "a..myhuaweicloud.com"])
def test_what_has_more_than_a_region_before_it_is_another_cloud(rest: str) -> None:
    assert site_of(f"https://ims.{rest}") == ("ims", None, rest)


@pytest.mark.parametrize(
    "url", [None, "", "https://10.0.0.1", "https://proxy.example.com", "https://[::1", "https://iam"]
)
def test_some_hosts_tell_nothing(url: str | None) -> None:
    assert site_of(url) is None


def ecs(region: str | None = None, task: t.Any = None, **environ: str) -> str | None:
    given = Given(task or {}, environ)
    return endpoint_beside(given, endpoints_of(given, region).endpoint, "ecs", region)


@pytest.mark.parametrize(
    ("region", "task", "environ", "url"),
    [
        ("cn-north-4", {}, {}, "https://ecs.cn-north-4.myhuaweicloud.com"),
        ("eu-west-101", {}, {}, "https://ecs.eu-west-101.myhuaweicloud.eu"),
        ("eu-ch2", {"cloud": "sc.otc.t-systems.com"}, {}, "https://ecs.eu-ch2.sc.otc.t-systems.com"),
        (None, {}, {"iam_endpoint": OTC}, "https://ecs.eu-de.otc.t-systems.com"),
        (None, {"endpoint": "https://ims.eu-de.otc.t-systems.com"}, {}, "https://ecs.eu-de.otc.t-systems.com"),
        ("r1", {"cloud": "stack.example.com"}, {}, "https://ecs.r1.stack.example.com"),
        ("r1", {"endpoint": "https://ims.example.com"}, {}, None),
        ("r1", {"endpoint": "https://10.0.0.1"}, {}, None),
        ("r1", {"endpoint": "https://10.0.0.1"}, {"ecs_endpoint": "https://10.0.0.2"}, "https://10.0.0.2"),
        ("cn-north-4", {"ecs_endpoint": "https://ecs.vpc.example"}, {}, "https://ecs.vpc.example"),
    ],
)
def test_the_endpoint_of_ecs_follows_where_the_cloud_is_known(
    region: str | None, task: t.Any, environ: t.Any, url: str | None
) -> None:
    assert ecs(region, task, **environ) == url


@pytest.mark.parametrize(
    ("task", "environ"),
    [
        ({}, {"ecs_endpoint": "https://ecs.eu-de.otc.t-systems.com"}),
        ({"cloud": "myhuaweicloud.com"}, {"ecs_endpoint": "https://ecs.eu-de.otc.t-systems.com"}),
        ({"endpoint": "https://10.0.0.1", "cloud": "myhuaweicloud.com"}, {"ecs_endpoint": "https://ecs.other.example"}),
    ],
)
def test_ecs_of_another_cloud_is_refused_unless_the_task_says_so(task: t.Any, environ: t.Any) -> None:
    with pytest.raises(OptionError, match="Two clouds in one task"):
        ecs("cn-north-4", task, **environ)
    assert ecs("cn-north-4", {**task, **environ}) == environ["ecs_endpoint"]


OTC_IAM = "https://iam.eu-de.otc.t-systems.com"


@pytest.mark.parametrize(
    ("task", "environ", "sentence"),
    [
        (
            {},
            {"iam_endpoint": OTC_IAM, "endpoint": "https://ims.cn-north-4.myhuaweicloud.com"},
            "Two clouds in one task: IMS at ims.cn-north-4.myhuaweicloud.com (endpoint from the environment,"
            " HW_IMS_ENDPOINT) and IAM at iam.eu-de.otc.t-systems.com (iam_endpoint from the environment, HW_AUTH_URL"
            " or OS_AUTH_URL). Give endpoint and iam_endpoint of one cloud, or take away the one that does not belong.",
        ),
        (
            {"endpoint": "https://ims.cn-north-4.myhuaweicloud.com"},
            {"iam_endpoint": OTC_IAM},
            "Two clouds in one task: IMS at ims.cn-north-4.myhuaweicloud.com (endpoint) and IAM at"
            " iam.eu-de.otc.t-systems.com (iam_endpoint from the environment, HW_AUTH_URL or OS_AUTH_URL). Give"
            " endpoint and iam_endpoint of one cloud, or take away the one that does not belong.",
        ),
        (
            {"iam_endpoint": OTC_IAM},
            {"endpoint": "https://ims.cn-north-4.myhuaweicloud.com"},
            "Two clouds in one task: IMS at ims.cn-north-4.myhuaweicloud.com (endpoint from the environment,"
            " HW_IMS_ENDPOINT) and IAM at iam.eu-de.otc.t-systems.com (iam_endpoint). Give endpoint and iam_endpoint"
            " of one cloud, or take away the one that does not belong.",
        ),
        (
            {"cloud": "myhuaweicloud.com"},
            {"iam_endpoint": OTC_IAM, "endpoint": "https://ims.eu-de.otc.t-systems.com"},
            "Two clouds in one task: cloud is myhuaweicloud.com, and endpoint from the environment, HW_IMS_ENDPOINT is"
            " at ims.eu-de.otc.t-systems.com. Give endpoint of myhuaweicloud.com, or take away the one that does not"
            " belong.",
        ),
        (
            {},
            {"iam_endpoint": OTC_IAM},
            "Two regions in one task: region is cn-north-4, and IAM is at iam.eu-de.otc.t-systems.com (iam_endpoint"
            " from the environment, HW_AUTH_URL or OS_AUTH_URL). Give iam_endpoint or cloud of cn-north-4, or take away"
            " the one that does not belong.",
        ),
    ],
)
def test_two_clouds_in_one_task_are_told_with_where_each_comes_from(task: t.Any, environ: t.Any, sentence: str) -> None:
    with pytest.raises(OptionError) as caught:
        endpoints_of(Given(task, environ), "cn-north-4")
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("region", "endpoint", "obs"),
    [
        ("cn-north-4", None, "https://obs.cn-north-4.myhuaweicloud.com"),
        ("eu-west-101", None, "https://obs.eu-west-101.myhuaweicloud.eu"),
        (None, "https://ims.eu-de.otc.t-systems.com", "https://obs.eu-de.otc.t-systems.com"),
        (
            None,
            "https://ims.eu-west-0.prod-cloud-ocb.orange-business.com",
            "https://oss.eu-west-0.prod-cloud-ocb.orange-business.com",
        ),
        ("cn-north-4", "https://10.0.0.1", None),
        ("r1", "https://ims.r1.stack.example.com", None),
    ],
)
def test_obs_is_that_of_the_same_cloud(region: str | None, endpoint: str | None, obs: str | None) -> None:
    given = Given({"endpoint": endpoint}, {})
    assert endpoint_beside(given, endpoints_of(given, region).endpoint, "obs", region) == obs


def test_obs_of_an_unknown_cloud_follows_where_ims_does() -> None:
    given = Given({"cloud": "stack.example.com"}, {})
    endpoint = endpoints_of(given, "r1").endpoint
    assert endpoint_beside(given, endpoint, "obs", "r1") == "https://obs.r1.stack.example.com"


def test_obs_of_another_cloud_is_refused_unless_the_task_itself_says_it() -> None:
    here, there = "https://ims.cn-north-4.myhuaweicloud.com", "https://obs.eu-de.otc.t-systems.com"
    with pytest.raises(OptionError) as caught:
        endpoint_beside(Given({}, {"obs_endpoint": there}), here, "obs", "cn-north-4")
    assert "obs.eu-de.otc.t-systems.com (obs_endpoint from the environment, HW_OBS_ENDPOINT)" in str(caught.value)
    assert "(endpoint, as derived)" in str(caught.value)
    assert endpoint_beside(Given({"obs_endpoint": there}, {}), here, "obs", "cn-north-4") == there
    other = "https://obs.cn-south-1.myhuaweicloud.com"
    assert endpoint_beside(Given({}, {"obs_endpoint": other}), here, "obs", "cn-north-4") == other


def test_a_region_may_be_known_by_the_endpoint_alone() -> None:
    assert region_of("https://ims.cn-north-4.myhuaweicloud.com") == "cn-north-4"
    assert region_of("https://10.0.0.1") is None
