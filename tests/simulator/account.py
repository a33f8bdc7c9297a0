# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A made-up customer of the simulated cloud."""

from __future__ import annotations

import dataclasses


@dataclasses.dataclass(frozen=True)
class Account:
    """One IAM user with one key pair, and the project of one region. Nothing in here opens anything real."""

    access_key: str = "SIMULATEDACCESSKEY01"
    secret_key: str = dataclasses.field(default="simulated/secret+key0000000000000000000", repr=False)
    username: str = "simulated-user"
    password: str = dataclasses.field(default="simulated-password", repr=False)
    domain_name: str = "simulated-domain"
    domain_id: str = "d0000000000000000000000000000001"
    user_id: str = "e0000000000000000000000000000001"
    region: str = "cn-north-4"
    project_id: str = "a0000000000000000000000000000001"
    other_region: str = "eu-west-101"
    other_project_id: str = "a0000000000000000000000000000002"
    dev_project_id: str = "a0000000000000000000000000000003"
    # None: rights in everything. Else only in these enterprise projects.
    enterprise_projects: tuple[str, ...] | None = None

    @property
    def projects(self) -> dict[str, str]:
        """Project ids by name: the main project of a region is called like it, others begin with its name and a _."""
        return {
            self.region: self.project_id,
            self.dev_project_name: self.dev_project_id,
            self.other_region: self.other_project_id,
        }

    @property
    def dev_project_name(self) -> str:
        """The second project of the region."""
        return f"{self.region}_dev"

    def project_named(self, project_id: str) -> str | None:
        """The name of the project of that id, if this account has it."""
        return next((name for name, held in self.projects.items() if held == project_id), None)

    def environment(self, url: str) -> dict[str, str]:
        """The variables with which a client reaches this account on the simulator at url."""
        return {
            "HW_ACCESS_KEY": self.access_key,
            "HW_SECRET_KEY": self.secret_key,
            "HW_REGION_NAME": self.region,
            "HW_PROJECT_ID": self.project_id,
            "HW_IMS_ENDPOINT": url,
            "HW_AUTH_URL": url,
            "HW_ECS_ENDPOINT": url,
            "HW_OBS_ENDPOINT": url,
        }


def region_of(project_name: str) -> str:
    """The region of a project, by its name."""
    return project_name.partition("_")[0]
