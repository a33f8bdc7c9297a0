# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the documentation tells about each type of job."""

from __future__ import annotations

import dataclasses
import typing as t

EXPORT = "imsNativeExportImageJob"
FROM_SERVER = "imsCreateImageByInstance"
IMPORT = "imsImportImageJob"
IMPORT_OVA = "imsImportOvaImageJob"
IMPORT_DATA = "imsImportDataImageJob"
FROM_VOLUME = "imsVolumeCreateImageJob"
FROM_DATA_VOLUMES = "imsVolumesToSysDataImagesJob"
WHOLE_FROM_SERVER = "imsCreateWholeImageByInstanceJob"
WHOLE_FROM_BACKUP = "imsCreateWholeImageByBackupJob"
REGISTER = "imsNativeImportImageJob"
COPY = "imsCopyImageInRegionJob"
CROSS_REGION_COPY = "imsCrossRegionCopyImageJob"
ADD_MEMBERS = "imsAddImageMembersJob"
DELETE_MEMBERS = "imsDelImageMembersJob"
UPDATE_MEMBERS = "imsUpdateImageMembersJob"
START_SERVERS = "batchStartServer"
STOP_SERVERS = "batchStopServer"


@dataclasses.dataclass(frozen=True)
class JobType:
    """How jobs of one type differ from the others."""

    name: str
    # The names of steps are documented for three types only, the others are made up in their style.
    tasks: tuple[str, ...]
    image: bool = True
    sub_job_id: bool = True
    # Where the images of a job are only in its sub jobs: the type of these.
    sub_job_type: str | None = None
    batch: bool = False
    longest: float | None = None
    creates: bool = False


def _members(name: str) -> JobType:
    # The documented samples of these took 0.6 to 2.4 seconds.
    return JobType(name, ("ImageMembersTask",), image=False, sub_job_id=False, batch=True, longest=2.0)


def _power(name: str) -> JobType:
    return JobType(name, (), image=False, sub_job_id=False, longest=2.0)


_KNOWN = (
    JobType(EXPORT, ("ExportImageTask:ConvertImageTask", "ExportImageTask:UploadImageTask"), sub_job_id=False),
    JobType(FROM_SERVER, ("CreateImageByInstanceTask",), creates=True),
    JobType(IMPORT, ("ImportImageTask:ObtainImageInfoTask", "ImportImageTask:ConvertImageTask"), creates=True),
    JobType(IMPORT_OVA, ("ImportImageTask:ObtainImageInfoTask",), image=False, sub_job_type=IMPORT, creates=True),
    JobType(IMPORT_DATA, ("ImportImageTask:ObtainImageInfoTask",), creates=True),
    JobType(FROM_VOLUME, ("VolumeCreateImageTask",), creates=True),
    JobType(
        FROM_DATA_VOLUMES, ("CopyVolumeToImageTask",), image=False, sub_job_type="imsCopyVolumeToImageJob", creates=True
    ),
    JobType(WHOLE_FROM_SERVER, ("CreateWholeImageTask:BackupTask", "CreateWholeImageTask:RegisterTask"), creates=True),
    JobType(WHOLE_FROM_BACKUP, ("CreateWholeImageTask:RegisterTask",), creates=True),
    JobType(REGISTER, ("ImportImageTask:ObtainImageInfoTask", "ImportImageTask:RegisterTask"), creates=True),
    JobType(COPY, ("CopyImageInRegionTask:",), creates=True),
    JobType(CROSS_REGION_COPY, ("CrossRegionCopyImageTask",)),
    _members(ADD_MEMBERS),
    _members(DELETE_MEMBERS),
    _members(UPDATE_MEMBERS),
    # Jobs of ECS, whose names are made up.
    _power(START_SERVERS),
    _power(STOP_SERVERS),
)

JOB_TYPES: t.Mapping[str, JobType] = {job_type.name: job_type for job_type in _KNOWN}


def type_of(name: str) -> JobType:
    """The type of that name; the list of types is open."""
    return JOB_TYPES.get(name) or JobType(name, ("Task",))
