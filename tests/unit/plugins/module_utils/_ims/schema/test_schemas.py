# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The schemas as data: what they are, what they mark as essential, and that the published ones are those in use."""

from __future__ import annotations

import json
import pathlib
import typing as t

import jsonschema
import pytest

from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.masking import NO_SECRETS
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema import published
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.iam import SECURITY_KEY_SCHEMA, TOKEN_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.images import IMAGE_SCHEMA, IMAGES_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.jobs import JOB_SCHEMA, START_SCHEMA
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.parts import Schema, resolved
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.published import PUBLISHED
from ansible_collections.huaweicloud.ims.plugins.module_utils._ims.schema.validation import read

DATA = pathlib.Path(__file__).parents[4] / "data"
SAMPLES = json.loads((DATA / "job_samples.json").read_text("utf-8"))["samples"]
STARTED = json.loads((DATA / "answers.json").read_text("utf-8"))["started"]
DOCS = pathlib.Path(published.__file__).parents[4] / "docs" / "schema"
GOOD = {"status": "RUNNING", "job_id": "9a175ac892fa134201930039db1a27b1"}
IMAGE = {"id": "bc6bed6e", "status": "active"}


def assert_fits(instance: t.Any, schema: Schema) -> None:
    checked = read(instance, schema, "Any", NO_SECRETS)
    assert checked.deviations == ()
    assert checked.body == instance


def parts(schema: Schema, root: Schema, here: str = "$", depth: int = 5) -> t.Iterator[tuple[str, Schema, bool]]:
    """Yield each place that a schema speaks of, its schema, and whether it is required."""
    for name, part in schema.get("properties", {}).items():
        part = resolved(part, root)
        yield f"{here}.{name}", part, name in schema.get("required", ())
        items = resolved(part.get("items", {}), root)
        if items:
            yield f"{here}.{name}[*]", items, False
        if depth:
            yield from parts(part, root, f"{here}.{name}", depth - 1)
            yield from parts(items, root, f"{here}.{name}[*]", depth - 1)


@pytest.mark.parametrize("name", PUBLISHED)
def test_schemas_are_draft_07(name: str) -> None:
    jsonschema.Draft7Validator.check_schema(PUBLISHED[name])
    assert PUBLISHED[name]["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert PUBLISHED[name]["$id"].endswith(f"/docs/schema/{name}")


@pytest.mark.parametrize(
    ("name", "essential"),
    [
        ("ims_job", {"$.job_id", "$.status"}),
        ("ims_job_id", {"$.job_id"}),
        ("ims_image", {"$.id", "$.status"}),
        ("ims_images", {"$.images", "$.images[*].id", "$.images[*].status"}),
        ("ecs_server", {"$.server", "$.server.id", "$.server.status"}),
        ("iam_token", {"$.token"}),
        ("iam_projects", {"$.projects", "$.projects[*]", "$.projects[*].id"}),
        (
            "ecs_security_key",
            {"$.credential", "$.credential.access", "$.credential.secret", "$.credential.securitytoken"},
        ),
    ],
)
def test_what_decides_is_marked_as_essential_and_nothing_else(name: str, essential: set[str]) -> None:
    schema = PUBLISHED[f"{name}.schema.json"]
    assert {place for place, part, _required in parts(schema, schema) if part.get("x-essential")} == essential


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_essential_in_an_object_is_required_there(name: str) -> None:
    schema = PUBLISHED[name]
    for place, part, required in parts(schema, schema):
        assert required or not part.get("x-essential") or place.endswith("[*]"), place


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda sample: sample["id"])
def test_every_documented_job_fits(sample: t.Mapping[str, t.Any]) -> None:
    assert_fits(sample["body"], JOB_SCHEMA)


@pytest.mark.parametrize("sample", STARTED, ids=lambda sample: sample["id"])
def test_every_documented_start_fits(sample: t.Mapping[str, t.Any]) -> None:
    assert_fits(sample["body"], START_SCHEMA)


@pytest.mark.parametrize(
    "changes",
    [
        {"entities": {}},
        {"entities": None},
        {"entities": {"unheard_of": [1, {"a": None}]}, "unheard_of": 1},
        {"entities": {"__data_images": "49e9447f"}},
        *({"entities": {"process_percent": value}} for value in (0, 1, 0.4, 35, None, "", "0.4")),
        *({"error_code": value, "fail_reason": None} for value in (None, "", "IMG.0001", 401)),
        *({"fail_reason": value} for value in (None, "", "no space")),
        *({"end_time": value} for value in (None, "", "2022-05-17T14:42:20.859Z", "04-Jun-2015 18:11:06:586", "soon")),
        *({"entities": {"results": value}} for value in (None, [], [{}], [{"status": "SUCCESS", "image_id": None}])),
        {"entities": {"sub_jobs_result": [{}], "sub_jobs_list": None}},
        {"entities": {"subJobId": "0825e1f7", "sub_jobs_list": ["a"]}},
        {"job_type": "imsOfTomorrowJob"},
        {"job_type": None},
        {"status": "PENDING_PAYMENT"},
        {"job_id": " b912fb4a "},
        {"entities": {"alarm_code": 7, "addition_error_code": "x", "addition_error_msg": None, "error": ""}},
    ],
    ids=json.dumps,
)
def test_what_the_documentation_contradicts_itself_about_is_tolerated(changes: t.Mapping[str, t.Any]) -> None:
    assert_fits({**GOOD, **changes}, JOB_SCHEMA)


@pytest.mark.parametrize(
    "changes",
    [
        *(
            {name: value}
            for name in ("min_disk", "min_ram", "max_ram", "__image_size")
            for value in (40, "40", "", None)
        ),
        *({"__os_bit": value} for value in ("64", 64)),
        *({"protected": value} for value in (True, False, "true", "False", None)),
        *({"__support_arm": value} for value in ("true", "True", True, "false", "", None)),
        *({"__system_support_market": value} for value in (True, "true")),
        *({"__support_kvm": value} for value in ("true", True)),
        {"__support_kvm_gpu_type": "V100_vGPU"},
        {"__lazyloading": "True", "__whole_image": "true", "__isregistered": "true"},
        {"virtual_size": None, "size": 0, "tags": None, "__data_origin": None, "__custom": {"a": [1]}},
    ],
    ids=json.dumps,
)
def test_images_have_numbers_and_booleans_in_strings_or_not(changes: t.Mapping[str, t.Any]) -> None:
    assert_fits({**IMAGE, **changes}, IMAGE_SCHEMA)
    assert_fits({"images": [{**IMAGE, **changes}]}, IMAGES_SCHEMA)


@pytest.mark.parametrize("token", [{"expires_at": "x"}, {"expires_at": "x", "project": None}])
def test_a_login_need_not_tell_the_project(token: dict[str, t.Any]) -> None:
    assert_fits({"token": token}, TOKEN_SCHEMA)


def test_what_may_be_a_secret_is_marked_as_never_to_be_shown() -> None:
    marked = {
        place for place, part, _required in parts(SECURITY_KEY_SCHEMA, SECURITY_KEY_SCHEMA) if part.get("writeOnly")
    }
    names = ("access", "secret", "securitytoken", "expires_at")
    assert marked == {"$.credential", *(f"$.credential.{name}" for name in names)}
    assert SECURITY_KEY_SCHEMA["writeOnly"] is TOKEN_SCHEMA["properties"]["token"]["writeOnly"] is True


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_schemas_are_those_in_use(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == json.dumps(PUBLISHED[name], indent=2) + "\n"


def test_no_schema_is_published_that_is_not_in_use() -> None:
    assert {path.name for path in DOCS.glob("*.schema.json")} == set(PUBLISHED)
