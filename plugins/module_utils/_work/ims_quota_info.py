# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ims_quota_info does."""

from __future__ import annotations

import typing as t

from .._argspec import ArgumentSpec
from .._failures import Result
from .._ims.api.client import ImsClient
from .reading import Params, Reading

_NUMBERS = ("used", "quota", "min", "max")


def read_quotas(client: ImsClient, params: Params) -> Result:
    return {"quotas": [_quota(row) for row in client.life.quotas()]}


def _quota(row: t.Mapping[str, t.Any]) -> Result:
    numbers = {name: _number(row.get(name)) for name in _NUMBERS}
    used, quota = numbers["used"], numbers["quota"]
    return {
        "type": row["type"].strip(),
        **numbers,
        "left": None if used is None or quota is None else max(0, quota - used),
    }


def _number(value: t.Any) -> int | None:
    return None if value is None or str(value).strip() == "" else int(value)


WORK = Reading("ims_quota_info", ArgumentSpec(), read_quotas)
