# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each call that starts a job: bodies of the documentation are accepted, each violation is refused."""

from __future__ import annotations

import json
import pathlib
import typing as t

import pytest

if t.TYPE_CHECKING:
    from .conftest import Client, Reply

Start = t.Callable[..., "Reply"]
CASES = json.loads((pathlib.Path(__file__).parent / "data" / "starts.json").read_text("utf-8"))


def label(case: t.Mapping[str, t.Any]) -> str:
    told = [case["call"], case.get("code", "")]
    told += [f"without {name}" for name in case.get("without", ())]
    told += [f"{name}={value}"[:40] for name, value in case.get("with", {}).items()]
    return " ".join([*told, case.get("path", "")]).strip()


def send(start: Start, calls: t.Mapping[str, t.Any], group: str, number: int) -> Reply:
    # By number: only the fixture knows the ids of the images.
    case = calls[group][number]
    return start(case["call"], path=case.get("path", ""), without=case.get("without", ()), **case.get("with", {}))


@pytest.mark.parametrize("number", range(len(CASES["accepted"])), ids=map(label, CASES["accepted"]))
def test_accepted(client: Client, start: Start, calls: t.Mapping[str, t.Any], number: int) -> None:
    case = calls["accepted"][number]
    reply = send(start, calls, "accepted", number)
    assert reply.status == 200, reply.body
    (job,) = client.sim.cloud.jobs.values()
    assert reply.json()["job_id"].strip() == job.job_id == client.sim.requests[-1].job_id
    assert job.job_type == case.get("job_type", calls["calls"][case["call"]]["job_type"])


@pytest.mark.parametrize("number", range(len(CASES["refused"])), ids=map(label, CASES["refused"]))
def test_refused(client: Client, start: Start, calls: t.Mapping[str, t.Any], number: int) -> None:
    reply = send(start, calls, "refused", number)
    assert (reply.status, reply.code) == (400, calls["refused"][number]["code"]), reply.body
    assert client.sim.cloud.jobs == {}


@pytest.mark.parametrize(
    ("body", "code"),
    [(b"", "IMG.0007"), (b"{}", "IMG.0007"), (b"{", "IMG.0001"), (b"[]", "IMG.0001"), (b'"\xff"', "IMG.0001")],
)
def test_bodies_that_are_no_object(client: Client, calls: t.Mapping[str, t.Any], body: bytes, code: str) -> None:
    token = client.sim.identity.issue_token().value
    for call in calls["calls"].values():
        reply = client.raw(call["method"], call["path"], body, {"X-Auth-Token": token})
        assert (reply.status, reply.code) == (400, code), call


def test_buckets_that_cannot_be_accessed(client: Client, start: Start) -> None:
    client.sim.configure(buckets=("other",))
    for call in ("export", "file", "data", "quick", "register"):
        assert start(call).code == "IMG.0069"


@pytest.mark.parametrize(
    ("setting", "call", "code"),
    [
        ("concurrent_tasks", "server", "IMG.0060"),
        ("image_quota", "copy", "IMG.0015"),
        ("concurrent_copies", "cross", "IMG.0149"),
    ],
)
def test_limits(client: Client, start: Start, setting: str, call: str, code: str) -> None:
    client.sim.configure(**{setting: 0})
    assert start(call).code == code
