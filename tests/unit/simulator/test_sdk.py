# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's own SDK takes the simulator for the cloud."""

from __future__ import annotations

import typing as t
import warnings

import pytest

from ansible_collections.huaweicloud.ims.tests.simulator import Failure, JobScript, Simulator

if t.TYPE_CHECKING:
    import pathlib

SdkClient = t.Any


@pytest.fixture
def sdk(sim: Simulator, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> t.Callable[..., SdkClient]:
    """Makes clients; the SDK leaves a file in the home directory."""
    monkeypatch.setenv("HOME", str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from huaweicloudsdkcore.auth.credentials import BasicCredentials
        from huaweicloudsdkims.v2.ims_client import ImsClient

    client_class: t.Any = ImsClient

    def make(access_key: str = "", secret_key: str = "", security_token: str | None = None) -> SdkClient:
        account = sim.account
        keys = (access_key or account.access_key, secret_key or account.secret_key, account.project_id)
        credentials = BasicCredentials(*keys)
        if security_token:
            credentials = credentials.with_security_token(security_token)
        return client_class.new_builder().with_credentials(credentials).with_endpoint(sim.url).build()

    return make


def model(kind: str, /, **values: t.Any) -> t.Any:
    from huaweicloudsdkims.v2 import model as models

    return getattr(models, kind)(**values)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_job_by_either_call(sim: Simulator, sdk: t.Callable[..., SdkClient]) -> None:
    client = sdk()
    job_id = sim.cloud.add_job(script=JobScript(init_seconds=0, duration=10), image_id="i")
    sim.clock.advance(5)
    job = client.show_job(model("ShowJobRequest", job_id=job_id))
    assert (job.status, job.entities.process_percent, job.entities.image_id) == ("RUNNING", 0.5, "i")
    sim.clock.advance(5)
    job = client.show_job_progress(model("ShowJobProgressRequest", job_id=job_id))
    assert (job.status, job.entities.process_percent, job.job_id) == ("SUCCESS", 1, job_id)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_failed_job(sim: Simulator, sdk: t.Callable[..., SdkClient]) -> None:
    failure = Failure(level="entities", code="IMG.0069", reason="closed")
    job_id = sim.cloud.add_job(script=JobScript(duration=0, outcome="FAIL", failure=failure))
    job = sdk().show_job(model("ShowJobRequest", job_id=job_id))
    assert (job.status, job.entities.error_code, job.entities.error) == ("FAIL", "IMG.0069", "closed")


def test_an_export(sim: Simulator, sdk: t.Callable[..., SdkClient]) -> None:
    image = sim.cloud.image_named("private-linux")
    body = model("ExportImageRequestBody", bucket_url="ims-image:sdk.qcow2", file_format="qcow2")
    answer = sdk().export_image(model("ExportImageRequest", image_id=image.image_id, body=body))
    assert sim.cloud.jobs[answer.job_id].facts["bucket_url"] == "ims-image:sdk.qcow2"


def test_a_list_with_a_name_that_must_be_quoted(sim: Simulator, sdk: t.Callable[..., SdkClient]) -> None:
    answer = sdk().list_images(model("ListImagesRequest", name="my image~1/镜像", limit=10, protected=False))
    assert (answer.images, sim.requests[-1].status) == ([], 200)


def test_temporary_keys(sim: Simulator, sdk: t.Callable[..., SdkClient]) -> None:
    keys = sim.identity.issue_temporary_keys()
    client = sdk(keys.access_key, keys.secret_key, keys.security_token)
    assert len(client.list_images(model("ListImagesRequest")).images) == 12


def test_a_body_with_a_deletion(sim: Simulator, sdk: t.Callable[..., SdkClient]) -> None:
    image = sim.cloud.image_named("private-linux")
    body = model("BatchAddMembersRequestBody", images=[image.image_id], projects=["p"])
    answer = sdk().batch_delete_members(model("BatchDeleteMembersRequest", body=body))
    assert sim.cloud.jobs[answer.job_id].job_type == "imsDelImageMembersJob"


def test_a_wrong_key(sim: Simulator, sdk: t.Callable[..., SdkClient]) -> None:
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    with pytest.raises(ClientRequestException) as caught:
        sdk(secret_key="wrong").list_images(model("ListImagesRequest"))
    refusal = caught.value
    assert (refusal.status_code, refusal.error_code) == (401, "APIGW.0301")
    assert refusal.request_id == sim.requests[-1].request_id
    assert "verify aksk signature fail" in refusal.error_msg


def test_a_refused_export(sim: Simulator, sdk: t.Callable[..., SdkClient]) -> None:
    from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

    image = sim.cloud.image_named("public-linux")
    body = model("ExportImageRequestBody", bucket_url="ims-image:a", file_format="qcow2")
    with pytest.raises(ClientRequestException) as caught:
        sdk().export_image(model("ExportImageRequest", image_id=image.image_id, body=body))
    assert (caught.value.status_code, caught.value.error_code) == (400, "IMG.0077")
