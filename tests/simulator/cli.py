# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulator's command line."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import ipaddress
import json
import os
import pathlib
import select
import signal
import stat
import sys
import threading
import time
import typing as t

from .account import Account
from .clock import RealClock
from .simulator import Simulator

_ACCOUNT_OPTIONS = ("access_key", "secret_key", "username", "password", "domain_name", "region", "project_id")
_PARENT_CHECK_SECONDS = 0.2


def main(arguments: t.Sequence[str] | None = None) -> int:
    """Serve until a signal comes (or the parent has gone); 0, or 2 if that was not possible."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    parent = os.getppid()
    options = _parser().parse_args(arguments)
    simulator = _simulator(options)
    try:
        simulator.start()
    except OSError as error:
        print(f"Cannot listen on {options.host}:{options.port}: {error.strerror or error}.", file=sys.stderr)
        return 2
    try:
        _announce(simulator, options.ready_file)
        if options.quit_with_parent:
            threading.Thread(target=_watch_parent, args=(parent, stop), daemon=True).start()
        stop.wait()
    finally:
        simulator.stop()
        _remove(options.ready_file)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__, allow_abbrev=False)
    parser.add_argument("--host", type=_loopback, default="127.0.0.1", help="loopback only (default: %(default)s)")
    parser.add_argument("--port", type=int, default=0, help="default: a free one")
    parser.add_argument("--ready-file", type=pathlib.Path, help="write how to reach it into this file, as JSON")
    parser.add_argument("--speed", type=float, default=1.0, help="how many times faster than time jobs run")
    parser.add_argument("--job-seconds", type=float, default=20.0, help="how long jobs run (default: %(default)s)")
    parser.add_argument("--quit-with-parent", action="store_true", help="end with the parent process or its pipe")
    parser.add_argument("--log-requests", action="store_true", help="tell each request on standard error")
    parser.add_argument("--certfile", help="serve TLS with this certificate")
    parser.add_argument("--keyfile", help="the key of the certificate, if it is in another file")
    for name in _ACCOUNT_OPTIONS:
        default = getattr(Account(), name)
        parser.add_argument(f"--{name.replace('_', '-')}", default=default, help="default: %(default)s")
    return parser


def _loopback(value: str) -> str:
    try:
        local = value == "localhost" or ipaddress.ip_address(value).is_loopback
    except ValueError:
        local = False
    if not local:
        raise argparse.ArgumentTypeError(f"{value} is not a loopback address")
    return value


def _simulator(options: argparse.Namespace) -> Simulator:
    account = dataclasses.replace(Account(), **{name: getattr(options, name) for name in _ACCOUNT_OPTIONS})
    return Simulator(
        clock=RealClock(options.speed),
        account=account,
        job_seconds=options.job_seconds,
        host=options.host,
        port=options.port,
        certfile=options.certfile,
        keyfile=options.keyfile,
        note=_note if options.log_requests else lambda line: None,
    )


def _note(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def _announce(simulator: Simulator, ready_file: pathlib.Path | None) -> None:
    variables = simulator.account.environment(simulator.url)
    if ready_file is not None:
        _write_ready_file(ready_file, simulator, variables)
    lines = [
        f"The IMS simulator listens on {simulator.url} (process {os.getpid()}); Ctrl-C ends it.",
        "Nothing of it is real, the keys included. To use it from this machine:",
        "",
        *(f"export {name}={value}" for name, value in variables.items()),
    ]
    try:
        print("\n".join(lines), flush=True)
    except BrokenPipeError:
        # Whoever started it does not listen; without this Python would complain again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_ready_file(path: pathlib.Path, simulator: Simulator, variables: t.Mapping[str, str]) -> None:
    """Written beside its place and moved there, so that nobody reads half of it."""
    account = {name: getattr(simulator.account, name) for name in _ACCOUNT_OPTIONS}
    regions = {region: simulator.url_of(region) for region in simulator.regions}
    told = {"url": simulator.url, "port": simulator.port, "pid": os.getpid(), **account, "environment": dict(variables)}
    told["regions"] = regions
    told["partner"] = simulator.accounts["partner"].environment(simulator.url)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.touch(mode=0o600)
    beside.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    beside.replace(path)


def _remove(path: pathlib.Path | None) -> None:
    if path is None:
        return
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def _watch_parent(parent: int, stop: threading.Event) -> None:
    """End when the parent has gone, or when it closes the pipe that is our standard input."""
    piped = _stdin_is_piped()
    while os.getppid() == parent:
        if not piped:
            time.sleep(_PARENT_CHECK_SECONDS)
        elif select.select([0], [], [], _PARENT_CHECK_SECONDS)[0] and not os.read(0, 4096):
            break
    stop.set()


def _stdin_is_piped() -> bool:
    # A terminal or /dev/null says nothing about the parent.
    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
