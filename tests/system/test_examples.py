# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every example that users are shown runs, against the simulator."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Image, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.simulator.ecs.servers import Server
from ansible_collections.huaweicloud.ims.tests.system import processes
from ansible_collections.huaweicloud.ims.tests.system.harness import BIN, Playground

ROOT = Path(__file__).resolve().parents[2]
QUICK = JobScript(duration=0.5)
JOBS = (
    "edc89b490d7d4392898e19b2deb34797",
    "ff8080814dbd65d7014dbe0d84db0013",
    "9a175ac692fa12540193002a6d4b2720",
)
SERVER = "877a2cda-ba63-4e1e-b95f-e67e48b6129a"
IMAGE = "d164b5df-1bc3-4c3f-893e-3e471fd16e64"
VARIABLES = {
    "started_job_ids": list(JOBS),
    "create": {"job_id": JOBS[0]},
    "images_to_export": [{"image_id": IMAGE[:-1] + str(n), "bucket_url": f"ims-image:{n}.qcow2"} for n in range(3)],
}


def module_examples() -> dict[str, list[dict[str, t.Any]]]:
    examples = {}
    folders = [ROOT / "plugins" / kind for kind in ("modules", "lookup")]
    for path in sorted(path for folder in folders for path in folder.glob("*.py")):
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
    simulator.cloud.add_image(Image(image_id=IMAGE[:-1] + "5", name="golden-2026-03-01"))
    simulator.cloud.servers[SERVER] = Server(SERVER, "golden")
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


def run(playground: Playground, playbook: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(BIN / "ansible-playbook"), playbook, *arguments]
    done = processes.run(command, env=playground.environment(), cwd=playground.folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.mark.parametrize("readme", ["README.md", "roles/golden_image/README.md", "roles/image_export/README.md"])
def test_the_playbooks_of_the_readmes_run(playground: Playground, simulator: Simulator, readme: str) -> None:
    # With nothing but what the simulator has by itself, as for those who try them.
    simulator.cloud.set_script(QUICK)
    blocks = re.findall(r"```yaml\n(.*?)```", (ROOT / readme).read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for number, text in enumerate(blocks):
        path = playground.folder / f"readme-{number}.yml"
        path.write_text(text, encoding="utf-8")
        assert re.search(r"SUCCESS after|(\d) of \1 succeeded", run(playground, str(path)).stderr)


def test_the_playbook_of_the_role_that_rotates_runs(playground: Playground, simulator: Simulator) -> None:
    prepare(simulator)
    text = (ROOT / "roles/image_rotation/README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    (playground.folder / "rotate.yml").write_text(block, encoding="utf-8")
    assert "No image of the family has to go." in run(playground, "rotate.yml").stdout


EXPORT = {"image_id": "10000000-0000-4000-8000-000000000001", "bucket_url": "ims-image:a.qcow2", "file_format": "qcow2"}


def start_then_wait(by: str) -> list[dict[str, t.Any]]:
    export = {"huaweicloud.ims.ims_image_export": {**EXPORT, "existing_object": "keep"}, "register": "export"}
    tasks = [export, {"huaweicloud.ims.wait_for_ims_job": {"job_ids": by}}]
    return [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]


def readme_play() -> t.Any:
    (text,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return yaml.safe_load(text)


@pytest.mark.parametrize(
    ("play", "waits"),
    [
        (readme_play(), 0),
        (start_then_wait("{{ export.job_id }}"), 1),
        (start_then_wait("{{ export }}"), 1),
    ],
    ids=["README", "job_id", "result"],
)
def test_a_playbook_runs_dry_and_again(playground: Playground, simulator: Simulator, play: t.Any, waits: int) -> None:
    path = playground.folder / "play.yml"
    path.write_text(yaml.safe_dump(play), encoding="utf-8")
    dry = run(playground, str(path), "--check")
    assert f"skipped={waits}" in dry.stdout
    assert len(simulator.cloud.jobs) == 0
    assert "SUCCESS after" in run(playground, str(path)).stderr
    again = run(playground, str(path))
    assert f"skipped={waits}" in again.stdout
    assert "changed=0" in again.stdout
    assert ("[WARNING]: job_ids: 1 " in again.stderr) is bool(waits)
    assert len(simulator.cloud.jobs) == 1


PLAYBOOKS = {
    "demo": {},
    "export_image": {"image_id": IMAGE, "bucket_url": "ims-image:shipped.qcow2", "file_format": "qcow2"},
    "golden_image": {"golden_image_name": "golden", "golden_image_instance_id": "877a2cda-ba63-4e1e-b95f-e67e48b6129a"},
    "promote_image": {"name_regex": "^golden-", "channel": "stable"},
    "rotate_images": {"name_regex": "^golden-", "keep": 1},
    "wait_for_jobs": {"job_ids": ",".join(JOBS)},
}


STARTS_NOTHING = ("promote_image", "rotate_images", "wait_for_jobs")


def test_all_shipped_playbooks_are_tried() -> None:
    assert sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml")) == sorted(PLAYBOOKS)


@pytest.mark.parametrize("check", [(), ("--check",)], ids=["for real", "dry"])
@pytest.mark.parametrize("name", PLAYBOOKS)
def test_the_shipped_playbooks_run(
    playground: Playground, simulator: Simulator, name: str, check: tuple[str, ...]
) -> None:
    prepare(simulator)
    run(playground, f"huaweicloud.ims.{name}", *check, "-e", json.dumps(PLAYBOOKS[name]))
    started = len(simulator.cloud.jobs) - len(JOBS)
    assert started == (0 if check or name in STARTS_NOTHING else 1)
