# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules that only read, run by their action plugins."""

from __future__ import annotations

import typing as t

import pytest
from ansible.errors import AnsibleConnectionFailure

from ansible_collections.huaweicloud.ims.tests.simulator import Fault

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.acting import Stage
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab

SHOW = "GET /v1/{project_id}/jobs/{job_id}"
LOGIN = "POST /v3/auth/tokens"
LINUX = "10000000-0000-4000-8000-000000000001"


def without_invocation(result: dict[str, t.Any]) -> dict[str, t.Any]:
    return {name: value for name, value in result.items() if name != "invocation"}


def test_a_job_is_read_in_this_process(lab: Lab, stage: Stage) -> None:
    job_id = lab.add_job()
    result = stage.act("ims_job_info", {"job_id": job_id})
    assert [job["job_id"] for job in result["jobs"]] == [job_id]
    assert (result["changed"], result["missing"], result["errors"], result["requests"]) == (False, [], [], 1)
    assert stage.host.runs == []
    assert stage.told == ["<h1> huaweicloud.ims.ims_job_info runs in the process of the task"]
    assert lab.simulator.requests[0].headers["user-agent"].startswith("ansible-huaweicloud.ims/")


@pytest.mark.parametrize(
    ("where", "keywords", "variables", "why"),
    [
        ({"transport": "ssh"}, {}, {}, "the connection is ssh"),
        ({"become": object()}, {}, {}, "become"),
        ({}, {"async_val": 30}, {}, "async"),
        ({}, {"environment": [{"SSL_CERT_FILE": "/x"}]}, {}, "SSL_CERT_FILE in the task's environment"),
        ({}, {"environment": [{"SSL_CERT_DIR": "/x"}]}, {}, "SSL_CERT_DIR in the task's environment"),
        ({}, {}, {"huaweicloud_ims_in_process": False}, "huaweicloud_ims_in_process is false"),
        ({}, {}, {"huaweicloud_ims_in_process": "no"}, "huaweicloud_ims_in_process is false"),
    ],
)
def test_elsewhere_it_is_a_module_as_any_other(
    lab: Lab, stage: Stage, where: t.Any, keywords: t.Any, variables: t.Any, why: str
) -> None:
    stage.host.answer = lambda name, args: {"changed": False, "jobs": ["as the module says"]}
    task = stage.task("ims_job_info", {"job_id": "a"}, **keywords)
    assert stage.run(task, variables, **where) == {"changed": False, "jobs": ["as the module says"]}
    assert stage.host.runs == [("ims_job_info", {"job_id": "a"})]
    assert stage.host.asyncs == [task.async_val]
    assert stage.told == [f"<h1> huaweicloud.ims.ims_job_info runs as a module ({why})"]
    assert lab.asked() == []


@pytest.mark.parametrize("value", [True, "yes", None])
def test_the_variable_turns_it_off_only_when_it_says_so(lab: Lab, stage: Stage, value: t.Any) -> None:
    task = stage.task("ims_job_info", {"job_id": lab.add_job()})
    assert stage.run(task, {"huaweicloud_ims_in_process": value})["requests"] == 1


def test_without_the_libraries_here_it_is_a_module(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    missing = "ansible_collections.huaweicloud.ims.plugins.plugin_utils._reading.missing_libraries"
    monkeypatch.setattr(missing, lambda: ["requests", "jsonschema"])
    stage.host.answer = lambda name, args: {"changed": False}
    stage.act("ims_job_info", {"job_id": "a"})
    assert stage.told == ["<h1> huaweicloud.ims.ims_job_info runs as a module (no requests and jsonschema here)"]


def test_an_unreachable_host_is_what_ansible_makes_of_it(stage: Stage) -> None:
    def lost(name: str, args: dict[str, t.Any]) -> dict[str, t.Any]:
        raise AnsibleConnectionFailure("no route")

    stage.host.answer = lost
    with pytest.raises(AnsibleConnectionFailure):
        stage.run(stage.task("ims_job_info", {"job_id": "a"}), transport="ssh")


def test_all_items_of_a_loop_share_login_look_up_and_connections(
    lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = lab.simulator.account
    for name in ("HW_ACCESS_KEY", "HW_SECRET_KEY", "HW_PROJECT_ID"):
        monkeypatch.delenv(name)
    login = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
    job_ids = [lab.add_job() for _item in range(3)]
    results = [stage.act("ims_job_info", {"job_id": job_id, **login}) for job_id in job_ids]
    assert lab.asked() == [f"{LOGIN} 201", *3 * [f"{SHOW} 200"]]
    assert [result["requests"] for result in results] == [2, 1, 1]
    # The image is asked for over the same connection, too.
    assert stage.act("ims_image_info", {"image_id": LINUX, **login})["requests"] == 1


def test_other_credentials_never_share_a_connection(lab: Lab, stage: Stage) -> None:
    job_id = lab.add_job()
    assert stage.act("ims_job_info", {"job_id": job_id})["requests"] == 1
    refused = stage.act("ims_job_info", {"job_id": job_id, "secret_key": "wr0ng-key-wr0ng"})
    assert (refused["failed"], refused["http_status"]) == (True, 401)
    assert "failed" not in stage.act("ims_job_info", {"job_id": job_id})


def test_the_tasks_environment_counts(lab: Lab, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    account = lab.simulator.account
    monkeypatch.delenv("HW_ACCESS_KEY")
    monkeypatch.setenv("HW_SECRET_KEY", "of-another-process")
    environment = [{"HW_ACCESS_KEY": account.access_key}, {"HW_SECRET_KEY": "{{ key }}", "HW_REGION_NAME": None}]
    task = stage.task("ims_job_info", {"job_id": lab.add_job()}, environment=environment)
    assert stage.run(task, {"key": account.secret_key})["errors"] == []


def test_the_tasks_environment_says_where_home_is(stage: Stage) -> None:
    args = {"job_id": "a", "ca_path": "~/${NAME}.pem"}
    result = stage.act("ims_job_info", args, environment=[{"HOME": "/home/of/task", "NAME": "bundle"}])
    assert "/home/of/task/bundle.pem" in result["msg"]


def test_a_failure_has_the_keys_of_the_module(lab: Lab, stage: Stage) -> None:
    lab.simulator.faults.add(Fault("status", status=503, retry_after=7))
    result = stage.act("ims_job_info", {"job_id": lab.add_job()})
    assert (result["failed"], result["http_status"], result["transient"], result["retry_after"]) == (True, 503, True, 7)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({}, "one of the following is required: job_ids, journal_entries"),
        (
            {"job_id": "a", "query_api": "x"},
            "value of query_api must be one of: auto, show_job, show_job_progress, got: x",
        ),
        ({"job_id": "a", "access_key": "k", "password": "x"}, "Incomplete credentials: access_key without the rest"),
        (
            {"jobid": "a"},
            "one of the following is required: job_ids, journal_entries; not supported: jobid. Did you mean job_id?",
        ),
    ],
)
def test_wrong_options_are_a_failed_result(lab: Lab, stage: Stage, args: t.Any, message: str) -> None:
    result = stage.act("ims_job_info", args, environment=[{"HW_SECRET_KEY": ""}])
    assert result["failed"]
    assert result["msg"].startswith(message)
    assert lab.asked() == []


def test_an_unknown_option_is_told_with_what_may_have_been_meant(stage: Stage) -> None:
    msg = stage.act("ims_job_info", {"job_ids": "a", "job_idd": "a", "reigon": "x"})["msg"]
    assert msg.startswith(
        "Unsupported parameters for (huaweicloud.ims.ims_job_info) module: job_idd, reigon. Supported parameters"
        " include: access_key, "
    )
    assert "job_ids, " in msg
    assert msg.endswith(" Did you mean job_id and region?")


def test_an_unexpected_error_is_a_failed_result_without_secrets(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, lab: Lab
) -> None:
    def broken(*_args: t.Any) -> t.NoReturn:
        raise ValueError(f"bad {lab.simulator.account.secret_key}\nok: [localhost]")

    monkeypatch.setattr(
        "ansible_collections.huaweicloud.ims.plugins.module_utils._work.ims_job_info.named_jobs", broken
    )
    result = stage.act("ims_job_info", {"job_id": "a"})
    assert result["failed"]
    assert result["msg"] == (
        "A fault in the collection huaweicloud.ims, please report it: ValueError: bad ******** ok: [localhost]."
    )
    assert "Traceback" in result["exception"]
    assert lab.simulator.account.secret_key not in str(result)


def test_warnings_of_the_connection_go_with_the_result_once(lab: Lab, stage: Stage) -> None:
    lab.clock.wrong_by = 1200.0
    (warning,) = stage.act("ims_job_info", {"job_id": lab.add_job()})["warnings"]
    assert warning.startswith("This machine's clock differs from the cloud's by -120")
    assert "warnings" not in stage.act("ims_job_info", {"job_id": lab.add_job()})
