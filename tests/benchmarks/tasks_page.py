# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The part of the page that tells what tasks cost."""

from __future__ import annotations

from ansible_collections.huaweicloud.ims.tests.benchmarks.plays import URI
from ansible_collections.huaweicloud.ims.tests.benchmarks.results import Found
from ansible_collections.huaweicloud.ims.tests.benchmarks.tables import table
from ansible_collections.huaweicloud.ims.tests.benchmarks.tasks import Share

_TASKS = """
Tasks one after the other in one play, by token: the mean above as many `debug` tasks, what is imported once in each
play in it. `ansible.builtin.uri` looks at one finished job, as `ims_job_info` does; the other modules do what their
names say, each with names of its own, and jobs end at once. "As a module": with `huaweicloud_ims_in_process: false`, as
on every host that is not the controller.
"""
_SINGLE = """
A whole play of one task, Ansible's own start and all imports in it.
"""
_LOOPS = """
One task with a loop over {count} items, above a loop of `debug`; ours log in by password, and `uri` is given a token.
Starts are made with the pacing off by which the collection keeps to the rates of the API (20 exports in 5 s), by a
plugin that only this benchmark has.
"""
_NIGHT = """
A golden image in the night: an export with `wait: true` that is polled {polls:g} times until it has ended takes
{ours:.0f} ms of CPU above `debug`; by `uri` to start it, and `uri` with `until` to look as often, {uri:.1f} s. Beside
that, Ansible itself takes {second:.0f} ms for each second that a task lasts, whatever it does (here: `pause`).
"""


def tasks_page(found: Found) -> str:
    night = found.night
    texts = _NIGHT.format(polls=night.polls, ours=night.ours * 1000, uri=night.uri, second=night.second * 1000)
    return "".join(
        [
            _tasks(found),
            _TASKS,
            "\n",
            _single(found),
            _SINGLE,
            "\n",
            _loops(found),
            _LOOPS.format(count=found.count_of_loops),
            texts,
        ]
    )


def _tasks(found: Found) -> str:
    uri = found.tasks.uri
    rows = [["`ansible.builtin.uri`", *_against(uri, uri), "", ""]]
    for name, task in found.tasks.modules.items():
        module = task.as_module
        as_module = [f"{module.wall * 1000:.0f}", f"{module.cpu * 1000:.0f}"] if module else ["", ""]
        rows.append([f"`{name}`", *_against(task.in_process, uri), *as_module])
    head = ["a task", "wall, ms", "x uri", "CPU, ms", "x uri", "as a module: wall, ms", "CPU, ms"]
    return table(head, rows)


def _single(found: Found) -> str:
    uri = found.single["uri"]
    rows = [[f"`{name}`", *_against(share, uri)] for name, share in found.single.items()]
    return table(["a play of one task", "wall, ms", "x uri", "CPU, ms", "x uri"], rows)


def _against(share: Share, uri: Share) -> list[str]:
    wall, cpu = f"{share.wall * 1000:.0f}", f"{share.cpu * 1000:.0f}"
    return [wall, f"{share.wall / uri.wall:.2f}", cpu, f"{share.cpu / uri.cpu:.2f}"]


def _loops(found: Found) -> str:
    uri = found.loops[URI]
    rows = [
        [
            f"`{module.removeprefix('huaweicloud.ims.')}`",
            f"{loop.wall:.2f}",
            f"{loop.wall / uri.wall:.3f}",
            f"{loop.cpu:.2f}",
            f"{loop.requests:.0f}",
            f"{loop.logins:.0f}",
            f"{loop.connections:.0f}",
        ]
        for module, loop in found.loops.items()
    ]
    head = [f"a loop of {found.count_of_loops}", "wall, s", "x uri", "CPU, s", "requests", "logins", "connections"]
    return table(head, rows)
