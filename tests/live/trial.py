# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One trial with an image and a bucket of the person's: a copy is made, tagged, changed, exported and deleted.

What the cloud did is noted; write_checks.py judges it. Whatever happens, what was made is deleted again, but for the
objects in the bucket, whose names are told.
"""

from __future__ import annotations

import dataclasses
import typing as t
import uuid

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.errors import ImsError, NoAnswerError
from ansible_collections.huaweicloud.ims.tests.live.cloud import Answer, Cloud
from ansible_collections.huaweicloud.ims.tests.live.verdicts import NotTold

COSTS = """\
It makes a copy of image {image} in its region,
exports the copy to {bucket}:{name}.qcow2, registers that object as an image, and deletes both images.
Storage for two images is billed while it runs (minutes to an hour), and the object until you delete it.
Nothing that you have is changed: neither the image nor other objects.
"""
_JOB_CALLS = (("ShowJob", "/v1/{project_id}/jobs/{job_id}"), ("ShowJobProgress", "/v1/cloudimages/job/{job_id}"))
# The API's names of the steps' calls, as recordings have them.
_APIS = {
    ("POST", "/v1/cloudimages/{image_id}/copy"): "CopyImageInRegion",
    ("POST", "/v2/{project_id}/images/{image_id}/tags"): "AddImageTag",
    ("PATCH", "/v2/cloudimages/{image_id}"): "UpdateImage",
    ("POST", "/v1/cloudimages/{image_id}/file"): "ExportImage",
    ("DELETE", "/v2/images/{image_id}"): "GlanceDeleteImage",
    ("POST", "/v2/images"): "GlanceCreateImageMetadata",
    ("PUT", "/v1/cloudimages/{image_id}/upload"): "RegisterImage",
}
# What a cloud that nobody has seen may do to code that reads its answers; it must not keep the rest from being deleted.
_TROUBLE = (ImsError, KeyError, TypeError, ValueError, AttributeError, IndexError)
_MOST_FAILURES = 20
_LONGEST_JOB = 4 * 3600.0
_LONGEST_DELETION = 600.0
Body = dict[str, t.Any]


def new_name() -> str:
    return f"ims-live-{uuid.uuid4().hex[:8]}"


@dataclasses.dataclass
class Trial:
    """What was done and seen. An answer that is not there was not asked for, because what it needs went wrong."""

    cloud: Cloud
    image: str
    bucket: str
    name: str
    pause: float
    say: t.Callable[[str], None] = print
    answers: dict[str, Answer] = dataclasses.field(default_factory=dict)
    jobs: dict[str, list[Body]] = dataclasses.field(default_factory=dict)
    """The answers to all polls of a job, by what it did."""
    rows: dict[str, list[Body]] = dataclasses.field(default_factory=dict)
    """Rows of the list by what was going on."""
    made: list[str] = dataclasses.field(default_factory=list)

    def answer(self, step: str) -> Answer:
        """Return what a step was answered with. Raises NotTold."""
        if step not in self.answers:
            raise NotTold(f"the step before it did not go well: {step} was not tried")
        return self.answers[step]

    def run(self) -> None:
        """Do all steps that can be done, and clean up."""
        try:
            if self._copy():
                self._change()
                if self._export():
                    self._register()
        except _TROUBLE as exc:
            # Its text may name things of the person's: it is for the terminal only.
            self.say(f"The trial ended early: {type(exc).__name__}: {exc}")
            self.say(f"Look for images whose names begin with {self.name} in an hour, and delete them.")
        finally:
            self._clean_up()

    # -- steps --------------------------------------------------------------------------------------------------------

    def _copy(self) -> bool:
        self.say(f"Copying the image to {self.name} ...")
        before = {row["id"] for row in self._list(name=self.name)}
        copied = self._ask("copy", "POST", "/v1/cloudimages/{image_id}/copy", self.image, {"name": self.name})
        last = self._job("copy", copied, lambda body: self._rows_of(body, before))
        image_id = _image_of(last)
        if last.get("status") != "SUCCESS" or not image_id:
            return False
        self.made.append(image_id)
        self.rows["made"] = self._list(id=image_id)
        return True

    def _change(self) -> None:
        copy, tag = self.made[0], {"tag": {"key": "ims-live", "value": "yes"}}
        self._ask("tag", "POST", "/v2/{project_id}/images/{image_id}/tags", copy, tag)
        self.rows["tagged"] = self._list(id=copy)
        for step, word in (("replace absent", "replace"), ("add", "add"), ("add present", "add")):
            change = [{"op": word, "path": "/__description", "value": f"{word} by a check"}]
            self._ask(step, "PATCH", "/v2/cloudimages/{image_id}", copy, change)

    def _export(self) -> bool:
        self.say(f"Exporting it to {self.bucket}:{self.name}.qcow2 ...")
        body = {"bucket_url": f"{self.bucket}:{self.name}.qcow2", "file_format": "qcow2"}
        path = "/v1/cloudimages/{image_id}/file"
        started = self._ask("export", "POST", path, self.made[0], body)
        if started.status == 200:
            # It is a copy: if this is allowed, nothing is lost.
            self._ask("delete exported", "DELETE", "/v2/images/{image_id}", self.made[0])
        last = self._job("export", started)
        if last.get("status") != "SUCCESS":
            return False
        self.say(f"The object {self.bucket}:{self.name}.qcow2 stays: delete it when this is over.")
        self._ask("export again", "POST", path, self.made[0], body)
        return True

    def _register(self) -> None:
        self.say("Registering the object as an image ...")
        row = (self.rows["made"] or [{}])[0]
        wanted = {
            "name": f"{self.name}-registered",
            "__os_version": row.get("__os_version") or "Other Linux(64 bit)",
            "container_format": "bare",
            "min_disk": row.get("min_disk") or 40,
        }
        metadata = self._ask("metadata", "POST", "/v2/images", None, wanted)
        if metadata.status != 201 or not isinstance(metadata.body, dict):
            return
        image_id = str(metadata.body["id"])
        self.made.append(image_id)
        body = {"image_url": f"{self.bucket}:{self.name}.qcow2"}
        self._job("register", self._ask("register", "PUT", "/v1/cloudimages/{image_id}/upload", image_id, body))
        self.rows["registered"] = self._list(id=image_id)

    def _clean_up(self) -> None:
        """Delete all that was made, that of which the answer was lost as well: no image of another has its name."""
        try:
            named = [row for name in (self.name, f"{self.name}-registered") for row in self._list(name=name)]
            lost = [str(row["id"]) for row in named if str(row["name"]).startswith(self.name)]
        except _TROUBLE:
            lost = []
            self.say(f"Images cannot be listed: look for some whose names begin with {self.name}, and delete them.")
        images = list(dict.fromkeys([*self.made, *lost]))
        for number, image_id in enumerate(images):
            try:
                self._delete(image_id, "delete" if self.made[:1] == [image_id] else f"delete {number + 1}")
            except _TROUBLE as exc:
                self.say(f"Image {image_id} may be there still ({type(exc).__name__}): look, and delete it yourself.")

    def _delete(self, image_id: str, step: str) -> None:
        earlier = self.answers.get("delete exported") if step == "delete" else None
        if earlier is not None and earlier.status == 204:
            self.answers[step] = earlier
        else:
            self._ask(step, "DELETE", "/v2/images/{image_id}", image_id, {"delete_backup": False})
        if self.answers[step].status not in (204, 404):
            self.say(f"Image {image_id} could not be deleted ({self.answers[step]}): delete it yourself.")
        elif not self._gone(image_id, f"after {step}"):
            self.say(f"Image {image_id} is still listed: look into the console.")
        elif step == "delete":
            self._ask("delete again", "DELETE", "/v2/images/{image_id}", image_id, {"delete_backup": False})

    # -- parts of steps -----------------------------------------------------------------------------------------------

    def _ask(self, step: str, method: str, path: str, image_id: str | None, body: t.Any = None) -> Answer:
        names = {} if image_id is None else {"image_id": image_id}
        self.answers[step] = self.cloud.ask(_APIS[method, path], method, path, body=body, names=names)
        return self.answers[step]

    def _list(self, **query: str) -> list[Body]:
        told = {"enterprise_project_id": "all_granted_eps", **query}
        answer = self.cloud.ask("ListImages", "GET", "/v2/cloudimages", query=told)
        return list(answer.body["images"]) if answer.status == 200 else []

    def _rows_of(self, body: Body, before: t.Container[str]) -> list[Body]:
        """Return how lists show the copy now, under its name, or by its id."""
        image_id = _image_of(body)
        found = [*self._list(name=self.name), *(self._list(id=image_id) if image_id else [])]
        return [row for row in found if row["id"] not in before]

    def _job(self, what: str, started: Answer, look: t.Callable[[Body], list[Body]] = lambda body: []) -> Body:
        """Poll a job to its end, and return its last answer; nothing where it was not started or cannot be polled.

        What ``look`` returns between two polls is noted where the second one says that the job runs still.
        """
        polls = self.jobs.setdefault(what, [])
        if started.status != 200 or not isinstance(started.body, dict):
            return {}
        job_id, ends = str(started.body["job_id"]).strip(), self.cloud.clock.now() + _LONGEST_JOB
        failures, seen = 0, list[Body]()
        while self.cloud.clock.now() < ends and failures < _MOST_FAILURES:
            body = self._poll(job_id)
            failures = 0 if body else failures + 1
            if body:
                polls.append(body)
                if body.get("status") in ("SUCCESS", "FAIL"):
                    return body
                self.rows.setdefault("while made", []).extend(seen)
                seen = look(body)
            self.cloud.clock.sleep(self.pause)
        return {}

    def _poll(self, job_id: str) -> Body:
        """Return what one of the two calls says of a job; nothing where neither does now."""
        for api, path in _JOB_CALLS:
            try:
                answer = self.cloud.ask(api, "GET", path, names={"job_id": job_id})
            except NoAnswerError:
                continue
            if answer.status == 200 and isinstance(answer.body, dict):
                return answer.body
        return {}

    def _gone(self, image_id: str, when: str) -> bool:
        """Wait until lists do not show a deleted image any more."""
        seen, ends = self.rows.setdefault(when, []), self.cloud.clock.now() + _LONGEST_DELETION
        self.rows[f"{when}, as deleted"] = self._list(id=image_id, status="deleted")
        while self.cloud.clock.now() < ends:
            found = self._list(id=image_id)
            if not found:
                return True
            seen.extend(found)
            self.cloud.clock.sleep(self.pause)
        return False


def _image_of(body: Body) -> str | None:
    entities = body.get("entities")
    image_id = entities.get("image_id") if isinstance(entities, dict) else None
    return str(image_id) if image_id else None
