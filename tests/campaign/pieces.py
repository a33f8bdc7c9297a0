# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is played in a soak: the shipped playbooks, the examples of all plugins, and short lives of images."""

from __future__ import annotations

import dataclasses
import json
import random
import typing as t
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Image, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.system.test_examples import PLAYBOOKS, module_examples, prepare

Task = dict[str, t.Any]
_PLAYBOOKS = sorted(PLAYBOOKS)
_PATIENCE: Task = {"timeout": 20, "interval": 0.5}
SERVER = "877a2cda-ba63-4e1e-b95f-e67e48b6129a"


@dataclasses.dataclass(frozen=True)
class Piece:
    """A playbook by its name or path, with what is said on the command line."""

    name: str
    playbook: str
    arguments: tuple[str, ...]


def draw_piece(draw: random.Random, simulator: Simulator, folder: Path) -> Piece:
    """Prepare the cloud and the folder for a play that is drawn; a tenth of all is played dry."""
    variables = prepare(simulator)
    simulator.cloud.set_script(_script(draw))
    dry = ("--check",) if draw.random() < 0.1 else ()
    kind = draw.randrange(3)
    if kind == 0:
        name = draw.choice(_PLAYBOOKS)
        return Piece(f"playbook {name}", f"huaweicloud.ims.{name}", (*dry, "-e", json.dumps(PLAYBOOKS[name])))
    if kind == 1:
        examples = module_examples()
        name = draw.choice(sorted(examples))
        return Piece(f"examples of {name}", _written(folder, examples[name], variables), dry)
    name, tasks = draw.choice(_lives(draw, simulator))
    return Piece(name, _written(folder, tasks, variables), dry)


def _written(folder: Path, tasks: list[Task], variables: Task) -> str:
    path = folder / "playbook.yml"
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "vars": variables, "tasks": tasks}
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return str(path)


def _script(draw: random.Random) -> JobScript:
    outcome = draw.choice(("SUCCESS",) * 8 + ("FAIL",))
    return JobScript(
        duration=draw.uniform(0, 4), outcome=outcome, percent=draw.choice(("documented", "absent", "stale"))
    )


def _lives(draw: random.Random, simulator: Simulator) -> list[tuple[str, list[Task]]]:
    """Return plays in which images are made, tagged, read, exported and deleted."""
    image = simulator.cloud.add_image(Image(name="soaked")).image_id
    name = f"soak-{draw.randrange(10**9)}"
    tags = {f"key-{number}": draw.choice(("a", "B", "2026-03")) for number in range(draw.randrange(4))}
    create = _task("ims_image_create", "made", source="server", name=name, instance_id=SERVER, tags=tags)
    at_once = _task("ims_image_create", "made", source="server", name=name, instance_id=SERVER, wait=True, **_PATIENCE)
    export = _task("ims_image_export", "export", image_id=image, bucket_url=f"ims-image:{name}", file_format="qcow2")
    wait = _task("wait_for_ims_job", "waited", job_ids="{{ made }}", **_PATIENCE)
    read = _task("ims_image_info", "read", name=name)
    tag = _task("ims_image", "tagged", image_id=image, tags=tags, min_ram=1024)
    delete = _task("ims_image", "deleted", image_id=image, state="absent", **_PATIENCE)
    delete_made = _task("ims_image", "deleted", name=name, state="absent", **_PATIENCE)
    looped = [{**export, "loop": [1, 2, 3], "register": "export"}]
    looped[0]["huaweicloud.ims.ims_image_export"] = {
        **export["huaweicloud.ims.ims_image_export"],
        "bucket_url": f"ims-image:{name}-{{{{ item }}}}",
    }
    wait_all = _task("wait_for_ims_job", "waited", job_ids="{{ export.results }}", fail_fast=False, **_PATIENCE)
    return [
        ("start, then wait", [create, wait, read]),
        ("start and wait, then delete", [at_once, read, delete_made]),
        ("tags", [tag, {**tag, "register": "again"}, read]),
        ("delete", [delete, {**delete, "register": "again"}]),
        ("exports in a loop", [*looped, wait_all]),
        ("asynchronous wait", [create, {**wait, "ignore_errors": True}, delete_made]),
    ]


def _task(module: str, register: str, **options: t.Any) -> Task:
    return {"name": f"{module} {register}", f"huaweicloud.ims.{module}": options, "register": register}
