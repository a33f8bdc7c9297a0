# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example that users are shown runs, against the simulator."""

from __future__ import annotations

import ast
import re
import subprocess
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Image, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.system.harness import BIN, PATIENCE, Playground

ROOT = Path(__file__).resolve().parents[2]
QUICK = JobScript(duration=0.5)
JOBS = (
    "edc89b490d7d4392898e19b2deb34797",
    "ff8080814dbd65d7014dbe0d84db0013",
    "9a175ac692fa12540193002a6d4b2720",
)
IMAGE = "d164b5df-1bc3-4c3f-893e-3e471fd16e64"
VARIABLES = {
    "started_job_ids": list(JOBS),
    "create": {"job_id": JOBS[0]},
    "images_to_export": [{"image_id": IMAGE[:-1] + str(n), "bucket_url": f"ims-image:{n}.qcow2"} for n in range(3)],
}


def module_examples() -> dict[str, list[dict[str, t.Any]]]:
    examples = {}
    for path in sorted((ROOT / "plugins" / "modules").glob("*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "EXAMPLES":
                examples[path.stem] = yaml.safe_load(ast.literal_eval(node.value))
    for path in sorted((ROOT / "plugins" / "test").glob("*.yml")):
        examples[path.stem] = yaml.safe_load(yaml.safe_load(path.read_text(encoding="utf-8"))["EXAMPLES"])
    return examples


def prepare(simulator: Simulator) -> dict[str, t.Any]:
    """Give the simulator what the examples speak of, and return their variables."""
    for n in (*range(3), 4):
        simulator.cloud.add_image(Image(image_id=IMAGE[:-1] + str(n), name=f"example {n}"))
    for job_id in JOBS:
        simulator.cloud.add_job(job_id=job_id, script=QUICK)
    simulator.cloud.set_script(QUICK)
    keys = {"vault_access_key": simulator.account.access_key, "vault_secret_key": simulator.account.secret_key}
    return {**VARIABLES, **keys}


@pytest.mark.parametrize("name", module_examples())
def test_the_examples_of_each_plugin_run(playground: Playground, simulator: Simulator, name: str) -> None:
    tasks = module_examples()[name]
    for number, task in enumerate(tasks):
        # Each example writes to an object of its own; here they run in a row.
        for options in task.values():
            if isinstance(options, dict) and "bucket_url" in options and "{{" not in options["bucket_url"]:
                options["bucket_url"] += str(number)
    played = playground.play(tasks, vars=prepare(simulator))
    assert played.exit_code == 0, played.output


def readme_blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def test_the_playbooks_of_the_readme_run(playground: Playground, simulator: Simulator) -> None:
    prepare(simulator)
    for number, text in enumerate(readme_blocks("yaml")):
        path = playground.folder / f"readme-{number}.yml"
        path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            [str(BIN / "ansible-playbook"), str(path)],
            env=playground.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "SUCCESS after" in done.stderr


@pytest.mark.parametrize("check", [(), ("--check",)])
def test_the_shipped_playbooks_run(playground: Playground, simulator: Simulator, check: tuple[str, ...]) -> None:
    for path in sorted((ROOT / "playbooks").glob("*.yml")):
        done = subprocess.run(
            [str(BIN / "ansible-playbook"), f"huaweicloud.ims.{path.stem}", *check],
            env=playground.environment(),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert len(simulator.cloud.jobs) == (0 if check else 1)
