# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The drawings of docs/images: the layers of the code, and the states of a job and of a wait. Tests hold them to it."""

from __future__ import annotations

import html
import math
import typing as t
from pathlib import Path

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
TAG = "SPDX-License" + "-Identifier"  # in one piece it would be taken for this file's own
INK, PAPER, GOOD, BAD, CALM, SHELL, CORE = "ink", "paper", "good", "bad", "calm", "shell", "core"
# Each color by day and by night, for pictures that follow what the reader prefers.
PALETTE = {
    INK: ("#1f2937", "#e5e7eb"),
    PAPER: ("#ffffff", "#14181c"),
    GOOD: ("#dcfce7", "#14532d"),
    BAD: ("#fee2e2", "#7f1d1d"),
    CALM: ("#e0f2fe", "#0c4a6e"),
    SHELL: ("#fef3c7", "#5b3a06"),
    CORE: ("#e0e7ff", "#312e81"),
}
CHAR = 7.6

# From above to below: what a row is for, where it lies, and its files. A row uses itself and those below.
LAYERS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("Plugins", "", ("action", "modules", "test", "event_source")),
    (
        "Controller: tasks",
        "plugin_utils",
        ("_starting", "_proving", "_wait_for", "_waiting", "_reading", "_journal", "_connections"),
    ),
    ("Controller: Ansible", "plugin_utils", ("_attempts", "_target", "_task", "_output", "_parent")),
    ("Shell: running", "module_utils", ("_module", "_performing")),
    (
        "Shell: starts",
        "_work",
        (
            *("ims_image_copy", "ims_image_create", "ims_image_export"),
            *("ims_image_import", "ims_image_register", "ims_image_share"),
        ),
    ),
    (
        "Shell: images",
        "_work",
        (
            *("ecs_server_power", "ims_image", "ims_image_channel", "ims_image_rotation", "ims_image_info"),
            *("ims_image_member_info", "ims_job_info", "ims_os_version_info", "ims_quota_info", "obs_object_info"),
        ),
    ),
    (
        "Shell: their parts",
        "_work",
        (
            *("family", "existing", "image_absent", "image_present", "image_row", "awaiting", "changing"),
            *("listing", "choosing", "starting", "remembering", "journaled", "reading"),
        ),
    ),
    (
        "Shell: options",
        "module_utils",
        (
            *("_connect", "_options", "_identity", "_clouds", "_credential_files"),
            *("_wait_plan", "_job_ids", "_spans", "_argspec", "_failures", "_error_facts"),
        ),
    ),
    (
        "Core: reporting",
        "_ims/report",
        ("state_progress", "progress", "events", "results", "excerpts", "outage", "lines"),
    ),
    ("Core: wording", "_ims/report", ("messages", "hints", "codes_of_files", "codes_of_changes", "codes_of_images")),
    ("Core: remembering", "_ims/journal", ("takeover", "store", "entry", "place")),
    ("Core: waiting", "_ims/wait", ("watch", "wait", "tracker", "tracked_job", "plan", "schedule")),
    (
        "Core: asking",
        "_ims/api",
        (
            *("client", "image_life", "servers", "objects", "calls", "project", "starts", "creations"),
            *("states", "threads", "protocol", "image", "job", "job_survey", "job_values", "reading"),
        ),
    ),
    ("Core: identity", "_ims/http", ("agency", "token_keys", "oidc", "metadata", "login", "obs_signing", "temporary")),
    ("Core: HTTP", "_ims/http", ("exchange", "credentials", "renewal", "responses", "signing")),
    ("Core: transport", "_ims/http", ("transport", "failures", "connections", "environment")),
    ("Core: wire", "_ims/http", ("request", "hosts")),
    (
        "Core: schemas",
        "_ims/schema",
        ("validation", "deviations", "bounds", "published", "jobs", "images", "image_parts", "servers", "iam", "parts"),
    ),
    ("Core: ground", "_ims", ("verdicts", "errors", "masking", "times", "clock")),
)
# The name of each state with its place, and the words on the arrows between them.
JOB_STATES = {
    "INIT": (20, 70, CALM),
    "RUNNING": (200, 70, CALM),
    "SUCCESS": (420, 20, GOOD),
    "FAIL": (420, 120, BAD),
}
JOB_ARROWS = (("INIT", "RUNNING", ""), ("RUNNING", "SUCCESS", ""), ("RUNNING", "FAIL", ""))
WATCHED_STATES = {
    "PENDING": (20, 95, CALM),
    "SUCCEEDED": (280, 22, GOOD),
    "FAILED": (280, 95, BAD),
    "GIVEN_UP": (280, 170, BAD),
}
WATCHED_ARROWS = (("PENDING", "SUCCEEDED", ""), ("PENDING", "FAILED", ""), ("PENDING", "GIVEN_UP", ""))
WAIT_ENDINGS = {
    "DONE": (450, 22, GOOD),
    "FAILED": (450, 95, BAD),
    "GAVE_UP": (450, 170, BAD),
    "TIMED_OUT": (20, 258, BAD),
    "STALLED": (160, 258, BAD),
    "REFUSED": (300, 258, BAD),
    "ABANDONED": (440, 258, BAD),
}


def drawings() -> dict[Path, str]:
    """Return what each drawing has to hold."""
    return {
        IMAGES / "layers.svg": layers(),
        IMAGES / "job_states.svg": job_states(),
        IMAGES / "wait_states.svg": wait_states(),
    }


def layers() -> str:
    row, left, parts = 50, 145, []
    wide = max(left + sum(len(name) * CHAR + 20 for name in names) for dummy, dummy, names in LAYERS)
    for number, (title, folder, names) in enumerate(LAYERS):
        y = 10 + number * row
        color = CALM if not folder else CORE if folder.startswith("_ims") else SHELL
        parts.append(rect(10, y, wide, row - 8, color))
        parts.append(text(20, y + (19 if folder else 25), title, "start", bold=True))
        if folder:
            parts.append(text(20, y + 34, f"{folder}/", "start", size=11))
        x = float(left)
        for name in names:
            width = len(name) * CHAR + 14
            parts += [rect(x, y + 9, width, 24, PAPER), text(x + width / 2, y + 25, name, size=12)]
            x += width + 6
    y = 10 + len(LAYERS) * row
    words = "Each row uses itself and the rows below it, never those above."
    parts.append(text(10 + wide / 2, y + 12, words, size=12))
    return picture("The layers of the code", math.ceil(wide) + 20, y + 26, parts)


def job_states() -> str:
    notes = [
        text(20, 150, "any other word is shown, and waited on", "start", size=12),
        text(260, 62, "with step and percent", size=11),
    ]
    return picture("The states of a job", 560, 180, [*arrows(JOB_STATES, JOB_ARROWS), *boxes(JOB_STATES), *notes])


def wait_states() -> str:
    parts = [*arrows(WATCHED_STATES, WATCHED_ARROWS), *boxes(WATCHED_STATES), *boxes(WAIT_ENDINGS, dashed=True)]
    for state, ending in (("SUCCEEDED", "DONE"), ("FAILED", "FAILED"), ("GIVEN_UP", "GAVE_UP")):
        x, y, dummy = WATCHED_STATES[state]
        parts.append(arrow(x + 120, y + 20, WAIT_ENDINGS[ending][0], WAIT_ENDINGS[ending][1] + 20))
    parts += [
        text(80, 14, "a job", size=11),
        text(340, 14, "a job", size=11),
        text(510, 14, "the wait", size=11),
        text(180, 60, "ended well", size=11),
        text(220, 110, "ended badly", size=11),
        text(170, 180, "no good answer", size=11),
        text(290, 246, "These end the wait while jobs are pending:", size=12),
    ]
    return picture("How a wait ends", 590, 312, parts)


def boxes(places: dict[str, tuple[int, int, str]], dashed: bool = False) -> list[str]:
    parts = []
    for name, (x, y, color) in places.items():
        parts += [rect(x, y, 120, 40, color, dashed), text(x + 60, y + 25, name, bold=True, size=13)]
    return parts


def arrows(places: dict[str, tuple[int, int, str]], pairs: t.Iterable[tuple[str, str, str]]) -> list[str]:
    return [
        arrow(places[start][0] + 120, places[start][1] + 20, places[end][0], places[end][1] + 20)
        for start, end, dummy in pairs
    ]


def arrow(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path d="M{x1} {y1}L{x2 - 2} {y2}" class="line" stroke-width="1.5" marker-end="url(#a)"/>'


def rect(x: float, y: float, width: float, height: float, color: str, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="4 3"' if dashed else ""
    shape = f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6"'
    return f'{shape} class="{color} line" stroke-width="1"{dash}/>'


def text(x: float, y: float, words: str, anchor: str = "middle", *, bold: bool = False, size: int = 13) -> str:
    weight = ' font-weight="bold"' if bold else ""
    place = f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"'
    return f'{place} font-size="{size}"{weight} class="{INK}">{html.escape(words)}</text>'


def styles(night: bool) -> str:
    colors = {name: pair[night] for name, pair in PALETTE.items()}
    return "".join(f".{name}{{fill:{color}}}" for name, color in colors.items()) + f".line{{stroke:{colors[INK]}}}"


def picture(title: str, width: int, height: int, parts: t.Iterable[str]) -> str:
    return f"""\
<!--
Copyright (c) the huaweicloud.ims contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
{TAG}: GPL-3.0-or-later
Made by tools/build_docs.py; do not edit.
-->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"
 font-family="ui-sans-serif, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif">
<title>{html.escape(title)}</title>
<style>
{styles(night=False)}
@media (prefers-color-scheme:dark){{{styles(night=True)}}}
</style>
<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path
 d="M0 0L8 4L0 8z" class="{INK}"/></marker></defs>
<rect width="{width}" height="{height}" rx="8" class="{PAPER}"/>
{chr(10).join(parts)}
</svg>
"""
