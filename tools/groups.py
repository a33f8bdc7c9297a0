# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the sessions of noxfile.py install, in groups: each has a lock file of its name in tools/locks.

A new session takes a group that fits, or adds one here and runs `make update ARGS=NAME`.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclasses.dataclass(frozen=True)
class Group:
    """Requirements that are installed together."""

    requirements: tuple[str, ...]
    """Lines of a requirements file; the files in them are named from the root of the checkout."""
    python: str = "3.11"
    """The oldest Python that the group is installed for."""


RUNTIME_FILE = "meta/ee-requirements.txt"
RUNTIME = f"-r {RUNTIME_FILE}"
UNIT_TESTS = "-r tests/unit/requirements.txt"
BENCHMARKS = "-r tests/benchmarks/requirements.txt"
PLAYS = "-r tests/system/requirements.txt"
# The ansible-core that is worked with. No Python runs all that are supported.
CORE = ('ansible-core~=2.19.0; python_version < "3.14"', 'ansible-core>=2.20; python_version >= "3.14"')
# Each supported ansible-core, and the oldest Python that it runs on as a controller.
CORES = {"2.16": "3.10", "2.17": "3.10", "2.18": "3.11", "2.19": "3.11", "2.20": "3.12", "2.21": "3.12"}
# The pips that their ansible-test wants: get_venv_packages() in ansible_test/_internal/python_requirements.py.
PIPS = ("23.1.2", "24.2", "25.2")


def lines_of(path: str) -> list[str]:
    """Read a requirements file: no comments, no blank lines."""
    lines = (line.split(" #")[0].strip() for line in (ROOT / path).read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def lowest(path: str) -> tuple[str, ...]:
    """Pin each requirement of a file to the lowest version that it promises to work with."""
    return tuple(line.replace(">=", "==") for line in lines_of(path))


GROUPS = {
    "uv": Group(("uv>=0.13,<1",), python="3.9"),
    "venv": Group(("-r tools/requirements.txt",)),
    "lint": Group(
        (
            "ruff>=0.15,<0.18",
            "mypy>=1.18,<3",
            "yamllint>=1.37,<2",
            "antsibull-docutils",
            "antsibull-changelog>=0.30",
            # What the checked files import.
            "-r tools/requirements.txt",
            UNIT_TESTS,
            "trustme>=1.2,<2",
            "types-PyYAML",
        )
    ),
    "docs": Group((*CORE, PLAYS, "-r docs/requirements.txt")),
    "browser": Group((*CORE, PLAYS, "-r docs/requirements.txt", "-r tests/docs/browser/requirements.txt")),
    "cookbook": Group((*CORE, RUNTIME, PLAYS, "-r tests/docs/cookbook/requirements.txt")),
    "galaxy-importer": Group((*CORE, "galaxy-importer>=0.4.30,<0.5")),
    "tests": Group((*CORE, RUNTIME, UNIT_TESTS, "-r tests/campaign/requirements.txt", BENCHMARKS)),
    # Ours beside the others: each sees what the other did.
    "clients": Group((*CORE, RUNTIME, "-r tests/clients/requirements.txt")),
    "awx": Group((*CORE, RUNTIME, PLAYS, "-r tests/awx/requirements.txt")),
    # An ansible-runner as old as that of nodes of AWX 24.6.1, whose callback prints what an image's ansible-core says.
    "awx-node": Group(("ansible-runner==2.4.0",)),
    # Has the collection awx.awx 24.6.1 in it.
    "awx-collection": Group(("ansible==11.13.0",)),
    "lowest": Group(("ansible-core~=2.15.0", UNIT_TESTS, *lowest(RUNTIME_FILE)), python="3.9"),
    "lowest-controller": Group(("ansible-core==2.16.0", UNIT_TESTS, BENCHMARKS, *lowest(RUNTIME_FILE)), python="3.10"),
    **{f"core-{core}": Group((f"ansible-core~={core}.0", RUNTIME, PLAYS), python) for core, python in CORES.items()},
    **{f"pip-{version}": Group((f"pip=={version}",), python="3.9") for version in PIPS},
}
