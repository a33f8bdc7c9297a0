# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What users are told when they made a mistake, or something around them is missing: one sentence, with the mend."""

from __future__ import annotations

import json
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Fault, JobScript, Simulator
from ansible_collections.huaweicloud.ims.tests.system.harness import UNSET, Playground, task, wait_for

IGNORE = {"ignore_errors": True}
IMAGE = "10000000-0000-4000-8000-000000000001"
NOBODY = dict.fromkeys(("HW_ACCESS_KEY", "HW_SECRET_KEY"), UNSET)
KEYS = {"access_key": "SOMEKEYSOMEKEY01", "secret_key": "some-secret"}


def both(name: str, **options: t.Any) -> list[dict[str, t.Any]]:
    """Return the same mistake made with the module and with the action."""
    return [
        task("ims_job_info", f"{name} (module)", keywords=IGNORE, **options),
        task("wait_for_ims_job", f"{name} (action)", keywords=IGNORE, **options),
    ]


MISTAKES: dict[str, tuple[dict[str, t.Any], str]] = {
    "none": (
        {"job_id": "x"},
        "No credentials: give access_key and secret_key, or auth_token, or username, password and domain_name (or"
        " HW_ACCESS_KEY and HW_SECRET_KEY in the environment).",
    ),
    "half": (
        {"job_id": "x", "access_key": "SOMEKEYSOMEKEY01"},
        "Incomplete credentials: access_key without the rest; give secret_key (or HW_SECRET_KEY in the environment).",
    ),
    "other type": (
        {"job_id": "x", **KEYS, "auth_type": "token"},
        "Incomplete credentials: auth_type: token without credentials; give auth_token (or HW_AUTH_TOKEN in the"
        " environment).",
    ),
    "path": (
        {"job_id": "../../x", **KEYS},
        'job_ids: "../../x" is not a job id (letters, digits, - and _, at most 64).',
    ),
    "http": (
        {"job_id": "x", **KEYS, "endpoint": "http://ims.example.com"},
        "endpoint: ims.example.com would be asked over plain http; use https (or set validate_certs: false to accept"
        " that anybody on the way can read and change what is sent).",
    ),
    "region": (
        {"job_id": "x", **KEYS, "region": "CN North"},
        'region: "CN North" is not a region id such as cn-north-4.',
    ),
    "timeout": (
        {"job_id": "x", **KEYS, "request_timeout": 0},
        "request_timeout: 0 s is not between 0.001 s and 1 day.",
    ),
}


def test_wrong_options_are_told_in_one_sentence(playground: Playground, simulator: Simulator) -> None:
    tasks = [one for name, (options, _text) in MISTAKES.items() for one in both(name, **options)]
    played = playground.play(tasks, env=NOBODY)
    assert played.exit_code == 0, played.output
    for name, (_options, text) in MISTAKES.items():
        for kind in ("module", "action"):
            assert played.result(f"{name} ({kind})")["msg"].endswith(text)
    assert simulator.requests.total == 0
    assert "traceback" not in played.output.lower()


def test_wrong_wait_options_are_told_in_one_sentence(playground: Playground, simulator: Simulator) -> None:
    mistakes: dict[str, dict[str, t.Any]] = {
        "interval: 40 s is above max_interval, 30 s; lower the one or raise the other.": {"interval": 40},
        "timeout: -1 s is not between 0 s and 365 days.": {"timeout": -1},
        'timeout: "2 hours" is no time; give a number of seconds, or a span such as 90s, 15m': {"timeout": "2 hours"},
        "max_requests_per_second: nan is not between 0.001 and 100000.": {"max_requests_per_second": "nan"},
        "Unsupported parameters for (huaweicloud.ims.wait_for_ims_job) module: retries. Supported": {"retries": 3},
        "Did you mean timeout?": {"time_out": 3},
        "value of backoff must be one of: adaptive, exponential, fixed, got: slow": {"backoff": "slow"},
        "job_ids: a result in the list has no job_id; its task said: no.": {"job_ids": [{"failed": True, "msg": "no"}]},
    }
    tasks = [wait_for(o.pop("job_ids", ["x"]), text, keywords=IGNORE, **o) for text, o in mistakes.items()]
    played = playground.play(tasks)
    for text in mistakes:
        assert text in played.result(text)["msg"]
    assert simulator.requests.total == 0


def test_what_is_out_of_reach_is_told_in_one_sentence(playground: Playground, simulator: Simulator) -> None:
    nowhere = {"endpoint": "https://ims.cn-nort-4.myhuaweicloud.invalid"}
    refused = {"endpoint": "http://127.0.0.1:1"}
    played = playground.play(
        [
            *both("no such host", job_id="x", **nowhere),
            task("ims_job_info", "refused", keywords=IGNORE, job_id="x", **refused),
            wait_for(["x"], "refused while waiting", keywords=IGNORE, interval=0.2, error_timeout=0.5, **refused),
            wait_for(["x"], "unknown id", keywords=IGNORE, interval=0.2, timeout=0.5),
        ]
    )
    for kind in ("module", "action"):
        assert played.result(f"no such host ({kind})")["msg"].startswith(
            "The host name of ims.cn-nort-4.myhuaweicloud.invalid:443 cannot be resolved; check region, endpoint"
        )
    assert played.result("refused")["msg"] == "Connection refused by 127.0.0.1:1."
    assert played.result("refused")["transient"] is True
    assert played.result("refused while waiting")["msg"] == (
        "Gave up after 0.5 s without a valid response (last: connection refused by 127.0.0.1:1); job x was not seen."
    )
    assert "1 of 1 IMS jobs not finished: x not known to the cloud yet." in played.result("unknown id")["msg"]


@pytest.mark.parametrize(
    ("projects", "text"),
    [
        (0, 'IAM knows no project named "cn-north-4" for these credentials: set project_id, or check region.'),
        (2, "IAM knows 2 projects ("),
    ],
)
def test_a_project_that_cannot_be_told(playground: Playground, simulator: Simulator, projects: int, text: str) -> None:
    simulator.configure(projects=projects)
    played = playground.play(both("project", job_id="x"), env={"HW_PROJECT_ID": ""})
    for kind in ("module", "action"):
        assert played.result(f"project ({kind})")["msg"].startswith(text)


@pytest.mark.parametrize("library", ["requests", "jsonschema"])
def test_a_missing_library_is_named(playground: Playground, simulator: Simulator, library: str) -> None:
    shadow = playground.folder / "shadow"
    shadow.mkdir()
    (shadow / f"{library}.py").write_text(f"raise ImportError('no {library} here')\n", encoding="utf-8")
    played = playground.play(both("library", job_id="x"), env={"PYTHONPATH": str(shadow)})
    for kind in ("module", "action"):
        text = played.result(f"library ({kind})")["msg"]
        assert text.startswith(f'The Python library "{library}" is missing on ')
        assert text.endswith(" there, or use an execution environment built from this collection.")


def test_a_lost_answer_leaves_one_job_and_a_message_to_act_on(playground: Playground, simulator: Simulator) -> None:
    export = {"image_id": IMAGE, "bucket_url": "ims-image:once.qcow2", "file_format": "qcow2"}
    simulator.faults.add(Fault("reset_after", method="POST", count=1))
    played = playground.play([task("ims_image_export", "lost", keywords=IGNORE, **export)])
    assert len(simulator.cloud.jobs) == 1
    assert "The job may have been started, so it was not sent again." in played.result("lost")["msg"]
    assert "a second one with IMG.0148 (being exported)" in played.result("lost")["msg"]


def test_an_export_needs_one_of_two_ways(playground: Playground, simulator: Simulator) -> None:
    export = {"image_id": IMAGE, "bucket_url": "ims-image:a.qcow2"}
    played = playground.play(
        [
            task("ims_image_export", "neither", keywords=IGNORE, **export),
            task("ims_image_export", "both", keywords=IGNORE, **export, file_format="qcow2", quick_export=True),
        ]
    )
    assert {played.result(name)["msg"] for name in ("neither", "both")} == {
        "Give exactly one of file_format and quick_export: true."
    }
    assert simulator.requests.total == 0


# -- secrets --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("poll_from", ["controller", "target"])
def test_no_secret_is_printed_anywhere(playground: Playground, simulator: Simulator, poll_from: str) -> None:
    account = simulator.account
    token = simulator.identity.issue_token().value
    temporary = simulator.identity.issue_temporary_keys()
    user = {"username": account.username, "domain_name": account.domain_name}
    temporary_keys = {"access_key": temporary.access_key, "security_token": temporary.security_token}
    ways: dict[str, dict[str, str]] = {
        "keys": {"access_key": account.access_key, "secret_key": account.secret_key},
        "wrong keys": {"access_key": account.access_key, "secret_key": "a-wrong-secret-key"},
        "token": {"auth_token": token},
        "wrong token": {"auth_token": "a-wrong-token-value"},
        "password": {**user, "password": account.password},
        "wrong password": {**user, "password": "a-wrong-password"},
        "temporary": {**temporary_keys, "secret_key": temporary.secret_key},
        "wrong temporary": {**temporary_keys, "secret_key": "another-wrong-secret-key"},
    }
    job = simulator.cloud.add_job(script=JobScript(duration=0))
    # From a file, as from a vault: ansible-core quotes the lines of the playbook around a failed task.
    vault, log = playground.folder / "vault.json", playground.folder / "ansible.log"
    vault.write_text(json.dumps({"ways": ways}), encoding="utf-8")
    options = {name: {option: f"{{{{ ways['{name}']['{option}'] }}}}" for option in way} for name, way in ways.items()}
    tasks = [wait_for([job], name, poll_from=poll_from, keywords=IGNORE, **options[name]) for name in ways]
    tasks += [task("ims_job_info", job_id=job, keywords=IGNORE, **options["wrong temporary"])]
    played = playground.play(tasks, "-vvvv", "-e", f"@{vault}", env={"ANSIBLE_LOG_PATH": str(log)})
    assert [played.outcome(name) for name in ways] == ["ok", "failed"] * 4, played.output
    everything = played.output + log.read_text(encoding="utf-8") + str(played.entries)
    names = ("secret_key", "security_token", "auth_token", "password")
    secrets = {way[name] for way in ways.values() for name in names if name in way}
    assert len(secrets) == 9
    for secret in secrets:
        assert secret not in everything


def test_nothing_is_printed_for_no_log_or_on_request(playground: Playground, simulator: Simulator) -> None:
    job = simulator.cloud.add_job(script=JobScript(duration=0))
    played = playground.play(
        [wait_for([job], "hidden", keywords={"no_log": True}), wait_for([job], "quiet", show_progress=False)]
    )
    assert played.exit_code == 0
    assert played.progress == []
    assert job not in played.stdout
