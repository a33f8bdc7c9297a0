# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shapes of all answers that are read, as JSON Schema draft-07, and their validation.

Tolerant where the documentation contradicts itself, strict where it speaks. The schemas are Python, not JSON files,
because Ansible ships only imported Python files to the target; ``docs/schema/`` is generated from here.
"""

from __future__ import annotations

import functools
import itertools
import json
import typing as t

from ..errors import SchemaError
from .shapes import KnownShapes, shape_of

try:
    import jsonschema
except ImportError as exc:
    JSONSCHEMA_IMPORT_ERROR: ImportError | None = exc
else:
    JSONSCHEMA_IMPORT_ERROR = None

Schema = dict[str, t.Any]

MAX_VIOLATIONS = 10
MAX_COUNTED = 1000
_known_shapes = KnownShapes()
_MAX_FOUND = 60
_BASE = "https://github.com/huaweicloud-ims/ansible-collection-ims/raw/main/docs/schema/"
_DRAFT = "http://json-schema.org/draft-07/schema#"
_TEXT: Schema = {"type": ["string", "null"]}
_CODE: Schema = {"type": ["string", "integer", "null"]}
_NON_EMPTY: Schema = {"type": "string", "minLength": 1, "pattern": "\\S"}

_SUB_JOB_PROPERTIES: Schema = {
    "job_id": _TEXT,
    "job_type": {**_TEXT, "description": "An open list: new types appear without notice."},
    "begin_time": {**_TEXT, "description": "UTC; 2022-05-17T14:42:20.859Z or 04-Jun-2015 18:11:06:586."},
    "end_time": {**_TEXT, "description": "Like begin_time. Empty while the job runs, and in one sample after it, too."},
    "error_code": {**_CODE, "description": "Null or empty in every documented success."},
    "fail_reason": _TEXT,
    "entities": {"$ref": "#/definitions/entities"},
}

JOB_SCHEMA: Schema = {
    "$schema": _DRAFT,
    "$id": _BASE + "ims_job.schema.json",
    "title": "An asynchronous job of Huawei Cloud IMS",
    "description": (
        "The answer of ShowJob, GET /v1/{project_id}/jobs/{job_id} (ims_03_0905), and of ShowJobProgress,"
        " GET /v1/cloudimages/job/{job_id} (ims_03_0911). Unknown keys are allowed everywhere."
    ),
    "type": "object",
    "required": ["status", "job_id"],
    "properties": {
        **_SUB_JOB_PROPERTIES,
        "status": {
            **_NON_EMPTY,
            "description": "SUCCESS, FAIL, RUNNING and INIT are documented. Only SUCCESS means success.",
            "examples": ["SUCCESS", "FAIL", "RUNNING", "INIT"],
        },
        "job_id": {**_NON_EMPTY, "description": "May carry blanks around it."},
    },
    "definitions": {
        "entities": {
            "type": ["object", "null"],
            "properties": {
                "image_id": _TEXT,
                "image_name": _TEXT,
                "current_task": {**_TEXT, "description": "Empty when the job has ended; may end in a colon."},
                "process_percent": {
                    "type": ["number", "string", "null"],
                    "description": "A fraction from 0 to 1 in every sample. It says nothing about success.",
                },
                "results": {"type": ["array", "null"], "items": {"$ref": "#/definitions/result"}},
                "sub_jobs_result": {"type": ["array", "null"], "items": {"$ref": "#/definitions/sub_job"}},
                "sub_jobs_list": {"type": ["array", "null"], "items": {"type": "string"}},
                "subJobId": _TEXT,
                "error_code": _CODE,
                "error": _TEXT,
                "addition_error_code": _CODE,
                "addition_error_msg": _TEXT,
                "alarm_code": _CODE,
                "__data_images": _TEXT,
            },
        },
        "result": {
            "type": "object",
            "description": "One item of a batch (image members).",
            "properties": {
                "image_id": _TEXT,
                "project_id": _TEXT,
                "status": {**_TEXT, "description": "success in lower case; the word for a failure is not documented."},
            },
        },
        "sub_job": {
            "type": "object",
            "properties": {**_SUB_JOB_PROPERTIES, "status": _TEXT},
        },
    },
}

START_SCHEMA: Schema = {
    "$schema": _DRAFT,
    "$id": _BASE + "ims_job_id.schema.json",
    "title": "The answer of an IMS call that starts a job",
    "description": "For example ExportImage, POST /v1/cloudimages/{image_id}/file (ims_03_0609).",
    "type": "object",
    "required": ["job_id"],
    "properties": {"job_id": {**_NON_EMPTY, "description": "May carry blanks around it (ims_03_0608)."}},
}

_NUMBER_OR_TEXT: Schema = {"type": ["integer", "string", "null"]}
_IMAGE_TEXTS = (
    "name visibility owner disk_format container_format virtual_env_type architecture hw_firmware_type checksum"
    " enterprise_project_id created_at updated_at active_at __imagetype __os_type __os_version __os_bit __platform"
    " __description __image_source_type __data_origin __originalimagename __backup_id __system__cmkid"
)
_IMAGE: Schema = {
    "type": "object",
    "required": ["id", "status"],
    "properties": {
        **dict.fromkeys(_IMAGE_TEXTS.split(), _TEXT),
        "id": _NON_EMPTY,
        "status": {
            **_NON_EMPTY,
            "description": "queued, saving, active, killed and deleted are documented. Only active can be used.",
            "examples": ["queued", "saving", "active", "killed", "deleted"],
        },
        "min_disk": {"type": ["integer", "null"], "description": "GB"},
        "min_ram": {"type": ["integer", "null"], "description": "MB"},
        "max_ram": {**_NUMBER_OR_TEXT, "description": "MB, a number in a string."},
        "__image_size": {**_NUMBER_OR_TEXT, "description": "Bytes, a number in a string."},
        "__whole_image": {"type": ["boolean", "string", "null"]},
        "protected": {"type": ["boolean", "null"]},
        "tags": {"type": ["array", "null"], "items": {"type": "string"}},
    },
}

IMAGE_SCHEMA: Schema = {
    "$schema": _DRAFT,
    "$id": _BASE + "ims_image.schema.json",
    "title": "An image of Huawei Cloud IMS",
    "description": "The answer of GET /v2/images/{image_id} (ims_03_0703). Unknown keys are allowed.",
    **_IMAGE,
}

IMAGES_SCHEMA: Schema = {
    "$schema": _DRAFT,
    "$id": _BASE + "ims_images.schema.json",
    "title": "A page of the list of images of Huawei Cloud IMS",
    "description": "The answer of ListImages, GET /v2/cloudimages (ims_03_0602). Unknown keys are allowed everywhere.",
    "type": "object",
    "required": ["images"],
    "properties": {
        "images": {"type": "array", "items": {"$ref": "#/definitions/image"}},
        "next": {**_TEXT, "description": "The path of the next page, where there is one."},
        "page_info": {"type": ["object", "null"], "properties": {"next_marker": _TEXT}},
    },
    "definitions": {"image": _IMAGE},
}

TOKEN_SCHEMA: Schema = {
    "$schema": _DRAFT,
    "$id": _BASE + "iam_token.schema.json",
    "title": "What is read of IAM's answer to a login",
    "description": "POST /v3/auth/tokens (iam_30_0001). The token itself is in the header X-Subject-Token.",
    "type": "object",
    "required": ["token"],
    "properties": {
        "token": {
            "type": "object",
            "required": ["expires_at"],
            "properties": {
                "expires_at": {**_NON_EMPTY, "examples": ["2019-02-13T06:52:13.855000Z"]},
                "project": {"type": "object", "properties": {"id": _NON_EMPTY, "name": {"type": "string"}}},
            },
        }
    },
}

PROJECTS_SCHEMA: Schema = {
    "$schema": _DRAFT,
    "$id": _BASE + "iam_projects.schema.json",
    "title": "What is read of IAM's list of projects",
    "description": "GET /v3/projects?name={region}",
    "type": "object",
    "required": ["projects"],
    "properties": {
        "projects": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": {"id": _NON_EMPTY, "name": {"type": "string"}},
            },
        }
    },
}

SECURITY_KEY_SCHEMA: Schema = {
    "$schema": _DRAFT,
    "$id": _BASE + "ecs_security_key.schema.json",
    "title": "Temporary keys from the metadata service of an ECS with an agency",
    "description": "GET /openstack/latest/securitykey",
    "type": "object",
    "writeOnly": True,
    "required": ["credential"],
    "properties": {
        "credential": {
            "type": "object",
            "writeOnly": True,
            "required": ["access", "secret", "securitytoken", "expires_at"],
            "properties": dict.fromkeys(
                ("access", "secret", "securitytoken", "expires_at"), {**_NON_EMPTY, "writeOnly": True}
            ),
        }
    },
}

PUBLISHED = {
    "ims_job.schema.json": JOB_SCHEMA,
    "ims_job_id.schema.json": START_SCHEMA,
    "ims_image.schema.json": IMAGE_SCHEMA,
    "ims_images.schema.json": IMAGES_SCHEMA,
    "iam_token.schema.json": TOKEN_SCHEMA,
    "iam_projects.schema.json": PROJECTS_SCHEMA,
    "ecs_security_key.schema.json": SECURITY_KEY_SCHEMA,
}


def validate(instance: t.Any, schema: Schema, hide: t.Callable[[str], str] = str) -> None:
    """Raise SchemaError, with a sentence for each place that does not fit, or return.

    ``hide`` takes secrets out of what was found, before it is cut.
    """
    validator = _validator(schema["$id"])
    try:
        fitting = (schema["$id"], shape_of(instance))
        if fitting in _known_shapes:
            return
        if validator.is_valid(instance):
            _known_shapes.add(fitting)
            return
        # A large answer can have millions of them.
        errors = list(itertools.islice(validator.iter_errors(instance), MAX_COUNTED))
        errors.sort(key=lambda error: [str(step) for step in error.absolute_path])
    except RecursionError:
        raise SchemaError("the answer is nested too deeply", ["$: nested too deeply"]) from None
    violations = list(dict.fromkeys(_sentence(error, hide) for error in errors))
    more = len(violations) - MAX_VIOLATIONS
    least = "at least " if len(errors) == MAX_COUNTED else ""
    listed = violations[:MAX_VIOLATIONS] + ([f"and {least}{more} more"] if more > 0 else [])
    raise SchemaError("the cloud's answer does not fit the schema: " + "; ".join(listed), listed)


@functools.cache
def _validator(schema_id: str) -> t.Any:
    """Compile a schema once: checking and compiling costs fifty times as much as one validation."""
    schema = next(schema for schema in PUBLISHED.values() if schema["$id"] == schema_id)
    return jsonschema.Draft7Validator(schema)


def _sentence(error: t.Any, hide: t.Callable[[str], str]) -> str:
    path = "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    if error.validator == "required":
        missing = sorted(set(error.validator_value) - set(error.instance))
        return f"{path}.{', .'.join(missing)}: missing"
    if error.schema.get("writeOnly"):
        return f"{path}: expected {_expected(error.schema)}, found something else (not shown: it may be a secret)"
    found = hide(json.dumps(error.instance, ensure_ascii=False))
    if len(found) > _MAX_FOUND:
        found = found[: _MAX_FOUND - 3] + "..."
    return f"{path}: expected {_expected(error.schema)}, found {found}"


def _expected(schema: Schema) -> str:
    names = {"integer": "an integer", "object": "an object", "array": "an array", "null": "null"}
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if "minLength" in schema:
        return "a non-empty string"
    return " or ".join(names.get(name, f"a {name}") for name in types)
