# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The times that the cloud writes, read without the process's locale."""

from __future__ import annotations

import datetime
import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# 2022-05-17T14:42:20.859Z (jobs, ims_03_0911), 2019-02-13T06:52:13.855000Z (IAM tokens)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,](\d{1,9}))?\s*(Z|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE
)
# 04-Jun-2015 18:11:06:586 (jobs, ims_03_0905)
_LEGACY = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4}) (\d\d):(\d\d):(\d\d)(?:[:.](\d{1,9}))?", re.ASCII)


def parse_time(text: str | None) -> datetime.datetime | None:
    """Return an aware datetime in UTC, or None for nothing and for what is no time. A time without a zone is UTC."""
    text = (text or "").strip()
    try:
        return _parse_iso(text) or _parse_legacy(text)
    except (ValueError, OverflowError):
        return None


def iso(moment: datetime.datetime | None) -> str | None:
    """Return ``2024-11-06T06:46:51.929Z``."""
    if moment is None:
        return None
    return _utc_text(moment, "milliseconds")


def iso_seconds(moment: datetime.datetime) -> str:
    """Return ``2024-11-06T06:46:51Z``."""
    return _utc_text(moment, "seconds")


def _utc_text(moment: datetime.datetime, timespec: str) -> str:
    # Not by strftime, which writes the year 1 as "1".
    return moment.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat(timespec=timespec) + "Z"


def _parse_iso(text: str) -> datetime.datetime | None:
    match = _ISO.fullmatch(text)
    if not match:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    moment = _moment(int(year), int(month), int(day), (hour, minute, second), fraction)
    if zone in (None, "Z", "z"):
        return moment
    offset = datetime.timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return moment - offset if zone[0] == "+" else moment + offset


def _parse_legacy(text: str) -> datetime.datetime | None:
    match = _LEGACY.fullmatch(text)
    if not match or match.group(2).lower() not in _MONTHS:
        return None
    day, month, year, hour, minute, second, fraction = match.groups()
    return _moment(int(year), _MONTHS.index(month.lower()) + 1, int(day), (hour, minute, second), fraction)


def _moment(year: int, month: int, day: int, clock: tuple[str, str, str], fraction: str | None) -> datetime.datetime:
    hour, minute, second = (int(part) for part in clock)
    micro = int((fraction or "0").ljust(6, "0")[:6])
    return datetime.datetime(year, month, day, hour, minute, second, micro, datetime.timezone.utc)
