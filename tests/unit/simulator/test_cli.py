# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator as a program."""

from __future__ import annotations

import contextlib
import json
import os
import pathlib
import signal
import subprocess
import sys
import time
import typing as t
import urllib.request

import pytest

from ansible_collections.huaweicloud.ims.tests import simulator

TESTS = pathlib.Path(str(simulator.__file__)).parent.parent


@contextlib.contextmanager
def started(*arguments: str, **options: t.Any) -> t.Iterator[subprocess.Popen[str]]:
    """A process of the simulator, found by the short name of its package."""
    process = subprocess.Popen(
        [sys.executable, "-S", "-m", "simulator", *arguments],
        env={**os.environ, "PYTHONPATH": str(TESTS), "PYTHONDONTWRITEBYTECODE": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def wait_for(path: pathlib.Path) -> dict[str, t.Any]:
    for _turn in range(1000):
        if path.exists():
            return t.cast("dict[str, t.Any]", json.loads(path.read_text()))
        time.sleep(0.005)
    raise AssertionError("The simulator did not get ready.")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_from_the_ready_file_to_a_signal(tmp_path: pathlib.Path, number: signal.Signals) -> None:
    ready = tmp_path / "ready.json"
    with started("--ready-file", str(ready), "--access-key", "MYKEY", "--region", "eu-de", "--speed", "9") as process:
        told = wait_for(ready)
        with urllib.request.urlopen(f"{told['url']}/_simulator/account") as answer:
            account = json.load(answer)
        assert (told["access_key"], told["region"], told["pid"]) == ("MYKEY", "eu-de", process.pid)
        assert {name: account[name] for name in ("access_key", "secret_key", "region", "project_id")} == {
            name: told[name] for name in ("access_key", "secret_key", "region", "project_id")
        }
        assert ready.stat().st_mode & 0o777 == 0o600
        process.send_signal(number)
        out, err = process.communicate(timeout=5)
    assert (process.returncode, err) == (0, "")
    for name, value in told["environment"].items():
        assert f"export {name}={value}\n" in out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.thorough
def test_a_taken_port(one_simulator: simulator.Simulator) -> None:
    with started("--port", str(one_simulator.port)) as process:
        err = process.communicate(timeout=5)[1]
    assert process.returncode == 2
    assert err == f"Cannot listen on 127.0.0.1:{one_simulator.port}: Address already in use.\n"


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "example.com"])
def test_other_hosts_than_this_one(host: str, capsys: pytest.CaptureFixture[str]) -> None:
    from ansible_collections.huaweicloud.ims.tests.simulator import cli

    with pytest.raises(SystemExit) as caught:
        cli._parser().parse_args(["--host", host])
    assert caught.value.code == 2
    assert f"{host} is not a loopback address" in capsys.readouterr().err


@pytest.mark.thorough
def test_it_ends_with_the_pipe_of_its_parent() -> None:
    with started("--quit-with-parent", stdin=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdin is not None
        assert "listens" in process.stdout.readline()
        process.stdin.close()
        assert process.wait(timeout=5) == 0


@pytest.mark.thorough
def test_it_ends_with_its_parent(tmp_path: pathlib.Path) -> None:
    ready = tmp_path / "ready.json"
    # A parent that starts the simulator, waits for it, and goes without a word.
    parent = (
        "import os, pathlib, subprocess, sys, time\n"
        "subprocess.Popen(sys.argv[2:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)\n"
        "while not pathlib.Path(sys.argv[1]).exists(): time.sleep(0.005)\n"
    )
    command = [sys.executable, "-S", "-m", "simulator", "--quit-with-parent", "--ready-file", str(ready)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS), "PYTHONDONTWRITEBYTECODE": "1"}
    kept = tmp_path / "kept.json"
    link = f"import os; os.link({str(ready)!r}, {str(kept)!r})\n"
    subprocess.run([sys.executable, "-S", "-c", parent + link, str(ready), *command], env=environment, check=True)
    pid = wait_for(kept)["pid"]
    for _turn in range(1000):
        if not ready.exists():
            break
        time.sleep(0.005)
    assert not ready.exists(), f"The simulator is still there as process {pid}."
