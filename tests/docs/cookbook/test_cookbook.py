# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each project of the cookbook does on the simulator what its README says, by the commands that stand there."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import typing as t
import uuid
from pathlib import Path

import pytest
import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Failure, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.simulator.ims.images import Image

COOKBOOK = Path(__file__).resolve().parents[3] / "cookbook"
PROJECTS = sorted(path.name for path in COOKBOOK.iterdir() if path.is_dir())
BIN = Path(sys.executable).parent
PATIENCE = 90
BLOCK = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What a test has done already, or cannot do: install the collection, ask at a terminal.
LEFT_OUT = re.compile(r"^ansible-galaxy .*$|^export .*\n| --ask-vault-pass", re.MULTILINE)
Environment = dict[str, str]


class Kitchen:
    """A copy of one project, and an environment that leads to the simulator only."""

    def __init__(self, project: str, folder: Path, simulator: Simulator) -> None:
        self.folder = folder / project
        shutil.copytree(COOKBOOK / project, self.folder)
        self.simulator = simulator
        self.environment: Environment = {
            "PATH": os.pathsep.join([str(BIN), os.environ["PATH"]]),
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            # The project's own setting is a folder of the project, which holds nothing here.
            "ANSIBLE_COLLECTIONS_PATH": str(next(BIN.parent.glob("lib/python*/site-packages"))),
            # Where the inventory leaves it to Ansible to find a Python, it may find the stand-in of a version manager.
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            "PYTHONUNBUFFERED": "1",
            **simulator.account.environment(simulator.url),
        }

    def blocks(self) -> list[str]:
        """Return the commands of the README, block by block."""
        readme = (self.folder / "README.md").read_text(encoding="utf-8")
        return [LEFT_OUT.sub("", block) for block in BLOCK.findall(readme)]

    def run(self, commands: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-eu", "-c", commands],
            cwd=self.folder,
            env={**self.environment, **more},
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
        )

    def cook(self, **more: str) -> str:
        """Run all commands of the README; return what was printed."""
        printed = ""
        for block in self.blocks():
            done = self.run(block, **more)
            assert done.returncode == 0, done.stdout + done.stderr
            printed += done.stdout
        return printed

    @property
    def started(self) -> int:
        return len(self.simulator.cloud.jobs)


@pytest.fixture
def simulator() -> t.Iterator[Simulator]:
    with Simulator(job_seconds=1) as running:
        yield running
        assert running.internal_errors == []


@pytest.fixture
def kitchen(request: pytest.FixtureRequest, tmp_path: Path, simulator: Simulator) -> Kitchen:
    return Kitchen(request.function.__name__.removeprefix("test_"), tmp_path, simulator)


def test_each_project_is_tried() -> None:
    assert {f"test_{project}" for project in PROJECTS} <= set(globals())


@pytest.mark.parametrize("project", PROJECTS)
def test_a_project_is_complete(project: str) -> None:
    folder = COOKBOOK / project
    for name in ("README.md", "ansible.cfg", "inventory.yml", "requirements.yml"):
        assert (folder / name).is_file(), name
    readme = (folder / "README.md").read_text(encoding="utf-8")
    assert "ansible-galaxy collection install -r requirements.yml" in readme
    for playbook in re.findall(r"ansible-playbook .*?(\w+\.yml)", readme):
        assert (folder / playbook).is_file(), playbook
    (needed,) = yaml.safe_load((folder / "requirements.yml").read_text(encoding="utf-8"))["collections"]
    assert needed["name"] == "huaweicloud.ims"
    assert needed["version"].startswith(">=")


def test_export_many(kitchen: Kitchen) -> None:
    kitchen.cook()
    outcome = yaml.safe_load((kitchen.folder / "outcome.yml").read_text(encoding="utf-8"))
    assert [entry["outcome"] for entry in outcome] == ["exported", "exported"]
    kitchen.cook()
    outcome = yaml.safe_load((kitchen.folder / "outcome.yml").read_text(encoding="utf-8"))
    assert [entry["outcome"] for entry in outcome] == ["kept", "kept"]
    assert kitchen.started == 2


def test_nightly_golden_image(kitchen: Kitchen) -> None:
    for day in range(1, 4):
        created = time.time() - day * 86400
        kitchen.simulator.cloud.add_image(
            Image(image_id=str(uuid.uuid4()), name=f"golden-web-{day}", created_at=created)
        )
    printed = kitchen.cook()
    assert '"msg": "nothing was done, this is a dry run"' in printed
    assert "'created': True" in printed or '"created": true' in printed
    images = kitchen.simulator.cloud.images.values()
    family = sorted(image.name for image in images if image.name.startswith("golden-web-"))
    assert family == ["golden-web-1", "golden-web-2", "golden-web-2026-03-01"]
    started = kitchen.started
    kitchen.cook()
    assert kitchen.started == started
    (server,) = [one for one in kitchen.simulator.cloud.servers.values() if one.stops]
    assert (server.status, server.stops, server.starts) == ("ACTIVE", 1, 1)


def test_image_from_obs(kitchen: Kitchen) -> None:
    printed = kitchen.cook()
    assert "centos-7.5-from-file is " in printed
    kitchen.cook()
    assert kitchen.started == 1


def test_share_between_projects(kitchen: Kitchen) -> None:
    # The last block of the README says who the receiver is on the simulator, and its variables are taken as they stand.
    readme = (kitchen.folder / "README.md").read_text(encoding="utf-8")
    receiver = BLOCK.findall(readme)[-1]
    done = kitchen.run(receiver + kitchen.blocks()[0])
    assert done.returncode == 0, done.stdout + done.stderr
    (member,) = kitchen.simulator.cloud.images["10000000-0000-4000-8000-000000000001"].members
    assert member.project_id in receiver
    assert member.status == "accepted"
    assert kitchen.started == 2
    again = kitchen.run(receiver + kitchen.blocks()[0])
    assert "changed=0" in again.stdout
    assert kitchen.started == 2


def test_copy_to_region(kitchen: Kitchen) -> None:
    printed = kitchen.cook()
    assert len(re.findall(r"[0-9a-f-]{36}, as golden-web", printed)) == 2
    assert kitchen.started == 2


def test_remote_hosts(kitchen: Kitchen) -> None:
    printed = kitchen.cook(ANSIBLE_TRANSPORT="local")
    assert kitchen.started == 2
    names = {image.name.rsplit("-", 4)[0] for image in kitchen.simulator.cloud.images.values()}
    assert {"web-1", "web-2"} <= names
    assert printed.count("TASK [Wait for the images of all servers at once]") == 1


def test_vaulted_keys(kitchen: Kitchen) -> None:
    account = kitchen.simulator.account
    editor = kitchen.folder / "editor"
    change = f"s|AKIDEXAMPLE|{account.access_key}|; s|put-the-secret-key-here|{account.secret_key}|"
    editor.write_text(f"#!/bin/sh\nsed -i '{change}' \"$1\"\n", encoding="utf-8")
    editor.chmod(0o700)
    password = kitchen.folder / "password"
    password.write_text("secret\n", encoding="utf-8")
    kitchen.environment.update(HW_ACCESS_KEY="WRONG", HW_SECRET_KEY="wrong")
    kitchen.cook(EDITOR=str(editor), ANSIBLE_VAULT_PASSWORD_FILE=str(password))
    assert kitchen.started == 1
    vault = (kitchen.folder / "group_vars" / "all" / "vault.yml").read_text(encoding="utf-8")
    assert vault.startswith("$ANSIBLE_VAULT;")


class Webhook(http.server.BaseHTTPRequestHandler):
    """What a chat program has for programs that want to say something."""

    bodies: t.ClassVar[list[dict[str, t.Any]]] = []

    def do_POST(self) -> None:
        self.bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_arguments: t.Any) -> None:
        """Say nothing."""


@pytest.fixture
def webhook() -> t.Iterator[str]:
    Webhook.bodies.clear()
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Webhook) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def test_notify_on_failure(kitchen: Kitchen, webhook: str) -> None:
    failing = JobScript(duration=0.5, outcome="FAIL", failure=Failure(code="IMG.0069"))
    kitchen.simulator.cloud.set_script(failing, once=True)
    done = kitchen.run("".join(kitchen.blocks()), WEBHOOK_URL=webhook)
    assert done.returncode == 2, done.stdout + done.stderr
    (told,) = Webhook.bodies
    assert "IMG.0069" in told["text"]
    assert told["error_code"] == "IMG.0069"
    assert told["job_id"] in kitchen.simulator.cloud.jobs
    assert told["timed_out"] is False
    kitchen.cook(WEBHOOK_URL=webhook)
    assert len(Webhook.bodies) == 1


def java_version() -> int:
    """Return the main version of the Java that would be used, 0 without one."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=os.path.join(home, "bin") if home else None)
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr if java else ""
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


@pytest.mark.skipif(java_version() < 17, reason="ansible-rulebook needs a Java runtime, version 17 or newer")
def test_wait_by_events(kitchen: Kitchen) -> None:
    watch, start = kitchen.blocks()
    kitchen.environment.update({name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ})
    log = kitchen.folder / "ended.log"
    with (kitchen.folder / "output").open("w+b") as output:
        rulebook = subprocess.Popen(
            ["bash", "-eu", "-c", watch],
            cwd=kitchen.folder,
            env=kitchen.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
        try:
            done = kitchen.run(start)
            assert done.returncode == 0, done.stdout + done.stderr
            deadline = time.monotonic() + PATIENCE
            while not (log.exists() and not list((kitchen.folder / "jobs").iterdir())):
                assert time.monotonic() < deadline and rulebook.poll() is None, (kitchen.folder / "output").read_text()
                time.sleep(0.1)
        finally:
            with contextlib.suppress(ProcessLookupError):  # when it has ended by itself
                os.killpg(rulebook.pid, signal.SIGKILL)
            rulebook.wait(10)
    (job_id,) = kitchen.simulator.cloud.jobs
    assert log.read_text(encoding="utf-8").split() == [job_id, "succeeded"]


def test_ci_pipeline(kitchen: Kitchen) -> None:
    image = {"IMAGE_ID": "10000000-0000-4000-8000-000000000001"}
    kitchen.cook(**image)
    assert kitchen.started == 1  # the dry run before it has started nothing
    pipeline = yaml.safe_load((kitchen.folder / ".gitlab-ci.yml").read_text(encoding="utf-8"))
    for stage in pipeline["stages"]:
        (job,) = (job for job in pipeline.values() if isinstance(job, dict) and job.get("stage") == stage)
        done = kitchen.run("\n".join(job["script"]), CI_PIPELINE_ID="4711", **image, **job.get("variables", {}))
        assert done.returncode == 0, done.stdout + done.stderr
    assert kitchen.started == 2
    (artifact,) = pipeline["export"]["artifacts"]["paths"]
    told = json.loads((kitchen.folder / artifact).read_text(encoding="utf-8"))
    assert (told["changed"], told["object"]["object_key"]) == (True, "builds/4711.qcow2")
    assert told["object"]["size"] > 0
