# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Processes of tests: each ends within a bound, and takes the signals that a person's would."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import typing as t
from pathlib import Path

PATIENCE = 300.0
GRACE = 10.0


def heed_interrupts() -> None:
    """Let children take SIGINT as they do when a person starts them.

    What `nohup make test &` starts has it ignored, and whoever is started with an ignored signal goes on ignoring it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def play_environment(home: Path) -> dict[str, str]:
    """Return variables for a play that knows nothing of this machine but where its programs and collections are."""
    inherited = {name: os.environ[name] for name in ("PATH", "ANSIBLE_COLLECTIONS_PATH") if name in os.environ}
    return {
        **inherited,
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
    }


def kill_group(process: subprocess.Popen[t.Any]) -> None:
    """End a process that leads a session of its own, with its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(GRACE)


def run(
    command: t.Sequence[str], *, env: t.Mapping[str, str], cwd: Path | None = None, patience: float = PATIENCE
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, or fail with what it has printed.

    Its output goes into files. A pipe would be read to its end, and some child that outlives the command, as workers of
    ansible-playbook do when that is killed, keeps it open: the test would hang just where it had to fail.
    """
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(
            command, env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True
        )
        try:
            code: int | None = process.wait(patience)
        except subprocess.TimeoutExpired:
            code = None
        finally:
            kill_group(process)
        stdout, stderr = _text_of(out), _text_of(err)
    assert code is not None, f"{' '.join(command)} did not end within {patience:g} s. It printed:\n{stdout}\n{stderr}"
    return subprocess.CompletedProcess(command, code, stdout, stderr)


def _text_of(file: t.IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
