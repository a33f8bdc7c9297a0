# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guide tells people to type works, as far as it can without AWX itself."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import yaml

from ansible_collections.huaweicloud.ims.tests.awx.harness import PATH, PATIENCE, ROOT, blocks_of, read_yaml
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

ROLE = ROOT / "roles" / "awx_setup"


def test_a_job_template_can_be_tried_without_awx(tmp_path: Path, collections: Path, simulator: Simulator) -> None:
    (block,) = [text for text in blocks_of("bash") if "ansible-runner" in text]
    place = {"COLLECTIONS": str(collections), "ANSIBLE_COLLECTIONS_PATH": str(collections), "HOME": str(tmp_path)}
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", block],
        env={"PATH": PATH, "LC_ALL": "C.UTF-8", **place, **simulator.account.environment(simulator.url)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 done" in done.stdout or "SUCCESS after" in done.stdout
    assert "ims-image:awx.qcow2" in simulator.cloud.objects


def test_its_table_of_job_templates_is_that_of_the_role() -> None:
    guide = (ROOT / "docs" / "awx.md").read_text(encoding="utf-8")
    for template in read_yaml(ROLE / "vars" / "main.yml")["awx_setup_job_templates"]:
        variables = ", ".join(f"`{q['variable']}`" for q in template["survey"].get("spec", []))
        extra = yaml.safe_dump(template["extra_vars"]).strip() if template["extra_vars"] else ""
        row = ["", f"`{template['playbook']}`", f"`{extra}`" if extra else "", variables, ""]
        assert " ".join("|".join(f" {cell} " for cell in row).split()).strip() in guide


def test_the_commands_for_ansible_rulebook_are_those_of_the_examples() -> None:
    blocks = [text for text in blocks_of("bash") if "ansible-rulebook" in text]
    examples = ("watch_jobs.yml", "watch_jobs_in_awx.yml")
    for block, name in zip(blocks, examples, strict=True):
        example = (ROOT / "docs" / "examples" / "rulebooks" / name).read_text(encoding="utf-8")
        assert block.strip().splitlines()[-1] in example


def test_its_links_lead_somewhere() -> None:
    text = (ROOT / "docs" / "awx.md").read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    assert len(links) > 5
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
