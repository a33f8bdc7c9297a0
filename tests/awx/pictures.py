# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Draw what a person sees of a wait in AWX, from the events of jobs that ran: docs/images/awx_*.svg.

`.venv/nox/awx/bin/python -m ansible_collections.huaweicloud.ims.tests.awx.pictures` runs the jobs anew, as AWX does,
and writes their events to data/recorded_jobs.json. The pictures are drawn from that file alone.
"""

from __future__ import annotations

import dataclasses
import html
import json
import re
import tempfile
import textwrap
import typing as t
from pathlib import Path

from ansible_collections.huaweicloud.ims.tests.awx.harness import BIN, ROOT, Awx, run
from ansible_collections.huaweicloud.ims.tests.simulator import JobScript, Simulator

RECORDING = Path(__file__).parent / "data" / "recorded_jobs.json"
PICTURES = ROOT / "docs" / "images"
COLUMNS = 88
MOST_ROWS = 4
"""Of one line: a failed task ends with all of its result."""
ROW, ADVANCE, GUTTER, TIMES, MARGIN = 20, 7.8, 44, 52, 16
FONT = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
TAG = "SPDX-License" + "-Identifier"  # in one piece it would be taken for this file's own
PAPER, INK, FAINT = "#ffffff", "#151515", "#4d5258"
SHADES = {"31": "#a30000", "32": "#245e20", "33": "#795600", "34": "#00487a", "35": "#5b2ca0", "36": "#005f60"}
COLOR = re.compile(r"\x1b\[(?:\d;)?(\d+)m")


class Scene(t.NamedTuple):
    """A job that is recorded: how the job in the cloud goes, and what is answered at the launch."""

    title: str
    script: JobScript
    timeout: str


SCENES = {
    "awx_wait": Scene("A wait in AWX that goes well", JobScript(duration=9, percent="honest"), "2h"),
    "awx_failure": Scene("A wait in AWX for a job that fails", JobScript(duration=6, outcome="FAIL"), "2h"),
    "awx_timeout": Scene("A wait in AWX that times out", JobScript(outcome="NEVER", percent="absent"), "6s"),
}


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of the output, with the colors that it was printed in."""

    number: int
    seconds: float
    """After the start of the job."""
    text: str


def play(awx: Awx, simulator: Simulator, name: str) -> list[Line]:
    """Run the job of a scene, and return the lines of its events."""
    scene = SCENES[name]
    job_id = simulator.cloud.add_job(script=scene.script, image_id="10000000-0000-4000-8000-000000000001")
    answers = {"job_ids": job_id, "wait_timeout": scene.timeout, "wait_for": "all", "artifacts": True}
    job = awx.launch("wait_for_jobs.yml", extra_vars=answers).end()
    events = [(event.arrived - job.events[0].arrived, event.data["stdout"]) for event in job.events]
    place = str(job.folder / "worker")
    # In the container of a job its folder is /runner.
    parts = [
        (seconds, part.replace(place, "/runner")) for seconds, text in events if text for part in text.splitlines()
    ]
    return [Line(number, round(seconds, 1), text) for number, (seconds, text) in enumerate(parts, 1)]


def recorded() -> dict[str, list[Line]]:
    content = json.loads(RECORDING.read_text(encoding="utf-8"))
    return {name: [Line(**line) for line in lines] for name, lines in content.items()}


def shape(text: str) -> str:
    """Return a line without what differs from run to run."""
    plain = re.sub(r"(Convert|Upload)ImageTask", "TASK", COLOR.sub("", text))
    return re.sub(r"\d+", "#", re.sub(r"\b[0-9a-f]{8,}\b", "ID", plain)).strip()


def draw(title: str, lines: t.Sequence[Line]) -> str:
    rows = [row for line in lines for row in _rows_of(line)]
    width, height = int(GUTTER + COLUMNS * ADVANCE + TIMES + MARGIN), len(rows) * ROW + 2 * MARGIN
    body = "\n".join(_drawn(place, row, width) for place, row in enumerate(rows))
    return f"""\
<!--
Copyright (c) the huaweicloud.ims contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
{TAG}: GPL-3.0-or-later
Made by tests/awx/pictures.py from the events of a real job.
-->
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img"
 font-family="{FONT}" font-size="13">
<title>{html.escape(title)}</title>
<rect width="{width}" height="{height}" rx="8" fill="{PAPER}" stroke="#d2d2d2"/>
<rect width="{GUTTER - 8}" height="{height}" rx="8" fill="#f0f0f0"/>
{body}
</svg>
"""


class _Row(t.NamedTuple):
    number: str
    time: str
    text: str
    color: str


def _rows_of(line: Line) -> list[_Row]:
    found = COLOR.findall(line.text)
    color = next((SHADES[code] for code in found if code in SHADES), INK)
    plain = COLOR.sub("", line.text)
    # A banner of asterisks is as wide as the terminal that there is none of.
    plain = re.sub(r"\*{8,}$", "*" * max(0, COLUMNS - len(plain.rstrip("*"))), plain)
    parts = textwrap.wrap(plain, COLUMNS, subsequent_indent="  ", drop_whitespace=False) or [""]
    if len(parts) > MOST_ROWS:
        parts = [*parts[: MOST_ROWS - 1], f"  [... {len(plain):,} characters]"]
    time = f"{int(line.seconds // 60)}:{int(line.seconds % 60):02d}" if plain else ""
    first = _Row(str(line.number), time, parts[0], color)
    return [first, *(_Row("", "", part, color) for part in parts[1:])]


def _drawn(place: int, row: _Row, width: int) -> str:
    y = MARGIN + ROW * place + 14
    return (
        f'<text x="{GUTTER - 14}" y="{y}" fill="{FAINT}" text-anchor="end">{row.number}</text>'
        f'<text x="{GUTTER}" y="{y}" fill="{row.color}" xml:space="preserve">{html.escape(row.text)}</text>'
        f'<text x="{width - MARGIN}" y="{y}" fill="{FAINT}" text-anchor="end">{row.time}</text>'
    )


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="ims-pictures-") as name, Simulator() as simulator:
        folder = Path(name)
        run(BIN / "ansible-galaxy", "collection", "build", "--output-path", folder, cwd=ROOT, env={"HOME": folder})
        (tarball,) = folder.glob("*.tar.gz")
        target = folder / "collections"
        options = ("--offline", "--force", "-p", target)
        run(BIN / "ansible-galaxy", "collection", "install", *options, tarball, env={"HOME": folder})
        awx = Awx(folder, target, simulator)
        try:
            lines = {scene: play(awx, simulator, scene) for scene in SCENES}
        finally:
            awx.clean()
    content = {scene: [dataclasses.asdict(line) for line in found] for scene, found in lines.items()}
    RECORDING.write_text(f"{json.dumps(content, indent=1)}\n", encoding="utf-8")
    for scene, found in recorded().items():
        (PICTURES / f"{scene}.svg").write_text(draw(SCENES[scene].title, found), encoding="utf-8")


if __name__ == "__main__":
    main()
