# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Jobs: what is asked about them, and what starts them.

Sources: ShowJob (ims_03_0905), ShowJobProgress (ims_03_0911), the SDK's model JobEntities for the keys of errors.
"""

from __future__ import annotations

from .parts import CODE, NON_EMPTY, READ_AT_MOST, TEXT, Schema, document, essential

_SUB_JOB_PROPERTIES: Schema = {
    "job_id": TEXT,
    "job_type": {**TEXT, "description": "An open list: new types appear without notice."},
    "begin_time": {**TEXT, "description": "UTC; 2022-05-17T14:42:20.859Z or 04-Jun-2015 18:11:06:586."},
    "end_time": {**TEXT, "description": "Like begin_time. Empty while the job runs, and in one sample after it, too."},
    "error_code": {**CODE, "description": "Null or empty in every documented success."},
    "fail_reason": TEXT,
    "entities": {"$ref": "#/definitions/entities"},
}

_ENTITIES: Schema = {
    "type": ["object", "null"],
    "properties": {
        "image_id": TEXT,
        "image_name": TEXT,
        "current_task": {**TEXT, "description": "Empty when the job has ended; may end in a colon."},
        "process_percent": {
            "type": ["number", "string", "null"],
            "description": "A fraction from 0 to 1 in every sample. It says nothing about success.",
        },
        "results": {
            "type": ["array", "null"],
            READ_AT_MOST: 1000,
            "description": "One for each image and project of a batch.",
            "items": {"$ref": "#/definitions/result"},
        },
        "sub_jobs_result": {
            "type": ["array", "null"],
            READ_AT_MOST: 200,
            "items": {"$ref": "#/definitions/sub_job"},
        },
        "sub_jobs_list": {"type": ["array", "null"], READ_AT_MOST: 1000, "items": {"type": "string"}},
        "subJobId": TEXT,
        "error_code": CODE,
        "error": TEXT,
        "addition_error_code": CODE,
        "addition_error_msg": TEXT,
        "alarm_code": CODE,
        "__data_images": TEXT,
    },
}

JOB_SCHEMA: Schema = document(
    "ims_job",
    "An asynchronous job of Huawei Cloud IMS",
    "The answer of ShowJob, GET /v1/{project_id}/jobs/{job_id} (ims_03_0905), and of ShowJobProgress,"
    " GET /v1/cloudimages/job/{job_id} (ims_03_0911). Unknown keys are allowed everywhere.",
    type="object",
    required=["status", "job_id"],
    properties={
        **_SUB_JOB_PROPERTIES,
        "status": essential(
            NON_EMPTY,
            description="SUCCESS, FAIL, RUNNING and INIT are documented. Only SUCCESS means success.",
            examples=["SUCCESS", "FAIL", "RUNNING", "INIT"],
        ),
        "job_id": essential(NON_EMPTY, description="May carry blanks around it."),
    },
    definitions={
        "entities": _ENTITIES,
        "result": {
            "type": "object",
            "description": "One item of a batch (image members).",
            "properties": {
                "image_id": TEXT,
                "project_id": TEXT,
                "status": {**TEXT, "description": "success in lower case; the word for a failure is not documented."},
                "error_code": CODE,
                "fail_reason": TEXT,
                "error": TEXT,
            },
        },
        "sub_job": {
            "type": "object",
            "properties": {**_SUB_JOB_PROPERTIES, "status": TEXT},
        },
    },
)

START_SCHEMA: Schema = document(
    "ims_job_id",
    "The answer of an IMS call that starts a job",
    "For example ExportImage, POST /v1/cloudimages/{image_id}/file (ims_03_0609).",
    type="object",
    required=["job_id"],
    properties={"job_id": essential(NON_EMPTY, description="May carry blanks around it (ims_03_0608).")},
)
