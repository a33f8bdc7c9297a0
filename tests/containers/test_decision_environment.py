# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented decision environment, built, and the rulebook for AWX in it."""

from __future__ import annotations

import shutil
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.awx.controller import Controller
from ansible_collections.huaweicloud.ims.tests.awx.harness import PATIENCE, ROOT
from ansible_collections.huaweicloud.ims.tests.containers.engine import Engine
from ansible_collections.huaweicloud.ims.tests.simulator import JobScript, Simulator

RULEBOOKS = ROOT / "docs" / "examples" / "rulebooks"
OUTSIDE = "/var/lib/ims"


@pytest.fixture(scope="module")
def image(build: t.Callable[[str, str], str]) -> str:
    return build("decision-environment", "ims-de")


def test_the_rulebook_launches_the_job_template(
    tmp_path: Path, engine: Engine, image: str, simulator: Simulator
) -> None:
    job_id = simulator.cloud.add_job(script=JobScript(duration=2))
    folder = tmp_path / "rulebooks"
    shutil.copytree(RULEBOOKS, folder)
    (folder / "jobs").mkdir()
    (folder / "jobs" / job_id).touch()
    tmp_path.chmod(0o755)
    with Controller("Default") as controller:
        home = controller.named("organizations", "Default")["id"]
        asks = {f"ask_{name}_on_launch": name == "variables" for name in ("inventory", "labels", "limit", "variables")}
        controller.add("job_templates", {"name": "IMS next", "organization": home, "playbook": "next.yml", **asks})
        account = {"EDA_CONTROLLER_USERNAME": "admin", "EDA_CONTROLLER_PASSWORD": controller.passwords["admin"]}
        place = {"EDA_CONTROLLER_URL": controller.url, "IMS_JOBS": f"{OUTSIDE}/jobs"}
        environment = {**simulator.account.environment(simulator.url), **account, **place}
        options = ["--detach", "--network=host", f"--volume={folder}:{OUTSIDE}:ro", f"--workdir={OUTSIDE}"]
        options += [f"--env={name}={value}" for name, value in environment.items()]
        command = ["ansible-rulebook", "--rulebook=watch_jobs_in_awx.yml", "--inventory=inventory.yml"]
        running = engine.run("podman", "run", *options, image, *command, "--env-vars=IMS_JOBS").strip()
        deadline = time.monotonic() + PATIENCE
        while not controller.items["jobs"]:
            assert time.monotonic() < deadline, engine.run("podman", "logs", running)
            time.sleep(0.2)
        (started,) = controller.items["jobs"].values()
    engine.remove_containers()
    event = started["extra_vars"]["ansible_eda"]["event"]
    assert (event["job_id"], event["outcome"]) == (job_id, "succeeded")
