# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run jobs as AWX does: it transmits a project, a worker plays it elsewhere, and what comes back is processed."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import typing as t
from pathlib import Path

import yaml
from jinja2 import sandbox

from ansible_collections.huaweicloud.ims.tests.simulator import Simulator
from ansible_collections.huaweicloud.ims.tests.system import processes

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 90.0
PATH = f"{BIN}{os.pathsep}{os.environ['PATH']}"
_COLORS = re.compile(r"\x1b\[[0-9;]*m")
_Dict = dict[str, t.Any]
RUNNER: t.Any = importlib.import_module("ansible_runner.interface")  # it has no types


def run(*command: t.Any, env: _Dict | None = None, cwd: Path | None = None) -> str:
    """Run a command that must go well, and return what it prints on standard output."""
    with tempfile.TemporaryDirectory(prefix="ims-awx-home-") as home:
        environment = {"PATH": PATH, "LC_ALL": "C.UTF-8", "HOME": home, **(env or {})}
        done = processes.run([str(word) for word in command], env=environment, cwd=cwd)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def built_artifact(folder: Path) -> Path:
    """Build the collection as it is published."""
    run(BIN / "ansible-galaxy", "collection", "build", "--output-path", folder, cwd=ROOT, env={"HOME": folder})
    (tarball,) = folder.glob("*.tar.gz")
    return tarball


def install(artifact: Path, folder: Path) -> Path:
    """Install it into a folder of collections, and return that."""
    options = ("--offline", "--force", "-p", folder)
    run(BIN / "ansible-galaxy", "collection", "install", *options, artifact, env={"HOME": folder})
    return folder


def read_yaml(path: Path) -> t.Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def blocks_of(language: str) -> list[str]:
    """Return the blocks of code in the guide."""
    guide = (ROOT / "docs" / "awx.md").read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", guide, re.DOTALL)


def injected(credential_type: _Dict, inputs: _Dict) -> dict[str, str]:
    """Return the variables that a job gets from a credential: awx/main/models/credential.py, inject_credential."""
    namespace = {name: value for name, value in inputs.items() if value}  # AWX leaves empty strings out
    environment = sandbox.ImmutableSandboxedEnvironment()
    templates = credential_type["injectors"]["env"]
    return {name: environment.from_string(text).render(**namespace) for name, text in templates.items()}


def processes_of(path: Path) -> list[int]:
    """Return the processes that have this path on their command line, but for those that have ended already."""
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid = int(entry.name)
            ended = (entry / "stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
            if not ended and os.fsencode(path) in (entry / "cmdline").read_bytes():
                found.append(pid)
    return found


@dataclasses.dataclass(frozen=True)
class Event:
    arrived: float
    """Monotonic seconds."""
    data: _Dict

    @property
    def name(self) -> str:
        return str(self.data["event"])

    @property
    def details(self) -> _Dict:
        return dict(self.data["event_data"])

    @property
    def stdout(self) -> str:
        """Return what is shown, without its colors."""
        return _COLORS.sub("", str(self.data["stdout"]))


class Job:
    """A job of AWX that runs, or has run. ``environment`` is what a credential injects.

    ``isolation`` has the arguments of ansible-runner for a job in a container, as on an execution node, and ``node``
    what the environment of that machine has more; ``pod`` is a command that starts the worker in a container, as on
    Kubernetes.
    """

    def __init__(
        self,
        folder: Path,
        playbook: str,
        *,
        environment: t.Mapping[str, str],
        extra_vars: _Dict | None = None,
        settings: _Dict | None = None,
        command_line: str = "",
        runs_as: t.Sequence[str] = (),
        isolation: t.Mapping[str, t.Any] | None = None,
        node: t.Mapping[str, str] | None = None,
        pod: t.Sequence[str] = (),
    ) -> None:
        self.folder = folder
        self.isolation = dict(isolation or {})
        self.events: list[Event] = []
        self.statuses: list[str] = []
        worker = folder / "worker"
        worker.mkdir(mode=0o777, exist_ok=True)
        worker.chmod(0o777)
        here = [*runs_as, str(BIN / "ansible-runner"), "worker", f"--private-data-dir={worker}"]
        self.worker = subprocess.Popen(
            list(pod) or here,
            env={**_node_environment(worker), **(node or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        envvars = {**_awx_environment("/runner" if isolation or pod else str(worker)), **environment}
        _write_json(folder / "sent" / "env" / "envvars", envvars)
        # AWX sets job_timeout and idle_timeout only; the pause between two looks at them is 5 s otherwise.
        _write_json(folder / "sent" / "env" / "settings", {"pexpect_timeout": 1, **(settings or {})})
        _write_json(folder / "sent" / "env" / "extravars", extra_vars or {})
        (folder / "sent" / "env" / "cmdline").write_text(command_line, encoding="utf-8")
        self._threads = [
            threading.Thread(target=work, args=(playbook,), daemon=True) for work in (self._transmit, self._process)
        ]
        for thread in self._threads:
            thread.start()

    def _transmit(self, playbook: str) -> None:
        assert self.worker.stdin is not None
        with self.worker.stdin as stream, contextlib.suppress(BrokenPipeError):
            RUNNER.run(
                streamer="transmit",
                _output=stream,
                private_data_dir=str(self.folder / "sent"),
                ident="1",
                playbook=playbook,
                inventory="inventory/hosts.yml",
                **self.isolation,
            )

    def _process(self, _playbook: str) -> None:
        assert self.worker.stdout is not None
        with self.worker.stdout as stream:
            RUNNER.run(
                streamer="process",
                _input=stream,
                private_data_dir=str(self.folder / "received"),
                ident="1",
                event_handler=self._take_event,
                status_handler=lambda data, runner_config: self.statuses.append(data["status"]),
                quiet=True,
            )

    def _take_event(self, data: _Dict) -> bool:
        self.events.append(Event(time.monotonic(), data))
        return False

    def end(self, patience: float = PATIENCE) -> Job:
        """Wait until all has come back."""
        for thread in self._threads:
            thread.join(patience)
            assert not thread.is_alive(), self.output
        self.worker.wait(10)
        return self

    def kill(self) -> None:
        """Leave nothing behind, whatever the test has come to."""
        for pid in {*processes_of(self.folder), self.worker.pid}:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.worker.wait(10)

    def await_output(self, words: str) -> Event:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            is_over = not any(thread.is_alive() for thread in self._threads)
            found = next((event for event in list(self.events) if words in event.stdout), None)
            if found is not None:
                return found
            if is_over:
                break
            time.sleep(0.02)
        raise AssertionError(f"no output with {words!r}: {self.output}")

    def await_progress(self, lines: int) -> None:
        deadline = time.monotonic() + PATIENCE
        while len(self.progress) < lines:
            assert time.monotonic() < deadline, self.output
            time.sleep(0.02)

    def await_nobody(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while left := processes_of(self.folder):
            assert time.monotonic() < deadline, f"still there: {left}"
            time.sleep(0.05)

    @property
    def status(self) -> str:
        return self.statuses[-1]

    @property
    def output(self) -> str:
        return "\n".join(event.stdout for event in self.events)

    @property
    def progress(self) -> list[Event]:
        return [event for event in self.events if event.stdout.startswith("ims [")]

    def named(self, name: str) -> list[Event]:
        return [event for event in self.events if event.name == name]

    @property
    def artifacts(self) -> _Dict:
        """Return what the next node of a workflow finds among its variables."""
        return dict(self.named("playbook_on_stats")[-1].details.get("artifact_data", {}))

    def result(self, task: str) -> _Dict:
        done = [*self.named("runner_on_ok"), *self.named("runner_on_failed")]
        return dict(next(event for event in done if event.details["task"] == task).details["res"])


class Awx:
    """A folder for the jobs of a test, and a cloud that they reach."""

    def __init__(self, folder: Path, collections: Path, simulator: Simulator) -> None:
        self.folder = folder
        self.collections = collections
        self.simulator = simulator
        self._jobs: list[Job] = []

    @property
    def role(self) -> Path:
        return self.collections / "ansible_collections" / "huaweicloud" / "ims" / "roles" / "awx_setup"

    @property
    def credential_type(self) -> _Dict:
        folder = self.role / "files" / "credential_type"
        return {name: read_yaml(folder / f"{name}.yml") for name in ("inputs", "injectors")}

    @property
    def inputs(self) -> dict[str, str]:
        """Return what is filled into the form of the credential."""
        account, url = self.simulator.account, self.simulator.url
        keys = {"access_key": account.access_key, "secret_key": account.secret_key}
        return {**keys, "region": account.region, "endpoint": url, "iam_endpoint": url}

    def project(self, tasks: list[_Dict] | None = None) -> Path:
        """Lay the project of a job, with its collection where the update of a project puts it. Return what is sent."""
        sent = self.folder / f"job-{len(self._jobs)}" / "sent"
        shutil.copytree(self.role / "files" / "project", sent / "project")
        shutil.copytree(self.collections, sent / "requirements_collections")
        for name in ("env", "inventory"):
            (sent / name).mkdir()
        (sent / "inventory" / "hosts.yml").write_text("all: {hosts: {}}\n", encoding="utf-8")
        if tasks is not None:
            play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": tasks}
            (sent / "project" / "test.yml").write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
        return sent

    def launch(self, playbook: str = "test.yml", *, sent: Path | None = None, **more: t.Any) -> Job:
        sent = sent or self.project()
        environment = injected(self.credential_type, self.inputs)
        self._jobs.append(Job(sent.parent, playbook, environment=environment, **more))
        return self._jobs[-1]

    def play(self, *tasks: _Dict, **more: t.Any) -> Job:
        return self.launch(sent=self.project(list(tasks)), **more)

    def clean(self) -> None:
        for job in self._jobs:
            job.kill()


def _node_environment(worker: Path) -> dict[str, str]:
    """Return an environment without HOME: AWX takes it away where jobs run in pods.

    What Ansible then writes into the user's home folder ends with the pod. Here it goes into the job's own folder.
    """
    home = f"{worker}/ansible_home"
    places = {"ANSIBLE_HOME": home, "ANSIBLE_REMOTE_TMP": f"{home}/tmp", "ANSIBLE_ASYNC_DIR": f"{home}/async"}
    return {"PATH": PATH, "LC_ALL": "C.UTF-8", **places}


def _awx_environment(worker: str) -> dict[str, str]:
    """Return what AWX sets for each job: awx/main/tasks/jobs.py, build_env."""
    return {
        "ANSIBLE_COLLECTIONS_PATH": f"{worker}/requirements_collections:/usr/share/ansible/collections",
        "ANSIBLE_FORCE_COLOR": "True",
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "AWX_PRIVATE_DATA_DIR": worker,
        "INVENTORY_ID": "1",
        "JOB_ID": "1",
        "MAX_EVENT_RES": "700000",
        "PROJECT_REVISION": "0" * 40,
    }


def _write_json(path: Path, content: t.Any) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")
