# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run ansible-playbook as users do: a process of its own, real HTTP, the simulator on the other side."""

from __future__ import annotations

import dataclasses
import json
import sys
import typing as t
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Simulator
from ansible_collections.huaweicloud.ims.tests.system.processes import play_environment, run

HERE = Path(__file__).parent
BIN = Path(sys.executable).parent
Task = dict[str, t.Any]


@dataclasses.dataclass(frozen=True)
class Played:
    """What a run of ansible-playbook left behind."""

    exit_code: int
    stdout: str
    stderr: str
    entries: list[dict[str, t.Any]]

    @property
    def output(self) -> str:
        return self.stdout + self.stderr

    @property
    def progress(self) -> list[str]:
        return [line for line in self.stderr.splitlines() if line.startswith("ims [")]

    def result(self, task: str, host: str = "localhost") -> dict[str, t.Any]:
        """Return the last result of a task."""
        return [e for e in self.entries if e["task"] == task and e["host"] == host][-1]["result"]

    def outcome(self, task: str) -> str:
        return [entry for entry in self.entries if entry["task"] == task][-1]["outcome"]


class Playground:
    """A folder with a playbook in it, and an environment that leads to the simulator only."""

    def __init__(self, folder: Path, simulator: Simulator) -> None:
        self.folder = folder
        self.simulator = simulator
        self.results = folder / "results.jsonl"

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **play_environment(self.folder),
            "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "collect",
            "COLLECT_RESULTS": str(self.results),
            **self.simulator.account.environment(self.simulator.url),
            **more,
        }

    def command(self, tasks: list[Task], *arguments: str, **play: t.Any) -> list[str]:
        whole = {"hosts": "localhost", "gather_facts": False, **play, "tasks": tasks}
        path = self.folder / "playbook.yml"
        path.write_text(yaml.safe_dump([whole], sort_keys=False), encoding="utf-8")
        return [str(BIN / "ansible-playbook"), str(path), *arguments]

    def play(self, tasks: list[Task], *arguments: str, env: dict[str, str] | None = None, **play: t.Any) -> Played:
        """Run a play with these tasks to its end."""
        self.results.unlink(missing_ok=True)
        environment = self.environment(**(env or {}))
        done = run(
            self.command(tasks, *arguments, **play),
            env={name: value for name, value in environment.items() if value != UNSET},
            cwd=self.folder,
        )
        entries = self.results.read_text(encoding="utf-8").splitlines() if self.results.exists() else []
        return Played(done.returncode, done.stdout, done.stderr, [json.loads(entry) for entry in entries])


UNSET = "\0"
"""In ``env``: take the variable away."""


def task(module: str, title: str | None = None, /, *, keywords: Task | None = None, **options: t.Any) -> Task:
    """Return a task; ``keywords`` are those beside the module: register, until, no_log, ..."""
    return {"name": title or module, f"huaweicloud.ims.{module}": options, **(keywords or {})}


def wait_for(job_ids: t.Any, name: str = "wait", /, *, keywords: Task | None = None, **options: t.Any) -> Task:
    return task("wait_for_ims_job", name, keywords=keywords, job_ids=job_ids, **options)
