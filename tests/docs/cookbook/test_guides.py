# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each playbook of the guides runs on the simulated cloud as it stands there, or the page says that it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.huaweicloud.ims.tests.docs.markdown import Block, blocks, pages, text_of
from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

BIN = Path(sys.executable).parent
MARK = "not for the simulated cloud"
WHOLE_PAGE = "The plays of this page are not for the simulated cloud"
PATIENCE = 120
# The guides whose playbooks run dry, too, and again.
AGAIN = ("docs/golden_images.md",)
# Some look at jobs while they run.
SECONDS = {"docs/without_a_cloud.md": 15}


def is_marked(block: Block) -> bool:
    """Tell whether the paragraph before a block, or the page, says that it is not for the simulator."""
    text = text_of(block.page)
    before = text.split(block.text)[0].rsplit("```yaml", 1)[0].rstrip().rsplit("\n\n", 1)[-1]
    if "huaweicloud.ims.awx_setup" in block.text:  # it sets an AWX up, which tests/awx does with stand-ins
        return True
    return MARK in before.replace("\n", " ") or WHOLE_PAGE in text.replace("\n", " ")


def is_playbook(block: Block) -> bool:
    return block.language == "yaml" and bool(block.plays) and "hosts:" in block.text


GUIDES = [page for page in pages() if page.startswith("docs/")]
PLAYBOOKS = [block for page in [*GUIDES, "docs/docsite/index.md"] for block in blocks(page) if is_playbook(block)]
RUNNABLE = [block for block in PLAYBOOKS if not is_marked(block)]


def test_most_playbooks_of_the_guides_can_be_tried_without_a_cloud() -> None:
    assert len(RUNNABLE) > len(PLAYBOOKS) / 2


@pytest.mark.parametrize("block", RUNNABLE, ids=lambda block: block.name)
def test_a_playbook_of_the_guides_runs_on_the_simulated_cloud(block: Block, tmp_path: Path) -> None:
    (tmp_path / "guide.yml").write_text(block.text, encoding="utf-8")
    with Simulator(job_seconds=SECONDS.get(block.page, 1)) as simulator:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "LC_ALL": "C.UTF-8",
            "IMS_JOBS": str(tmp_path / "jobs"),
            "ANSIBLE_COLLECTIONS_PATH": str(next(BIN.parent.glob("lib/python*/site-packages"))),
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
            **simulator.account.environment(simulator.url),
        }
        for arguments in (["--check"], [], []) if block.page in AGAIN else ([],):
            command = [str(BIN / "ansible-playbook"), "guide.yml", *arguments]
            done = subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
            assert done.returncode == 0, done.stdout + done.stderr
            assert "--check" not in arguments or not simulator.cloud.jobs
