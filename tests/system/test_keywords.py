# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Ansible's keywords around a module of the collection: the same in the task's process as for a module."""

from __future__ import annotations

import subprocess
import typing as t

import yaml

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.system.harness import BIN, UNSET, Playground, Task, task

HOSTS = ("one", "two", "three")
UNKNOWN = "0123456789abcdef"


class Vaulted:
    """A value that YAML shows with its tag."""

    def __init__(self, text: str) -> None:
        self.text = text


yaml.SafeDumper.add_representer(Vaulted, lambda dumper, value: dumper.represent_scalar("!vault", value.text, style="|"))


def encrypted(playground: Playground, secret: str) -> Vaulted:
    """Return a secret as ansible-vault encrypts it, by the password in the file that is called so."""
    (playground.folder / "password").write_text("of the vault\n", encoding="utf-8")
    command = [str(BIN / "ansible-vault"), "encrypt_string", "--vault-password-file", "password", secret]
    done = subprocess.run(
        command, cwd=playground.folder, env=playground.environment(), check=True, capture_output=True, text=True
    )
    return Vaulted("\n".join(line.strip() for line in done.stdout.splitlines()[1:]) + "\n")


def tasks_of(job: str, running: str, keys: dict[str, str]) -> list[Task]:
    """Return tasks with one keyword or two each."""
    delegated = {"delegate_to": "elsewhere", "vars": {"ansible_connection": "local"}}
    until = {"register": "seen", "until": "seen.jobs[0].finished", "retries": 60, "delay": 1}
    return [
        task("ims_job_info", "plain", job_id=job),
        task("ims_job_info", "loop", keywords={"loop": [job, UNKNOWN]}, job_id="{{ item }}"),
        task("ims_job_info", "until", keywords=until, job_id=running),
        task("ims_job_info", "delegate", keywords=delegated, job_id=job),
        task("ims_job_info", "once", keywords={"run_once": True}, job_id=job),
        task("ims_job_info", "vars", keywords={"vars": {"wanted": job}}, job_id="{{ wanted }}"),
        task("ims_job_info", "environment", keywords={"environment": {**keys, "HW_PROJECT_ID": "other"}}, job_id=job),
        task("ims_job_info", "hidden", keywords={"no_log": True}, job_id=job),
        task("ims_job_info", "judged", keywords={"failed_when": "x.missing", "register": "x"}, job_id=UNKNOWN),
        task("ims_job_info", "not now", keywords={"when": "inventory_hostname == 'two'"}, job_id=job),
        task("ims_quota_info", "in time", keywords={"timeout": 2}),
        task("ims_job_info", "dry", keywords={"check_mode": True}, job_id=job),
    ]


def outcomes(playground: Playground, **play: t.Any) -> list[tuple[t.Any, ...]]:
    """Return how each task went on each host, and which jobs it told of."""
    inventory = playground.folder / "inventory.ini"
    inventory.write_text("".join(f"{host} ansible_connection=local\n" for host in HOSTS), encoding="utf-8")
    played = playground.play(
        play.pop("tasks"),
        *("-i", str(inventory), "--forks", "50", "--vault-password-file", str(playground.folder / "password")),
        **play,
    )
    assert "Traceback" not in played.output, played.output
    found = []
    for entry in played.entries:
        result = entry["result"]
        jobs = [
            (job["job_id"], job["finished"]) for one in result.get("results", [result]) for job in one.get("jobs", ())
        ]
        msg = str(result.get("msg", ""))
        found.append((entry["host"], entry["task"], entry["outcome"], jobs, "imed out" in msg, result.get("missing")))
    return sorted(found, key=str)


def test_keywords_mean_the_same_both_ways(playground: Playground, simulator: Simulator) -> None:
    account = simulator.account
    job = simulator.cloud.add_job(script=JobScript(duration=0))
    simulator.faults.add(Fault("delay", path="/quota", seconds=20))
    hidden = encrypted(playground, account.secret_key)
    keys = {"HW_ACCESS_KEY": account.access_key, "HW_SECRET_KEY": account.secret_key}
    told = {"region": account.region, "endpoint": simulator.url, "project_id": account.project_id}
    play = {
        "hosts": "all",
        "serial": 2,
        "strategy": "free",
        "ignore_errors": True,
        "module_defaults": {
            "group/huaweicloud.ims.ims": {**told, "access_key": account.access_key, "secret_key": "{{ hidden }}"}
        },
        "env": dict.fromkeys(account.environment(""), UNSET),
    }
    ways = []
    for in_process in (True, False):
        running = simulator.cloud.add_job(script=JobScript(duration=3))
        whole = {"hidden": hidden, "huaweicloud_ims_in_process": in_process}
        found = outcomes(playground, tasks=tasks_of(job, running, keys), vars=whole, **play)
        ways.append(yaml.safe_load(yaml.safe_dump([list(one) for one in found]).replace(running, "running")))
    assert ways[0] == ways[1]
    of_two = {one[1]: one for one in ways[0] if one[0] == "two"}
    assert of_two["plain"][3] == of_two["delegate"][3] == of_two["vars"][3] == of_two["dry"][3] == [[job, True]]
    assert (of_two["until"][3], of_two["loop"][3]) == ([["running", True]], [[job, True]])
    assert (of_two["judged"][2], of_two["not now"][2], of_two["in time"][2]) == ("failed", "ok", "failed")
    assert [one[2] for one in ways[0] if one[1] == "not now"].count("skipped") == 2
    # Once a batch, of which there are two.
    assert len([one for one in ways[0] if one[1] == "once"]) in (2, 3)
