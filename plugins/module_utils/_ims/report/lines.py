# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How a line of progress looks: below 80 columns, ASCII, free of secrets, with the host that it is about.

What is longer goes on in a second line; a job's id is never broken.
"""

from __future__ import annotations

import os.path
import re
import textwrap
import typing as t

from ..masking import Texts

MAX_LINE = 79
SHORT_ID = 8
_MAX_HOST = 24
_MAX_TEXT = 400
_MOST_LINES = 4
# Up to this many ids each has a line of its own; up to that many, as many share a line as fit.
_MOST_ONE_A_LINE = 20
_MOST_IDS = 200
_IN_PARENTHESES = re.compile(r"\([^()]*\)")
# Stands for a blank that no line is broken at; texts have no control characters when they come here.
_GLUE = "\x01"

Say = t.Callable[[str], None]


class Lines:
    """Prints texts as lines that begin with ``ims [host]``."""

    def __init__(self, say: Say, host: str, texts: Texts) -> None:
        self._say = say
        self._texts = texts
        self._prefix = f"ims [{_ascii(texts.line(host, _MAX_HOST))}] "

    def put(self, text: str) -> None:
        """Print a text, on several lines where it has to be."""
        for line in folded(_ascii(self._texts.line(text, _MAX_TEXT)), MAX_LINE - len(self._prefix)):
            self._say(self._prefix + line)

    def put_ids(self, job_ids: t.Sequence[str]) -> bool:
        """Print each id whole, where it can be copied from; return whether they were few enough for that."""
        if len(job_ids) > _MOST_IDS:
            return False
        job_ids = [self._texts.line(job_id) for job_id in job_ids]
        if len(job_ids) <= _MOST_ONE_A_LINE:
            for job_id in job_ids:
                fits = len(self._prefix) + len(job_id) <= MAX_LINE
                self._say(f"{self._prefix if fits else 'ims '}{job_id}")
            return True
        # Two ids and a host do not fit on a line: here the host gives way, since ids are unique without it.
        for line in textwrap.wrap(" ".join(job_ids), MAX_LINE - len("ims "), break_on_hyphens=False):
            self._say(f"ims {line}")
        return True


def folded(text: str, width: int) -> list[str]:
    """Return ``text`` in lines of at most ``width`` columns, broken at a semicolon or before a parenthesis."""
    lines: list[str] = []
    for piece in text.split("; "):
        if lines and len(lines[-1]) + len("; ") + len(piece) <= width:
            lines[-1] += f"; {piece}"
        else:
            glued = _IN_PARENTHESES.sub(lambda found: _glued(found.group(), width), piece)
            lines += [line.replace(_GLUE, " ") for line in textwrap.wrap(glued, width, break_on_hyphens=False)]
    if len(lines) > _MOST_LINES:
        lines = lines[:_MOST_LINES]
        lines[-1] = f"{lines[-1][: width - 3]}..."
    return lines


def short_ids(job_ids: t.Iterable[str]) -> dict[str, str]:
    """Return what each id is called after it was printed whole: its first letters, as many as tell it from the rest."""
    ordered = sorted(set(job_ids))
    needed = dict.fromkeys(ordered, SHORT_ID)
    for one, other in zip(ordered, ordered[1:]):
        common = len(os.path.commonprefix((one, other)))
        for job_id in (one, other):
            needed[job_id] = max(needed[job_id], common + 1)
    return {job_id: job_id[:length] for job_id, length in needed.items()}


def _glued(text: str, width: int) -> str:
    return text.replace(" ", _GLUE) if len(text) <= width else text


def _ascii(text: str) -> str:
    return text.encode("ascii", "replace").decode()
