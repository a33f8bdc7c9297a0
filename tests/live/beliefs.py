# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is believed about the cloud, as data: beliefs.yml, and what may be said in it."""

from __future__ import annotations

import dataclasses
import re
import typing as t
from pathlib import Path

import yaml

FILE = Path(__file__).parent / "beliefs.yml"
CHECKS = ("read", "write", "none")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclasses.dataclass(frozen=True)
class Belief:
    """A line of the file. ``code`` are files of plugins and roles that would be wrong if it was."""

    id: str
    believed: str
    source: str
    """The id of a page of the API's documentation, another client that works so, or ``presumed``."""
    code: tuple[str, ...]
    check: str
    """``read``: by reading only; ``write``: with an image and a bucket of the person's; ``none``, see ``why_not``."""
    why_not: str = ""
    depends_on: tuple[str, ...] = ()
    """Beliefs without which this one cannot be checked, or means nothing."""
    setting: str | None = None
    """The setting of the simulator that stands for it."""
    turned: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    """Settings of a cloud that works the other way."""


def load(path: Path = FILE) -> dict[str, Belief]:
    """Return the beliefs by id, each after those that it depends on. Raises ValueError for a mistake in the file."""
    found: dict[str, Belief] = {}
    for row in yaml.safe_load(path.read_text(encoding="utf-8")):
        listed = {name: tuple(row[name]) for name in ("code", "depends_on") if name in row}
        belief = Belief(**{**row, **listed})
        if not _ID.fullmatch(belief.id) or belief.id in found:
            raise ValueError(f"{belief.id} is no id, or is there twice")
        if belief.check not in CHECKS or (belief.check == "none") is not bool(belief.why_not):
            raise ValueError(f"{belief.id}: check is one of {', '.join(CHECKS)}, and only none needs why_not")
        if not set(belief.depends_on) <= set(found):
            raise ValueError(f"{belief.id}: depends_on names beliefs that stand above it")
        found[belief.id] = belief
    return found


def dependents(beliefs: t.Mapping[str, Belief], wrong: t.Iterable[str]) -> set[str]:
    """Return all that cannot be told where these are wrong."""
    lost = set(wrong)
    for belief in beliefs.values():
        if lost & set(belief.depends_on):
            lost.add(belief.id)
    return lost - set(wrong)
