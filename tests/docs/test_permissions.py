# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each policy can be pasted, and each action in it has a source."""

from __future__ import annotations

import json
import re
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT, Block, blocks, prose

PAGE = "docs/permissions.md"
POLICIES = [block for block in blocks(PAGE) if block.language == "json"]
ACTION = re.compile(r"^[A-Za-z]+:(?:[A-Za-z]+|\*):(?:[A-Za-z]+|\*)$")
GLOBAL = {"obs", "iam"}


def sources() -> dict[str, tuple[str, str]]:
    """Return the source of each action in the table, and how sure it is."""
    found = {}
    table = prose(PAGE).split("## Where the actions come from")[1]
    for row in re.findall(r"^\| (`.+) \|$", table, re.MULTILINE):
        actions, dummy, source, certainty = (cell.strip() for cell in row.split("|"))
        found.update(dict.fromkeys(re.findall(r"`([^`]+)`", actions), (source, certainty)))
    return found


def statements(block: Block) -> list[dict[str, t.Any]]:
    policy = json.loads(block.text)
    assert set(policy) == {"Version", "Statement"}
    return t.cast("list[dict[str, t.Any]]", policy["Statement"])


def test_there_is_a_policy_for_each_use() -> None:
    assert len(POLICIES) >= 10


@pytest.mark.parametrize("block", POLICIES, ids=lambda block: block.name)
def test_a_policy_has_the_form_of_iam_and_names_only_actions_with_a_source(block: Block) -> None:
    assert json.loads(block.text)["Version"] == "1.1"
    for statement in statements(block):
        assert set(statement) <= {"Effect", "Action", "Resource"}
        assert statement["Effect"] in ("Allow", "Deny")
        assert statement["Action"]
        for action in statement["Action"]:
            assert ACTION.match(action), action
            assert action in sources(), action


@pytest.mark.parametrize("block", POLICIES, ids=lambda block: block.name)
def test_a_policy_does_not_mix_services_of_a_region_with_global_ones(block: Block) -> None:
    services = {action.split(":")[0] for statement in statements(block) for action in statement["Action"]}
    assert services <= GLOBAL or not services & GLOBAL, services


def test_each_source_is_named_with_its_certainty_and_used() -> None:
    used = {action for block in POLICIES for statement in statements(block) for action in statement["Action"]}
    assert set(sources()) == used
    for source, certainty in sources().values():
        assert source
        assert certainty.startswith(("documented", "presumed"))


def test_no_policy_allows_more_than_a_service() -> None:
    for block in POLICIES:
        for statement in statements(block):
            assert not any(action.startswith(("*", "ims:*", "iam:*")) for action in statement["Action"])


@pytest.mark.parametrize("module", sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py")))
def test_each_module_is_told_what_it_needs(module: str) -> None:
    table = prose(PAGE).split("## Wait, and read")[0]
    assert re.search(rf"^\| .*`{module}`.* \| \[", table, re.MULTILINE)
