# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Play the role awx_setup, with the real modules of awx.awx, on a stand-in for AWX."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.tests.awx.controller import Controller
from ansible_collections.huaweicloud.ims.tests.awx.harness import BIN, PATH, ROOT
from ansible_collections.huaweicloud.ims.tests.system import processes

_Dict = dict[str, t.Any]
ROLE = ROOT / "roles" / "awx_setup"
PLAYBOOKS = sorted(path.name for path in (ROLE / "files" / "project").glob("*.yml"))
AWX_COLLECTION = ROOT / ".venv" / "collections"
"""Where tests/awx/fetch_collection.py has put awx.awx."""
PATIENCE = 180.0
LEAST: _Dict = {"awx_setup_project_url": "https://git.example.com/ims.git"}
OPTIONS: _Dict = {
    **LEAST,
    "awx_setup_execution_environment_image": "registry.example.com/ims-ee:1",
    "awx_setup_credential_inputs": {
        "access_key": "AK01",
        "secret_key": "{{ 'its-' ~ 'secret' }}",
        "region": "cn-north-4",
    },
}


@dataclasses.dataclass(frozen=True)
class Played:
    """How the role went."""

    code: int
    output: str
    errors: str

    def count(self, name: str) -> int:
        """Return one of the numbers of the recap, such as ``changed``."""
        (found,) = re.findall(rf"\b{name}=(\d+)", self.output)
        return int(found)

    @property
    def text(self) -> str:
        return f"{self.output}\n{self.errors}"

    @property
    def words(self) -> str:
        """Return all of it without line breaks, which stand anywhere in messages of Ansible."""
        return " ".join(self.text.split())


class SettingUp:
    """Plays the role from one place, which the collection and awx.awx are installed in."""

    def __init__(self, folder: Path, collections: Path) -> None:
        self._folder = folder
        self._paths = f"{collections}:{AWX_COLLECTION}"

    def play(self, controller: Controller, options: _Dict, *arguments: str, user: str = "admin", **more: str) -> Played:
        role = {"role": "huaweicloud.ims.awx_setup", "vars": options}
        return self.play_text(
            controller, [{"hosts": "localhost", "gather_facts": False, "roles": [role]}], *arguments, user=user, **more
        )

    def play_text(
        self, controller: Controller, plays: t.Any, *arguments: str, user: str = "admin", **more: str
    ) -> Played:
        """Play a playbook. ``more`` are variables of its environment."""
        playbook = self._folder / "setup.yml"
        playbook.write_text(yaml.safe_dump(plays, sort_keys=False), encoding="utf-8")
        own = {"PATH": PATH, "LC_ALL": "C.UTF-8", "HOME": str(self._folder), "ANSIBLE_COLLECTIONS_PATH": self._paths}
        command = [str(BIN / "ansible-playbook"), str(playbook), *arguments]
        environment = {**own, **controller.environment(user), **more}
        done = processes.run(command, env=environment, patience=PATIENCE)
        return Played(done.returncode, done.stdout, done.stderr)

    def well(self, controller: Controller, options: _Dict, *arguments: str, **more: str) -> Played:
        """Play the role, which has to go well."""
        played = self.play(controller, options, *arguments, **more)
        assert played.code == 0, played.text
        return played
