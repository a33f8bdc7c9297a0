# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The lookup huaweicloud.ims.image, over HTTP against the simulator."""

from __future__ import annotations

import typing as t
from collections import OrderedDict

import pytest
import yaml
from ansible.errors import AnsibleError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar

from ansible_collections.huaweicloud.ims.plugins.lookup import image as lookup
from ansible_collections.huaweicloud.ims.plugins.module_utils._argspec import auth_spec
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Member
from ansible_collections.huaweicloud.ims.tests.unit.acting import PLUGINS, trusted

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LINUX, PUBLIC = (f"10000000-0000-4000-8000-{number:012d}" for number in (1, 3))
IMAGE_A = "40000000-0000-4000-8000-000000000001"
OWN = "a0000000000000000000000000000001"
Find = t.Callable[..., list[t.Any]]


@pytest.fixture
def find(lab: Lab, monkeypatch: pytest.MonkeyPatch, bare_environment: None) -> Find:
    for name, value in lab.simulator.account.environment(lab.simulator.url).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(f"{PLUGINS}.plugin_utils._connections.WorkerClock", lambda parent: lab.clock)
    monkeypatch.setattr(f"{PLUGINS}.plugin_utils._connections.CONNECTIONS._kept", OrderedDict())

    def find(*terms: str, variables: dict[str, t.Any] | None = None, **options: t.Any) -> list[t.Any]:
        loader = DataLoader()
        plugin = lookup.LookupModule(loader=loader, templar=Templar(loader=loader, variables=variables or {}))
        return plugin.run(list(terms), variables, **options)

    return find


def add(lab: Lab, image_id: str, name: str, created_at: float, **more: t.Any) -> None:
    lab.simulator.cloud.add_image(Image(image_id=image_id, name=name, created_at=created_at, **more))


def test_the_newest_active_image_is_found(lab: Lab, find: Find) -> None:
    add(lab, "old", "golden", 1800000000.0)
    add(lab, "new", "golden", 1800000100.0)
    add(lab, "newer", "golden", 1800000200.0, status="saving")
    assert find("golden", "private-linux") == ["new", LINUX]
    (entry, _other) = lab.simulator.requests
    assert f"{entry.path}?{entry.query}" == (
        f"/v2/cloudimages?enterprise_project_id=all_granted_eps&limit=100&name=golden&owner={OWN}&status=active"
    )


def test_it_is_found_by_pattern_and_tags(lab: Lab, find: Find) -> None:
    add(lab, IMAGE_A, "golden-1", 1800000000.0)
    add(lab, "b", "golden-2", 1800000100.0)
    lab.client().life.add_tags(IMAGE_A, {"channel": "stable"})
    assert find(name_regex="^golden-") == ["b"]
    assert find(name_regex="^golden-", tags={"channel": "stable"}) == [IMAGE_A]


def test_images_of_others_count_only_where_told(lab: Lab, find: Find) -> None:
    add(lab, "theirs", "private-linux", 1900000000.0, owner="other", members=(Member(OWN, "accepted"),))
    assert find("private-linux") == [LINUX]
    assert find("private-linux", image_type="shared") == ["theirs"]
    assert find("public-linux", image_type="public") == [PUBLIC]


def test_an_image_that_this_project_shares_is_its_own(lab: Lab, find: Find) -> None:
    lab.simulator.configure(owner_sees="shared")
    lab.simulator.cloud.change_image(lab.simulator.cloud.images[LINUX], members=(Member("p1"),))
    assert find("private-linux") == [LINUX]


def test_nothing_found_is_an_error_unless_there_is_a_default(find: Find) -> None:
    with pytest.raises(AnsibleError, match="no active image fits, name: none, tags: "):
        find("none", tags={"a": "b"})
    assert find("none", default=None) == [None]
    assert find("none", "private-linux", default="") == ["", LINUX]


@pytest.mark.parametrize(
    ("terms", "options", "said"),
    [
        ((), {}, "give a name, name_regex or tags"),
        (("",), {}, "give a name, name_regex or tags"),
        (("a",), {"regoin": "x"}, "regoin.*Did you mean region"),
        (("a",), {"architecture": "mips"}, "value of architecture must be one of: x86, arm"),
        (("a",), {"name_regex": "("}, "is no regular expression"),
    ],
)
def test_a_mistake_is_told_before_anything_is_sent(
    lab: Lab, find: Find, terms: tuple[str, ...], options: dict[str, t.Any], said: str
) -> None:
    with pytest.raises(AnsibleError, match=said):
        find(*terms, **options)
    assert lab.asked() == []


def test_a_refusal_is_told_without_secrets(lab: Lab, find: Find) -> None:
    lab.simulator.faults.add(Fault("echo"))
    lab.simulator.faults.add(Fault("status", status=403))
    with pytest.raises(AnsibleError) as refused:
        find("private-linux")
    assert "APIGW.0302" in str(refused.value)
    assert lab.simulator.account.secret_key not in str(refused.value)


def test_the_connection_is_told_by_variables_of_the_play(lab: Lab, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = lab.simulator.account.secret_key
    monkeypatch.delenv("HW_SECRET_KEY")
    variables = {"huaweicloud_ims_secret_key": trusted("{{ mine }}"), "mine": secret}
    assert find("private-linux", variables=variables) == [LINUX]
    with pytest.raises(AnsibleError, match="refused the access key"):
        find("private-linux", variables=variables, secret_key="wrong")


def test_what_is_documented_is_what_is_taken() -> None:
    documented = set(yaml.safe_load(lookup.DOCUMENTATION)["options"])
    assert documented - {"_terms"} == set(lookup._SPEC.options)
    assert not documented & set(auth_spec().options)


def test_an_odd_value_is_a_warning_or_the_end_as_wanted(lab: Lab, find: Find, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(lookup.display, "warning", told.append)
    odd = {"op": "replace", "path": "/images/0/__platform", "value": 7}
    lab.simulator.faults.add(Fault("change", path="/v2/cloudimages$", patch=(odd,)))
    assert find("private-linux") == [LINUX]
    assert told == ["Odd answer of the cloud: $.images[*].__platform: expected a string or null, found 7 (ListImages)."]
    with pytest.raises(AnsibleError, match="on_schema_violation is fail"):
        find("private-linux", on_schema_violation="fail")
