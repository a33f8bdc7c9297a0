# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Nights: the whole role golden_image as a process that is killed, at a moment drawn at random, and run again.

The journal has to keep the promises of docs/golden_images.md, whatever the cloud shows of an image in creation.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
import typing as t
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, Image, Simulator
from ansible_collections.huaweicloud.ims.tests.system.processes import kill_group, play_environment

SHOWN = ("name", "uuid", "hidden")
"""What the cloud may show of an image while it is being made."""
SERVER = "40000000-0000-4000-8000-000000000001"
NAME, COPY, OBJECT, RECEIVER = "golden-9", "near-copy", "ims-image:golden.qcow2", "b0000000000000000000000000000009"
JOB_SECONDS = 0.4
# How long a run looks for an image that a killed one may have started.
TIMEOUT = 6.0
_PATIENCE = 120.0
_UNCLEAR = re.compile(r"An earlier run was about to start .* remove (\S+\.json) and run again")
_OFTEN = {"interval": 0.1, "max_interval": 0.3}
_WAITING = (
    *("ecs_server_power", "ims_image_copy", "ims_image_create", "ims_image_export"),
    *("ims_image_rotation", "wait_for_ims_job"),
)
_PLAY = {
    "hosts": "localhost",
    "connection": "local",
    "gather_facts": False,
    "module_defaults": {f"huaweicloud.ims.{name}": _OFTEN for name in _WAITING},
    "roles": [
        {
            "role": "huaweicloud.ims.golden_image",
            "vars": {
                "golden_image_name": NAME,
                "golden_image_instance_id": SERVER,
                "golden_image_stop_server": True,
                "golden_image_tags": {"release": "9"},
                "golden_image_copies": [{"name": COPY}],
                "golden_image_share_with": [RECEIVER],
                "golden_image_exports": [{"bucket": "ims-image", "object_key": "golden.qcow2", "file_format": "qcow2"}],
                "golden_image_verify": True,
                "golden_image_family": {"name_regex": "^golden-[0-9]+$"},
                "golden_image_channel": "stable",
                "golden_image_keep": 2,
                "golden_image_timeout": TIMEOUT,
            },
        }
    ],
}


@dataclasses.dataclass
class Story:
    """What became of some nights. ``broken`` are sentences about promises that were not kept."""

    nights: int = 0
    unclear: int = 0
    broken: list[str] = dataclasses.field(default_factory=list)


class Night:
    """One project, one journal, and as many runs of the same play as it takes."""

    def __init__(self, folder: Path, shown: str) -> None:
        self.folder = folder
        self.journal = folder / "journal"
        self.simulator = Simulator(job_seconds=JOB_SECONDS)
        self.simulator.configure(creation_shown=shown)

    def __enter__(self) -> Night:
        self.simulator.__enter__()
        for day in range(1, 4):
            created = time.time() - day * 86400
            image_id = f"60000000-0000-4000-8000-{day:012d}"
            self.simulator.cloud.add_image(Image(image_id=image_id, name=f"golden-{9 - day}", created_at=created))
        (self.folder / "night.yml").write_text(yaml.safe_dump([_PLAY]), encoding="utf-8")
        return self

    def __exit__(self, *error: t.Any) -> None:
        self.simulator.__exit__(*error)

    def begin(self, log: str = "log") -> subprocess.Popen[bytes]:
        """Start a run, as the leader of a group that can be killed with all its workers."""
        command = [str(Path(sys.executable).parent / "ansible-playbook"), "night.yml", "--diff"]
        with (self.folder / log).open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def finish(self, process: subprocess.Popen[bytes], log: str = "log") -> tuple[int, str]:
        try:
            code = process.wait(_PATIENCE)
        finally:
            kill_group(process)
        return code, (self.folder / log).read_text(encoding="utf-8", errors="replace")

    def run(self) -> tuple[int, str]:
        return self.finish(self.begin())

    def _environment(self) -> dict[str, str]:
        return {
            **play_environment(self.folder),
            "HUAWEICLOUD_IMS_JOURNAL": str(self.journal),
            "HUAWEICLOUD_IMS_JOURNAL_RUN": "tonight",
            **self.simulator.account.environment(self.simulator.url),
        }

    # -- what there is ------------------------------------------------------------------------------------------------

    def changes(self) -> int:
        """Return how many requests were to change something; the search by tags is a POST that reads."""
        return sum(
            1
            for entry in self.simulator.requests
            if entry.method != "GET" and "resource_instances" not in entry.path and "auth/tokens" not in entry.path
        )

    def made(self, api: str) -> int:
        """Return how many jobs of a type there are."""
        return sum(1 for job in self.simulator.cloud.jobs.values() if api in job.job_type)

    def doubles(self) -> list[str]:
        """Return what there is too much of: it can never be right, however far the runs came."""
        self.settle()
        found = []
        for what, words in (("images", "CreateImageByInstance"), ("copies", "Copy"), ("exports", "Export")):
            if self.made(words) > 1:
                found.append(f"{self.made(words)} {what} were started")
        return found

    def lacks(self) -> list[str]:
        """Return what is not as it was asked for, once a run has gone well."""
        self.settle()
        cloud = self.simulator.cloud
        images = [image for image in cloud.images.values() if image.name == NAME]
        if len(images) != 1 or images[0].status != "active":
            return [f"images of the name: {[image.status for image in images]}"]
        (image,) = images
        family = sorted(one.name for one in cloud.images.values() if re.fullmatch("golden-[0-9]+", one.name))
        wrong = {
            "copy": sum(1 for one in cloud.images.values() if one.name == COPY) != 1,
            "tags": not {"release", "channel"} <= {re.split("[.=]", tag)[0] for tag in image.tags},
            "share": [member.project_id for member in image.members] != [RECEIVER],
            "export": OBJECT not in cloud.objects,
            f"family {family}": family != ["golden-8", NAME],
            "server": cloud.servers[SERVER].status != "ACTIVE",
        }
        return [what for what, is_wrong in wrong.items() if is_wrong]

    def settle(self) -> None:
        """Let the cloud end what it has begun."""
        time.sleep(2 * JOB_SECONDS)
        self.simulator.cloud.settle()


def measure(shown: str = "hidden") -> tuple[float, int]:
    """Return how long a night takes that nobody disturbs, and how many requests it sends."""
    with tempfile.TemporaryDirectory() as folder, Night(Path(folder), shown) as night:
        began = time.monotonic()
        code, log = night.run()
        if code or night.lacks():
            raise AssertionError(f"A night that nobody disturbed went wrong: {night.lacks()}\n{log}")
        return time.monotonic() - began, len(night.simulator.requests)


def disturbed(seed: int, shown: str, seconds: float, requests: int) -> Story:
    """Play a night that is killed at a moment drawn at random, and see what the next runs make of it."""
    drawn = random.Random(seed)
    way = drawn.choice(sorted(_WAYS))
    with tempfile.TemporaryDirectory() as folder, Night(Path(folder), shown) as night:
        is_now, told = _WAYS[way](night, drawn, seconds, requests)
        process = night.begin()
        while process.poll() is None and not is_now():
            time.sleep(0.002)
        # One that has ended already is a night like any other.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        night.simulator.faults.clear()
        story = Story(1)
        story.broken = [f"seed {seed}, {shown}, killed {told}: {sentence}" for sentence in _afterwards(night, story)]
        return story


_Moment = tuple[t.Callable[[], bool], str]


def _after_a_time(night: Night, drawn: random.Random, seconds: float, requests: int) -> _Moment:
    moment = drawn.uniform(0.2, 1.0) * seconds
    ends = time.monotonic() + moment
    return lambda: time.monotonic() >= ends, f"after {moment:.2f} s"


def _at_a_request(night: Night, drawn: random.Random, seconds: float, requests: int) -> _Moment:
    """Kill while any request is under way, all of which are carried out a little later."""
    number = drawn.randint(1, requests)
    night.simulator.faults.add(Fault("delay", method="POST", seconds=0.3))
    return lambda: len(night.simulator.requests) >= number, f"at request {number}"


def _at_a_lost_request(night: Night, drawn: random.Random, seconds: float, requests: int) -> _Moment:
    """Kill while a request is under way that is never carried out."""
    number = drawn.randint(1, 8)
    for kind in ("delay", "reset"):
        night.simulator.faults.add(Fault(kind, method="POST", skip=number - 1, count=1, seconds=0.5))
    return lambda: _posts(night) >= number, f"at change {number}, which is lost"


def _posts(night: Night) -> int:
    return sum(1 for entry in night.simulator.requests if entry.method == "POST")


_WAYS = {"time": _after_a_time, "request": _at_a_request, "lost": _at_a_lost_request}


def _afterwards(night: Night, story: Story) -> list[str]:
    """Run the play again until it goes well; an unclear intent is dealt with as its message says."""
    for _turn in range(3):
        before = {name: night.made(name) for name in ("CreateImageByInstance", "Copy", "Export")}
        code, log = night.run()
        if night.doubles():
            return [*night.doubles(), log]
        if code == 0:
            lacking = night.lacks()
            return [f"not as asked for: {', '.join(lacking)}", log] if lacking else _again(night)
        unclear = _UNCLEAR.search(re.sub(r"\s+", " ", log))
        if unclear is None:
            return [f"exit code {code}", log]
        story.unclear += 1
        entry = yaml.safe_load(Path(unclear[1]).read_text(encoding="utf-8"))
        word = {"CreateImage": "CreateImageByInstance", "ExportImage": "Export"}.get(entry["intent"]["api"], "Copy")
        if night.made(word) != before[word]:
            return ["an unclear intent was started all the same", log]
        # Somebody has looked into the console: it was not started, or is over.
        night.settle()
        Path(unclear[1]).unlink()
    return ["three runs did not do", log]


def _again(night: Night) -> list[str]:
    """Run the play once more, the same night: the only changing request is the export that the cloud refuses."""
    before = night.changes()
    code, log = night.run()
    changed = night.changes() - before
    stops = night.simulator.cloud.servers[SERVER].status
    if code or changed > 1 or stops != "ACTIVE" or night.doubles():
        return [f"run again the same night: exit code {code}, {changed} changing requests, server {stops}", log]
    return []


# -- two runs at once -------------------------------------------------------------------------------------------------


def race(images: int = 10) -> list[str]:
    """Let two runs make the same images at once, one after the other; return what is wrong, which is nothing."""
    task = {
        "name": "Make an image",
        "huaweicloud.ims.ims_image_create": {
            "source": "server",
            "name": "raced-{{ item }}",
            "instance_id": SERVER,
            "wait": True,
            **_OFTEN,
        },
        "loop": list(range(images)),
    }
    with tempfile.TemporaryDirectory() as folder, Night(Path(folder), "hidden") as night:
        play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}
        (night.folder / "night.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
        runs = [night.begin(f"log-{number}") for number in range(2)]
        done = [night.finish(process, f"log-{number}") for number, process in enumerate(runs)]
        broken = [f"exit code {code}\n{log}" for code, log in done if code]
        started = night.made("CreateImageByInstance")
        return broken + ([f"{started} jobs for {images} images"] if started != images else [])
