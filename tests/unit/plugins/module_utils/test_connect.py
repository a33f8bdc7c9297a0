# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import dataclasses
import platform
import sys
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils import _connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._connect import VERSION, connect
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.api.job import Job
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError, MissingLibraryError
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.verdicts import is_transient
from ansible_collections.huaweicloud.ims.plugins.module_utils._options import Options

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.unit.conftest import Lab


def options(lab: Lab, **changes: t.Any) -> Options:
    account = lab.simulator.account
    keys = Options(
        auth_type="aksk",
        endpoint=lab.simulator.url,
        iam_endpoint=lab.simulator.url,
        region=account.region,
        project_id=None,
        validate_certs=True,
        ca_path=None,
        request_timeout=5.0,
        access_key=account.access_key,
        secret_key=account.secret_key,
    )
    return dataclasses.replace(keys, **changes)


def changes_for(lab: Lab, auth_type: str) -> dict[str, t.Any]:
    account, identity = lab.simulator.account, lab.simulator.identity
    login = {"username": account.username, "password": account.password, "domain_name": account.domain_name}
    temporary = identity.issue_temporary_keys()
    found: dict[str, dict[str, t.Any]] = {
        "aksk": {},
        "temporary": {
            "access_key": temporary.access_key,
            "secret_key": temporary.secret_key,
            "security_token": temporary.security_token,
        },
        "token": {"auth_type": "token", "auth_token": identity.issue_token().value},
        "password": {"auth_type": "password", **login},
        "password for a project": {"auth_type": "password", "project_id": account.project_id, **login},
    }
    return found[auth_type]


@pytest.mark.parametrize("auth_type", ["aksk", "temporary", "token", "password", "password for a project"])
def test_a_client_of_every_kind_of_credentials_finds_a_job(lab: Lab, auth_type: str) -> None:
    job_id = lab.add_job()
    client = connect(options(lab, **changes_for(lab, auth_type)), {}, lab.clock, lab.warnings.append)
    assert lab.asked() == []
    job = client.find_job(job_id)
    assert isinstance(job, Job)
    assert job.job_id == job_id
    assert client.requests == len(lab.simulator.requests)


def test_requests_say_which_collection_sent_them(lab: Lab) -> None:
    connect(options(lab), {}, lab.clock, lab.warnings.append, "show_job_progress").find_job("abc")
    (entry,) = lab.simulator.requests
    assert entry.headers["user-agent"] == f"ansible-huaweicloud.ims/{VERSION}"
    assert "user-agent" not in entry.headers["authorization"]
    assert entry.path == "/v1/cloudimages/job/abc"


def test_an_agencys_keys_are_asked_for_only_when_chosen(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    endpoints = []

    def keep(transport: t.Any, clock: t.Any) -> t.Any:
        endpoints.append((transport, clock))
        raise ImsError("no server of the cloud")

    monkeypatch.setattr(_connect, "MetadataSource", keep)
    connect(options(lab), {}, lab.clock, lab.warnings.append)
    assert endpoints == []
    with pytest.raises(ImsError, match="no server of the cloud"):
        connect(options(lab, auth_type="metadata"), {}, lab.clock, lab.warnings.append)


def test_options_of_the_transport_reach_it(lab: Lab) -> None:
    environ = {"http_proxy": "http://127.0.0.1:9"}
    elsewhere = options(lab, endpoint="http://ims.example.com", validate_certs=False)
    client = connect(elsewhere, environ, lab.clock, lab.warnings.append, "show_job_progress")
    with pytest.raises(ImsError, match=r"the proxy 127\.0\.0\.1:9"):
        client.find_job("abc")
    (warning,) = lab.warnings
    assert warning.startswith("ims.example.com is asked over plain http, ")


@pytest.mark.parametrize(("library", "requirement"), [("requests", "requests"), ("jsonschema", "jsonschema>=3.2")])
def test_a_missing_library_is_told_with_place_and_mend(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, library: str, requirement: str
) -> None:
    monkeypatch.setitem(_connect._LIBRARIES, library, (ImportError(library), requirement))
    with pytest.raises(MissingLibraryError) as caught:
        connect(options(lab), {}, lab.clock, lab.warnings.append)
    assert str(caught.value) == (
        f'The Python library "{library}" is missing on {platform.node()} ({sys.executable}); install {requirement}'
        " there, or use an execution environment built from this collection."
    )
    assert not is_transient(caught.value)


def test_no_secret_is_in_the_text_of_a_client(lab: Lab) -> None:
    client = connect(options(lab), {}, lab.clock, lab.warnings.append)
    shown = "".join(
        repr(value) for value in [client, *vars(client).values(), *vars(vars(client)["_exchange"]).values()]
    )
    assert lab.simulator.account.secret_key not in shown
