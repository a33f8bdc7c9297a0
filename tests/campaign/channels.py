# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Standard errors as a wait may have them: good ones, full ones, and ones that nobody reads any more."""

from __future__ import annotations

import contextlib
import os
import random
import typing as t

from ansible_collections.huaweicloud.ims.plugins.plugin_utils._output import write


class Channel:
    """Lines go where the action sends them; all of them are kept, whether they could be written or not."""

    def __init__(self, number: int) -> None:
        self.lines: list[str] = []
        self._number = number

    def say(self, line: str) -> None:
        self.lines.append(line)
        write(self._number, line)


@contextlib.contextmanager
def standard_error(draw: random.Random) -> t.Iterator[Channel]:
    """Open one at random."""
    numbers = draw.choice(_KINDS)()
    try:
        yield Channel(numbers[0])
    finally:
        for number in numbers:
            os.close(number)


def _file(path: str) -> t.Callable[[], list[int]]:
    return lambda: [os.open(path, os.O_WRONLY)]


def _unread() -> list[int]:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(writer, b"x" * 65536)
    os.set_blocking(writer, True)
    return [writer, reader]


def _without_reader() -> list[int]:
    reader, writer = os.pipe()
    os.close(reader)
    return [writer]


_KINDS = (_file("/dev/null"), _file("/dev/null"), _file("/dev/full"), _unread, _without_reader)
