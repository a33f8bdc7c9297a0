# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demonstration behind `make demo`: the shipped playbook, against a cloud that runs on this machine."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import typing as t
from pathlib import Path

SIMULATOR = "ansible_collections.huaweicloud.ims.tests.simulator"
PLAYBOOK = "huaweicloud.ims.demo"
PATIENCE = 15.0  # seconds for the simulator to start, a hundred times what it takes
INTERRUPTED = 130

INTRODUCTION = """\
A demonstration on this machine: no cloud is asked, and nothing is billed.

  Simulated: Huawei Cloud's services IMS (images) and IAM (identities), by a small web server that has been started
             at {url}. It ends with the demonstration. Exporting an image takes {seconds:g} seconds there.
  Real:      everything else. ansible-playbook runs the collection's playbook playbooks/demo.yml, which exports an
             image and waits for it by signed HTTP requests.
"""
FAREWELL = """\
The simulator has been stopped; nothing is left running. To export a real image in a real cloud:

  . .venv/bin/activate
  export HW_ACCESS_KEY=... HW_SECRET_KEY=... HW_REGION_NAME=cn-north-4
  ansible-playbook huaweicloud.ims.demo -e image_id=IMAGE -e bucket_url=BUCKET:FILE.qcow2

HW_IMS_ENDPOINT, HW_OBS_ENDPOINT, HW_AUTH_URL and HW_PROJECT_ID are to stay unset: in the demonstration they led to the
simulator.
"""


class DemoError(Exception):
    """The demonstration cannot go on; the text says why."""


def main() -> int:
    options = parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C
    try:
        with simulator(options.port, options.job_seconds, options.collections) as account:
            print(INTRODUCTION.format(url=account["url"], seconds=options.job_seconds), flush=True)
            status = run_playbook(account, options.collections)
    except KeyboardInterrupt:
        print("\nInterrupted. The simulator has been stopped; nothing is left running.")
        return INTERRUPTED
    except DemoError as exc:
        print(f"The demonstration failed: {exc}", file=sys.stderr)
        return 1
    print(FAREWELL if status == 0 else f"The playbook failed with exit code {status}; the simulator has been stopped.")
    return status


def parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="where the simulator listens; a free port when not given")
    parser.add_argument("--job-seconds", type=float, default=15, help="how long an image export takes (default: 15)")
    purelib = sysconfig.get_path("purelib")
    parser.add_argument("--collections", default=purelib, help="the folder that holds ansible_collections")
    return parser.parse_args(arguments)


@contextlib.contextmanager
def simulator(port: int, job_seconds: float, collections: str) -> t.Iterator[dict[str, t.Any]]:
    """Run the simulator as long as the block lasts; give the block its address and the keys of an account in it."""
    with tempfile.TemporaryDirectory(prefix="ims-demo-") as folder:
        ready_file, log_file = Path(folder, "ready.json"), Path(folder, "log")
        command = [sys.executable, "-m", SIMULATOR, "--port", str(free_port(port)), "--ready-file", str(ready_file)]
        command += ["--quit-with-parent", "--job-seconds", str(job_seconds)]
        with log_file.open("wb") as log:
            # In a group of its own, so that on Ctrl-C the playbook ends first. Ends with its pipe if we are killed.
            environment = {**os.environ, "PYTHONPATH": collections}
            process = subprocess.Popen(
                command, env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log, process_group=0
            )
        try:
            yield wait_until_ready(process, ready_file, log_file)
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C would leave things half stopped
            stop(process)


def free_port(wanted: int) -> int:
    """Take another port when the wanted one is taken: 0, by which the simulator chooses."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as exc:
            print(f"Port {wanted} cannot be had ({exc.strerror}); another one is taken.\n")
            return 0
    return wanted


def wait_until_ready(process: subprocess.Popen[bytes], ready_file: Path, log_file: Path) -> dict[str, t.Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, ValueError):  # not there yet, or not yet whole
            account: dict[str, t.Any] = json.loads(ready_file.read_text(encoding="utf-8"))
            return account
        time.sleep(0.05)
    raise DemoError(f"the simulator did not start: {log_file.read_text(errors='replace').strip() or 'no word from it'}")


def run_playbook(account: dict[str, t.Any], collections: str) -> int:
    command = [str(Path(sys.executable).with_name("ansible-playbook")), PLAYBOOK]
    # In a group of its own, and ended by stop(): Ctrl-C would make Ansible print a traceback while it starts.
    with tempfile.TemporaryDirectory(prefix="ims-demo-home-") as home:
        environment = environment_for(account, collections, home)
        with subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, process_group=0) as playbook:
            try:
                return playbook.wait()
            except KeyboardInterrupt:
                stop(playbook)
                raise


def environment_for(account: dict[str, t.Any], collections: str, home: str) -> dict[str, str]:
    """Make an environment that leads to the simulator only, whatever cloud this shell is set up for."""
    foreign = ("HW_", "HUAWEICLOUD_SDK_", "OS_")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(foreign)},
        "HOME": home,  # Ansible writes into it
        "ANSIBLE_COLLECTIONS_PATH": collections,
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        **account["environment"],
        "NO_PROXY": "127.0.0.1,localhost",
        "PYTHONUNBUFFERED": "1",  # progress is to be seen when it happens, in a pipe too
    }


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, and make it and its children end when it does not."""
    process.terminate()
    try:
        process.wait(3)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


if __name__ == "__main__":
    sys.exit(main())
