# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measure CPU time in a test."""

from __future__ import annotations

import contextlib
import sys
import time
import typing as t


class CpuTime:
    """Seconds of CPU that the process has spent in the block."""

    seconds = 0.0


@contextlib.contextmanager
def cpu_time() -> t.Iterator[CpuTime]:
    """Measure what the code costs, without the tracing of a coverage run, which makes it several times as slow."""
    spent, tracer = CpuTime(), sys.gettrace()
    sys.settrace(None)
    start = time.process_time()
    try:
        yield spent
    finally:
        spent.seconds = time.process_time() - start
        sys.settrace(tracer)
