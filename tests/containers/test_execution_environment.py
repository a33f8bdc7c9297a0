# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documented execution environment, built, and a job in it as AWX runs one."""

from __future__ import annotations

import os
import shutil
import signal
import time
import typing as t
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.awx.harness import Awx, Job
from ansible_collections.huaweicloud.ims.tests.containers.engine import Engine
from ansible_collections.huaweicloud.ims.tests.simulator import JobScript, Simulator

IMAGE = "10000000-0000-4000-8000-000000000001"
COLLECTIONS = "/usr/share/ansible/collections"
SOMEBODY = 1234567
"""A user that no image knows."""
WHO = "import os, sys; print(os.getuid(), os.access(sys.argv[1], os.W_OK), os.environ.get('HOME'))"


@pytest.fixture(scope="module")
def image(build: t.Callable[[str, str], str]) -> str:
    return build("execution-environment", "ims-ee")


@pytest.fixture
def awx(tmp_path: Path, simulator: Simulator, unpacked: Path) -> t.Iterator[Awx]:
    site = Awx(tmp_path, unpacked, simulator)
    yield site
    site.clean()


def send(awx: Awx, tasks: list[dict[str, t.Any]] | None = None) -> Path:
    """Lay a project, with nothing of the collection in it: the job has what is in the image."""
    sent = awx.project(tasks)
    shutil.rmtree(sent / "requirements_collections")
    return sent


def launch_on_node(awx: Awx, engine: Engine, image: str, playbook: str, **more: t.Any) -> Job:
    """Launch a job as AWX does on an execution node, but that nothing in the image can be written."""
    isolation = {
        "process_isolation": True,
        "process_isolation_executable": "podman",
        "container_image": image,
        "container_options": ["--user=root", "--network=host", "--read-only"],
    }
    return awx.launch(playbook, sent=send(awx), isolation=isolation, node=engine.environment, **more)


def launch_in_pod(awx: Awx, engine: Engine, image: str, sent: Path, playbook: str, **more: t.Any) -> Job:
    """Launch a job as AWX does on Kubernetes: as a user without a name and a home, who can write in /runner alone."""
    container = ["--rm", "--interactive", "--network=host", "--read-only", "--tmpfs=/runner:mode=1777"]
    user = [f"--user={SOMEBODY}:0", "--workdir=/runner", "--entrypoint=env"]
    worker = ["-u", "HOME", "ansible-runner", "worker", "--private-data-dir=/runner"]
    command = ["podman", "run", *container, *user, image, *worker]
    return awx.launch(playbook, sent=sent, pod=command, node=engine.environment, **more)


def test_what_the_image_has_is_what_the_collection_needs(engine: Engine, image: str) -> None:
    said = engine.run("podman", "run", "--rm", image, "ansible-galaxy", "collection", "list", "huaweicloud.ims")
    assert COLLECTIONS in said
    needed = "import requests, jsonschema, urllib3; print('there')"
    assert engine.run("podman", "run", "--rm", image, "python3", "-c", needed).strip() == "there"


def test_the_export_of_the_demo_runs_in_it(awx: Awx, engine: Engine, image: str, simulator: Simulator) -> None:
    answers = {"bucket_url": "ims-image:ee.qcow2"}
    job = launch_on_node(awx, engine, image, "huaweicloud.ims.demo", extra_vars=answers).end()
    assert job.status == "successful", job.output
    assert "ims-image:ee.qcow2" in simulator.cloud.objects
    assert "SUCCESS after" in job.progress[-2].stdout
    assert all(event.name == "verbose" for event in job.progress)
    assert job.named("runner_on_ok")[0].details["task_path"].startswith(f"{COLLECTIONS}/ansible_collections/")


def test_another_user_without_a_home_who_can_write_nothing_is_fine(
    awx: Awx, engine: Engine, image: str, simulator: Simulator
) -> None:
    who = {
        "name": "Who",
        "ansible.builtin.command": {"argv": ["python3", "-c", WHO, COLLECTIONS]},
        "changed_when": False,
    }
    demo = {"import_playbook": "huaweicloud.ims.demo"}
    sent = send(awx, [who])
    test = sent / "project" / "test.yml"
    test.write_text(yaml.safe_dump([*yaml.safe_load(test.read_text(encoding="utf-8")), demo]), encoding="utf-8")
    job = launch_in_pod(awx, engine, image, sent, "test.yml", extra_vars={"bucket_url": "ims-image:pod.qcow2"}).end()
    assert job.status == "successful", job.output
    assert job.result("Who")["stdout"] == f"{SOMEBODY} False None"
    assert "ims-image:pod.qcow2" in simulator.cloud.objects
    assert "Traceback" not in job.output


def test_a_cancelled_job_leaves_no_container(awx: Awx, engine: Engine, image: str, simulator: Simulator) -> None:
    job_id = simulator.cloud.add_job(script=JobScript(outcome="NEVER", init_seconds=0, percent="absent"))
    job = launch_on_node(awx, engine, image, "wait_for_jobs.yml", extra_vars={"job_ids": job_id})
    job.await_output("RUNNING")
    os.kill(job.worker.pid, signal.SIGTERM)
    job.end(20)
    assert job.status == "canceled"
    assert job_id in job.progress[0].stdout
    deadline = time.monotonic() + 10
    while left := engine.run("podman", "ps", "--quiet").split():
        assert time.monotonic() < deadline, left
        time.sleep(0.2)
