# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every operation of IMS that the collection uses or will use, by the vendor's SDK."""

from __future__ import annotations

import typing as t

import pytest

from ansible_collections.huaweicloud.ims.tests.clients.known import DEVIATIONS
from ansible_collections.huaweicloud.ims.tests.clients.sdk import operations
from ansible_collections.huaweicloud.ims.tools import operations as table

if t.TYPE_CHECKING:
    from ansible_collections.huaweicloud.ims.tests.clients.sdk import Sdk
    from ansible_collections.huaweicloud.ims.tests.simulator import Simulator

LINUX = "10000000-0000-4000-8000-000000000001"
LINUX_2 = "10000000-0000-4000-8000-000000000002"
WHOLE = "10000000-0000-4000-8000-000000000004"
QUEUED = "10000000-0000-4000-8000-000000000011"
SERVER = "40000000-0000-4000-8000-000000000001"
BACKUP = "70000000-0000-4000-8000-000000000001"
FILE = {"name": "of-file", "image_url": "ims-image:a.zvhd2", "min_disk": 40, "os_version": "CentOS 7.9 64bit"}
EXPORT = {"bucket_url": "ims-image:a.qcow2", "file_format": "qcow2"}


class Story:
    """Goes through an image's life, and notes which operations it used."""

    def __init__(self, sim: Simulator, owner: Sdk, receiver: Sdk) -> None:
        self.sim = sim
        self.owner = owner
        self.receiver = receiver
        self.used: set[str] = set()

    def ask(self, operation: str, who: Sdk | None = None, **values: t.Any) -> t.Any:
        self.used.add(operation)
        return (who or self.owner).ims(operation, **values)

    def job(self, operation: str, who: Sdk | None = None, **values: t.Any) -> t.Any:
        """Start a job, and look at it by either call while it runs and when it has ended."""
        job_id = self.ask(operation, who, **values).job_id
        for _turn in range(2):
            self.sim.clock.advance(self.sim.settings.job_seconds * 0.6)
            self.ask("show_job_progress", who, job_id=job_id)
            job = self.ask("show_job", who, job_id=job_id)
        assert (job.status, job.job_id) == ("SUCCESS", job_id)
        return job

    def make(self) -> None:
        """Images of everything that images can be made of."""
        tags = [{"key": "release", "value": "1.2"}]
        server = {"name": "of-server", "instance_id": SERVER, "image_tags": tags, "min_ram": 1024}
        self.job("create_image", body=server)
        self.job("create_image_in_safe_mode", body={**FILE, "is_quick_import": True})
        disks = [{"name": "d1", "volume_id": BACKUP, "image_tags": tags}, {"name": "d2", "volume_id": SERVER}]
        self.job("create_image", body={"data_images": disks})
        data = {"name": "of-data", "image_url": "ims-image:d.vhd", "min_disk": 40, "os_type": "Linux"}
        self.job("create_data_image", body=data)
        self.job("create_data_image_in_safe_mode", body=data)
        self.job("import_image_quick", body=FILE)
        self.job("import_image_quick_in_safe_mode", body=FILE)
        # A CBR backup without a vault_id.
        whole = {"name": "of-backup", "backup_id": BACKUP, "whole_image_type": "CBR"}
        self.job("create_whole_image", body=whole)
        row = self.ask("glance_create_image_metadata", body={"name": "to be registered", "min_disk": 40})
        self.job("register_image", image_id=row.id, body={"image_url": "ims-image:a.vhd"})

    def copy_and_export(self) -> None:
        self.job("copy_image_in_region", image_id=LINUX, body={"name": "copy"})
        self.job("copy_image_in_region_in_safe_mode", image_id=LINUX, body={"name": "copy-2"})
        region = self.owner.account.other_region
        abroad = {"name": "abroad", "region": region, "project_name": region, "agency_name": "copier"}
        job = self.job("copy_image_cross_region", image_id=LINUX, body=abroad)
        (image,) = self.ask("list_images", region=region).images
        assert (image.id, image.name) == (job.entities.image_id, "abroad")
        self.job("export_image", image_id=LINUX, body=EXPORT)
        self.job("export_image_in_safe_mode", image_id=LINUX_2, body={**EXPORT, "bucket_url": "ims-image:b.qcow2"})

    def change(self) -> None:
        patch = [{"op": "add", "path": "/__description", "value": "d"}, {"op": "add", "path": "/max_ram", "value": "8"}]
        assert self.ask("update_image", image_id=LINUX, body=patch).description == "d"
        renamed = [{"op": "replace", "path": "/name", "value": "renamed"}]
        assert self.ask("glance_update_image", image_id=LINUX, body=renamed).name == "renamed"
        assert self.ask("glance_show_image", image_id=LINUX).name == "renamed"

    def tag(self) -> None:
        pair = {"key": "release", "value": "1.2"}
        self.ask("add_image_tag", image_id=LINUX, body={"tag": pair})
        batch = [{"key": "a", "value": "1"}, {"key": "b", "value": ""}]
        self.ask("batch_add_or_delete_tags", image_id=LINUX, body={"action": "create", "tags": batch})
        self.ask("create_or_update_tags", body={"image_id": LINUX, "image_tag": {"key": "c", "value": "x y"}})
        self.ask("glance_create_tag", image_id=LINUX, tag="d")
        tags = {tag.key: tag.value for tag in self.ask("list_image_tags", image_id=LINUX).tags}
        assert tags == {"demo": "", "release": "1.2", "a": "1", "b": "", "c": "x y", "d": ""}
        assert {tag.key for tag in self.ask("list_images_tags").tags} == set(tags)
        assert len(self.ask("list_tags", limit=100, page=1).tags) == len(tags)
        for action in ("filter", "count"):
            query = {"action": action, "tags": [{"key": "release", "values": ["1.2"]}]}
            assert self.ask("list_image_by_tags", body=query).total_count >= 1
        self.ask("delete_image_tag", image_id=LINUX, key="release")
        self.ask("glance_delete_tag", image_id=LINUX, tag="d")
        self.ask("batch_delete_tags", image_id=LINUX, body={"tags": [{"key": "a"}, {"key": "b"}]})
        assert {tag.key for tag in self.ask("list_image_tags", image_id=LINUX).tags} == {"demo", "c"}

    def share(self) -> None:
        other = self.receiver.account.project_id
        members = {"images": [LINUX], "projects": [other]}
        self.job("batch_add_members", body=members)
        shared = {"member_status": "pending", "visibility": "shared", "imagetype": "shared"}
        assert [image.id for image in self.ask("list_images", self.receiver, **shared).images] == [LINUX]
        answer = {"images": [LINUX], "project_id": other, "status": "accepted"}
        self.job("batch_update_members", self.receiver, body=answer)
        for operation in ("list_image_members", "glance_list_image_members"):
            assert [member.member_id for member in self.ask(operation, image_id=LINUX).members] == [other]
        for operation in ("show_image_member", "glance_show_image_member"):
            assert self.ask(operation, self.receiver, image_id=LINUX, member_id=other).status == "accepted"
        self.job("batch_delete_members", body=members)
        self.ask("glance_add_image_member", image_id=LINUX, body={"member": other})
        rejected = {"status": "rejected"}
        self.ask("glance_update_image_member", self.receiver, image_id=LINUX, member_id=other, body=rejected)
        self.ask("glance_delete_image_member", image_id=LINUX, member_id=other)
        assert self.ask("list_image_members", image_id=LINUX).members == []

    def look(self) -> None:
        pages, marker = [], None
        while True:
            page = self.ask("list_images", limit=3, marker=marker, sort_key="name", sort_dir="asc")
            pages.append([image.name for image in page.images])
            marker = page.page_info.next_marker
            if marker is None:
                break
        names = [name for page in pages for name in page]
        assert names == sorted(names)
        assert len(self.ask("glance_list_images").images) == len(names)
        resources = self.ask("show_image_quota").quotas.resources
        assert {each.type for each in resources} == {"image", "image_shared", "image_member"}
        # The SDK understands this answer, a list, only as a text.
        self.ask("list_os_versions")
        assert self.ask("list_versions").versions[0].id == "v2.2"
        assert self.ask("show_version", version="v2").versions[0].id == "v2.2"
        for name in ("image", "list_image", "image_member", "list_image_member"):
            word = f"glance_{name}_schemas" if name.startswith("list") else f"glance_show_{name}_schemas"
            self.ask(word)

    def delete(self) -> None:
        for image_id, body in ((LINUX, None), (WHOLE, {"delete_backup": True}), (QUEUED, None)):
            self.ask("glance_delete_image", image_id=image_id, body=body)
            assert self.ask("list_images", id=image_id).images == []
        assert WHOLE not in self.sim.cloud.backups.values()


@pytest.fixture
def story(sim: Simulator, sdk: Sdk, partner: Sdk) -> Story:
    sim.configure(image_quota=1000)
    told = Story(sim, sdk, partner)
    told.make()
    told.copy_and_export()
    told.change()
    told.tag()
    told.share()
    told.look()
    told.delete()
    return told


def test_the_table_of_operations_has_each_of_them_once() -> None:
    named = [operation.name for operation in table.operations()]
    assert sorted(named) == sorted(operations())


def test_each_operation_works_and_its_answer_is_what_the_model_says(story: Story) -> None:
    assert operations() - story.used == set()
    found = story.owner.deviations() | story.receiver.deviations()
    assert sorted(found) == sorted(DEVIATIONS)
