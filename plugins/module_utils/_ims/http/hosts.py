# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of hosts: which ones there can be, and which ones are near."""

from __future__ import annotations

import ipaddress
import re

# Underscores are no letters of host names, and stand in some; an empty label at the end means the root.
_NAME = re.compile(r"(?=.{1,253}\.?\Z)(?:(?!-)[A-Za-z0-9_-]{1,63}(?<!-)\.)*(?!-)[A-Za-z0-9_-]{1,63}(?<!-)\.?")


def is_host(host: str) -> bool:
    """Return whether a connection to such a host can be tried: a name in ASCII, or an address without brackets."""
    return bool(_NAME.fullmatch(host)) or _address(host) is not None


def is_address(host: str) -> bool:
    """Return whether a host is an address, without brackets, and no name."""
    return _address(host) is not None


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine."""
    address = _address(host)
    return address.is_loopback if address else host.lower().rstrip(".") == "localhost"


def is_link_local(host: str) -> bool:
    """Return whether a host is an address for neighbors only, such as the metadata service's."""
    address = _address(host)
    return address.is_link_local if address else False


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
