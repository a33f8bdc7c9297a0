# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be switched in the simulated cloud while it runs."""

from __future__ import annotations

import dataclasses

from .values import built_by, listed, number, one_of

UNKNOWN_JOB_ANSWERS = ("404", "itemNotFound", "400")
# Settings that are one of a few words.
_WORDS = {
    "unknown_job": UNKNOWN_JOB_ANSWERS,
    "creation_shown": ("hidden", "name", "uuid"),
    "failed_creation": ("gone", "killed"),
    "failed_register": ("killed", "queued"),
    "deleted_status": ("", "active", "deleted"),
    "unknown_delete": ("204", "404"),
    "page_style": ("page_info", "next", "none"),
    "native_errors": ("json", "xml"),
    "tag_separator": (".", "="),
    "owner_sees": ("private", "shared"),
}


@dataclasses.dataclass(frozen=True)
class Settings:
    """Defaults are the documented behaviour, where there is any."""

    job_seconds: float = 20.0
    # The answer to an unknown job id is not documented: 404 with an IMG body, 404 native, or 400 IMG.0023.
    unknown_job: str = "404"
    show_job: bool = True
    show_job_progress: bool = True
    # One sample of "register an image" has a job id that begins with a blank: a slip, presumably, for Terraform's
    # provider uses the id as it comes, and works (ims_03_0608).
    register_blank: bool = False
    # Whether lists show an image while it is being made: not at all, under its name, or under a UUID as the only
    # documented sample of a running copy does. And what is left of one whose job has failed.
    creation_shown: str = "hidden"
    failed_creation: str = "gone"
    # `killed` is the documented status after a failed upload; whether it is that of a failed registration is not.
    failed_register: str = "killed"
    # How long a deleted image is still shown, and with which status; "" leaves it as it was (not documented).
    deleted_seconds: float = 0.0
    deleted_status: str = ""
    # Deleting what is not there: 404 is documented; the comments of Terraform's provider say that it is 204 always.
    unknown_delete: str = "204"
    # Whether backups go with a full-ECS image when the request does not say; and whether that fails (IMG.0176).
    delete_backup_default: bool = False
    backup_deletion_fails: bool = False
    # Whether an image cannot be deleted while it is exported (IMG.0148), and while it is shared with projects.
    refuse_exported: bool = True
    refuse_shared: bool = False
    # Whether "add" in a PATCH replaces what is there (ims_03_0604) or is refused (the text of the SDK).
    add_replaces: bool = True
    # What an image that is shared is for its owner: ims_03_0602 says "shared", as for its receivers.
    owner_sees: str = "shared"
    # How rows of lists write a tag that was given as key and value: a.b or a=b (not documented).
    tag_separator: str = "."
    # Where ListImages tells of the next page: page_info is the SDK's, next is OpenStack's, older answers have neither.
    page_style: str = "page_info"
    # Native calls report errors as XML, says one sentence of the permissions' chapter; no sample exists.
    native_errors: str = "json"
    # 300 in the samples of version discovery, 200 in its tables.
    versions_status: int = 300
    # IMG.0008 and IMG.0010 are in the table of codes; when they are raised is not documented.
    refuse_running_servers: bool = False
    refuse_busy_servers: bool = False
    # None: the projects of the account; a number: so many made-up ones, whatever name is asked for.
    projects: int | None = None
    # None: every bucket exists and may be used; else only these.
    buckets: tuple[str, ...] | None = dataclasses.field(default=None, metadata=built_by(listed(str)))
    concurrent_tasks: int = 40
    concurrent_copies: int = 5
    image_quota: int = 50
    share_quota: int = 1000
    member_quota: int = 128
    token_seconds: float = 86400.0
    temporary_key_seconds: float = 86400.0
    lock_after: int = 5
    lock_seconds: float = 300.0
    date_tolerance: float = 900.0
    # The metadata service: status of the token call, whether a token is needed, whether the server has an agency.
    metadata_token_status: int = 200
    metadata_token_required: bool = True
    metadata_agency: bool = True
    metadata_present: bool = True

    def __post_init__(self) -> None:
        for name, words in _WORDS.items():
            one_of(name, getattr(self, name), words)
        for field in dataclasses.fields(self):
            value, default = getattr(self, field.name), field.default
            if isinstance(default, bool) and not isinstance(value, bool):
                raise ValueError(f"{field.name} must be true or false, not {value!r}.")
            if isinstance(default, (int, float)) and not isinstance(default, bool):
                number(field.name, value, least=0)
        if self.projects is not None:
            number("projects", self.projects, least=0)
