# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pages about playbooks and about the event source name all that there is, and nothing else."""

from __future__ import annotations

import ast
import re
import typing as t
from pathlib import Path

import jinja2
import jinja2.meta
import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT, prose, text_of

PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))
SOURCE = ROOT / "extensions" / "eda" / "plugins" / "event_source" / "ims_jobs.py"


def section(page: str, title: str) -> str:
    return prose(page).split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> dict[str, list[str]]:
    """Return the names in the first cell of each row of the tables, with the row's other cells."""
    found = {}
    for row in re.findall(r"^\| (`.+?) \|$", text, re.MULTILINE):
        names, *others = (cell.strip() for cell in re.split(r"(?<!\\)\|", row))
        found.update(dict.fromkeys(re.findall(r"`([^`]+)`", names), others))
    return found


def texts(data: t.Any) -> t.Iterator[str]:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from texts(item)
    elif isinstance(data, str):
        yield data


def variables(playbook: Path) -> set[str]:
    """Return what a playbook may be given: the variables it has a value for, and those that it uses without one."""
    environment = jinja2.Environment()
    environment.filters.update(dict.fromkeys(("bool", "combine"), str))
    (play,) = yaml.safe_load(playbook.read_text(encoding="utf-8"))
    used: set[str] = set()
    for text in texts(play):
        used |= jinja2.meta.find_undeclared_variables(environment.parse(text))
    for condition in re.findall(r"when: (\w+) is defined", playbook.read_text(encoding="utf-8")):
        used.add(condition)
    registered = set(re.findall(r"register: (\w+)", playbook.read_text(encoding="utf-8")))
    inner = {name for task in play.get("tasks", []) for name in task.get("vars", {})}
    return (used | set(play.get("vars", {}))) - registered - inner - {"ansible_failed_result", "item", "lookup"}


def test_each_playbook_has_a_section() -> None:
    assert re.findall(r"^## (\w+)$", text_of("docs/playbooks.md"), re.MULTILINE) == [path.stem for path in PLAYBOOKS]


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_the_variables_of_a_playbook_are_all_told(playbook: Path) -> None:
    assert set(rows(section("docs/playbooks.md", playbook.stem))) == variables(playbook)


def documented(name: str) -> dict[str, t.Any]:
    for node in ast.parse(SOURCE.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return t.cast("dict[str, t.Any]", yaml.safe_load(ast.literal_eval(node.value)))
    raise LookupError(name)


def test_the_options_of_the_event_source_are_all_told_with_their_defaults() -> None:
    told = rows(section("docs/events.md", "Options of the source"))
    options = documented("DOCUMENTATION")["options"]
    assert set(told) == set(options)
    for name, about in options.items():
        if "default" in about:
            default = re.sub(r"^(\d+)s$", r"\1", str(about["default"]).removesuffix(".0"))  # seconds stand in the text
            default = default.lower() if isinstance(about["default"], bool) else default
            assert default in told[name][0].replace("`", "").split(", "), name


def test_all_that_is_in_an_event_is_told() -> None:
    assert set(rows(section("docs/events.md", "What is in an event"))) == set(documented("RETURN"))
