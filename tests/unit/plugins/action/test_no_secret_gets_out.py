# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cloud that puts the caller's own secret, in any form, into every text of every answer: nobody gets to read it.

Each API that the collection asks, over real HTTP, and each way out: result, lines, warnings, what -vvv tells.
"""

from __future__ import annotations

import itertools
import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Failure, Fault, JobScript
from ansible_collections.huaweicloud.ims.tests.simulator.faults import FORMS
from ansible_collections.huaweicloud.ims.tests.simulator.faults.texts import in_form

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

LINUX, LINUX_2, FULL_ECS, METADATA_ONLY, SHARED_WITH_ME = (
    f"10000000-0000-4000-8000-{number:012d}" for number in (1, 2, 4, 11, 12)
)
SERVER = "40000000-0000-4000-8000-000000000001"
FILE = {"image_url": "ims-image:disk.qcow2", "min_disk": 40, "os_version": "CentOS 7.5 64bit"}
EXPORT = {"image_id": LINUX, "bucket_url": "ims-image:o.qcow2", "file_format": "qcow2"}
Options = dict[str, t.Any]
Runs = t.Callable[..., t.Any]
TASKS: tuple[tuple[str, Options], ...] = (
    ("ims_job_info", {"job_ids": ["@failed", "@running", "unknown"]}),
    ("ims_job_info", {"job_ids": ["@failed"], "query_api": "show_job_progress"}),
    ("wait_for_ims_job", {"job_id": "@failed"}),
    ("wait_for_ims_job", {"job_ids": ["@failed", "@done"], "fail_fast": False, "artifacts": True}),
    ("ims_image_export", {**EXPORT, "wait": True}),
    ("ims_image_create", {"source": "server", "name": "golden", "instance_id": SERVER}),
    ("ims_image_import", {"name": "golden", **FILE, "image_url": "ims-image:disk.zvhd2"}),
    ("ims_image_copy", {"image_id": LINUX, "name": "golden"}),
    ("ims_image_register", {"image_id": METADATA_ONLY, "image_url": "ims-image:o.qcow2"}),
    ("ims_image_share", {"state": "shared", "image_ids": [LINUX], "project_ids": ["p1"]}),
    ("ims_image_share", {"state": "accepted", "image_ids": [SHARED_WITH_ME]}),
    ("ims_image_info", {"name_regex": "."}),
    ("ims_image_info", {"image_ids": [LINUX]}),
    ("ims_image_member_info", {"image_id": LINUX}),
    ("ims_quota_info", {}),
    ("ims_os_version_info", {}),
    ("ims_image", {"image_id": LINUX, "description": "tested", "tags": {"stage": "production"}}),
    ("ims_image", {"image_id": FULL_ECS, "state": "absent", "delete_backup": True, "timeout": 5}),
    ("ecs_server_power", {"server_id": SERVER, "state": "stopped", "timeout": 5}),
    ("obs_object_info", {"bucket": "ims-image", "object_key": "o.qcow2"}),
)
# What a cloud may answer beside the truth: refusals in its own words and in a proxy's.
ANSWERS: tuple[tuple[Fault, ...], ...] = (
    (),
    (Fault("status", status=400, message="It says no."),),
    (Fault("status", status=403),),
    (Fault("status", status=503, body="html"),),
    (Fault("content", content='{"job_id": "x", "status": 7, "images": 7, "error": "odd"}'),),
)
JOBS = {
    "failed": JobScript(outcome="FAIL", duration=0, failure=Failure("top", "IMG.0061", "It broke.")),
    "done": JobScript(outcome="SUCCESS", duration=0),
    "running": JobScript(outcome="NEVER"),
}


def _by_token(lab: Lab) -> tuple[Options, str]:
    token = lab.simulator.identity.issue_token(seconds=86400).value
    return {"auth_token": token}, token


def _by_temporary_keys(lab: Lab) -> tuple[Options, str]:
    keys = lab.simulator.identity.issue_temporary_keys(seconds=86400)
    return (
        {"access_key": keys.access_key, "secret_key": keys.secret_key, "security_token": keys.security_token},
        keys.security_token,
    )


def _by_password(lab: Lab) -> tuple[Options, str]:
    account = lab.simulator.account
    password = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
    return {**password, "project_name": account.region, "project_id": None}, account.password


IDENTITIES = {"token": _by_token, "temporary keys": _by_temporary_keys, "password": _by_password}


def _of_jobs(lab: Lab, options: Options) -> Options:
    """Return the options with real ids for those that stand for jobs."""
    text = json.dumps(options)
    for name, script in JOBS.items():
        if f"@{name}" in text:
            text = text.replace(f"@{name}", lab.add_job(script=script))
    return t.cast("Options", json.loads(text))


def _echoes(secret: str, first: int) -> list[str]:
    """Return all forms of a secret: each of them comes first some time, since long texts are cut."""
    forms = [in_form(form, secret) for form in FORMS]
    return forms[first % len(forms) :] + forms[: first % len(forms)]


@pytest.mark.thorough
@pytest.mark.parametrize("identity", IDENTITIES)
def test_no_echo_of_a_secret_comes_out(lab: Lab, stage: Stage, identity: str) -> None:
    out = []
    answers = ANSWERS if identity == "token" else ANSWERS[::2]
    for number, (before, (module, options)) in enumerate(itertools.product(answers, TASKS)):
        lab.simulator.reset()
        given, secret = IDENTITIES[identity](lab)
        own, echoes = _of_jobs(lab, options), _echoes(secret, number)
        for fault in (*before, Fault("echo", content="  ".join(echoes))):
            lab.simulator.faults.add(fault)
        for told in (stage.lines, stage.warnings, stage.told):
            told.clear()
        result = stage.act(module, {**given, **own})
        assert stage.host.runs == []
        result.pop("invocation", None)
        read = json.dumps([result, stage.lines, stage.warnings, stage.told], ensure_ascii=False)
        out += [(module, before, echo, read) for echo in echoes if _beginning(echo) in read]
    assert out == []


def _beginning(echo: str) -> str:
    """Return enough of an echo to know it again in JSON."""
    return json.dumps(echo, ensure_ascii=False)[1:-1][:14]
