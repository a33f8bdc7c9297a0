# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Make docs/images/wait.svg: what the demonstration prints, line by line, in the time that it really took."""

from __future__ import annotations

import argparse
import html
import re
import subprocess
import sys
import textwrap
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "images" / "wait.svg"
COMMAND = "ansible-playbook huaweicloud.ims.demo"
COLUMNS = 80  # so many that it can be read on a phone, too
ROW, ADVANCE, MARGIN, BAR = 20, 7.8, 16, 30
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
COLORS = (
    (re.compile(r"^(PLAY|TASK)"), "#e6edf3"),
    (re.compile(r"^\$ "), "#7ee787"),
    (re.compile(r"^ims .* SUCCESS"), "#7ee787"),
    (re.compile(r"^ims"), "#79c0ff"),
    (re.compile(r"^ok"), "#7ee787"),
    (re.compile(r"^changed"), "#e3b341"),
)
TAG = "SPDX-License" + "-Identifier"  # in one piece it would be taken for this file's own
Line = tuple[float, str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--job-seconds", type=float, default=12, help="how long the export takes (default: 12)")
    svg = draw(selected(recorded(parser.parse_args().job_seconds)))
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    PICTURE.write_text(svg, encoding="utf-8")


def recorded(job_seconds: float) -> list[Line]:
    """Run the demonstration; return its lines, each with the seconds after the first one."""
    command = [sys.executable, str(ROOT / "tools" / "demo.py"), f"--job-seconds={job_seconds:g}"]
    lines: list[Line] = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as demo:
        for text in demo.stdout or ():
            lines.append((time.monotonic(), text.rstrip("\n")))
    if demo.returncode:
        raise SystemExit("\n".join(text for dummy, text in lines))
    return lines


def selected(lines: list[Line]) -> list[Line]:
    """Return what Ansible printed, from the first task to the end of the wait, without the blanks in between."""
    first = next(number for number, (dummy, text) in enumerate(lines) if text.startswith("TASK"))
    last = 1 + max(number for number, (dummy, text) in enumerate(lines) if text.startswith("ims ["))
    begin = lines[first][0]
    kept = [(moment - begin, text.rstrip("*").rstrip()) for moment, text in lines[first : last + 1] if text.strip()]
    return [(0.0, f"$ {COMMAND}"), *((moment + 0.8, text) for moment, text in kept)]


def draw(lines: list[Line]) -> str:
    """Return the picture. All lines can be read from the start, and each lights up when it was printed."""
    rows = [
        (moment, part, color_of(text))
        for moment, text in lines
        for part in textwrap.wrap(text, COLUMNS, subsequent_indent="    ", break_long_words=False)
    ]
    width, height = int(COLUMNS * ADVANCE + 2 * MARGIN), BAR + len(rows) * ROW + MARGIN
    delays = sorted({row[0] for row in rows})
    body = [
        f'<text class="r t{delays.index(moment)}" x="{MARGIN}" y="{BAR + ROW * number + 14}"'
        f' fill="{color}" xml:space="preserve">{html.escape(text)}</text>'
        for number, (moment, text, color) in enumerate(rows)
    ]
    styles = "".join(f".t{number}{{animation-delay:{delay:.1f}s}}" for number, delay in enumerate(delays))
    return f"""\
<!--
Copyright (c) the huaweicloud.ims contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
{TAG}: GPL-3.0-or-later
Made by tools/picture.py from a real run.
-->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"
 font-family="{FONT}" font-size="13">
<title>A task that waits for the export of an image, in a terminal</title>
<style>
.r{{animation:r .1s backwards}}{styles}
@keyframes r{{from{{opacity:.45}}}}
@media (prefers-reduced-motion:reduce){{.r{{animation:none}}}}
</style>
<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>
<g fill="#30363d"><circle cx="18" cy="15" r="5"/><circle cx="36" cy="15" r="5"/><circle cx="54" cy="15" r="5"/></g>
{chr(10).join(body)}
</svg>
"""


def color_of(text: str) -> str:
    return next((color for pattern, color in COLORS if pattern.search(text)), "#adbac7")


if __name__ == "__main__":
    main()
