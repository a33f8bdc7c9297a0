# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Once a request that starts a job was sent, no exception costs its id: each call of the action is broken in turn."""

from __future__ import annotations

import pathlib
import sys
import types
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.plugin_utils import _starting
from ansible_collections.huaweicloud.ims.tests.simulator import JobScript

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

PLUGINS = str(pathlib.Path(_starting.__file__).parents[1])
CORE = str(pathlib.Path(PLUGINS, "module_utils", "_ims"))
IMAGE = "10000000-0000-4000-8000-000000000001"
WAIT = {"image_id": IMAGE, "bucket_url": "ims-image:x.qcow2", "file_format": "qcow2", "wait": True, "artifacts": True}
Site = tuple[str, int, str]


class Broken(Exception):
    """What nobody expects."""


class Interrupt(BaseException):
    """What may not be caught: the task keyword timeout works by such a one."""


class Saboteur:
    """Notes which functions of the plugins are called from where, once it is armed, or raises an error at one."""

    def __init__(self, is_armed: t.Callable[[], bool], at: Site | None, error: BaseException | None) -> None:
        self._is_armed = is_armed
        self._at = at
        self._error = error
        self.sites: dict[Site, None] = {}

    def __enter__(self) -> Saboteur:
        sys.setprofile(self._called)
        return self

    def __exit__(self, *_error: object) -> None:
        sys.setprofile(None)

    def _called(self, frame: types.FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        # Most calls are of no interest: what is cheap to tell comes first.
        if event != "call" or (self._at is not None and code.co_name != self._at[2]):
            return
        # A generator is also called to be closed, where nobody would hear of an error.
        if code.co_name == "<genexpr>" or not code.co_filename.startswith(PLUGINS) or not self._is_armed():
            return
        site = _site(frame)
        self.sites[site] = None
        if site == self._at and self._error is not None:
            sys.setprofile(None)
            raise self._error


def _site(frame: types.FrameType) -> Site:
    """Return where a call comes from: what the core calls within itself counts once for each function."""
    caller = frame.f_back
    if caller is None or CORE in caller.f_code.co_filename:
        return (frame.f_code.co_filename, 0, frame.f_code.co_name)
    return (caller.f_code.co_filename, caller.f_lineno, frame.f_code.co_name)


class Scene:
    """Runs the same task again and again, on this machine or on another host, and breaks one call of it."""

    def __init__(self, lab: Lab, stage: Stage, transport: str, run_module: t.Callable[..., t.Any]) -> None:
        self.lab = lab
        self.stage = stage
        self.transport = transport
        self._run_module = run_module
        self._has_started = False
        stage.host.answer = self._host
        # It succeeds at the second poll, so that there is a line about its progress, too.
        lab.simulator.cloud.set_script(JobScript(init_seconds=0, duration=3))

    def _host(self, name: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        result = self._run_module(name, **args).result
        self._has_started = True
        return t.cast("dict[str, t.Any]", result)

    def is_sent(self) -> bool:
        return self._has_started if self.transport == "ssh" else self.lab.simulator.requests.count(method="POST") > 0

    def play(self, at: Site | None = None, error: BaseException | None = None) -> tuple[dict[str, t.Any], list[Site]]:
        """Return the result, and the calls that there were, each once."""
        self.lab.simulator.requests.clear()
        self.lab.simulator.cloud.jobs.clear()
        self.lab.simulator.cloud.objects.clear()
        self.stage.lines.clear()
        self._has_started = False
        task = self.stage.task("ims_image_export", dict(WAIT))
        with Saboteur(self.is_sent, at, error) as saboteur:
            result = self.stage.run(task, transport=self.transport)
        return result, list(saboteur.sites)


@pytest.fixture(params=["local", "ssh"])
def scene(request: t.Any, lab: Lab, stage: Stage, run_module: t.Callable[..., t.Any]) -> Scene:
    return Scene(lab, stage, request.param, run_module)


def some_of(sites: list[Site], is_thorough: bool) -> list[Site]:
    """Return those to break: all of them, or those that a dozen of plays are enough for."""
    return sites if is_thorough else sites[:: max(1, len(sites) // 12)]


def test_whatever_breaks_after_the_request_the_job_is_in_the_result(scene: Scene, is_thorough: bool) -> None:
    good, sites = scene.play()
    assert "failed" not in good
    assert len(sites) > 100
    assert {"_waited", "as_of_module", "run", "result_of", "masked"} <= {name for _file, _line, name in sites}
    lost = []
    for site in some_of(sites, is_thorough):
        result, _sites = scene.play(site, Broken("nobody thought of this"))
        (job_id,) = scene.lab.simulator.cloud.jobs
        told = (result.get("job_id"), result.get("job_ids"), result.get("started"), result.get("changed"))
        unclear = result.get("started", False) is None and "may have been started" in result.get("msg", "")
        if told != (job_id, [job_id], True, True) and not (unclear and result["failed"]):
            lost.append((site, result))
    assert lost == []


def test_what_may_not_be_caught_finds_the_id_printed(scene: Scene, is_thorough: bool) -> None:
    _good, sites = scene.play()
    waiting = next(place for place, site in enumerate(sites) if site[2] == "run")
    raised = 0
    broken = some_of(sites[waiting:], is_thorough)
    for site in broken:
        try:
            scene.play(site, Interrupt())
        except Interrupt:
            raised += 1
        (job_id,) = scene.lab.simulator.cloud.jobs
        assert scene.stage.lines[0] == f"ims [h1] started {job_id}"
    # Some calls come about in some runs only, as the answers arrive.
    assert raised > 0.8 * len(broken)
