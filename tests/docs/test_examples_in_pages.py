# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each YAML example of the pages is a playbook that Ansible and ansible-lint accept, with options that exist."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import textwrap
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.docs.markdown import ROOT, Block, blocks, pages
from ansible_collections.huaweicloud.ims.tests.system import processes

BIN = Path(sys.executable).parent
EXAMPLES = [block for page in pages() for block in blocks(page) if block.language in ("yaml", "yml")]
WITH_PLAYS = [block for block in EXAMPLES if block.plays]
# Modules of other collections, which get stand-ins, so that their names can be resolved without a network.
FOREIGN = re.compile(r"^[- ]*(ansible\.utils|awx\.awx)\.(\w+):", re.MULTILINE)
HEAD = "- name: Tasks\n  hosts: localhost\n  gather_facts: false\n  tasks:\n"


def playbook(folder: Path) -> str:
    """Write all examples into one file, which is quick to check, and stand-ins for the modules of others."""
    tasks = [path.read_text(encoding="utf-8") for path in (ROOT / "roles").glob("*/tasks/*.yml")]
    for collection, module in FOREIGN.findall("\n".join([*tasks, *(block.text for block in WITH_PLAYS)])):
        path = folder.joinpath("collections", "ansible_collections", *collection.split("."))
        for part in ("plugins/modules", "meta"):
            (path / part).mkdir(parents=True, exist_ok=True)
        (path / "plugins" / "modules" / f"{module}.py").write_text("DOCUMENTATION = ''\n", encoding="utf-8")
        (path / "meta" / "runtime.yml").write_text("action_groups: {controller: []}\n", encoding="utf-8")
    parts = ["---"]
    for block in WITH_PLAYS:
        whole = block.plays == yaml.safe_load(block.text)
        text = block.text if whole else HEAD + textwrap.indent(block.text, "    ")
        parts.append(f"# {block.page}, block {block.number}\n{text}")
    (folder / "examples.yml").write_text("\n".join(parts), encoding="utf-8")
    return "examples.yml"


def run(folder: Path, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_COLLECTIONS_PATH": os.pathsep.join(
            [str(folder / "collections"), *(path for path in sys.path if path.endswith("site-packages"))]
        ),
    }
    return processes.run([str(BIN / program), *arguments], env=environment, cwd=folder, patience=300)


def test_there_are_examples_in_the_readme_and_in_the_guides() -> None:
    assert {"README.md", "docs/waiting.md", "roles/golden_image/README.md"} <= {block.page for block in WITH_PLAYS}


def test_ansible_accepts_the_syntax_of_all_examples(tmp_path: Path) -> None:
    done = run(tmp_path, "ansible-playbook", "--syntax-check", playbook(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_ansible_lint_finds_nothing_in_the_examples(tmp_path: Path) -> None:
    (tmp_path / ".ansible-lint").write_text("profile: production\nkinds:\n  - playbook: '*.yml'\n", encoding="utf-8")
    done = run(tmp_path, "ansible-lint", "--offline", "--nocolor", "-q", playbook(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def documentation(path: Path, name: str = "DOCUMENTATION") -> dict[str, t.Any]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return t.cast("dict[str, t.Any]", yaml.safe_load(ast.literal_eval(node.value)))
    return {}


def options_of(module: str) -> set[str]:
    found = documentation(ROOT / "plugins" / "modules" / f"{module}.py")
    described = [found.get("options", {})]
    for fragment in found["extends_documentation_fragment"]:
        file, dummy, part = fragment.removeprefix("huaweicloud.ims.").partition(".")
        path = ROOT / "plugins" / "doc_fragments" / f"{file}.py"
        described.append(documentation(path, part.upper() or "DOCUMENTATION").get("options", {}))
    options = {name: about for part in described for name, about in part.items()}
    return set(options) | {alias for about in options.values() for alias in about.get("aliases", ())}


def uses(data: t.Any) -> t.Iterator[tuple[str, dict[str, t.Any]]]:
    """Yield each module or role of this collection that is used, with its options."""
    if isinstance(data, list):
        for item in data:
            yield from uses(item)
    elif isinstance(data, dict):
        for key, value in data.items():
            if key.startswith("huaweicloud.ims.") and isinstance(value, dict):
                yield key.removeprefix("huaweicloud.ims."), value
            yield from uses(value)


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.name)
def test_the_options_in_the_examples_exist(block: Block) -> None:
    for module, options in uses(yaml.safe_load(block.text)):
        if (ROOT / "plugins" / "modules" / f"{module}.py").exists():
            assert set(options) <= options_of(module), module


@pytest.mark.parametrize("block", WITH_PLAYS, ids=lambda block: block.name)
def test_the_variables_of_roles_in_the_examples_exist(block: Block) -> None:
    for play in block.plays:
        for role in play.get("roles", []):
            name = role["role"].removeprefix("huaweicloud.ims.")
            specs = yaml.safe_load((ROOT / "roles" / name / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))
            assert set(role.get("vars", {})) <= set(specs["argument_specs"]["main"]["options"]), name
