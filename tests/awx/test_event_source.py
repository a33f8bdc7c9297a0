# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The event source ims_jobs in real time and in a real ansible-rulebook; what it does is in tests/unit/extensions."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import runpy
import shutil
import signal
import subprocess
import time
import typing as t
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.awx.controller import Controller
from ansible_collections.huaweicloud.ims.tests.awx.harness import BIN, PATH, PATIENCE, ROOT, Awx
from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Simulator

SOURCE = ROOT / "extensions" / "eda" / "plugins" / "event_source" / "ims_jobs.py"
EXAMPLES = ROOT / "docs" / "examples" / "rulebooks"
RUNS_FOR_EVER = JobScript(outcome="NEVER", init_seconds=0)
_Dict = dict[str, t.Any]


@pytest.fixture
def source(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> _Dict:
    """The source as ansible-rulebook loads it, with an environment that leads to the simulator."""
    for name, value in simulator.account.environment(simulator.url).items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(SOURCE))


def test_the_event_loop_goes_on_while_the_cloud_is_slow_and_a_cancel_is_prompt(
    source: _Dict, simulator: Simulator
) -> None:
    simulator.faults.add(Fault("delay", seconds=3))
    job_id = simulator.cloud.add_job(script=RUNS_FOR_EVER)

    async def play() -> tuple[float, float]:
        queue: asyncio.Queue[_Dict] = asyncio.Queue()
        task = asyncio.create_task(source["main"](queue, {"job_ids": job_id}))
        ticks = [time.monotonic()]
        while ticks[-1] - ticks[0] < 1.5:
            await asyncio.sleep(0.02)
            ticks.append(time.monotonic())
        assert queue.empty()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        longest = max(later - earlier for earlier, later in zip(ticks[5:], ticks[6:]))
        return longest, time.monotonic() - ticks[-1]

    longest, cancelled_after = asyncio.run(play())
    assert longest < 0.4
    assert cancelled_after < 0.4


def java_version() -> int:
    """Return the main version of the Java that would be used, 0 without one."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=os.path.join(home, "bin") if home else None)
    if java is None:
        return 0
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(\d+)', said)
    return int(found.group(1)) if found else 0


needs_java = pytest.mark.skipif(
    java_version() < 17,
    reason="ansible-rulebook needs a Java runtime, version 17 or newer: none was found by JAVA_HOME or PATH",
)


class Rulebook:
    """A running ansible-rulebook with an example, and the folder that it watches."""

    def __init__(
        self,
        folder: Path,
        collections: Path,
        simulator: Simulator,
        *,
        example: str = "watch_jobs.yml",
        environment: t.Mapping[str, str] | None = None,
    ) -> None:
        shutil.copytree(EXAMPLES, folder, dirs_exist_ok=True)
        self.jobs = folder / "jobs"
        self.jobs.mkdir()
        self._output = folder / "output"
        with self._output.open("wb") as output:
            self.process = subprocess.Popen(
                [str(BIN / "ansible-rulebook"), "--rulebook", example, "--inventory", "inventory.yml"]
                + ["--env-vars", "IMS_JOBS"],
                cwd=folder,
                env={
                    "PATH": PATH,
                    "LC_ALL": "C.UTF-8",
                    "HOME": str(folder),
                    "IMS_JOBS": str(self.jobs),
                    "ANSIBLE_COLLECTIONS_PATH": str(collections),
                    **{name: os.environ[name] for name in ("JAVA_HOME",) if name in os.environ},
                    **simulator.account.environment(simulator.url),
                    **(environment or {}),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._output.read_text(encoding="utf-8", errors="replace")

    def await_output(self, words: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while words not in self.output:
            assert time.monotonic() < deadline and self.process.poll() is None, self.output
            time.sleep(0.1)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


@pytest.fixture
def rulebook(tmp_path: Path, collections: Path, simulator: Simulator) -> t.Iterator[Rulebook]:
    running = Rulebook(tmp_path / "rulebook", collections, simulator)
    yield running
    running.kill()


@needs_java
def test_the_example_plays_one_playbook_on_success_and_another_on_failure(
    rulebook: Rulebook, simulator: Simulator
) -> None:
    good = simulator.cloud.add_job(script=JobScript(duration=3), image_id="10000000-0000-4000-8000-000000000001")
    bad = simulator.cloud.add_job(script=JobScript(duration=3, outcome="FAIL"))
    (rulebook.jobs / good).touch()
    (rulebook.jobs / bad).touch()
    rulebook.await_output(f"{good} succeeded, images: 10000000-0000-4000-8000-000000000001")
    rulebook.await_output(f"{bad} failed, FAIL: IMG.0061: An unknown system error has occurred.")
    deadline = time.monotonic() + 20
    while list(rulebook.jobs.iterdir()):
        assert time.monotonic() < deadline, rulebook.output
        time.sleep(0.1)
    assert rulebook.output.count("PLAY [Deal with a job that has succeeded]") == 1
    assert rulebook.output.count("PLAY [Deal with a job that has failed]") == 1
    rulebook.process.send_signal(signal.SIGTERM)
    rulebook.process.wait(10)


def template_of(controller: Controller) -> _Dict:
    """Lay the job template of the example, as the role awx_setup makes it."""
    home = controller.named("organizations", "Default")["id"]
    prompts = {f"ask_{name}_on_launch": name == "variables" for name in ("inventory", "labels", "limit", "variables")}
    return controller.add(
        "job_templates", {"name": "IMS next", "organization": home, "playbook": "next.yml", **prompts}
    )


@needs_java
@pytest.mark.parametrize("prefix", ["/api/", "/api/controller/"])
def test_a_job_template_gets_the_job_of_the_event_and_asks_the_cloud_nothing(
    tmp_path: Path, collections: Path, awx: Awx, simulator: Simulator, prefix: str
) -> None:
    job_id = simulator.cloud.add_job(script=JobScript(duration=2), image_id="10000000-0000-4000-8000-000000000001")
    with Controller("Default", prefix=prefix) as controller:
        template_of(controller)
        account = {"EDA_CONTROLLER_USERNAME": "admin", "EDA_CONTROLLER_PASSWORD": controller.passwords["admin"]}
        url = controller.url if prefix == "/api/" else f"{controller.url}{prefix}"
        environment = {"EDA_CONTROLLER_URL": url, **account, "EDA_JOB_TEMPLATE_REFRESH_DELAY": "0.2"}
        running = Rulebook(
            tmp_path / "rulebook",
            collections,
            simulator,
            example="watch_jobs_in_awx.yml",
            environment=environment,
        )
        try:
            (running.jobs / job_id).touch()
            deadline = time.monotonic() + PATIENCE
            while not controller.items["jobs"]:
                assert time.monotonic() < deadline and running.process.poll() is None, running.output
                time.sleep(0.1)
        finally:
            running.kill()
        assert account["EDA_CONTROLLER_PASSWORD"] not in running.output
        (started,) = controller.items["jobs"].values()
    event = started["extra_vars"]["ansible_eda"]["event"]
    assert set(started["extra_vars"]) == {"ansible_eda"}
    assert set(started["extra_vars"]["ansible_eda"]) == {"event", "rule", "ruleset"}
    assert (event["job_id"], event["outcome"], event["job"]["status"]) == (job_id, "succeeded", "SUCCESS")
    polls = simulator.requests.total
    job = awx.launch("next.yml", extra_vars=started["extra_vars"]).end()
    assert "Images: 10000000-0000-4000-8000-000000000001" in job.output
    assert f"{job_id}: SUCCESS" in job.output
    assert simulator.requests.total == polls
