# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Connections that live as long as the process of a task: one login for all items of a loop with equal options."""

from __future__ import annotations

import os
import typing as t
from collections import OrderedDict

from ..module_utils._connect import Connection, open_connection
from ..module_utils._options import Options
from ._parent import Parent, WorkerClock

MAX_KEPT = 4


class Connections:
    """Keeps the connections used last. Equal are those whose options, credentials among them, and environment are."""

    def __init__(self) -> None:
        self._process = 0
        self._kept: OrderedDict[t.Hashable, Connection] = OrderedDict()

    def open(self, options: Options, environ: t.Mapping[str, str], query_api: str = "auto") -> Connection:
        """Return a connection, made anew or used before in this process. Raises OptionError, MissingLibraryError."""
        if self._process != os.getpid():
            # Sockets and threads of another process are not ours.
            self._process, self._kept = os.getpid(), OrderedDict()
        key = (options, query_api, frozenset(environ.items()))
        connection = self._kept.pop(key, None)
        if connection is None:
            connection = open_connection(options, environ, WorkerClock(Parent()), query_api)
        self._kept[key] = connection
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)[1].client.close()
        return connection


CONNECTIONS = Connections()
