# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be switched in the simulated cloud while it runs."""

from __future__ import annotations

import dataclasses

from .values import built_by, listed, number, one_of

UNKNOWN_JOB_ANSWERS = ("404", "itemNotFound", "400")


@dataclasses.dataclass(frozen=True)
class Settings:
    """Defaults are the documented behaviour, where there is any."""

    job_seconds: float = 20.0
    # The answer to an unknown job id is not documented: 404 with an IMG body, 404 native, or 400 IMG.0023.
    unknown_job: str = "404"
    show_job: bool = True
    show_job_progress: bool = True
    # The documented answer of "register an image" has a job id that begins with a blank.
    register_blank: bool = True
    # None: the projects of the account; a number: so many made-up ones, whatever name is asked for.
    projects: int | None = None
    # None: every bucket exists and may be used; else only these.
    buckets: tuple[str, ...] | None = dataclasses.field(default=None, metadata=built_by(listed(str)))
    concurrent_tasks: int = 40
    concurrent_copies: int = 5
    image_quota: int = 50
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
        one_of("unknown_job", self.unknown_job, UNKNOWN_JOB_ANSWERS)
        for field in dataclasses.fields(self):
            value, default = getattr(self, field.name), field.default
            if isinstance(default, bool) and not isinstance(value, bool):
                raise ValueError(f"{field.name} must be true or false, not {value!r}.")
            if isinstance(default, (int, float)) and not isinstance(default, bool):
                number(field.name, value, least=0)
        if self.projects is not None:
            number("projects", self.projects, least=0)
