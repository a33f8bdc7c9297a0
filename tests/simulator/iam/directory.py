# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who is known to IAM: a customer, another one, a user with few rights, an agency and an identity provider."""

from __future__ import annotations

import dataclasses
import typing as t

from ..account import Account

# An enterprise project, and one in which the user with few rights has none.
ENTERPRISE_PROJECT = "e1000000-0000-4000-8000-000000000001"
OTHER_ENTERPRISE_PROJECT = "e1000000-0000-4000-8000-000000000002"


@dataclasses.dataclass(frozen=True)
class Agency:
    """What the account `of` lets users of the domain `trusted` do in its name."""

    name: str
    of: Account
    trusted: str


@dataclasses.dataclass(frozen=True)
class IdentityProvider:
    """Whoever shows an id token of it acts as a user of that account."""

    idp_id: str
    account: Account


class Directory:
    """Finds accounts by what they show."""

    def __init__(self, account: Account) -> None:
        partner = _partner_of(account)
        self.accounts: t.Mapping[str, Account] = {"main": account, "partner": partner, "limited": _limited(account)}
        self.agencies = (
            Agency("simulated-agency", partner, account.domain_id),
            Agency("simulated-own-agency", account, account.domain_id),
            Agency("simulated-foreign-agency", partner, "d0000000000000000000000000000009"),
        )
        self.providers = (IdentityProvider("simulated-idp", account),)

    def by_access_key(self, access_key: str) -> Account | None:
        """The account with that permanent key."""
        return next((known for known in self.accounts.values() if known.access_key == access_key), None)

    def by_password(self, domain: str | None, name: str | None, password: str | None) -> Account | None:
        """The account of that user; the domain is told by its name or its id."""
        for known in self.accounts.values():
            if domain in (known.domain_name, known.domain_id) and name in (known.username, known.user_id):
                return known if password == known.password else None
        return None

    def agency(self, domain: str | None, name: str | None) -> Agency | None:
        """The agency of that name in the domain of that name or id."""
        for known in self.agencies:
            if domain in (known.of.domain_name, known.of.domain_id) and name == known.name:
                return known
        return None

    def provider(self, idp_id: str) -> IdentityProvider | None:
        """The identity provider of that id."""
        return next((known for known in self.providers if known.idp_id == idp_id), None)


def _partner_of(account: Account) -> Account:
    return dataclasses.replace(
        account,
        access_key="SIMULATEDACCESSKEY02",
        secret_key="simulated/secret+key0000000000000000002",
        username="partner-user",
        password="partner-password",
        domain_name="partner-domain",
        domain_id="d0000000000000000000000000000002",
        user_id="e0000000000000000000000000000002",
        project_id="a0000000000000000000000000000011",
        other_project_id="a0000000000000000000000000000012",
        dev_project_id="a0000000000000000000000000000013",
    )


def _limited(account: Account) -> Account:
    return dataclasses.replace(
        account,
        access_key="SIMULATEDACCESSKEY03",
        secret_key="simulated/secret+key0000000000000000003",
        username="limited-user",
        password="limited-password",
        user_id="e0000000000000000000000000000003",
        enterprise_projects=(ENTERPRISE_PROJECT,),
    )
