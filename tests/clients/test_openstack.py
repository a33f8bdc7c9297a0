# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""openstacksdk and otcextensions find the service by discovery and by the token's catalog, with nothing told."""

from __future__ import annotations

import contextlib
import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.clients.sdk import load

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

LINUX = "10000000-0000-4000-8000-000000000001"
Connect = t.Callable[..., t.Any]


@pytest.fixture
def connect(sim: Simulator) -> Connect:
    """Connect as an account of the simulator; no file and no variable is read."""

    def make(account: str = "main", project: str | None = None) -> t.Any:
        known = sim.accounts[account]
        auth = {
            "auth_url": f"{sim.url}/v3",
            "username": known.username,
            "password": known.password,
            "user_domain_name": known.domain_name,
            "project_name": project or known.region,
        }
        told = {"region_name": known.region, "load_yaml_config": False, "load_envvars": False}
        return load("openstack").connect(auth=auth, auth_type="password", **told)

    return make


def test_images_are_found_by_discovery_of_versions(sim: Simulator, connect: Connect) -> None:
    images = {image.name: image for image in connect().image.images()}
    assert len(images) == 12
    assert (images["public-linux"].visibility, images["public-linux"].is_protected) == ("public", True)
    assert (images["metadata-only"].status, images["private-linux"].tags) == ("queued", ["demo"])
    assert [(entry.path, entry.status) for entry in sim.requests][-2:] == [("/", 300), ("/v2/images", 200)]


def test_pages_are_followed(sim: Simulator, connect: Connect) -> None:
    names = [image.name for image in connect().image.images(limit=5)]
    assert len(names) == len(set(names)) == 12
    # It asks until a page is empty.
    assert sim.requests.count(path="/v2/images$") == 4


def test_other_projects_by_their_names(sim: Simulator, connect: Connect) -> None:
    names = {image.name for image in connect(project=sim.account.dev_project_name).image.images()}
    assert names == {"public-linux"}


def test_an_image_is_updated_tagged_shared_and_deleted(sim: Simulator, connect: Connect) -> None:
    image, partner = connect().image, connect("partner")
    assert image.update_image(LINUX, name="renamed").name == "renamed"
    image.add_tag(LINUX, "nightly")
    assert image.get_image(LINUX).tags == ["demo", "nightly"]
    image.remove_tag(LINUX, "nightly")
    project_id = sim.accounts["partner"].project_id
    image.add_member(LINUX, member_id=project_id)
    partner.image.update_member(project_id, LINUX, status="accepted")
    assert [(member.member_id, member.status) for member in image.members(LINUX)] == [(project_id, "accepted")]
    assert "renamed" in {found.name for found in partner.image.images()}
    image.remove_member(project_id, LINUX)
    image.delete_image(LINUX)
    assert image.find_image("renamed") is None
    assert LINUX not in sim.cloud.images


def test_metadata_of_a_new_image(sim: Simulator, connect: Connect) -> None:
    image_class = load("openstack.image.v2.image").Image
    told = {"disk_format": "vhd", "container_format": "bare", "min_disk": 40}
    made = connect().image._create(image_class, name="new", **told)
    assert (made.status, sim.cloud.images[made.id].name) == ("queued", "new")


def test_open_telekom_clouds_extensions(sim: Simulator, connect: Connect) -> None:
    connection = connect()
    load("otcextensions.sdk").register_otc_extensions(connection)
    (image,) = connection.imsv2.images(id=LINUX)
    assert (image.id, image.platform, image.imagetype) == (LINUX, "Debian", "private")
    # It reads an attribute of the answer's class that newer versions of openstacksdk do not have: by then it is done.
    with contextlib.suppress(AttributeError):
        connection.imsv2.update_image(LINUX, command_list=[{"op": "replace", "path": "/name", "value": "renamed"}])
    assert sim.cloud.images[LINUX].name == "renamed"
    made = connection.imsv2.create_image(name="made", instance_id="40000000-0000-4000-8000-000000000001")
    export = connection.imsv1.export_image(image_id=LINUX, bucket_url="ims-image:a.qcow2", file_format="qcow2")
    sim.clock.advance(20)
    for started in (made, export):
        job = connection.imsv1.wait_for_async_job(started.job_id, timeout=5, wait=0.01)
        assert job.status == "SUCCESS"
    assert "made" in {found.name for found in connection.imsv2.images()}
    assert "ims-image:a.qcow2" in sim.cloud.objects
