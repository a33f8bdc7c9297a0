# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tests end, and pass, however they were started: `nohup make test &` ignores SIGINT, and a busy machine delays all."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from ansible_collections.huaweicloud.ims.tests.system import processes
from ansible_collections.huaweicloud.ims.tools.groups import ROOT


def test_interrupts_reach_children_where_the_tests_were_started_with_interrupts_ignored() -> None:
    test = "tests/system/test_processes.py::test_children_take_interrupts"
    program = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN);"
    program += "os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"
    done = subprocess.run(
        [sys.executable, "-c", program, "-m", "pytest", "-p", "no:cacheprovider", test],
        cwd=ROOT,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "1 passed" in done.stdout


def test_a_command_that_hangs_fails_with_what_it_printed_though_a_child_of_it_lives_on() -> None:
    """The child is in a session of its own, as Ansible's workers are, and holds on to the output."""
    child = "import time; time.sleep(8)"
    hangs = (
        f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True);"
    )
    hangs += "print('so far', flush=True); time.sleep(600)"
    began = time.monotonic()
    with pytest.raises(AssertionError, match=r"did not end within 2 s. It printed:\nso far\n"):
        processes.run([sys.executable, "-c", hangs], env=dict(os.environ), patience=2)
    assert time.monotonic() - began < 7
